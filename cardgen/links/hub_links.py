"""Links to the Hub, asked through its API instead of its pages.

The Hub is asked as an anonymous reader sees it. It tells such a one 401 of a repo that is missing or private, it
names a gate or a missing file in `X-Error-Code`, and it redirects the API of a renamed repo to the new id.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from cardgen.links import anchors, bodies, page
from cardgen.links.hub_pages import NAME, Page, is_hub, read
from cardgen.links.port import Answer, Failure, Inquiry
from cardgen.links.probe import Exchange, get, head
from cardgen.links.verdict import Evidence, Verdict

__all__ = ["inquire", "is_hub"]

_NEW_ID = re.compile(rf"(?:/api/(?:models|datasets|spaces)/|/(?:datasets/|spaces/)?(?!api/))({NAME}/{NAME})(?=/|$)")
_REPO_QUESTION = re.compile(rf"/api/(?:models|datasets|spaces)/({NAME}(?:/{NAME})?)")
_TELLING = re.compile(rf"{_REPO_QUESTION.pattern}(?:/tree/.+)?$|/api/collections/")
_ITS_ID = re.compile(rf'"id"\s*:\s*"({NAME}/{NAME})"')
_ITS_SLUG = re.compile(rf'"slug"\s*:\s*"({NAME}/{NAME})"')
_ABSENT = {
    "RevisionNotFound": "there is no such branch, tag or commit",
    "EntryNotFound": "there is no such file",
}
_DISABLED = "Access to this resource is disabled."
_GATED = "gated: readers have to ask for access"
_MAX_IDENTITY = 2_000


def inquire(url: str, endpoint: str, fragments: Sequence[str] = ()) -> Inquiry:
    """Ask the hub at `endpoint` about one of its pages.

    A repo that a reader has to ask for access to is `ok`: it is there. One that has another id by now, or is written
    with other letters, has `moved`. Of these fragments, those that a card has no place for are noted.
    """
    asked = read(url, endpoint)
    if not asked.questions:
        return (yield from page.inquire(url, fragments))
    for question in asked.questions:
        answer = yield from _asked(question)
        verdict = _judge(url, question, answer)
        if verdict.status != "broken":
            break
    if asked.what in ("file", "folder") and isinstance(answer, Answer):
        verdict = yield from _told_apart(url, asked, answer, verdict)
    if fragments and verdict.status in ("ok", "moved") and (card := _card(asked)):
        return (yield from _with_places(card, verdict, fragments))
    return verdict


def _asked(question: str) -> Exchange:
    """The hub's answer: it says the same to a HEAD as to a GET. What the API tells of a repo is read, too."""
    if _TELLING.match(urlsplit(question).path):
        return (yield from get(question))
    answer = yield from head(question)
    return answer if isinstance(answer, Answer) and answer.code < 500 else (yield from get(question))


def _judge(url: str, question: str, answer: Answer | Failure) -> Verdict:
    if isinstance(answer, Failure):
        return page.judge(answer)
    if target := page.redirection(question, answer):
        return _redirected(url, question, answer.code, target)
    error = answer.headers.get("x-error-code", "")
    if error == "GatedRepo":
        return Verdict("ok", answer.code, _GATED)
    if answer.code == 401:
        return Verdict("broken", 401, "missing or private")
    if answer.code == 403 and answer.headers.get("x-error-message") == _DISABLED:
        return Verdict("broken", 403, "disabled by the Hub")
    if answer.code == 404:
        return Verdict("broken", 404, _ABSENT.get(error, "the Hub has no such page"))
    return _described(url, question, answer) if answer.code == 200 else page.judge(answer)


def _described(url: str, question: str, answer: Answer) -> Verdict:
    """What the API says of something that is there: perhaps another id, or a gate."""
    evidence = Evidence(url, answer.headers.get("etag", ""), answer.headers.get("last-modified", ""))
    text = (bodies.text(answer) or "") if answer.body else ""
    path = urlsplit(question).path
    if (repo := _REPO_QUESTION.fullmatch(path)) and (its := _ITS_ID.search(text, 0, _MAX_IDENTITY)):
        if its[1] != repo[1]:
            return _moved(url, answer.code, repo[1], its[1])
        gated = re.search(r'"gated"\s*:\s*(?:"|true)', text)
        return Verdict("ok", 200, _GATED if gated else "", evidence=evidence)
    if path.startswith("/api/collections/") and (its := _ITS_SLUG.search(text)) and not path.endswith(its[1]):
        location = urlsplit(url)._replace(path=f"/collections/{its[1]}").geturl()
        return Verdict("moved", 200, f"the collection is at {its[1]} by now", location, evidence)
    return Verdict("ok", 200, evidence=evidence)


