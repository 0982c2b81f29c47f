"""Texts of any characters, as manifests hold them and as readers see them."""

from __future__ import annotations

import re

from hypothesis import strategies as st

NASTY = [
    *("<script>alert(1)</script>", "</td></table>", "<!-- x", "a < b & c > d", "&amp;", "&lt;b&gt;", "&#42;", "&copy"),
    *('it\'s "quoted"', "a | b", "`code`", "``` x", "~~~", "~~gone~~", "**bold**", "*", "__init__", "_a_", "a_b_c"),
    *("[a](https://x.org)", "![a](b)", "<https://x.org>", "# heading", "C #", "a # b", "- list", "+ list", "1. one"),
    *(
        "12) x",
        "---",
        "===",
        "> quote",
        "\\",
        "\\*",
        "{{ x }}",
        "{% x %}",
        "{# x #}",
        "🤗",
        "👩‍🔬",
        "שלום",
        "é e\u0301",
    ),
    *("https://x.org", "a\u00a0b", "a \u202e b", "\u200b", "$$x$$", "[x]: https://a.org", "[^1]", ":---", "\x85", "="),
    *("a\u2028b", "x--y", "<", "&", "    code", "a\tb", "1234567890. x", "\ufeffa"),
]


def is_name(value: str) -> bool:
    return bool(re.fullmatch(r"\S(.*\S)?", value)) and bool(value.strip()) and "\r" not in value


names = st.one_of(
    st.sampled_from(NASTY),
    st.text(st.sampled_from("ab 1.#*_`~[]()<>&;!|\\\"'-+={}%$^:/🤗\u202e\u00a0é"), min_size=1, max_size=12),
    st.text(st.characters(exclude_categories=["Cs", "Cc", "Cn"], exclude_characters="\ufeff"), min_size=1, max_size=12),
).filter(is_name)
"""Texts of one line, with nothing that a card cannot carry."""


def seen(value: str) -> str:
    """A text as a browser shows it."""
    return " ".join(value.split())
