"""Any mixture of manifests, people, faults and pushes: what others put into a collection never disappears unasked."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from cardgen import collection_publish
from cardgen.collection_plan import ItemEdit, LiveCollection
from cardgen.errors import BusyError, HubError, StaleError, UnreachableError
from cardgen.members import Member
from cardgen.model import HubCollection
from clocks import QuickClock
from fake_collections import FakeCollections

OURS, THEIRS = "abcdef", "uvwxyz"
SOURCE = "collections/family.yaml"

notes = st.none() | st.sampled_from(["", "one", "two"])
refusals = st.sampled_from([BusyError("busy"), StaleError("stale"), HubError("no"), UnreachableError("gone")])
faults = st.tuples(refusals, st.just("before")) | st.tuples(st.just(UnreachableError("lost")), st.just("after"))
"""What goes wrong, and whether the request is carried out all the same: what a Hub refuses, it does not do."""


def member(name: str, note: str | None = None) -> Member:
    return Member("model", f"lab/{name}", note)


class Publishing(RuleBasedStateMachine):
    """One collection, a manifest that changes, a person at the website, a publisher whose requests may fail."""

    @initialize(moves_others=st.booleans())
    def begin(self, moves_others: bool) -> None:
        self.hub = FakeCollections(moves_others)
        self.theirs: dict[str, str] = {}
        self.wanted = HubCollection("", "Family", "About.", "lab")

    @property
    def live(self) -> LiveCollection | None:
        assert len(self.hub.live) <= 1, "nothing is made twice"
        return self.hub.read_quietly(*self.hub.live) if self.hub.live else None

    @rule(members=st.lists(st.tuples(st.sampled_from(OURS), notes), unique_by=lambda each: each[0]))
    def change_the_manifest(self, members: list[tuple[str, str | None]]) -> None:
        self.wanted = replace(self.wanted, members=tuple(member(*each) for each in members))

    @rule(description=st.sampled_from(["About.", "", "More."]))
    def describe(self, description: str) -> None:
        self.wanted = replace(self.wanted, description=description)

    @precondition(lambda self: self.hub.live)
    @rule(name=st.sampled_from(THEIRS), note=st.sampled_from(["", "mine"]))
    def somebody_adds(self, name: str, note: str) -> None:
        if name not in self.theirs:
            self.hub.add(next(iter(self.hub.live)), member(name, note))
            self.theirs[name] = note

    @precondition(lambda self: self.live and self.live.items)
    @rule(data=st.data())
    def somebody_moves(self, data: st.DataObject) -> None:
        assert self.live
        item = data.draw(st.sampled_from(self.live.items))
        self.hub.edit(self.live.slug, [ItemEdit(item.object_id, position=data.draw(st.integers(0, 30)))])

    @precondition(lambda self: self.live and self.live.items)
    @rule(data=st.data())
    def somebody_removes_or_notes_one_of_ours(self, data: st.DataObject) -> None:
        assert self.live
        ours = [item for item in self.live.items if item.member.item_id[-1] in OURS]
        if ours:
            item = data.draw(st.sampled_from(ours))
            if data.draw(st.booleans()):
                self.hub.remove(self.live.slug, item.object_id)
            else:
                self.hub.edit(self.live.slug, [ItemEdit(item.object_id, note="theirs")])

    @rule(
        fault=faults,
        request=st.sampled_from(["find", "read", "create", "change", "add", "edit", "remove"]),
        times=st.integers(1, 7),
    )
    def a_push_meets_a_fault(self, fault: tuple[HubError, str], request: str, times: int) -> None:
        left, (error, when) = times, fault

        def trouble(asked: str, now: str) -> None:
            nonlocal left
            if (asked, now) == (request, when) and left:
                left -= 1
                raise error

        self.hub.trouble = trouble
        try:
            self.push()
        except HubError:
            assert request in {"find", "read"}, "only a look raises"
        self.hub.trouble = lambda asked, now: None

    @rule()
    def a_push_is_whole(self) -> None:
        outcome = self.push()
        assert outcome.state != "failed"
        assert self.live
        ours = [item.member for item in self.live.items if item.key in {each.key for each in self.wanted.members}]
        assert [each.key for each in ours] == [each.key for each in self.wanted.members]
        for stated, live in zip(self.wanted.members, ours, strict=True):
            assert stated.note is None or stated.note == (live.note or "")
        assert self.live.description == self.wanted.description
        assert self.push().state == "unchanged"

    def push(self) -> collection_publish.CollectionOutcome:
        change = collection_publish.look(self.wanted, SOURCE, self.hub, clock=QuickClock())
        return collection_publish.apply(change, self.hub, clock=QuickClock())

    @invariant()
    def what_others_put_in_is_there_once_with_its_note(self) -> None:
        items = self.live.items if self.live else ()
        found = [(item.member.item_id[-1], item.note) for item in items if item.member.item_id[-1] in THEIRS]
        assert sorted(found) == sorted(self.theirs.items())
        assert len({item.key for item in items}) == len(items)


TestPublishing = Publishing.TestCase
TestPublishing.settings = settings(max_examples=200, stateful_step_count=25)
