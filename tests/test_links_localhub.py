"""Links to the Hub, asked at a hub that has the pages: the local one, filled by the Hub's own client."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cardgen import localhub
from cardgen.links.check import check
from cardgen.links.verdict import Verdict
from cardgen.localhub import LocalHub
from cardgen.model import HUB_URL
from cardgen.web import open_web
from hub_client import client, write_card

CARD = b"---\nlicense: mit\n---\n# Use it\n"


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    with localhub.start(Path(tmp_path_factory.mktemp("hub")), 0) as hub:
        api = client(hub)
        for repo_id in ("lab/Model", "lab/gated"):
            api.create_repo(repo_id)
            write_card(api, repo_id, CARD)
            api.upload_file(path_or_fileobj=b"x", path_in_repo="a/b.txt", repo_id=repo_id)
        api.update_repo_settings("lab/gated", gated="auto")
        api.create_repo("lab/secret", private=True)
        api.create_discussion("lab/Model", "Hello")
        yield hub


GATED = "gated: readers have to ask for access"


@pytest.mark.parametrize(
    ("page", "status", "message", "location"),
    [
        ("/lab/Model", "ok", "", None),
        ("/lab/model", "moved", "written with other letters: the Hub calls it lab/Model", "/lab/Model"),
        ("/lab/Model#use-it", "ok", "", None),
        ("/lab/Model#usage", "broken", "the page is there, but has no place '#usage'", None),
        ("/lab/Model/tree/main", "ok", "", None),
        ("/lab/Model/tree/main/a", "ok", "", None),
        ("/lab/Model/tree/main/a/b.txt", "broken", "a file, and no folder: write {}", "/lab/Model/blob/main/a/b.txt"),
        ("/lab/Model/blob/main/a", "broken", "a folder, and no file: write {}", "/lab/Model/tree/main/a"),
        ("/lab/Model/blob/main/a/b.txt", "ok", "", None),
        ("/lab/Model/resolve/main/a/b.txt", "ok", "", None),
        ("/lab/Model/blob/main/none", "broken", "there is no such file", None),
        ("/lab/Model/tree/main/none", "broken", "there is no such file", None),
        ("/lab/Model/tree/v9", "broken", "there is no such branch, tag or commit", None),
        ("/lab/Model/blob/v9/README.md", "broken", "there is no such branch, tag or commit", None),
        ("/lab/Model/discussions/1", "ok", "", None),
        ("/lab/Model/discussions/9", "broken", "the Hub has no such page", None),
        ("/lab/gated", "ok", GATED, None),
        ("/lab/gated/blob/main/a/b.txt", "ok", GATED, None),
        ("/lab/secret", "broken", "missing or private", None),
        ("/lab/none", "broken", "missing or private", None),
        ("/datasets/lab/Model", "broken", "missing or private", None),
    ],
)
def test_pages_of_a_hub(filled: LocalHub, page: str, status: str, message: str, location: str | None) -> None:
    verdict = judge(filled, page)
    new = location and HUB_URL + location
    assert (verdict.status, verdict.message, verdict.location) == (status, message.format(new), new)


def test_a_collection(filled: LocalHub) -> None:
    slug = client(filled).create_collection("My things", namespace="lab").slug
    assert judge(filled, f"/collections/{slug}").status == "ok"
    assert judge(filled, "/collections/lab/none-67a978e28fd926b56a4f55a2").message == "the Hub has no such page"


def judge(hub: LocalHub, page: str) -> Verdict:
    url = HUB_URL + page
    return check([url], open_web(endpoint=hub.endpoint), endpoint=hub.endpoint)[url]
