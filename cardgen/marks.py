"""The HTML comments by which a card says what cardgen wrote in it, and what it was.

    <!-- cardgen:begin card: generated from collections/codeio.yaml, edit that file -->
    …
    <!-- cardgen:end card sha256=9f86d081884c7d65 -->
    <!-- cardgen:data license=3fa9c1d2 base_model=77ab01fe -->
    <!-- cardgen:files .eval_results/cardgen.yaml=2c26b46b68ffc68f -->

A block lies between its two marks. The data mark records the front-matter keys that cardgen wrote, the files mark
the files beside the card. Each has a digest of what was written, so that a later edit by somebody else shows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Final
from urllib.parse import quote, unquote

from msgspec import Struct

PREFIX: Final = "<!-- cardgen:"
BLOCK_DIGITS: Final = 16
KEY_DIGITS: Final = 8

_MARK = re.compile(
    r"""^<!--\ cardgen:(?:
          begin\ (?P<begin>[a-z][a-z0-9_-]*)(?::\ [^\r\n]*?)?
        | end\ (?P<end>[a-z][a-z0-9_-]*)(?:\ sha256=(?P<digest>[0-9a-f]+))?
        | (?P<record>data|files)(?P<digests>(?:\ [^\s=]+=[0-9a-f]+)*)
        )\ -->[ \t]*+(?:\r\n|\r|\n|\Z)""",
    re.VERBOSE | re.MULTILINE,
)
_UNSAFE_IN_SOURCE = re.compile(r"[\x00-\x1f\x7f-\x9f<>%\u2028\u2029]")


def normalize(text: str) -> str:
    """What a digest is taken over: LF, and no blanks at the end, so that saving a card again is no edit."""
    return content(text, "surrogatepass").decode("utf-8", "surrogatepass")


def content(text: str, errors: str = "strict") -> bytes:
    """The same as bytes. Raises UnicodeEncodeError for halves of surrogate pairs, if `errors` says nothing else."""
    data = text.encode("utf-8", errors)
    if b"\r" in data:
        data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return data.rstrip(b" \t\n")


def digest(text: str, digits: int = BLOCK_DIGITS) -> str:
    """The first `digits` hexadecimal digits of the SHA-256 of the normalized text."""
    return digest_of(content(text, "surrogatepass"), digits)


def digest_of(data: bytes, digits: int = BLOCK_DIGITS) -> str:
    """The same of `content`."""
    return hashlib.sha256(data).hexdigest()[:digits]


def wrap(name: str, source: str, text: str) -> str:
    """A block: `text` between its two marks.

    The blank line before the end mark ends an HTML table, which would swallow the mark otherwise.
    """
    content = normalize(text)
    return f"{begin(name, source)}\n{content}\n\n{end(name, digest(content))}\n"


def begin(name: str, source: str) -> str:
    """The mark above a block."""
    return f"{PREFIX}begin {name}: generated from {shown(source)}, edit that file -->"


def shown(source: str) -> str:
    """The name of a manifest as a mark shows it: nothing in it can end a comment, or a line."""
    return _UNSAFE_IN_SOURCE.sub(lambda found: quote(found.group(), safe=""), source)


def emptied(name: str) -> str:
    """A block without text and without a digest, as a person writes one where cardgen shall fill it."""
    return f"{PREFIX}begin {name} -->\n{PREFIX}end {name} -->\n"


def without(text: str) -> str:
    """A text without the lines that are marks."""
    return _MARK.sub("", text)


def end(name: str, digest: str) -> str:
    """The mark below a block, with the digest of what lies in it."""
    return f"{PREFIX}end {name} sha256={digest} -->"


def data(digests: Mapping[str, str]) -> str:
    """The data mark's line for owned keys and their digests; `""` when cardgen owns no key."""
    return _record("data", digests)


def files(digests: Mapping[str, str]) -> str:
    """The files mark's line for the files beside the card; `""` when there are none."""
    return _record("files", digests)


