"""Links from one repo of a family to another: known from the manifest, without asking."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from urllib.parse import urlsplit

from cardgen.links import anchors
from cardgen.links.urls import HUB_HOSTS
from cardgen.links.verdict import Verdict
from cardgen.model import HUB_URL, Card, Repo

Known = Mapping[str, Verdict]
"""Verdicts that are known beforehand, by the page of the repo on the Hub (`Repo.url`)."""

_REPO = re.compile(r"(?P<repo>/(?:datasets/)?[\w.-]+/[\w.-]+)(?P<rest>/.*)?")
# What every repo has once it has been published: its files on `main`, its card, its discussions.
_ALWAYS_THERE = re.compile(r"(?:/tree/main|/(?:blob|raw|resolve)/main/README\.md|/discussions)?/?")

_SHOWS_CARD = re.compile(r"(?:/tree/main|/blob/main/README\.md)?/?")

PLANNED = Verdict("planned", message="a repo of this manifest")


def siblings(repos: Iterable[Repo]) -> dict[str, Verdict]:
    """What is known of the links to the repos of a manifest: the push creates those that are not there yet."""
    return {repo.url: PLANNED for repo in repos}


def verdict(url: str, known: Known) -> Verdict | None:
    """The verdict on a link to a known repo: to its page, or to what every repo has. None for any other link.

    Another file of a known repo is for the Hub to tell.
    """
    repo, rest = _apart(url)
    return known.get(repo) if _ALWAYS_THERE.fullmatch(rest) else None


def without_place(urls: Iterable[str], cards: Mapping[str, Card]) -> dict[str, Verdict]:
    """The links to places (`#usage`) that a card of the family will not have; `cards` are by their pages."""
    found = {}
    for url in urls:
        page, _, fragment = url.partition("#")
        repo, rest = _apart(page) if fragment else ("", "")
        is_card = repo in cards and _SHOWS_CARD.fullmatch(rest) is not None
        if is_card and not anchors.leads(fragment, anchors.in_card(cards[repo].text)):
            found[url] = Verdict("broken", message=f"the card has no place '#{fragment}'")
    return found


def reconsidered(url: str, verdict: Verdict, known: Known) -> Verdict:
    """An answer about a file of a known repo: while the repo itself is not there, nothing is proved of its files."""
    repo, _ = _apart(url)
    if verdict.status == "broken" and verdict.code == 401 and repo in known:
        return Verdict("unsure", 401, "its repo is in the manifest, but no reader sees it yet")
    return verdict


def _apart(url: str) -> tuple[str, str]:
    """The page of the repo that a URL of the Hub belongs to, and the rest of the path; twice empty for other URLs."""
    parts = urlsplit(url)
    match = _REPO.fullmatch(parts.path)
    if match is None or parts.hostname not in HUB_HOSTS:
        return "", "?"
    return HUB_URL + match["repo"], match["rest"] or ""
