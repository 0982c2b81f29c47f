"""The `style` attributes of a card, cut down to what cannot leave the card, cover it, or ask anybody for anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

_PROPERTIES = frozenset(
    """
    background background-color border border-bottom border-collapse border-color border-left
    border-radius border-right border-spacing border-style border-top border-width clear
    color column-gap display flex flex-direction flex-wrap float font-family font-size
    font-style font-weight gap height justify-content letter-spacing line-height list-style-type margin
    margin-bottom margin-left margin-right margin-top max-height max-width min-height min-width opacity
    overflow overflow-x overflow-y padding padding-bottom padding-left padding-right padding-top
    text-align text-decoration text-indent text-transform vertical-align white-space width word-break
    """.split()  # noqa: SIM905 (quoted one by one they fill a page)
)
"""No `position`, `z-index`, `transform`: a card must not leave its place."""

# No backslash (an escape), no quote, no colon; of functions only those that make colours and lengths, so no url().
_VALUE = re.compile(r"(?:[\w\s.,%#/+*-]|(?<![\w-])(?:rgba?|hsla?|calc)\(|\)){1,200}", re.IGNORECASE | re.ASCII)
_SHIFTS = re.compile(r"(?:margin|text-indent|letter-spacing)", re.IGNORECASE)
_NEGATIVE = re.compile(r"-\s*[\d.(]|calc", re.IGNORECASE)


def safe(style: str) -> str:
    """The declarations of a `style` attribute that may stay, in their order; the others are left out."""
    return "; ".join(f"{name}: {value}" for name, value in _declarations(style) if _may_stay(name, value))


def _declarations(style: str) -> Iterator[tuple[str, str]]:
    for part in style.split(";"):
        name, colon, value = part.partition(":")
        if colon:
            yield name.strip().lower(), value.strip()


def _may_stay(name: str, value: str) -> bool:
    shifts_out = _SHIFTS.match(name) and _NEGATIVE.search(value)
    return name in _PROPERTIES and _VALUE.fullmatch(value) is not None and not shifts_out
