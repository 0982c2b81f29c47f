from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import markdown_it
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import diff, plan, plan_markdown, plan_report
from cardgen.errors import InputError
from cardgen.model import README, Card
from cardgen.plan import NO_REPO, Change, LiveCard
from cards import make_card

PUBLISHED = Path(__file__).parent / "data" / "codeio_published.md"
CARD = make_card({"license": "mit", "base_model": "org/base"})
HEAD = "0" * 40


def live(text: str | bytes | None) -> LiveCard:
    return LiveCard(exists=True, commit=HEAD, readme=text.encode() if isinstance(text, str) else text)


def change(card: Card, has: LiveCard, *, adopt: bool = False, overwrite: bool = False) -> Change:
    ids = frozenset({card.repo.repo_id}) if overwrite else frozenset()
    (made,) = plan.make([card], {card.repo.key: has}, adopt=adopt, overwrite=ids).changes
    return made


OLDER = make_card({"license": "mit"}, "# T\n\nOlder text.\n").text
EDITED = CARD.text.replace("Text.", "Somebody's text.")
REFORMATTED = CARD.text.replace("license: mit", "license: 'mit'")


@pytest.mark.parametrize(
    ("has", "action", "writes"),
    [
        pytest.param(NO_REPO, "create", True, id="no repo"),
        pytest.param(live(None), "create", True, id="no card"),
        pytest.param(live("\n"), "create", True, id="blank card"),
        pytest.param(live(OLDER), "update", True, id="older"),
        pytest.param(live(CARD.text), "unchanged", False, id="the same"),
        pytest.param(live(CARD.text.replace("\n", "\r\n")), "unchanged", False, id="saved again"),
        pytest.param(live(REFORMATTED), "converged", True, id="the same by another hand"),
        pytest.param(live("# Mine\n"), "unowned", False, id="somebody's card"),
        pytest.param(live(EDITED), "conflict", False, id="edited"),
        pytest.param(live(b"\xff"), "conflict", False, id="not UTF-8"),
    ],
)
def test_what_a_push_would_do(has: LiveCard, action: str, writes: bool) -> None:
    made = change(CARD, has)
    assert made.action == action
    assert made.writes is writes
    assert made.stops is (action in {"unowned", "conflict"})
    assert bool(made.files) is writes
    assert bool(made.diff) is (action != "unchanged")
    assert made.parent == has.commit
    assert bool(made.reason) is (action != "unchanged")
    if writes and action != "converged":
        assert made.files == {README: CARD.text.encode()}


def test_adopting_keeps_foreign_keys_and_shows_what_is_lost() -> None:
    card = make_card({"pipeline_tag": "text-generation", "license": "mit"})
    stopped = change(card, live(PUBLISHED.read_bytes()))
    assert stopped.action == "unowned"
    assert stopped.diff.count("\n-") > 200
    adopted = change(card, live(PUBLISHED.read_bytes()), adopt=True)
    assert adopted.action == "update"
    written = adopted.files[README] or b""
    assert b"library_name: transformers\n" in written
    assert b"# File information" not in written
    assert {unit.name: unit.state for unit in adopted.units} == {
        "library_name": "foreign",
        "pipeline_tag": "converged",
        "license": "create",
        "card": "update",
    }
    assert change(card, live(written)).action == "unchanged"


def test_adopting_does_not_touch_an_edit_of_a_card_that_is_cardgens() -> None:
    assert change(CARD, live(EDITED), adopt=True).action == "conflict"
    assert change(CARD, live(EDITED), overwrite=True).action == "update"


def test_adopting_stops_where_foreign_keys_cannot_be_read_and_overwriting_replaces_them() -> None:
    has = live("---\nlicense: [\n---\n# Mine\n")
    assert change(CARD, has).action == "unowned"
    assert change(CARD, has, adopt=True).action == "conflict"
    made = change(CARD, has, overwrite=True)
    assert made.files == {README: CARD.text.encode()}
    assert "-license: [" in made.diff


def test_nobody_can_agree_to_write_into_a_git_lfs_pointer() -> None:
    has = live("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 3\n")
    made = change(CARD, has, overwrite=True)
    assert made.action == "conflict"
    assert ".gitattributes" in made.reason


def test_only_the_named_repo_is_overwritten() -> None:
    cards = [make_card({}, repo_id="org/a"), make_card({}, repo_id="org/b")]
    has = {card.repo.key: live(card.text.replace("Text", "Other")) for card in cards}
    made = plan.make(cards, has, overwrite={"org/b"})
    assert [each.action for each in made.changes] == ["conflict", "update"]
    assert [each.repo.repo_id for each in made.stopped] == ["org/a"]
    assert [each.repo.repo_id for each in made.pending] == ["org/b"]
    with pytest.raises(InputError, match="org/c"):
        plan.make(cards, has, overwrite={"org/c"})


