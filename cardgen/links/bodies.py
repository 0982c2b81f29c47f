"""Bodies of answers as text: unpacked and decoded, within bounds."""

from __future__ import annotations

import re
import zlib

from cardgen.links.port import Answer

MAX_UNPACKED = 2_000_000
"""How many bytes a packed body may grow to; the rest is left out."""

_CHARSET = re.compile(r"charset=[\"']?([\w.:-]+)", re.IGNORECASE)
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w.:-]+)", re.IGNORECASE)


def kind(answer: Answer) -> str:
    """The media type of a body, in lower case; an empty string if the server names none."""
    return answer.headers.get("content-type", "").partition(";")[0].strip().lower()


def is_html(answer: Answer) -> bool:
    """Whether a browser would show the body as a page."""
    return kind(answer) in ("text/html", "application/xhtml+xml") or (
        not kind(answer) and answer.body.lstrip()[:1] == b"<"
    )


def text(answer: Answer) -> str | None:
    """The body as text; None if it cannot be unpacked. What does not fit its encoding is replaced."""
    try:
        data = _unpacked(answer)
    except zlib.error:
        return None
    return None if data is None else _decoded(data, answer.headers.get("content-type", ""))


def _unpacked(answer: Answer) -> bytes | None:
    packing = answer.headers.get("content-encoding", "identity").strip().lower()
    if packing in ("", "identity"):
        return answer.body
    if packing in ("gzip", "x-gzip"):
        return zlib.decompressobj(wbits=31).decompress(answer.body, MAX_UNPACKED)
    if packing == "deflate":
        return _inflated(answer.body)
    return None


def _inflated(body: bytes) -> bytes:
    """What HTTP calls deflate is zlib's format, and what some servers send is the bare stream inside."""
    try:
        return zlib.decompressobj().decompress(body, MAX_UNPACKED)
    except zlib.error:
        return zlib.decompressobj(wbits=-15).decompress(body, MAX_UNPACKED)


def _decoded(data: bytes, content_type: str) -> str:
    named = _CHARSET.search(content_type)
    found = None if named else _META_CHARSET.search(data, 0, 2048)
    charset = named[1] if named else found[1].decode("ascii") if found else "utf-8"
    try:
        return data.decode(charset, "replace")
    except (LookupError, UnicodeError, ValueError):
        return data.decode("utf-8", "replace")
