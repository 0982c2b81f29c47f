"""What a collection is, once its manifest has been read: plain frozen values, no I/O.

A manifest of any shape becomes repos and tables; templates print those. A table is the same thing whether
it was written as a matrix or as a list, so a new shape of manifest needs nothing here.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from msgspec import Struct, field

from cardgen.links.rules import NO_RULES, Rules
from cardgen.members import Member
from cardgen.repo_facts import Fact, RepoFacts
from cardgen.switches import NO_SWITCHES, Switches

HUB_URL = "https://huggingface.co"

README = "README.md"
"""The card's file in its repo."""

RESULTS = "results"
"""The name of the table of results."""

GROUPS = " · "
"""Stands between a heading and those over it, where they have one line."""

FILES = "files"
"""The name of the block that shows files of the repo."""

CARD_BLOCK = "card"
"""The name of the one block of a card that is owned whole."""


class SourceText(Struct, frozen=True):
    """A text that somebody wrote, under the name that messages give it: a manifest, a template."""

    name: str
    text: str


RepoType = Literal["model", "dataset"]
Ownership = Literal["card", "blocks"]
"""Whether a card is cardgen's as a whole, or only the blocks that it has marks for."""

RepoKey = tuple[RepoType, str]
"""What tells two repos apart: a model and a dataset may carry the same id."""

Facts = Mapping[RepoKey, RepoFacts]
"""What is known of the repos themselves; a repo that was not read is not in it."""

CardData = Mapping[str, Any]
"""The mapping behind a card's front matter: text, numbers, booleans, lists and mappings of them."""


class Position(Struct, frozen=True, order=True):
    """A place in a source file; `line` and `column` count from 1."""

    file: str
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


class Mistake(Struct, frozen=True):
    """One thing that is wrong with a manifest, and where."""

    position: Position
    message: str


class Repo(Struct, frozen=True):
    """A repo of the collection: the one thing that gets a card.

    `row` and `column` are the keys of its place in its table, `values` what its row says of it, `files` the texts
    of other files that go into the repo beside the card, by path.
    """

    repo_id: str
    repo_type: RepoType
    name: str
    card_data: CardData
    origin: Position
    text: str = ""
    row: str = ""
    column: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)
    ownership: Ownership = "card"

    @property
    def key(self) -> RepoKey:
        return (self.repo_type, self.repo_id)

    @property
    def url(self) -> str:
        return repo_url(self.repo_type, self.repo_id)

    @property
    def folder(self) -> str:
        """Where its files lie in a build folder."""
        return f"{self.repo_type}s/{self.repo_id}"

    @property
    def path(self) -> str:
        """Where its card lies in a build folder."""
        return f"{self.folder}/{README}"


def repo_url(repo_type: RepoType, repo_id: str) -> str:
    """The page of a repo on the Hub."""
    return f"{HUB_URL}/{'datasets/' if repo_type == 'dataset' else ''}{repo_id}"


class Target(Struct, frozen=True):
    """Something that a cell links to; `repo` is set when it is a repo of the collection."""

    label: str
    url: str
    title: str = ""
    repo: RepoKey | None = None


class Cell(Struct, frozen=True):
    """A cell in the body of a table: its text, then its targets; neither means that it is empty.

    `place_of` names the repos on whose cards this cell is the reader's own place. A heading stands over other
    rows, or before the cells of its row. The best is the best score of its column.
    """

    text: str = ""
    targets: tuple[Target, ...] = ()
    place_of: tuple[RepoKey, ...] = ()
    colspan: int = 1
    is_heading: bool = False
    is_best: bool = False


class Row(Struct, frozen=True):
    """A row in the body of a table. `place_of` names the repos whose own place is the whole row."""

    cells: tuple[Cell, ...]
    place_of: tuple[RepoKey, ...] = ()


class Heading(Struct, frozen=True):
    """A cell in the head of a table."""

    label: str
    colspan: int = 1
    rowspan: int = 1
    place_of: tuple[RepoKey, ...] = ()


class Table(Struct, frozen=True):
    """A table: rows of headings, then the rows of its body. `name` is the block of the card that holds it."""

    name: str
    title: str
    head: tuple[tuple[Heading, ...], ...]
    rows: tuple[Row, ...]
    text: str = ""
    footnote: str = ""
    joiner: str = " "
    format: Literal["html", "markdown"] = "html"
    shown_on: tuple[RepoType, ...] = ("model", "dataset")


