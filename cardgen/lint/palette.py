"""Colours as CSS writes them, laid over each other, and how well one is told from another.

Names and notations: CSS Color Module Level 4. Contrast: WCAG 2.2, “contrast ratio” and “relative luminance”.
"""

from __future__ import annotations

import re
from colorsys import hls_to_rgb
from functools import lru_cache
from typing import Final, NamedTuple

_HEX = re.compile(r"#([0-9a-f]{3,4}|[0-9a-f]{6}|[0-9a-f]{8})")
_CALL = re.compile(r"(rgb|hsl)a?\(([^()]*)\)")
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)")
_HSL_PARTS: Final = (1 / 360, 1 / 100, 1 / 100)


class Colour(NamedTuple):
    """Red, green, blue and opacity, each from 0 to 1."""

    red: float
    green: float
    blue: float
    alpha: float = 1.0

    def over(self, below: Colour) -> Colour:
        """What is seen where it lies over something opaque."""
        mixed = (top * self.alpha + under * (1 - self.alpha) for top, under in zip(self[:3], below[:3], strict=True))
        return Colour(*mixed)

    @property
    def luminance(self) -> float:
        red, green, blue = (_linear(part) for part in self[:3])
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@lru_cache(maxsize=1000)
def contrast(one: Colour, other: Colour) -> float:
    """From 1, where two opaque colours look the same, to 21."""
    low, high = sorted((one.luminance, other.luminance))
    return (high + 0.05) / (low + 0.05)


def parse(text: str) -> Colour | None:
    """A colour in any notation of sRGB; None for what is no colour, or depends on where it stands."""
    text = text.strip().lower()
    if text == "transparent":
        return Colour(0, 0, 0, 0)
    if found := _HEX.fullmatch(NAMED.get(text, text)):
        return _of_hex(found[1])
    call = _CALL.fullmatch(text)
    parts = call[2].replace(",", " ").replace("/", " ").split() if call else []
    if call is None or len(parts) not in {3, 4} or not all(_NUMBER.match(part) for part in parts):
        return None
    alpha = _clamped(_value(parts[3], 1)) if len(parts) == 4 else 1.0
    return _of_rgb(parts, alpha) if call[1] == "rgb" else _of_hsl(parts, alpha)


def _of_hex(digits: str) -> Colour:
    if len(digits) < 6:
        digits = "".join(digit * 2 for digit in digits)
    return Colour(*(int(digits[at : at + 2], 16) / 255 for at in range(0, len(digits), 2)))


def _of_rgb(parts: list[str], alpha: float) -> Colour:
    red, green, blue = (_clamped(_value(part, 255)) for part in parts[:3])
    return Colour(red, green, blue, alpha)


def _of_hsl(parts: list[str], alpha: float) -> Colour:
    hue, saturation, lightness = (_number(part) * unit for part, unit in zip(parts, _HSL_PARTS, strict=False))
    return Colour(*hls_to_rgb(hue % 1, _clamped(lightness), _clamped(saturation)), alpha)


def _value(part: str, whole: int) -> float:
    return _number(part) / (100 if part.endswith("%") else whole)


def _number(part: str) -> float:
    found = _NUMBER.match(part)
    return float(found[0]) if found else 0.0


def _clamped(value: float) -> float:
    return min(max(value, 0.0), 1.0)


def _linear(part: float) -> float:
    return float(part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4)


_NAMES: Final = """
aliceblue f0f8ff antiquewhite faebd7 aqua 00ffff aquamarine 7fffd4 azure f0ffff beige f5f5dc bisque ffe4c4 black 000000
blanchedalmond ffebcd blue 0000ff blueviolet 8a2be2 brown a52a2a burlywood deb887 cadetblue 5f9ea0 chartreuse 7fff00
chocolate d2691e coral ff7f50 cornflowerblue 6495ed cornsilk fff8dc crimson dc143c cyan 00ffff darkblue 00008b
darkcyan 008b8b darkgoldenrod b8860b darkgray a9a9a9 darkgreen 006400 darkgrey a9a9a9 darkkhaki bdb76b
darkmagenta 8b008b darkolivegreen 556b2f darkorange ff8c00 darkorchid 9932cc darkred 8b0000 darksalmon e9967a
darkseagreen 8fbc8f darkslateblue 483d8b darkslategray 2f4f4f darkslategrey 2f4f4f darkturquoise 00ced1
darkviolet 9400d3 deeppink ff1493 deepskyblue 00bfff dimgray 696969 dimgrey 696969 dodgerblue 1e90ff firebrick b22222
floralwhite fffaf0 forestgreen 228b22 fuchsia ff00ff gainsboro dcdcdc ghostwhite f8f8ff gold ffd700 goldenrod daa520
gray 808080 green 008000 greenyellow adff2f grey 808080 honeydew f0fff0 hotpink ff69b4 indianred cd5c5c indigo 4b0082
ivory fffff0 khaki f0e68c lavender e6e6fa lavenderblush fff0f5 lawngreen 7cfc00 lemonchiffon fffacd lightblue add8e6
lightcoral f08080 lightcyan e0ffff lightgoldenrodyellow fafad2 lightgray d3d3d3 lightgreen 90ee90 lightgrey d3d3d3
lightpink ffb6c1 lightsalmon ffa07a lightseagreen 20b2aa lightskyblue 87cefa lightslategray 778899
lightslategrey 778899 lightsteelblue b0c4de lightyellow ffffe0 lime 00ff00 limegreen 32cd32 linen faf0e6
magenta ff00ff maroon 800000 mediumaquamarine 66cdaa mediumblue 0000cd mediumorchid ba55d3 mediumpurple 9370db
mediumseagreen 3cb371 mediumslateblue 7b68ee mediumspringgreen 00fa9a mediumturquoise 48d1cc mediumvioletred c71585
midnightblue 191970 mintcream f5fffa mistyrose ffe4e1 moccasin ffe4b5 navajowhite ffdead navy 000080 oldlace fdf5e6
olive 808000 olivedrab 6b8e23 orange ffa500 orangered ff4500 orchid da70d6 palegoldenrod eee8aa palegreen 98fb98
paleturquoise afeeee palevioletred db7093 papayawhip ffefd5 peachpuff ffdab9 peru cd853f pink ffc0cb plum dda0dd
powderblue b0e0e6 purple 800080 rebeccapurple 663399 red ff0000 rosybrown bc8f8f royalblue 4169e1 saddlebrown 8b4513
salmon fa8072 sandybrown f4a460 seagreen 2e8b57 seashell fff5ee sienna a0522d silver c0c0c0 skyblue 87ceeb
slateblue 6a5acd slategray 708090 slategrey 708090 snow fffafa springgreen 00ff7f steelblue 4682b4 tan d2b48c
teal 008080 thistle d8bfd8 tomato ff6347 turquoise 40e0d0 violet ee82ee wheat f5deb3 white ffffff whitesmoke f5f5f5
yellow ffff00 yellowgreen 9acd32
""".split()  # noqa: SIM905 (quoted one by one they fill pages)
NAMED: Final = {name: f"#{value}" for name, value in zip(_NAMES[::2], _NAMES[1::2], strict=True)}