def _redirected(url: str, question: str, code: int, target: str) -> Verdict:
    """A redirect to another id means a new name; any other, as to where a file is stored, is the Hub's own affair."""
    old, new = _id_in(question), _id_in(target)
    if urlsplit(question).netloc != urlsplit(target).netloc or new is None or new == old:
        return Verdict("ok", code)
    return _moved(url, code, old or "", new)


def _moved(url: str, code: int, old: str, new: str) -> Verdict:
    location = _renamed(url, old, new)
    if new.lower() == old.lower():
        return Verdict("moved", code, f"written with other letters: the Hub calls it {new}", location)
    return Verdict("moved", code, f"renamed to {new}", location)


def _renamed(url: str, old: str, new: str) -> str:
    """The URL with the new id; an old one of one word, from before there were namespaces, is the last in the path."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    renamed = path.replace(old, new, 1) if "/" in old else f"{path.rpartition('/')[0]}/{new}"
    return parts._replace(path=renamed).geturl()


def _id_in(url: str) -> str | None:
    match = _NEW_ID.match(urlsplit(url).path)
    return match[1] if match else None


def _told_apart(url: str, asked: Page, answer: Answer, verdict: Verdict) -> Inquiry:
    """Files have pages at `blob`, folders at `tree`, and neither is found at the other's."""
    is_absent = verdict.status == "broken" and answer.code == 404
    itself = {(unquote(asked.path), "file")}
    if asked.what == "folder" and (is_absent or _listed(answer) == itself):
        other = yield from head(f"{asked.repo}/resolve/{asked.revision}/{asked.path}")
        if isinstance(other, Answer) and (other.code < 400 or other.headers.get("x-error-code") == "GatedRepo"):
            return _elsewhere(url, answer.code, "a file, and no folder", "blob")
    if asked.what == "file" and is_absent:
        other = yield from get(_tree_of(asked))
        if isinstance(other, Answer) and _listed(other) - itself:
            return _elsewhere(url, answer.code, "a folder, and no file", "tree")
    return verdict


def _elsewhere(url: str, code: int, what: str, word: str) -> Verdict:
    parts = urlsplit(url)
    path = re.sub("/(?:blob|raw|resolve|blame|tree)/", f"/{word}/", parts.path, count=1)
    location = parts._replace(path=path).geturl()
    return Verdict("broken", code, f"{what}: write {location}", location)


def _tree_of(asked: Page) -> str:
    endpoint, _, name = asked.repo.partition("//")[2].partition("/")
    scheme = asked.repo.partition("//")[0]
    kind = "" if name.startswith(("datasets/", "spaces/")) else "models/"
    return f"{scheme}//{endpoint}/api/{kind}{name}/tree/{asked.revision}/{asked.path}"


def _listed(answer: Answer) -> set[tuple[str, str]]:
    """The paths that the API lists in a folder, each with whether it is a file or a directory."""
    try:
        rows = json.loads(bodies.text(answer) or "[]")
        return {(row["path"], row["type"]) for row in rows} if answer.code == 200 else set()
    except (ValueError, TypeError, KeyError, RecursionError):
        return set()


def _card(asked: Page) -> str:
    """Where to read the Markdown that a page shows; an empty string if it shows none."""
    if asked.what == "repo" and "/api/" in asked.questions[0]:
        return f"{asked.repo}/resolve/main/README.md"
    if asked.what == "revision":
        return f"{asked.repo}/resolve/{asked.revision}/README.md"
    if asked.what == "file" and asked.path.lower().endswith(".md"):
        return asked.questions[0]
    return ""


def _with_places(card: str, verdict: Verdict, fragments: Sequence[str]) -> Inquiry:
    """The verdict with the fragments that the card has no place for. Where it lies (a cache, a CDN) is followed."""
    for _ in range(page.MAX_REDIRECTS):
        answer = yield from get(card)
        target = page.redirection(card, answer)
        if target is None:
            break
        card = target
    text = bodies.text(answer) if isinstance(answer, Answer) and answer.code == 200 else None
    if text is None:
        return verdict
    names = anchors.in_card(text)
    missing = tuple(each for each in fragments if not anchors.leads(each, names))
    return replace(verdict, evidence=replace(verdict.evidence or Evidence(card), missing=missing))
