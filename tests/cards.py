"""Cards to plan and publish, without a manifest."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardgen import owned_files, ownership
from cardgen.model import Card, Position, Repo, RepoType

SOURCE = "collections/codeio.yaml"
BODY = "# T\n\nText.\n"


def make_card(
    data: Mapping[str, Any],
    body: str = BODY,
    source: str = SOURCE,
    repo_id: str = "org/name",
    repo_type: RepoType = "model",
    results: str = "",
) -> Card:
    """A card as rendering would make it, with a file of results if there are any."""
    texts = {owned_files.RESULTS: results} if results else {}
    repo = Repo(repo_id, repo_type, repo_id, data, Position(source), files=texts)
    files = {path: owned_files.compose(text, source) for path, text in texts.items()}
    return ownership.make_card(repo, source, body, {}, files)
