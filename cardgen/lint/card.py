"""A README as rules look at it: cut up once, and only as far as a rule asks.

All offsets are those of `text`. What a reader sees as it is, such as code, is blanked out where rules look for prose,
with as many characters as it had, so that offsets stay.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

import yaml

from cardgen import front_matter, yaml_nodes
from cardgen.front_matter import FrontMatter
from cardgen.model import FILES, Card, RepoKey, RepoType
from cardgen.yaml_nodes import YamlError

MAX_CHARACTERS: Final = 1_000_000
"""What stands behind is not looked at: no reader gets there, and a hostile card shall cost no minutes."""

_SURROGATE = re.compile("[\ud800-\udfff]")
_FENCE = re.compile(r"^ {0,3}(?P<run>`{3,}(?=[^`\n]*$)|~{3,})[ \t]*(?P<info>[^\n]*)$", re.MULTILINE)
_RUN = re.compile("`+")
_PARAGRAPH = re.compile(r"[^\n]+(?:\n(?![ \t]*\n)[^\n]+)*+")
_COMMENT = re.compile(r"<!--(?:>|->|.*?(?:-->|\Z))", re.DOTALL)
_TAG = re.compile(
    r"<(?P<closing>/?)(?P<name>[A-Za-z][A-Za-z0-9-]*)"
    r"(?P<attributes>(?:\s++[^\s\"'<>/=]++(?:\s*+=\s*+(?:\"[^\"]*+\"|'[^']*+'|[^\s\"'<>]++))?+)*+)\s*+(?P<empty>/?)>"
)
_ATTRIBUTE = re.compile(r"([^\s\"'>/=]+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+)))?")
_NO_WORDS = re.compile(r"<[A-Za-z/!][^<>]*+>|(?<=\]\()[^()\n]*+|https?://[^\s<>\"')]++|\bwww\.[^\s<>\"')]++")
_HEADING = re.compile(r"^ {0,3}(?P<marks>#{1,6})(?:[ \t]+(?P<text>[^\n]*?))?(?:[ \t]+#+)?[ \t]*$", re.MULTILINE)
_UNDERLINED = re.compile(r"^(?P<text> {0,3}[^\s>#|<*+`~-][^\n]*)\n {0,3}(?P<marks>=+|-{2,})[ \t]*$", re.MULTILINE)

_DATASET_KEYS: Final = frozenset({
    "annotations_creators", "config_names", "configs", "dataset_info", "language_creators", "multilinguality",
    "pretty_name", "size_categories", "source_datasets", "task_categories", "task_ids", "viewer",
})  # fmt: skip
_MODEL_KEYS: Final = frozenset({
    "base_model", "base_model_relation", "co2_eq_emissions", "inference", "library_name", "model-index",
    "new_version", "pipeline_tag", "widget",
})  # fmt: skip


class Key(NamedTuple):
    """A key at the top of the front matter with its value, as YAML nodes."""

    name: str
    key: yaml.ScalarNode
    value: yaml.Node


class Fence(NamedTuple):
    """Code between fences: where its text stands, and what the opening fence says of it, such as `python`."""

    info: str
    start: int
    end: int


class Tag(NamedTuple):
    """An HTML tag; `attributes` is as it is written. One that is empty closes itself with `/>`."""

    name: str
    is_closing: bool
    attributes: str
    start: int
    end: int
    is_empty: bool

    @property
    def values(self) -> Mapping[str, str]:
        """Its attributes by their names in lower case; the first of a name counts."""
        found: dict[str, str] = {}
        for name, *values in _ATTRIBUTE.findall(self.attributes):
            found.setdefault(name.lower(), next(filter(None, values), ""))
        return found


class Heading(NamedTuple):
    """A heading of the body, from 1 to 6."""

    level: int
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class ReadCard:
    """The README of a repo, or one that might become it: `name` is what reports call it, `origin` where a manifest
    states the repo. `repo_id` is empty where it is not known; so is `repo_type`, unless the front matter tells.

    `ignored` are the places of what is shown but not ours to judge: files of the repo. `data` is the file as it is:
    `text` has LF as its line end, no byte order mark, and nothing that is not UTF-8.
    """

    name: str
    text: str
    known_type: RepoType | None = None
    repo_id: str = ""
    origin: str = ""
    ignored: tuple[tuple[int, int], ...] = ()
    data: bytes = b""

    @cached_property
    def split(self) -> tuple[FrontMatter | None, str]:
        """Front matter and body, as the Hub cuts them."""
        return front_matter.split(self.text)

    @property
    def front(self) -> FrontMatter | None:
        return self.split[0]

    @property
    def body(self) -> str:
        return self.split[1]

    @property
    def body_at(self) -> int:
        """The offset of the body."""
        return len(self.text) - len(self.body)

    @cached_property
    def front_at(self) -> int:
        """The offset of the YAML between the fences."""
        return len(self.front.opening) if self.front else 0

    @cached_property
    def node(self) -> yaml.Node | YamlError | None:
        """The front matter as a node, or why it cannot be read. Marks count from `front_at`."""
        return _compose(self.front.lines) if self.front else None

    @property
    def unreadable_at(self) -> int:
        """The offset of what makes the front matter unreadable, or -1."""
        if not isinstance(self.node, YamlError) or not self.front:
            return -1
        lines = self.front.lines.splitlines(keepends=True)  # libyaml ends a line at other characters, too
        at = sum(map(len, lines[: self.node.line - 1])) + self.node.column - 1
        return self.front_at + min(at, len(self.front.lines))

    @cached_property
    def keys(self) -> Mapping[str, Key]:
        """The keys of the front matter, of which the last of a name counts; none if it cannot be read."""
        return MappingProxyType({key.name: key for key in self.every_key})

    @cached_property
    def every_key(self) -> Sequence[Key]:
        """The same in their order, with those that are there twice."""
        if not isinstance(self.node, yaml.MappingNode):
            return ()
        pairs = ((key, value) for key, value in self.node.value if isinstance(key, yaml.ScalarNode))
        return tuple(Key(key.value, key, value) for key, value in pairs)

    @cached_property
    def repo_type(self) -> RepoType | None:
        """What the card is of; where nobody says, keys of the front matter that only one kind has."""
        if self.known_type:
            return self.known_type
        is_dataset, is_model = bool(self.keys.keys() & _DATASET_KEYS), bool(self.keys.keys() & _MODEL_KEYS)
        return None if is_dataset == is_model else "dataset" if is_dataset else "model"

    @property
    def key(self) -> RepoKey | None:
        """What names its repo, where that is known."""
        return (self.repo_type, self.repo_id) if self.repo_type and self.repo_id else None

    @cached_property
    def own(self) -> str:
        """The text with what is not ours to judge, and what stands too far behind, blanked out."""
        text = self.text
        for start, end in self.ignored:
            text = text[:start] + _blank(text[start:end]) + text[end:]
        return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS]

    @cached_property
    def fences(self) -> Sequence[Fence]:
        """Code between fences, in order. A fence that is never closed reaches to the end."""
        return tuple(_fences(self.own, self.body_at))

    @cached_property
    def markup(self) -> str:
        """The body without code: prose, HTML and comments. The front matter is blank."""
        text = _blank(self.own[: self.body_at]) + self.own[self.body_at :]
        for fence in self.fences:
            text = text[: fence.start] + _blank(text[fence.start : fence.end]) + text[fence.end :]
        return _without_spans(text) if "`" in text else text

    @cached_property
    def prose(self) -> str:
        """The body without code and comments: what a reader sees, with its markup."""
        return _COMMENT.sub(_blanked, self.markup) if "<!--" in self.markup else self.markup

    @cached_property
    def words(self) -> str:
        """The prose without HTML tags and addresses: the words that a reader reads."""
        return _NO_WORDS.sub(_blanked, self.prose)

    @cached_property
    def tags(self) -> Sequence[Tag]:
        """The HTML tags of the prose, in order."""
        return tuple(map(_tag, _TAG.finditer(self.prose)))

    @cached_property
    def headings(self) -> Sequence[Heading]:
        """The headings of the prose, in order."""
        found = [
            *(_heading(each, len(each["marks"])) for each in _HEADING.finditer(self.prose)),
            *(_heading(each, 1 if each["marks"][0] == "=" else 2) for each in _UNDERLINED.finditer(self.prose)),
        ]
        return tuple(sorted(found, key=lambda each: each.start))

    @cached_property
    def _line_starts(self) -> Sequence[int]:
        return (0, *(found.end() for found in re.finditer("\n", self.text)))

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of an offset, counted from 1."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def span(self, node: yaml.Node) -> tuple[int, int]:
        """Where a node of the front matter stands in the text; one of several lines, up to the end of the first."""
        start, end = node.start_mark, node.end_mark
        if not start or not end:
            return (-1, -1)
        at = self.front_at + start.index
        return at, self.front_at + end.index if start.line == end.line else max(at, self.text.find("\n", at))


def of_card(card: Card) -> ReadCard:
    """A card that was built. Files of the repo that it shows are not looked at."""
    text, files = card.text, card.blocks.get(FILES, "")
    at = text.find(files) if files else -1
    ignored = ((at, at + len(files)),) if at >= 0 else ()
    return ReadCard(
        card.repo.path, text, card.repo.repo_type, card.repo.repo_id, str(card.repo.origin), ignored, card.data
    )


def of_bytes(name: str, data: bytes, repo: RepoKey | None = None, kind: RepoType | None = None) -> ReadCard:
    """A README as it was published: of a repo, or of a kind of repo, if that is known."""
    repo_type, repo_id = repo or (kind, "")
    return ReadCard(name, readable(data.decode("utf-8", "replace")), kind or repo_type, repo_id, data=data)


def readable(text: str) -> str:
    """Any text as rules can look at it: LF as its line end, no byte order mark, nothing that UTF-8 cannot carry."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", text)


