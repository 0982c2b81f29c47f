"""What a push does to a collection's page, for any collection and any wish; then the single rules."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import collection_plan, collection_publish
from cardgen.collection_plan import Item, LiveCollection
from cardgen.errors import BusyError, HubError, StaleError, TokenError, UnreachableError
from cardgen.members import Member
from cardgen.model import HubCollection
from clocks import QuickClock
from fake_collections import FakeCollections

SLUG = "lab/family-0123456789abcdef01234567"
SOURCE = "collections/family.yaml"


def member(name: str, note: str | None = None) -> Member:
    return Member("model", f"lab/{name}", note)


def live(names: str, step: int = 1, **notes: str) -> LiveCollection:
    """A collection of members with names of one letter, at positions with gaps."""
    items = [Item(f"id-{name}", member(name, notes.get(name)), number * step) for number, name in enumerate(names)]
    return LiveCollection(SLUG, "Family", "About.", items=tuple(items))


def wish(names: str, *, prune: bool = False, **notes: str) -> HubCollection:
    return HubCollection(SLUG, members=tuple(member(name, notes.get(name)) for name in names), prune=prune)


def names(found: LiveCollection) -> str:
    return "".join(item.member.item_id[-1] for item in found.items)


def hub_with(found: LiveCollection, *, moves_others: bool = True) -> FakeCollections:
    return FakeCollections(moves_others, live={SLUG: found})


def push(wanted: HubCollection, hub: FakeCollections) -> collection_publish.CollectionOutcome:
    change = collection_publish.look(wanted, SOURCE, hub, clock=QuickClock())
    return collection_publish.apply(change, hub, clock=QuickClock())


def steps(wanted: HubCollection, found: LiveCollection | None) -> list[str]:
    made = collection_plan.make(wanted, SOURCE, found)
    return [f"{step.kind} {step.member.item_id[-1] if step.member else step.value}".strip() for step in made.steps]


letters = st.lists(st.sampled_from("abcdefghij"), unique=True).map("".join)
texts = st.sampled_from(["", "x", "y"])


@st.composite
def lives(draw: st.DrawFn) -> LiveCollection:
    found = draw(letters)
    gaps = draw(st.lists(st.integers(0, 3), min_size=len(found), max_size=len(found)))
    positions = [sum(gaps[: number + 1]) + number for number in range(len(found))]
    notes = draw(st.fixed_dictionaries(dict.fromkeys(found, texts)))
    items = [
        Item(f"id-{name}", member(name, notes[name]), position) for name, position in zip(found, positions, strict=True)
    ]
    return LiveCollection(SLUG, draw(texts), draw(texts), draw(st.booleans()), tuple(items))


@st.composite
def wishes(draw: st.DrawFn) -> HubCollection:
    wanted = draw(letters)
    notes = draw(st.fixed_dictionaries(dict.fromkeys(wanted, st.none() | texts)))
    members = tuple(member(name, notes[name]) for name in wanted)
    title, description, private = draw(texts), draw(st.none() | texts), draw(st.none() | st.booleans())
    return HubCollection(SLUG, title, description, "lab", private, members, draw(st.booleans()))


@settings(max_examples=400)
@given(lives(), wishes(), st.booleans())
def test_any_collection_becomes_what_is_wanted(before: LiveCollection, wanted: HubCollection, moves: bool) -> None:
    hub = hub_with(before, moves_others=moves)
    planned = collection_publish.look(wanted, SOURCE, hub, clock=QuickClock())
    outcome = push(wanted, hub)
    assert outcome.state == ("published" if planned.steps else "unchanged")
    after = hub.read_quietly(SLUG)
    check_members(before, wanted, after)
    check_texts(before, wanted, after)
    again = collection_publish.look(wanted, SOURCE, hub, clock=QuickClock())
    assert (again.action, again.steps, again.diff) == ("unchanged", (), "")
    kinds = [step.kind for step in planned.steps]
    assert len(hub.requests) <= 3 + kinds.count("add") + kinds.count("remove") + 4, (
        "three looks; page, look, edit, look"
    )


def check_members(before: LiveCollection, wanted: HubCollection, after: LiveCollection) -> None:
    ours = [each.key for each in wanted.members]
    keys = [item.key for item in after.items]
    assert [key for key in keys if key in ours] == ours
    foreign = [item.key for item in before.items if item.key not in ours]
    assert [key for key in keys if key not in ours] == ([] if wanted.prune else foreign)
    if not wanted.prune:
        for place, item in enumerate(before.items):
            assert item.key in ours or keys[place] == item.key


def check_texts(before: LiveCollection, wanted: HubCollection, after: LiveCollection) -> None:
    assert after.title == (wanted.title or before.title)
    assert after.description == (before.description if wanted.description is None else wanted.description)
    assert after.private == (before.private if wanted.private is None else wanted.private)
    notes = {item.key: item.note for item in before.items}
    notes |= {each.key: each.note for each in wanted.members if each.note is not None}
    assert {item.key: item.note for item in after.items} == {item.key: notes.get(item.key, "") for item in after.items}


@settings(max_examples=200)
@given(lives(), wishes(), st.data())
def test_stopped_at_any_request_and_run_again(
    before: LiveCollection, wanted: HubCollection, data: st.DataObject
) -> None:
    whole = hub_with(before)
    push(wanted, whole)
    hub = hub_with(before)
    stop = data.draw(st.integers(1, max(1, len(whole.requests))))
    when = data.draw(st.sampled_from(["before", "after"]))

    class KilledError(Exception):
        """The process ends here."""

    def kill(_: str, now: str) -> None:
        if now == when and len(hub.requests) == stop:
            raise KilledError

    hub.trouble = kill
    try:
        push(wanted, hub)
    except KilledError:
        hub.trouble = lambda request, now: None
        push(wanted, hub)
    assert [item.member for item in hub.read_quietly(SLUG).items] == [
        item.member for item in whole.read_quietly(SLUG).items
    ]


@pytest.mark.parametrize(
    ("wanted", "found", "expected"),
    [
        ("abc", "abc", []),
        ("abc", "ab", ["add c"]),
        ("abc", "", ["add a", "add b", "add c"]),
        ("ba", "ab", ["order"]),
        ("ca", "ab", ["add c", "order"]),
        ("ab", "xaby", []),
        ("ba", "xayb", ["order"]),
    ],
)
def test_what_is_planned(wanted: str, found: str, expected: list[str]) -> None:
    assert steps(wish(wanted), live(found)) == expected


def test_others_are_taken_out_only_if_it_is_said() -> None:
    assert steps(wish("ab", prune=True), live("xaby")) == ["remove x", "remove y"]


def test_notes_that_are_not_stated_stay_and_an_empty_one_clears() -> None:
    found = live("abcd", a="old", b="old", c="same\r\ntext ", d="theirs")
    assert steps(wish("abcd", a="new", b="", c="same\ntext"), found) == ["note a", "note b"]


def test_the_page() -> None:
    wanted = HubCollection(SLUG, "New", "", private=True)
    assert steps(wanted, live("")) == ["title New", "description", "private private"]
    assert steps(HubCollection(SLUG, "Family ".strip(), " About.".strip(), private=False), live("")) == []


@pytest.mark.parametrize(
    ("positions", "expected"),
    [
        ([], []),
        ([0, 5, 9], [None] * 3),
        ([5, 0], [None, 6]),
        ([0, 2, 1, 9], [None, None, 3, None]),
        ([0, 2, 1, 3], [None, None, 3, 4]),
        ([3, 0, 1, 2], [None, 4, 5, 6]),
        ([0, 3, 1, 2, 50, 60], [None, None, 4, 5, None, None]),
        ([7, 7], [None, 8]),
    ],
)
def test_positions_rise_and_those_that_can_stay_do(positions: Sequence[int], expected: Sequence[int | None]) -> None:
    items = tuple(
        Item(f"id-{name}", member(name), position) for name, position in zip("abcdef", positions, strict=False)
    )
    edits = {
        edit.object_id: edit.position
        for edit in collection_plan.item_edits(wish("abcdef"), LiveCollection(SLUG, "", items=items))
    }
    assert [edits.get(item.object_id) for item in items] == expected


def test_what_others_wrote_is_no_line_of_the_diff() -> None:
    found = live("a", a="x\n+- model lab/evil\r\n")
    made = collection_plan.make(wish("ab", a="x\n+- model lab/evil"), SOURCE, found)
    assert "\n+- model lab/evil" not in made.diff
    assert [step.kind for step in made.steps] == ["add"]
    assert "\n - model lab/a: x" in made.diff, "a note that only ends its lines otherwise is the same"
    assert collection_plan.make(wish("a", a="x\n+- model lab/evil"), SOURCE, found).diff == ""


def test_the_diff_shows_the_page_before_and_after() -> None:
    made = collection_plan.make(wish("ba", a="The\nsmall one"), SOURCE, live("abx"))
    assert made.diff == (
        f"--- collection {SLUG} on the Hub\n"
        f"+++ collection {SLUG} from {SOURCE}\n"
        "@@ -1,6 +1,6 @@\n"
        " title: Family\n"
        " description: About.\n"
        " private: no\n"
        "-- model lab/a\n"
        " - model lab/b\n"
        "+- model lab/a: The\\nsmall one\n"
        " - model lab/x\n"
    )
    assert (made.action, made.reason) == ("update", "changes notes of 1; reorders")


def test_a_new_collection() -> None:
    wanted = HubCollection("", "New", "About.", "lab", members=(member("a"),))
    made = collection_plan.make(wanted, SOURCE, None)
    assert (made.action, made.slug, made.title) == ("create", "", "New")
    assert made.reason == "the collection does not exist yet; adds 1"
    hub = FakeCollections()
    outcome = push(wanted, hub)
    assert (outcome.state, hub.requests) == ("published", ["find", "create", "add"])
    assert outcome.slug in hub.live
    assert push(wanted, hub).state == "unchanged"


def test_as_few_requests_as_can_be() -> None:
    hub = hub_with(live("ab"))
    push(wish("ab"), hub)
    assert hub.requests == ["read"]
    hub.requests.clear()
    push(wish("cab", a="x"), hub)
    assert hub.requests == ["read", "add", "edit", "read"]


def test_a_title_that_several_have() -> None:
    hub = FakeCollections(live={"lab/x-1": LiveCollection("lab/x-1", "T"), "lab/x-2": LiveCollection("lab/x-2", "T")})
    with pytest.raises(HubError, match="2 collections of lab are called 'T': lab/x-1, lab/x-2"):
        collection_publish.look(HubCollection("", "T", namespace="lab"), SOURCE, hub, clock=QuickClock())


def test_a_slug_that_leads_nowhere_makes_no_collection() -> None:
    hub = FakeCollections()
    with pytest.raises(HubError, match="no such collection"):
        collection_publish.look(wish("a"), SOURCE, hub, clock=QuickClock())
    assert hub.live == {}


def test_a_member_that_cannot_be_added_stops_no_other() -> None:
    hub = hub_with(live("b"))
    hub.unknown = frozenset({"lab/a", "lab/d"})
    outcome = push(wish("abcd"), hub)
    assert outcome.state == "failed"
    assert [error.message for error in outcome.errors] == ["lab/a: not found", "lab/d: not found"]
    assert names(hub.read_quietly(SLUG)) == "bc"
    hub.unknown = frozenset()
    assert push(wish("abcd"), hub).state == "published"
    assert names(hub.read_quietly(SLUG)) == "abcd"


@pytest.mark.parametrize("error", [TokenError("no"), BusyError("busy", wait=9.0), UnreachableError("gone")])
def test_what_ends_it_is_told(error: HubError) -> None:
    hub = hub_with(live("a"))

    def trouble(request: str, when: str) -> None:
        if request == "add" and when == "before":
            raise error

    hub.trouble = trouble
    outcome = push(wish("ab"), hub)
    assert (outcome.state, outcome.errors, outcome.slug) == ("failed", (error,), SLUG)


def test_others_who_edit_meanwhile_are_worked_around_and_not_for_ever() -> None:
    hub = hub_with(live("ab"))
    edits = 0

    def trouble(request: str, when: str) -> None:
        nonlocal edits
        if request == "edit" and when == "before" and edits:
            edits -= 1
            raise StaleError("stale")

    hub.trouble = trouble
    edits = 2
    assert push(wish("ba"), hub).state == "published"
    edits = 100
    outcome = push(wish("ab"), hub)
    assert outcome.state == "failed"
    assert "others keep editing it" in outcome.errors[0].message


def test_what_is_put_in_after_the_plan_was_shown_is_not_taken_out_unseen() -> None:
    hub = hub_with(live("xab"))
    planned = collection_publish.look(wish("ba", prune=True), SOURCE, hub, clock=QuickClock())
    hub.add(SLUG, member("y"))
    assert collection_publish.apply(planned, hub, clock=QuickClock()).state == "published"
    assert names(hub.read_quietly(SLUG)) == "bay"
    assert steps(wish("ba", prune=True), hub.read_quietly(SLUG)) == ["remove y"]


def test_a_member_that_is_there_and_not_shown() -> None:
    hub = hub_with(live("a"))
    hub.add = lambda slug, member: hub.read_quietly(slug)  # type: ignore[method-assign]
    outcome = push(wish("ab"), hub)
    assert outcome.state == "failed"
    assert [error.message for error in outcome.errors] == [
        "model lab/b: the Hub has it in the collection already, but does not show it"
    ]


@pytest.mark.parametrize("request_name", ["create", "add", "change", "edit", "remove"])
def test_an_answer_that_is_lost_leads_to_nothing_twice(request_name: str) -> None:
    hub = FakeCollections()
    wanted = HubCollection("", "T", "D", "lab", members=tuple(map(member, "abc")), prune=True)
    if request_name not in {"create", "add"}:
        found = live("cbax")
        hub.live[SLUG] = LiveCollection(SLUG, "T", "", items=found.items)
    lost = 2

    def trouble(request: str, when: str) -> None:
        nonlocal lost
        if request == request_name and when == "after" and lost:
            lost -= 1
            raise UnreachableError("lost")

    hub.trouble = trouble
    assert push(wanted, hub).state == "published"
    assert len(hub.live) == 1
    assert names(hub.read_quietly(*hub.live)) == "abc"
