"""One request as its handler sees it: who asks, for what, with which body. Handlers are plain functions."""

from __future__ import annotations

import json
import os
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from dulwich.file import FileLocked
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, QueryParams
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from cardgen.localhub import lifecycle, names, refusals
from cardgen.localhub.access import Token
from cardgen.localhub.git_repo import GitRepo
from cardgen.localhub.names import RepoName
from cardgen.localhub.storage import Storage

MAX_JSON = 1024 * 1024
_DRAINED = 256 * 1024 * 1024
"""A body that is too large is read to its end (and thrown away) up to here, so that its sender reads the answer."""


@dataclass(frozen=True, slots=True)
class Call:
    """A request: `params` are the unquoted parts of its path, `base` is the hub's address as the client wrote it.

    `target` is the path with its query, as it was sent.
    """

    storage: Storage
    base: str
    target: str
    params: Mapping[str, str]
    query: QueryParams
    headers: Headers
    body: bytes = field(repr=False)

    def json(self) -> dict[str, Any]:
        """The body as an object; an empty body is an empty one. Raises Refusal."""
        value = self.json_value() if self.body else {}
        if not isinstance(value, dict):
            raise refusals.bad_request('"value" must be of type object')
        return value

    def json_value(self) -> Any:
        """The body, whatever JSON it is. Raises Refusal."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            raise refusals.bad_request("The body is no JSON") from None

    def number(self, name: str, default: int, most: int) -> int:
        """A number of the query, from 0 to `most`; whatever is none counts as the default."""
        text = self.query.get(name, "")
        return min(int(text), most) if text.isdecimal() and len(text) < 10 else default

    def caller(self) -> Token | None:
        """Who asks; None for an anonymous reader. Raises Refusal for a token that is not known, or not any more."""
        scheme, _, value = self.headers.get("authorization", "").partition(" ")
        if not scheme:
            return None
        token = self.storage.state.token(value.strip()) if scheme.lower() == "bearer" else None
        if token is None:
            raise refusals.bad_token()
        if token.role == "expired":
            raise refusals.expired_token(token.display_name)
        return token

    def known_caller(self) -> Token:
        """Who asks. Raises Refusal for an anonymous one."""
        caller = self.caller()
        if caller is None:
            raise refusals.anonymous()
        return caller

    def repo_name(self) -> RepoName:
        """The repo that the path names, if it is there and the caller may see it.

        Raises Refusal, also to lead to where the repo has gone, or to its id in the right letters.
        """
        caller = self.caller()
        name = self._named_repo()
        found = lifecycle.find(self.storage, name) if name and self._asked in self.target else None
        if found is None or not self.shows(found, caller):
            raise refusals.repo_not_found() if caller else refusals.anonymous()
        if found != name:
            raise refusals.moved(self.target.replace(self._asked, f"/{found.repo_id}", 1))
        return found

    def writable_repo_name(self) -> RepoName:
        """The same, if the caller may also write to it. Raises Refusal."""
        name = self.repo_name()
        if not self.known_caller().may_write(name):
            raise refusals.no_rights_to_write()
        return name

    def shows(self, name: RepoName, caller: Token | None) -> bool:
        """Whether somebody may know that a repo is there."""
        if not self.storage.state.settings(name).private:
            return True
        return caller is not None and caller.reaches(name)

    def may_read_files(self, name: RepoName) -> bool:
        """Whether the caller is given the files of a repo that he sees: of a gated one, members alone are."""
        caller = self.caller()
        return not self.storage.state.settings(name).gate or bool(caller and caller.reaches(name))

    def check_gate(self, name: RepoName) -> None:
        """Raises Refusal where a repo gives its files to some, and the caller is none of them."""
        if not self.may_read_files(name):
            known = self.caller() is not None
            raise refusals.gated(name.singular, name.repo_id, self.base + name.path, known=known)

    def open(self, name: RepoName) -> GitRepo:
        """The repository of a repo."""
        return self.storage.repos.open(name)

    @contextmanager
    def changing(self, name: RepoName) -> Iterator[GitRepo]:
        """The repository of a repo, while nobody else changes it. Raises Refusal if it has gone meanwhile."""
        with self.storage.repos.locked(name):
            if not self.storage.repos.exists(name):
                raise refusals.repo_not_found()
            self.storage.repos.mend(name)
            with self.open(name) as repo:
                try:
                    yield repo
                except FileLocked as error:
                    raise refusals.busy(Path(os.fsdecode(error.filename)).name) from None

    def commit_of(self, repo: GitRepo) -> str:
        """The commit that the revision in the path (`main` if there is none) names. Raises Refusal."""
        revision = self.params.get("revision", "main")
        commit = repo.resolve(revision)
        if commit is None:
            raise refusals.revision_not_found(revision)
        return commit

    @property
    def _asked(self) -> str:
        return f"/{self.params['namespace']}/{self.params['name']}"

    def _named_repo(self) -> RepoName | None:
        try:
            return names.parse(names.kind_of(self.params["kind"]), self.params["namespace"], self.params["name"])
        except ValueError:
            return None


Handler = Callable[[Call], Response]
Endpoint = Callable[[Request], Awaitable[Response]]


def endpoint(handler: Handler, limit: int = MAX_JSON, **params: str) -> Endpoint:
    """A handler as the router calls it: its body is read up to `limit` bytes, and it runs in a thread.

    `params` stand in for parts that the path does not have.
    """

    async def serve(request: Request) -> Response:
        try:
            body = await _read_body(request, limit)
        except ClientDisconnect:
            return Response(status_code=400)
        call = Call(
            storage=request.app.state.storage,
            base=f"{request.url.scheme}://{request.headers['host']}",
            target=request.url.path + (f"?{request.url.query}" if request.url.query else ""),
            params={**params, **{key: unquote(value) for key, value in request.path_params.items()}},
            query=request.query_params,
            headers=request.headers,
            body=body,
        )
        return await run_in_threadpool(handler, call)

    return serve


async def _read_body(request: Request, limit: int) -> bytes:
    parts: list[bytes] = []
    size = 0
    async for chunk in request.stream():
        size += len(chunk)
        if size <= limit:
            parts.append(chunk)
        elif size > _DRAINED:
            break
    if size > limit:
        raise refusals.too_large(limit)
    return b"".join(parts)
