"""The collection's page on the Hub: what the manifest says shall be in it, and in which order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import get_args

from cardgen import repo_ids
from cardgen.manifest import schema
from cardgen.manifest.collection_shape import MAX_DESCRIPTION, MAX_NOTE, CollectionItem
from cardgen.manifest.collection_shape import HubCollection as Shape
from cardgen.manifest.document import Document, Path
from cardgen.manifest.messages import short
from cardgen.members import Member, MemberKind
from cardgen.model import HubCollection, Repo
from cardgen.suggest import did_you_mean

_KINDS: tuple[MemberKind, ...] = get_args(MemberKind)
_OF_A_NAMESPACE = frozenset({"model", "dataset", "space", "bucket"})

Entry = tuple[Path, Member | None]
"""A member that `items` names, and where; None is the place of the manifest's other repos."""


def read(document: Document, manifest: schema.Manifest, repos: Sequence[Repo]) -> HubCollection | None:
    """The page as it shall be; what is wrong with it goes to the document's mistakes."""
    shape = manifest.collection
    if shape is None:
        return None
    if shape.slug is None and shape.title is None:
        document.complain_at(("collection",), "a collection needs its slug, or a title by which it is found or made")
    _check_length(document, ("collection", "description"), "description", shape.description, MAX_DESCRIPTION)
    entries = tuple(_entries(document, shape, manifest.namespace))
    _check_twice(document, entries)
    _check_notes(document, shape, repos, entries)
    return HubCollection(
        slug=shape.slug or "",
        title=shape.title or "",
        description=None if shape.description is None else shape.description.strip(),
        namespace=shape.slug.partition("/")[0] if shape.slug else manifest.namespace,
        private=shape.private,
        members=tuple(_members(entries, repos, shape.notes)),
        prune=shape.prune,
        origin=document.at("collection", "slug" if shape.slug else "title"),
    )


def _entries(document: Document, shape: Shape, namespace: str) -> Iterator[Entry]:
    for number, item in enumerate(shape.items):
        path: Path = ("collection", "items", number)
        _check_length(document, (*path, "note"), "note", item.note, MAX_NOTE)
        kinds = [kind for kind in _KINDS if getattr(item, kind) is not None]
        if len(kinds) + (item.repos is not None) != 1:
            document.complain_at(path, f"a member is one of {', '.join(_KINDS)}, or `repos: true`")
        elif item.repos:
            if item.note is not None:
                document.complain_at((*path, "note"), "the repos have notes of their own, in `notes`")
            yield path, None
        else:
            yield path, _member(document, (*path, kinds[0]), item, kinds[0], namespace)


def _member(document: Document, path: Path, item: CollectionItem, kind: MemberKind, namespace: str) -> Member:
    item_id: str = getattr(item, kind)
    if kind in _OF_A_NAMESPACE:
        problem = repo_ids.problem(item_id) if "/" in item_id else repo_ids.part_problem(item_id)
        if item_id and problem:
            document.complain_at(path, f"the {kind} {short(item_id)} {problem}")
        item_id = item_id if "/" in item_id else f"{namespace}/{item_id}"
    return Member(kind, item_id, None if item.note is None else item.note.strip())


def _members(entries: Sequence[Entry], repos: Sequence[Repo], notes: Mapping[str, str]) -> Iterator[Member]:
    """The members in their order, each once."""
    named = {member.key for _, member in entries if member}
    own = {member.key: member for member in (_own(repo, notes) for repo in repos)}
    rest = [member for key, member in own.items() if key not in named]
    if not any(member is None for _, member in entries):
        yield from rest
    for _, member in entries:
        if member is None:
            yield from rest
        else:
            note = own[member.key].note if member.note is None and member.key in own else member.note
            yield Member(member.kind, member.item_id, note)


def _own(repo: Repo, notes: Mapping[str, str]) -> Member:
    found = [notes[name].strip() for name in _names(repo) if name in notes]
    return Member(repo.repo_type, repo.repo_id, found[0] if found else None)


def _names(repo: Repo) -> tuple[str, str]:
    return repo.repo_id, repo.repo_id.partition("/")[2]


def _check_twice(document: Document, entries: Iterable[Entry]) -> None:
    first: dict[object, Path] = {}
    for path, member in entries:
        if first.setdefault(member and member.key, path) is not path:
            line = document.at(*first[member and member.key]).line
            document.complain_at(path, f"this member is named twice, first in line {line}")


def _check_notes(document: Document, shape: Shape, repos: Sequence[Repo], entries: Iterable[Entry]) -> None:
    """Notes that are too long, that are nobody's, or that an item says too."""
    known = dict.fromkeys(name for repo in repos for name in _names(repo))
    said = {member.key for _, member in entries if member and member.note is not None}
    twice = {name for repo in repos if Member(repo.repo_type, repo.repo_id).key in said for name in _names(repo)}
    for name, note in shape.notes.items():
        path: Path = ("collection", "notes", name)
        _check_length(document, path, "note", note, MAX_NOTE)
        if name not in known:
            message = f"the manifest has no repo {short(name)}{did_you_mean(name, known)}"
            document.complain_at_key(path, message)
        elif name in twice:
            document.complain_at_key(path, f"{short(name)} has a note in `items` too")


def _check_length(document: Document, path: Path, what: str, text: str | None, most: int) -> None:
    if text is not None and len(text) > most:
        document.complain_at(path, f"the {what} has {len(text)} characters, and the Hub allows {most}")
