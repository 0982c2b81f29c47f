"""What the page says that an answer brought: whether it is the one that was asked for, and which places it has."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from cardgen.links import anchors, bodies, excuses, html, sites
from cardgen.links.port import Answer
from cardgen.links.verdict import Evidence, Verdict

_PROSE = ("<p", "<h1", "<h2", "<h3", "<li", "<td", "<article")


def judge(url: str, answer: Answer, fragments: Iterable[str] = ()) -> Verdict:
    """The verdict on a page that is there (2xx), with what of these fragments it has no place for."""
    text = bodies.text(answer) if answer.body else None
    if text is not None and bodies.is_html(answer) and (excuse := excuses.of_title(html.title(text))):
        return Verdict("unsure", answer.code, excuse)
    missing, doubtful = _without_place(url, answer, text, tuple(fragments)) if text is not None else ((), ())
    headers = answer.headers
    validators = headers.get("etag", ""), headers.get("last-modified", "")
    evidence = Evidence(url, *validators, missing=missing, doubtful=doubtful)
    return Verdict("ok", answer.code, evidence=evidence)


def _without_place(
    url: str, answer: Answer, text: str, fragments: tuple[str, ...]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The fragments that surely lead nowhere, and those that may."""
    names = _names(url, answer, text) if fragments else None
    if names is None:
        return (), ()
    nowhere = tuple(fragment for fragment in fragments if not anchors.leads(fragment, names))
    certain = answer.is_whole and not sites.has_own_fragments(url) and not _made_by_scripts(text)
    return (nowhere, ()) if certain else ((), nowhere)


def _names(url: str, answer: Answer, text: str) -> frozenset[str] | None:
    """The places of a page, or of a Markdown text; None for what gives its fragments a meaning of its own."""
    if bodies.is_html(answer):
        return anchors.in_html(text)
    if bodies.kind(answer) == "text/markdown" or (
        bodies.kind(answer) == "text/plain" and urlsplit(url).path.lower().endswith((".md", ".markdown"))
    ):
        return anchors.in_card(text)
    return None


def _made_by_scripts(text: str) -> bool:
    """Whether a page has scripts and hardly any text: they will make its places."""
    lowered = text.lower()
    return "<script" in lowered and not any(tag in lowered for tag in _PROSE)
