"""URLs by their form: bare ones in a text, as the Hub turns them into links, and those that fit a pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

# What cannot be part of a URL, and the punctuation of Chinese and Japanese, which follows one without a blank.
_ENDS = r"\s<>\"`|\\^{}，。；：！？、（）【】「」『』《》〈〉“”‘’…"
_BARE_URL = re.compile(rf"(?<![A-Za-z0-9])(?:https?://|www\.(?=[\w-]+\.))[^{_ENDS}]+", re.IGNORECASE)
_BRACKET = re.compile(r"[()\[\]]")
_OPENING = {")": "(", "]": "["}
_PUNCTUATION = "?!.,:;*_~'"


def bare_urls(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, str]]:
    """Each bare URL of `text[start:end]` with its offset: `http://`, `https://` and `www.`, without the
    punctuation and the brackets of the sentence around it."""
    for match in _BARE_URL.finditer(text, start, len(text) if end is None else end):
        url = _until_unbalanced(match.group()).rstrip(_PUNCTUATION)
        if not url.endswith("://"):
            yield match.start(), url


def _until_unbalanced(url: str) -> str:
    """The URL up to a closing bracket that it did not open: `(see https://a.org/b_(c))` ends after `_(c)`."""
    opened: list[str] = []
    for match in _BRACKET.finditer(url):
        bracket = match.group()
        if bracket not in _OPENING:
            opened.append(bracket)
        elif opened and opened[-1] == _OPENING[bracket]:
            opened.pop()
        else:
            return url[: match.start()]
    return url


def fits(url: str, parts: Sequence[str]) -> bool:
    """Whether a URL is these parts in this order, with anything between them; of one part, it is that."""
    if len(parts) == 1:
        return url == parts[0]
    first, *middle, last = parts
    at = len(first)
    for part in middle:
        found = url.find(part, at)
        if found < 0:
            return False
        at = found + len(part)
    return url.startswith(first) and url.endswith(last) and at <= len(url) - len(last)
