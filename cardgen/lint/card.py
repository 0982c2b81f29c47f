"""A README as rules look at it: cut up once, and only as far as a rule asks.

All offsets are those of `text`. What a reader sees as it is, such as code, is blanked out where rules look for prose,
with as many characters as it had, so that offsets stay.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from types import MappingProxyType
from typing import Final, NamedTuple

import yaml

from cardgen import foreign, front_matter, yaml_nodes
from cardgen.foreign import Dump
from cardgen.front_matter import FrontMatter
from cardgen.lint import markdown
from cardgen.lint.markdown import Fence, Heading, Tag, blanked
from cardgen.model import FILES, Card, RepoKey, RepoType
from cardgen.yaml_nodes import YamlError

MAX_CHARACTERS: Final = 1_000_000
"""What stands behind is not looked at: no reader gets there, and a hostile card shall cost no minutes."""

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


@dataclass(frozen=True, eq=False)  # what is remembered of a card is asked for often
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
        text = blanked(self.text, self.ignored)
        return text if len(text) <= MAX_CHARACTERS else text[:MAX_CHARACTERS]

    @cached_property
    def fences(self) -> Sequence[Fence]:
        """Code between fences, in order. A fence that is never closed reaches to the end."""
        return tuple(markdown.fences(self.own, self.body_at))

    @cached_property
    def markup(self) -> str:
        """The body without code: prose, HTML and comments. The front matter is blank."""
        front = (0, min(self.body_at, len(self.own)))
        return markdown.without_spans(blanked(self.own, [front, *((each.start, each.end) for each in self.fences)]))

    @cached_property
    def _visible(self) -> str:
        return markdown.without_comments(self.markup)

    @cached_property
    def dumps(self) -> Sequence[Dump]:
        """The parts of the body that are data and no text."""
        return foreign.dumps(self._visible)

    @cached_property
    def prose(self) -> str:
        """The body without code, comments and dumps: what a reader reads, with its markup. The first line of a dump
        stays: a heading, which is one of the card's."""
        text = self._visible
        ends = ((text.find("\n", each.start, each.end), each) for each in self.dumps)  # U+2028 ends lines, too
        return blanked(text, ((max(end, each.start), each.end) for end, each in ends))

    @cached_property
    def words(self) -> str:
        """The prose without HTML tags and addresses: the words that a reader reads."""
        return markdown.words(self.prose)

    @cached_property
    def tags(self) -> Sequence[Tag]:
        """The HTML tags of the prose, in order."""
        return markdown.tags(self.prose)

    @cached_property
    def headings(self) -> Sequence[Heading]:
        """The headings of the prose, in order."""
        return markdown.headings(self.prose)

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
    return ReadCard(name, front_matter.readable(data.decode("utf-8", "replace")), kind or repo_type, repo_id, data=data)


@lru_cache(maxsize=256)
def _compose(lines: str) -> yaml.Node | YamlError | None:
    """The siblings of a family share much of their front matter."""
    try:
        return yaml_nodes.compose(lines)
    except YamlError as error:
        return error
