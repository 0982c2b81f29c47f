"""Which elements of a card set colours, and what a reader then sees on the Hub's two themes."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from cardgen.lint import elements, palette
from cardgen.lint.card import ReadCard
from cardgen.lint.elements import VOID, Element
from cardgen.lint.markdown import Tag
from cardgen.lint.palette import Colour

MAX_PAINTED: Final = 300
"""More elements with colours of their own are not looked at in one card."""

_DECLARATION = re.compile(r"(?:^|;)\s*+([a-z-]++)\s*+:\s*+([^;]*+)", re.IGNORECASE)
_WORD = re.compile(r"#[0-9a-f]+|(?:rgb|hsl)a?\([^()]*\)|[a-z]+", re.IGNORECASE)
_NO_COLOUR = re.compile(r"gradient\(|url\(|var\(", re.IGNORECASE)
_BARE_HEX = re.compile(r"[0-9a-f]{6}", re.IGNORECASE)
_NO_TEXT = re.compile(r"<[^>]*+>|&(?:nbsp|emsp|ensp);?|\s++")
_LARGE: Final = frozenset({"h1", "h2"})
_SIZE = re.compile(r"([\d.]+)(px|pt|em|rem)")
_LARGE_FROM: Final = {"px": 24.0, "pt": 18.0, "em": 1.5, "rem": 1.5}
UNKNOWN: Final = Colour(-1, -1, -1, -1)
"""A background that is no colour: a picture, a gradient, a variable."""


@dataclass(frozen=True, slots=True)
class Theme:
    """A theme of the Hub: what text stands on, and its own colour."""

    name: str
    ground: Colour
    text: Colour


THEMES: Final = (
    Theme("light", Colour(1, 1, 1), Colour(17 / 255, 24 / 255, 39 / 255)),
    Theme("dark", Colour(11 / 255, 15 / 255, 25 / 255), Colour(209 / 255, 213 / 255, 219 / 255)),
)


@dataclass(frozen=True, slots=True)
class Painted:
    """An element with text in colours that the card states: `colour` and `grounds`, from the inside out, are its own
    or come from around it; either may be missing."""

    element: Element
    colour: Colour | None
    grounds: tuple[Colour, ...]
    is_large: bool

    def ratio(self, theme: Theme) -> float:
        """The contrast of its text on a theme."""
        ground = theme.ground
        for each in reversed(self.grounds):
            ground = each.over(ground)
        return palette.contrast((self.colour or theme.text).over(ground), ground)


def styles(tag: Tag) -> Mapping[str, str]:
    """The declarations of a tag's `style`, by their names in lower case; the last of a name counts."""
    return declarations(tag.values.get("style", ""))


@lru_cache(maxsize=512)
def declarations(style: str) -> Mapping[str, str]:
    """Siblings share their styles, and several rules look at each."""
    return MappingProxyType({name.lower(): value.strip() for name, value in _DECLARATION.findall(style)})


@lru_cache(maxsize=1)
def of(card: ReadCard) -> Sequence[Painted]:
    """The elements of a card that set colours for a text; remembered for the rules that ask after each other."""
    lower = card.prose.lower()
    if "color" not in lower and "background" not in lower:
        return ()
    return tuple(_painted(card))


def _painted(card: ReadCard) -> Iterator[Painted]:
    paints = [(each, paint) for each in elements.of(card).all if any(paint := _paint(each.tag))][:MAX_PAINTED]
    known = {id(each): paint for each, paint in paints}
    for place, (element, _) in enumerate(paints):
        inner = [each for each, _ in paints[place + 1 :] if each.tag.start < _end(card, element)]
        found = [known[id(each)] for each in element.ancestors if id(each) in known]
        grounds = tuple(ground for _, ground in found if ground)
        if UNKNOWN not in grounds and _has_text(card, element, inner):
            colour = next((colour for colour, _ in found if colour), None)
            yield Painted(element, colour, grounds, _is_large(element))


def _paint(tag: Tag) -> tuple[Colour | None, Colour | None]:
    """The colour of its text and that of its background, as far as a tag states them."""
    if "olor" not in tag.attributes and "ackground" not in tag.attributes:
        return None, None
    values, stated = tag.values, styles(tag)
    if "dark:" in values.get("class", ""):
        return None, None  # the author has thought of the themes
    colour = _of_attribute(values.get("color", "")) if tag.name == "font" else None
    ground = stated.get("background-color") or stated.get("background")
    return (
        palette.parse(stated.get("color", "")) or colour,
        _ground(ground) if ground else _of_attribute(values.get("bgcolor", "")),
    )


def _ground(value: str) -> Colour | None:
    if _NO_COLOUR.search(value):
        return UNKNOWN
    return next(filter(None, map(palette.parse, _WORD.findall(value))), None)


def _of_attribute(value: str) -> Colour | None:
    """Attributes take a number without its sign, too."""
    return palette.parse(f"#{value}" if _BARE_HEX.fullmatch(value) else value)


def _has_text(card: ReadCard, element: Element, inner: Sequence[Element]) -> bool:
    """Whether there is text in an element that no element inside of it paints anew."""
    if element.tag.name in VOID:
        return False
    at, end = element.tag.end, _end(card, element)
    for each in inner:
        if each.tag.start >= at:
            if _NO_TEXT.sub("", card.own[at : each.tag.start]):
                return True
            at = _end(card, each)
    return at < end and bool(_NO_TEXT.sub("", card.own[at:end]))


def _end(card: ReadCard, element: Element) -> int:
    last = element.closing or element.cut_by
    return last.start if last else len(card.own)


def _is_large(element: Element) -> bool:
    size = _SIZE.match(styles(element.tag).get("font-size", ""))
    if size:
        return float(size[1]) >= _LARGE_FROM[size[2]]
    return any(each.tag.name in _LARGE for each in element.ancestors)
