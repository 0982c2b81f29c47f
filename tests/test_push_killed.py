"""A push is killed with any kind of request at the hub; run again, it ends as if nothing had been."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest

import doomed_command
import memory
from cardgen import journal, localhub
from cardgen.localhub import Answer, LocalHub
from doomed_command import When
from hub_client import client, git, repo_path, write_card
from project import MANIFEST, Project

REPOS: Final = {"lab/data": "datasets", "lab/small-one": "models", "lab/small-two": "models"}
RESULTS: Final = """\
results:
  benchmarks: [{key: gsm8k, name: GSM8K, dataset: openai/gsm8k, task: gsm8k}]
  rows:
    - {repo: small-one, scores: {gsm8k: 61.2}}
    - {name: Another, scores: {gsm8k: 70.0}}
"""
PAGE: Final = """\
collection:
  title: The family
  notes: {small-one: Start here, small-two: Then here}
  items: [{repos: true}]
"""
PUSH: Final = ("push", "--offline")
PROPOSE: Final = (*PUSH, "--pr")


@dataclass(frozen=True)
class Place:
    """A project, and the hub that it publishes to."""

    project: Project
    hub: LocalHub

    def change(self, old: str, new: str) -> None:
        self.project.replace(old, new)
        self.project.build()

    def run(self, *command: str) -> None:
        result = doomed_command.run(self.project, *command)
        assert result.code == 0, result.err

    def edit(self, old: str, new: str) -> None:
        """Somebody edits a card by hand."""
        text = git(repo_path(self.hub, "lab/small-one"), "show", "main:README.md") + "\n"
        assert old in text
        write_card(client(self.hub), "lab/small-one", text.replace(old, new).encode())


def nothing(place: Place) -> None:
    """The hub is empty."""


def update(place: Place) -> None:
    place.run(*PUSH)
    place.change("A family", "Another family")


def remove(place: Place) -> None:
    place.run(*PUSH)
    place.change(RESULTS, "")


def propose_again(place: Place) -> None:
    update(place)
    place.run(*PROPOSE)
    place.change("Another family", "A third family")


def propose_anew(place: Place) -> None:
    """Main has changed the same lines since it was proposed."""
    update(place)
    place.run(*PROPOSE)
    place.edit("license: mit", "widget: []\nlicense: mit")
    place.change("license: mit", "license: apache-2.0")


def change_page(place: Place) -> None:
    """Its title, a member and the order; one that it has is wanted no more."""
    place.run(*PUSH)
    slug = next(iter(client(place.hub).list_collections())).slug
    client(place.hub).create_repo("lab/old")
    client(place.hub).add_collection_item(slug, "lab/old", "model")
    named = f"  slug: {slug}\n  prune: true\n  title: Our family\n"
    place.change("  title: The family\n", named)
    place.change("[{repos: true}]", "[{paper: 2502.07316}, {repos: true}]")


def change_notes(place: Place) -> None:
    place.run(*PUSH)
    place.change("Start here, small-two: Then here", "Read me, small-two: Then me")


def change_one_note(place: Place) -> None:
    place.run(*PUSH)
    place.change("Start here", "Read me")


@dataclass(frozen=True)
class Kind:
    """A kind of write: what is done before, which command it is, and which requests it is killed at.

    `has_batch`: whether the hub changes several members of a collection at once.
    """

    before: Callable[[Place], None]
    command: tuple[str, ...]
    requests: tuple[tuple[str, str], ...]
    has_batch: bool = True


READ, COMMIT = ("GET", "/small-one/resolve/main/README"), ("POST", "/small-one/commit/")
VERIFY, RESULT = ("GET", "/small-one/resolve/[0-9a-f]{40}/README"), ("GET", "/small-one/resolve/.*/.eval_results")
ALL, ONE = "/api/collections", "/api/collections/[^/]*/[^/]*"
LIST, LOOK, ADD, BATCH = ("GET", f"{ALL}$"), ("GET", f"{ONE}$"), ("POST", f"{ONE}/items$"), ("POST", "/items/batch$")
CREATE: Final = (
    READ,
    LIST,
    ("GET", "/whoami"),
    ("POST", "/repos/create$"),
    ("POST", "/validate-yaml$"),
    ("POST", "/small-one/preupload/"),
    COMMIT,
    VERIFY,
    RESULT,
    ("POST", f"{ALL}$"),
    ADD,
)
KINDS: Final[Mapping[str, Kind]] = {
    "create": Kind(nothing, PUSH, CREATE),
    "update": Kind(update, PUSH, (("GET", "/small-one/resolve/.*gitattributes"), COMMIT)),
    "remove": Kind(remove, PUSH, (COMMIT, RESULT)),
    "propose": Kind(update, PROPOSE, (("GET", "/small-one/discussions$"), COMMIT, VERIFY)),
    "propose again": Kind(propose_again, PROPOSE, (("GET", "/small-one/commits/"), COMMIT, VERIFY)),
    "propose anew": Kind(
        propose_anew,
        PROPOSE,
        (("GET", "/discussions/1$"), ("POST", "/discussions/1/status$"), ("POST", "/small-one/commit/main")),
    ),
    "change the page": Kind(change_page, PUSH, (LOOK, ("PATCH", f"{ONE}$"), ("DELETE", f"{ONE}/items/"), ADD, BATCH)),
    "change one note": Kind(change_one_note, PUSH, (("PATCH", f"{ONE}/items/"),)),
    "change notes one by one": Kind(change_notes, PUSH, (("PATCH", f"{ONE}/items/"),), has_batch=False),
}
READINGS: Final = ("GET", "/validate-yaml", "/preupload/")
"""Requests that change nothing: killed before them or after them is the same."""
CASES: Final[list[tuple[str, str, str, When]]] = [
    (name, *request, when)
    for name, kind in KINDS.items()
    for request in kind.requests
    for when in ("before", "after")
    if when == "before" or not any(word in " ".join(request) for word in READINGS)
]
"""Each kind of request of each kind of write; one that another kind has stood for is not repeated if it only reads."""


def state(hub: LocalHub) -> object:
    """All that is on the hub, without what differs from run to run: ids, times."""
    api = client(hub)
    repos, pulls = {}, {}
    for repo, kind in REPOS.items():
        path = repo_path(hub, repo, kind)
        repos[repo] = git(path, "log", "--format=%s %T", "main")
        for each in api.get_repo_discussions(repo, repo_type=kind.removesuffix("s")):
            found = api.get_discussion_details(repo, each.num, repo_type=kind.removesuffix("s"))
            log = git(path, "log", "--format=%s %T", f"main..refs/pr/{each.num}")
            pulls[repo, each.num] = (found.title, found.status, [event.type for event in found.events], log)
    pages = [api.get_collection(each.slug) for each in api.list_collections()]
    return repos, pulls, [
        (page.title, page.description, [(item.item_type, item.item_id, item.note) for item in page.items])
        for page in pages
    ]  # fmt: skip


@contextmanager
def opened(folder: Path, *, has_batch: bool = True) -> Iterator[Place]:
    with localhub.start(folder / "hub") as hub:
        project = Project(folder / "project")
        project.use(hub)
        if not has_batch:
            hub.faults.add(*BATCH, Answer(404, '{"error": "Not found"}'))
        yield Place(project, hub)


@dataclass(frozen=True)
class Prepared:
    """A folder in which all stands before a write, and what is on the hub after one that nobody kills."""

    folder: Path
    end: object


@pytest.fixture(scope="module")
def prepared() -> Iterator[Callable[[str], Prepared]]:
    @cache
    def prepare(name: str) -> Prepared:
        kind, folder, whole = KINDS[name], root / name / "before", root / name / "whole"
        Project(folder / "project").write(MANIFEST + RESULTS + PAGE)
        with opened(folder) as place:
            place.project.build()
            kind.before(place)
        shutil.copytree(folder, whole)
        with opened(whole, has_batch=kind.has_batch) as place:
            before = state(place.hub) if kind.before is not nothing else None
            place.run(*kind.command)
            end = state(place.hub)
        assert end != before
        return Prepared(folder, end)

    with memory.folder() as root:
        yield prepare


@pytest.mark.parametrize(("name", "method", "path", "when"), CASES)
def test_killed_and_run_again(
    prepared: Callable[[str], Prepared], in_memory: Path, name: str, method: str, path: str, when: When
) -> None:
    kind, before = KINDS[name], prepared(name)
    shutil.copytree(before.folder, in_memory, dirs_exist_ok=True)
    with opened(in_memory, has_batch=kind.has_batch) as place:
        doomed_command.kill(place.project, place.hub, (method, path), when, *kind.command)
        for _ in ("again", "and again"):
            place.run(*kind.command)
            assert state(place.hub) == before.end
        assert not (place.project.folder / journal.PATH).exists()


@contextmanager
def hub_process(root: Path, port: int = 0) -> Iterator[tuple[subprocess.Popen[str], dict[str, str]]]:
    """A hub that can be killed: its process, and what it tells of itself."""
    command = [sys.executable, "-m", "cardgen", "hub", "--root", str(root), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        told = [process.stdout.readline().strip().split("=", 1) for _ in range(2)]
        try:
            yield process, dict(told)
        finally:
            process.kill()


def test_the_hub_is_killed_in_the_middle_and_comes_back(tmp_path: Path) -> None:
    """The push finds nobody, ends, and goes on when the hub is there again."""
    project = Project(tmp_path / "project")
    project.write()
    root = tmp_path / "hub"
    with hub_process(root) as (process, told):
        project.environment.update(told)
        assert project.run("build").code == 0
        assert project.run("push", "--offline", "--only", "lab/small-one").code == 0
        process.kill()
    port = int(told["HF_ENDPOINT"].rpartition(":")[2])
    with hub_process(root, port) as (_, again):
        assert again == told
        done = project.run("push", "--offline")
        assert done.code == 0, done.err
    for repo, kind in REPOS.items():
        path = root / kind / f"{repo}.git"
        log = git(path, "log", "--format=%s", "main").splitlines()
        assert log == ["Create card from collections/family.yaml", "initial commit"]
