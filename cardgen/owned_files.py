"""Files beside the card: each says in its first line what wrote it and what it was, as the marks of a card do.

    # cardgen: generated from collections/codeio.yaml, edit that file; sha256=9f86d081884c7d65
    - dataset: …

The card's files mark lists them with the same digests, so that a file that was deleted, or that left the manifest,
shows too. A card is anybody's: what it claims of a file counts only together with the file's own mark.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from cardgen import foreign, marks
from cardgen.foreign import Loss
from cardgen.units import NOT_OURS, Unit

RESULTS: Final = ".eval_results/cardgen.yaml"
"""The Hub reads the YAML files in this folder of a model's repo (hub-docs, eval-results)."""

PATHS: Final = (RESULTS,)
"""Every path that cardgen may write to; nothing else is believed to be its own, whatever a card claims."""

_MARK = re.compile(
    r"\A# cardgen: generated from [^\r\n]*, edit that file; sha256=(?P<digest>[0-9a-f]+)[ \t]*(?:\r\n|\r|\n|\Z)"
)


def compose(text: str, source: str) -> str:
    """A YAML file as it is published: its mark, then `text`. `source` is the manifest's name as cards show it."""
    content = marks.normalize(text) + "\n"
    return f"{_mark(source, marks.digest(content))}\n{content}"


def _mark(source: str, digest: str) -> str:
    return f"# cardgen: generated from {marks.shown(source)}, edit that file; sha256={digest}"


def digests(files: Mapping[str, str]) -> dict[str, str]:
    """What the card says of files that were composed: the digest of each."""
    return {path: _read(text.encode()).digest for path, text in files.items()}


def recorded(readme: bytes | None) -> dict[str, str]:
    """The files that a card says cardgen wrote, with their digests; also where its other marks are broken."""
    said = marks.files_in((readme or b"").decode(errors="replace"))
    return {path: said[path] for path in PATHS if path in said}


@dataclass(frozen=True, slots=True)
class _File:
    """A file: its first line if that is a mark, the digest that the mark says, and what stands below it."""

    mark: str
    digest: str
    text: str


def _read(data: bytes) -> _File:
    text = data.decode("utf-8-sig", errors="replace")
    found = _MARK.match(text)
    return _File(found.group().rstrip(), found["digest"], text[found.end() :]) if found else _File("", "", text)


@dataclass(frozen=True, slots=True)
class Judged:
    """A file, what became of it, and what it shall be; `after` is None where there is to be none.

    `loss` is what of other people's work is lost by that.
    """

    unit: Unit
    after: bytes | None
    loss: Loss | None = None


def judge(stated: Mapping[str, str], live: Mapping[str, bytes], written: Mapping[str, str]) -> tuple[Judged, ...]:
    """Every file of a repo, in order of path.

    `stated` are the files of the rendered card, `live` those that are there, `written` what the live card records.
    """
    paths = sorted({*stated, *written})
    return tuple(_judge(path, stated.get(path), live.get(path), written.get(path)) for path in paths)


def _judge(path: str, stated: str | None, live: bytes | None, written: str | None) -> Judged:
    if live is None:
        return _judge_gone(path, stated, was_written=written is not None)
    if stated is None:
        return _judge_left(path, live, written)
    here, new = _read(live), _read(stated.encode())
    if not here.mark and written is None:
        return _conflict(path, NOT_OURS, here, stated)
    if marks.normalize(here.text) != marks.normalize(new.text):
        if _is_untouched(here, written):
            return Judged(Unit(path, "file", "update"), stated.encode())
        return _conflict(path, "edited on the Hub", here, stated)
    if here.digest != new.digest:
        return Judged(Unit(path, "file", "converged"), stated.encode())
    if here.mark != new.mark:
        return Judged(Unit(path, "file", "update", "another manifest"), stated.encode())
    return Judged(Unit(path, "file", "unchanged"), live)


def _conflict(path: str, note: str, here: _File, stated: str) -> Judged:
    return Judged(Unit(path, "file", "conflict", note), stated.encode(), foreign.of_file(path, here.text, stated))


def _judge_gone(path: str, stated: str | None, *, was_written: bool) -> Judged:
    if stated is None:
        return Judged(Unit(path, "file", "converged", "gone from the manifest and the Hub"), None)
    if was_written:
        return Judged(Unit(path, "file", "conflict", "deleted on the Hub"), stated.encode())
    return Judged(Unit(path, "file", "create"), stated.encode())


def _judge_left(path: str, live: bytes, written: str | None) -> Judged:
    if _is_untouched(_read(live), written):
        return Judged(Unit(path, "file", "update", "left the manifest"), None)
    return Judged(Unit(path, "file", "foreign", "left the manifest, but was edited on the Hub and stays"), live)


def _is_untouched(file: _File, written: str | None) -> bool:
    """Whether a file is what cardgen wrote last: by its own mark, and by the card's record, if there is one."""
    return file.digest == marks.digest(file.text) and written in {None, file.digest}
