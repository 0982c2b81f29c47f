"""Front matter that the Hub refuses in every commit is found before anything is written."""

from __future__ import annotations

import pytest

from cardgen import hub_rules, publish
from cardgen.hub import Connection
from cardgen.localhub import LocalHub
from cards import make_card
from clocks import QuickClock
from hub_client import client, git, repo_path, titles
from pushing import make_plan

CARD = make_card({"license": "mit"}, repo_id="lab/one")


@pytest.mark.parametrize(
    ("lines", "keys"),
    [
        ("license: mit\n", []),
        ("a.b: 1\n", ["a.b"]),
        ("$x: 1\n", ["$x"]),
        ("model-index:\n- name: x.y\n  a.b: 1\n", []),
        ("widget: x\n", ["widget"]),
        ("widget: {text: x}\n", ["widget"]),
        ("widget: [{text: x}]\nlanguage: [en, zh]\n", []),
        ("widget:\nlanguage:\n", []),
        ("language: EN\n", ["language"]),
        ("language: [en, Zh]\n", ["language"]),
        ("1: x\n2.5: y\n", ["2.5"]),
        ("? [a, b]\n: c\n", []),
        ("- a\n", []),
        ("{", []),
        ("", []),
    ],
)
def test_what_the_hub_refuses(lines: str, keys: list[str]) -> None:
    assert [refusal.key for refusal in hub_rules.refusals(lines)] == keys


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("my.key: 1", "the key 'my.key' holds a '.' or a '$'"),
        ("widget: x", "`widget` is no list"),
    ],
)
def test_a_foreign_key_that_the_hub_refuses_stops_the_repo(
    local_hub: LocalHub, connection: Connection, key: str, said: str
) -> None:
    """Only git can have brought it there: the website and the API refuse it too."""
    client(local_hub).create_repo("lab/one")
    path = repo_path(local_hub, "lab/one")
    text = CARD.text.replace("license: mit\n", f"license: mit\n{key}\n").replace("Text.", "Old text.")
    blob = git(path, "hash-object", "-w", "--stdin", text=text)
    tree = git(path, "mktree", text=f"100644 blob {blob}\tREADME.md\n")
    git(path, "update-ref", "refs/heads/main", git(path, "commit-tree", tree, "-m", "By git"))
    wanted = make_plan(connection, [CARD], overwrite=frozenset({"lab/one"}))
    (change,) = wanted.changes
    assert change.stops
    assert f"the Hub refuses every card like this: {said}" in change.reason
    assert "mend it on the Hub: the key is not cardgen's" in change.remedy
    (outcome,) = publish.apply(wanted, connection, clock=QuickClock())
    assert outcome.state == "stopped"
    assert titles(local_hub, "lab/one") == ["By git"]
