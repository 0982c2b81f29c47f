"""The shape of a manifest: what may be written, with its types, defaults and descriptions.

The JSON Schema is made from these structs, so that an editor and cardgen agree.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

from cardgen.model import Ownership
from cardgen.repo_facts import Fact

NAME = r"^\S(.*\S)?$"
TEXT = r"\S"
WEB_URL = r"^(https?://[^\s<>\"]+|mailto:[^\s<>\"]+)$"
SLUG = r"^[A-Za-z0-9][\w.-]*/[\w.-]+$"
DATE = r"^\d{4}-\d{2}-\d{2}$"
FILE = r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$"
COLOR = r"^[#\w%(),./ -]{1,60}$"
LINE = r"^.*$"

TEXT_RULES = {
    NAME: "must be one line, not empty, with no spaces around it",
    TEXT: "must not be empty",
    WEB_URL: "must be a URL that starts with https:// (or http://, mailto:), without spaces, quotes or angle brackets",
    SLUG: "must be a collection's slug: NAMESPACE/TITLE-ID, the end of its address on the Hub",
    DATE: "must be a date such as 2025-02-12",
    FILE: "must be the path of a file in the repo, such as config.json",
    COLOR: "must be a CSS colour such as #e6f3ff or rgba(59, 130, 246, 0.25)",
    LINE: "must be one line",
}
"""What each pattern means, for messages."""

Name = Annotated[str, Meta(pattern=NAME)]
Text = Annotated[str, Meta(pattern=TEXT)]
WebUrl = Annotated[str, Meta(pattern=WEB_URL)]
FilePath = Annotated[str, Meta(pattern=FILE)]
Color = Annotated[str, Meta(pattern=COLOR)]
Date = Annotated[str, Meta(pattern=DATE)]
Line = Annotated[str, Meta(pattern=LINE)]
CardData = dict[str, Any]


class Shape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping of a manifest. A key that is not listed is a mistake."""


def _about(text: str) -> Meta:
    return Meta(description=text)


class HubCollection(Shape, frozen=True, kw_only=True):
    """The collection's page on the Hub."""

    slug: Annotated[str, Meta(pattern=SLUG, description="The end of its address: NAMESPACE/TITLE-ID.")]
    title: Annotated[Name | None, _about("Its title.")] = None
    description: Annotated[Text | None, _about("Its description, at most 150 characters.")] = None


class Link(Shape, frozen=True, kw_only=True):
    """A link in the header of every card: to a URL, or to the collection's page on the Hub."""

    label: Annotated[Name, _about("What the link says.")]
    icon: Annotated[Name | None, _about("An emoji before it.")] = None
    url: Annotated[WebUrl | None, _about("Where it goes.")] = None
    collection: Annotated[Literal[True] | None, _about("Goes to the collection's page on the Hub.")] = None


class SharedCardData(Shape, frozen=True, kw_only=True):
    """Front matter that all repos of a kind share."""

    models: Annotated[CardData, _about("Front matter of every model's card.")] = {}
    datasets: Annotated[CardData, _about("Front matter of every dataset's card.")] = {}


class Reference(Shape, frozen=True, kw_only=True):
    """Another cell of the same table; what is left out is as in the cell that refers to it."""

    row: Annotated[Name | None, _about("Its row's key.")] = None
    column: Annotated[Name | None, _about("Its column's key.")] = None


class Target(Shape, frozen=True, kw_only=True):
    """Where a cell leads: a repo (on the Hub with a revision and a file, if need be, or on another host), or a URL."""

    repo: Annotated[Name | None, _about("A repo: NAME, or NAMESPACE/NAME.")] = None
    url: Annotated[WebUrl | None, _about("Any other address.")] = None
    type: Annotated[Literal["model", "dataset"] | None, _about("What the repo is; as in the table if left out.")] = None
    host: Annotated[Name | None, _about("The key of the host that the repo lies on, instead of the Hub.")] = None
    revision: Annotated[Name | None, _about("A branch, tag or commit of the repo.")] = None
    file: Annotated[Name | None, _about("A file of the repo.")] = None
    label: Annotated[Name | None, _about("What the link says.")] = None


