"""The shape of a manifest: what may be written, with its types, defaults and descriptions.

The JSON Schema is made from these structs, so that an editor and cardgen agree. The modules of the shapes do without
`from __future__ import annotations`: msgspec would have to evaluate the text of every type at every start, one by one.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, field

from cardgen.duties import DutyName
from cardgen.manifest.check_shape import Check
from cardgen.manifest.collection_shape import HubCollection
from cardgen.manifest.shape import (
    NAME,
    PAPER,
    TEXT,
    CardData,
    Color,
    Date,
    FilePath,
    Line,
    Name,
    Shape,
    Text,
    WebUrl,
    about,
)
from cardgen.model import Ownership
from cardgen.repo_facts import Fact


class Link(Shape, frozen=True, kw_only=True):
    """A link in the header of every card: to a URL, or to the collection's page on the Hub."""

    label: Annotated[Name, about("What the link says.")]
    icon: Annotated[Name | None, about("An emoji before it.")] = None
    url: Annotated[WebUrl | None, about("Where it goes.")] = None
    collection: Annotated[Literal[True] | None, about("Goes to the collection's page on the Hub.")] = None


class SharedCardData(Shape, frozen=True, kw_only=True):
    """Front matter that all repos of a kind share."""

    models: Annotated[CardData, about("Front matter of every model's card.")] = field(default_factory=dict)
    datasets: Annotated[CardData, about("Front matter of every dataset's card.")] = field(default_factory=dict)


class Reference(Shape, frozen=True, kw_only=True):
    """Another cell of the same table; what is left out is as in the cell that refers to it."""

    row: Annotated[Name | None, about("Its row's key.")] = None
    column: Annotated[Name | None, about("Its column's key.")] = None


class Target(Shape, frozen=True, kw_only=True):
    """Where a cell leads: a repo (on the Hub with a revision and a file, if need be, or on another host), or a URL."""

    repo: Annotated[Name | None, about("A repo: NAME, or NAMESPACE/NAME.")] = None
    url: Annotated[WebUrl | None, about("Any other address.")] = None
    type: Annotated[Literal["model", "dataset"] | None, about("What the repo is; as in the table if left out.")] = None
    host: Annotated[Name | None, about("The key of the host that the repo lies on, instead of the Hub.")] = None
    revision: Annotated[Name | None, about("A branch, tag or commit of the repo.")] = None
    file: Annotated[Name | None, about("A file of the repo.")] = None
    label: Annotated[Name | None, about("What the link says.")] = None


class Value(Shape, frozen=True, kw_only=True):
    """What a `value` column shows: a text, links, or both."""

    text: Annotated[Name | None, about("A text before its links, or instead of them.")] = None
    targets: Annotated[tuple[Target, ...], about("Where it leads.")] = ()


class Cell(Shape, frozen=True, kw_only=True):
    """A cell that differs from what its row and column say.

    A cell with a text, targets or `same_as`, and no repo, has no repo of its own: a planned model, a base model.
    """

    repo: Annotated[Name | None, about("Its repo, instead of the pattern's.")] = None
    name: Annotated[Name | None, about("What to call its model.")] = None
    card_data: Annotated[CardData, about("Front matter of its card.")] = field(default_factory=dict)
    text: Annotated[Name | None, about("A text before its links, or instead of them.")] = None
    targets: Annotated[tuple[Target, ...], about("Where it leads, beside its repo.")] = ()
    same_as: Annotated[Reference | None, about("The cell whose model this one shares.")] = None
    ownership: Annotated[Ownership | None, about("What cardgen owns of its card.")] = None


class Format(Shape, frozen=True, kw_only=True):
    """Another repo in the same cell: the same model in another format."""

    repo: Annotated[Name, about('Its repo, such as "{repo}-GGUF".')]
    label: Annotated[Name, about("What its link says.")]
    card_data: Annotated[CardData, about("Front matter of its card, over the cell's.")] = field(default_factory=dict)
    ownership: Annotated[Ownership | None, about("What cardgen owns of its card.")] = None


class Row(Shape, frozen=True, kw_only=True):
    """A row of a table: one side of a matrix (a base model), or a repo of a list, or a heading over other rows."""

    key: Annotated[Name | None, about("What {row} stands for in patterns; the repo if left out.")] = None
    repo: Annotated[Name | None, about("The row's own repo: NAME, or NAMESPACE/NAME.")] = None
    name: Annotated[Name | None, about("What the table calls it; the key or the repo's name if left out.")] = None
    group: Annotated[Name | None, about("A heading over the rows below; such a row has nothing else.")] = None
    text: Annotated[Text | None, about("Markdown for the cards of the row's repos, below the table.")] = None
    values: Annotated[dict[str, str | Value], about("What `value` columns show, and what sections may print.")] = field(
        default_factory=dict
    )
    card_data: Annotated[CardData, about("Front matter of the row's cards.")] = field(default_factory=dict)
    ownership: Annotated[Ownership | None, about("What cardgen owns of the row's cards.")] = None


class Dataset(Row, frozen=True, kw_only=True):
    """A dataset of the collection, and its row in the table of datasets."""

    repo: Annotated[Name, about("Its repo: NAME, or NAMESPACE/NAME.")]


