"""Asking again about a page that was good: whether it has changed since (RFC 9110, 13)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from cardgen.links.port import Answer, Ask, Inquiry, Web
from cardgen.links.urls import to_ask
from cardgen.links.verdict import Verdict


@dataclass(frozen=True, slots=True)
class Revalidating:
    """A `Web` that asks about pages that were good with the validators that came with them. A page that has not
    changed is what it was. `before` are the verdicts of then, by the URLs of the links."""

    web: Web
    before: Mapping[str, Verdict]

    def settle(self, inquiries: Mapping[str, Inquiry]) -> Iterator[tuple[str, Verdict]]:
        known = {to_ask(url): verdict for url, verdict in self.before.items()}
        return self.web.settle({key: _asked_again(key, each, known.get(key)) for key, each in inquiries.items()})


def usable(before: Mapping[str, Verdict], urls: list[str]) -> dict[str, Verdict]:
    """The verdicts that still hold if their page has not changed: it answered itself, with a validator, and no place
    in it is asked for, which other links may have asked for since."""
    with_places = {to_ask(url) for url in urls if "#" in url}
    return {url: verdict for url, verdict in before.items() if _holds(url, verdict) and to_ask(url) not in with_places}


def _holds(url: str, verdict: Verdict) -> bool:
    evidence = verdict.evidence
    return bool(
        verdict.status == "ok" and evidence and evidence.url == to_ask(url) and (evidence.etag or evidence.modified)
    )


def _asked_again(key: str, inquiry: Inquiry, before: Verdict | None) -> Inquiry:
    """The same inquiry, which ends where the page says that it has not changed."""
    if before is None:
        return (yield from inquiry)
    try:
        ask = next(inquiry)
        while True:
            result = yield _with_validators(ask, before) if ask.url == key else ask
            if isinstance(result, Answer) and result.code == 304 and ask.url == key:
                inquiry.close()
                return before
            ask = inquiry.send(result)
    except StopIteration as stop:
        verdict: Verdict = stop.value
        return verdict


def _with_validators(ask: Ask, before: Verdict) -> Ask:
    evidence = before.evidence
    if evidence is None:
        return ask
    headers = {"If-None-Match": evidence.etag} if evidence.etag else {"If-Modified-Since": evidence.modified}
    return replace(ask, headers={**ask.headers, **headers})
