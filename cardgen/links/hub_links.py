"""Links to the Hub, asked through its API instead of its pages: five to fifteen times the budget, clearer answers.

The Hub is asked as an anonymous reader sees it. It tells such a one 401 of a repo that is missing or private, it
names a gate or a missing file in `X-Error-Code`, and it redirects the API of a renamed repo to the new id.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from cardgen.links import page
from cardgen.links.port import Answer, Failure, Inquiry
from cardgen.links.probe import Exchange, get, head
from cardgen.links.urls import HUB_HOSTS
from cardgen.links.verdict import Verdict

_NAME = r"\w[\w.-]*"
_REPO = rf"/(?P<kind>datasets/|spaces/|)(?P<id>{_NAME}/{_NAME})"

# Pages, and the paths that are asked about them: the first that finds something decides, the last one tells why
# none does. A paper's page is asked too, since the Hub takes in a paper when its page is first visited; a page of one
# word belongs to an organization, to a user, or to a model from before there were namespaces.
_QUESTIONS = tuple(
    (re.compile(pattern), templates)
    for pattern, *templates in (
        (r"/papers/(?P<id>[\w./-]+)", "/api/papers/{id}", "/papers/{id}"),
        (rf"/collections/(?P<id>{_NAME}/{_NAME})", "/api/collections/{id}"),
        (rf"/(?P<kind>datasets/)(?P<id>{_NAME})", "/api/{kind}{id}"),
        (rf"{_REPO}(?:/discussions)?", "/api/{kind}{id}"),
        (rf"{_REPO}/discussions/(?P<number>\d+)", "/api/{kind}{id}/discussions/{number}"),
        (rf"{_REPO}/tree/(?P<revision>[^/]+)", "/api/{kind}{id}/revision/{revision}"),
        (rf"{_REPO}/tree/(?P<path>[^/]+/.+)", "/api/{kind}{id}/tree/{path}"),
        (rf"{_REPO}/(?:blob|raw|resolve|blame)/(?P<path>[^/]+/.+)", "/{page}{id}/resolve/{path}"),
        (rf"/(?P<id>{_NAME})", "/api/organizations/{id}/overview", "/api/users/{id}/overview", "/api/models/{id}"),
    )
)
# First words of paths that are pages of the Hub itself, not namespaces.
_PAGES = re.compile(
    r"/(?:api|blog|chat|docs|enterprise|inference|join|kernels|learn|login|models|new|organizations|posts|pricing"
    r"|settings|storage|support|tasks|terms-of-service|(?:collections|datasets|papers|spaces)/?$)(?:/|$)"
)
_NEW_ID = re.compile(rf"(?:/api/(?:models|datasets|spaces)/|/(?:datasets/|spaces/)?(?!api/))({_NAME}/{_NAME})(?=/|$)")
_ABSENT = {
    "RevisionNotFound": "there is no such branch, tag or commit",
    "EntryNotFound": "there is no such file",
}
_DISABLED = "Access to this resource is disabled."


def is_hub(url: str, endpoint: str) -> bool:
    """Whether a web URL leads to the Hub, or to the hub at `endpoint`."""
    parts = urlsplit(url)
    return parts.hostname in HUB_HOSTS or parts.netloc.lower() == urlsplit(endpoint).netloc.lower()


def questions(url: str, endpoint: str) -> tuple[str, ...]:
    """The URLs to ask at the hub about one of its pages; none if only the page itself can tell."""
    path = urlsplit(url).path.rstrip("/")
    if _PAGES.match(path):
        return ()
    for pattern, templates in _QUESTIONS:
        if match := pattern.fullmatch(path):
            parts = match.groupdict()
            kind = parts.pop("kind", None) or ""
            return tuple(endpoint + _fill(template, kind, parts) for template in templates)
    return ()


def _fill(template: str, kind: str, parts: dict[str, str]) -> str:
    return template.format(kind=kind or "models/", page=kind, **parts)


def inquire(url: str, endpoint: str) -> Inquiry:
    """Ask the hub at `endpoint` about one of its pages.

    A repo that a reader has to ask for access to is `ok`: it is there. One that has another id by now, or is written
    with other letters, has `moved`.
    """
    asked = questions(url, endpoint)
    if not asked:
        return (yield from page.inquire(url))
    for question in asked:
        answer = yield from _asked(question)
        verdict = _judge(url, question, answer)
        if verdict.status != "broken":
            break
    return verdict


def _asked(question: str) -> Exchange:
    """The hub's answer: it says the same to a HEAD as to a GET."""
    answer = yield from head(question)
    return answer if isinstance(answer, Answer) and answer.code < 500 else (yield from get(question))


def _judge(url: str, question: str, answer: Answer | Failure) -> Verdict:
    if isinstance(answer, Failure):
        return page.judge(answer)
    if target := page.redirection(question, answer):
        return _redirected(url, question, answer.code, target)
    error = answer.headers.get("x-error-code", "")
    if error == "GatedRepo":
        return Verdict("ok", answer.code, "gated: readers have to ask for access")
    if answer.code == 401:
        return Verdict("broken", 401, "missing or private")
    if answer.code == 403 and answer.headers.get("x-error-message") == _DISABLED:
        return Verdict("broken", 403, "disabled by the Hub")
    if answer.code == 404:
        return Verdict("broken", 404, _ABSENT.get(error, "the Hub has no such page"))
    return page.judge(answer)


def _redirected(url: str, question: str, code: int, target: str) -> Verdict:
    """A redirect to another id means a new name; any other, as to where a file is stored, is the Hub's own affair."""
    old, new = _id_in(question), _id_in(target)
    if urlsplit(question).netloc != urlsplit(target).netloc or new is None or new == old:
        return Verdict("ok", code)
    location = _renamed(url, old, new)
    if old and new.lower() == old.lower():
        return Verdict("moved", code, f"written with other letters: the Hub calls it {new}", location)
    return Verdict("moved", code, f"renamed to {new}", location)


def _renamed(url: str, old: str | None, new: str) -> str:
    """The URL with the new id; an old one of one word, from before there were namespaces, is the last in the path."""
    parts = urlsplit(url)
    path = parts.path.rstrip("/")
    renamed = path.replace(old, new, 1) if old else f"{path.rpartition('/')[0]}/{new}"
    return parts._replace(path=renamed).geturl()


def _id_in(url: str) -> str | None:
    match = _NEW_ID.match(urlsplit(url).path)
    return match[1] if match else None
