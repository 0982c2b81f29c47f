"""Files of a repo as its card shows them: in fences that nothing in them can close."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from cardgen import marks
from cardgen.facts import texts, words
from cardgen.model import FileListing, Repo
from cardgen.repo_facts import RepoFacts, RepoFile


class ShownFile(Struct, frozen=True):
    """A file on a card: its text for a fence of `language`, or a note that says why there is none."""

    path: str
    url: str
    language: str
    text: str = ""
    note: str = ""


def shown(listing: FileListing, repo: Repo, facts: RepoFacts) -> Iterator[ShownFile]:
    """The files that the repo has, of those that its card shows, in the listing's order."""
    for path in listing.paths:
        if file := facts.files.get(path):
            url = f"{repo.url}/blob/main/{path}"
            note = _note(file)
            text = "" if note else (file.text or "").strip("\n")
            yield ShownFile(path, url, texts.language(path), text, note)


def fence(inner: Iterable[str]) -> str:
    """A code fence that nothing in these texts can close."""
    runs = [len(run) for text in inner for run in re.findall(r"`+", text)]
    return "`" * max(3, *(length + 1 for length in runs), 3)


def _note(file: RepoFile) -> str:
    if file.size > texts.MAX_BYTES:
        return f"has {words.size(file.size)}; no more than {words.size(texts.MAX_BYTES)} of a file are shown here"
    if file.text is None:
        return "is not shown here, because it is not plain text"
    if marks.PREFIX in file.text:
        return "is not shown here, because it holds what reads as one of cardgen's own marks"
    return ""