class Value(Shape, frozen=True, kw_only=True):
    """What a `value` column shows: a text, links, or both."""

    text: Annotated[Name | None, _about("A text before its links, or instead of them.")] = None
    targets: Annotated[tuple[Target, ...], _about("Where it leads.")] = ()


class Cell(Shape, frozen=True, kw_only=True):
    """A cell that differs from what its row and column say.

    A cell with a text, targets or `same_as`, and no repo, has no repo of its own: a planned model, a base model.
    """

    repo: Annotated[Name | None, _about("Its repo, instead of the pattern's.")] = None
    name: Annotated[Name | None, _about("What to call its model.")] = None
    card_data: Annotated[CardData, _about("Front matter of its card.")] = {}
    text: Annotated[Name | None, _about("A text before its links, or instead of them.")] = None
    targets: Annotated[tuple[Target, ...], _about("Where it leads, beside its repo.")] = ()
    same_as: Annotated[Reference | None, _about("The cell whose model this one shares.")] = None
    ownership: Annotated[Ownership | None, _about("What cardgen owns of its card.")] = None


class Format(Shape, frozen=True, kw_only=True):
    """Another repo in the same cell: the same model in another format."""

    repo: Annotated[Name, _about('Its repo, such as "{repo}-GGUF".')]
    label: Annotated[Name, _about("What its link says.")]
    card_data: Annotated[CardData, _about("Front matter of its card, over the cell's.")] = {}
    ownership: Annotated[Ownership | None, _about("What cardgen owns of its card.")] = None


class Row(Shape, frozen=True, kw_only=True):
    """A row of a table: one side of a matrix (a base model), or a repo of a list, or a heading over other rows."""

    key: Annotated[Name | None, _about("What {row} stands for in patterns; the repo if left out.")] = None
    repo: Annotated[Name | None, _about("The row's own repo: NAME, or NAMESPACE/NAME.")] = None
    name: Annotated[Name | None, _about("What the table calls it; the key or the repo's name if left out.")] = None
    group: Annotated[Name | None, _about("A heading over the rows below; such a row has nothing else.")] = None
    text: Annotated[Text | None, _about("Markdown for the cards of the row's repos, below the table.")] = None
    values: Annotated[dict[str, str | Value], _about("What `value` columns show, and what sections may print.")] = {}
    card_data: Annotated[CardData, _about("Front matter of the row's cards.")] = {}
    ownership: Annotated[Ownership | None, _about("What cardgen owns of the row's cards.")] = None


class Dataset(Row, frozen=True, kw_only=True):
    """A dataset of the collection, and its row in the table of datasets."""

    repo: Annotated[Name, _about("Its repo: NAME, or NAMESPACE/NAME.")]


class Column(Shape, frozen=True, kw_only=True):
    """A column of a table: a side of a matrix (`key`), a value, a fact or a link of the rows' repos, or a group."""

    name: Annotated[Name | None, _about("What the table calls it; the key if left out.")] = None
    key: Annotated[Name | None, _about("What {column} stands for in patterns: every cell has a repo.")] = None
    value: Annotated[Name | None, _about("Shows this value of each row.")] = None
    fact: Annotated[Fact | None, _about("Shows this fact of each row's repo, which `cardgen facts` has read.")] = None
    link: Annotated[
        Name | Literal[True] | None, _about("Leads to each row's repo: true on the Hub, or a host's key.")
    ] = None
    columns: Annotated[tuple[Column, ...], _about("The columns of a group, to any depth.")] = ()
    repo: Annotated[Name | None, _about("The repo of its cells, instead of the table's pattern.")] = None
    text: Annotated[Text | None, _about("Markdown for the cards of the column's repos, below the table.")] = None
    card_data: Annotated[CardData, _about("Front matter of the column's cards.")] = {}
    ownership: Annotated[Ownership | None, _about("What cardgen owns of the column's cards.")] = None


