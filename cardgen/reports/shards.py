"""A check in parts, which run beside each other on machines of their own, and the report that they make together.

A link belongs to the shard of its host, so that one machine alone asks a host, at the pace that the host can bear, and
remembers what it answered. Which shard that is follows from the host's name and nothing else: it stays the same when
links are added, and no shard needs to know of the others. A finding belongs to the shard of its card.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

from cardgen import __version__
from cardgen.errors import InputError
from cardgen.links.places import Place
from cardgen.links.urls import HUB_HOSTS
from cardgen.model import HUB_URL
from cardgen.reports.report import Report, joined

MAX_SHARDS: Final = 256
"""As many as a matrix of GitHub's may have jobs."""

_SHARD = re.compile(r"(\d{1,3})/(\d{1,3})")
_HUB = urlsplit(HUB_URL).netloc


@dataclass(frozen=True, slots=True)
class Shard:
    """One of `count` parts of a run, counted from 1. `run` tells parts of the same run from others."""

    number: int
    count: int
    run: str = ""

    def __str__(self) -> str:
        return f"{self.number}/{self.count}"

    def has_link(self, url: str) -> bool:
        """Whether this part asks for a link."""
        return self._has(_host(url))

    def has_card(self, card: str) -> bool:
        """Whether this part tells what lint found on a card, or of no card in particular (an empty name)."""
        return self._has(card)

    def _has(self, name: str) -> bool:
        return int.from_bytes(sha256(name.encode(errors="surrogatepass")).digest()[:8]) % self.count == self.number - 1


def parse(text: str) -> Shard | None:
    """The shard that `3/8` names; None if it names none."""
    found = _SHARD.fullmatch(text)
    shard = Shard(int(found[1]), int(found[2])) if found else None
    return shard if shard and 1 <= shard.number <= shard.count <= MAX_SHARDS else None


def _host(url: str) -> str:
    """Who is asked for a link: all names of the Hub are one. Empty for a link that needs no asking."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return ""
    return _HUB if host in HUB_HOSTS else host


def run_of(standing: Mapping[str, Sequence[Place]]) -> str:
    """What is the same for all parts of a run: its links at their places, and who checks them."""
    digest = sha256(__version__.encode())
    for url in sorted(standing):
        places = [(each.card, each.line, each.source) for each in standing[url]]
        digest.update(repr((url, places)).encode(errors="replace"))
    return digest.hexdigest()[:16]


def merge(parts: Sequence[tuple[str, Report]]) -> Report:
    """The report of the whole run; `parts` are the reports of all its shards, with the names that errors give them.

    Raises InputError, with everything that is wrong: one that is missing, or there twice, or of another run.
    """
    if mistakes := [*_mistakes(parts)]:
        raise InputError("\n".join(mistakes), "merge the JSON reports of all shards of one run, each once")
    return joined([report for _, report in parts])


def _mistakes(parts: Sequence[tuple[str, Report]]) -> Iterator[str]:
    yield from (f"{name}: the report of a whole run, not of a shard" for name, each in parts if each.shard is None)
    shards = [(name, each.shard) for name, each in parts if each.shard]
    if shards:
        yield from _strangers(shards)
        yield from _miscounted(shards)
    if len({each.strict for _, each in parts}) > 1:
        yield "some of the reports are strict, and some are not"


def _strangers(shards: Sequence[tuple[str, Shard]]) -> Iterator[str]:
    """Parts that do not belong to the same run as the first."""
    name, usual = shards[0]
    for other, shard in shards:
        if shard.count != usual.count:
            yield f"{other}: shard {shard}, but {name} is shard {usual}"
        elif shard.run != usual.run:
            yield f"{other}: of another run than {name}: its links, or the version of cardgen, are not the same"


def _miscounted(shards: Sequence[tuple[str, Shard]]) -> Iterator[str]:
    """What is there twice, or not at all."""
    names: dict[str, list[str]] = {}
    for name, shard in shards:
        names.setdefault(str(shard), []).append(name)
    yield from (f"shard {shard} is there twice: {', '.join(each)}" for shard, each in names.items() if len(each) > 1)
    count = shards[0][1].count
    if all(shard.count == count for _, shard in shards):
        wanted = [f"{number}/{count}" for number in range(1, count + 1)]
        if missing := [each for each in wanted if each not in names]:
            yield f"missing: shard {', '.join(missing)}"
