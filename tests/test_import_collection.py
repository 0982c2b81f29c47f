"""A collection that comes in stays as it is on the Hub: its order, its notes, and what others put into it."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardgen.importing import members
from cardgen.localhub import LocalHub
from cardgen.members import Member
from cardgen.model import Position, Repo, RepoType
from hub_client import client
from project import MANIFEST, Project


def repo(name: str, repo_type: RepoType = "model") -> Repo:
    return Repo(f"lab/{name}", repo_type, name, {}, Position("m.yaml"))


REPOS = [repo("d", "dataset"), repo("a"), repo("b")]
DATA, A, B = Member("dataset", "lab/d"), Member("model", "lab/a", "Note of a"), Member("model", "lab/B")
THEIRS = Member("paper", "2502.07316", "The paper")


@pytest.mark.parametrize(
    ("there", "expected"),
    [
        ([], {}),
        ([THEIRS, DATA, B], {}),
        ([DATA, THEIRS, A, B], {"notes": {"lab/a": "Note of a"}}),
        (
            [B, THEIRS, A],
            {"items": [{"model": "lab/B"}, {"model": "lab/a", "note": "Note of a"}, {"repos": True}]},
        ),
        ([Member("model", "lab/a", "two\nlines"), Member("model", "lab/b", "x" * 501)], {}),
    ],
)
def test_what_a_manifest_says_of_it(there: list[Member], expected: object) -> None:
    assert members.write(there, REPOS) == expected


@pytest.mark.parametrize("order", ["in order", "in another order"])
def test_after_an_import_the_plan_changes_nothing_of_it(tmp_path: Path, local_hub: LocalHub, order: str) -> None:
    origin, copy = Project(tmp_path / "origin"), Project(tmp_path / "copy")
    origin.write(MANIFEST + "collection: {title: Family, description: About., notes: {small-one: 'Read: me'}}\n")
    origin.use(local_hub)
    assert origin.run("build").code == 0
    assert origin.run("push", "--offline").code == 0
    api = client(local_hub)
    (listed,) = api.list_collections(owner="lab")
    api.add_collection_item(listed.slug, "2502.07316", "paper", note="By hand")
    if order != "in order":
        api.update_collection_item(listed.slug, api.get_collection(listed.slug).items[0].item_object_id, position=9)
    copy.use(local_hub)
    copy.manifest.parent.mkdir(parents=True)
    imported = copy.run("import", listed.slug, "-o", "collections/family.yaml")
    assert imported.code == 0, imported.err
    assert ("items:" in copy.manifest.read_text()) is (order != "in order")
    assert "Read: me" in copy.manifest.read_text()
    assert copy.run("build").code == 0
    planned = copy.run("plan")
    assert f"unchanged  collection  {listed.slug}" in planned.out
