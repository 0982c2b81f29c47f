"""A card as cardgen writes it into an empty repo: front matter, what was rendered between marks, records."""

from __future__ import annotations

from collections.abc import Mapping

from cardgen import file_marks, front_matter, marks
from cardgen.errors import InputError
from cardgen.marks import Broken
from cardgen.model import CARD_BLOCK, FILES, Card, Repo


def make_card(repo: Repo, source: str, body: str, blocks: Mapping[str, str], files: Mapping[str, str]) -> Card:
    """The card of a repo, of what was rendered: front matter, then the body between marks or with those of its blocks.

    `source` is the name of the manifest, as the card shall show it; `files` are the files beside the card, as they are
    published. Raises InputError when what was rendered holds a mark of its own, or has changed a block: nobody's
    manifest may claim what cardgen has not written.
    """
    keys = {key: front_matter.dump_yaml({key: value}) for key, value in repo.card_data.items()}
    head, below = front_matter.fenced("".join(keys.values())), ""
    if repo.ownership == "blocks":
        body = body.rstrip("\n")
        _check_blocks(body, blocks)
        shown, kept = body.encode(), blocks
    else:
        shown, kept = marks.content(body), {key: blocks[key] for key in blocks if key == FILES}
        refuse_marks(shown)
        head += f"{marks.begin(CARD_BLOCK, source)}\n"
        below = f"\n{marks.end(CARD_BLOCK, marks.digest_of(shown))}\n"
    below += records({key: marks.digest(text, marks.KEY_DIGITS) for key, text in keys.items()}, files)
    start = head.encode()
    data = b"".join((start, shown, b"\n", below.encode()))
    return Card(repo, source, data, (len(start), len(start) + len(shown) + 1), kept, files)


def _check_blocks(body: str, blocks: Mapping[str, str]) -> None:
    """A body that is owned by blocks has each of them between its marks, or leaves it out. Raises InputError."""
    for text in blocks.values():
        refuse_marks(text.encode())
    found = marks.read(body)
    if isinstance(found, Broken) or not all(is_whole(block, blocks) for block in found.blocks) or found.records:
        raise InputError(
            "card.md.j2 changes a block, or prints one twice",
            "with `ownership: blocks` it may only order them, leave some out, and print text between them",
        )


def is_whole(block: marks.Block, blocks: Mapping[str, str]) -> bool:
    """Whether a block holds what was printed for it, and its mark says so."""
    return block.is_untouched and block.name in blocks and _same(block.text, blocks[block.name])


def _same(one: str, other: str) -> bool:
    return marks.normalize(one) == marks.normalize(other)


def refuse_marks(text: bytes) -> None:
    """Raise InputError when rendered text holds what reads as one of cardgen's marks."""
    before, found, _ = text.partition(marks.PREFIX.encode())
    if not found:
        return
    line = before.count(b"\n") + 1
    raise InputError(
        f"line {line} of the card's body holds {marks.PREFIX!r}, which only cardgen itself may write",
        "take the comment out of the manifest or the template",
    )


def records(digests: Mapping[str, str], files: Mapping[str, str]) -> str:
    """The marks that list the keys and files which are cardgen's."""
    return marks.data(digests) + marks.files(file_marks.digests(files))
