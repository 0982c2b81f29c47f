"""How one URL is asked: which method, how often, and with the pauses that its host asks for."""

from __future__ import annotations

import re
from collections.abc import Generator
from dataclasses import replace
from typing import Literal
from urllib.parse import urlsplit

from cardgen.links.pauses import rest_before
from cardgen.links.port import Answer, Ask, Cause, Failure

MAX_RESTS = 5
MAX_TRIES = 3

Exchange = Generator[Ask, Answer | Failure, Answer | Failure]

# What asking again, or in another way, does not change.
_FINAL: frozenset[Cause] = frozenset(
    {"url", "name", "no-name", "private", "certificate", "tls", "resting", "silent", "late"}
)
_PASSING = frozenset({408, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529})
_FILE = re.compile(
    r"\.(?:7z|avi|bin|bz2|ckpt|csv|docx?|gguf|gif|gz|h5|ico|iso|jpe?g|jsonl|m4a|mov|mp[34]|npz?|onnx|parquet|pdf|pkl|png"
    r"|pptx?|pth?|rar|safetensors|svg|tar|tflite|tgz|tiff?|tsv|wav|webm|webp|whl|xlsx?|xz|zip|zst)$",
    re.IGNORECASE,
)


def method_for(url: str) -> Literal["HEAD", "GET"]:
    """How to ask about a URL first: a file is there if its headers are, but only the page itself shows that it is one
    and no excuse for it."""
    return "HEAD" if _FILE.search(urlsplit(url).path) else "GET"


def probe(url: str) -> Exchange:
    """The answer of one URL: to a HEAD if that proves something, else to a GET.

    Servers that do not know HEAD, or block it, answer it with anything: 403, 404, 405, 501, silence.
    """
    if method_for(url) == "HEAD":
        answer = yield from head(url)
        if proves(answer):
            return answer
    return (yield from get(url))


def head(url: str) -> Exchange:
    """The answer to a HEAD, with the rests that the host wants."""
    return (yield from _politely(Ask(url, "HEAD")))


def get(url: str) -> Exchange:
    """The answer to a GET, which is tried again, a little later each time, as long as what it meets may pass."""
    answer = yield from _politely(Ask(url, "GET"))
    for failed in range(1, MAX_TRIES):
        if not _may_pass(answer):
            break
        answer = yield from _politely(Ask(url, "GET", failed=failed))
    return answer


def proves(answer: Answer | Failure) -> bool:
    """Whether the answer to a HEAD says the same as one to a GET would."""
    if isinstance(answer, Failure):
        return answer.cause in _FINAL
    return 200 <= answer.code < 400 or answer.code == 429


def _may_pass(answer: Answer | Failure) -> bool:
    if isinstance(answer, Failure):
        return answer.cause not in _FINAL
    return answer.code in _PASSING


def _politely(ask: Ask) -> Exchange:
    """Ask again after each rest that the server wants, a bounded number of times."""
    answer = yield ask
    for rests in range(MAX_RESTS):
        rest = rest_before(answer, rests)
        if rest is None:
            break
        answer = yield replace(ask, rest=rest, failed=0)
    return answer
