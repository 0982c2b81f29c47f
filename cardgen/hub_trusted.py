"""The edge to the Hub, for a CI job that is a trusted publisher: a token for each repo, in exchange for who the job is.

The job's CI provider vouches for it with an ID token (OpenID Connect); the Hub exchanges that, at `POST /oauth/token`
(RFC 8693), for a token that may write to one repo for an hour, if the repo's settings name the job (hub-docs,
trusted-publishers). Both tokens stay in memory, and each is sent to the Hub alone.
"""

from __future__ import annotations

import base64
import binascii
import json
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, TypeVar

import httpx2
import huggingface_hub

from cardgen import __version__
from cardgen.clock import Clock
from cardgen.committing import Account, Commit, Logged
from cardgen.diff import printable
from cardgen.errors import HubError, TokenError
from cardgen.hub import Connection
from cardgen.hub_refusals import MAX_MESSAGE
from cardgen.model import RepoKey
from cardgen.plan import LiveCard

MARGIN: Final = 60.0
"""Seconds before its end from which a token is not used any more."""
LIFETIME: Final = 3600.0
"""Seconds that an exchanged token holds, where the Hub does not say."""

_GRANT: Final = "urn:ietf:params:oauth:grant-type:token-exchange"
_KIND: Final = "urn:ietf:params:oauth:token-type:id_token"
NO_IDENTITY: Final = (
    "on GitHub, give the job `permissions: id-token: write`; elsewhere put the job's ID token into HF_OIDC_ID_TOKEN"
)

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Identity:
    """How a job proves who it is: with an ID token that it has, or with one that GitHub gives it at `url`."""

    id_token: str = field(default="", repr=False)
    url: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    repository: str = ""


def identity(environment: Mapping[str, str]) -> Identity | None:
    """The identity of this job, if it has one: HF_OIDC_ID_TOKEN as for huggingface_hub, or what GitHub sets."""
    repository = environment.get("GITHUB_REPOSITORY", "")
    if id_token := environment.get("HF_OIDC_ID_TOKEN", "").strip():
        return Identity(id_token, repository=repository)
    url, token = (environment.get(f"ACTIONS_ID_TOKEN_REQUEST_{name}", "") for name in ("URL", "TOKEN"))
    return Identity(url=url, token=token, repository=repository) if url and token else None


class TrustedHub:
    """A Hub as publishing needs it (`publish.Hub`), which is written to with a token for each repo. Threads share it.

    `reader` is a connection as anybody, or as somebody: it reads what it may, so that no token is exchanged for a repo
    that needs nothing.
    """

    def __init__(self, reader: Connection, job: Identity, clock: Clock) -> None:
        self._reader = reader
        self._exchange = _Exchange(reader.with_token(None), job, clock)

    def whoami(self) -> Account:
        """No request: the Hub calls a trusted publisher `[OIDC]`, and says who may write when a token is exchanged."""
        return Account("[OIDC]", can_write=True)

    def read(self, repo: RepoKey, revision: str = "main") -> LiveCard:
        """One request; where that shows no repo, one as a trusted publisher, who sees a private one."""
        try:
            found = self._reader.read(repo, revision)
        except TokenError:
            found = LiveCard(exists=False)
        return found if found.exists else self._as_publisher(repo, lambda hub: hub.read(repo, revision))

    def read_file(self, repo: RepoKey, path: str, commit: str) -> bytes | None:
        """One request, as a trusted publisher: of a gated repo, others are shown the card alone."""
        return self._as_publisher(repo, lambda hub: hub.read_file(repo, path, commit))

    def history(self, repo: RepoKey, revision: str = "main") -> Sequence[Logged]:
        """One request."""
        return self._as_publisher(repo, lambda hub: hub.history(repo, revision))

    def create(self, repo: RepoKey) -> None:
        """Never done: a token is for a repo that there is."""
        raise HubError(f"{repo[1]} does not exist, and a trusted publisher cannot make it", self._exchange.advice(repo))

    def commit(self, commit: Commit) -> str:
        """The requests of a commit."""
        return self._as_publisher(commit.repo, lambda hub: hub.commit(commit))

    def _as_publisher(self, repo: RepoKey, ask: Callable[[Connection], Answer]) -> Answer:
        """The answer to a request with the token of a repo: a token that the Hub takes no more is exchanged anew, once.

        A repo that gives no token, or takes none, is a HubError: the others can be written all the same.
        """
        refused: TokenError
        for _ in range(2):
            token = self._exchange.token(repo)
            try:
                return ask(self._reader.with_token(token))
            except TokenError as error:
                refused = error
                self._exchange.forget(repo, token)
        raise HubError(f"{repo[1]}: {refused.message}", self._exchange.advice(repo))


