"""All verdicts of a check: what rules decide, what is remembered, and then what the web says."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from cardgen.links import memory
from cardgen.links.memory import Check, Known, Terms
from cardgen.links.rules import Ignore, Rules
from cardgen.links.verdict import Verdict
from cardgen.model import Finding

STOPPED: Final = Known(Verdict("unsure", message="not asked: the check was stopped"))


def check_each(urls: Iterable[str], ask: Check, terms: Terms) -> Iterator[tuple[str, Known]]:
    """Each link with what is known of it, as soon as it is known."""
    asked = []
    for url in dict.fromkeys(urls):
        if ignored := terms.rules.ignored(url, terms.today):
            yield url, Known(Verdict("excluded", message=f"ignored: {ignored.reason}"))
        elif url in terms.settled:
            yield url, Known(terms.settled[url])
        else:
            asked.append(url)
    yield from memory.check(asked, ask, terms)


def findings(urls: Iterable[str], rules: Rules, today: str) -> Iterator[Finding]:
    """What is wrong with the rules that somebody wrote down: an ignored link whose time is over, or that nobody links
    to."""
    urls = tuple(urls)
    for each in (each for each in rules.ignore if each.source):
        if each.is_over(today):
            yield _finding("ignore-expired", each, f"was to be ignored until {each.until}: {each.reason}")
        elif not any(map(each.covers, urls)):
            yield _finding("ignore-unused", each, "is to be ignored, but nothing links to it")


def _finding(rule: str, ignore: Ignore, message: str) -> Finding:
    return Finding(rule, "warning", f"{ignore.pattern} {message}", "", 0, ignore.source)
