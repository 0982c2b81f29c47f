"""What a server says about when to come back."""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime

from cardgen.links.port import Answer, Failure

_SECONDS = re.compile(r"\d{1,9}")
_WINDOW = re.compile(r";\s*t=(\d{1,9})")
_REMAINING = re.compile(r";\s*r=(\d{1,9})")


def rest_before(answer: Answer | Failure, pauses: int) -> float | None:
    """How many seconds a server that refused wants to be left alone; None if it does not.

    It says so by `Retry-After` in both its forms (RFC 9110, 10.2.3), or by `RateLimit`, as the Hub sends it. If a 429
    says nothing, it is a little longer each time (`pauses` is how often it was waited for before).
    """
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


def rest_after(answer: Answer) -> float | None:
    """How many seconds a server that answered wants to be left alone from now on, since that was the last request
    of its window: `RateLimit: "api";r=0;t=30`. None if it says nothing of the kind."""
    limit = answer.headers.get("ratelimit", "")
    remaining, window = _REMAINING.search(limit), _WINDOW.search(limit)
    return float(window[1]) if remaining and window and int(remaining[1]) == 0 else None


def _until(moment: str, now: str) -> float | None:
    """The seconds from the server's `now` to a moment, both as HTTP dates; None if either is none."""
    try:
        return max(0.0, (parsedate_to_datetime(moment) - parsedate_to_datetime(now)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None
