"""What a program holds of a running hub."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from cardgen.localhub import names
from cardgen.localhub.access import Role, Token
from cardgen.localhub.collection_store import Collections
from cardgen.localhub.faults import Faults
from cardgen.localhub.limits import Limits, Meter
from cardgen.localhub.modes import Modes
from cardgen.localhub.state import State
from cardgen.localhub.wire_log import WireLog


@dataclass(slots=True, eq=False)
class LocalHub:
    """A hub that serves: where it is, a token that may write everywhere, and its hooks for tests."""

    endpoint: str
    token: str = field(repr=False)
    root: Path
    faults: Faults
    requests: WireLog = field(repr=False)
    state: State = field(repr=False)
    modes: Modes
    _meter: Meter = field(repr=False)
    _collections: Collections = field(repr=False)

    @property
    def limits(self) -> Limits | None:
        """How many requests the hub takes; None: as many as come. Setting it counts anew."""
        return self._meter.limits

    @limits.setter
    def limits(self, limits: Limits | None) -> None:
        self._meter.set(limits)

    def add_token(self, role: Role = "write", namespaces: tuple[str, ...] | None = None, user: str = "guest") -> str:
        """A further token, of `user`; without `namespaces` it is a member of every namespace."""
        token = Token.new(user, role, namespaces)
        self.state.add_token(token)
        return token.value

    def expire(self, token: str) -> None:
        """Let a token be expired from now on, in the middle of a run for example."""
        self.state.set_role(token, "expired")

    def trust(self, repo_type: str, repo_id: str, **claims: str) -> None:
        """Add a trusted publisher to the settings of a repo: a CI job whose ID token says all of this."""
        namespace, _, name = repo_id.partition("/")
        self.state.add_publisher(names.parse(names.kind_of(repo_type), namespace, name), claims)

    def expire_exchanged(self) -> None:
        """Let the tokens that CI jobs were given in exchange be expired from now on."""
        self.state.expire_exchanged()

    def add_collection(self, namespace: str, collection_id: str, title: str) -> None:
        """An empty collection with the id, of 24 hexadecimal digits, that one has elsewhere; nothing if it is here."""
        self._collections.stand_in(namespace, collection_id, title)
