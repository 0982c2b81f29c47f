"""Pages of the Hub, as their paths say what they are, and what its API is asked about each.

The API and `resolve` have five to fifteen times the budget of pages, and clearer answers (hub-docs, rate-limits.md).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlsplit

from cardgen.links.urls import HUB_HOSTS

What = Literal["page", "repo", "revision", "file", "folder", "discussion", "paper", "collection", "name"]

NAME = r"\w[\w.-]*"
_REPO = rf"/(?P<kind>datasets/|spaces/|)(?P<id>{NAME}/{NAME})"
_REVISION = r"(?P<revision>refs/(?:pr|convert)/[^/]+|[^/]+)"
_WORD = ("/api/organizations/{id}/overview", "/api/users/{id}/overview")

# The first question that finds something decides, the last one tells why none does. A paper's page is asked too, since
# the Hub takes in a paper when its page is first visited; a page of one word belongs to an organization, to a
# user, or to a model from before there were namespaces.
_PATTERNS: tuple[tuple[What, str, tuple[str, ...]], ...] = (
    ("paper", r"/papers/(?P<id>[\w./-]+)", ("/api/papers/{id}", "/papers/{id}")),
    ("collection", rf"/collections/(?P<id>{NAME}/{NAME})", ("/api/collections/{id}",)),
    ("repo", rf"/(?P<kind>datasets/)(?P<id>{NAME})", ("/api/{kind}{id}",)),
    ("name", rf"/collections/(?P<id>{NAME})", _WORD),
    ("name", rf"/(?P<id>{NAME})/(?:models|datasets|spaces|collections|papers|activity/\w+)", _WORD),
    ("repo", rf"{_REPO}(?:/discussions|/viewer(?:/.*)?)?", ("/api/{kind}{id}",)),
    ("discussion", rf"{_REPO}/discussions/(?P<number>\d+)(?:/files)?", ("/api/{kind}{id}/discussions/{number}",)),
    ("revision", rf"{_REPO}/(?:tree|commits?)/{_REVISION}", ("/api/{kind}{id}/revision/{revision}",)),
    ("folder", rf"{_REPO}/tree/{_REVISION}/(?P<path>.+)", ("/api/{kind}{id}/tree/{revision}/{path}",)),
    (
        "file",
        rf"{_REPO}/(?:blob|raw|resolve|blame|commits|edit)/{_REVISION}/(?P<path>.+)",
        ("/{page}{id}/resolve/{revision}/{path}",),
    ),
    ("name", rf"/(?P<id>{NAME})", (*_WORD, "/api/models/{id}")),
)
# First words of paths that are pages of the Hub itself, not namespaces.
_PAGES = re.compile(
    r"/(?:api|blog|chat|docs|enterprise|inference|join|kernels|learn|login|models|new|organizations|posts|pricing"
    r"|settings|storage|support|tasks|terms-of-service|(?:collections|datasets|papers|spaces)/?$)(?:/|$)"
)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the hub at `endpoint`: what it is, and the URLs to ask about it; none if only the page itself can
    tell. `repo`, `revision` and `path` are those of a repo's page, in the form that its URLs have."""

    what: What
    questions: tuple[str, ...] = ()
    repo: str = ""
    revision: str = "main"
    path: str = ""


def is_hub(url: str, endpoint: str) -> bool:
    """Whether a web URL leads to the Hub, or to the hub at `endpoint`."""
    parts = urlsplit(url)
    return parts.hostname in HUB_HOSTS or parts.netloc.lower() == urlsplit(endpoint).netloc.lower()


def read(url: str, endpoint: str) -> Page:
    """What a URL of the hub leads to."""
    path = urlsplit(url).path.rstrip("/")
    if _PAGES.match(path):
        return Page("page")
    for what, pattern, templates in _PATTERNS:
        if match := re.fullmatch(pattern, path):
            return _page(what, templates, {name: part or "" for name, part in match.groupdict().items()}, endpoint)
    return Page("page")


def _page(what: What, templates: tuple[str, ...], parts: dict[str, str], endpoint: str) -> Page:
    page = parts.pop("kind", "")
    revision = parts.pop("revision", "main").replace("/", "%2F")
    filled = (each.format(kind=page or "models/", page=page, revision=revision, **parts) for each in templates)
    repo = f"{endpoint}/{page}{parts['id']}"
    return Page(what, tuple(endpoint + each for each in filled), repo, revision, parts.get("path", ""))