@lru_cache(maxsize=256)
def _compose(lines: str) -> yaml.Node | YamlError | None:
    """The siblings of a family share much of their front matter."""
    try:
        return yaml_nodes.compose(lines)
    except YamlError as error:
        return error


def _fences(text: str, start: int) -> Iterator[Fence]:
    at = start
    while opening := _FENCE.search(text, at):
        run = opening["run"]
        closing = re.compile(rf"^ {{0,3}}{run[0]}{{{len(run)},}}[ \t]*$", re.MULTILINE).search(text, opening.end())
        end = closing.start() if closing else len(text)
        yield Fence(opening["info"].strip(), min(opening.end() + 1, end), end)
        at = closing.end() if closing else len(text)


def _without_spans(text: str) -> str:
    """The text with code spans blanked out; a span ends with its paragraph."""
    spans = [span for paragraph in _PARAGRAPH.finditer(text) if "`" in paragraph[0] for span in _spans(paragraph)]
    for start, end in spans:
        text = text[:start] + _blank(text[start:end]) + text[end:]
    return text


def _spans(paragraph: re.Match[str]) -> Iterator[tuple[int, int]]:
    """A run of backticks and the next one that is as long hold a code span."""
    runs = [found.span() for found in _RUN.finditer(paragraph.string, *paragraph.span())]
    last = {end - start: number for number, (start, end) in enumerate(runs)}
    at = 0
    while at < len(runs):
        start, end = runs[at]
        at += 1
        if last[end - start] >= at:
            while runs[at][1] - runs[at][0] != end - start:
                at += 1
            yield start, runs[at][1]
            at += 1


def _tag(found: re.Match[str]) -> Tag:
    closing, name, attributes, empty = found.groups()
    return Tag(name.lower(), bool(closing), attributes, found.start(), found.end(), bool(empty))


def _heading(found: re.Match[str], level: int) -> Heading:
    return Heading(level, (found["text"] or "").strip(), *found.span())


def _blank(text: str) -> str:
    if "\n" not in text:
        return " " * len(text)
    return "\n".join(" " * len(line) for line in text.split("\n"))


def _blanked(found: re.Match[str]) -> str:
    return _blank(found[0])
