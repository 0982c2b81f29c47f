"""Ask once about each link of a family, and judge it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

from cardgen.links import archive, hub_links, page, siblings, unasked
from cardgen.links.port import Answer, Cause, Failure, Inquiry, Web
from cardgen.links.siblings import Known
from cardgen.links.urls import shown, to_ask, with_fragment_of
from cardgen.links.verdict import Verdict
from cardgen.model import HUB_URL

NO_NETWORK = Verdict("unsure", message="there seems to be no network: not even the Hub answers")
_NO_WAY: frozenset[Cause] = frozenset({"name", "no-name", "network"})
OFFLINE = Verdict("excluded", message="not asked: offline")


class Offline:
    """A web that is not asked: what needs an answer is `excluded`."""

    def settle(self, inquiries: Mapping[str, Inquiry]) -> Iterator[tuple[str, Verdict]]:
        for url in inquiries:
            yield url, OFFLINE


def check(urls: Iterable[str], web: Web, *, known: Known | None = None, endpoint: str = HUB_URL) -> dict[str, Verdict]:
    """The verdict on each URL, in the order in which they first come.

    `known` holds verdicts on repos that need no asking (`siblings`), and `endpoint` is the hub that links to the Hub
    are asked at. A URL is asked once, however often it comes and whatever fragments it comes with.
    """
    urls = list(dict.fromkeys(urls))
    verdicts = dict(check_each(urls, web, known=known, endpoint=endpoint))
    return {url: verdicts[url] for url in urls}


def check_each(
    urls: Iterable[str], web: Web, *, known: Known | None = None, endpoint: str = HUB_URL, register: str = ""
) -> Iterator[tuple[str, Verdict]]:
    """The same, each verdict as soon as it is known. `register`, if there is one, tells copies of what is gone."""
    known = known or {}
    asked: dict[str, list[str]] = {}
    for url in dict.fromkeys(urls):
        verdict = unasked.verdict(url) or siblings.verdict(url, known)
        if verdict:
            yield url, _fit_for(url, verdict)
        else:
            asked.setdefault(to_ask(url), []).append(url)
    inquiries = {target: _inquiry(target, _fragments(some), endpoint, register) for target, some in asked.items()}
    for target, verdict in _settle(inquiries, web, endpoint):
        for url in asked[target]:
            yield url, _fit_for(url, siblings.reconsidered(url, verdict, known))


def _fit_for(url: str, verdict: Verdict) -> Verdict:
    """The verdict as it is told of this URL: with its fragment, and with nothing in it that must not be shown."""
    verdict = _at_its_place(urlsplit(url).fragment if "#" in url else "", verdict)
    location = verdict.location and shown(with_fragment_of(url, verdict.location))
    return replace(verdict, message=shown(verdict.message), location=location)


def _at_its_place(fragment: str, verdict: Verdict) -> Verdict:
    """A page that is there, judged by whether it has the place that the fragment names."""
    evidence = verdict.evidence
    if not fragment or evidence is None:
        return verdict
    if fragment in evidence.missing:
        return replace(verdict, status="broken", message=f"the page is there, but has no place '#{fragment}'")
    if fragment in evidence.doubtful:
        message = f"the page is there; whether it has a place '#{fragment}' cannot be told"
        return replace(verdict, status="unsure", message=message)
    return verdict


@dataclass
class _Notes:
    """Whether anybody answered at all, and about which links nobody could be asked."""

    answered: bool = False
    unreached: set[str] = field(default_factory=set)


def _settle(inquiries: Mapping[str, Inquiry], web: Web, endpoint: str) -> Iterator[tuple[str, Verdict]]:
    """Ask about every target. A host is only said not to exist where there is a network at all."""
    notes = _Notes()
    held = []
    noting = {target: _noting(target, inquiry, notes) for target, inquiry in inquiries.items()}
    for target, verdict in web.settle(noting):
        if target in notes.unreached and not notes.answered:
            held.append((target, verdict))
        else:
            yield target, verdict
    has_network = notes.answered or (bool(held) and _has_network(web, endpoint))
    for target, verdict in held:
        yield target, verdict if has_network else NO_NETWORK


def _has_network(web: Web, endpoint: str) -> bool:
    """Whether the Hub answers, as it nearly always does."""
    notes = _Notes()
    for _ in web.settle({endpoint: _noting(endpoint, page.inquire(endpoint), notes)}):
        pass
    return notes.answered


def _fragments(urls: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(urlsplit(url).fragment for url in urls if "#" in url))


def _inquiry(url: str, fragments: tuple[str, ...], endpoint: str, register: str) -> Inquiry:
    is_hub = hub_links.is_hub(url, endpoint)
    inquiry = hub_links.inquire(url, endpoint, fragments) if is_hub else page.inquire(url, fragments)
    return archive.suggesting(url, inquiry, register) if register else inquiry


def _noting(target: str, inquiry: Inquiry, notes: _Notes) -> Inquiry:
    """The same inquiry, with notes taken of what comes back."""
    try:
        ask = next(inquiry)
        while True:
            result = yield ask
            notes.answered |= isinstance(result, Answer)
            if isinstance(result, Failure) and result.cause in _NO_WAY:
                notes.unreached.add(target)
            ask = inquiry.send(result)
    except StopIteration as stop:
        verdict: Verdict = stop.value
        return verdict
