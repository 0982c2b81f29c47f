"""What is known about a link."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Literal

Status = Literal["ok", "moved", "broken", "unsure", "excluded", "planned"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the last answer about a link leaves for the next time that it is asked.

    `url` is where redirects led to in the end, `etag` and `modified` are the validators that came with the page
    (RFC 9110, 8.8), and `at` is when it was asked, in seconds since 1970. Of the fragments that links to the page have,
    `missing` lead nowhere, and `doubtful` perhaps nowhere.
    """

    url: str
    etag: str = ""
    modified: str = ""
    at: float = 0.0
    missing: tuple[str, ...] = ()
    doubtful: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of a link. `location` is the new address of one that moved; `evidence` is there if a server was
    asked, and says nothing about the state."""

    status: Status
    code: int | None = None
    message: str = ""
    location: str | None = None
    evidence: Evidence | None = field(default=None, compare=False, repr=False)

    def accepted(self) -> Verdict:
        """The same, but good: somebody said beforehand that it would do."""
        return replace(self, status="ok", message=f"accepted: {self.message}")
