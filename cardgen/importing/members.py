"""What a collection on the Hub has in it, as its manifest says it: the order and the notes that are there stay."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from cardgen.importing import html_text
from cardgen.importing.shaped import Written
from cardgen.manifest.collection_shape import MAX_NOTE
from cardgen.members import Member
from cardgen.model import Repo


def write(members: Sequence[Member], repos: Sequence[Repo]) -> Written:
    """The `items` and `notes` of a manifest with these repos; what others put into the collection needs neither.

    The items are only written where they stand in another order than the manifest's repos do.
    """
    own = {Member(repo.repo_type, repo.repo_id).key: number for number, repo in enumerate(repos)}
    there = [member for member in members if member.key in own]
    order = [own[member.key] for member in there]
    if order != sorted(order):
        return {"items": [*map(_item, there), {"repos": True}]}
    return {"notes": dict(_notes(there))} if any(map(_note, there)) else {}


def _item(member: Member) -> dict[str, Any]:
    note = _note(member)
    return {member.kind: member.item_id} | ({"note": note} if note else {})


def _notes(members: Sequence[Member]) -> Iterator[tuple[str, str]]:
    for member in members:
        if note := _note(member):
            yield member.item_id, note


def _note(member: Member) -> str:
    """A note that a manifest can hold as it is; one of another form is left to the Hub, where it stays."""
    note = member.note or ""
    return note if html_text.line(note) == note and len(note) <= MAX_NOTE else ""
