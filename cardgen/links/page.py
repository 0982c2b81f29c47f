"""How a page of the web is asked for, and what its answers mean."""

from __future__ import annotations

import re
from collections.abc import Sequence
from http import HTTPStatus
from urllib.parse import urljoin

from cardgen.links import bodies, content, excuses, html, sites
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
_REFRESHES = re.compile(rb"http-equiv\s*=\s*[\"']?refresh", re.IGNORECASE)

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
    "network": ("unsure", "no network leads there"),
    "connection": ("unsure", "no connection came about"),
    "timeout": ("unsure", "no answer in time"),
    "cut": ("unsure", "the answer broke off, or is no HTTP"),
    "resting": ("unsure", "the host asks to be left alone"),
    "silent": ("unsure", "the host does not answer"),
    "late": ("unsure", "not asked: the time for all links was over"),
}


def inquire(url: str, fragments: Sequence[str] = ()) -> Inquiry:
    """Ask for a page, follow where it redirects to, and judge it by what a reader would find.

    Only what proves that a reader finds nothing makes a link `broken`: 404, 410, a host that does not exist or
    has another's certificate, redirects in a circle. What robots are told (401, 403, 429, 5xx) proves nothing.
    """
    other = sites.instead(url)
    verdict = yield from _inquire(other or url, fragments)
    if other and verdict.status == "moved":  # what is asked in its place has moved, and not the page
        return Verdict("ok", verdict.code, evidence=verdict.evidence)
    return verdict


def _inquire(url: str, fragments: Sequence[str]) -> Inquiry:
    here = url
    hops: list[Hop] = []
    wants_cookies = False
    while True:
        answer = yield from probe(here)
        target = redirection(here, answer)
        if target is None or isinstance(answer, Failure):
            return _after(hops, _judge_at(url, here, answer, fragments), url)
        wants_cookies |= "set-cookie" in answer.headers
        if target in (url, *(place for _, place in hops)) or len(hops) == MAX_REDIRECTS:
            return _endless(answer.code, wants_cookies=wants_cookies)
        hops.append((answer.code, target))
        if scheme_of(target) not in ("http", "https"):
            return _after(hops, Verdict("unsure", answer.code, "no web address"), url)
        here = to_ask(target)


def redirection(url: str, answer: Answer | Failure) -> str | None:
    """Where an answer redirects to, as a whole URL; None if it does not."""
    if isinstance(answer, Failure):
        return None
    location = answer.headers.get("location") if answer.code in _REDIRECTS else _refresh(answer)
    if not location:
        return None
    try:
        target = urljoin(url, location)
        to_ask(target)
    except ValueError:
        return None
    return target


def _refresh(answer: Answer) -> str | None:
    """Where a page that is there sends its reader at once."""
    if answer.code != 200 or not bodies.is_html(answer) or not _REFRESHES.search(answer.body):
        return None
    return html.refresh(bodies.text(answer) or "")


def _judge_at(url: str, here: str, answer: Answer | Failure, fragments: Sequence[str]) -> Verdict:
    if isinstance(answer, Answer) and 200 <= answer.code < 300:
        return content.judge(here, answer, fragments)
    verdict = judge(answer)
    if verdict.status == "broken" and verdict.code and (reason := sites.refuses_robots(url)):
        return Verdict("unsure", verdict.code, f"{verdict.message}, it says; but the site refuses robots: {reason}")
    return verdict


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


def _after(hops: list[Hop], verdict: Verdict, url: str) -> Verdict:
    """The verdict on a link from the one on the page that its redirects lead to.

    It has moved if it begins with permanent redirects; its new address is where these end, since what comes after
    them may be another place tomorrow.
    """
    if not hops:
        return verdict
    last = hops[-1][1]
    if verdict.status != "ok":
        return Verdict(verdict.status, verdict.code, f"redirects to {last}: {verdict.message}")
    if excuse := excuses.of_redirect(url, last):
        return Verdict("unsure", hops[0][0], f"redirects to {last}: {excuse}")
    moved = None
    for code, target in hops:
        if code not in _PERMANENT:
            break
        moved = target
    if moved is None:
        return verdict
    return Verdict("moved", hops[0][0], f"moved permanently to {moved}", moved, verdict.evidence)
