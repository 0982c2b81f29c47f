"""Headers that some hosts are to hear: harmless ones from rules, and secrets from the environment.

A secret is bound to its host by whoever sets it, in the same line; nothing that a manifest or a card says can send
it anywhere else. It goes over https alone (or to this machine), and not on once a redirect has left the host.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import urlsplit

from cardgen.errors import InputError
from cardgen.links.port import Ask, Inquiry, Web
from cardgen.links.rules import HostRule, host_of
from cardgen.links.verdict import Verdict

VARIABLE: Final = "CARDGEN_LINK_HEADERS"
"""The variable that holds secrets, a line each: `HOST NAME: VALUE`."""

Headers = Mapping[str, Mapping[str, str]]
"""Headers by host."""

_LINE = re.compile(r"(?P<host>[a-z0-9.:\[\]-]+)\s+(?P<name>[A-Za-z0-9-]+):[ \t]*(?P<value>[\x20-\x7e]+?)\s*")
_FRAMING = frozenset(
    {"connection", "content-length", "expect", "host", "te", "trailer", "transfer-encoding", "upgrade"}
)
_THIS_MACHINE = frozenset({"localhost", "127.0.0.1", "::1"})


def secrets(text: str) -> Headers:
    """The headers in the text of the variable. Raises InputError, which shows no value."""
    found: dict[str, dict[str, str]] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        match = _LINE.fullmatch(line.strip())
        if match is None or match["name"].lower() in _FRAMING:
            raise InputError(f"{VARIABLE}: line {number} is no header for a host", "write it as HOST NAME: VALUE")
        found.setdefault(match["host"], {})[match["name"]] = match["value"]
    return found


@dataclass(frozen=True, slots=True)
class Addressed:
    """A `Web` whose requests carry what their hosts are to hear."""

    web: Web
    hosts: Mapping[str, HostRule]
    secrets: Headers = field(repr=False)

    def settle(self, inquiries: Mapping[str, Inquiry]) -> Iterator[tuple[str, Verdict]]:
        return self.web.settle({key: self._addressed(inquiry) for key, inquiry in inquiries.items()})

    def _addressed(self, inquiry: Inquiry) -> Inquiry:
        """The same inquiry, with headers put to what it asks."""
        try:
            ask = next(inquiry)
            first, has_left = host_of(ask.url), False
            while True:
                has_left |= host_of(ask.url) != first
                ask = inquiry.send((yield self._with_headers(ask, has_left)))
        except StopIteration as stop:
            verdict: Verdict = stop.value
            return verdict

    def _with_headers(self, ask: Ask, has_left: bool) -> Ask:
        host = host_of(ask.url)
        rule = self.hosts.get(host)
        headers = dict(rule.headers) if rule else {}
        if not has_left and _is_safe(ask.url):
            headers |= self.secrets.get(host, {})
        return replace(ask, headers={**ask.headers, **headers}) if headers else ask


def _is_safe(url: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme == "https" or parts.hostname in _THIS_MACHINE
