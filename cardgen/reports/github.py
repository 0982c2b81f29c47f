"""A report as annotations of GitHub's jobs (its "workflow commands"): they stand beside the lines of a change.

GitHub shows ten of each level that a step writes, and drops the others without a word. So each link is told once, the
most urgent first, and what is beyond ten stands in the job's log, folded, under a line that says how many these are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from cardgen.links.urls import shown
from cardgen.reports.causes import ORDER, Kind, at_one_place, counted, summary
from cardgen.reports.report import CheckedLink, Report, fails
from cardgen.reports.spots import Spot, finding_spot, place_spot

MAX_ANNOTATIONS: Final = 10
"""Of each level in a step: docs.github.com, "Usage limits of annotations"."""

MAX_LINES: Final = 500
"""Of those beyond that, how many the log has."""

MAX_MESSAGE: Final = 4_000
"""Characters of what an annotation says."""

Level = Literal["error", "warning", "notice"]

_LEVELS: Final[dict[Kind, Level]] = {
    "broken": "error",
    "error": "error",
    "moved": "notice",
    "warning": "warning",
    "unsure": "warning",
}


@dataclass(frozen=True, slots=True)
class Note:
    """One thing to tell, beside a place if it has one."""

    kind: Kind
    level: Level
    title: str
    message: str
    spot: Spot | None


def write(report: Report) -> str:
    """An annotation for each thing that is wrong, then a notice that sums up, and in the log what GitHub would drop."""
    notes = sorted(_notes(report), key=lambda note: ORDER.index(note.kind))
    sums_up = Note("moved", "notice", "cardgen", summary(report), None)
    annotated, left = _parted(notes, Counter({"notice": 1}))
    return "\n".join([*map(_command, (*annotated, sums_up)), *_log(left)]) + "\n"


def _parted(notes: Iterable[Note], number: Counter[str]) -> tuple[list[Note], list[Note]]:
    """Those that GitHub shows, and the others; `number` is how many of a level there are already."""
    annotated: list[Note] = []
    left: list[Note] = []
    for note in notes:
        number[note.level] += 1
        (annotated if number[note.level] <= MAX_ANNOTATIONS else left).append(note)
    return annotated, left


def _log(left: Sequence[Note]) -> Iterator[str]:
    if not left:
        return
    number = Counter(note.level for note in left)
    told = ", ".join(counted(count, f"more {level}") for level, count in number.items())
    yield f"::group::{told}, for which a step has no room; the Markdown report has them too"
    for note in left[:MAX_LINES]:
        where = f" {note.spot.file}:{note.spot.line}:{note.spot.column}:" if note.spot else ""
        yield shown(f"{note.level}:{where} {note.message} [{note.title}]")
    if len(left) > MAX_LINES:
        yield f"and {len(left) - MAX_LINES} more"
    yield "::endgroup::"


def _notes(report: Report) -> Iterator[Note]:
    for link in report.links:
        kind = link.verdict.status
        if kind == "broken" or kind == "moved" or kind == "unsure":  # noqa: PLR1714 - mypy narrows these alone
            level = "error" if fails(link, report) else _LEVELS[kind]
            yield Note(kind, level, f"{kind} link", _link(link), place_spot(link.places[0]) if link.places else None)
    for each, number in at_one_place(report.findings):
        level = "error" if fails(each, report) else _LEVELS[each.severity]
        message = f"{each.message}{number}" + (f"\n{each.hint}" if each.hint else "")
        yield Note(each.severity, level, each.rule, message, finding_spot(each))


def _link(link: CheckedLink) -> str:
    more = f" (in {len(link.places)} places)" if len(link.places) > 1 else ""
    return f"{link.url}: {link.verdict.message}{more}"


def _command(note: Note) -> str:
    lines = "\n".join(map(shown, note.message.splitlines()))[:MAX_MESSAGE]
    return f"::{note.level} {_place(note.spot)}title={_property(note.title)}::{_data(lines)}"


def _place(spot: Spot | None) -> str:
    if spot is None:
        return ""
    end = f"endLine={spot.line},endColumn={spot.end_column}," if spot.end_column > spot.column else ""
    return f"file={_property(spot.file)},line={spot.line},col={spot.column},{end}"


def _data(text: str) -> str:
    """As GitHub's own toolkit escapes it, so that no line of a card becomes a command."""
    return text.replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(shown(text)).replace(":", "%3A").replace(",", "%2C")
