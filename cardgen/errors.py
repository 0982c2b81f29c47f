"""Every error that cardgen raises on purpose.

CardgenError                exit 1  something failed
├── InputError              exit 2  a manifest, template, option or folder that cannot be used
│   ├── ManifestError               …with every mistake of the manifest
│   └── TemplateError               …with the template's file and line
├── ProtectedError          exit 3  stopped, so that nobody's work is lost
├── HubError                exit 1  the Hub refused or could not be reached
│   ├── TokenError                  …the token is missing, wrong, or may not write anything
│   ├── BusyError                   …too many requests: later it may work
│   │   └── QuotaError              …not within this run
│   ├── TooLargeError               …the card is more than the Hub reads
│   ├── UnreachableError            …no answer, or one that says nothing: it may have been carried out
│   └── StaleError                  …somebody else committed in between
└── DiskError               exit 1  a file could not be read or written

The CLI catches `CardgenError` in one place and prints `error: …` and `hint: …`.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import ClassVar

from cardgen.model import Mistake


class CardgenError(Exception):
    """An error with what happened (`message`) and what to do next (`hint`, may be empty)."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class InputError(CardgenError):
    """Something the user gave cannot be used: a manifest, a template, an option, a folder."""

    exit_code = 2


class ManifestError(InputError):
    """A manifest with mistakes: all of them, in the order of the file."""

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(mistakes, key=lambda mistake: mistake.position))
        super().__init__("\n".join(f"{each.position}: {each.message}" for each in self.mistakes))


class TemplateError(InputError):
    """A template that cannot be read, or that failed while it printed."""


class ProtectedError(CardgenError):
    """Stopped before anything was written, because somebody's work would be lost."""

    exit_code = 3


class HubError(CardgenError):
    """The Hub refused a request, or it could not be reached."""


class TokenError(HubError):
    """The token is missing, wrong, or may not write: no other request will fare better."""


class BusyError(HubError):
    """The Hub takes no more requests for now. `wait` is how many seconds it asks for, if it said so."""

    def __init__(self, message: str, hint: str = "", wait: float | None = None) -> None:
        super().__init__(message, hint)
        self.wait = wait


class QuotaError(BusyError):
    """A quota of hours is used up: this run need not ask again."""


class TooLargeError(HubError):
    """The card is larger than the Hub reads; no other try will make it smaller."""


class UnreachableError(HubError):
    """The Hub did not answer, or not in a way that tells whether the request was carried out."""


class StaleError(HubError):
    """Somebody else committed since the card was read; nothing was written."""


class DiskError(CardgenError):
    """A file or folder could not be read or written."""
