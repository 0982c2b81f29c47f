"""The edge to the Hub, for facts: what a repo is, and its files, over the connection of `cardgen.hub`."""

from __future__ import annotations

from collections.abc import Mapping

import httpx2
import huggingface_hub
from huggingface_hub.errors import HfHubHTTPError, SafetensorsParsingError
from huggingface_hub.utils._http import hf_raise_for_status

from cardgen.facts import description
from cardgen.facts.description import Description
from cardgen.hub import Connection
from cardgen.model import RepoKey

_NOT_SHOWN = frozenset({"RepoNotFound", "GatedRepo", "EntryNotFound", "RevisionNotFound"})
_ODD_HEADER = (ValueError, TypeError, AttributeError, RecursionError, OverflowError, MemoryError)
"""What the client raises for a header that is JSON, but not what a header should be."""


class HubFacts:
    """Reads repos as `facts.read.Source` needs it. Threads share it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def describe(self, repo: RepoKey) -> Description | None:
        """One request, without `expand`, which excludes the sizes of files."""
        repo_type, repo_id = repo
        url = f"{self._connection.endpoint}/api/{repo_type}s/{repo_id}?blobs=true"

        def ask() -> Description | None:
            response = self._connection.get(url)
            if self._is_not_there(response):
                return None
            hf_raise_for_status(response)
            return description.read(response.json())

        return self._connection.ask(repo_id, ask)

    def file(self, repo: RepoKey, commit: str, path: str) -> bytes | None:
        """One request, past every cache."""
        repo_type, repo_id = repo
        url = huggingface_hub.hf_hub_url(
            repo_id, path, repo_type=repo_type, revision=commit, endpoint=self._connection.endpoint
        )

        def ask() -> bytes | None:
            response = self._connection.get(url)
            if self._is_not_there(response):
                return None
            hf_raise_for_status(response)
            return response.content

        return self._connection.ask(repo_id, ask)

    def elements(self, repo: RepoKey, commit: str, path: str) -> Mapping[str, int] | None:
        """One request, or two for a header of more than 100 kB, by the client's own reader of safetensors."""
        repo_type, repo_id = repo

        def ask() -> Mapping[str, int] | None:
            try:
                header = self._connection.api.parse_safetensors_file_metadata(
                    repo_id, path, repo_type=repo_type, revision=commit
                )
            except HfHubHTTPError as error:
                if self._is_not_there(error.response):
                    return None
                raise
            except (SafetensorsParsingError, *_ODD_HEADER):
                return None
            return description.elements(header.parameter_count)

        return self._connection.ask(repo_id, ask)

    def _is_not_there(self, response: httpx2.Response) -> bool:
        """Whether a repo or file is not there, or not for this reader.

        Without a token the Hub answers 401 for what is missing or private, with no error code.
        """
        if response.status_code == 401 and not self._connection.has_token:
            return True
        return response.headers.get("X-Error-Code") in _NOT_SHOWN
