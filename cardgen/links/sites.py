"""Sites that answer programs in a way of their own. Each is a row, with a reason and the date of its last look.

A row is taken out when its site has changed: that is what the dates are for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

Way = Literal[
    "not asked",  # its answers tell nothing about the page
    "refuses robots",  # only a good answer proves something
    "own fragments",  # scripts make its places, or read meanings into fragments
    "asked elsewhere",  # a register of the same site tells it better, or wants to be asked instead
]


@dataclass(frozen=True, slots=True)
class Site:
    """A row: the hosts (with all below them), what is to be done, why, and when that was last looked at."""

    hosts: tuple[str, ...]
    way: Way
    reason: str
    seen: str
    path: str = ""
    instead: str = ""


TABLE = (
    Site(
        ("doi.org", "dx.doi.org"),
        "asked elsewhere",
        "publishers behind it refuse robots; its own register says whether a DOI exists",
        "2026-11",
        r"/(?P<id>10\..+)",
        "https://doi.org/api/handles/{id}",
    ),
    Site(
        ("arxiv.org", "www.arxiv.org"),
        "asked elsewhere",
        "wants programs to use export.arxiv.org",
        "2026-11",
        r"(?P<id>/(?:abs|pdf|html)/.+)",
        "https://export.arxiv.org{id}",
    ),
    Site(("x.com", "twitter.com"), "not asked", "answers the same for every address", "2026-11"),
    Site(("instagram.com", "facebook.com"), "not asked", "shows a login to everyone", "2026-11"),
    Site(("linkedin.com",), "refuses robots", "999, or a login, for programs", "2026-11"),
    Site(
        ("researchgate.net", "sciencedirect.com", "dl.acm.org", "ieeexplore.ieee.org", "onlinelibrary.wiley.com"),
        "refuses robots",
        "a wall against programs before every page",
        "2026-11",
    ),
    Site(
        ("openai.com", "medium.com", "quora.com", "reddit.com"), "refuses robots", "a wall against programs", "2026-11"
    ),
    Site(("github.com", "gitlab.com"), "own fragments", "lines (#L10), and pages that scripts make", "2026-11"),
    Site(
        ("colab.research.google.com", "docs.google.com", "drive.google.com", "wandb.ai", "notion.site", "youtube.com"),
        "own fragments",
        "pages that scripts make",
        "2026-11",
    ),
)


def not_asked(url: str) -> str:
    """Why a URL is not asked at all; an empty string if it may be."""
    site = _row(url, "not asked")
    return site.reason if site else ""


def refuses_robots(url: str) -> str:
    """Why a refusal at this URL proves nothing; an empty string if it does."""
    site = _row(url, "refuses robots")
    return site.reason if site else ""


def has_own_fragments(url: str) -> bool:
    """Whether a fragment may lead somewhere although the page has no place of that name."""
    return _row(url, "own fragments") is not None


def instead(url: str) -> str | None:
    """Where to ask about a URL in its place; None to ask itself."""
    site = _row(url, "asked elsewhere")
    match = site and re.fullmatch(site.path, urlsplit(url).path)
    return site.instead.format(**match.groupdict()) if site and match else None


def _row(url: str, way: Way) -> Site | None:
    host = urlsplit(url).hostname or ""
    return next((site for site in TABLE if site.way == way and _is_of(host, site.hosts)), None)


def _is_of(host: str, hosts: tuple[str, ...]) -> bool:
    return any(host == each or host.endswith(f".{each}") for each in hosts)
