"""How one URL is asked: HEAD before GET, and with the pauses that its host asks for."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace
from email.utils import parsedate_to_datetime

from cardgen.links.port import Answer, Ask, Cause, Failure

MAX_PAUSES = 5

Exchange = Generator[Ask, Answer | Failure, Answer | Failure]

# Where a HEAD failed so, a GET would as well.
_FINAL: frozenset[Cause] = frozenset({"url", "name", "no-name", "private", "certificate", "tls", "resting"})
_SECONDS = re.compile(r"\d{1,9}")
_WINDOW = re.compile(r";\s*t=(\d{1,9})")


def probe(url: str) -> Exchange:
    """The answer of one URL: to a HEAD if that proves something, else to a GET, which is tried again if it is cut.

    Servers that do not know HEAD, or block it, answer it with anything: 403, 404, 405, 501, silence.
    """
    answer = yield from _politely(Ask(url, "HEAD"))
    if _proves(answer):
        return answer
    answer = yield from _politely(Ask(url, "GET"))
    if isinstance(answer, Failure) and answer.cause == "cut":
        answer = yield from _politely(Ask(url, "GET"))
    return answer


def _proves(answer: Answer | Failure) -> bool:
    if isinstance(answer, Failure):
        return answer.cause in _FINAL
    return 200 <= answer.code < 400 or answer.code == 429


def _politely(ask: Ask) -> Exchange:
    """Ask again after each pause that the server wants, a bounded number of times."""
    answer = yield ask
    for pauses in range(MAX_PAUSES):
        rest = _rest(answer, pauses)
        if rest is None:
            break
        answer = yield replace(ask, rest=rest)
    return answer


def _rest(answer: Answer | Failure, pauses: int) -> float | None:
    """How many seconds a server wants to be left alone, if it does: by `Retry-After` in both its forms (RFC 9110),
    by `RateLimit`, as the Hub sends it, or, if a 429 says nothing, a little longer each time."""
    if isinstance(answer, Failure) or answer.code not in (429, 503):
        return None
    retry_after = answer.headers.get("retry-after", "")
    if _SECONDS.fullmatch(retry_after):
        return float(retry_after)
    if (until := _until(retry_after, answer.headers.get("date", ""))) is not None:
        return until
    if window := _WINDOW.search(answer.headers.get("ratelimit", "")):
        return float(window[1])
    return float(2**pauses) if answer.code == 429 else None


def _until(moment: str, now: str) -> float | None:
    """The seconds from the server's `now` to a moment, both as HTTP dates; None if either is none."""
    try:
        return max(0.0, (parsedate_to_datetime(moment) - parsedate_to_datetime(now)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
