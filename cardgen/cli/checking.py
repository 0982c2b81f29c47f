"""The steps of a check, for `check` and before every push: find the links, ask about them, lint, report."""

from __future__ import annotations

import os
from collections.abc import Sequence

from cardgen import lint
from cardgen.cli import progress
from cardgen.cli.console import Console
from cardgen.cli.reading import Project
from cardgen.links import places, report
from cardgen.links.check import Offline, check_each
from cardgen.links.port import Web
from cardgen.links.report import Report
from cardgen.links.siblings import siblings
from cardgen.model import HUB_URL, Card


def make_report(say: Console, project: Project, cards: Sequence[Card], web: Web) -> Report:
    """What is found out about these cards and their links."""
    standing = places.gather(cards, project.sources)
    known = siblings(card.repo for card in project.cards)
    verdicts = {}
    with progress.bar(say, "asking about links", len(standing)) as done:
        for url, verdict in check_each(standing, web, known=known, endpoint=_endpoint()):
            verdicts[url] = verdict
            done(url)
    return report.make(verdicts, standing, lint.findings(project.collections, cards))


def offline() -> Web:
    """A web that is not asked."""
    return Offline()


def online(allow_private: bool) -> Web:
    """The web; addresses of this machine and its network only if they are allowed, or are the hub that is set."""
    from cardgen.web import open_web

    return open_web(allow_private=allow_private, endpoint=_endpoint())


def _endpoint() -> str:
    """The hub that links to the Hub are asked at."""
    return os.environ.get("HF_ENDPOINT", "").rstrip("/") or HUB_URL