def test_consent_is_for_the_card_that_was_seen() -> None:
    agreed = change(CARD, live(EDITED), overwrite=True)
    newer = "1" * 40
    assert plan.remake(agreed, LiveCard(exists=True, commit=newer, readme=EDITED.encode())).action == "update"
    assert (
        plan.remake(agreed, LiveCard(exists=True, commit=newer, readme=EDITED.replace("Some", "Any").encode())).action
        == "conflict"
    )


def test_the_plan_as_json() -> None:
    cards = [CARD, make_card({"tags": ["a"]}, repo_id="org/data", repo_type="dataset")]
    has = {cards[0].repo.key: live(CARD.text + "Mine.\n"), cards[1].repo.key: NO_REPO}
    said = json.loads(plan.as_json(plan.make(cards, has)))
    assert said["version"] == 1
    assert said["collection"] == {"changes": []}
    first, second = said["changes"]
    assert {key: first[key] for key in ("repo_id", "repo_type", "action", "reason")} == {
        "repo_id": "org/name",
        "repo_type": "model",
        "action": "conflict",
        "reason": "text outside the block: outside",
    }
    assert "-Mine." in first["diff"]
    assert [(unit["name"], unit["kind"], unit["state"]) for unit in first["units"]] == [
        ("license", "key", "unchanged"),
        ("base_model", "key", "unchanged"),
        ("card", "block", "unchanged"),
        ("outside", "block", "conflict"),
    ]
    assert (second["action"], second["repo_type"]) == ("create", "dataset")


def test_the_plan_as_text() -> None:
    cards = [make_card({}, repo_id="org/a"), make_card({}, repo_id="org/bbb"), make_card({}, repo_id="org/cc")]
    foreign = (
        cards[1].text.replace("# T", "# Old").replace("<!-- cardgen:begin", "---\nconfigs: 1\n---\n<!-- cardgen:begin")
    )
    has = {
        cards[0].repo.key: live(cards[0].text),
        cards[1].repo.key: live(foreign),
        cards[2].repo.key: live("# Mine\n"),
    }
    text = plan.as_text(plan.make(cards, has))
    assert text.splitlines()[:3] == [
        "unchanged  model    org/a",
        "conflict   model    org/bbb  edited on the Hub: card; a new section (# Old): 1 line would be lost; "
        "keeps configs",
        "unowned    model    org/cc   not written by cardgen; a new section (# Mine): 1 line would be lost",
    ]
    assert "\n-# Old\n+# T\n" in text
    assert "--overwrite org/bbb" in text
    assert "org/cc: --adopt" in text
    assert plan.as_text(plan.Plan()) == ""


def test_a_diff_that_many_repos_share_is_shown_once() -> None:
    cards = [make_card({"license": "mit"}, "# New\n", repo_id=f"org/{name}") for name in "abc"]
    cards.append(make_card({"license": "mit"}, "# Other\n", repo_id="org/d"))
    old = make_card({"license": "mit"}, "# Old\n").text
    made = plan.make(cards, {card.repo.key: live(old) for card in cards})
    text = plan.as_text(made)
    assert text.count("-# Old\n+# New\n") == 1
    assert "and the same in 2 more: org/b, org/c\n" in text
    assert text.count("-# Old\n+# Other\n") == 1
    assert plan.as_markdown(made).count("<details>") == 2


def test_a_new_card_is_not_printed_whole() -> None:
    assert plan.as_text(plan.make([CARD], {CARD.repo.key: NO_REPO})).count("\n") == 1


HOSTILE = "# T\x1b[31m\x9b31m\u202e\r\n```\n</details><script>alert(1)</script>\n````\n"


def test_a_hostile_card_cannot_control_the_terminal() -> None:
    key = '---\n"a\\e[31m`|<b>": 1\n---\n'
    made = plan.make([CARD], {CARD.repo.key: live(key + HOSTILE)}, adopt=True)
    text = plan.as_text(made)
    assert not [char for char in text if not char.isprintable() and char != "\n"]
    assert "\\x1b[31m\\x9b31m\\u202e\\r" in text


def test_a_hostile_card_stays_inside_its_fence() -> None:
    key = '---\n"a|`</td><img>\\n": 1\n---\n'
    made = plan.make([CARD], {CARD.repo.key: live(key + HOSTILE)}, adopt=True)
    page = markdown_it.MarkdownIt("commonmark").enable("table").render(plan.as_markdown(made))
    assert "<script>" not in page
    assert "<img>" not in page
    assert page.count("</details>") == 1
    assert page.count("<tr>") == 2


