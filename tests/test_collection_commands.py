"""The collection's page in `cardgen plan`, `push` and `rehearse`, as a user types them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardgen import journal, localhub
from cardgen.localhub import LocalHub
from hub_client import client, titles, write_card
from project import MANIFEST, Project

COLLECTION = """\
collection:
  title: The family
  description: Two models and their data.
  notes: {small-one: Start here}
  items: [{paper: 2502.07316}, {repos: true}]
"""
MEMBERS = ["2502.07316", "lab/data", "lab/small-one", "lab/small-two"]


@pytest.fixture
def project(tmp_path: Path, local_hub: LocalHub) -> Project:
    made = Project(tmp_path / "project")
    made.write(MANIFEST + COLLECTION)
    made.use(local_hub)
    made.build()
    return made


def members(hub: LocalHub) -> list[str]:
    """The members of the one collection that there is."""
    (found,) = client(hub).list_collections()
    return [item.item_id for item in client(hub).get_collection(found.slug).items]


def slug(hub: LocalHub) -> str:
    (found,) = client(hub).list_collections()
    return found.slug


def name_it(project: Project, hub: LocalHub) -> None:
    """The user puts the slug into the manifest, as the push said."""
    project.replace("collection:\n", f"collection:\n  slug: {slug(hub)}\n")


def test_a_push_makes_it_and_says_where(project: Project, local_hub: LocalHub) -> None:
    first = project.run("push", "--offline")
    assert first.code == 0, first.err
    assert members(local_hub) == MEMBERS
    assert f"create     collection  {slug(local_hub)}" in first.err
    assert f"put the collection's slug into collections/family.yaml: {slug(local_hub)}" in first.err
    name_it(project, local_hub)
    local_hub.requests.clear()
    second = project.run("push", "--offline")
    assert (second.code, "3 unchanged" in second.err, "put the collection" in second.err) == (0, True, False)
    assert [call.method for call in local_hub.requests] == ["GET"] * 4


def test_the_plan_shows_it_in_every_form(project: Project) -> None:
    text = project.run("plan")
    assert "create     collection  The family" in text.out
    assert "+- model lab/small-one: Start here\n" in text.out
    colored = project.run("plan", "--color", "always")
    assert "lab/small-one: Start here" in colored.out
    assert (
        "| The family | collection | create | the collection does not exist yet; adds 4 |"
        in project.run("plan", "--format", "markdown").out
    )
    (change,) = json.loads(project.run("plan", "--format", "json").out)["collection"]["changes"]
    assert (change["slug"], change["title"], change["action"]) == ("", "The family", "create")
    assert [(step["kind"], step["id"], step["value"]) for step in change["steps"]] == [
        ("create", None, "The family"),
        ("description", None, "Two models and their data."),
        ("add", "2502.07316", ""),
        ("add", "lab/data", ""),
        ("add", "lab/small-one", "Start here"),
        ("add", "lab/small-two", ""),
    ]


def test_a_change_of_it_alone_is_a_change(project: Project, local_hub: LocalHub) -> None:
    project.run("push", "--offline")
    assert project.run("plan", "--exit-code").code == 0
    project.replace("Start here", "Read me")
    assert project.run("plan", "--exit-code").code == 4
    local_hub.requests.clear()
    dry = project.run("push", "--offline", "--dry-run")
    assert "update     collection" in dry.err
    assert "+- model lab/small-one: Read me" in dry.err
    assert {call.method for call in local_hub.requests} == {"GET"}
    assert project.run("push", "--offline").code == 0
    assert project.run("plan", "--exit-code").code == 0


def test_only_some_repos_leave_it_alone(project: Project, local_hub: LocalHub) -> None:
    assert project.run("push", "--offline", "--only", "lab/small-two").code == 0
    assert not list(client(local_hub).list_collections())
    assert json.loads(project.run("plan", "--only", "lab/data", "--format", "json").out)["collection"] == {
        "changes": []
    }


def test_a_slug_that_leads_nowhere_stops_no_card(project: Project, local_hub: LocalHub) -> None:
    project.replace("collection:\n", f"collection:\n  slug: lab/gone-{'0' * 24}\n")
    result = project.run("push", "--offline")
    assert (result.code, "3 published" in result.err) == (1, True)
    assert f"error: there is no collection lab/gone-{'0' * 24}, or this token may not see it" in result.err
    assert "hint: put the end of its address into the manifest as its slug, or leave the slug out" in result.err
    assert not list(client(local_hub).list_collections())


def test_a_token_that_may_not_edit_it_publishes_the_cards_all_the_same(project: Project, local_hub: LocalHub) -> None:
    theirs = client(local_hub).create_collection("Theirs", namespace="other").slug
    project.replace("collection:\n", f"collection:\n  slug: {theirs}\n")
    project.use(local_hub, local_hub.add_token("write", ("lab",)))
    result = project.run("push", "--offline")
    assert (result.code, "3 published" in result.err) == (1, True)
    assert f"error: the collection {theirs}: this token may not edit collections here" in result.err
    assert "trusted publisher" in result.err
    assert not (project.folder / journal.PATH).exists(), "the cards are done: the next push reads them again"
    assert members(local_hub) == []


def test_a_repo_that_stops_is_in_it_all_the_same(project: Project, local_hub: LocalHub) -> None:
    client(local_hub).create_repo("lab/small-one")
    write_card(client(local_hub), "lab/small-one")
    assert project.run("push", "--offline").code == 3
    assert members(local_hub) == MEMBERS
    assert titles(local_hub, "lab/small-one")[0] == "Update the card"


def test_two_manifests_with_one_collection(project: Project, tmp_path: Path) -> None:
    named = f"collection: {{slug: lab/family-{'1' * 24}}}\n"
    project.write(MANIFEST + named)
    other = MANIFEST.replace("{repo: data}", "").replace("- repo: data", "- repo: other").replace("small", "large")
    project.manifest.with_name("other.yaml").write_text(other + named.replace("family", "older"), encoding="utf-8")
    result = project.run("build")
    assert result.code == 2
    assert "other.yaml:14:20: the collection is already described at collections/family.yaml:14:20" in result.err


def test_a_rehearsal_has_the_collection_that_the_manifest_names(tmp_path: Path) -> None:
    project = Project(tmp_path)
    items = "items: [{repos: true}, {space: other/demo}, {paper: 2502.07316}]"
    named = f"lab/family-{'1' * 24}"
    project.write(MANIFEST + f"collection: {{slug: {named}, title: The family, {items}}}\n")
    first = project.run("rehearse")
    assert first.code == 0, first.err
    assert "1 of 1 collections" in first.err
    assert "left out of the collection: other/demo" in first.err
    assert f"update     collection  lab/the-family-{'1' * 24}" in first.err
    second = project.run("rehearse")
    assert (second.code, "0 of 1 collections" in second.err) == (0, True)
    with localhub.start(tmp_path / ".cardgen" / "hub") as hub:
        assert members(hub) == ["lab/data", "lab/small-one", "lab/small-two", "2502.07316"]
        assert slug(hub) == f"lab/the-family-{'1' * 24}"


@pytest.mark.parametrize("named", ["title: The family", "slug: lab/words"])
def test_a_rehearsal_makes_one_of_its_own(tmp_path: Path, named: str) -> None:
    project = Project(tmp_path)
    project.write(MANIFEST + f"collection: {{{named}}}\n")
    first = project.run("rehearse")
    assert (first.code, "create     collection" in first.err, "put the" in first.err) == (0, True, False)
    assert "0 of 1 collections" in project.run("rehearse").err


def test_pull_requests_leave_it_alone(project: Project, local_hub: LocalHub) -> None:
    assert project.run("push", "--offline").code == 0
    project.replace("Start here", "Read me")
    assert project.run("push", "--offline", "--pr").code == 0
    assert client(local_hub).get_collection(slug(local_hub)).items[2].note == "Start here"
