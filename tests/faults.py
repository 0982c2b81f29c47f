"""What goes wrong with requests: one table for every write that a publisher makes, whatever it writes.

The forms are those that the Hub and what stands before it are known for: quotas with and without a time to wait, errors
as JSON and as a gateway's page, a connection that ends before, after or in the middle of what was asked.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final

from cardgen.localhub import Answer, Drop, Fault, LocalHub

JSON: Final = {"Content-Type": "application/json"}
HTML: Final = {"Content-Type": "text/html"}

FAULTS: Final[Mapping[str, Answer | Drop]] = {
    "429 for an hour": Answer(429, "slow down", {"Retry-After": "3600"}),
    "429 until a date": Answer(429, "slow down", {"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"}),
    "429 of a window": Answer(429, "slow down", {"RateLimit": '"api";r=0;t=55'}),
    "500": Answer(500, '{"error": "oops"}', JSON),
    "500 after": Answer(500, '{"error": "oops"}', JSON, when="after"),
    "502 page": Answer(502, "<html>Bad gateway</html>", HTML),
    "504 page after": Answer(504, "<html>Gateway timeout</html>", HTML, when="after"),
    "page for an answer": Answer(200, "<html>Welcome to the airport</html>", HTML),
    "page after": Answer(200, "<html>Welcome to the airport</html>", HTML, when="after"),
    "empty answer": Answer(200, "", HTML, when="after"),
    "reset before": Drop("before"),
    "reset after": Drop("after"),
    "closed before": Drop("before", "close"),
    "closed after": Drop("after", "close"),
    "half an answer": Drop("midway"),
}
"""Faults that pass: asked again, and looked for before, a request ends as if nothing had been wrong."""

LOST: Final[Mapping[str, Answer | Drop]] = {
    name: FAULTS[name] for name in ("500 after", "504 page after", "page after", "reset after", "closed after")
}
"""Those after which the request was carried out, and nobody knows."""

REFUSALS: Final[Mapping[str, Answer]] = {
    "429 of a quota": Answer(429, '{"error": "You have exceeded our hourly quotas for action: commit"}', JSON),
    "404": Answer(404, '{"error": "Not found"}', JSON),
    "409": Answer(409, '{"error": "Conflict"}', JSON),
    "412": Answer(412, '{"error": "A commit has happened since. Please refresh and try again."}', JSON),
}
"""Refusals that pass, too, and may fail a run before they do: what each means depends on what was asked."""

TWICE: Final = (1, 2)
"""The first two requests of a kind."""


def plan(hub: LocalHub, name: str, method: str, path: str, nth: Collection[int] = TWICE) -> Fault:
    """Let requests meet a fault of the tables; the fault counts what it met."""
    return hub.faults.add(method, path, {**FAULTS, **REFUSALS}[name], nth)


def slug(name: str) -> str:
    """The name as a part of a repo's."""
    return name.replace(" ", "-")


@dataclass(frozen=True)
class ForGood:
    """A refusal that does not pass: what is said of it, and how often at most it is asked for."""

    answer: Answer | Drop
    said: str
    times: int = 1


FOR_GOOD: Final[Mapping[str, ForGood]] = {
    "401": ForGood(Answer(401, '{"error": "Invalid username or password."}', JSON), "does not accept the token"),
    "402": ForGood(Answer(402, '{"error": "Payment required"}', JSON), "payment is required: Payment required"),
    "403": ForGood(
        Answer(403, '{"error": "Forbidden: you must use a write token."}', JSON), "not allowed: .*write token"
    ),
    "404": ForGood(Answer(404, "Repository not found", {"X-Error-Code": "RepoNotFound"}), "not found"),
    "413": ForGood(Answer(413, "too large"), "too large for the Hub"),
    "429 of a quota": ForGood(REFUSALS["429 of a quota"], "hourly quota for commit is used up"),
    "501": ForGood(Answer(501, '{"error": "Not implemented"}', JSON), r"refuses \(501\)"),
    "500 for ever": ForGood(FAULTS["500"], "answers 500", 5 * 4),
    "502 for ever": ForGood(FAULTS["502 page"], "answers 502", 5 * 4),
    "page for ever": ForGood(FAULTS["page for an answer"], "cannot be understood", 5 * 4),
    "reset for ever": ForGood(FAULTS["reset before"], "cannot be reached", 5 * 4),
    "429 for ever": ForGood(FAULTS["429 of a window"], "takes no more requests", 5 * 4),
}
"""What does not pass, and ends the write of a repo."""
