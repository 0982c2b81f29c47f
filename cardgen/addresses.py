"""Addresses on the Hub, and the repos that they lead to."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from urllib.parse import unquote

from cardgen import repo_ids
from cardgen.model import RepoKey

_HUB = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?P<path>[^\s?#]*)(?P<rest>[?#].*)?\Z", re.IGNORECASE)
_SLUG = re.compile(r"(?P<slug>[A-Za-z0-9][\w.-]*/[\w.-]+-[0-9a-f]{24})/?\Z")

REMEMBERED: Final = 20_000

RESERVED: Final = frozenset(
    {
        "api",
        "blog",
        "buckets",
        "chat",
        "collections",
        "docs",
        "enterprise",
        "events",
        "join",
        "learn",
        "login",
        "models",
        "new",
        "organizations",
        "papers",
        "posts",
        "pricing",
        "search",
        "settings",
        "spaces",
        "tasks",
        "datasets",
    }
)
"""What stands first in addresses of the Hub that lead to no repo of a namespace."""


@dataclass(frozen=True, slots=True)
class HubLink:
    """A repo that an address leads to, or a revision or a file of it."""

    repo: RepoKey
    revision: str = ""
    file: str = ""


@lru_cache(maxsize=REMEMBERED)
def read(url: str) -> HubLink | None:
    """The repo of an address on the Hub; None for any other address."""
    found = _HUB.match(url)
    if found is None or found["rest"]:
        return None
    parts = unquote(found["path"]).strip("/").split("/")
    repo_type = "model"
    if parts[0] == "datasets":
        repo_type, parts = "dataset", parts[1:]
    if len(parts) < 2 or parts[0] in RESERVED or repo_ids.problem("/".join(parts[:2])):
        return None
    repo: RepoKey = ("dataset" if repo_type == "dataset" else "model", "/".join(parts[:2]))
    return _inside(repo, parts[2:])


def _inside(repo: RepoKey, rest: list[str]) -> HubLink | None:
    if not rest or rest == ["tree", "main"]:
        return HubLink(repo)
    if rest[0] == "tree" and len(rest) == 2:
        return HubLink(repo, rest[1])
    if rest[0] == "blob" and len(rest) > 2:
        return HubLink(repo, "" if rest[1] == "main" else rest[1], "/".join(rest[2:]))
    return None


def namespace(url: str) -> str:
    """The namespace of an address that leads to a user or an organization; empty for any other."""
    found = _HUB.match(url)
    path = found["path"].strip("/") if found and not found["rest"] else ""
    return path if path and path not in RESERVED and not repo_ids.part_problem(path) else ""


def slug(text: str) -> str:
    """The slug of a collection, out of its address or by itself; empty for anything else."""
    found = _HUB.match(text)
    path = found["path"].removeprefix("collections/") if found and found["path"].startswith("collections/") else text
    matched = _SLUG.match(path) if not found or path != found["path"] else None
    return matched["slug"] if matched else ""
