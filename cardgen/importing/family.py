"""Which repo each card is of, and whose family it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from cardgen import repo_ids
from cardgen.errors import InputError
from cardgen.importing import own
from cardgen.importing.pages import Page
from cardgen.importing.values import Note, by_folders, note
from cardgen.model import RepoKey, RepoType

_OF_DATASETS = frozenset({"task_categories", "task_ids", "size_categories", "pretty_name", "annotations_creators"})


@dataclass(frozen=True, slots=True)
class Family:
    """The cards of one namespace: each with its repo, and those of which it is not known.

    `listed` are the repos that the source names, with or without a card.
    """

    namespace: str
    pages: tuple[tuple[RepoKey | None, Page], ...]
    listed: frozenset[RepoKey]
    notes: tuple[Note, ...] = ()

    def short(self, repo_id: str) -> str:
        """A repo's id as the manifest says it."""
        return repo_id.removeprefix(f"{self.namespace}/")

    @property
    def known(self) -> tuple[tuple[RepoKey, Page], ...]:
        return tuple((key, page) for key, page in self.pages if key)


def find(pages: Sequence[Page], listed: Iterable[RepoKey], namespace: str) -> Family:
    """The family of some cards. Raises InputError if nothing tells whose they are."""
    linked = Counter(_linked(pages))
    keys = [page.repo or _of(page, linked, namespace) for page in pages]
    owner = namespace or _namespace([*listed, *filter(None, keys)]) or _namespace(linked.elements())
    if not owner:
        raise InputError("nothing tells whose cards these are", "name the user or organization: --namespace NAME")
    found: list[tuple[RepoKey | None, Page]] = []
    notes: list[Note] = []
    seen: set[RepoKey] = set()
    for key, page in zip(keys, pages, strict=True):
        if key in seen:
            notes.append(note(f"a second card of {key[1]} is left out" if key else "", page.name))
            continue
        if key:
            seen.add(key)
        else:
            notes.append(note("which repo this card is of is not known", page.name))
        found.append((key, page))
    return Family(owner, tuple(found), frozenset([*listed, *seen]), tuple(notes))


def _linked(pages: Iterable[Page]) -> Iterator[RepoKey]:
    for page in pages:
        for table in page.outline.tables:
            yield from (key for row in table.grid.rows for cell in row.cells for key in own.repos(cell))


def _of(page: Page, linked: Counter[RepoKey], namespace: str) -> RepoKey | None:
    """The repo of a file: by its folders, as a build or a clone has them, or by the place that it marks."""
    if repo := by_folders(page.folders):
        return repo
    names = page.folders[-1:]
    id_by_folders = "/".join(page.folders[-2:])
    for matching in (
        [key for key in linked if key[1] == id_by_folders],
        [key for key in linked if key[1].partition("/")[2] in names],
    ):
        if len(matching) == 1:
            return matching[0]
    marked = {key for table in page.outline.tables if (key := own.guess(table.grid))}
    if len(marked) == 1:
        return marked.pop()
    if namespace and names and not repo_ids.part_problem(names[0]):
        return (_type(page), f"{namespace}/{names[0]}")
    return None


def _type(page: Page) -> RepoType:
    return "dataset" if _OF_DATASETS & set(page.data) else "model"


def _namespace(keys: Iterable[RepoKey]) -> str:
    count = Counter(repo_id.partition("/")[0] for _, repo_id in keys)
    return max(count, key=lambda name: count[name], default="")
