"""cardgen import as a user runs it: from folders, from files, from a hub through the real client."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cardgen import card_files, hub, inputs, manifest, render
from cardgen.errors import DiskError, HubError, InputError, TokenError
from cardgen.hub_listing import HubListing
from cardgen.importing import sources
from cardgen.importing.sources import Source
from cardgen.localhub import Answer, LocalHub
from hub_client import client, write_card
from importing import build, collection, load

SEED = Path(__file__).parent / "data" / "codeio_published.md"
SLUG = "hkust-nlp/codei-o-67a978e28fd926b56a4f55a2"
HUB = "https://huggingface.co"


def run(folder: Path, *arguments: str, hub: LocalHub | None = None) -> subprocess.CompletedProcess[str]:
    environment = {
        **os.environ,
        "HF_HOME": str(folder / "home"),
        "HF_ENDPOINT": hub.endpoint if hub else "http://127.0.0.1:9",
    }
    command = [sys.executable, "-m", "cardgen", "import", *arguments]
    return subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture
def built(tmp_path: Path) -> Path:
    """A folder with the built cards of CodeI/O."""
    for card in build(collection("codeio")):
        path = tmp_path / "build" / card.repo.path
        path.parent.mkdir(parents=True)
        path.write_text(card.text, encoding="utf-8")
    return tmp_path


def test_a_build_folder_goes_in_and_the_same_manifest_comes_out(built: Path) -> None:
    done = run(built, "build", "-o", "codeio.yaml")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    path = built / "codeio.yaml"
    cards = render.cards(manifest.load(path.read_bytes(), "collections/codeio.yaml"), inputs.read_templates(path))
    assert [(built / "build" / card.repo.path).read_text(encoding="utf-8") for card in cards] == [
        card.text for card in cards
    ]


def test_the_manifest_goes_to_stdout_and_notes_to_stderr(tmp_path: Path) -> None:
    done = run(tmp_path, str(SEED))
    assert done.returncode == 0
    assert load(done.stdout).title.startswith("CodeI/O")
    assert f"note: {SEED}:77-283: foreign text, 207 lines, is left out" in done.stderr.splitlines()
    assert f"# - {SEED}:77-283: foreign text, 207 lines, is left out" in done.stdout.splitlines()
    assert run(tmp_path, str(SEED), "-q").stderr == ""


def test_a_file_is_written_over_only_when_told(built: Path) -> None:
    path = built / "m.yaml"
    path.write_text("mine\n")
    done = run(built, "build", "-o", "m.yaml")
    assert (done.returncode, path.read_text()) == (2, "mine\n")
    assert "m.yaml exists already" in done.stderr
    assert "--force" in done.stderr
    done = run(built, "build", "-o", "m.yaml", "--force")
    assert (done.returncode, path.read_text()[:2]) == (0, "# ")
    assert [each.name for each in built.iterdir() if each.name.startswith(".m")] == []


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["no/such/"], 2, "no/such/: there is no such file or folder"),
        (["x.md"], 2, "x.md: there is no such file or folder"),
        (["empty"], 2, "empty holds no README.md"),
        (["not a name"], 2, "'not a name' is no file or folder, and nothing on the Hub"),
        (["bad.md"], 1, "nothing in it can be used"),
        (["bare.md"], 2, "nothing tells whose cards these are"),
        (["bare.md", "--namespace", "a b"], 2, "the namespace 'a b'"),
        (["bare.md", "-o", "bad.md/m.yaml", "--namespace", "lab"], 1, "bad.md/m.yaml: cannot be written"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_used_is_said(tmp_path: Path, arguments: list[str], code: int, said: str) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "bad.md").write_bytes(b"\xff\xfe")
    (tmp_path / "bare.md").write_text("# T\n")
    done = run(tmp_path, *arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("word", "source"),
    [
        ("hkust-nlp", Source(namespace="hkust-nlp")),
        (f"{HUB}/hkust-nlp", Source(namespace="hkust-nlp")),
        ("hkust-nlp/LeetCode-O", Source(repo=("model", "hkust-nlp/LeetCode-O"))),
        ("datasets/hkust-nlp/LeetCode-O", Source(repo=("dataset", "hkust-nlp/LeetCode-O"))),
        (f"{HUB}/datasets/hkust-nlp/LeetCode-O", Source(repo=("dataset", "hkust-nlp/LeetCode-O"))),
        (f"{HUB}/hkust-nlp/x/tree/main", Source(repo=("model", "hkust-nlp/x"))),
        (SLUG, Source(slug=SLUG)),
        (f"{HUB}/collections/{SLUG}", Source(slug=SLUG)),
        (f"https://hf.co/collections/{SLUG}/", Source(slug=SLUG)),
    ],
)
def test_what_a_word_means(word: str, source: Source) -> None:
    assert sources.understand(word) == source


@pytest.mark.parametrize(
    "word", ["", "a b", "a/b/c", "https://x.org/a/b", f"{HUB}/papers/2502.07316", "a--b", f"{HUB}/"]
)
def test_what_means_nothing(word: str) -> None:
    with pytest.raises(InputError, match="is no file or folder"):
        sources.understand(word)


def listing(repos: list[tuple[str, str]]) -> str:
    """A collection's answer, as the Hub gives it."""
    items = [{"_id": f"{n:024x}", "type": kind, "id": repo, "position": n} for n, (kind, repo) in enumerate(repos)]
    return json.dumps(
        {
            "slug": SLUG,
            "title": "CodeI/O",
            "description": "Collection for CodeI/O",
            "owner": {"name": "hkust-nlp"},
            "items": items,
            "lastUpdated": "2025-02-13T00:00:00.000Z",
            "position": 0,
            "private": False,
            "theme": "blue",
            "upvotes": 1,
        }
    )


