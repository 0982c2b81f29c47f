"""A report as Markdown, for the summary of a CI job or a comment on a pull request, which it always fits.

Nothing in a URL or message becomes markup, calls somebody, or names an issue.
"""

from __future__ import annotations

import re
import string
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from cardgen.links.urls import shown
from cardgen.reports import changes
from cardgen.reports.causes import ORDER, Cause, Item, causes, counted, summary
from cardgen.reports.report import Report
from cardgen.reports.rule_texts import rule_text
from cardgen.reports.text import excerpt_lines

MAX_CHARACTERS: Final = 64_000
"""GitHub takes 65,536 in a comment; the rest is for what a workflow writes around it."""

MAX_TEXT: Final = 300
"""How much of a URL, a message or a place is shown."""

_RESERVE: Final = 400
"""What the line takes that says what was cut."""

_MARKUP = frozenset(string.punctuation) - frozenset("/,-()")
_CALLS = re.compile("&#(?:64|35);")
_WORDS = {
    "broken": "broken link",
    "error": "error",
    "moved": "moved link",
    "warning": "warning",
    "unsure": "unsure link",
}


@dataclass(frozen=True, slots=True)
class Block:
    """Something that folds: what is always there, and between it rows, of which some may have to be left out."""

    opening: str
    rows: Iterable[str]
    closing: str

    def fit(self, room: int) -> tuple[str, int]:
        """As much of it as fits into so many characters, and how many rows these are; nothing if not one row fits."""
        room -= len(self.opening) + len(self.closing)
        fitting: list[str] = []
        for row in self.rows:
            room -= len(row)
            if room < 0:
                break
            fitting.append(row)
        return (self.opening + "".join(fitting) + self.closing if fitting else "", len(fitting))


def write(report: Report) -> str:
    """A line that sums up, what changed, and a table for each cause, the most urgent first, as far as there is room."""
    text = f"## Links and cards\n\n{_escaped(summary(report))}\n"
    for block in _changed(report):
        text += block.fit((MAX_CHARACTERS - _RESERVE - len(text)) // 4)[0]
    cut: Counter[str] = Counter()
    told = causes(report)
    for cause, others in zip(told, range(len(told) - 1, -1, -1), strict=True):
        room = MAX_CHARACTERS - _RESERVE - len(text)
        part, rows = _block(cause, report).fit(room // 2 if others else room)  # so that no cause hides all others
        text += part
        cut[cause.kind] += cause.number if cause.rule and not rows else len(cause.items) - rows
    return text + _left_out(cut)


def _left_out(cut: Counter[str]) -> str:
    left = [counted(cut[kind], _WORDS[kind]) for kind in ORDER if cut[kind]]
    return f"\n**Cut to fit:** {', '.join(left)} more. The report as text, JSON or HTML has all.\n" if left else ""


def _changed(report: Report) -> Iterator[Block]:
    if report.changes:
        title = changes.title(report.changes)
        yield Block(f"\n{_escaped(title[0].upper() + title[1:])}\n", [""], "")
        for group in changes.groups(report.changes):
            yield _folded(_escaped(group.heading), "", (f"- {_code(each)}\n" for each in group.items))


def _block(cause: Cause, report: Report) -> Block:
    has_links = any(item.url for item in cause.items)
    head = ("Link", "Where") if has_links else ("Where",)
    table = _line(head) + _line(["---"] * len(head))
    more = "".join(_about(cause))
    is_open = cause.kind in ("broken", "error")
    return _folded(_title(cause, report), table, (_line(_row(item)) for item in cause.items), more, is_open=is_open)


def _folded(title: str, opening: str, rows: Iterable[str], closing: str = "", *, is_open: bool = False) -> Block:
    details = "<details open>" if is_open else "<details>"
    return Block(f"\n{details}\n<summary>{title}</summary>\n\n{opening}", rows, f"{closing}\n</details>\n")


def _title(cause: Cause, report: Report) -> str:
    count = cause.count or (str(cause.number) if cause.number > 1 else "")
    return f"<b>{cause.kind}</b>: {_escaped(cause.reason)}{_rule(cause, report)}" + (f" ({count})" if count else "")


def _rule(cause: Cause, report: Report) -> str:
    if not cause.rule:
        return ""
    address = rule_text(cause.rule, report.rules).address
    return f' <a href="{_entities(address)}">{_code(cause.rule)}</a>' if address else f" {_code(cause.rule)}"


def _about(cause: Cause) -> Iterator[str]:
    """The line that is meant, as code that nothing in it can end, since each line begins with its number; the hint."""
    if cause.excerpt:
        yield "\n```text\n" + "".join(f"{line}\n" for line in excerpt_lines(cause.excerpt)) + "```\n"
    if cause.hint:
        yield f"\n{_escaped(cause.hint)}\n"


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _row(item: Item) -> Iterator[str]:
    if item.url:
        yield _code(item.url) + (f" {_escaped(item.note)}" if item.note else "")
    yield "<br>".join(map(_code, item.places))


def _code(text: str) -> str:
    return f"<code>{_entities(text)}</code>" if text else ""


def _escaped(text: str) -> str:
    """The same for what stands in no code, where `@name` and `#1` are looked for after entities have been read."""
    return _CALLS.sub(r"\g<0>&#8203;", _entities(text))


def _entities(text: str) -> str:
    """The text with every character that Markdown, HTML or GitHub could take for markup as an entity."""
    text = shown(text)
    text = text if len(text) <= MAX_TEXT else f"{text[:MAX_TEXT]}…"
    return "".join(f"&#{ord(each)};" if each in _MARKUP else each for each in text)
