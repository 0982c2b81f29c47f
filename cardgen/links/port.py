"""The seam between judging links and asking the web about them.

An inquiry is one link's dialogue, as a generator: it yields what to ask, is sent what came back, and returns
the verdict. It knows no clock, no thread and no library. Who asks (`Web`) runs many of them side by side in any
way it likes, and decides nothing about what an answer means.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Literal, Protocol

from cardgen.links.verdict import Verdict

Cause = Literal[
    "url",  # nothing can be asked at such a URL
    "name",  # the host's name does not exist
    "no-name",  # it could not be found out whether the name exists
    "private",  # the address is not one of the public internet, and was not connected to
    "certificate",  # the certificate proves that this is not the host: another name, expired, self-signed
    "tls",  # no secure connection came about for another reason
    "network",  # no network leads to it from here
    "connection",  # refused, unreachable, reset
    "timeout",
    "cut",  # the connection ended before the answer did, or the answer is no HTTP
    "resting",  # the host asked to be left alone for longer than there is patience
    "silent",  # so many links to this host got no answer that it is not asked again
    "late",  # the time for all links together is over
]


@dataclass(frozen=True, slots=True)
class Ask:
    """One request to make.

    `rest` is for how many seconds its host wants to be left alone before that. `failed` is how often the same was asked
    in vain: the next time is a little later each time. `headers` go along with the usual ones, for this request alone.
    They may hold a secret: they are never shown.
    """

    url: str
    method: Literal["HEAD", "GET"] = "GET"
    rest: float = 0.0
    failed: int = 0
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said: the status code, the headers with names in lower case, and the body as it was sent.

    Of a long body only the beginning is there (`is_whole` is false), of a HEAD nothing.
    """

    code: int
    headers: Mapping[str, str]
    body: bytes = b""
    is_whole: bool = True


@dataclass(frozen=True, slots=True)
class Failure:
    """Why there is no answer; `detail` is for people to read."""

    cause: Cause
    detail: str = ""


Inquiry = Generator[Ask, Answer | Failure, Verdict]


class Web(Protocol):
    """Whoever can ask the web."""

    def settle(self, inquiries: Mapping[str, Inquiry]) -> Iterator[tuple[str, Verdict]]:
        """Run every inquiry to its end; yields the key and the verdict of each as soon as it is known.

        The keys are the URLs that the inquiries are about. An inquiry begins when it is the turn of its host.
        Requests follow no redirect and carry no credentials. Hosts are asked side by side, and one that rests
        or is slow holds up no other.
        """
        ...
