"""The pages of lint's rules, docs/rules/ID.md, read as tests: what stands under "Caught" is caught, what stands under
"Left alone" is left alone.

An example is one or more fences of five backticks. Their words say what they hold:

    markdown                              a README; several together are a family
    markdown dataset lab/data             a README of that kind, of that repo
    markdown escaped                      \\u200b and the like stand for the characters; \\ud800 is no UTF-8
    markdown x1000                        the text a thousand times
    yaml                                  a manifest, whose cards are looked at
    json                                  the facts beside a manifest, as `cardgen facts` writes them; beside a README,
                                          what the Hub answered when it was asked

A rule looks at each part, split at `Or:` in a line of its own, by itself: every one is caught, or left alone.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from cardgen import inputs, lint, manifest, render
from cardgen.facts import lock
from cardgen.lint import answers, card
from cardgen.lint.answers import Asked
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import OPTIONAL
from cardgen.lint.switching import Judged
from cardgen.model import Finding, RepoType, SourceText

FOLDER = Path(__file__).parent.parent / "docs/rules"
NAME = "collections/lab.yaml"
TEMPLATES = inputs.read_templates(Path(NAME))
_FENCE = re.compile(r"^`````(?P<words>[^\n`]*)\n(?P<text>.*?)^`````$", re.DOTALL | re.MULTILINE)
_ESCAPE = re.compile(r"\\u([0-9a-f]{4})|\\U([0-9a-f]{8})")


@dataclass(frozen=True)
class Fence:
    """A fence of a page: its words, such as `markdown` and `dataset`, and its text."""

    words: tuple[str, ...]
    text: str


@dataclass(frozen=True)
class RulePage:
    """A page in its parts: what is said in the line under its name, and the examples."""

    title: str
    about: str
    summary: str
    sections: dict[str, str]

    def examples(self, section: str) -> list[list[Fence]]:
        """The examples of a section, as their fences."""
        return [list(_fences(part)) for part in re.split(r"^Or:$", self.sections[section], flags=re.MULTILINE)]


def read(rule: str) -> RulePage:
    """The page of a rule."""
    text = (FOLDER / f"{rule}.md").read_text()
    head, *parts = re.split(r"^## (?=(?:Why|How to mend it|Caught|Left alone)$)", text, flags=re.MULTILINE)
    title, about, summary = (line for line in head.splitlines() if line.strip())
    sections = dict(part.split("\n", 1) for part in parts)
    return RulePage(title.removeprefix("# "), about, summary, sections)


def findings(example: Sequence[Fence]) -> tuple[Finding, ...]:
    """What every rule finds in an example, those of optional groups too."""
    if example[0].words[0] == "yaml":
        return _of_manifest(example)
    if example[-1].words[0] == "json":
        return _of_answer(*example)
    every = frozenset[str](OPTIONAL)
    return lint.of_texts((_card(fence, number) for number, fence in enumerate(example, 1)), every)


def _fences(text: str) -> Iterator[Fence]:
    for found in _FENCE.finditer(text):
        words = tuple(found["words"].split())
        text = _ESCAPE.sub(_unescaped, found["text"]) if "escaped" in words else found["text"]
        times = [int(word[1:]) for word in words if re.fullmatch(r"x\d+", word)]
        yield Fence(words, text * (times[0] if times else 1))


def _unescaped(found: re.Match[str]) -> str:
    return chr(int(found[1] or found[2], 16))


def _card(fence: Fence, number: int) -> ReadCard:
    kinds: list[RepoType] = [kind for kind in ("model", "dataset") if kind in fence.words]
    repos = [word for word in fence.words if "/" in word]
    data = fence.text.encode(errors="surrogatepass")
    kind = kinds[0] if kinds else None
    repo = (kind or "model", repos[0]) if repos else None
    return card.of_bytes(f"{number}/README.md", data, repo, kind)


def _of_answer(readme: Fence, said: Fence) -> tuple[Finding, ...]:
    read = _card(readme, 1)
    judged = Judged(lint.of_texts([read]))
    return lint.answered(judged, Asked([(read, answers.read(json.loads(said.text)))]), "2027-01-31").findings


def _of_manifest(example: Sequence[Fence]) -> tuple[Finding, ...]:
    source, *facts = example
    known = lock.load(facts[0].text.encode(), "collections/lab.facts.json") if facts else {}
    collection = manifest.load(source.text.encode(), NAME, NAME, known)
    cards = render.cards(collection, TEMPLATES)
    return lint.findings([collection], cards, [SourceText(NAME, source.text)], frozenset[str](OPTIONAL))
