"""The edge to the Hub, and the only module that imports huggingface_hub: one request or commit at a time.

What is read comes past every cache: `ModelCard.load` and `hf_hub_download` fall back to an old copy when the Hub
fails, and would have it committed over newer work. What goes wrong leaves as a HubError, whose text never holds
the token, and which carries no chain of errors that does.
"""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from urllib.parse import quote

import httpx2
import huggingface_hub
from huggingface_hub import CommitInfo, CommitOperationAdd, CommitOperationDelete, HfApi, constants
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils import logging as client_logging
from huggingface_hub.utils._headers import build_hf_headers
from huggingface_hub.utils._http import default_client_factory, hf_raise_for_status, hf_request_event_hook

from cardgen import __version__, hub_refusals
from cardgen.clock import Clock
from cardgen.committing import Account, Commit, Logged
from cardgen.errors import HubError, TokenError, UnreachableError
from cardgen.hub_refusals import LOG_IN
from cardgen.hub_session import Session
from cardgen.model import README, RepoKey
from cardgen.pace import Pace
from cardgen.plan import LiveCard

_COMMIT = re.compile(r"[0-9a-f]{40}")

Answer = TypeVar("Answer")


def _ignore(_: object) -> None:
    """Nobody wants to know."""


def connect(
    endpoint: str | None = None,
    token: str | None = None,
    *,
    clock: Clock | None = None,
    on_pause: Callable[[float], object] = _ignore,
) -> Connection:
    """A connection to the Hub; by default where and as whom huggingface_hub would (HF_ENDPOINT, HF_TOKEN, HF_HOME).

    Its requests are held back where the Hub's limits say so, until `clock` is stopped; `on_pause` is told how many
    seconds such a pause takes.

    Until it is closed, all of huggingface_hub in this process uses cardgen's session, tells nothing about this
    machine to the Hub, and does not log what is only a warning to it; a program that ends need not close it.
    Makes no request, except for a trusted publisher's token. Raises TokenError.
    """
    settings = _Settings(client_logging.get_verbosity(), constants.HF_HUB_DISABLE_TELEMETRY)
    paced = Pace(clock or Clock(), on_pause)
    huggingface_hub.set_client_factory(lambda: Session([hf_request_event_hook], paced))
    client_logging.set_verbosity(logging.ERROR)
    constants.HF_HUB_DISABLE_TELEMETRY = True
    # A card without front matter is fine; lint says what there is to say.
    warnings.filterwarnings("ignore", "Warnings while validating metadata in README.md", UserWarning)
    try:
        return Connection((endpoint or constants.ENDPOINT).rstrip("/"), token or _own_token(), settings)
    except BaseException:
        settings.restore()
        raise


@dataclass(frozen=True, slots=True)
class _Settings:
    """How huggingface_hub was set before."""

    verbosity: int
    no_telemetry: bool

    def restore(self) -> None:
        huggingface_hub.set_client_factory(default_client_factory)
        client_logging.set_verbosity(self.verbosity)
        constants.HF_HUB_DISABLE_TELEMETRY = self.no_telemetry


def _own_token() -> str | None:
    """The token of the environment or of `hf auth login`; a trusted publisher's is asked for here."""
    failure: HubError
    try:
        return huggingface_hub.get_token()
    except HubError as error:
        failure = error.with_traceback(None)
    except Exception as error:
        failure = TokenError(f"no token could be had ({type(error).__name__})", LOG_IN)
    raise failure


