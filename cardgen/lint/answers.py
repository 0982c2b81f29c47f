"""What the Hub says of a card before it takes it: the answer of its validator, and where in the card it belongs.

`POST /api/validate-yaml` answers `{"errors": [{"message": …}], "warnings": […]}` (strukto-ai/mirage read it off the
Hub). Messages are those of Joi: the path of a value in quotes, then what it must be.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from cardgen.diff import printable
from cardgen.lint import yaml_values
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem
from cardgen.lint.words import quote
from cardgen.model import Collection, Finding, SourceText
from cardgen.suggest import nearest

MAX_MESSAGE: Final = 300
"""Characters of a message that are shown; a list of licenses has 1,500."""

MAX_MESSAGES: Final = 100

_SHOWN: Final = 5
"""Words of a list that are shown where none is near."""

_JOI = re.compile(r'"(?P<path>[^"]{1,500})" (?P<rest>.+)', re.DOTALL)
_STEP = re.compile(r"\[(?P<number>\d{1,9})\]|(?P<name>[^.\[\]]+)")
_ONE_OF = re.compile(r"must be one of \[(?P<words>.*)\]", re.DOTALL)
_NO_WORDS: Final = frozenset({"", "array", "null", "object"})
_LINE = re.compile(r"\((?P<line>\d{1,7}):(?P<column>\d{1,7})\)")

_SAID: Final = {
    "must only contain lowercase characters": ("it is not in lower case", "write it in small letters"),
    "must be an array": ("it is no list", "write a list"),
    "must be a string": ("it is no text", "write a text, in quotes"),
    "must be a boolean": ("it is neither true nor false", "write `true` or `false`"),
    "must be a number": ("it is no number", "write a number, without quotes"),
    "must be of type object": ("it is no mapping", "write `key: value`"),
    "is required": ("it is missing", "add it"),
    "is not allowed to be empty": ("it is empty", "write its value, or leave it out"),
    "is not allowed": ("it may not stand there", "leave it out"),
}
"""What Joi says, what that means, and what to do."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the Hub said of a card. `unsaid` is why it did not judge it, if it did not; a bare answer says whether the
    card is valid and nothing else, as KohakuHub's does."""

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    unsaid: str = ""
    is_bare: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """Cards with what the Hub said of them, and the collections and texts that they were made of, if they were."""

    answers: Sequence[tuple[ReadCard, Answer]]
    collections: Sequence[Collection] = ()
    sources: Sequence[SourceText] = ()


class Known:
    """What the rules found already."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self._lines: dict[tuple[str, int], list[Finding]] = {}
        for each in findings:
            self._lines.setdefault((each.card, each.line), []).append(each)

    def has(self, finding: Finding) -> bool:
        """Whether something as grave was found where this is."""
        there = self._lines.get((finding.card, finding.line), ()) if finding.line else ()
        return any(each.severity in {"error", finding.severity} and _overlap(each, finding) for each in there)


def _overlap(one: Finding, other: Finding) -> bool:
    """Whether two findings of a line have a character in common; without an end, one goes to the end of the line."""
    first, second = sorted((one, other), key=lambda each: each.column)
    return first.end_column == 0 or second.column < max(first.end_column, first.column + 1)


def read(said: Any) -> Answer:
    """The validator's JSON. Raises ValueError if it is something else."""
    if isinstance(said, dict) and isinstance(said.get("valid"), bool):
        invalid = () if said["valid"] else ("the front matter is invalid, and this hub does not say why",)
        return Answer(invalid, is_bare=True)
    if not isinstance(said, dict) or not {"errors", "warnings"} & said.keys():
        raise ValueError("it is no answer of a validator")
    return Answer(_messages(said.get("errors")), _messages(said.get("warnings")))


def _messages(said: Any) -> tuple[str, ...]:
    rows = said[:MAX_MESSAGES] if isinstance(said, list) else []
    return tuple(str(row.get("message", "")) if isinstance(row, dict) else str(row) for row in rows)


