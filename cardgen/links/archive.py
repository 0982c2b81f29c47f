"""Copies of pages that are gone, in the Internet Archive: what a dead link could lead to instead."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from urllib.parse import quote, urlsplit

from cardgen.links import bodies
from cardgen.links.port import Answer, Ask, Failure, Inquiry
from cardgen.links.verdict import Verdict

AVAILABLE = "https://archive.org/wayback/available"
"""The archive's register (archive.org/help/wayback_api.php)."""

_COPY = re.compile(r"https?://web\.archive\.org/web/(\d{4})(\d\d)(\d\d)\d*/\S+")
_GONE = frozenset({404, 410})


def suggesting(url: str, inquiry: Inquiry, register: str) -> Inquiry:
    """The same inquiry; the verdict on a page that is gone names a copy, if the register knows one."""
    verdict = yield from inquiry
    if not _may_be_kept(url, verdict):
        return verdict
    answer = yield Ask(f"{register}?url={quote(url, safe='')}")
    copy = _copy_in(answer)
    return replace(verdict, message=f"{verdict.message}; {copy}") if copy else verdict


def _may_be_kept(url: str, verdict: Verdict) -> bool:
    """Whether a page is gone that anybody could have read."""
    host = urlsplit(url).hostname or ""
    is_public = "." in host and ":" not in host and not host.rpartition(".")[2].isdigit()
    return verdict.status == "broken" and (verdict.code in _GONE or verdict.code is None) and is_public


def _copy_in(answer: Answer | Failure) -> str:
    """The newest copy that an answer of the register names, in words; an empty string if it names none."""
    if isinstance(answer, Failure) or answer.code != 200:
        return ""
    try:
        found = json.loads(bodies.text(answer) or "{}")["archived_snapshots"]["closest"]["url"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return ""
    match = _COPY.fullmatch(found) if isinstance(found, str) else None
    return f"a copy of {match[1]}-{match[2]}-{match[3]} is at {match[0]}" if match else ""
