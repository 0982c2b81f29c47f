"""The BibTeX of a card: whether it can be read, whom it names, and of which paper it is."""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from cardgen.diff import printable
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import CardCheck, Problem, Rule

MAX_CHARACTERS: Final = 50_000
"""No citation is longer; the parser's time grows with the length."""

_ENTRY = re.compile(r"^[ \t]*@[A-Za-z]+[ \t]*\{", re.MULTILINE)
_MISSING_COMMA = re.compile(r"[}\"]\s*\n\s*[A-Za-z]+\s*=\s*[{\"\d]")
_PAPER = re.compile(
    r"/(?:(?<=arxiv\.org/abs/)|(?<=arxiv\.org/pdf/)|(?<=huggingface\.co/papers/)|(?<=hf\.co/papers/))(?P<id>\d{4}\.\d{4,5})"
)
_CITED = re.compile(
    r"(?:arxiv(?:\.org/(?:abs|pdf)/|\s*preprint\s*arxiv)?\s*[:/]?\s*|\beprint\s*=\s*[{\"]\s*)(?P<id>\d{4}\.\d{4,5})",
    re.IGNORECASE,
)
_GENERATION = re.compile(r"\bJr\b|\bI{2,3}\b")

logging.getLogger("bibtexparser").addHandler(logging.NullHandler())  # what it cannot read is ours to tell
logging.getLogger("bibtexparser").propagate = False


class _Flaw(NamedTuple):
    """What is wrong with an entry: its rule, the words, and the line of the text, from 0."""

    rule: str
    message: str
    line: int


@lru_cache(maxsize=256)
def _flaws(text: str) -> Sequence[_Flaw]:
    """What is wrong with the entries of a text; the cards of a family share theirs."""
    from bibtexparser.entrypoint import parse_string

    library = parse_string(text)
    broken = (
        _Flaw("bibtex-broken", f"BibTeX that cannot be read: {_reason(block.error)}", block.start_line or 0)
        for block in library.failed_blocks
    )
    fields = (field for entry in library.entries for field in entry.fields)
    return (
        *broken,
        *(flaw for each in fields for flaw in _of_field(each.key.lower(), str(each.value), each.start_line)),
    )


def _reason(error: Exception) -> str:
    said = getattr(error, "abort_reason", "") or str(error)
    return printable(" ".join(said.split()).partition(" Note:")[0].rstrip(".")[:120])


def _of_field(name: str, value: str, line: int | None) -> Iterator[_Flaw]:
    if _MISSING_COMMA.search(value):
        yield _Flaw("bibtex-broken", f"BibTeX that cannot be read: no comma after the field {name}", line or 0)
    elif name in ("author", "editor") and _is_joined_by_commas(value):
        yield _Flaw("bibtex-authors", f"the {name}s are joined by commas, so that BibTeX takes them for one", line or 0)


def _is_joined_by_commas(value: str) -> bool:
    """`Last, First` has one comma, `Last, Jr, First` two; more without an `and` are several people."""
    plain = re.sub(r"\{[^{}]*\}", "", value)
    return (
        " and " not in f" {' '.join(plain.split())} "
        and plain.count(",") >= 2
        and not re.search(r"\bJr\b|\bI{2,3}\b", plain)
    )


def _check(rule: str, hint: str) -> CardCheck:
    def check(card: ReadCard) -> Iterator[Problem]:
        for fence in card.fences:
            text = card.own[fence.start : fence.end]
            if "@" in text and len(text) <= MAX_CHARACTERS and _ENTRY.search(text):
                for flaw in _flaws(text):
                    if flaw.rule == rule:
                        yield Problem(flaw.message, *_line(card.own, fence.start, flaw.line), hint=hint)

    return check


def _line(text: str, start: int, number: int) -> tuple[int, int]:
    """Where a line of a part of the text begins and ends, without the blanks around it."""
    for _ in range(number):
        start = text.index("\n", start) + 1
    end = text.find("\n", start)
    line = text[start : end if end >= 0 else len(text)]
    return start + len(line) - len(line.lstrip()), start + len(line.rstrip())


def _paper(card: ReadCard) -> Iterator[Problem]:
    """The papers that the card links to, and those that its citation is of, have none in common."""
    linked = {found["id"] for found in _PAPER.finditer(card.prose)}
    if not linked:
        return
    cited = [
        found
        for fence in card.fences
        if "@" in card.own[fence.start : fence.end]
        for found in _CITED.finditer(card.own, fence.start, min(fence.end, fence.start + MAX_CHARACTERS))
    ]
    if cited and not linked & {found["id"] for found in cited}:
        message = f"the citation is of arXiv {cited[0]['id']}, the card links to {', '.join(sorted(linked)[:3])}"
        yield Problem(message, *cited[0].span("id"), hint="one of them is of another paper")


RULES = (
    Rule(
        "bibtex-broken", "content", "warning", "BibTeX that cannot be read.",
        _check("bibtex-broken", "copy it from the paper's page, and let BibTeX try it"),
    ),
    Rule(
        "bibtex-authors", "content", "warning", "Authors are joined by commas in BibTeX.",
        _check("bibtex-authors", "put ` and ` between two people"),
    ),
    Rule("citation-differs", "content", "warning", "The citation and the card's link are of different papers.", _paper),
)  # fmt: skip