def errors(card: ReadCard, answer: Answer) -> Iterator[Problem]:
    """What the Hub refuses, each where it stands."""
    if answer.unsaid:
        yield Problem(
            f"the Hub does not judge this card: {_short(answer.unsaid)}", hint="a push of it would fail as well"
        )
    for message in answer.errors:
        yield _placed(card, message, "refuses")


def warnings(card: ReadCard, answer: Answer) -> Iterator[Problem]:
    """What it takes, and finds odd."""
    for message in answer.warnings:
        yield _placed(card, message, "warns of")


def _placed(card: ReadCard, message: str, does: str) -> Problem:
    found = _JOI.match(message)
    steps = _steps(card, found["path"]) if found else []
    if not found or not steps:
        return Problem(f"the Hub says: {_short(message)}", *_whole(card, message))
    node, key = _reached(card, steps)
    said = _ONE_OF.search(found["rest"])
    if said:
        return _one_of(card, found["path"], node, said["words"].split(", "), does)
    place = card.span(key if "must not contain" in message else node)
    meaning, hint = next((each for part, each in _SAID.items() if part in found["rest"]), (_short(found["rest"]), ""))
    return Problem(f"the Hub {does} {quote(found['path'])}: {meaning}", *place, hint)


def _steps(card: ReadCard, path: str) -> list[str]:
    """A path in its steps: keys, and numbers in lists. A key may hold a dot."""
    if path in card.keys:
        return [path]
    steps = [each["number"] or each["name"] for each in _STEP.finditer(path)]
    return steps if steps and steps[0] in card.keys else []


def _reached(card: ReadCard, steps: Sequence[str]) -> tuple[yaml.Node, yaml.Node]:
    """The value that steps lead to, or the last that is there, and its key. A list of one may be written without
    brackets."""
    key: yaml.Node = card.keys[steps[0]].key
    node = card.keys[steps[0]].value
    for step in steps[1:]:
        if isinstance(node, yaml.SequenceNode) and step.isdecimal() and int(step) < len(node.value):
            key = node = node.value[int(step)]
        elif pair := yaml_values.pairs(node).get(step):
            key, node = pair
        else:
            break
    return node, key


def _one_of(card: ReadCard, path: str, node: yaml.Node, words: Sequence[str], does: str) -> Problem:
    """The list of words is long: what is near is told, or how they look."""
    known = [word for word in words if word not in _NO_WORDS]
    wrong = next((each for each in yaml_values.scalars(node) if each.value not in known), node)
    given = str(wrong.value) if isinstance(wrong, yaml.ScalarNode) else "…"
    near = nearest(given.lower(), known)
    some = ", ".join(known[:_SHOWN]) + (f" and {len(known) - _SHOWN} more" if len(known) > _SHOWN else "")
    return Problem(
        f"the Hub {does} {quote(path)}: {quote(given)} is none of its {len(known)} words",
        *card.span(wrong),
        f"did you mean `{_short(near)}`?" if near else f"it takes {_short(some)}",
    )


def _whole(card: ReadCard, message: str) -> tuple[int, int]:
    """Where a message belongs that names no key: the line that it tells, or the beginning of the front matter."""
    if not card.front:
        return (-1, -1)
    at = card.unreadable_at
    if at < 0 and (told := _LINE.search(message)):
        lines = card.front.lines.splitlines(keepends=True)
        at = card.front_at + sum(map(len, lines[: max(0, int(told["line"]) - 1)]))
    elif at < 0:
        at = card.span(card.node)[0] if isinstance(card.node, yaml.Node) else card.front_at
    end = card.front_at + len(card.front.lines)
    return min(at, end), min(at, end) + 1


def _short(text: str) -> str:
    line = " ".join(printable(text[: MAX_MESSAGE * 2]).split())
    return line if len(line) <= MAX_MESSAGE else line[: MAX_MESSAGE - 1] + "…"
