"""A license that is not in the Hub's list: `other`, with its name and where its text is (hub-docs, model-cards.md)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from cardgen.lint import yaml_values
from cardgen.lint.card import ReadCard
from cardgen.lint.rule import Problem, Rule
from cardgen.lint.words import quote
from cardgen.vocabulary.licenses import NAMES

_NAME = re.compile(r"[a-z0-9][a-z0-9._+-]*")
_FILE = re.compile(r"(?:\./)?[\w.+-]+(?:/[\w.+-]+)*")
_HOST = re.compile(r"(?:www\.|[\w-]+\.(?:com|org|net|io|ai|co)(?:/|\Z))", re.IGNORECASE)
_URL = re.compile(r"https?://[^\s/]+\S*", re.IGNORECASE)


def _other(card: ReadCard) -> Iterator[Problem]:
    key = card.keys.get("license")
    for node in yaml_values.scalars(key.value) if key else ():
        if node.value != "other":
            continue
        missing = [name for name in ("license_name", "license_link") if not _stated(card, name)]
        if missing:
            yield Problem(
                f"the license is 'other', and the card does not say which: {' and '.join(missing)} "
                f"{'is' if len(missing) == 1 else 'are'} missing",
                *card.span(node),
                "add `license_name: my-license` and `license_link: LICENSE`, a file of the repo or an address",
            )


def _stated(card: ReadCard, name: str) -> bool:
    key = card.keys.get(name)
    return key is not None and not yaml_values.is_blank(key.value)


def _name(card: ReadCard) -> Iterator[Problem]:
    key = card.keys.get("license_name")
    if not key or not yaml_values.is_text(key.value):
        return
    license_key = card.keys.get("license")
    if license_key and "other" not in yaml_values.texts(license_key.value):
        yield Problem(
            "`license_name` says nothing beside a license of the Hub's list",
            *card.span(key.key),
            "leave it out, or write `license: other`",
        )
    elif key.value.value in NAMES:
        yield Problem(
            f"the license {quote(key.value.value)} is one of the Hub's list, and needs no `other`",
            *card.span(key.value),
            f"write `license: {key.value.value}`, without a name and a link",
        )
    elif not _NAME.fullmatch(key.value.value):
        yield Problem(
            f"the license_name {quote(key.value.value)} is no id: it takes small letters, digits, '-' and '.'",
            *card.span(key.value),
            f"write `{_slug(key.value.value)}`",
        )


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9.+]+", "-", name[:64].lower()).strip("-.") or "my-license"


def _link(card: ReadCard) -> Iterator[Problem]:
    key = card.keys.get("license_link")
    if not key or not yaml_values.is_text(key.value):
        return
    link = key.value.value
    is_file = _FILE.fullmatch(link) and not _HOST.match(link)
    if not is_file and not _URL.fullmatch(link):
        yield Problem(
            f"the license_link {quote(link)} is neither an address nor a file of the repo",
            *card.span(key.value),
            "write `https://…`, or the path of a file such as `LICENSE`",
        )


RULES = (
    Rule("license-other", "front matter", "warning", "A license that is none of the Hub's is not named.", _other),
    Rule("license-name", "front matter", "warning", "The name of a license is not needed, or is no id.", _name),
    Rule("license-link", "front matter", "warning", "The link of a license leads nowhere.", _link),
)
