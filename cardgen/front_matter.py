"""The YAML between the two `---` of a README: dumped, found, and cut into its top-level keys."""

from __future__ import annotations

import functools
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml
from msgspec import Struct

from cardgen.model import CardData

_SURROGATE = re.compile("[\ud800-\udfff]")
_OPENING = re.compile(r"\s*---(?:\r\n|\r|\n)")
_CLOSING = re.compile(r"(?P<newline>\r\n|\r|\n)---[ \t]*+(?:\r\n|\n|\Z)")
_BLANKS = re.compile(r"[ \t]+")
_PLAIN = re.compile(r"[A-Za-z][A-Za-z0-9_./+-]*(?: [A-Za-z0-9_./+-]+)*+")
_WORDS = {"yes", "no", "true", "false", "on", "off", "null"}
"""What would be something else than text, if it stood without quotes, of all that `_PLAIN` matches."""

MOST_OF_A_KEY = 100
"""Characters."""

_UNSAFE_UNQUOTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


class FrontMatter(Struct, frozen=True):
    """A README's front matter: `opening + lines + closing` is its text, byte for byte.

    `lines` is the YAML, every line with its end; the fences are `---`, as they stand.
    """

    opening: str
    lines: str
    closing: str

    def around(self, lines: str) -> str:
        """Other lines between the same fences; nothing at all around nothing, which the Hub would refuse.

        Blanks after the closing fence go: the Hub takes such a card for one without front matter
        (huggingface_hub#3813). A closing fence at the end of the file gets its line end.
        """
        if not lines.strip():
            return ""
        closing = _BLANKS.sub("", self.closing)
        return f"{self.opening}{lines}{closing}" + ("" if closing.endswith("\n") else "\n")


class _Dumper(yaml.SafeDumper):
    """PyYAML's own safe dumper, in Python: libyaml's escapes every emoji (`"\\U0001F917"`)."""

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002 - PyYAML calls it with the value
        """Never an anchor: a value that stands in two keys is written twice."""
        return True


def _represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    """Double quotes where PyYAML's other styles would not read back the same: U+0085 comes back as `\\n`."""
    style = '"' if _UNSAFE_UNQUOTED.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _represent_text)


class _LineDumper(_Dumper):
    """The same on one line: a text of several has its line ends as escapes."""


def _represent_on_a_line(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if "\n" in text:
        return dumper.represent_scalar("tag:yaml.org,2002:str", text, style='"')
    return _represent_text(dumper, text)


_LineDumper.add_representer(str, _represent_on_a_line)


def dump(data: CardData) -> str:
    """The front matter of `data`, fences included; `""` when there is nothing to say."""
    return fenced(dump_yaml(data) if data else "")


def fenced(lines: str) -> str:
    """Lines of YAML between fences; `""` when there are none.

    An empty block would make the Hub refuse the card, and `{}` is noise, so neither is ever written.
    """
    return f"---\n{lines}---\n" if lines else ""


def dump_yaml(data: CardData | Sequence[CardData]) -> str:
    """`data` as block-style YAML in its own order: unicode as it is, no wrapping, LF.

    It is what PyYAML's own dumper writes, byte for byte, and that dumper writes all that is out of the ordinary.
    """
    plain = dict(data) if isinstance(data, Mapping) else list(data)
    try:
        return "".join(f"{line}\n" for line in _lines(plain))
    except _OutOfTheOrdinary:
        return _dump(plain)


class _OutOfTheOrdinary(Exception):
    """A value whose text depends on what is around it, or of a type that has more than one form."""


def _lines(value: Any) -> list[str]:
    """The lines of a mapping or a list that is not empty. Raises _OutOfTheOrdinary."""
    lines: list[str] = []
    if isinstance(value, dict) and value:
        for key, inner in value.items():
            name = _key(key)
            if not isinstance(inner, dict | list):
                lines.append(f"{name}: {_scalar(inner)}")
            else:
                lines.append(f"{name}:")
                lines += _lines(inner) if isinstance(inner, list) else [f"  {line}" for line in _lines(inner)]
    elif isinstance(value, list) and value:
        for inner in value:
            first, *rest = _lines(inner) if isinstance(inner, dict | list) else [_scalar(inner)]
            lines += [f"- {first}", *(f"  {line}" for line in rest)]
    else:
        raise _OutOfTheOrdinary
    return lines


def _key(key: Any) -> str:
    """A key as it stands before its colon: PyYAML puts long ones, and such of several lines, behind a `?`."""
    if isinstance(key, str) and 0 < len(key) < MOST_OF_A_KEY and not _UNSAFE_UNQUOTED.search(key):
        return _scalar(key)
    raise _OutOfTheOrdinary


def _scalar(value: Any) -> str:
    """A text on one line, a number, true or false."""
    if type(value) is str and _PLAIN.fullmatch(value) and value.lower() not in _WORDS:
        return value
    if type(value) in {str, int, float, bool} and not (type(value) is str and "\n" in value):
        return _dumped(value)
    raise _OutOfTheOrdinary


@functools.lru_cache(maxsize=1000, typed=True)
def _dumped(value: str | float) -> str:
    """What PyYAML makes of a scalar of one line, which is the same in every place."""
    return _dump([value])[2:-1]


def _dump(data: Any) -> str:
    text: str = yaml.dump(
        data, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=float("inf"), line_break="\n"
    )
    return text


def dump_flow(value: Any) -> str:
    """`value` as YAML on one line, fit to stand where any value may: in a block, in brackets, in braces."""
    text: str = yaml.dump(
        [value], Dumper=_LineDumper, default_flow_style=True, sort_keys=False, allow_unicode=True, width=float("inf")
    )
    return text[1:].rstrip("\n").removesuffix("]")


def readable(text: str) -> str:
    """Any README's text as it is looked at: LF as its line end, no byte order mark, nothing that UTF-8 cannot carry."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", text)


def split(text: str) -> tuple[FrontMatter | None, str]:
    """Cut a README into front matter and body, where the Hub cuts it; no front matter is None.

    The Hub and huggingface_hub share one grammar (`REGEX_YAML_BLOCK` in its repocard.py): blank space may
    stand before the first fence but not after it, blanks may follow the second, and there has to be a line
    between the two. Linear in the length of the text.
    """
    opening = _OPENING.match(text)
    if opening is None:
        return None, text
    closing = _find_closing(text, opening.end())
    if closing is None:
        return None, text
    # A CRLF that is all there is between the fences serves both: its CR opens, its LF closes.
    start = min(opening.end(), closing.start())
    end = closing.end("newline")
    front = FrontMatter(text[:start], text[start:end], text[end : closing.end()])
    return front, text[closing.end() :]


def _find_closing(text: str, start: int) -> re.Match[str] | None:
    found = _CLOSING.search(text, start)
    if found is None and text.endswith("\r\n", 0, start):
        return _CLOSING.match(text, start - 1)
    return found
