"""Text that stands in a card, and that its style keeps from the reader: a place for what search engines and language
models shall read and people shall not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from cardgen.lint.card import ReadCard
from cardgen.lint.markdown import Tag
from cardgen.lint.painting import declarations
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote

_SIZE = re.compile(r"([-\d.]+)(px|pt|em|rem|%|vw|vh)?(?:\s*!important)?$", re.IGNORECASE)
_LEAST: Final = {"px": 2.0, "pt": 2.0, "em": 0.1, "rem": 0.1, "%": 10.0}
_AWAY: Final = -500
_MOST_BLANKS: Final = 200
_MOST_LINES: Final = 60
_BLANKS = re.compile(rf"(?<!\s)\s{{{_MOST_LINES},}}+(?=\S)")
_WRITTEN_BLANKS = re.compile(
    r"(?:&(?:nbsp|emsp|ensp);[ \t]*+){60,}+|(?:<br[ \t]*+/?>\s*+){20,}+",
    re.IGNORECASE,
)
_SIGNS: Final = (
    *(blank * 50 for blank in " \t\u00a0\u3000"), "\n" * 8, "\n \n \n", "&nbsp;" * 9, "&emsp;" * 9,
    "&nbsp; &nbsp; &nbsp; ", "<br><br>", "<br/><br/>", "<br>\n<br>", "<br /><br />",
)  # fmt: skip
"""Where none of these stands, there is nothing to look for."""


def _hidden(card: ReadCard) -> Iterator[Problem]:
    for tag in card.tags:
        if tag.attributes and not tag.is_closing and (how := _how(tag)):
            yield Problem(
                f"{quote(card.text[tag.start : tag.end])[1:-1]} hides what stands in it: {how}", tag.start, tag.end,
                "show it, leave it out, or fold it with <details>",
            )  # fmt: skip


def _how(tag: Tag) -> str:
    """What hides an element; `""` if nothing does."""
    attributes = tag.attributes
    if "hidden" not in attributes and "style" not in attributes and '="0' not in attributes:
        return ""
    values = tag.values
    if "hidden" in values and values["hidden"] != "false":
        return "hidden"
    if tag.name in {"img", "div", "iframe"} and {values.get("width"), values.get("height")} & {"0", "0px"}:
        return "no size"
    return _how_styled(values["style"]) if "style" in values else ""


@lru_cache(maxsize=512)
def _how_styled(style: str) -> str:
    stated = {name: value.lower().replace("!important", "").strip() for name, value in declarations(style).items()}
    for name, hidden in (("display", "none"), ("visibility", "hidden"), ("clip", "rect(0,0,0,0)")):
        if stated.get(name, "").replace(" ", "") == hidden:
            return f"{name}: {hidden}"
    for name in ("opacity", "font-size", "width", "height", "max-height"):
        if name in stated and _is_nothing(name, stated[name]):
            return f"{name}: {stated[name]}"
    for name in ("left", "top", "right", "text-indent", "margin-left"):
        found = _SIZE.match(stated.get(name, ""))
        if found and _number(found[1]) <= _AWAY:
            return f"{name}: {stated[name]}"
    return ""


def _is_nothing(name: str, value: str) -> bool:
    found = _SIZE.match(value)
    if not found:
        return False
    least = _LEAST.get((found[2] or "").lower(), 0.0) if name == "font-size" else 0.0
    return _number(found[1]) <= (0.05 if name == "opacity" else least)


def _number(text: str) -> float:
    try:
        return float(text)
    except ValueError:
        return 1.0


def _blanks(card: ReadCard) -> Iterator[Problem]:
    if not any(sign in card.own for sign in _SIGNS):
        return
    found = [each for each in _BLANKS.finditer(card.own, card.body_at) if _is_far(each)]
    for each in (*found, *_WRITTEN_BLANKS.finditer(card.own, card.body_at)):
        yield Problem(
            f"{len(each[0]):,} characters of blanks push what follows out of sight", *each.span(), "leave them out"
        )


def _is_far(found: re.Match[str]) -> bool:
    """Whether a reader would have to look for what follows; in a table, columns may be aligned."""
    *lines, last = found[0].split("\n")
    line = found.string.rfind("\n", 0, found.start()) + 1
    is_wide = len(last) >= _MOST_BLANKS and not (found.string.startswith("|", line) and not lines)
    return is_wide or len(lines) >= _MOST_LINES


RULES = (
    Rule("text-hidden", "hidden text", "warning", "A style hides text.", _hidden),
    Rule("blanks", "hidden text", "warning", "Blanks push text out of sight.", _blanks),
)
