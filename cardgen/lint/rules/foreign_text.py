"""Text that nobody wrote for the reader: what tools, bots and careless hands left in a card."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cardgen.lint.card import ReadCard
from cardgen.lint.markdown import Heading, in_lines
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.rules.opening import TO_A_KEY
from cardgen.lint.words import quote

MIN_SECTION: Final = 60
"""Shorter sections may well say the same: “to be announced”."""

_LONG: Final = 500
_REPEATED = re.compile(rf"^---[ \t]*+\n(?!\s){TO_A_KEY}[^\n]*+\n(?:(?!---)[^\n]*+\n)*?---[ \t]*$", re.MULTILINE)
_JSON = re.compile(
    r"(?:^[ \t]*+(?:\"[^\"\n]*+\"[ \t]*+(?::[^\n]*+|,?[ \t]*+)|[{}\[\]]++,?[ \t]*+)\n){6,}+", re.MULTILINE
)
_LOG = re.compile(
    r"(?:^[ \t]*+(?:\[?(?:\d{4}-\d\d-\d\d[ T])?\d\d:\d\d|(?:INFO|DEBUG|WARNING|ERROR)\b[: ])[^\n]*+\n){4,}+"
    r"|^Traceback \(most recent call last\):$",
    re.MULTILINE,
)
_DATA_SIGN = re.compile(r"\n[ \t]*+(?:[\"{}\[\]\d]|INFO|DEBUG|WARNING|ERROR|Traceback)")
_BLOB = re.compile(rf"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{{{_LONG},}}+={{0,2}}")
_LONG_LINE = re.compile(rf"\n[^\n]{{{_LONG}}}")
_WHOLE_FENCE = re.compile(
    r"\s*+(?P<opening>(?P<run>`{3,}|~{3,})(?:markdown|md|yaml|yml)?[ \t]*)\n(?=---\n|#{1,6} |<)", re.IGNORECASE
)
_CONFLICT = re.compile(r"^<{7} [^\n]*$|^>{7} [^\n]*$|^\|{7} [^\n]*$", re.MULTILINE)
_NAME: Final = r"[A-Za-z_][\w.]*+"
_TEMPLATE = re.compile(
    r"(?<![\w^=}{\\$])\{\{-?"
    rf"(?:[ \t]*+{_NAME}[ \t]*+\|[^{{}}\n]*+|[ \t]*+[A-Za-z]\w*_\w*+[ \t]*+|[ \t]++{_NAME}[ \t]++)-?\}}\}}"
    r"|\{%-?[ \t]*+(?:if|for|else|elif|endif|endfor|set|block|endblock|include|extends|macro|raw)\b[^\n%]*+%\}"
)
_ASSISTANT = re.compile(
    r"\n(?:(?:Sure|Certainly|Of course|Absolutely|Great)[,!.]+ (?:here|I)\b"
    r"|Here(?: is|'s|’s) (?:the|an?|your|my) (?:(?:updated|revised|improved|complete|final|full|new|rewritten) )+"
    r"(?:version of (?:the|your) )?(?:model card|dataset card|README|card|version)"
    r"|As an AI(?: language)? model, I"
    r"|I hope this helps"
    r"|Let me know if you(?:'d|’d| would)? (?:like|want|need|have any)"
    r"|(?:Feel free to )?let me know if you need (?:any )?(?:further|more|other) "
    r"|I(?:'ve| have) (?:updated|revised|rewritten|improved) (?:the|your) (?:model card|dataset card|README|card))"
    r"[^\n]*",
    re.MULTILINE | re.IGNORECASE,
)


def _dump(card: ReadCard) -> Iterator[Problem]:
    for dump in card.dumps:
        lines = card.text.count("\n", dump.start, dump.end) + 1
        yield Problem(
            f"{lines} lines of data stand in the card as text, from {quote(dump.about)} on", dump.start, dump.end,
            "leave them out, or put them into a file of the repo",
        )  # fmt: skip


def _repeated(card: ReadCard) -> Iterator[Problem]:
    if card.front and "---" in card.prose:
        for found in _REPEATED.finditer(card.prose):
            yield Problem(
                "front matter stands in the body a second time, and is shown as text", *found.span(),
                "bring its keys into the front matter above, and leave it out",
            )  # fmt: skip


def _data(card: ReadCard) -> Iterator[Problem]:
    if not _DATA_SIGN.search(card.prose):
        return
    for each in (*_JSON.finditer(card.prose), *_LOG.finditer(card.prose)):
        what = "a log" if each.re is _LOG else "JSON"
        yield Problem(
            f"{what} stands in the text without a fence: {quote(each[0])}", each.start(), each.end(),
            "put it between lines of three backticks",
        )  # fmt: skip


def _blob(card: ReadCard) -> Iterator[Problem]:
    if _LONG_LINE.search(card.prose):
        for found in _BLOB.finditer(card.prose):
            yield Problem(
                f"{len(found[0]):,} characters of encoded data stand in the text: {quote(found[0][:20] + '…')}",
                *found.span(), "put the data into a file of the repo, and link it",
            )  # fmt: skip


def _wrapped(card: ReadCard) -> Iterator[Problem]:
    """The fence opens the page, with a README in it, and nothing follows it."""
    found = _WHOLE_FENCE.match(card.own, card.body_at)
    first = card.fences[0] if found and card.fences else None
    if found and first and not card.own[first.end :].strip().strip(found["run"][0]):
        yield Problem(
            "the whole page stands between fences, and is shown as code" if card.front else
            "the whole card stands between fences: the Hub sees no front matter, and shows all of it as code",
            *found.span("opening"), "leave both fences out",
        )  # fmt: skip


def _conflict(card: ReadCard) -> Iterator[Problem]:
    if "<<<<<<< " not in card.own and ">>>>>>> " not in card.own:
        return
    for text in (card.own[: card.body_at], card.prose):
        for found in _CONFLICT.finditer(text):
            yield Problem(
                f"a merge was not finished: {quote(found[0])}", *found.span(),
                "keep one of the two versions, and leave the marks out",
            )  # fmt: skip


def _template(card: ReadCard) -> Iterator[Problem]:
    if "{{" not in card.prose and "{%" not in card.prose:
        return
    for found in _TEMPLATE.finditer(card.prose):
        yield Problem(
            f"the syntax of a template was left in: {quote(found[0])}", *found.span(),
            "write what it stands for; code belongs between backticks",
        )  # fmt: skip


def _assistant(card: ReadCard) -> Iterator[Problem]:
    for span, found in in_lines(_ASSISTANT, card.prose):
        yield Problem(f"a line of a conversation was left in: {quote(found[0])}", *span, "leave it out")


def _section_twice(card: ReadCard) -> Iterator[Problem]:
    seen: dict[tuple[str, str], Heading] = {}
    ends = [*(each.start for each in card.headings[1:]), len(card.own)]
    for heading, end in zip(card.headings, ends, strict=False):
        text = card.own[heading.end : end].strip()
        if len(text) >= MIN_SECTION and (first := seen.setdefault((heading.text, text), heading)) is not heading:
            yield Problem(
                f"the section {quote(heading.text)} stands in the card twice, first in line "
                f"{card.place(first.start)[0]}", heading.start, heading.end, "leave one of them out",
            )  # fmt: skip


RULES = (
    Rule("dump", "foreign text", "warning", "Data was dumped into the card as text.", _dump),
    Rule("front-matter-repeated", "foreign text", "warning", "Front matter stands in the body again.", _repeated),
    Rule("data-unfenced", "foreign text", "warning", "JSON or a log stands in the text without a fence.", _data),
    Rule("encoded-data", "foreign text", "warning", "Encoded data stands in the text.", _blob),
    Rule("card-in-fence", "foreign text", "error", "The whole card stands between fences.", _wrapped),
    Rule("merge-conflict", "foreign text", "error", "A merge was not finished.", _conflict),
    Rule("template-syntax", "foreign text", "warning", "The syntax of a template was left in.", _template),
    Rule("conversation", "foreign text", "warning", "A line of a conversation was left in.", _assistant),
    Rule("section-twice", "foreign text", "warning", "A section stands in the card twice.", _section_twice),
)
