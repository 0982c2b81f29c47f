"""Manifests to pull into, and cards that somebody edited, without a Hub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from pathlib import Path

from cardgen import inputs, manifest, marks, pulling
from cardgen.model import CARD_BLOCK, Card, SourceText
from cardgen.plan import LiveCard
from cardgen.pulling import Edits, Pulled, Source

ROOT = Path(__file__).parent.parent
COLLECTIONS = ("codeio", "tulu3", "deepseek-r1", "qwen2.5-coder")
Change = tuple[str, str]


def source(text: str, **templates: str) -> Source:
    """A manifest with the built-in templates, or others for some of them: `header` for `header.md.j2`."""
    own = {f"{name}.md.j2": SourceText(f"{name}.md.j2", each) for name, each in templates.items()}
    built_in = inputs.read_templates(ROOT / "collections/any.yaml")
    return Source("any.yaml", text, {**built_in, **own}, partial(manifest.load, file="any.yaml"))


@cache
def collection(name: str) -> Source:
    """One of the real ones."""
    return source((ROOT / f"collections/{name}.yaml").read_text())


def card(of: Source, repo_id: str) -> Card:
    """A card by its repo's id, the namespace left out if one likes."""
    return next(each for (_, name), each in of.cards.items() if repo_id in (name, name.partition("/")[2]))


def edited(of: Card, *changes: Change) -> Edits:
    """What is found in a card once every text of `changes` is another."""
    text = of.text
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    found = pulling.find(live(text), of)
    assert isinstance(found, Edits), found
    return found


def live(text: str | bytes) -> LiveCard:
    """A card as the Hub has it."""
    return LiveCard(exists=True, commit="0" * 40, readme=text.encode() if isinstance(text, str) else text)


def rewritten(of: Card, body: str) -> Edits:
    """What is found in a card whose text somebody replaced, marks excepted."""
    text = of.text.replace(of.body.rstrip("\n"), body.rstrip("\n"))
    assert marks.begin(CARD_BLOCK, of.source) in text
    found = pulling.find(live(text), of)
    assert isinstance(found, Edits), found
    return found


def pull(of: Source, edits: Mapping[str, Sequence[Change]], *take: str) -> Pulled:
    """Pull from cards, by repo, of which every text of the changes is another."""
    cards = {repo_id: card(of, repo_id) for repo_id in edits}
    found = {cards[repo_id].repo.key: edited(cards[repo_id], *changes) for repo_id, changes in edits.items()}
    return pulling.pull(of, found, frozenset(take))


def changed_lines(result: Pulled) -> list[str]:
    """The lines of the manifest that go and come, without what is around them."""
    lines = result.diff.splitlines()[2:]
    return [line for line in lines if line[:1] in "+-"]
