"""HTML that browsers read otherwise than it was meant. What they mend without a trace is left alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import groupby
from typing import Final

from cardgen.lint import elements
from cardgen.lint.card import MAX_CHARACTERS, ReadCard
from cardgen.lint.elements import KNOWN, Element
from cardgen.lint.markdown import Tag
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote, times

_FORMATS: Final = frozenset("a b big code em font i s small span strike strong sub sup tt u".split())  # noqa: SIM905 (quoted one by one they fill a page)
"""What may be closed in the wrong order: browsers open it again where they have to."""

_MOST_LINES: Final = 100
"""How far up it is looked for the beginning of code."""

_SHOWN: Final = frozenset({"gallery", "gradio-app"})
"""Components of the Hub."""

_NAMED_ENTITY: Final = (
    "nbsp|ensp|emsp|thinsp|lt|gt|amp|quot|apos|copy|reg|mdash|ndash|hellip|middot|bull|times|rarr|larr|deg|plusmn"
)
_OPEN_ENTITY = re.compile(rf"&(?:{_NAMED_ENTITY})(?![;\w=])|&(?:nbsp|emsp|ensp)(?=[A-Z])")
_TWICE = re.compile(rf"&amp;(?:amp;)*(?P<entity>(?:{_NAMED_ENTITY}|#\d{{1,7}}|#x[0-9a-fA-F]{{1,6}});)")
_READ_AS_TEXT: Final = frozenset({"&lt;", "&gt;", "&quot;", "&apos;"})


def _unclosed(card: ReadCard) -> Iterator[Problem]:
    found = elements.of(card)
    crossed = {id(element) for _, element in found.unopened if element}
    for element in sorted(found.unclosed, key=_start):
        if id(element) not in crossed and not _is_code(card, element.tag):
            name = element.tag.name
            until = ", and ends where the next paragraph begins" if name == "p" else ""
            message = f"{_tag(card, element.tag)} is never closed{until}"
            yield Problem(message, *_span(element.tag), f"close it with </{name}>")


def _crossed(card: ReadCard) -> Iterator[Problem]:
    for tag, element in elements.of(card).unopened:
        if element and element.cut_by and not _is_mended(element, element.cut_by) and not _is_code(card, tag):
            line = card.place(element.cut_by.start)[0]
            yield Problem(
                f"</{tag.name}> comes too late: {_tag(card, element.cut_by)} in line {line} has closed "
                f"{_tag(card, element.tag)} already", *_span(tag), "close elements in the order in which they nest",
            )  # fmt: skip


def _is_mended(element: Element, by: Tag) -> bool:
    """Whether a reader sees no difference."""
    if element.tag.name == "p":
        return not element.tag.attributes
    return element.tag.name in _FORMATS and by.name in _FORMATS


def _unopened(card: ReadCard) -> Iterator[Problem]:
    for tag, element in elements.of(card).unopened:
        if element is None and not _is_code(card, tag):
            yield Problem(f"</{tag.name}> closes nothing", *_span(tag), f"open <{tag.name}> before it, or leave it out")


def _unknown(card: ReadCard) -> Iterator[Problem]:
    if "<svg" in card.own or "<math" in card.own:
        return
    first: dict[str, Tag] = {}
    names = [tag.name for tag in card.tags if tag.name not in KNOWN]
    for tag in card.tags if names else ():
        if tag.name not in KNOWN and tag.name not in _SHOWN and not _is_code(card, tag):
            first.setdefault(tag.name, tag)
    for name, tag in first.items():
        yield Problem(
            f"{_tag(card, tag)} is no HTML element, and is not shown{times(names.count(name))}", *_span(tag),
            "write it between backticks, or with &lt; and &gt;",
        )  # fmt: skip


def _comment(card: ReadCard) -> Iterator[Problem]:
    text, at = card.markup, card.markup.find("<!--")
    while at >= 0:
        end = text.find("-->", at + 2)
        if end < 0:
            if not text[text.rfind("\n", 0, at) + 1 : at].strip() and len(card.text) <= MAX_CHARACTERS:
                yield Problem("a comment is never closed, and hides all that follows", at, at + 4, "close it with -->")
            return
        at = text.find("<!--", end)


def _open_entity(card: ReadCard) -> Iterator[Problem]:
    if "&" not in card.prose:
        return
    every = (each for each in _OPEN_ENTITY.finditer(card.prose) if not _is_in_address(each))
    for _, line in groupby(every, key=lambda each: card.place(each.start())[0]):
        found = list(line)
        start, end = found[0].start(), found[-1].end()
        yield Problem(
            f"{found[0][0]} has no semicolon{times(len(found))}: in Markdown it is shown as it stands", start, end,
            f"write {found[0][0]};", _OPEN_ENTITY.sub(_closed, card.text[start:end]),
        )  # fmt: skip


def _is_in_address(found: re.Match[str]) -> bool:
    """Whether it is a parameter of a URL."""
    before = found.string[max(0, found.start() - 500) : found.start()]
    return "://" in re.split(r"[\s\"'<>]", before)[-1]


def _closed(found: re.Match[str]) -> str:
    return found[0] if _is_in_address(found) else f"{found[0]};"


def _twice(card: ReadCard) -> Iterator[Problem]:
    if "&amp;" not in card.prose:
        return
    for found in _TWICE.finditer(card.prose):
        entity = "&" + found["entity"]
        yield Problem(
            f"{quote(found[0])} was escaped twice: a reader sees {entity}", *found.span(), f"write {entity}",
            None if entity in _READ_AS_TEXT else entity,
        )  # fmt: skip


def _is_code(card: ReadCard, tag: Tag) -> bool:
    """Whether a tag stands in code that is indented: by four, below a blank line."""
    start = card.prose.rfind("\n", 0, tag.start) + 1
    for _ in range(_MOST_LINES):
        above = card.prose.rfind("\n", 0, max(start - 1, 0)) + 1
        if not card.prose.startswith(("    ", "\t"), start):
            return False
        if not card.prose[above:start].strip():
            return True
        start = above
    return False


def _tag(card: ReadCard, tag: Tag) -> str:
    return quote(card.text[tag.start : tag.end])[1:-1]


def _span(tag: Tag) -> tuple[int, int]:
    return tag.start, tag.end


def _start(element: Element) -> int:
    return element.tag.start


RULES = (
    Rule("html-unclosed", "structure", "warning", "An HTML element is never closed.", _unclosed),
    Rule("html-crossed", "structure", "warning", "An HTML element is closed after it has ended.", _crossed),
    Rule("html-unopened", "structure", "warning", "An end tag closes nothing.", _unopened),
    Rule("html-unknown", "structure", "warning", "A tag is no HTML element, and is not shown.", _unknown),
    Rule("comment-unclosed", "structure", "error", "A comment is never closed.", _comment),
    Rule("entity-open", "structure", "warning", "An HTML entity has no semicolon.", _open_entity),
    Rule("entity-twice", "structure", "warning", "An HTML entity was escaped twice.", _twice),
)
