"""Whose is what, through the real client: keys of other tools and text of the authors stay, LFS is met in time."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from cardgen import foreign, plan, propose, publish
from cardgen.hub import Connection
from cardgen.hub_pull_requests import HubPullRequests
from cardgen.localhub import Answer, LocalHub
from cardgen.model import Card
from cards import BLOCKS, make_block_card, make_card, mark
from clocks import QuickClock
from hub_client import client, titles, write_card
from project import Project
from pushing import card_in_git, make_plan, push

ONE = "lab/one"
BY_OTHERS = """\
configs:
- config_name: default
  data_files:
  - split: train
    path: data/train-*
dataset_info:
  features:
  - name: text
    dtype: string   # not "large_string"
  - name: "label"
    dtype:
      class_label:
        names: {'0': 'no', '1': "yes"}
  splits:
  - {name: train, num_bytes: 1.0e+06, num_examples: 1000}
model-index:
- name: One
  results:
  - task: {type: text-generation}
    dataset: {name: 'HumanEval', type: openai_humaneval}
    metrics:
    - type: pass@1
      value: 0.10
      verified: !!bool no

widget:
- text: >-
    Is this
    kept?   # no comment, text
extra_gated_prompt: |

  Do you agree?

thumbnail: ~
"""
"""As `datasets`, the website's editor and people write it."""
OLD = make_card({"license": "mit", "base_model": "org/base"}, repo_id=ONE)
NEW = make_card({"license": "apache-2.0", "base_model": "org/base"}, "# T\n\nNew text.\n", repo_id=ONE)


def put(hub: LocalHub, text: str) -> None:
    client(hub).create_repo(ONE, exist_ok=True)
    write_card(client(hub), ONE, text.encode())


def with_others(text: str) -> str:
    """A card, with the keys of others in the middle of its front matter."""
    assert "base_model:" in text
    return text.replace("base_model:", f"{BY_OTHERS}base_model:", 1)


SAYS_NEW = with_others(OLD.text).replace("Text.", "New text.").replace("mit", "apache-2.0")


@pytest.mark.parametrize(
    ("live", "card", "adopt", "overwrite", "action"),
    [
        (with_others(OLD.text), OLD, False, False, "unchanged"),
        (with_others(OLD.text), NEW, False, False, "update"),
        (SAYS_NEW, NEW, False, False, "converged"),
        (f"---\n{BY_OTHERS}---\n# By hand\n", NEW, True, False, "update"),
        (f"---\n{BY_OTHERS}---\n# By hand\n", NEW, False, True, "update"),
        (with_others(OLD.text).replace("Text.", "Edited."), NEW, False, True, "update"),
        (f"---\n{BY_OTHERS}---\n", NEW, True, True, "update"),
    ],
)  # fmt: skip
def test_what_other_tools_wrote_survives_byte_for_byte(
    local_hub: LocalHub, connection: Connection, live: str, card: Card, adopt: bool, overwrite: bool, action: str
) -> None:
    put(local_hub, live)
    wanted = make_plan(connection, [card], adopt=adopt, overwrite=frozenset({ONE} if overwrite else ()))
    assert [change.action for change in wanted.changes] == [action]
    publish.apply(wanted, connection, clock=QuickClock())
    assert BY_OTHERS in card_in_git(local_hub).decode()
    assert push(connection, card) == [("unchanged", "unchanged")]


HAND = f"---\ntags: [mine]\n---\n# Our model\r\n\nOur words.\n\n{mark('models')}\n## More\n\n{mark('citation')}The end."


def test_a_card_of_its_authors_is_filled_where_it_has_marks(local_hub: LocalHub, connection: Connection) -> None:
    put(local_hub, HAND)
    card = make_block_card({"license": "mit"}, repo_id=ONE)
    assert push(connection, card) == [("update", "published")]
    text = card_in_git(local_hub).decode()
    assert text.startswith(
        "---\ntags: [mine]\nlicense: mit\n---\n# Our model\r\n\nOur words.\n\n<!-- cardgen:begin models"
    )
    assert "<table>\n</table>" in text
    assert "\n## More\n\n<!-- cardgen:begin citation" in text
    assert "The end." in text
    assert "# T\n\nIntro." not in text, "there are no marks for the header"
    assert push(connection, card) == [("unchanged", "unchanged")]


def test_no_consent_reaches_the_authors_text(local_hub: LocalHub, connection: Connection) -> None:
    put(local_hub, HAND)
    push(connection, make_block_card({"license": "mit"}, repo_id=ONE))
    edited = card_in_git(local_hub).decode().replace("Our words.", "Better words.").replace("<table>", "<table border>")
    put(local_hub, edited)
    card = make_block_card({"license": "mit"}, {"models": "<table>\n<tr></tr>\n</table>"}, repo_id=ONE)
    assert push(connection, card) == [("conflict", "stopped")]
    assert push(connection, card, adopt=True) == [("conflict", "stopped")]
    assert push(connection, card, overwrite=frozenset({ONE})) == [("update", "published")]
    text = card_in_git(local_hub).decode()
    assert "# Our model\r\n\nBetter words.\n\n" in text
    assert "<table>\n<tr></tr>\n</table>" in text