class _Exchange:
    """Exchanges the job's identity for tokens, and keeps each while it holds. Threads share it."""

    def __init__(self, anybody: Connection, job: Identity, clock: Clock) -> None:
        self._anybody = anybody
        self._job = job
        self._clock = clock
        self._tokens: dict[RepoKey, _Held] = {}
        self._id_token = _Held(job.id_token, float("inf") if job.id_token else 0.0)
        self._asking = threading.Lock()

    def token(self, repo: RepoKey) -> str:
        """The token of a repo; at most two requests. TokenError if the job has no identity, HubError if the repo
        gives it no token."""
        held = self._tokens.get(repo)
        if held is None or held.ends <= self._clock.now():
            held = self._tokens[repo] = self._exchanged(repo, self._proof())
        return held.value

    def forget(self, repo: RepoKey, token: str) -> None:
        """A token that was refused is not used again."""
        held = self._tokens.get(repo)
        if held and held.value == token:
            del self._tokens[repo]

    def advice(self, repo: RepoKey) -> str:
        """What to do about a repo that gives no token."""
        where = f", for the repository {self._job.repository}" if self._job.repository else ""
        page = f"{self._anybody.endpoint}/{_resource(repo)}/settings"
        return f"make the repo if it is not there, and add a trusted publisher in its settings{where}: {page}"

    def _proof(self) -> str:
        """The job's ID token, new from GitHub where the last one ends."""
        with self._asking:
            if self._id_token.ends <= self._clock.now():
                value = self._anybody.ask("the identity of this job", self._ask_github)
                self._id_token = _Held(value, self._clock.now() + _seconds_left(value) - MARGIN)
            return self._id_token.value

    def _ask_github(self) -> str:
        url = httpx2.URL(self._job.url).copy_set_param("audience", self._anybody.endpoint)
        headers = {"Authorization": f"Bearer {self._job.token}", "User-Agent": f"cardgen/{__version__}"}
        response = huggingface_hub.get_session().get(url, headers=headers, follow_redirects=False)
        value = _object(response).get("value") if response.status_code == 200 else None
        if not isinstance(value, str) or not value:
            raise TokenError(f"GitHub does not say who this job is ({response.status_code})", NO_IDENTITY)
        return value

    def _exchanged(self, repo: RepoKey, proof: str) -> _Held:
        return self._anybody.ask(repo[1], lambda: self._ask_hub(repo, proof))

    def _ask_hub(self, repo: RepoKey, proof: str) -> _Held:
        wanted = {"grant_type": _GRANT, "subject_token_type": _KIND, "subject_token": proof}
        response = huggingface_hub.get_session().post(
            f"{self._anybody.endpoint}/oauth/token",
            json={**wanted, "resource": _resource(repo)},
            headers={"User-Agent": f"cardgen/{__version__}"},
            follow_redirects=False,  # what is sent is as good as a token
        )
        said = _object(response)
        value, seconds = said.get("access_token"), said.get("expires_in")
        if response.status_code != 200 or not isinstance(value, str) or not value:
            raise HubError(
                f"{repo[1]} takes no token exchange from this job: {self._why(response, proof)}", self.advice(repo)
            )
        holds = float(seconds) if isinstance(seconds, int | float) else LIFETIME
        return _Held(value, self._clock.now() + holds - MARGIN)

    def _why(self, response: httpx2.Response, proof: str) -> str:
        """What the Hub says, which by its documentation does not tell what exactly did not fit."""
        said = _object(response)
        words = ": ".join(str(said[key]) for key in ("error", "error_description") if said.get(key))
        return printable(words.replace(proof, "***"))[:MAX_MESSAGE] or str(response.status_code)


@dataclass(frozen=True, slots=True)
class _Held:
    """A token, and the time of the clock from which it is not used any more."""

    value: str = field(repr=False)
    ends: float


def _resource(repo: RepoKey) -> str:
    kind, repo_id = repo
    return repo_id if kind == "model" else f"{kind}s/{repo_id}"


def _object(response: httpx2.Response) -> Mapping[str, object]:
    try:
        value = response.json()
    except ValueError:
        return {}
    return value if isinstance(value, dict) else {}


def _seconds_left(id_token: str) -> float:
    """How long an ID token holds, by what it says of itself; 0 if that cannot be read, so that it is used once."""
    try:
        payload = id_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return float(claims["exp"]) - float(claims["iat"])
    except (IndexError, KeyError, TypeError, ValueError, binascii.Error):
        return 0.0
