"""The shape of `collection`: the collection's page on the Hub, and what is in it."""

from typing import Annotated, Literal

from msgspec import Meta, field

from cardgen.manifest.shape import Name, Paper, Shape, Slug, about

MAX_DESCRIPTION = 150
"""Characters that the Hub allows in a collection's description."""

MAX_NOTE = 500
"""Characters that the Hub allows in the note of a member."""

Note = Annotated[str, Meta(max_length=MAX_NOTE)]
Description = Annotated[str, Meta(max_length=MAX_DESCRIPTION)]


class CollectionItem(Shape, frozen=True, kw_only=True):
    """A member of the collection: one thing on the Hub, or `repos: true`, the repos that the list does not name."""

    model: Annotated[Name | None, about("A model: NAME, or NAMESPACE/NAME.")] = None
    dataset: Annotated[Name | None, about("A dataset: NAME, or NAMESPACE/NAME.")] = None
    space: Annotated[Name | None, about("A Space: NAME, or NAMESPACE/NAME.")] = None
    paper: Annotated[Paper | None, about("A paper, by its id on arXiv.")] = None
    collection: Annotated[Slug | None, about("Another collection: NAMESPACE/TITLE-ID.")] = None
    bucket: Annotated[Name | None, about("A bucket: NAME, or NAMESPACE/NAME.")] = None
    repos: Annotated[Literal[True] | None, about("The manifest's repos that the list does not name go here.")] = None
    note: Annotated[Note | None, about("Its note, at most 500 characters; an empty one clears it.")] = None


class HubCollection(Shape, frozen=True, kw_only=True):
    """The collection's page on the Hub. What is left out stays as it is there."""

    slug: Annotated[
        Slug | None, about("The end of its address: NAMESPACE/TITLE-ID. Without it, it is found by its title, or made.")
    ] = None
    title: Annotated[Name | None, about("Its title.")] = None
    description: Annotated[Description | None, about("Its description, at most 150 characters.")] = None
    private: Annotated[bool | None, about("Whether only members of the namespace see it.")] = None
    items: Annotated[
        tuple[CollectionItem, ...],
        about("Its members in their order; where `repos: true` is left out, the manifest's repos come first."),
    ] = ()
    notes: Annotated[
        dict[str, Note], about("Notes of the manifest's repos, at most 500 characters; an empty one clears it.")
    ] = field(default_factory=dict)
    prune: Annotated[bool, about("Take out what others put into it.")] = False
