"""Characters that nobody sees, or that are not what they look like.

What is invisible and has its place is left alone: joiners in emoji and in the scripts that need them (Unicode 16,
chapter 23.2), balanced isolates, the tags of a flag. Bidi controls: “Trojan Source”, CVE-2021-42574.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote

_SUSPECT = re.compile(
    "[\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200d\u202a-\u202e\u2060-\u2064\u2066-\u206f\u3164\ufeff\uffa0"
    "\U000e0000-\U000e0fff]+"
)
_BIDI: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_OPENS: Final = frozenset("\u202a\u202b\u202d\u202e")
_ISOLATES: Final = frozenset("\u2066\u2067\u2068")
_OVERRIDES: Final = frozenset("\u202d\u202e")
_POP, _POP_ISOLATE = "\u202c", "\u2069"
_JOINERS: Final = frozenset("\u200c\u200d")
_SOFT_HYPHEN: Final = "\u00ad"
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_NEEDS_JOINERS = re.compile("[\u0600-\u109f\u1780-\u18af\u1a00-\u1cff\ua800-\uabff\ufb50-\ufdff\ufe70-\ufefc]")
_BREAKS_WORDS = re.compile("[\u0e00-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")
_PICTURE = re.compile("[\u00a9\u00ae\u203c-\u3299\ufe0f\U0001f000-\U0001faff]")
_FLAG = "\U0001f3f4"

_CYRILLIC_GREEK = re.compile("[\u0370-\u03ff\u0400-\u04ff]")
_LOOKALIKE: Final = "аАВеЕЗіІјЈкКМНоОрРсСТуУхХѕЅԁһΑΒΕΖΗΙΚΜΝΟΡΤΥΧοϲ"
_MIXED = re.compile(rf"(?<![^\W_])[0-9A-Za-z]*+[{_LOOKALIKE}][0-9A-Za-z{_LOOKALIKE}]*+(?![^\W_])")
_LATIN = re.compile("[A-Za-z]")
_TOKEN_ENDS: Final = frozenset(" \t\n()<>[]\"'`|,;")


@lru_cache(maxsize=1)
def _suspects(card: ReadCard) -> Sequence[re.Match[str]]:
    """The runs of characters that may be wrong; remembered for the rules that ask after each other."""
    return () if card.own.isascii() else tuple(_SUSPECT.finditer(card.own))


def _invisible(card: ReadCard) -> Iterator[Problem]:
    for found in _suspects(card):
        if not _BIDI & set(found[0]) and not _are_tags(found[0]) and not _has_place(found):
            names = " ".join(f"U+{ord(each):04X}" for each in found[0][:3])
            yield Problem(
                f"{names}{' …' if len(found[0]) > 3 else ''} cannot be seen, and stands in {quote(_around(found))}",
                *found.span(), "remove it", "",
            )  # fmt: skip


def _has_place(found: re.Match[str]) -> bool:
    """Whether a run belongs to the text around it."""
    run, before, after = found[0], found.string[found.start() - 1 : found.start()], found.string[found.end() :][:1]
    if run == _SOFT_HYPHEN:
        return before.isalpha() and after.isalpha()
    if set(run) <= _JOINERS and len(run) == 1:
        return bool(_NEEDS_JOINERS.match(before) or (_PICTURE.match(before) and _PICTURE.match(after)))
    return run == "\u200b" and bool(_BREAKS_WORDS.match(before) or _BREAKS_WORDS.match(after))


def _around(found: re.Match[str]) -> str:
    text = found.string
    start = text.rfind("\n", 0, found.start()) + 1
    return text[max(start, found.start() - 12) : found.end() + 12]


def _are_tags(run: str) -> bool:
    return "\U000e0000" <= run[0] <= "\U000e007f"


def _tags(card: ReadCard) -> Iterator[Problem]:
    for found in _suspects(card):
        if _are_tags(found[0]) and found.string[found.start() - 1 : found.start()] != _FLAG:
            said = "".join(chr(ord(each) & 0x7F) for each in found[0][:60])
            yield Problem(
                f"characters that nobody sees say {quote(said)}", *found.span(), "remove them", "",
            )  # fmt: skip


def _bidi(card: ReadCard) -> Iterator[Problem]:
    lines = {card.place(found.start())[0]: found for found in reversed(_suspects(card)) if _BIDI & set(found[0])}
    for found in reversed(lines.values()):
        start = card.own.rfind("\n", 0, found.start()) + 1
        end = card.own.find("\n", found.start())
        line = card.own[start : end if end >= 0 else None]
        if _OVERRIDES & set(line) or not _is_balanced(line):
            at = next(place for place, each in enumerate(line) if each in _BIDI)
            last = max(place for place, each in enumerate(line) if each in _BIDI) + 1
            is_safe = not _RIGHT_TO_LEFT.search(line)
            yield Problem(
                f"the line is not shown in the order in which it is written: {quote(_around(found))}",
                start + at, start + last, "remove the controls, or close each of them",
                "".join(each for each in line[at:last] if each not in _BIDI) if is_safe else None,
            )  # fmt: skip


def _is_balanced(line: str) -> bool:
    """Whether every embedding and every isolate ends in the line, in order."""
    opened: list[str] = []
    for each in filter(_BIDI.__contains__, line):
        if each in _OPENS:
            opened.append(_POP)
        elif each in _ISOLATES:
            opened.append(_POP_ISOLATE)
        elif not opened or opened.pop() != each:
            return False
    return not opened


def _mixed(card: ReadCard) -> Iterator[Problem]:
    if card.own.isascii() or not _CYRILLIC_GREEK.search(card.own):
        return
    for found in _MIXED.finditer(card.own):
        if _LATIN.search(found[0]) and _is_name(card, found):
            letters = " ".join(f"U+{ord(each):04X}" for each in found[0] if each in _LOOKALIKE)
            yield Problem(
                f"{quote(found[0])} mixes Latin letters with others that look like them: {letters}", *found.span(),
                "write all of it in Latin letters",
            )  # fmt: skip


def _is_name(card: ReadCard, found: re.Match[str]) -> bool:
    """Whether it is a part of an address, of a repo's name or of code, and no word of a text."""
    if card.markup[found.start()] == " ":  # code and front matter are blank there
        return True
    text, start, end = card.own, found.start(), found.end()
    while start > 0 and text[start - 1] not in _TOKEN_ENDS:
        start -= 1
    while end < len(text) and text[end] not in _TOKEN_ENDS:
        end += 1
    return "/" in text[start:end] or "://" in text[start:end]


RULES = (
    Rule("invisible-character", "hidden text", "warning", "A character in the text cannot be seen.", _invisible),
    Rule("invisible-message", "hidden text", "warning", "Characters that nobody sees spell a message.", _tags),
    Rule("bidi-control", "hidden text", "warning", "A line is shown in another order than it is written.", _bidi),
    Rule("mixed-letters", "hidden text", "warning", "A name mixes letters that look the same.", _mixed),
)  # fmt: skip
