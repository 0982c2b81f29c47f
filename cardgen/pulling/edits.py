"""What somebody edited in a card on the Hub since cardgen wrote it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import yaml

from cardgen import diff, front_matter, layout, marks, units, yaml_nodes
from cardgen.model import CARD_BLOCK, Card, CardData
from cardgen.ownership import LFS_POINTER
from cardgen.plan import LiveCard
from cardgen.pulling import writing

TEXT: Final = CARD_BLOCK
"""The unit that is the text of a card, as a plan names it."""

ADOPT = "`cardgen push --adopt` takes it over; `cardgen import` makes a manifest of it"


@dataclass(frozen=True, slots=True)
class Refused:
    """Why nothing can be taken from a card, and what to do."""

    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class KeyEdit:
    """A front-matter key that the Hub has otherwise than cardgen would write it.

    `value` is what it says there, None where it was deleted. `mark` is a fingerprint of it, empty where it was deleted.
    `problem` says why no manifest can state it. A foreign key is one that the manifest does not state.
    """

    key: str
    value: Any
    mark: str = ""
    problem: str = ""
    is_foreign: bool = False


@dataclass(frozen=True, slots=True)
class Edits:
    """The edits of one card.

    `text` is its block as it stands on the Hub, None where nobody edited it; `digest` is of what cardgen wrote there,
    and `written` is that text, None where it is not what the manifest makes now and was not found. `outside` is text
    that stands outside the block.
    """

    keys: tuple[KeyEdit, ...] = ()
    text: str | None = None
    digest: str = ""
    written: str | None = None
    outside: str = ""

    @property
    def is_base_unknown(self) -> bool:
        """Whether the text was edited, and what cardgen wrote is not what it would write now."""
        return self.text is not None and self.written is None


def find(live: LiveCard, card: Card) -> Edits | Refused:
    """What was edited in a live card, against what the manifest makes now and what the marks say was written."""
    if card.repo.ownership == "blocks":
        return Refused("only blocks of this card are cardgen's", "take edits of them into the manifest by hand")
    read = _read(live)
    if isinstance(read, Refused):
        return read
    front, found = read
    block = found.blocks[0]
    here = layout.read(front)
    if isinstance(here, layout.Unreadable):
        return Refused(f"the front matter on the Hub {here.reason}", "mend it on the Hub, then pull again")
    text, rendered = marks.normalize(block.text) + "\n", marks.normalize(card.body) + "\n"
    is_edited = not block.is_untouched and text != rendered
    return Edits(
        keys=_keys(front, here, found.keys, card.repo.card_data),
        text=text if is_edited else None,
        digest=block.digest,
        written=rendered if block.digest == marks.digest(rendered) else None,
        outside=found.outside.strip(),
    )


def block_text(readme: bytes, digest: str) -> str | None:
    """The text of the block in a card, if it is there as cardgen wrote it with this digest."""
    try:
        found = marks.read(front_matter.split(readme.decode())[1])
    except UnicodeDecodeError:
        return None
    if isinstance(found, marks.Broken) or [block.name for block in found.blocks] != [CARD_BLOCK]:
        return None
    block = found.blocks[0]
    return marks.normalize(block.text) + "\n" if block.is_untouched and block.digest == digest else None


def stated(data: CardData) -> Mapping[str, units.Lines]:
    """The keys of a card as cardgen would write them."""
    read = layout.read(front_matter.dump_yaml(data) if data else "")
    return units.lines(read) if isinstance(read, layout.Layout) else {}


def _read(live: LiveCard) -> tuple[str, marks.Marks] | Refused:
    """The lines of a card's front matter, and its marks: one block, of the card as a whole."""
    if not live.exists:
        return Refused("there is no such repo on the Hub", "`cardgen push` makes it")
    if not (live.readme or b"").strip():
        return Refused("the repo has no card on the Hub", "`cardgen push` writes it")
    try:
        text = (live.readme or b"").decode("utf-8-sig")
    except UnicodeDecodeError:
        return Refused("the card on the Hub is not UTF-8")
    if text.startswith(LFS_POINTER):
        return Refused("README.md is stored with Git LFS", "take it out of .gitattributes first")
    front, body = front_matter.split(text)
    found = marks.read(body)
    if isinstance(found, marks.Broken):
        return Refused(found.reason, "mend the mark on the Hub; the history of the repo has it as it was")
    if not found.exist:
        return Refused("the card on the Hub was not written by cardgen", ADOPT)
    if [block.name for block in found.blocks] != [CARD_BLOCK]:
        return Refused("its block was deleted or renamed on the Hub", "`cardgen plan` shows what became of it")
    return (front.lines if front else ""), found


def _keys(lines: str, here: layout.Layout, written: Mapping[str, str], data: CardData) -> tuple[KeyEdit, ...]:
    live = units.lines(here)
    judged = units.judge_keys(live, written, stated(data))
    states = {each.unit.name: each.unit.state for each in judged if each.unit.state in ("conflict", "foreign")}
    nodes = _nodes(lines) if states else {}
    return tuple(
        _key(key, nodes.get(key), live[key].value if key in live else "", is_foreign=state == "foreign")
        for key, state in states.items()
    )


def _key(key: str, node: yaml.Node | None, mark: str, *, is_foreign: bool) -> KeyEdit:
    if not mark:
        return KeyEdit(key, None)
    try:
        value = writing.data(node)
    except writing.Unwritable as error:
        return KeyEdit(key, None, mark, str(error), is_foreign)
    return KeyEdit(key, value, mark, _problem(key, value, mark), is_foreign)


def _problem(key: str, value: Any, mark: str) -> str:
    """Why a manifest cannot state a value; an empty string if it can."""
    if value is None:
        return "is empty, which in a manifest means that there is no such key"
    if not all(map(is_plain, _texts({key: value}))):
        return "holds a character that controls how text is shown"
    again = stated({key: value}).get(key)
    return "" if again and again.value == mark else "would read otherwise in a manifest; quote it on the Hub"


def is_plain(text: str) -> bool:
    """Whether a text holds nothing that a terminal obeys, or that shows it in another order than it has."""
    return diff.printable(text) == text


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for each in value:
            yield from _texts(each)
    if isinstance(value, dict):
        yield from _texts(list(value.values()))


def _nodes(lines: str) -> Mapping[str, yaml.Node]:
    try:
        root = yaml_nodes.compose(lines)
    except yaml_nodes.YamlError:
        return {}
    return {key.value: value for key, value in root.value} if isinstance(root, yaml.MappingNode) else {}
