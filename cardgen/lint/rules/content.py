"""What was left in a text that was not meant to be published."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise

from cardgen.diff import printable
from cardgen.lint.card import ReadCard
from cardgen.lint.markdown import Heading
from cardgen.lint.misspellings import MEANT
from cardgen.lint.rule import Problem, Rule

_PLACEHOLDER = re.compile(
    r"\b(?:TBD|TODO|FIXME)\b|\bx{4,}(?:\.x+)?\b|\[More Information Needed\]|\b[Ll]orem ipsum\b"
    r"|\bREPLACE[ _-]ME\b|\[[Ii]nsert [^\]\n]{1,60}\]|\b(?:Model Card for Model ID|Dataset Card for Dataset Name)\b"
    r"|https?://(?:www\.)?example\.(?:com|org|net)\b[^\s<>\"')]*"
)
_SIGNS = ("TBD", "TODO", "FIXME", "xxxx", "[More", "orem ipsum", "REPLACE", "[Insert", "[insert", "Card for", "xample.")
"""One of these is in every placeholder: looking for them costs next to nothing."""

_PROGRAM = re.compile(r"(?!bib|text|txt)\w")
_WORD = re.compile(r"[a-z]{4,}")


def _placeholder(card: ReadCard) -> Iterator[Problem]:
    """In code of a program, `TODO` and example.org are nobody's slip."""
    if not any(sign in card.own for sign in _SIGNS):
        return
    code = [(fence.start, fence.end) for fence in card.fences if _PROGRAM.match(fence.info)]
    for found in _PLACEHOLDER.finditer(card.own):
        if not any(start <= found.start() < end for start, end in code):
            message = f"a placeholder was left in: {printable(found[0])}"
            yield Problem(message, *found.span(), hint="write what belongs there, or leave the line out")


def _misspelling(card: ReadCard) -> Iterator[Problem]:
    if MEANT.keys().isdisjoint(_WORD.findall(card.prose.lower())):
        return
    lower = card.words.lower()
    for slip in sorted(set(_WORD.findall(lower)) & MEANT.keys()):
        for found in re.finditer(rf"\b{slip}\b", lower):
            written = card.text[found.start() : found.end()]
            meant = _in_case_of(MEANT[slip], written)
            yield Problem(f"{written} is misspelt", *found.span(), hint=f"write {meant}", mended=meant)


def _in_case_of(meant: str, written: str) -> str:
    if written.isupper():
        return meant.upper()
    return meant[0].upper() + meant[1:] if written[0].isupper() else meant


def _empty_section(card: ReadCard) -> Iterator[Problem]:
    """A heading with nothing below it: neither text, nor code, nor a section of its own."""
    ends = [*card.headings, Heading(0, "", len(card.own), len(card.own))]
    for heading, following in pairwise(ends):
        below = card.own[heading.end : following.start]
        is_parent = following.level > heading.level
        if heading.text and not is_parent and not _TEXTLESS.sub("", below).strip():
            message = f"the section {printable(heading.text[:60])} is empty"
            yield Problem(message, heading.start, heading.end, hint="write it, or leave the heading out")


_TEXTLESS = re.compile(r"<!--.*?(?:-->|\Z)|</?(?:div|p|br|center|span)\b[^<>]*+>", re.DOTALL | re.IGNORECASE)

RULES = (
    Rule("placeholder", "content", "warning", "A placeholder was left in.", _placeholder),
    Rule("misspelling", "content", "warning", "A word is misspelt.", _misspelling),
    Rule("section-empty", "content", "warning", "A section is empty.", _empty_section),
)
