"""Links in BibTeX entries: URLs in any field, and what `doi` and `eprint` stand for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import quote

from cardgen.links.patterns import bare_urls

_ENTRY = re.compile(r"^[ \t]*@[A-Za-z]+[ \t]*\{[^\s,{}\"]*,", re.MULTILINE)
_FIELD = re.compile(r'(?<![\w-])(url|doi|eprint|archiveprefix|eprinttype)[ \t]*=[ \t{"]*([^{}"\n]*)', re.IGNORECASE)
_LATEX_ESCAPE = re.compile(r"\\([_%&#~$])")
_DOI_PREFIX = re.compile(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", re.IGNORECASE)
_OTHER_SITE = re.compile(r"https?://(?!(?:dx\.)?doi\.org/)", re.IGNORECASE)
_ARXIV_ID = re.compile(r"(?:arxiv:)?((?:\d{4}\.\d{4,5}|[a-z-]+(?:\.[a-z]{2})?/\d{7})(?:v\d+)?)", re.IGNORECASE)


def is_bibtex(text: str) -> bool:
    """Whether a code block holds at least one entry."""
    return _ENTRY.search(text) is not None


def urls(text: str) -> Iterator[tuple[str, int, str]]:
    """The links of the entries in `text`: each URL, its line (counted from 0), and how it is written there.

    LaTeX's escapes (`\\_`) are taken away first.
    """
    text = _LATEX_ESCAPE.sub(r"\1", text)
    starts = [match.start() for match in _ENTRY.finditer(text)]
    line = text.count("\n", 0, starts[0]) if starts else 0
    for start, end in zip(starts, [*starts[1:], len(text)], strict=True):
        entry = text[start:end]
        for url, offset, raw in _entry_urls(entry):
            yield url, line + entry.count("\n", 0, offset), raw
        line += entry.count("\n")


def _entry_urls(entry: str) -> Iterator[tuple[str, int, str]]:
    fields = [(match[1].lower(), match.start(2), match[2].strip(" \t,")) for match in _FIELD.finditer(entry)]
    archives = {raw.lower() for name, _, raw in fields if name in ("archiveprefix", "eprinttype")}
    for name, offset, raw in fields:
        url = _meaning(name, raw, is_arxiv=not archives or "arxiv" in archives)
        if url:
            yield url, offset, raw
    taken = {offset for _, offset, _ in fields}
    for offset, url in bare_urls(entry):
        if offset not in taken:
            yield url, offset, url


def _meaning(name: str, raw: str, *, is_arxiv: bool) -> str:
    """The URL that a field stands for, or an empty string."""
    if name == "url" or (name == "doi" and _OTHER_SITE.match(raw)):
        return raw
    if name == "doi" and raw:
        return f"https://doi.org/{quote(_DOI_PREFIX.sub('', raw), safe='/:;()')}"
    if name == "eprint" and is_arxiv and (identifier := _ARXIV_ID.fullmatch(raw)):
        return f"https://arxiv.org/abs/{identifier[1]}"
    return ""