class Column(Shape, frozen=True, kw_only=True):
    """A column of a table: a side of a matrix (`key`), a value, a fact or a link of the rows' repos, or a group."""

    name: Annotated[Name | None, about("What the table calls it; the key if left out.")] = None
    key: Annotated[Name | None, about("What {column} stands for in patterns: every cell has a repo.")] = None
    value: Annotated[Name | None, about("Shows this value of each row.")] = None
    fact: Annotated[Fact | None, about("Shows this fact of each row's repo, which `cardgen facts` has read.")] = None
    link: Annotated[
        Name | Literal[True] | None, about("Leads to each row's repo: true on the Hub, or a host's key.")
    ] = None
    columns: Annotated["tuple[Column, ...]", about("The columns of a group, to any depth.")] = ()
    repo: Annotated[Name | None, about("The repo of its cells, instead of the table's pattern.")] = None
    text: Annotated[Text | None, about("Markdown for the cards of the column's repos, below the table.")] = None
    card_data: Annotated[CardData, about("Front matter of the column's cards.")] = field(default_factory=dict)
    ownership: Annotated[Ownership | None, about("What cardgen owns of the column's cards.")] = None


class Table(Shape, frozen=True, kw_only=True):
    """A table: a matrix (columns with keys), a list (rows with repos), or both in one."""

    rows: Annotated[tuple[Row, ...], Meta(min_length=1, description="The rows, from top to bottom.")]
    columns: Annotated[tuple[Column, ...], Meta(min_length=1, description="The columns, from left to right.")]
    repo: Annotated[Name | None, about('The repo of a cell, such as "{row}_{column}".')] = None
    formats: Annotated[tuple[Format, ...], about("Other repos that every cell, or row, has beside its repo.")] = ()
    cells: Annotated[
        dict[str, dict[str, Cell | None]],
        about("Exceptions, by row key and column key; null is a cell without a repo."),
    ] = field(default_factory=dict)
    title: Annotated[Name | None, about("The heading above the table.")] = None
    corner: Annotated[Name | None, about("The heading over the rows' names.")] = None
    text: Annotated[Text | None, about("Markdown above the table.")] = None
    footnote: Annotated[Text | None, about("Markdown below the table.")] = None
    label: Annotated[Name | None, about("What a link to a repo says.")] = None
    hosts: Annotated[tuple[Name, ...], about("Other hosts that every cell links to.")] = ()
    joiner: Annotated[Line, about("What stands between the links of a cell; <br> is a new line.")] = " "
    missing: Annotated[Name | None, about("What a cell without a repo or value says.")] = None
    transpose: Annotated[bool, about("Print rows as columns and columns as rows.")] = False
    format: Annotated[Literal["html", "markdown"], about("How the table is printed.")] = "html"
    shown_on: Annotated[
        tuple[Literal["models", "datasets"], ...], Meta(min_length=1, description="The cards that show the table.")
    ] = ("models", "datasets")


class Host(Shape, frozen=True, kw_only=True):
    """Another host that carries the repos."""

    label: Annotated[Name, about("What its links say.")]
    url: Annotated[WebUrl, about("The address of a repo there, with {namespace} and {name}.")]
    namespace: Annotated[Name | None, about("Its namespace there; as on the Hub if left out.")] = None


class Section(Shape, frozen=True, kw_only=True):
    """Markdown on some cards. It is printed as a template: {{ repo.repo_id }} is the card's own id."""

    text: Annotated[Text, about("The Markdown.")]
    title: Annotated[Name | None, about("The heading above it.")] = None
    covers: Annotated[DutyName | None, about("What of the EU's AI Act it covers; that is its title, too.")] = None
    types: Annotated[tuple[Literal["model", "dataset"], ...], about("Only on cards of these.")] = ("model", "dataset")
    rows: Annotated[tuple[Name, ...], about("Only on cards of these rows, by key.")] = ()
    columns: Annotated[tuple[Name, ...], about("Only on cards of these columns, by key.")] = ()
    repos: Annotated[tuple[Name, ...], about("Only on the cards of these repos.")] = ()
    before: Annotated[Literal["tables", "citation"], about("What it stands before.")] = "citation"


class Files(Shape, frozen=True, kw_only=True):
    """Files of the repos that their cards show, from the lock file of `cardgen facts`; at most 50 kB of each."""

    paths: Annotated[tuple[FilePath, ...], Meta(min_length=1, description="The files, in their order on the card.")]
    title: Annotated[Name, about("The heading above them.")] = "Files"
    types: Annotated[tuple[Literal["model", "dataset"], ...], about("Only on cards of these.")] = ("model",)
    rows: Annotated[tuple[Name, ...], about("Only on cards of these rows, by key.")] = ()
    columns: Annotated[tuple[Name, ...], about("Only on cards of these columns, by key.")] = ()
    repos: Annotated[tuple[Name, ...], about("Only on the cards of these repos.")] = ()


