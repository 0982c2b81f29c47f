"""The YAML between the two `---` of a README: dumped, found, and cut into its top-level keys."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from cardgen.model import CardData

_OPENING = re.compile(r"\s*---(?:\r\n|\r|\n)")
_CLOSING = re.compile(r"(?P<newline>\r\n|\r|\n)---[ \t]*+(?:\r\n|\n|\Z)")
_BLANKS = re.compile(r"[ \t]+")
_UNSAFE_UNQUOTED = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class FrontMatter:
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
    """The front matter of `data`, fences included; `""` when there is nothing to say.

    An empty block would make the Hub refuse the card, and `{}` is noise, so neither is ever written.
    """
    if not data:
        return ""
    return f"---\n{dump_yaml(data)}---\n"


def dump_yaml(data: CardData | Sequence[CardData]) -> str:
    """`data` as block-style YAML in its own order: unicode as it is, no wrapping, LF."""
    text: str = yaml.dump(
        dict(data) if isinstance(data, Mapping) else list(data),
        Dumper=_Dumper,
        sort_keys=False,
        allow_unicode=True,
        width=float("inf"),
        line_break="\n",
    )
    return text


def dump_flow(value: Any) -> str:
    """`value` as YAML on one line, fit to stand where any value may: in a block, in brackets, in braces."""
    text: str = yaml.dump(
        [value], Dumper=_LineDumper, default_flow_style=True, sort_keys=False, allow_unicode=True, width=float("inf")
    )
    return text[1:].rstrip("\n").removesuffix("]")


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
