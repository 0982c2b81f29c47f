"""What the texts of a manifest may be, and what each kind is called in messages."""

from __future__ import annotations

from typing import Annotated, Any

from msgspec import Meta

NAME = r"^\S(.*\S)?$"
TEXT = r"\S"
WEB_URL = r"^(https?://[^\s<>\"]+|mailto:[^\s<>\"]+)$"
SLUG = r"^[A-Za-z0-9][\w.-]*/[\w.-]+$"
DATE = r"^\d{4}-\d{2}-\d{2}$"
FILE = r"^[A-Za-z0-9_-][A-Za-z0-9_.-]*(/[A-Za-z0-9_-][A-Za-z0-9_.-]*)*$"
COLOR = r"^[#\w%(),./ -]{1,60}$"
LINE = r"^.*$"
LINK_PATTERN = r"^[^\s<>\"]*[^\s<>\"*][^\s<>\"]*$"
HOST_NAME = r"^[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?$"

TEXT_RULES = {
    NAME: "must be one line, not empty, with no spaces around it",
    TEXT: "must not be empty",
    WEB_URL: "must be a URL that starts with https:// (or http://, mailto:), without spaces, quotes or angle brackets",
    SLUG: "must be a collection's slug: NAMESPACE/TITLE-ID, the end of its address on the Hub",
    DATE: "must be a date such as 2025-02-12",
    FILE: "must be the path of a file in the repo, such as config.json",
    COLOR: "must be a CSS colour such as #e6f3ff or rgba(59, 130, 246, 0.25)",
    LINE: "must be one line",
    LINK_PATTERN: "must be a URL, in which * stands for anything, and not * alone",
    HOST_NAME: "must be a host as URLs name it, in lower case: example.org, or example.org:8080",
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


def about(text: str) -> Meta:
    return Meta(description=text)
