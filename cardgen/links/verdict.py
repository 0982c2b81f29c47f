"""What is known about a link, and what can be said of one without asking anybody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Status = Literal["ok", "moved", "broken", "unsure", "excluded", "planned"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The state of a link. `location` is the new address of one that moved."""

    status: Status
    code: int | None = None
    message: str = ""
    location: str | None = None
