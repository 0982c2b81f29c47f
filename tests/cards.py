"""Cards to plan and publish, without a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardgen import composing, file_marks, marks
from cardgen.model import Card, Position, Repo, RepoType

SOURCE = "collections/codeio.yaml"
BODY = "# T\n\nText.\n"
BLOCKS = {"header": "# T\n\nIntro.", "models": "<table>\n</table>", "citation": "## Citation\n\nCite."}


def make_card(
    data: Mapping[str, Any],
    body: str = BODY,
    source: str = SOURCE,
    repo_id: str = "org/name",
    repo_type: RepoType = "model",
    results: str = "",
) -> Card:
    """A card as rendering would make it, with a file of results if there are any."""
    texts = {file_marks.RESULTS: results} if results else {}
    repo = Repo(repo_id, repo_type, repo_id, data, Position(source), files=texts)
    files = {path: file_marks.compose(text, source) for path, text in texts.items()}
    return composing.make_card(repo, source, body, {}, files)


def make_block_card(
    data: Mapping[str, Any],
    blocks: Mapping[str, str] = BLOCKS,
    source: str = SOURCE,
    repo_id: str = "org/name",
    between: str = "\n",
    results: str = "",
) -> Card:
    """The same, owned by blocks; `between` is what a template prints between them."""
    texts = {file_marks.RESULTS: results} if results else {}
    repo = Repo(repo_id, "model", repo_id, data, Position(source), ownership="blocks", files=texts)
    body = between.join(marks.wrap(name, source, text) for name, text in blocks.items()).rstrip("\n")
    files = {path: file_marks.compose(text, source) for path, text in texts.items()}
    return composing.make_card(repo, source, body, blocks, files)


def mark(name: str, text: str = "") -> str:
    """A block as a person writes it, for cardgen to fill."""
    return f"<!-- cardgen:begin {name} -->\n{text}<!-- cardgen:end {name} -->\n"
