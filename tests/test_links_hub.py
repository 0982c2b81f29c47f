"""Links to the Hub: what its API is asked about them, and what its answers mean to an anonymous reader."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from cardgen.asking import Limits
from cardgen.links.check import check
from cardgen.links.verdict import Verdict
from cardgen.model import HUB_URL
from cardgen.web import open_web
from web_site import Play, Site, answers, by_method, in_turn, open_site


@pytest.fixture
def hub() -> Iterator[Site]:
    """A hub that knows nothing but what a test puts there; it says of the rest what the Hub says to strangers."""
    with open_site(answers(401)) as opened:
        yield opened


def judge(hub: Site, path: str) -> Verdict:
    url = HUB_URL + path
    return check([url], open_web(allow_private=True, limits=Limits(backoff=0.01)), endpoint=hub.url(""))[url]


@pytest.mark.parametrize(
    ("page", "question"),
    [
        ("/lab/model", "/api/models/lab/model"),
        ("/lab/model/", "/api/models/lab/model"),
        ("/datasets/lab/data?x=y#z", "/api/datasets/lab/data"),
        ("/spaces/lab/demo", "/api/spaces/lab/demo"),
        ("/datasets/squad", "/api/datasets/squad"),
        ("/lab/model/tree/v1.0", "/api/models/lab/model/revision/v1.0"),
        ("/lab/model/tree/refs%2Fpr%2F1", "/api/models/lab/model/revision/refs%2Fpr%2F1"),
        ("/datasets/lab/data/tree/main/a/b", "/api/datasets/lab/data/tree/main/a/b"),
        ("/lab/model/blob/main/a/LICENSE", "/lab/model/resolve/main/a/LICENSE"),
        ("/datasets/lab/data/resolve/main/x.png", "/datasets/lab/data/resolve/main/x.png"),
        ("/lab/model/raw/main/README.md", "/lab/model/resolve/main/README.md"),
        ("/lab/model/discussions", "/api/models/lab/model"),
        ("/lab/model/discussions/3", "/api/models/lab/model/discussions/3"),
        ("/papers/2502.07316", "/api/papers/2502.07316"),
        ("/collections/lab/name-67a978e28fd926b56a4f55a2", "/api/collections/lab/name-67a978e28fd926b56a4f55a2"),
        ("/lab", "/api/organizations/lab/overview"),
        ("/lab/models", "/api/organizations/lab/overview"),
        ("/collections/lab", "/api/organizations/lab/overview"),
        ("/datasets/lab/data/viewer/default/train", "/api/datasets/lab/data"),
        ("/lab/model/tree/refs/pr/1", "/api/models/lab/model/revision/refs%2Fpr%2F1"),
        ("/lab/model/commits/main", "/api/models/lab/model/revision/main"),
        ("/lab/model/commit/0123abc", "/api/models/lab/model/revision/0123abc"),
        ("/lab/model/blob/refs/pr/1/x", "/lab/model/resolve/refs%2Fpr%2F1/x"),
        ("/lab/model/discussions/3/files", "/api/models/lab/model/discussions/3"),
    ],
)
def test_pages_are_asked_about_at_the_api(hub: Site, page: str, question: str) -> None:
    hub.plays[question] = answers(200)
    assert judge(hub, page) == Verdict("ok", 200)
    assert [path for _, path in hub.asked()][:1] == [question]


@pytest.mark.parametrize("host", ["hf.co", "www.huggingface.co", "huggingface.co"])
def test_every_name_of_the_hub_is_the_hub(hub: Site, host: str) -> None:
    hub.plays["/api/models/lab/model"] = answers(200)
    url = f"http://{host}/lab/model"
    assert (
        check([url], open_web(allow_private=True, limits=Limits(backoff=0.01)), endpoint=hub.url(""))[url].status
        == "ok"
    )


def test_a_hub_of_ones_own_is_a_hub(hub: Site) -> None:
    url = hub.url("/lab/model")
    assert (
        check([url], open_web(allow_private=True, limits=Limits(backoff=0.01)), endpoint=hub.url(""))[url].message
        == "missing or private"
    )


def test_a_hub_that_is_down(hub: Site) -> None:
    url = "https://huggingface.co/lab/model"
    verdict = check([url], open_web(allow_private=True, limits=Limits(backoff=0.01)), endpoint="http://127.0.0.1:9")[
        url
    ]
    assert verdict == Verdict("unsure", None, "no connection came about: Connection refused")


@pytest.mark.parametrize("path", ["/docs/hub/models-cards", "/blog/x", "/datasets", "/models?search=x", ""])
def test_other_pages_are_asked_themselves(hub: Site, path: str) -> None:
    hub.plays[path.partition("?")[0] or "/"] = answers(200)
    url = hub.url(path)
    assert check([url], open_web(allow_private=True, limits=Limits(backoff=0.01)), endpoint=hub.url(""))[
        url
    ] == Verdict("ok", 200)
    assert hub.asked() == [("GET", path or "/")]


def says_json(value: object) -> Play:
    return answers(200, "Content-Type: application/json", body=json.dumps(value).encode())


MODEL = "/api/models/lab/model"
FILE = "/lab/model/resolve/main/x"
STATES: dict[str, tuple[str, str, Play, Verdict]] = {
    "missing or private": ("/lab/model", MODEL, answers(401), Verdict("broken", 401, "missing or private")),
    "gated": (
        "/lab/model/blob/main/x",
        FILE,
        answers(401, "X-Error-Code: GatedRepo"),
        Verdict("ok", 401, "gated: readers have to ask for access"),
    ),
    "gated, with 403": (
        "/lab/model/blob/main/x",
        FILE,
        answers(403, "X-Error-Code: GatedRepo"),
        Verdict("ok", 403, "gated: readers have to ask for access"),
    ),
    "disabled": (
        "/lab/model",
        MODEL,
        answers(403, "X-Error-Message: Access to this resource is disabled."),
        Verdict("broken", 403, "disabled by the Hub"),
    ),
    "403": ("/lab/model", MODEL, answers(403), Verdict("unsure", 403, "refuses us, and perhaps no reader")),
    "404": ("/lab/model", MODEL, answers(404), Verdict("broken", 404, "the Hub has no such page")),
    "no file": (
        "/lab/model/blob/main/x",
        FILE,
        answers(404, "X-Error-Code: EntryNotFound"),
        Verdict("broken", 404, "there is no such file"),
    ),
    "no branch": (
        "/lab/model/tree/v2",
        f"{MODEL}/revision/v2",
        answers(404, "X-Error-Code: RevisionNotFound"),
        Verdict("broken", 404, "there is no such branch, tag or commit"),
    ),
    "503": ("/lab/model", MODEL, answers(503), Verdict("unsure", 503, "the server says Service Unavailable")),
    "over the budget for a moment": (
        "/lab/model",
        MODEL,
        in_turn(answers(429, 'RateLimit: "api";r=0;t=0'), answers(200)),
        Verdict("ok", 200),
    ),
    "renamed": (
        "/lab/model#use",
        MODEL,
        answers(307, "Location: /api/models/lab/new-name"),
        Verdict("moved", 307, "renamed to lab/new-name", f"{HUB_URL}/lab/new-name#use"),
    ),
    "other letters": (
        "/lab/MODEL",
        "/api/models/lab/MODEL",
        answers(307, "Location: /api/models/lab/model"),
        Verdict("moved", 307, "written with other letters: the Hub calls it lab/model", f"{HUB_URL}/lab/model"),
    ),
    "renamed, asked about a file": (
        "/lab/model/blob/main/x",
        FILE,
        answers(307, "Location: /lab/new/resolve/main/x"),
        Verdict("moved", 307, "renamed to lab/new", f"{HUB_URL}/lab/new/blob/main/x"),
    ),
    "a model of one word": (
        "/gpt2",
        "/api/models/gpt2",
        answers(307, "Location: /api/models/openai-community/gpt2"),
        Verdict("moved", 307, "renamed to openai-community/gpt2", f"{HUB_URL}/openai-community/gpt2"),
    ),
    "a dataset of one word": (
        "/datasets/squad",
        "/api/datasets/squad",
        answers(307, "Location: /api/datasets/rajpurkar/squad"),
        Verdict("moved", 307, "renamed to rajpurkar/squad", f"{HUB_URL}/datasets/rajpurkar/squad"),
    ),
    "a file in the cache": (
        "/lab/model/blob/main/x",
        FILE,
        answers(307, "Location: /api/resolve-cache/models/lab/model/0123/x"),
        Verdict("ok", 307),
    ),
    "a large file": (
        "/lab/model/resolve/main/x",
        FILE,
        answers(302, "Location: https://cdn.example.org/x"),
        Verdict("ok", 302),
    ),
    "a user, no organization": ("/someone", "/api/users/someone/overview", answers(200), Verdict("ok", 200)),
    "a paper that the Hub takes in when it is visited": (
        "/papers/2502.07316",
        "/papers/2502.07316",
        answers(200),
        Verdict("ok", 200),
    ),
    "other letters, told in the answer": (
        "/lab/MODEL",
        "/api/models/lab/MODEL",
        says_json({"_id": "1", "id": "lab/model", "gated": False}),
        Verdict("moved", 200, "written with other letters: the Hub calls it lab/model", f"{HUB_URL}/lab/model"),
    ),
    "gated, told in the answer": (
        "/lab/model",
        MODEL,
        says_json({"id": "lab/model", "gated": "manual"}),
        Verdict("ok", 200, "gated: readers have to ask for access"),
    ),
    "a long answer, cut short": (
        "/lab/model",
        MODEL,
        answers(200, "Content-Type: application/json", body=b'{"id":"lab/model","x":"' + b"x" * 2_000_000),
        Verdict("ok", 200),
    ),
    "a collection with another title": (
        "/collections/lab/old-67a978e28fd926b56a4f55a2",
        "/api/collections/lab/old-67a978e28fd926b56a4f55a2",
        says_json({"slug": "lab/new-67a978e28fd926b56a4f55a2", "title": "New"}),
        Verdict(
            "moved",
            200,
            "the collection is at lab/new-67a978e28fd926b56a4f55a2 by now",
            f"{HUB_URL}/collections/lab/new-67a978e28fd926b56a4f55a2",
        ),
    ),
    "no such collection": (
        "/collections/lab/old-67a978e28fd926b56a4f55a2",
        "/api/collections/lab/old-67a978e28fd926b56a4f55a2",
        answers(404),
        Verdict("broken", 404, "the Hub has no such page"),
    ),
    "no such discussion": (
        "/lab/model/discussions/9",
        f"{MODEL}/discussions/9",
        answers(404),
        Verdict("broken", 404, "the Hub has no such page"),
    ),
    "no such commit": (
        "/lab/model/commit/0123abc",
        f"{MODEL}/revision/0123abc",
        answers(404, "X-Error-Code: RevisionNotFound"),
        Verdict("broken", 404, "there is no such branch, tag or commit"),
    ),
    "no such space": ("/spaces/lab/x", "/api/spaces/lab/x", answers(401), Verdict("broken", 401, "missing or private")),
    "no such folder": (
        "/lab/model/tree/main/x",
        f"{MODEL}/tree/main/x",
        answers(404, "X-Error-Code: EntryNotFound"),
        Verdict("broken", 404, "there is no such file"),
    ),
    "a hub without HEAD": (
        "/lab/model/blob/main/x",
        FILE,
        by_method(answers(501), answers(200)),
        Verdict("ok", 200),
    ),
    "no such paper": ("/papers/xxxx.xxxxx", "", answers(200), Verdict("broken", 404, "the Hub has no such page")),
}


@pytest.mark.parametrize("name", STATES)
def test_what_its_answers_mean(hub: Site, name: str) -> None:
    path, question, play, verdict = STATES[name]
    if "/papers/" in path:
        hub.plays |= {f"/api{path}": answers(404), path: answers(404)}
    hub.plays[question] = play
    assert judge(hub, path) == verdict


FOLDER = f"{MODEL}/tree/main/x"
NO_FILE = answers(404, "X-Error-Code: EntryNotFound")


@pytest.mark.parametrize(
    ("path", "plays", "message", "location"),
    [
        ("/tree/main/x", {FOLDER: NO_FILE, FILE: answers(200)}, "a file, and no folder", "/blob/main/x"),
        (
            "/tree/main/x",
            {FOLDER: says_json([{"path": "x", "type": "file"}]), FILE: answers(302, "Location: https://cdn.test/x")},
            "a file, and no folder",
            "/blob/main/x",
        ),
        (
            "/blob/main/x",
            {FILE: NO_FILE, FOLDER: says_json([{"path": "x/y", "type": "file"}])},
            "a folder, and no file",
            "/tree/main/x",
        ),
    ],
)
def test_a_file_is_no_folder(hub: Site, path: str, plays: dict[str, Play], message: str, location: str) -> None:
    hub.plays |= plays
    verdict = judge(hub, f"/lab/model{path}")
    new = f"{HUB_URL}/lab/model{location}"
    assert (verdict.status, verdict.message, verdict.location) == ("broken", f"{message}: write {new}", new)


def test_a_folder_with_one_file_of_its_name_is_a_folder(hub: Site) -> None:
    hub.plays[FOLDER] = says_json([{"path": "x/x", "type": "file"}])
    assert judge(hub, "/lab/model/tree/main/x") == Verdict("ok", 200)


CARD = b"---\nlicense: mit\n---\n# \xf0\x9f\x9a\x80 How to *use* `it`\n\n## Data\n\n## Data\n\n<a id='own'></a>\n"


@pytest.mark.parametrize("page", ["/lab/model", "/lab/model/blob/main/README.md", "/lab/model/tree/main"])
def test_places_in_cards(hub: Site, page: str) -> None:
    hub.plays |= {MODEL: answers(200), f"{MODEL}/revision/main": answers(200)}
    hub.plays["/lab/model/resolve/main/README.md"] = answers(307, "Location: /api/resolve-cache/README.md")
    hub.plays["/api/resolve-cache/README.md"] = answers(200, "Content-Type: text/plain", body=CARD)
    for place in ("-how-to-use-it", "data", "data-1", "own", "", "top"):
        assert judge(hub, f"{page}#{place}").status == "ok", place
    for place in ("usage", "data-2", "How-to-use-it"):
        verdict = judge(hub, f"{page}#{place}")
        assert (verdict.status, verdict.message) == ("broken", f"the page is there, but has no place '#{place}'")


def test_places_in_a_card_that_cannot_be_read(hub: Site) -> None:
    hub.plays[MODEL] = answers(200)
    assert judge(hub, "/lab/model#x") == Verdict("ok", 200)
