"""Where the front matter begins and ends, and what stands around it.

The Hub takes front matter by one regular expression (REGEX_YAML_BLOCK in huggingface_hub's repocard.py); what does not
match it is text, and nobody says so.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote

_KEYS = (
    r"(?:annotations_creators|base_model|configs|datasets|dataset_info|inference|language|library_name|license"
    r"|license_name|metrics|model-index|model_name|multilinguality|pipeline_tag|pretty_name|size_categories"
    r"|source_datasets|tags|task_categories|task_ids|thumbnail|viewer|widget)[ \t]*:"
)
TO_A_KEY: Final = rf"(?:[ \t]*+(?:#[^\n]*+)?\n)*+(?:[A-Za-z_][\w-]*+:[^\n]*+\n){{0,20}}?{_KEYS}"
"""What makes a line of dashes front matter, and no rule: one of the Hub's keys below it."""

_OPENING = re.compile(rf"\A\s*+(?P<fence>-{{3,}}[ \t]*+)\n{TO_A_KEY}")
_CLOSING = re.compile(r"^(?:-{2,}|\.\.\.)[ \t]*$", re.MULTILINE)
_DASHES = re.compile(r"^---$", re.MULTILINE)
_LATER = re.compile(rf"^---[ \t]*+\n(?={TO_A_KEY})", re.MULTILINE)
_NOTHING = re.compile(r"\A\s*+(?P<fences>---[ \t]*+\n---[ \t]*+(?:\n\s*+---[ \t]*+(?=\n|\Z))*+)(?:\n|\Z)")
_VALUE = re.compile(r"^[ \t]*[^\s#]", re.MULTILINE)
_RULE = re.compile(r"\s*+(?P<rule>-{3,}(?:(?:[ \t]*+\n)++-{3,}(?=[ \t]*(?:\n|\Z)))*+)[ \t]*(?:\n|\Z)")
_ONLY_DASHES: Final = "write three dashes and nothing else in that line"


def _templates(*signs: str) -> re.Pattern[str]:
    return re.compile(rf"(?:^[ \t]*#[^\n]*(?:{'|'.join(signs)})[^\n]*\n)+", re.MULTILINE)


_TEMPLATES: Final = {
    "dataset": _templates("dataset card metadata", r"/datasetcard\.md", "docs/hub/datasets-cards"),
    "model": _templates("model card metadata", r"/modelcard\.md", "docs/hub/model-cards"),
}
"""The comments of the Hub's two templates, as huggingface_hub writes them into new cards."""


def _hidden(card: ReadCard) -> Iterator[Problem]:
    if card.front or "\n---" not in card.own or _OPENING.match(card.own):
        return
    found = _LATER.search(card.markup)
    if found and _CLOSING.search(card.own, found.end()):
        before = quote(card.own[: found.start()])
        yield Problem(
            f"{before} stands before the front matter, so that the Hub sees none",
            found.start(),
            found.start() + 3,
            "let the card begin with the front matter",
        )


def _unfenced(card: ReadCard) -> Iterator[Problem]:
    opening = None if card.front else _OPENING.match(card.own)
    if opening is None:
        return
    fence, closing = opening["fence"], _CLOSING.search(card.own, opening.end())
    if fence != "---":
        mended = "---" if _DASHES.search(card.own, opening.end()) else None
        yield Problem(
            f"{fence!r} does not open front matter, so that the Hub sees none", *opening.span("fence"), _ONLY_DASHES,
            mended,
        )  # fmt: skip
    elif closing:
        yield Problem(
            f"{closing[0]!r} does not close the front matter, so that the Hub sees none", *closing.span(), _ONLY_DASHES,
            "---",
        )  # fmt: skip
    else:
        yield Problem(
            "the front matter is never closed, so that the Hub sees none", *opening.span("fence"),
            "close it with a line of three dashes",
        )  # fmt: skip


def _blanks(card: ReadCard) -> Iterator[Problem]:
    if card.front and (closing := card.front.closing.rstrip("\n")) != "---":
        start = card.front_at + len(card.front.lines)
        yield Problem(
            f"blanks stand behind the closing fence ({closing!r}): not every reader of front matter takes that",
            start, start + len(closing), _ONLY_DASHES, "---",
        )  # fmt: skip


def _empty(card: ReadCard) -> Iterator[Problem]:
    if card.front and not _VALUE.search(card.front.lines):
        yield Problem(
            "the front matter is empty; the Hub refuses that as invalid metadata",
            card.front_at, card.front_at + len(card.front.lines), "state a `license`, or leave the fences out",
            card.front.lines + "{}\n",
        )  # fmt: skip


def _nothing(card: ReadCard) -> Iterator[Problem]:
    if not card.front and (found := _NOTHING.match(card.own)):
        yield Problem(
            "two fences with nothing between them are no front matter, but lines across the page",
            *found.span("fences"), "state a `license` between them, or leave them out", "",
        )  # fmt: skip


def _double(card: ReadCard) -> Iterator[Problem]:
    found = _RULE.match(card.own, card.body_at) if card.front else None
    if found and not _LATER.match(card.own, found.start("rule")):
        yield Problem(
            "a second fence stands under the front matter, and is shown as a line across the page",
            *found.span("rule"), "leave it out", "",
        )  # fmt: skip


def _template(card: ReadCard) -> Iterator[Problem]:
    if not card.front or "#" not in card.front.lines or not card.repo_type:
        return
    other = "model" if card.repo_type == "dataset" else "dataset"
    for found in _TEMPLATES[other].finditer(card.front.lines):
        start, end = found.span()
        yield Problem(
            f"the card of a {card.repo_type} has the comments of the template for a {other}: {quote(found[0])}",
            card.front_at + start, card.front_at + end, "leave them out", "",
        )  # fmt: skip


RULES = (
    Rule("front-matter-hidden", "structure", "error", "Something stands before the front matter.", _hidden),
    Rule("front-matter-unfenced", "structure", "error", "The fences of the front matter are none.", _unfenced),
    Rule("front-matter-blanks", "structure", "warning", "Blanks stand behind the fence that closes.", _blanks),
    Rule("front-matter-empty", "structure", "error", "The front matter says nothing.", _empty),
    Rule("fences-empty", "structure", "warning", "Two fences have nothing between them.", _nothing),
    Rule("fence-doubled", "structure", "warning", "A second fence stands under the front matter.", _double),
    Rule("template-comment", "structure", "warning", "The comments are those of another template.", _template),
)
