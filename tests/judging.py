"""Judging one link through the real web edge, against a site of the test's own."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from cardgen.asking import Limits
from cardgen.links.check import check
from cardgen.links.verdict import Verdict
from cardgen.web import open_web
from web_site import (
    Play,
    answers,
)

SOFT = "answers that all is well, with a page that is called "
TIMEOUT = "no answer in time"
QUICK = Limits(seconds=0.5, per_request=0.25, patience=0.2, backoff=0.01)


def judge(url: str, limits: Limits | None = None, **options: Any) -> Verdict:
    limits = limits or Limits(backoff=0.01)
    return check([url], open_web(allow_private=True, limits=limits, **options))[url]


def to(place: str, code: int = 301, *headers: str) -> Play:
    return answers(code, f"Location: {place}", *headers)


def page(body: bytes, *headers: str) -> Play:
    return answers(200, "Content-Type: text/html", *headers, body=body)


def look_up_as(monkeypatch: pytest.MonkeyPatch, names: dict[str, list[list[str]] | OSError]) -> list[str]:
    """Let names lead to addresses: to the first list at the first look-up, and so on. Returns what is looked up."""
    looked_up: list[str] = []

    def look_up(host: Any, port: int, *args: Any, **options: Any) -> list[Any]:
        name = host.decode() if isinstance(host, bytes) else host
        if name not in names:
            return real(host, port, *args, **options)
        looked_up.append(name)
        found = names[name]
        if isinstance(found, OSError):
            raise found
        addresses = found.pop(0) if len(found) > 1 else found[0]
        return [entry for address in addresses for entry in real(address, port, *args, **options)]

    real = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return looked_up