def _record(name: str, digests: Mapping[str, str]) -> str:
    """Names are percent-encoded, because a key may hold blanks, `=` or `-->`."""
    if not digests:
        return ""
    pairs = " ".join(f"{quote(key, safe='/')}={value}" for key, value in digests.items())
    return f"{PREFIX}{name} {pairs} -->\n"


class Block(Struct, frozen=True):
    """A block as it stands in a body: `whole` with its marks, from `start` to `end`; `text` without.

    `begin` is its first mark; `digest` is what its end mark says, empty when cardgen has not written it yet.
    """

    name: str
    begin: str
    whole: str
    text: str
    digest: str
    start: int
    end: int

    @property
    def is_to_be_filled(self) -> bool:
        """Whether somebody put it there for cardgen to fill: it is empty, and nothing was ever written into it."""
        return not self.digest and not self.text.strip()

    @property
    def is_untouched(self) -> bool:
        """Whether it still holds what was written into it."""
        return self.digest == digest(self.text)


class Marks(Struct, frozen=True):
    """What the marks of a body say. `keys` and `files` are what cardgen owns beside the blocks, with their digests.

    `records` is where the data mark and the files mark stand; `outside` is the text that no block and no mark takes up.
    """

    blocks: tuple[Block, ...]
    keys: Mapping[str, str]
    files: Mapping[str, str]
    records: tuple[tuple[int, int], ...]
    outside: str

    @property
    def exist(self) -> bool:
        """Whether there is any mark at all."""
        return bool(self.blocks or self.records)

    @property
    def say_written(self) -> bool:
        """Whether cardgen has written anything here: marks alone may be put there by hand, for it to fill."""
        return bool(self.records or any(block.digest for block in self.blocks))


class Broken(Struct, frozen=True):
    """Why the marks of a body cannot be trusted."""

    reason: str


def read(body: str) -> Marks | Broken:
    """Read the marks of a body; any that is doubled, open or nested makes them all `Broken`."""
    found = list(_MARK.finditer(body))
    if len(found) != body.count(PREFIX):
        return Broken("a cardgen mark was changed by hand")
    records = [each for each in found if each["record"]]
    if len({each["record"] for each in records}) < len(records):
        return Broken("a cardgen data or files mark stands twice")
    spans = _pairs([each for each in found if not each["record"]])
    if isinstance(spans, Broken):
        return spans
    blocks = tuple(_block(body, first, last) for first, last in spans)
    taken = sorted([(each.start, each.end) for each in blocks] + [each.span() for each in records])
    if any(before[1] > after[0] for before, after in pairwise(taken)):
        return Broken("a cardgen mark stands inside a block")
    said = {each["record"]: _digests(each["digests"]) for each in records}
    places = tuple(each.span() for each in records)
    return Marks(blocks, said.get("data", {}), said.get("files", {}), places, _outside(body, taken))


def files_in(body: str) -> Mapping[str, str]:
    """The files that a body records, though its marks as a whole may be broken."""
    found = (each["digests"] for each in _MARK.finditer(body) if each["record"] == "files")
    return {path: digest for digests in found for path, digest in _digests(digests).items()}


def _pairs(found: Sequence[re.Match[str]]) -> list[tuple[re.Match[str], re.Match[str]]] | Broken:
    names = [each["begin"] for each in found[::2]]
    if len(found) % 2 or None in names or names != [each["end"] for each in found[1::2]]:
        return Broken("a cardgen block has no end, no beginning, or another block inside")
    if len(set(names)) < len(names):
        return Broken("a cardgen block stands twice")
    return list(zip(found[::2], found[1::2], strict=True))


def _block(body: str, first: re.Match[str], last: re.Match[str]) -> Block:
    text = body[first.end() : last.start()]
    start, end = first.start(), last.end()
    return Block(first["begin"], first.group(), body[start:end], text, last["digest"] or "", start, end)


def _digests(pairs: str) -> Mapping[str, str]:
    return {unquote(key): value for key, _, value in (pair.partition("=") for pair in pairs.split())}


def _outside(body: str, taken: Sequence[tuple[int, int]]) -> str:
    edges = [0, *(edge for span in taken for edge in span), len(body)]
    return "".join(body[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))
