"""The shape of a manifest: what may be written, with its types, defaults and descriptions.

The JSON Schema is made from these structs, so that an editor and cardgen agree.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta, Struct, field

NAME = r"^\S(.*\S)?$"
TEXT = r"\S"
WEB_URL = r"^(https?://[^\s<>\"]+|mailto:[^\s<>\"]+)$"
SLUG = r"^[A-Za-z0-9][\w.-]*/[\w.-]+$"
COLOR = r"^[#\w%(),./ -]{1,60}$"

TEXT_RULES = {
    NAME: "must be one line, not empty, with no spaces around it",
    TEXT: "must not be empty",
    WEB_URL: "must be a URL that starts with https:// (or http://, mailto:), without spaces, quotes or angle brackets",
    SLUG: "must be a collection's slug: NAMESPACE/TITLE-ID, the end of its address on the Hub",
    COLOR: "must be a CSS colour such as #e6f3ff or rgba(59, 130, 246, 0.25)",
}
"""What each pattern means, for messages."""

Name = Annotated[str, Meta(pattern=NAME)]
Text = Annotated[str, Meta(pattern=TEXT)]
WebUrl = Annotated[str, Meta(pattern=WEB_URL)]
Color = Annotated[str, Meta(pattern=COLOR)]
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


class Dataset(Shape, frozen=True, kw_only=True):
    """A dataset of the collection, and its row in the table of datasets."""

    repo: Annotated[Name, _about("Its repo: NAME, or NAMESPACE/NAME.")]
    name: Annotated[Name | None, _about("What the table calls it; the repo's name if left out.")] = None
    text: Annotated[Text | None, _about("Markdown for its own card, below the table.")] = None
    card_data: Annotated[CardData, _about("Front matter of its card, over the shared.")] = {}


class Row(Shape, frozen=True, kw_only=True):
    """A row of a matrix: a base model."""

    key: Annotated[Name, _about("What {row} stands for in the repo's pattern.")]
    name: Annotated[Name | None, _about("What the table calls it; the key if left out.")] = None
    card_data: Annotated[CardData, _about("Front matter of the row's cards.")] = {}


class Column(Shape, frozen=True, kw_only=True):
    """A column of a matrix (with a key), or a group of columns (with columns of its own)."""

    name: Annotated[Name | None, _about("What the table calls it; the key if left out.")] = None
    key: Annotated[Name | None, _about("What {column} stands for in the repo's pattern.")] = None
    columns: Annotated[tuple[Column, ...], _about("The columns of a group, to any depth.")] = ()
    card_data: Annotated[CardData, _about("Front matter of the column's cards.")] = {}


class Cell(Shape, frozen=True, kw_only=True):
    """A cell that differs from what its row and column say."""

    repo: Annotated[Name | None, _about("Its repo, instead of the pattern's.")] = None
    name: Annotated[Name | None, _about("What to call its model.")] = None
    card_data: Annotated[CardData, _about("Front matter of its card.")] = {}


class Matrix(Shape, frozen=True, kw_only=True):
    """Models by row (base model) and column (training stage)."""

    repo: Annotated[Name, _about('The repo of a cell, such as "{row}_{column}".')]
    rows: Annotated[tuple[Row, ...], Meta(min_length=1, description="The rows, from top to bottom.")]
    columns: Annotated[tuple[Column, ...], Meta(min_length=1, description="The columns, from left to right.")]
    title: Annotated[Name, _about("The heading above the table.")] = "Models"
    corner: Annotated[Name | None, _about("The heading in the table's corner.")] = None
    cells: Annotated[
        dict[str, dict[str, Cell | None]],
        _about("Exceptions, by row key and column key; null is a cell without a repo."),
    ] = {}


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
    datasets: Annotated[
        tuple[Dataset, ...], _about("The datasets; every model's card says that it was trained on them.")
    ] = ()
    models: Annotated[Matrix | tuple[Matrix, ...], _about("One matrix of models, or a list of them.")] = ()
    citation: Annotated[Citation | None, _about("How to cite the work.")] = None
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
