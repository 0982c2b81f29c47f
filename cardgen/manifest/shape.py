"""What the shapes of a manifest are made of: kinds of text, and a mapping whose keys are all known."""

from typing import Annotated, Any

from msgspec import Meta, Struct

NAME = r"^\S(.*\S)?$"
TEXT = r"\S"
WEB_URL = r"^(https?://[^\s<>\"]+|mailto:[^\s<>\"]+)$"
SLUG = r"^[A-Za-z0-9][\w.-]*/[\w.-]+$"
PAPER = r"^\d{4}\.\d{4,5}$"
DATE = r"^\d{4}-\d{2}-\d{2}$"
FILE = r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$"
COLOR = r"^[#\w%(),./ -]{1,60}$"
LINE = r"^.*$"
LINK_PATTERN = r"^[^\s<>\"]*[^\s<>\"*][^\s<>\"]*$"
CARDS = r"^[\w./*-]+$"
HOST_NAME = r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$"

TEXT_RULES = {
    NAME: "must be one line, not empty, with no spaces around it",
    TEXT: "must not be empty",
    WEB_URL: "must be a URL that starts with https:// (or http://, mailto:), without spaces, quotes or angle brackets",
    SLUG: "must be a collection's slug: NAMESPACE/TITLE-ID, the end of its address on the Hub",
    PAPER: "must be the id of a paper on arXiv, such as 2502.07316",
    DATE: "must be a date such as 2025-02-12",
    FILE: "must be the path of a file in the repo, such as config.json",
    COLOR: "must be a CSS colour such as #e6f3ff or rgba(59, 130, 246, 0.25)",
    LINE: "must be one line",
    LINK_PATTERN: "must be a URL, in which * stands for anything, and not * alone",
    CARDS: "must be cards as reports name them, such as models/NAMESPACE/* or datasets/NAMESPACE/NAME/README.md",
    HOST_NAME: "must be a host as URLs name it, in lower case: example.org, or example.org:8080",
}
"""What each pattern means, for messages."""

Name = Annotated[str, Meta(pattern=NAME)]
Text = Annotated[str, Meta(pattern=TEXT)]
WebUrl = Annotated[str, Meta(pattern=WEB_URL)]
Slug = Annotated[str, Meta(pattern=SLUG)]
Paper = Annotated[str, Meta(pattern=PAPER)]
FilePath = Annotated[str, Meta(pattern=FILE)]
Color = Annotated[str, Meta(pattern=COLOR)]
Date = Annotated[str, Meta(pattern=DATE)]
Line = Annotated[str, Meta(pattern=LINE)]
CardData = dict[str, Any]


class Shape(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A mapping of a manifest. A key that is not listed is a mistake."""


def about(text: str) -> Meta:
    return Meta(description=text)