class Connection:
    """A Hub as publishing needs it (`publish.Hub`), through the real client. Threads share it.

    Made by `connect`; a context manager that closes itself.
    """

    def __init__(self, endpoint: str, token: str | None, settings: _Settings) -> None:
        if token and not (token.isascii() and token.isprintable()):
            raise TokenError("the token holds characters that no token has", LOG_IN)
        self.endpoint = endpoint
        self._token = token
        self._settings = settings
        self.api = HfApi(endpoint, token=token or False, library_name="cardgen", library_version=__version__)

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give huggingface_hub its own session and settings back."""
        self._settings.restore()

    def with_token(self, token: str | None) -> Connection:
        """The same Hub, for whoever has this token; None: for anybody."""
        return Connection(self.endpoint, token, self._settings)

    @property
    def has_token(self) -> bool:
        """Whether it asks as somebody, and not as anybody."""
        return bool(self._token)

    def whoami(self) -> Account:
        """One request; TokenError without a token, or with one that the Hub does not know."""
        if not self._token:
            raise TokenError("there is no token to publish with", LOG_IN)

        def ask() -> Account:
            said = self.api.whoami()
            role = said.get("auth", {}).get("accessToken", {}).get("role")
            return Account(str(said["name"]), can_write=role != "read")

        return self.ask("whoami", ask)

    def read(self, repo: RepoKey, revision: str = "main") -> LiveCard:
        """One request, of the cheapest kind: the answer's headers carry the commit."""
        found = self._find(repo, README, revision)
        return LiveCard(found.exists, found.commit, found.content)

    def read_file(self, repo: RepoKey, path: str, commit: str) -> bytes | None:
        """One request of the same kind."""
        found = self._find(repo, path, commit)
        if not found.exists:
            raise HubError(f"{repo[1]}: not found", "was it deleted, or renamed?")
        if not found.has_revision:
            raise UnreachableError(f"{repo[1]}: commit {commit} is not to be seen", "look at the repo on the Hub")
        return found.content

    def _find(self, repo: RepoKey, path: str, revision: str) -> _Found:
        repo_type, repo_id = repo
        url = huggingface_hub.hf_hub_url(repo_id, path, repo_type=repo_type, revision=revision, endpoint=self.endpoint)

        def ask() -> _Found:
            response = self.get(url)
            if response.status_code == 401 and not self._token:
                # To anybody a private repo looks like none at all, and a gated one shows its card alone.
                is_gated = response.headers.get("X-Error-Code") == "GatedRepo"
                return _Found(exists=is_gated, has_revision=is_gated)
            return _read(repo_id, response)

        return self.ask(repo_id, ask)

    def history(self, repo: RepoKey, revision: str = "main") -> Sequence[Logged]:
        """One request: the newest commits are on the first page, and the client would fetch them all."""
        repo_type, repo_id = repo
        url = f"{self.endpoint}/api/{repo_type}s/{repo_id}/commits/{quote(revision, safe='')}"

        def ask() -> tuple[Logged, ...]:
            response = self.get(url)
            hf_raise_for_status(response)
            rows = response.json()
            if not (rows and isinstance(rows, list)):  # there is a first commit at least
                raise UnreachableError(f"{repo_id}: the Hub's answer has no commits", "look at the repo on the Hub")
            return tuple(map(_logged, rows))

        return self.ask(repo_id, ask)

    def create(self, repo: RepoKey) -> None:
        """One request; a repo that is there already is what was wanted."""
        repo_type, repo_id = repo

        def ask() -> None:
            try:
                self.api.create_repo(repo_id, repo_type=repo_type)
            except HfHubHTTPError as error:
                if error.response.status_code != 409:
                    raise

        self.ask(repo_id, ask)

    def commit(self, commit: Commit) -> str:
        """Two requests, the kind of upload and the commit; before them one for the check of the card, if it has one."""
        return self.ask(commit.repo[1], lambda: self.create_commit(commit, create_pr=False).oid)

    def create_commit(self, commit: Commit, *, create_pr: bool) -> CommitInfo:
        """The same, as the client says it; within `ask`, so that what goes wrong is a HubError."""
        return self.api.create_commit(
            commit.repo[1],
            [_operation(path, data) for path, data in commit.files.items()],
            commit_message=commit.title,
            commit_description=commit.description,
            repo_type=commit.repo[0],
            revision=commit.revision,
            parent_commit=commit.parent,
            create_pr=create_pr,
        )

    def get(self, url: str) -> httpx2.Response:
        """The answer to a request, whatever its status; within `ask`, so that what goes wrong is a HubError."""
        return huggingface_hub.get_session().get(url, headers={**self._headers(), "Accept-Encoding": "identity"})

    def post(self, url: str, value: object) -> httpx2.Response:
        """The same for a request that carries a value as JSON."""
        return huggingface_hub.get_session().post(url, headers=self._headers(), json=value)

    def _headers(self) -> dict[str, str]:
        return build_hf_headers(token=self._token or False, library_name="cardgen", library_version=__version__)

    def ask(self, subject: str, request: Callable[[], Answer]) -> Answer:
        """The answer to a request, or a HubError that has nothing of the request in it, nor in its context."""
        failure: HubError
        try:
            return request()
        except HubError as error:
            failure = error.with_traceback(None)
        except Exception as error:
            failure = hub_refusals.explain(subject, error, self.endpoint, self._token)
        raise failure


def _operation(path: str, data: bytes | None) -> CommitOperationAdd | CommitOperationDelete:
    """The client changes an operation while it commits, so that each attempt needs a new one."""
    if data is None:
        return CommitOperationDelete(path, is_folder=False)
    return CommitOperationAdd(path, data)


def _logged(row: Any) -> Logged:
    authors = tuple(str(each["user"]) for each in row["authors"])
    told = (str(row.get(name) or "") for name in ("title", "date"))
    return Logged(str(row["id"]), str(row.get("message") or ""), authors, *told)


@dataclass(frozen=True, slots=True)
class _Found:
    """A file at a revision: whether there is such a repo, and revision, at which commit, and what the file holds."""

    exists: bool
    has_revision: bool = False
    commit: str | None = None
    content: bytes | None = None


def _read(repo_id: str, response: httpx2.Response) -> _Found:
    """A code counts with a 404 alone: over a bad token the Hub may use the same one."""
    code = response.headers.get("X-Error-Code") if response.status_code == 404 else None
    if code == "RepoNotFound":
        return _Found(exists=False)
    if code == "RevisionNotFound":
        return _Found(exists=True)
    # On the way to another address of the same file, only the first answer may carry it.
    answers = (response, *response.history)
    said = next((each.headers["X-Repo-Commit"] for each in answers if "X-Repo-Commit" in each.headers), "")
    commit = said if _COMMIT.fullmatch(said) else None
    if code == "EntryNotFound":
        return _Found(exists=True, has_revision=True, commit=commit)
    hf_raise_for_status(response)
    if commit is None:
        raise UnreachableError(
            f"{repo_id}: the answer does not say which commit it is of", "is HF_ENDPOINT a Hugging Face Hub?"
        )
    return _Found(exists=True, has_revision=True, commit=commit, content=response.content)