def publish(local_hub: LocalHub, names: list[str]) -> None:
    """Put built cards of CodeI/O onto a hub."""
    api = client(local_hub)
    cards = {card.repo.repo_id.partition("/")[2]: card for card in build(collection("codeio"))}
    for name in names:
        card = cards[name]
        api.create_repo(card.repo.repo_id, repo_type=card.repo.repo_type)
        write_card(api, card.repo.repo_id, card.text.encode(), repo_type=card.repo.repo_type)


STAGE_1, STAGE_2, DATA = "llama3.1-8b_codeio_stage1", "llama3.1-8b_codeio", "CodeIO-PyEdu-Reasoning"


def test_a_collection_comes_in_with_its_page(tmp_path: Path, local_hub: LocalHub) -> None:
    publish(local_hub, [STAGE_1, STAGE_2, DATA])
    items = [("dataset", f"hkust-nlp/{DATA}"), ("model", f"hkust-nlp/{STAGE_1}"), ("model", f"hkust-nlp/{STAGE_2}")]
    more = [("model", "hkust-nlp/dsv2-lite-coder_codeio"), ("model", "Qwen/Qwen2.5"), ("paper", "2502.07316")]
    local_hub.faults.add("GET", "^/api/collections/", Answer(200, listing(items + more)))
    done = run(tmp_path, f"{HUB}/collections/{SLUG}", hub=local_hub)
    assert done.returncode == 0, done.stderr
    found = load(done.stdout)
    assert found.hub_collection is not None
    assert (found.hub_collection.title, found.hub_collection.description) == ("CodeI/O", "Collection for CodeI/O")
    assert len(found.repos) == 13
    assert 'repo: "{row}_{column}"' in done.stdout
    assert "note: hkust-nlp/dsv2-lite-coder_codeio: there is no card" in done.stderr
    assert "note: Qwen/Qwen2.5 is in the collection, but not hkust-nlp's" in done.stderr
    assert "note: the collection holds 1 more things that are no models or datasets" in done.stderr


def test_a_namespace_and_repos_come_in(tmp_path: Path, local_hub: LocalHub) -> None:
    publish(local_hub, [STAGE_1, DATA])
    local_hub.faults.add("GET", "^/api/models$", Answer(200, json.dumps([{"id": f"hkust-nlp/{STAGE_1}"}])))
    local_hub.faults.add("GET", "^/api/datasets$", Answer(200, json.dumps([{"id": f"hkust-nlp/{DATA}"}])))
    whole = run(tmp_path, "hkust-nlp", hub=local_hub)
    named = run(tmp_path, f"hkust-nlp/{STAGE_1}", f"datasets/hkust-nlp/{DATA}", hub=local_hub)
    assert (whole.returncode, named.returncode) == (0, 0), whole.stderr + named.stderr
    assert whole.stdout == named.stdout
    assert len(load(whole.stdout).repos) == 13


def test_what_the_hub_refuses_is_said(tmp_path: Path, local_hub: LocalHub) -> None:
    publish(local_hub, [STAGE_1])
    local_hub.faults.add("GET", "resolve/main", Answer(403, '{"error": "Access is disabled."}'))
    with hub.connect(local_hub.endpoint, local_hub.token) as connection:
        library = HubListing(connection)
        with pytest.raises(HubError, match="not allowed"):
            library.card(("model", f"hkust-nlp/{STAGE_1}"))
        shelf = sources.read(sources.listing([Source(repo=("model", f"hkust-nlp/{STAGE_1}"))], library), library)
        assert [str(note) for note in shelf.notes] == [
            f"hkust-nlp/{STAGE_1}: the card cannot be read: hkust-nlp/{STAGE_1}: not allowed: Access is disabled."
        ]
        local_hub.faults.clear()
        with pytest.raises(HubError, match="not found"):
            library.collection("lab/none-67a978e28fd926b56a4f55a2")
        assert library.card(("model", "hkust-nlp/none")) is None
    with hub.connect(local_hub.endpoint, "hf_wrong") as connection, pytest.raises(TokenError):
        HubListing(connection).card(("model", f"hkust-nlp/{STAGE_1}x"))


class Shelves:
    """A library of cards that a test gives."""

    def __init__(self, repos: int) -> None:
        self.count = repos

    def collection(self, slug: str) -> sources.Listing:
        raise HubError("not here")

    def repos(self, namespace: str, limit: int) -> list[tuple[str, str]]:
        return [("model", f"{namespace}/m{number}") for number in range(min(self.count, limit))]

    def card(self, repo: object) -> bytes | None:
        return b"# T\n"


def test_a_namespace_may_be_too_large() -> None:
    library: sources.Library = Shelves(5_000)  # type: ignore[assignment]
    with pytest.raises(InputError, match="more than 1,000 repos"):
        sources.listing([Source(namespace="lab")], library)
    small: sources.Library = Shelves(3)  # type: ignore[assignment]
    shelf = sources.read(sources.listing([Source(namespace="lab")], small), small)
    assert [card.name for card in shelf.cards] == ["lab/m0", "lab/m1", "lab/m2"]


def test_files_that_cannot_be_read_or_written(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        card_files.read([tmp_path / "x.md"])
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "README.md").write_text("# T\n")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "README.md").symlink_to(SEED)
    with pytest.raises(InputError, match=r"holds no README\.md"):
        card_files.read([tmp_path])
    with pytest.raises(DiskError, match="cannot be written"):
        card_files.write(SEED / "m.yaml", "x", replace=False)
    card_files.write(tmp_path / "new" / "m.yaml", "x", replace=False)
    assert (tmp_path / "new" / "m.yaml").read_text() == "x"
    link = tmp_path / "link.yaml"
    link.symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="exists already"):
        card_files.write(link, "x", replace=False)