class Table(Shape, frozen=True, kw_only=True):
    """A table: a matrix (columns with keys), a list (rows with repos), or both in one."""

    rows: Annotated[tuple[Row, ...], Meta(min_length=1, description="The rows, from top to bottom.")]
    columns: Annotated[tuple[Column, ...], Meta(min_length=1, description="The columns, from left to right.")]
    repo: Annotated[Name | None, _about('The repo of a cell, such as "{row}_{column}".')] = None
    formats: Annotated[tuple[Format, ...], _about("Other repos that every cell, or row, has beside its repo.")] = ()
    cells: Annotated[
        dict[str, dict[str, Cell | None]],
        _about("Exceptions, by row key and column key; null is a cell without a repo."),
    ] = {}
    title: Annotated[Name | None, _about("The heading above the table.")] = None
    corner: Annotated[Name | None, _about("The heading over the rows' names.")] = None
    text: Annotated[Text | None, _about("Markdown above the table.")] = None
    footnote: Annotated[Text | None, _about("Markdown below the table.")] = None
    label: Annotated[Name | None, _about("What a link to a repo says.")] = None
    hosts: Annotated[tuple[Name, ...], _about("Other hosts that every cell links to.")] = ()
    joiner: Annotated[Line, _about("What stands between the links of a cell; <br> is a new line.")] = " "
    missing: Annotated[Name | None, _about("What a cell without a repo or value says.")] = None
    transpose: Annotated[bool, _about("Print rows as columns and columns as rows.")] = False
    format: Annotated[Literal["html", "markdown"], _about("How the table is printed.")] = "html"
    shown_on: Annotated[
        tuple[Literal["models", "datasets"], ...], Meta(min_length=1, description="The cards that show the table.")
    ] = ("models", "datasets")


class Host(Shape, frozen=True, kw_only=True):
    """Another host that carries the repos."""

    label: Annotated[Name, _about("What its links say.")]
    url: Annotated[WebUrl, _about("The address of a repo there, with {namespace} and {name}.")]
    namespace: Annotated[Name | None, _about("Its namespace there; as on the Hub if left out.")] = None


class Section(Shape, frozen=True, kw_only=True):
    """Markdown on some cards. It is printed as a template: {{ repo.repo_id }} is the card's own id."""

    text: Annotated[Text, _about("The Markdown.")]
    title: Annotated[Name | None, _about("The heading above it.")] = None
    types: Annotated[tuple[Literal["model", "dataset"], ...], _about("Only on cards of these.")] = ("model", "dataset")
    rows: Annotated[tuple[Name, ...], _about("Only on cards of these rows, by key.")] = ()
    columns: Annotated[tuple[Name, ...], _about("Only on cards of these columns, by key.")] = ()
    repos: Annotated[tuple[Name, ...], _about("Only on the cards of these repos.")] = ()
    before: Annotated[Literal["tables", "citation"], _about("What it stands before.")] = "citation"


class Files(Shape, frozen=True, kw_only=True):
    """Files of the repos that their cards show, from the lock file of `cardgen facts`; at most 50 kB of each."""

    paths: Annotated[tuple[FilePath, ...], Meta(min_length=1, description="The files, in their order on the card.")]
    title: Annotated[Name, _about("The heading above them.")] = "Files"
    types: Annotated[tuple[Literal["model", "dataset"], ...], _about("Only on cards of these.")] = ("model",)
    rows: Annotated[tuple[Name, ...], _about("Only on cards of these rows, by key.")] = ()
    columns: Annotated[tuple[Name, ...], _about("Only on cards of these columns, by key.")] = ()
    repos: Annotated[tuple[Name, ...], _about("Only on the cards of these repos.")] = ()


class Benchmark(Shape, frozen=True, kw_only=True):
    """A benchmark, or a group of them. With a dataset and a task, its scores go to the repos' `.eval_results/`."""

    name: Annotated[Name | None, _about("What the table calls it; the key if left out.")] = None
    key: Annotated[Name | None, _about("Its name in `scores`.")] = None
    benchmarks: Annotated[tuple[Benchmark, ...], _about("The benchmarks of a group, to any depth.")] = ()
    dataset: Annotated[Name | None, _about("The benchmark's dataset on the Hub.")] = None
    task: Annotated[Name | None, _about("Its task, as the dataset's eval.yaml calls it.")] = None
    best: Annotated[Literal["highest", "lowest", "none"], _about("Which score is marked as the best.")] = "highest"


