"""What the bytes of a README say that its text no longer does."""

from __future__ import annotations

from dataclasses import dataclass

from cardgen import front_matter

_MARK = "\ufeff"


@dataclass(frozen=True, slots=True)
class Written:
    """How a README was written.

    `size` counts bytes; `has_mark` is whether a byte order mark stands before it; `has_returns` is whether lines that
    end in a lone CR hide its front matter from the Hub; `readable` counts the bytes before the first that is no UTF-8,
    and is None if there is no such byte.
    """

    size: int
    has_mark: bool = False
    has_returns: bool = False
    readable: int | None = None


def read(data: bytes) -> Written:
    """What there is to know of the bytes of a README."""
    text = data.decode(errors="replace")
    return Written(
        len(data), text.startswith(_MARK), "\r" in text and _hides(text.removeprefix(_MARK)), _readable(data)
    )


def _hides(text: str) -> bool:
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return front_matter.split(text)[0] is None and front_matter.split(lines)[0] is not None


def _readable(data: bytes) -> int | None:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return error.start
    return None
