"""What has become of the files beside a card, and what a push does to each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cardgen import file_marks, foreign, marks
from cardgen.file_marks import File
from cardgen.foreign import Loss
from cardgen.units import NOT_OURS, Unit


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
    here, new = file_marks.read(live), file_marks.read(stated.encode())
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


def _conflict(path: str, note: str, here: File, stated: str) -> Judged:
    return Judged(Unit(path, "file", "conflict", note), stated.encode(), foreign.of_file(path, here.text, stated))


def _judge_gone(path: str, stated: str | None, *, was_written: bool) -> Judged:
    if stated is None:
        return Judged(Unit(path, "file", "converged", "gone from the manifest and the Hub"), None)
    if was_written:
        return Judged(Unit(path, "file", "conflict", "deleted on the Hub"), stated.encode())
    return Judged(Unit(path, "file", "create"), stated.encode())


def _judge_left(path: str, live: bytes, written: str | None) -> Judged:
    if _is_untouched(file_marks.read(live), written):
        return Judged(Unit(path, "file", "update", "left the manifest"), None)
    return Judged(Unit(path, "file", "foreign", "left the manifest, but was edited on the Hub and stays"), live)


def _is_untouched(file: File, written: str | None) -> bool:
    """Whether a file is what cardgen wrote last: by its own mark, and by the card's record, if there is one."""
    return file.digest == marks.digest(file.text) and written in {None, file.digest}
