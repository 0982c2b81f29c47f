"""How a page of the web is asked for, and what its answers mean."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import urljoin

from cardgen.links.port import Answer, Cause, Failure, Inquiry
from cardgen.links.probe import probe
from cardgen.links.urls import scheme_of, to_ask
from cardgen.links.verdict import Status, Verdict

MAX_REDIRECTS = 10

Hop = tuple[int, str]
"""The code of a redirect, and where it leads."""

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PERMANENT = frozenset({301, 308})
_GONE = frozenset({404, 410})

_MEANING = {
    401: "asks for a login",
    403: "refuses us, and perhaps no reader",
    404: "there is no such page",
    410: "the page is gone",
    429: "asks for fewer requests",
    451: "refuses for legal reasons",
}
_FAILED: dict[Cause, tuple[Status, str]] = {
    "url": ("broken", "no valid address"),
    "name": ("broken", "there is no such host"),
    "no-name": ("unsure", "the host could not be looked up"),
    "private": ("excluded", "not asked: no address of the public internet"),
    "certificate": ("broken", "browsers refuse its certificate"),
    "tls": ("unsure", "no secure connection came about"),
    "connection": ("unsure", "no connection came about"),
    "timeout": ("unsure", "no answer in time"),
    "cut": ("unsure", "the answer broke off, or is no HTTP"),
    "resting": ("unsure", "the host asks to be left alone"),
    "silent": ("unsure", "the host does not answer"),
    "late": ("unsure", "not asked: the time for all links was over"),
}


def inquire(url: str) -> Inquiry:
    """Ask for a page, follow where it redirects to, and judge it by what a reader would find.

    Only what proves that a reader finds nothing makes a link `broken`: 404, 410, a host that does not exist or
    has another's certificate, redirects in a circle. What robots are told (401, 403, 429, 5xx) proves nothing.
    """
    here = url
    hops: list[Hop] = []
    wants_cookies = False
    while True:
        answer = yield from probe(here)
        target = redirection(here, answer)
        if target is None or isinstance(answer, Failure):
            return _after(hops, judge(answer))
        wants_cookies |= "set-cookie" in answer.headers
        if target in (url, *(place for _, place in hops)) or len(hops) == MAX_REDIRECTS:
            return _endless(answer.code, wants_cookies=wants_cookies)
        hops.append((answer.code, target))
        if scheme_of(target) not in ("http", "https"):
            return _after(hops, Verdict("unsure", answer.code, "no web address"))
        here = to_ask(target)


def redirection(url: str, answer: Answer | Failure) -> str | None:
    """Where an answer redirects to, as a whole URL; None if it does not."""
    if isinstance(answer, Failure) or answer.code not in _REDIRECTS or not answer.headers.get("location"):
        return None
    try:
        target = urljoin(url, answer.headers["location"])
        to_ask(target)
    except ValueError:
        return None
    return target


def judge(answer: Answer | Failure) -> Verdict:
    """What the last answer of an inquiry says about the page."""
    if isinstance(answer, Failure):
        status, message = _FAILED[answer.cause]
        return Verdict(status, message=f"{message}: {answer.detail}" if answer.detail else message)
    if 200 <= answer.code < 300:
        return Verdict("ok", answer.code)
    status = "broken" if answer.code in _GONE else "unsure"
    return Verdict(status, answer.code, _MEANING.get(answer.code) or _phrase(answer.code))


def _phrase(code: int) -> str:
    try:
        return f"the server says {HTTPStatus(code).phrase}"
    except ValueError:
        return "the server says what no standard knows"


def _endless(code: int, *, wants_cookies: bool) -> Verdict:
    if wants_cookies:
        return Verdict("unsure", code, "redirects without end to a reader who keeps no cookies")
    return Verdict("broken", code, "redirects without end")


def _after(hops: list[Hop], verdict: Verdict) -> Verdict:
    """The verdict on a link from the one on the page that its redirects lead to.

    It has moved if it begins with permanent redirects; its new address is where these end, since what comes after
    them may be another place tomorrow.
    """
    if not hops:
        return verdict
    if verdict.status != "ok":
        return Verdict(verdict.status, verdict.code, f"redirects to {hops[-1][1]}: {verdict.message}")
    moved = None
    for code, target in hops:
        if code not in _PERMANENT:
            break
        moved = target
    if moved is None:
        return verdict
    return Verdict("moved", hops[0][0], f"moved permanently to {moved}", moved)
