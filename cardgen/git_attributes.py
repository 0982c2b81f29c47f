"""Which files a `.gitattributes` sends to Git LFS, by git's own rules (gitattributes(5), gitignore(5))."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Final

MAX_BYTES: Final = 100 * 1024 * 1024
"""Git ignores a larger file."""
MAX_LINE: Final = 2048
"""Git ignores a longer line."""
MAX_STARS: Final = 8
"""A pattern with more wildcards is matched by nobody's file on purpose, and by none here: it could take for ever."""

_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE = re.compile(r"\\([0-7]{3}|.)")
_ESCAPED: Final = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_TOKEN = re.compile(r"\*\*/|/\*\*$|\*+|\?|\[[!^]?\]?(?:\[:\w+:\]|\\.|[^\]])*\]|\\.|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Rule:
    """A line that sets or unsets the filter of the files that it matches; `filter` is None where it says nothing."""

    line: int
    text: str
    pattern: str
    filter: str | None


def in_lfs(data: bytes, paths: Iterable[str]) -> Mapping[str, Rule]:
    """The paths whose files would be stored with Git LFS, each with the rule that says so: the last that fits."""
    if not data or len(data) > MAX_BYTES:
        return {}
    rules = [rule for rule in _rules(data.decode(errors="surrogateescape")) if rule.filter is not None]
    last = {path: _last(rules, path) for path in paths}
    return {path: rule for path, rule in last.items() if rule and rule.filter == "lfs"}


def _last(rules: list[Rule], path: str) -> Rule | None:
    return next((rule for rule in reversed(rules) if _matches(rule.pattern, path)), None)


def _rules(text: str) -> Iterator[Rule]:
    macros: dict[str, str | None] = {}
    for number, line in enumerate(text.removeprefix("\ufeff").split("\n"), 1):
        core = line.strip(" \t\r")
        pattern, attributes = _cut(core) if len(line) < MAX_LINE else ("", "")
        if pattern.startswith("[attr]") and not core.startswith('"'):
            macros[pattern.removeprefix("[attr]")] = _filter(attributes, macros)
        elif pattern and not pattern.startswith(("#", "!")):
            yield Rule(number, core, pattern, _filter(attributes, macros))


def _cut(line: str) -> tuple[str, str]:
    """The pattern of a line, without its quotes, and the attributes."""
    if found := _QUOTED.match(line):
        return _ESCAPE.sub(_unescaped, found[1]), line[found.end() :]
    pattern, *rest = re.split(r"[ \t\r]+", line, maxsplit=1)
    return pattern, "".join(rest)


def _unescaped(found: re.Match[str]) -> str:
    code = found[1]
    return chr(int(code, 8)) if len(code) == 3 else _ESCAPED.get(code, code)


def _filter(attributes: str, macros: Mapping[str, str | None]) -> str | None:
    """What a list of attributes says of `filter`: a value, `""` where it takes it away, None where nothing."""
    said: str | None = None
    for each in attributes.split():
        name, _, value = each.lstrip("-!").partition("=")
        if name == "filter":
            said = "" if each[0] in "-!" else value
        elif macros.get(each) is not None:
            said = macros[each]
    return said


def _matches(pattern: str, path: str) -> bool:
    """A pattern without a slash is held against the file's name; one with a slash against the whole path."""
    if pattern.endswith("/"):
        return False
    anchored = pattern.removeprefix("/")
    name = path if "/" in pattern else path.rpartition("/")[2]
    expression = _expression(anchored)
    return bool(expression and expression.fullmatch(name))


@cache
def _expression(pattern: str) -> re.Pattern[str] | None:
    if len(re.findall(r"\*+", pattern)) > MAX_STARS:
        return None
    tokens = _TOKEN.finditer(pattern)
    try:
        return re.compile("".join(_translated(token[0], pattern, token.start()) for token in tokens), re.DOTALL)
    except re.error:
        return None


def _translated(piece: str, pattern: str, at: int) -> str:
    if piece == pattern == "**":
        return ".*"
    if piece == "**/" and (at == 0 or pattern[at - 1] == "/"):
        return "(?:.*/)?"
    if piece == "/**":
        return "/.*"
    if piece == "**/":
        return "[^/]*/"
    if piece.startswith("*"):
        return "[^/]*"
    if piece == "?":
        return "[^/]"
    if piece.startswith("[") and len(piece) > 1:
        return _class(piece)
    return re.escape(piece[1:] if piece.startswith("\\") and len(piece) > 1 else piece)


_CLASSES: Final = {"alpha": "a-zA-Z", "digit": "0-9", "alnum": "a-zA-Z0-9", "upper": "A-Z", "lower": "a-z"}


def _class(token: str) -> str:
    """A set of characters; a slash is never in it."""
    inner = token[1:-1]
    negated = inner[:1] in ("!", "^")
    body = re.sub(r"\[:(\w+):\]", lambda found: _CLASSES.get(found[1], ""), inner[1:] if negated else inner)
    body = (
        body.replace("[", "\\[").replace("]", "\\]").replace("&&", "&\\&").replace("||", "|\\|").replace("~~", "~\\~")
    )
    return f"(?!/)[{'^' if negated else ''}{body}]" if body else "(?!)"
