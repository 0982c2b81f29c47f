"""A card as cardgen writes it into an empty repo: front matter, what was rendered between marks, records."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cardgen import file_marks, front_matter, marks
from cardgen.errors import InputError
from cardgen.marks import Broken
from cardgen.model import CARD_BLOCK, FILES, Card, CardData, Repo

NO_FILES: Mapping[str, str] = MappingProxyType({})


def make_card(repo: Repo, source: str, body: str, blocks: Mapping[str, str], files: Mapping[str, str]) -> Card:
    """The card of a repo, of what was rendered. `files` are the files beside it, as they are published.

    Raises InputError as `compose` and `compose_blocks` do.
    """
    head = front_matter.dump(repo.card_data)
    if repo.ownership == "blocks":
        text, kept = compose_blocks(repo.card_data, body, blocks, files), blocks
    else:
        text, kept = compose(repo.card_data, body, source, files), {key: blocks[key] for key in blocks if key == FILES}
        head += f"{marks.begin(CARD_BLOCK, source)}\n"
        body = marks.normalize(body) + "\n"
    start = len(head.encode())
    return Card(repo, source, text.encode(), (start, start + len(body.encode())), kept, files)


def compose(card_data: CardData, body: str, source: str, files: Mapping[str, str] = NO_FILES) -> str:
    """The whole README as cardgen writes it into an empty repo: front matter, body between marks, records.

    `source` is the name of the manifest, as the card shall show it; `files` are the files beside the card, as they are
    published. Raises InputError when the body holds a mark of its own: nobody's manifest may claim what cardgen has
    not written.
    """
    refuse_marks(body)
    return _text(card_data, marks.wrap(CARD_BLOCK, source, body), files)


def compose_blocks(
    card_data: CardData, body: str, blocks: Mapping[str, str], files: Mapping[str, str] = NO_FILES
) -> str:
    """The same of a card that is owned by blocks. `body` has each of them between its marks, or leaves it out.

    Raises InputError when a block holds a mark of its own, or when the body has not left the blocks as they are.
    """
    for text in blocks.values():
        refuse_marks(text)
    found = marks.read(body)
    if isinstance(found, Broken) or not all(is_whole(block, blocks) for block in found.blocks) or found.records:
        raise InputError(
            "card.md.j2 changes a block, or prints one twice",
            "with `ownership: blocks` it may only order them, leave some out, and print text between them",
        )
    return _text(card_data, body, files)


def is_whole(block: marks.Block, blocks: Mapping[str, str]) -> bool:
    """Whether a block holds what was printed for it, and its mark says so."""
    return block.is_untouched and block.name in blocks and _same(block.text, blocks[block.name])


def _same(one: str, other: str) -> bool:
    return marks.normalize(one) == marks.normalize(other)


def _text(card_data: CardData, marked: str, files: Mapping[str, str]) -> str:
    digests = {
        key: marks.digest(front_matter.dump_yaml({key: value}), marks.KEY_DIGITS) for key, value in card_data.items()
    }
    return front_matter.dump(card_data) + marked + records(digests, files)


def refuse_marks(body: str) -> None:
    """Raise InputError when rendered text holds what reads as one of cardgen's marks."""
    if marks.PREFIX not in body:
        return
    line = body[: body.index(marks.PREFIX)].count("\n") + 1
    raise InputError(
        f"line {line} of the card's body holds {marks.PREFIX!r}, which only cardgen itself may write",
        "take the comment out of the manifest or the template",
    )


def records(digests: Mapping[str, str], files: Mapping[str, str]) -> str:
    """The marks that list the keys and files which are cardgen's."""
    return marks.data(digests) + marks.files(file_marks.digests(files))