def test_a_long_diff_is_cut_in_markdown() -> None:
    card = make_card({}, "line\n" * 1000)
    text = plan.as_markdown(plan.make([card], {card.repo.key: NO_REPO}))
    assert 300 < text.count("\n") < 320
    assert "more lines" in text


def test_what_stops_comes_first_in_markdown() -> None:
    cards = [make_card({}, repo_id=f"org/{name}") for name in "abc"]
    has = {cards[0].repo.key: live(cards[0].text), cards[1].repo.key: NO_REPO, cards[2].repo.key: live("# Mine\n")}
    said = plan.as_markdown(plan.make(cards, has)).splitlines()
    assert said[:3] == ["## Plan", "", "1 unowned, 1 create, 1 unchanged."]
    assert [line.split(" | ")[0] for line in said if line.startswith(("| org", "| [org"))] == [
        "| [org/c](https://huggingface.co/org/c)",
        "| org/b",
        "| [org/a](https://huggingface.co/org/a)",
    ]


TEXTS = st.text(st.sampled_from("a|`<>@*\n \x1b\u202e😀é"), min_size=1, max_size=40)
SIZES = st.sampled_from([1, 30, 1_000])


@given(st.lists(st.tuples(TEXTS, SIZES, TEXTS, SIZES), min_size=1, max_size=12), st.sampled_from([1, 20]))
@settings(max_examples=20)
def test_a_plan_in_markdown_fits_a_comment_and_closes_what_it_opens(
    repos: list[tuple[str, int, str, int]], times: int
) -> None:
    cards, has = [], {}
    for number, (new, news, old, olds) in enumerate(repos * times):
        card = make_card({}, f"# {number}\n{new * news}\n", repo_id=f"org/model-with-a-name-{number}")
        cards.append(card)
        has[card.repo.key] = live(f'---\n"{"k" * olds}": 1\n---\n{old * olds}')
    text = plan.as_markdown(plan.make(cards, has))
    assert len(text.encode()) <= plan_markdown.MAX_SIZE
    assert len(text) < 65_536
    page = markdown_it.MarkdownIt("commonmark").enable("table").render(text)
    assert page.count("<details>") == page.count("</details>") == page.count("<code ")
    assert page.count("<tr>") + page.count("<details>") > 1


def test_what_does_not_fit_in_markdown_is_counted() -> None:
    cards = [make_card({}, f"# {number}\n", repo_id=f"org/model-with-a-name-{number:04}") for number in range(1_000)]
    said = plan.as_markdown(plan.make(cards, {card.repo.key: live(f"# Own {card.repo.repo_id}\n") for card in cards}))
    rows, diffs = said.count("\n| [org/"), said.count("<details>")
    assert 100 < rows < 1_000
    assert 10 < diffs < 1_000
    assert f"\nAnd {1_000 - rows} more.\n" in said
    assert f"\n{1_000 - diffs} more diffs do not fit here: `cardgen plan` shows them.\n" in said


def test_a_diff_of_very_many_lines_is_whole() -> None:
    old = "".join(f"{number % 7}\n" for number in range(60_000))
    new = "".join(f"{number % 5}\n" for number in range(60_000))
    text = diff.unified(old, new, "a", "b")
    assert text.count("\n-") == text.count("\n+") - 1 == 60_000


def test_planning_needs_no_network_library() -> None:
    code = "import sys, cardgen.plan; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert not {"httpx2", "huggingface_hub", "requests", "difflib"}.intersection(done.stdout.split())


def test_many_repos_that_need_nothing_are_counted() -> None:
    cards = [make_card({}, repo_id=f"org/m{number:03}") for number in range(plan_report.MAX_UNCHANGED + 1)]
    there = {card.repo.key: live(card.text) for card in cards}
    few = plan.make(cards[1:], there)
    assert len(plan.as_text(few).splitlines()) == plan_report.MAX_UNCHANGED
    many = plan.make(cards, {**there, cards[5].repo.key: NO_REPO, cards[6].repo.key: NO_REPO})
    assert len(plan.as_text(many).splitlines()) == plan_report.MAX_UNCHANGED + 1
    more = plan.make([*cards, CARD], {**there, CARD.repo.key: NO_REPO})
    assert plan.as_text(more).splitlines() == [
        f"create     model    {CARD.repo.repo_id}  the repo does not exist yet",
        "unchanged  repos    51",
    ]
    assert len(json.loads(plan.as_json(more))["changes"]) == 52
