"""Colours, and what is seen of them on the Hub's two themes."""

from __future__ import annotations

import pytest

from cardgen.lint import palette
from cardgen.lint.palette import Colour
from linting import marked, problems

WHITE, NIGHT = Colour(1, 1, 1), Colour(11 / 255, 15 / 255, 25 / 255)


@pytest.mark.parametrize(
    ("text", "colour"),
    [
        ("#fff", "#ffffff"),
        ("#F00C", "#ff0000cc"),
        ("RED", "#ff0000"),
        ("rebeccapurple", "#663399"),
        ("rgb(255, 0, 0)", "#ff0000"),
        ("rgb(100% 0% 0% / 80%)", "#ff0000cc"),
        ("rgba(255,0,0,.8)", "#ff0000cc"),
        ("hsl(120, 100%, 25%)", "#008000"),
        ("hsla(480deg 100% 25% / 0.8)", "#008000cc"),
        ("transparent", "#00000000"),
    ],
)
def test_a_colour_has_many_notations(text: str, colour: str) -> None:
    found, same = palette.parse(text), palette.parse(colour)
    assert found
    assert same
    assert found == pytest.approx(same, abs=0.004)


@pytest.mark.parametrize("text", ["", "inherit", "var(--x)", "#12345", "rgb(1,2)", "rgb(a,b,c)", "colour", "#ggg"])
def test_what_is_no_colour_is_none(text: str) -> None:
    assert palette.parse(text) is None


def test_contrast_is_that_of_wcag() -> None:
    """Against figures that are known: black on white, and the seed's highlight on both themes."""
    assert palette.contrast(WHITE, Colour(0, 0, 0)) == pytest.approx(21)
    assert palette.contrast(Colour(0x76 / 255, 0x76 / 255, 0x76 / 255), WHITE) == pytest.approx(4.54, abs=0.01)
    light = Colour(0xD1 / 255, 0xD5 / 255, 0xDB / 255)
    assert palette.contrast(Colour(0xE6 / 255, 0xF3 / 255, 1), light) == pytest.approx(1.31, abs=0.01)
    tint = Colour(59 / 255, 130 / 255, 246 / 255, 0.25)
    assert palette.contrast(tint.over(NIGHT), light) == pytest.approx(9.4, abs=0.1)


def test_no_colour_reaches_the_least_on_both_themes() -> None:
    """Why a colour that is stated alone is held to 3:1 only."""
    grays = [Colour(each / 255, each / 255, each / 255) for each in range(256)]
    best = max(min(palette.contrast(each, WHITE), palette.contrast(each, NIGHT)) for each in grays)
    assert 3 < best < 4.5


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('<td bgcolor="#e6f3ff">a', "dark theme its text has a contrast of 1.3:1"),
        ('<tr bgcolor=E6F3FF><td>a', "dark theme its text has a contrast of 1.3:1"),
        ('<font color=yellow>a</font>', "light theme its text has a contrast of 1.1:1"),
        ('<span style="COLOR: Blue !important">a</span>', ""),
        ('<span style="color: blue">a</span>', "dark theme its text has a contrast of 2.2:1; 3:1 is the least"),
        ('<span style="color: blue">a</span>' * 3, "(3 times)"),
        ('<h1 style="color: #777; background: #fff">a</h1>', ""),
        ('<p style="color: #777; background: #fff">a</p>', "4.5:1; 4.5:1 is the least"),
        ('<p style="color: #777; background: #fff; font-size: 24px">a</p>', ""),
        ('<div style="background: #111"><font color="white">a</font></div>', ""),
        ('<div style="background: #111">b<font color="white">a</font></div>', "light theme"),
        ('<div style="background: #eee"><p style="background: #111; color: #eee">a</p></div>', ""),
        ('<div style="background: url(a.png)">a</div>', ""),
        ('<div style="background: linear-gradient(#fff, #eee)">a</div>', ""),
        ('<div style="background: #e6f3ff url">&nbsp; <img src=a></div>', ""),
        ('<div class="bg-white dark:bg-black" style="background: #fff">a</div>', ""),
        ('<div style="background-color: #e6f3ff">\n\n| a |\n| - |\n\n</div>', "dark theme"),
        ('<hr style="background: #e6f3ff">a', ""),
        ("`<p style='background: #e6f3ff'>a</p>`", ""),
    ],
)  # fmt: skip
def test_text_has_to_be_readable_on_both_themes(text: str, said: str) -> None:
    found = problems("contrast", text)
    assert (said in found[0].message) if said else found == []


