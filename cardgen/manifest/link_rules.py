"""What a manifest says of how its links are checked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.links.rules import SAYS_NOTHING, HostRule, Ignore, Rules
from cardgen.manifest.check_shape import LinkHost, LinkRules
from cardgen.manifest.document import Document, Path
from cardgen.manifest.lint_rules import is_day
from cardgen.manifest.messages import short
from cardgen.manifest.shape import HOST_NAME, TEXT_RULES
from cardgen.suggest import did_you_mean

SECRETS = "CARDGEN_LINK_HEADERS"


def read(document: Document, shape: LinkRules, path: Path) -> Rules:
    """The rules that stand at `path`; what is wrong with them goes to the document's mistakes."""
    return Rules(
        ignore=tuple(_ignored(document, shape, (*path, "ignore"))),
        accept=frozenset(shape.accept),
        hosts={name: _host(document, host, (*path, "hosts", name)) for name, host in shape.hosts.items()},
    )


def _ignored(document: Document, shape: LinkRules, path: Path) -> Iterator[Ignore]:
    for index, each in enumerate(shape.ignore):
        place = (*path, index)
        if each.until and not is_day(each.until):
            document.complain_at((*place, "until"), f"there is no day {short(each.until)}")
        yield Ignore(each.pattern, each.reason, each.until or "", str(document.at(*place)))


def _host(document: Document, shape: LinkHost, path: Path) -> HostRule:
    name = str(path[-1])
    if not re.fullmatch(HOST_NAME, name):
        document.complain_at_key(path, f"{short(name)} {TEXT_RULES[HOST_NAME]}")
    for header in shape.headers:
        if header not in SAYS_NOTHING:
            document.complain_at_key((*path, "headers", header), _refusal(header))
    return HostRule(frozenset(shape.accept), shape.at_once, shape.pause, shape.timeout, shape.headers)


def _refusal(header: str) -> str:
    near = did_you_mean(header, SAYS_NOTHING)
    secret = f"; what opens a door is set with {SECRETS}, where the host stands beside it"
    return f"the header {short(header)} cannot be set here{near or secret}"
