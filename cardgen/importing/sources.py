"""Where cards come from: a collection, a namespace or repos on a Hub. Everything is read through a `Library`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

from cardgen import addresses, repo_ids
from cardgen.clock import Clock
from cardgen.errors import HubError, InputError
from cardgen.importing.values import Note, Published, note
from cardgen.model import HubCollection, RepoKey
from cardgen.patience import WORKERS, Patience, concurrently

MAX_REPOS: Final = 1_000


@dataclass(frozen=True, slots=True)
class Listing:
    """A collection on a Hub: its page, the models and datasets in it, and how many other things."""

    page: HubCollection
    repos: tuple[RepoKey, ...]
    others: int = 0


class Library(Protocol):
    """What import needs of a Hub. Nothing is asked without a deadline.

    Raises:
        TokenError: no request can succeed with this token.
        BusyError: refused for now.
        UnreachableError: no answer, or one that makes no sense.
        HubError: refused.
    """

    def collection(self, slug: str) -> Listing:
        """A collection by the end of its address."""
        ...

    def repos(self, namespace: str, limit: int) -> Sequence[RepoKey]:
        """The models and datasets of a user or an organization, `limit` of each at most."""
        ...

    def card(self, repo: RepoKey) -> bytes | None:
        """The README.md of a repo at its newest commit; None if there is none, or none that is shown."""
        ...


@dataclass(frozen=True, slots=True)
class Source:
    """A place on a Hub, by one of these: a collection's slug, a namespace, a repo."""

    slug: str = ""
    namespace: str = ""
    repo: RepoKey | None = None


@dataclass(frozen=True, slots=True)
class Shelf:
    """Cards, the repos that the sources name, the collection if there is one, and whose they are if the sources say."""

    cards: tuple[Published, ...] = ()
    listed: tuple[RepoKey, ...] = ()
    collection: HubCollection | None = None
    namespace: str = ""
    notes: tuple[Note, ...] = field(default=())


def understand(word: str) -> Source:
    """What somebody means who names something on a Hub, by its address or without. Raises InputError."""
    if slug := addresses.slug(word):
        return Source(slug=slug)
    if found := addresses.read(word):
        return Source(repo=found.repo)
    if owner := addresses.namespace(word):
        return Source(namespace=owner)
    kind, _, rest = word.partition("/")
    if kind in {"models", "datasets"} and not repo_ids.problem(rest):
        return Source(repo=("dataset" if kind == "datasets" else "model", rest))
    if not repo_ids.problem(word):
        return Source(repo=("model", word))
    if not repo_ids.part_problem(word):
        return Source(namespace=word)
    raise InputError(
        f"{word!r} is no file or folder, and nothing on the Hub",
        "give a folder of README.md files, a collection, NAMESPACE, NAMESPACE/NAME or datasets/NAMESPACE/NAME",
    )


def _ignore(_: object) -> None:
    """Nobody wants to know."""


def listing(sources: Iterable[Source], library: Library, *, clock: Clock | None = None) -> Shelf:
    """The repos that sources name, without their cards yet. Raises InputError and the errors of a Library."""
    patience = Patience(clock)
    repos: dict[RepoKey, None] = {}
    notes: list[Note] = []
    page: HubCollection | None = None
    namespace = ""
    for source in sources:
        if source.repo:
            repos[source.repo] = None
        elif source.namespace:
            owner = source.namespace
            namespace = namespace or owner
            repos |= dict.fromkeys(patience.ask(lambda owner=owner: library.repos(owner, MAX_REPOS + 1)))  # type: ignore[misc]
        else:
            slug = source.slug
            found = patience.ask(lambda slug=slug: library.collection(slug))  # type: ignore[misc]
            page = page or found.page
            mine, more = _of_owner(found)
            repos |= dict.fromkeys(mine)
            notes += more
    if len(repos) > MAX_REPOS:
        raise InputError(
            f"that are more than {MAX_REPOS:,} repos", "name the repos of one family, or a collection of them"
        )
    return Shelf((), tuple(repos), page, namespace, tuple(notes))


def _of_owner(found: Listing) -> tuple[list[RepoKey], list[Note]]:
    """The repos of a collection that are its owner's: a manifest publishes the others' cards for nobody."""
    owner = found.page.slug.partition("/")[0]
    mine = [key for key in found.repos if key[1].startswith(f"{owner}/")]
    notes = [note(f"{key[1]} is in the collection, but not {owner}'s") for key in found.repos if key not in mine]
    if found.others:
        notes.append(note(f"the collection holds {found.others} more things that are no models or datasets"))
    return mine, notes


def read(
    shelf: Shelf, library: Library, *, clock: Clock | None = None, on_read: Callable[[object], object] = _ignore
) -> Shelf:
    """The shelf with the cards of its repos, a few at a time; `on_read` is called for each as it is done.

    A repo that the Hub refuses is noted. Raises TokenError, BusyError and UnreachableError.
    """
    patience = Patience(clock)

    def card(repo: RepoKey) -> Published | Note:
        name = ("datasets/" if repo[0] == "dataset" else "") + repo[1]
        try:
            readme = patience.ask(lambda: library.card(repo))
        except HubError as error:
            if type(error) is not HubError:
                raise
            return note(f"the card cannot be read: {error.message}", name)
        return note("there is no card", name) if readme is None else Published(name, readme, repo)

    found = concurrently(card, shelf.listed, patience.clock, WORKERS, on_read)
    cards = tuple(each for each in found if isinstance(each, Published))
    notes = tuple(each for each in found if isinstance(each, Note))
    return Shelf(cards, shelf.listed, shelf.collection, shelf.namespace, (*shelf.notes, *notes))