class Scores(Shape, frozen=True, kw_only=True):
    """A row of results: a repo of the collection, or something to compare with."""

    scores: Annotated[dict[str, str], _about("Scores by benchmark key, as they are to be printed.")]
    repo: Annotated[Name | None, _about("The repo: NAME, or NAMESPACE/NAME.")] = None
    name: Annotated[Name | None, _about("What the table calls it; the repo's name if left out.")] = None
    notes: Annotated[Text | None, _about("How its scores were measured, for `.eval_results/`.")] = None


class Source(Shape, frozen=True, kw_only=True):
    """Where results come from."""

    url: Annotated[WebUrl, _about("Its address.")]
    name: Annotated[Name | None, _about("What to call it.")] = None


class Results(Shape, frozen=True, kw_only=True):
    """Scores by repo and benchmark: a table on the cards, and a file of the Hub's kind in each model's repo."""

    benchmarks: Annotated[tuple[Benchmark, ...], Meta(min_length=1, description="The columns, from left to right.")]
    rows: Annotated[tuple[Scores, ...], Meta(min_length=1, description="The rows, from top to bottom.")]
    title: Annotated[Name, _about("The heading above the table.")] = "Results"
    corner: Annotated[Name | None, _about("The heading over the rows' names.")] = None
    text: Annotated[Text | None, _about("Markdown above the table.")] = None
    footnote: Annotated[Text | None, _about("Markdown below the table.")] = None
    format: Annotated[Literal["html", "markdown"], _about("How the table is printed.")] = "html"
    date: Annotated[Date | None, _about("When they were measured: 2025-02-12.")] = None
    source: Annotated[Source | None, _about("Where they come from.")] = None


class Citation(Shape, frozen=True, kw_only=True):
    """How to cite the work."""

    bibtex: Annotated[Text, _about("One or more BibTeX entries.")]
    note: Annotated[Name | None, _about("A line before them.")] = None


class Mark(Shape, frozen=True, kw_only=True):
    """How the card's own place in a table is shown."""

    color: Annotated[Color | None, _about("Its background; choose one that is readable on light and dark.")] = None
    text: Annotated[Name | None, _about("Shown where styles are not.")] = None


class Manifest(Shape, frozen=True, kw_only=True):
    """One collection: its datasets, its models, its links, its citation."""

    version: Annotated[Literal[1], _about("The version of this format.")]
    namespace: Annotated[Name, _about("The user or organization on the Hub that owns the repos.")]
    title: Annotated[Name, _about("The title of every card.")]
    intro: Annotated[Text | None, _about("Markdown below the header.")] = None
    collection: Annotated[HubCollection | None, _about("The collection on the Hub.")] = None
    links: Annotated[tuple[Link, ...], _about("The links in the header, in order.")] = ()
    card_data: Annotated[SharedCardData, _about("Front matter by kind of repo.")] = field(
        default_factory=SharedCardData
    )
    ownership: Annotated[
        Ownership, _about("What cardgen owns of the cards on the Hub: each as a whole, or the blocks that it has marks for.")
    ] = "card"
    datasets: Annotated[
        tuple[Dataset, ...] | Table,
        _about("The datasets, or a table of them; every model's card says that it was trained on them."),
    ] = ()
    models: Annotated[Table | tuple[Table, ...], _about("A table of models, or a list of tables.")] = ()
    hosts: Annotated[dict[str, Host], _about("Other hosts that carry the repos, by key.")] = {}
    results: Annotated[Results | None, _about("Scores of the models.")] = None
    sections: Annotated[tuple[Section, ...], _about("Texts on some of the cards.")] = ()
    files: Annotated[
        tuple[FilePath, ...] | Files, _about("Files of the models that their cards show, such as config.json.")
    ] = ()
    citation: Annotated[Citation | tuple[Citation, ...] | None, _about("How to cite the work; one, or several.")] = None
    mark: Annotated[Mark, _about("How a card's own place is shown.")] = field(default_factory=Mark)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a manifest."""
    schema = msgspec.json.schema(Manifest)
    for definition in schema["$defs"].values():
        for value in definition["properties"].values():
            _take_numbers(value)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "cardgen manifest", **schema}


def _take_numbers(value: dict[str, Any]) -> None:
    """A text may be written as a number, `key: 7`: it is read as it was written, so an editor shall not object."""
    if value.get("pattern") in {NAME, TEXT}:
        value["type"] = ["string", "number"]
    for member in value.get("anyOf", ()):
        _take_numbers(member)