class Section(Struct, frozen=True):
    """A text of the manifest on some cards; it is printed as a template. `name` is its block on the card."""

    name: str
    title: str
    text: str
    shown_on: frozenset[RepoKey]
    before: Literal["tables", "citation"]
    origin: Position


class FileListing(Struct, frozen=True):
    """The part of some cards that shows files of their repos, which `paths` names in their order."""

    title: str
    paths: tuple[str, ...]
    shown_on: frozenset[RepoKey]


class Claim(Struct, frozen=True):
    """A fact of a repo as the manifest states it, in the words that it has there."""

    repo: RepoKey
    fact: Fact
    text: str
    origin: Position


class Link(Struct, frozen=True):
    """A link of the card's header."""

    label: str
    url: str
    icon: str = ""


class Citation(Struct, frozen=True):
    """How to cite the work."""

    bibtex: str
    note: str = ""


class Mark(Struct, frozen=True):
    """How a card shows the reader's own place in a table.

    The default colour is translucent, so that text on it is readable on the Hub's light and dark theme, and faint
    enough for the pin to stand out from it (3:1, `tests/test_preview_cards.py` measures it in a browser); the
    text is for where styles are stripped: mirrors, GitHub, screen readers.
    """

    color: str = "rgba(59, 130, 246, 0.16)"
    text: str = "📍"


class HubCollection(Struct, frozen=True):
    """The collection's page on the Hub, as it shall be.

    Without a slug it is found by its title among the collections of its namespace. An empty title, and a
    description or privacy of None, are not ours to say. `members` stand in their order; `prune` takes out all others.
    """

    slug: str
    title: str = ""
    description: str | None = None
    namespace: str = ""
    private: bool | None = None
    members: tuple[Member, ...] = ()
    prune: bool = False
    origin: Position = Position("")

    @property
    def url(self) -> str:
        return f"{HUB_URL}/collections/{self.slug}"


class Collection(Struct, frozen=True):
    """Everything that one manifest says. `source` is the manifest's name as cards show it."""

    source: str
    title: str
    intro: str = ""
    links: tuple[Link, ...] = ()
    repos: tuple[Repo, ...] = ()
    tables: tuple[Table, ...] = ()
    sections: tuple[Section, ...] = ()
    files: FileListing | None = None
    claims: tuple[Claim, ...] = ()
    shows_facts_of: frozenset[RepoKey] = frozenset()
    facts: Facts = field(default_factory=dict)
    citations: tuple[Citation, ...] = ()
    mark: Mark = Mark()
    hub_collection: HubCollection | None = None
    link_rules: Rules = NO_RULES
    switches: Switches = NO_SWITCHES


class Card(Struct, frozen=True):
    """The README.md of one repo as cardgen would write it into an empty repo.

    `data` is the whole file, as bytes: ten thousand cards are held at a time, and text would take four times as much.
    `body_at` is where in it the body stands. `blocks` are those that are looked at apart: all of a card that is owned
    by blocks, the block of files of any other. `files` are the whole texts of other files that go into the repo with
    it, by path.
    """

    repo: Repo
    source: str
    data: bytes
    body_at: tuple[int, int]
    blocks: Mapping[str, str] = field(default_factory=dict)
    files: Mapping[str, str] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The whole file."""
        return self.data.decode()

    @property
    def body(self) -> str:
        """The Markdown without front matter and marks, except that a card that is owned by blocks has theirs."""
        start, end = self.body_at
        return self.data[start:end].decode()

    @property
    def owned(self) -> Mapping[str, str]:
        """The blocks that cardgen may own on the Hub, by name, and what stands in each."""
        return {CARD_BLOCK: self.body} if self.repo.ownership == "card" else self.blocks


Severity = Literal["error", "warning"]
"""An error fails every check, a warning a strict one only."""


class Fix(Struct, frozen=True):
    """What may safely stand in a card's text in the place of `text[start:end]`."""

    start: int
    end: int
    text: str


class Finding(Struct, frozen=True):
    """Something that lint says about a card.

    `line` counts from 1 in the card; 0 is the card as a whole. `column` counts characters from 1, and `end_column` is
    the first that no longer belongs to what is wrong; 0 is the line as a whole. `hint` says how to mend it.
    """

    rule: str
    severity: Severity
    message: str
    card: str
    line: int = 0
    source: str = ""
    column: int = 0
    end_column: int = 0
    hint: str = ""
    fix: Fix | None = None


class Silenced(Struct, frozen=True):
    """A finding of a rule that somebody switched off, and the reason that they gave. It fails nothing."""

    finding: Finding
    reason: str
