"""What a card shows that its siblings show, too: its title, links by their labels, BibTeX entries, repos."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from hashlib import sha256
from itertools import islice
from types import MappingProxyType
from typing import Final, NamedTuple

from cardgen import addresses
from cardgen.lint.card import ReadCard
from cardgen.model import RepoKey

MAX_LINKS: Final = 500
"""Links of a card that are looked at; there may be ten thousand cards."""

MAX_ENTRY: Final = 5_000

_LINK = re.compile(
    r"(?<!!)\[(?P<text>[^\[\]\n]{1,80})\]\(<?(?P<url>https?://[^\s()<>]{1,300})>?\)"
    r"|<a\s[^<>]*?\bhref=\"(?P<address>https?://[^\s\"<>]{1,300})\"[^<>]*>(?P<label>[^<>]{1,80})</a>",
    re.IGNORECASE,
)
_ENTRY = re.compile(
    r"^[ \t]*@(?!comment|string)[a-z]+[ \t]*\{[ \t]*(?P<key>[^\s,{}]{1,80}),", re.IGNORECASE | re.MULTILINE
)
_WORD = re.compile(r"\w+")

SAME_EVERYWHERE: Final = {
    "paper": "Paper", "arxiv": "Paper", "technical report": "Paper", "tech report": "Paper",
    "project page": "Project Page", "project": "Project Page", "homepage": "Homepage", "website": "Homepage",
    "repo": "Repo", "repository": "Repo", "github": "Repo", "code": "Repo", "github repo": "Repo",
    "released resources": "Collection", "collection": "Collection",
}  # fmt: skip
"""Labels of links that lead to one place on all cards of a family, and what they are called."""


class Said(NamedTuple):
    """What a card says, and in which line."""

    value: str
    line: int


@dataclass(frozen=True, slots=True)
class Shown:
    """`facts` are what should be the same on siblings, by names for people; `repos` are those that it links to, with
    the lines where they come first."""

    title: str = ""
    facts: Mapping[str, Said] = field(default_factory=dict)
    entries: Mapping[str, Said] = field(default_factory=dict)
    repos: Mapping[RepoKey, int] = field(default_factory=dict)


NOTHING: Final = Shown()


def read(card: ReadCard) -> Shown:
    """What a card shows. Siblings share most of it, line by line, so that equal parts are kept once."""
    links = list(islice(_links(card), MAX_LINKS))
    title = next((each.text for each in card.headings if each.level == 1), "")[:200]
    return Shown(title, _kept(tuple(_facts(links))), _kept(tuple(_entries(card))), _kept_repos(tuple(_repos(links))))


def _links(card: ReadCard) -> Iterator[tuple[str, Said]]:
    for found in _LINK.finditer(card.prose):
        line, _ = card.place(found.start())
        yield found["text"] or found["label"], Said(found["url"] or found["address"], line)


def _facts(links: list[tuple[str, Said]]) -> Iterator[tuple[str, Said]]:
    """The first link of each label, which stands in the card's head; further down others have the same."""
    seen: set[str] = set()
    for label, said in links:
        name = SAME_EVERYWHERE.get(" ".join(_WORD.findall(label.lower())), "")
        if name and name not in seen:
            seen.add(name)
            yield name, Said(said.value.rstrip("/"), said.line)


def _repos(links: list[tuple[str, Said]]) -> Iterator[tuple[RepoKey, int]]:
    seen: set[RepoKey] = set()
    for _, (url, line) in links:
        found = addresses.read(url)
        if found and found.repo not in seen:
            seen.add(found.repo)
            yield found.repo, line


def _entries(card: ReadCard) -> Iterator[tuple[str, Said]]:
    """The BibTeX entries with a digest of their words: how they are set out makes no difference."""
    for fence in card.fences:
        text = card.own[fence.start : fence.end]
        found = list(islice(_ENTRY.finditer(text), 10)) if "@" in text else []
        ends = [each.start() for each in found[1:]] + [len(text)]
        for each, end in zip(found, ends, strict=False):
            words = sorted(_WORD.findall(text[each.end() : min(end, each.end() + MAX_ENTRY)].lower()))
            line, _ = card.place(fence.start + each.start())
            yield each["key"], Said(sha256(" ".join(words).encode()).hexdigest()[:16], line)


@lru_cache(maxsize=1024)
def _kept(pairs: tuple[tuple[str, Said], ...]) -> Mapping[str, Said]:
    return MappingProxyType(dict(pairs))


@lru_cache(maxsize=1024)
def _kept_repos(repos: tuple[tuple[RepoKey, int], ...]) -> Mapping[RepoKey, int]:
    return MappingProxyType(dict(repos))
