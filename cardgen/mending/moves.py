"""Links that have moved, and how a text that states the old address states the new one."""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from cardgen.links.places import is_whole
from cardgen.links.urls import shown
from cardgen.model import HUB_URL
from cardgen.reports.report import Report

MAX_LENGTH: Final = 2_000

# A new address comes from somebody's server: no character that could mean anything to Markdown, HTML or a template.
_PLAIN = re.compile(r"https?://[A-Za-z0-9._~:/?#@$&+,;=%-]+")
_HUB_REPO = re.compile(rf"{re.escape(HUB_URL)}/(?P<kind>datasets/|spaces/|)(?P<id>[\w.-]+/[\w.-]+)(?P<rest>/.*)?")


@dataclass(frozen=True)
class Moves:
    """New addresses by the old ones."""

    addresses: Mapping[str, str]
    _written: dict[str, str] = field(default_factory=dict, init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        for old, new in self.addresses.items():
            self._written[old] = new
            self._written.setdefault(html.escape(old, quote=False), html.escape(new, quote=False))

    @cached_property
    def _pattern(self) -> re.Pattern[str]:
        return re.compile("|".join(map(re.escape, sorted(self._written, key=len, reverse=True))))

    @cached_property
    def _ids(self) -> Mapping[tuple[str, str], str]:
        """New ids of repos on the Hub, by the kind of repo and the old id."""
        pairs = ((_HUB_REPO.fullmatch(old), _HUB_REPO.fullmatch(new)) for old, new in self.addresses.items())
        return {
            (old["kind"], old["id"]): new["id"]
            for old, new in pairs
            if old and new and (old["kind"], old["rest"]) == (new["kind"], new["rest"])
        }

    def in_text(self, text: str) -> str:
        """The text with every old address that stands in it as a whole replaced, all at once."""
        if not self.addresses:
            return text
        return self._pattern.sub(lambda found: self._new(text, found), text)

    def _new(self, text: str, found: re.Match[str]) -> str:
        return self._written[found[0]] if is_whole(text, *found.span()) else found[0]

    def of_id(self, text: str, kind: str) -> str:
        """The new id of a repo of this kind (`datasets/`, or nothing for models), if the text is its old id."""
        return self._ids.get((kind, text), text)


def moves(report: Report) -> Moves:
    """The links of a report that have a new address which can be written."""
    links = ((link.url, link.verdict) for link in report.links if link.verdict.status == "moved")
    return Moves({url: each.location for url, each in links if each.location and _is_fit(url, each.location)})


def _is_fit(old: str, new: str) -> bool:
    """Whether an address can stand for another: nothing in either is hidden, and it is no step back to http."""
    is_step_back = old.startswith("https:") and not new.startswith("https:")
    host = new.partition("://")[2].partition("/")[0]
    is_plain = _PLAIN.fullmatch(new) and len(new) <= MAX_LENGTH and "@" not in host and shown(old) == old
    return bool(is_plain) and not is_step_back and "***@" not in old
