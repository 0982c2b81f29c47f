"""Dates as the Hub writes them."""

from __future__ import annotations

from datetime import UTC, datetime


def of_second(when: datetime) -> str:
    """A date that git has: whole seconds."""
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def of_epoch(seconds: float) -> str:
    """A time in seconds since the epoch, to the millisecond."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
