"""How many requests the hub takes: the Hub's limits, off until a program sets them.

The numbers, the buckets and the headers are those of hub-docs, docs/hub/rate-limits.md (September 2025). The quota
of commits is undocumented; its words are from datasets#6257.
"""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal

Bucket = Literal["api", "resolvers", "pages"]


@dataclass(frozen=True, slots=True)
class Plan:
    """How many requests of each kind may be made in one window."""

    api: int
    resolvers: int
    pages: int

    def of(self, bucket: Bucket) -> int:
        return {"api": self.api, "resolvers": self.resolvers, "pages": self.pages}[bucket]


ANONYMOUS = Plan(500, 3_000, 100)
FREE = Plan(1_000, 5_000, 200)
PRO = Plan(2_500, 12_000, 400)
TEAM = Plan(3_000, 20_000, 400)
ENTERPRISE = Plan(6_000, 50_000, 600)
ENTERPRISE_PLUS = Plan(10_000, 100_000, 1_000)


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of a hub: a plan for users (`users` may name others), one for those without a token, per address.

    `clock` tells seconds; a test passes its own, or one that runs faster. `window` and `hour` count its seconds. The
    commits of a user in an hour are not limited unless `commits_per_hour` says so.
    """

    user: Plan = FREE
    anonymous: Plan = ANONYMOUS
    users: Mapping[str, Plan] = field(default_factory=dict)
    commits_per_hour: int | None = None
    window: float = 300
    hour: float = 3600
    clock: Callable[[], float] = time.monotonic

    def plan(self, user: str | None) -> Plan:
        """The plan of a user; None: of somebody without a token."""
        return self.anonymous if user is None else self.users.get(user, self.user)


@dataclass(frozen=True, slots=True)
class Usage:
    """What is left of a quota, after the request that was just counted."""

    bucket: str
    quota: int
    used: int
    seconds_left: int
    window: int

    @property
    def is_exceeded(self) -> bool:
        return self.used > self.quota

    @property
    def headers(self) -> dict[str, str]:
        """The headers of IETF draft-ietf-httpapi-ratelimit-headers-09, which the Hub sends with every answer."""
        return {
            "RateLimit": f'"{self.bucket}";r={max(0, self.quota - self.used)};t={self.seconds_left}',
            "RateLimit-Policy": f'"fixed window";"{self.bucket}";q={self.quota};w={self.window}',
        }


class Meter:
    """Counts requests in fixed windows, each of which begins with its first request."""

    def __init__(self) -> None:
        self._limits: Limits | None = None
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}
        self._lock = threading.Lock()

    @property
    def limits(self) -> Limits | None:
        return self._limits

    def set(self, limits: Limits | None) -> None:
        """Count anew, by these limits; None: do not count."""
        with self._lock:
            self._limits = limits
            self._windows.clear()

    def count(self, limits: Limits, bucket: Bucket, user: str | None, address: str) -> Usage:
        """Count a request; a user has one count, however many tokens and addresses."""
        quota = limits.plan(user).of(bucket)
        return self._count(limits, (user or f"ip {address}", bucket), quota, limits.window)

    def count_commit(self, limits: Limits, user: str) -> bool:
        """Count a commit; whether the user may still make it."""
        if limits.commits_per_hour is None:
            return True
        usage = self._count(limits, (user, "commit"), limits.commits_per_hour, limits.hour)
        return not usage.is_exceeded

    def _count(self, limits: Limits, key: tuple[str, str], quota: int, window: float) -> Usage:
        now = limits.clock()
        with self._lock:
            begun, used = self._windows.get(key, (now, 0))
            if now >= begun + window:
                begun, used = now, 0
            used = min(used, quota) + 1  # what is refused does not count
            self._windows[key] = begun, used
        return Usage(key[1], quota, used, math.ceil(begun + window - now), math.ceil(window))


def bucket_of(path: str) -> Bucket:
    """Which limit a path falls under: everything with `/resolve/` in it is a resolver's."""
    if "/resolve/" in path or path.startswith("/api/resolve-cache/"):
        return "resolvers"
    return "api" if path.startswith("/api/") else "pages"
