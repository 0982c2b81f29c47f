"""The edge to the Hub, for import: what a namespace or a collection holds, over the connection of `cardgen.hub`."""

from __future__ import annotations

from collections.abc import Sequence

import huggingface_hub
from huggingface_hub.utils._http import hf_raise_for_status

from cardgen import hub_collections
from cardgen.hub import Connection
from cardgen.importing.sources import Listing
from cardgen.model import README, HubCollection, RepoKey

_NOT_SHOWN = frozenset({"RepoNotFound", "GatedRepo", "EntryNotFound", "RevisionNotFound"})


class HubListing:
    """Reads listings and cards as `importing.sources.Library` needs it. Threads share it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def collection(self, slug: str) -> Listing:
        """One request."""

        def ask() -> Listing:
            found = hub_collections.live(self._connection.api.get_collection(slug))
            members = tuple(item.member for item in found.items)
            repos: list[RepoKey] = [
                ("dataset" if each.kind == "dataset" else "model", each.item_id)
                for each in members
                if each.kind in {"model", "dataset"}
            ]
            page = HubCollection(found.slug, found.title, found.description, members=members)
            return Listing(page, tuple(repos), len(members) - len(repos))

        return self._connection.ask(slug, ask)

    def repos(self, namespace: str, limit: int) -> Sequence[RepoKey]:
        """Two requests, and one more for each further thousand of repos."""

        def ask() -> list[RepoKey]:
            api = self._connection.api
            models = api.list_models(author=namespace, limit=limit)
            datasets = api.list_datasets(author=namespace, limit=limit)
            found: list[RepoKey] = [("model", model.id) for model in models]
            return found + [("dataset", dataset.id) for dataset in datasets]

        return self._connection.ask(namespace, ask)

    def card(self, repo: RepoKey) -> bytes | None:
        """One request, past every cache. Without a token the Hub answers 401 for what is missing or private."""
        repo_type, repo_id = repo
        url = huggingface_hub.hf_hub_url(repo_id, README, repo_type=repo_type, endpoint=self._connection.endpoint)

        def ask() -> bytes | None:
            response = self._connection.get(url)
            if response.headers.get("X-Error-Code") in _NOT_SHOWN:
                return None
            if response.status_code == 401 and not self._connection.has_token:
                return None
            hf_raise_for_status(response)
            return response.content

        return self._connection.ask(repo_id, ask)