def test_from_whole_to_blocks_and_back(local_hub: LocalHub, connection: Connection) -> None:
    blocks = make_block_card({"license": "mit"}, repo_id=ONE)
    whole = make_card({"license": "mit"}, "\n\n".join(BLOCKS.values()) + "\n", repo_id=ONE)
    for card in (whole, blocks, whole):
        assert [state for _, state in push(connection, card)] == ["published"]
        assert push(connection, card) == [("unchanged", "unchanged")]


ATTRIBUTES = b"*.bin filter=lfs\n*.md filter=lfs diff=lfs merge=lfs -text\n"


@pytest.mark.parametrize("card", [OLD, NEW])
def test_a_repo_that_would_make_a_pointer_of_the_card_stops(
    local_hub: LocalHub, connection: Connection, card: Card
) -> None:
    put(local_hub, OLD.text)
    client(local_hub).upload_file(repo_id=ONE, path_in_repo=".gitattributes", path_or_fileobj=ATTRIBUTES)
    before = titles(local_hub, ONE)
    wanted = make_plan(connection, [card], overwrite=frozenset({ONE}))
    (change,) = wanted.changes
    if card is OLD:
        assert change.action == "unchanged"
        return
    assert change.stops
    assert change.reason == (
        ".gitattributes sends README.md to Git LFS (line 2: *.md filter=lfs diff=lfs merge=lfs -text)"
    )
    assert "README.md -filter" in plan.way_out(change)
    publish.apply(wanted, connection, clock=QuickClock())
    assert titles(local_hub, ONE) == before


def test_the_dump_of_a_bot_is_called_one(local_hub: LocalHub, connection: Connection) -> None:
    published = next(Path(__file__).parent.joinpath("data").glob("*published*.md"), None)
    assert published is not None
    put(local_hub, published.read_text(encoding="utf-8"))
    (change,) = make_plan(connection, [NEW]).changes
    assert change.action == "unowned"
    assert change.loss is not None
    assert change.loss.kind == "an appended dump"
    assert change.loss.lines > 100
    assert "would be lost" in plan.as_text(plan.Plan((change,)))


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [
        ("license: mit", "license: gpl-3.0", "metadata only"),
        ("Text.", "Text, edited.", "an edit inside a block"),
        ("<!-- cardgen:data", "## Notes\n\nMine.\n<!-- cardgen:data", "a new section"),
    ],
)
def test_an_edit_is_called_by_its_kind(
    local_hub: LocalHub, connection: Connection, old: str, new: str, kind: foreign.LossKind
) -> None:
    push(connection, OLD)
    put(local_hub, card_in_git(local_hub).decode().replace(old, new, 1))
    (change,) = make_plan(connection, [NEW]).changes
    assert (change.action, change.loss.kind if change.loss else None) == ("conflict", kind)


def test_as_a_user_types_it(tmp_path: Path, local_hub: LocalHub) -> None:
    project = Project(tmp_path / "project")
    project.write()
    project.use(local_hub)
    project.replace("title:", "ownership: blocks\ntitle:")
    assert project.run("build").code == 0
    built = (project.folder / "build/models/lab/small-one/README.md").read_text(encoding="utf-8")
    assert "<!-- cardgen:begin header: generated from collections/family.yaml, edit that file -->" in built
    client(local_hub).create_repo("lab/small-one")
    write_card(client(local_hub), "lab/small-one", f"---\nlicense: mit\n---\n# Ours\n\n{mark('models')}".encode())
    done = project.run("push", "--offline")
    assert (done.code, "3 published" in done.err) == (0, True), done.err
    text = card_in_git(local_hub, "lab/small-one").decode()
    assert "# Ours\n\n<!-- cardgen:begin models: generated from collections/family.yaml, edit that file -->\n" in text
    assert card_in_git(local_hub, "lab/small-two").decode().count("<!-- cardgen:begin") > 1
    assert project.run("plan", "--exit-code").code == 0


@pytest.mark.parametrize("is_proposal", [False, True])
def test_attributes_that_came_during_the_push_are_seen(
    local_hub: LocalHub, connection: Connection, is_proposal: bool
) -> None:
    """Somebody sends cards to LFS, and edits one, between the plan and the commit: the new plan looks there again."""
    put(local_hub, OLD.text)
    card, pulls = NEW, HubPullRequests(connection)
    if is_proposal:
        propose.apply(make_plan(connection, [NEW]), connection, pulls=pulls)
        card = make_card(NEW.repo.card_data, "# T\n\nNewer text.\n", repo_id=ONE)
        local_hub.faults.add("POST", "/commit/refs", Answer(412, "A commit has happened since."), nth=1)
    wanted = make_plan(connection, [card])
    client(local_hub).upload_file(repo_id=ONE, path_in_repo=".gitattributes", path_or_fileobj=ATTRIBUTES)
    before = titles(local_hub, ONE)
    apply = partial(propose.apply, pulls=pulls) if is_proposal else publish.apply
    (outcome,) = apply(wanted, connection, clock=QuickClock())
    assert (outcome.state, titles(local_hub, ONE)) == ("stopped", before)
    assert ".gitattributes sends README.md to Git LFS" in outcome.change.reason