@pytest.mark.parametrize(
    ("rule", "text", "places"),
    [
        ("text-camouflaged", '<p style="color:#fff;background:white">a', ['<p style="color:#fff;background:white">']),
        ("text-camouflaged", '<p style="color: white">a</p>', []),
        ("text-hidden", '<p style="display:none">a</p>', ['<p style="display:none">']),
        ("text-hidden", '<p style="DISPLAY : NONE !important;">a</p>', ['<p style="DISPLAY : NONE !important;">']),
        ("text-hidden", "<p hidden>a</p>", ["<p hidden>"]),
        ("text-hidden", '<p style="font-size:1px">a', ['<p style="font-size:1px">']),
        ("text-hidden", '<p style="opacity:0.0">a', ['<p style="opacity:0.0">']),
        ("text-hidden", '<p style="text-indent:-999em">a', ['<p style="text-indent:-999em">']),
        ("text-hidden", '<img width="0" height="0" src=a>', ['<img width="0" height="0" src=a>']),
        ("text-hidden", '<p aria-hidden="true" class="hidden" title="0">a', []),
        ("text-hidden", '<p style="margin:0; left: 0; font-size: 0.8em; opacity: .5; top: -.-.px">a', []),
        ("text-hidden", '<td width="0"><table cellpadding="0">', []),
        ("blanks", "a" + "&nbsp;" * 60 + "b", ["&nbsp;" * 60]),
        ("blanks", "a" + "\n" * 60 + "b", ["\n" * 60]),
        ("blanks", "a" + " " * 300 + "\n", []),
        ("image-alt", "<IMG SRC=a>![ ](a)[![](b)](c)", ["<IMG SRC=a>", "![ ]", "![]"]),
        ("image-alt", "<img src=a alt><img alt=a>![a](b) `![](c)` <img aria-hidden=true>", []),
        ("link-emoji", "[→](a) [a](b) [ ](c) [1](d) ![🤗](e) [![](f)](g)", ["[→](a)"]),
        ("link-emoji", "<a href=a><b>🤗</b></a> <a name=b></a>", ["<a href=a><b>🤗</b></a>"]),
        ("link-emoji", "<a href=a aria-label=b>🤗</a><a href=b><img src=c></a>", []),
        ("link-emoji", "[**`a`**](b) <a href=c>`d`</a> <a href=c>[`d`](e)</a>", []),
        ("link-text", "[Here](a), <a href=b><i>this</i></a>", ["<a href=b><i>this</i></a>", "[Here](a)"]),
        ("link-text", "[here it is](a) [here](b 'the paper')", []),
        ("table-headless", "<table>" + "<tr><td>a<td>b" * 3 + "</table>", ["<table>"]),
        ("table-headless", "<table>" + "<tr><td>a" * 3 + "</table>", []),
        ("table-headless", "<table><tr><th>a<td>b" + "<tr><td>a<td>b" * 3, []),
        ("autoplay", "<audio src=a autoplay>", ["<audio src=a autoplay>"]),
        ("autoplay", "autoplay <audio src=a controls autoplay>", []),
    ],
)  # fmt: skip
def test_a_rule_marks_just_what_is_wrong(rule: str, text: str, places: list[str]) -> None:
    assert marked(rule, text) == places
