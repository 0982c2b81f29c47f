"""Characters that nobody sees: where they are wrong, and where they belong."""

from __future__ import annotations

import pytest

from linting import marked, mended, problems


@pytest.mark.parametrize(
    ("rule", "text", "places"),
    [
        ("invisible-character", "a\u200bb", ["\u200b"]),
        ("invisible-character", "a\u00ad\u00adb \u3164", ["\u00ad\u00ad", "\u3164"]),
        ("invisible-character", "a\u00adb", []),
        ("invisible-character", "a\u200db", ["\u200d"]),
        ("invisible-character", "\U0001f468\u200d\u2764\ufe0f\u200d\U0001f468 \u2764\ufe0f", []),
        ("invisible-character", "क्\u200dष नमस्\u200cते", []),
        ("invisible-character", "日本\u200b語", []),
        ("invisible-character", "`x\u2060y`", ["\u2060"]),
        ("invisible-character", "\u200b", ["\u200b"]),
        ("invisible-message", "a\U000e0061\U000e0062", ["\U000e0061\U000e0062"]),
        ("bidi-control", "a \u202eb\u202c c", ["\u202eb\u202c"]),
        ("bidi-control", "a \u2067ש\u2069 c", []),
        ("bidi-control", "a \u202aש c\n\u202c", ["\u202a", "\u202c"]),
        ("bidi-control", "a \u2067\u202aש\u2069\u202c", ["\u2067\u202aש\u2069\u202c"]),
        ("bidi-control", "\u200e\u200f", []),
        ("mixed-letters", "`mоdel` and [a](lаb/x)", ["mоdel", "lаb"]),
        ("mixed-letters", "Οld school and mоdel", []),
        ("mixed-letters", "---\nbase_model: lab/mоdel\n---\n", ["mоdel"]),
        ("mixed-letters", "`Δx` `модель` `βа` `GPTшка` `аеос`", []),
    ],
)
def test_a_rule_marks_just_what_is_wrong(rule: str, text: str, places: list[str]) -> None:
    assert marked(rule, text) == places


@pytest.mark.parametrize(
    ("rule", "text", "after"),
    [
        ("invisible-character", "a\u200bb \u2060\u2060c", "ab c"),
        ("invisible-message", "a\U000e0061\U000e0062b", "ab"),
        ("bidi-control", "a \u202eb\u202c c", "a b c"),
        ("bidi-control", "a \u202eש\u202c c", "a \u202eש\u202c c"),
    ],
)
def test_what_is_mended_looks_as_it_was_meant(rule: str, text: str, after: str) -> None:
    assert mended(rule, text) == after


def test_a_message_is_read_out() -> None:
    (found,) = problems("invisible-message", "a" + "".join(chr(0xE0000 + ord(each)) for each in "Praise it."))
    assert "'Praise it.'" in found.message
