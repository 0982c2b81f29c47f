"""What of a repo is other people's, told without any of cardgen's own code: what must be there after a push."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from cardgen.file_marks import RESULTS
from cardgen.model import README

Files = Mapping[str, str]

_RECORD = re.compile(r"^<!-- cardgen:(data|files) (.*) -->$", re.MULTILINE)
_RECORD_LINE = re.compile(r"^<!-- cardgen:(?:data|files) .*$\n?", re.MULTILINE)
_BLOCK = re.compile(r"^<!-- cardgen:begin (\S+).*?^<!-- cardgen:end \1.*?$\n?", re.DOTALL | re.MULTILINE)
_END = re.compile(r"^<!-- cardgen:end (.*) -->$", re.MULTILINE)


def lines(text: str, own: Collection[str]) -> list[str]:
    """The lines that cardgen never printed, in their order; marks and blank lines are nobody's."""
    found = (
        line for line in text.splitlines() if line.strip() and not line.startswith(("<!-- cardgen:", "# cardgen:"))
    )
    return [line for line in found if line not in own]


def lost(before: Files, after: Files, own: Collection[str]) -> list[str]:
    """What a push took of other people's work; every line has to be there as it was, in the same order."""
    ours = {README, RESULTS} & {*before}
    gone = [path for path, text in before.items() if path not in ours and after.get(path) != text]
    for path in ours:
        gone += _missing(lines(before[path], own), after.get(path, "").splitlines())
    return gone


def restored(before: Files, after: Files) -> list[str]:
    """What somebody had taken out, and a push put back: keys and files that the card still recorded."""
    front, _ = parts(before.get(README, ""))
    again, _ = parts(after.get(README, ""))
    keys = [key for key in recorded(before, "data") if not _has_key(front, key) and _has_key(again, key)]
    return keys + [path for path in recorded(before, "files") if path not in before and path in after]


def parts(readme: str) -> tuple[str, str]:
    """The front matter and the rest of a card."""
    found = re.match(r"\s*---\n(.*?)^---\n", readme, re.DOTALL | re.MULTILINE)
    return (found[1], readme[found.end() :]) if found else ("", readme)


def recorded(files: Files, kind: str) -> list[str]:
    """The keys (`data`) or files (`files`) that a card says cardgen wrote."""
    said = [found[2] for found in _RECORD.finditer(files.get(README, "")) if found[1] == kind]
    return [pair.partition("=")[0] for pair in said[0].split()] if len(said) == 1 else []


def outside(readme: str) -> str:
    """The body without its blocks and records."""
    return _RECORD_LINE.sub("", _BLOCK.sub("", parts(readme)[1])).strip()


def is_written(readme: str) -> bool:
    """Whether cardgen wrote all the blocks that there are, as their marks say."""
    ends = _END.findall(readme)
    return bool(ends) and all(" sha256=" in end for end in ends)


def _has_key(front: str, key: str) -> bool:
    return bool(re.search(rf"^{re.escape(key)}:", front, re.MULTILINE))


def _missing(wanted: Iterable[str], there: Iterable[str]) -> list[str]:
    rest = iter(there)
    return [line for line in wanted if line not in rest]