class Benchmark(Shape, frozen=True, kw_only=True):
    """A benchmark, or a group of them. With a dataset and a task, its scores go to the repos' `.eval_results/`."""

    name: Annotated[Name | None, about("What the table calls it; the key if left out.")] = None
    key: Annotated[Name | None, about("Its name in `scores`.")] = None
    benchmarks: Annotated["tuple[Benchmark, ...]", about("The benchmarks of a group, to any depth.")] = ()
    dataset: Annotated[Name | None, about("The benchmark's dataset on the Hub.")] = None
    task: Annotated[Name | None, about("Its task, as the dataset's eval.yaml calls it.")] = None
    best: Annotated[Literal["highest", "lowest", "none"], about("Which score is marked as the best.")] = "highest"


class Scores(Shape, frozen=True, kw_only=True):
    """A row of results: a repo of the collection, or something to compare with."""

    scores: Annotated[dict[str, str], about("Scores by benchmark key, as they are to be printed.")]
    repo: Annotated[Name | None, about("The repo: NAME, or NAMESPACE/NAME.")] = None
    name: Annotated[Name | None, about("What the table calls it; the repo's name if left out.")] = None
    notes: Annotated[Text | None, about("How its scores were measured, for `.eval_results/`.")] = None


class Source(Shape, frozen=True, kw_only=True):
    """Where results come from."""

    url: Annotated[WebUrl, about("Its address.")]
    name: Annotated[Name | None, about("What to call it.")] = None


class Results(Shape, frozen=True, kw_only=True):
    """Scores by repo and benchmark: a table on the cards, and a file of the Hub's kind in each model's repo."""

    benchmarks: Annotated[tuple[Benchmark, ...], Meta(min_length=1, description="The columns, from left to right.")]
    rows: Annotated[tuple[Scores, ...], Meta(min_length=1, description="The rows, from top to bottom.")]
    title: Annotated[Name, about("The heading above the table.")] = "Results"
    corner: Annotated[Name | None, about("The heading over the rows' names.")] = None
    text: Annotated[Text | None, about("Markdown above the table.")] = None
    footnote: Annotated[Text | None, about("Markdown below the table.")] = None
    format: Annotated[Literal["html", "markdown"], about("How the table is printed.")] = "html"
    date: Annotated[Date | None, about("When they were measured: 2025-02-12.")] = None
    source: Annotated[Source | None, about("Where they come from.")] = None


class Citation(Shape, frozen=True, kw_only=True):
    """How to cite the work."""

    bibtex: Annotated[Text, about("One or more BibTeX entries.")]
    note: Annotated[Name | None, about("A line before them.")] = None


class Mark(Shape, frozen=True, kw_only=True):
    """How the card's own place in a table is shown."""

    color: Annotated[Color | None, about("Its background; choose one that is readable on light and dark.")] = None
    text: Annotated[Name | None, about("Shown where styles are not.")] = None


class Manifest(Shape, frozen=True, kw_only=True):
    """One collection: its datasets, its models, its links, its citation."""

    version: Annotated[Literal[1], about("The version of this format.")]
    namespace: Annotated[Name, about("The user or organization on the Hub that owns the repos.")]
    title: Annotated[Name, about("The title of every card.")]
    intro: Annotated[Text | None, about("Markdown below the header.")] = None
    collection: Annotated[HubCollection | None, about("The collection on the Hub.")] = None
    links: Annotated[tuple[Link, ...], about("The links in the header, in order.")] = ()
    card_data: Annotated[SharedCardData, about("Front matter by kind of repo.")] = field(default_factory=SharedCardData)
    ownership: Annotated[
        Ownership,
        about("What cardgen owns of the cards on the Hub: each as a whole, or the blocks that it has marks for."),
    ] = "card"
    datasets: Annotated[
        tuple[Dataset, ...] | Table,
        about("The datasets, or a table of them; every model's card says that it was trained on them."),
    ] = ()
    models: Annotated[Table | tuple[Table, ...], about("A table of models, or a list of tables.")] = ()
    hosts: Annotated[dict[str, Host], about("Other hosts that carry the repos, by key.")] = field(default_factory=dict)
    results: Annotated[Results | None, about("Scores of the models.")] = None
    sections: Annotated[tuple[Section, ...], about("Texts on some of the cards.")] = ()
    files: Annotated[
        tuple[FilePath, ...] | Files, about("Files of the models that their cards show, such as config.json.")
    ] = ()
    citation: Annotated[Citation | tuple[Citation, ...] | None, about("How to cite the work; one, or several.")] = None
    mark: Annotated[Mark, about("How a card's own place is shown.")] = field(default_factory=Mark)
    check: Annotated[Check, about("What the check goes by.")] = field(default_factory=Check)


def json_schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a manifest."""
    schema = msgspec.json.schema(Manifest)
    for definition in schema["$defs"].values():
        for value in definition["properties"].values():
            _take_numbers(value)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "cardgen manifest", **schema}


def _take_numbers(value: dict[str, Any]) -> None:
    """A text may be written as a number, `key: 7`: it is read as it was written, so an editor shall not object."""
    if value.get("pattern") in {NAME, PAPER, TEXT}:
        value["type"] = ["string", "number"]
    for member in value.get("anyOf", ()):
        _take_numbers(member)
