"""A stand-in for GitHub on loopback: as much of its API as the workflows use, and who its jobs are.

It refuses what the real one would: a call without the job's token, a text that is too long, a method that it has not.
"""

from __future__ import annotations

import base64
import io
import json
import re
import threading
import time
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

BOT = "github-actions[bot]"
MAX_BODY = 65_536
REPOSITORY = "lab/cards"
JOB_TOKEN = "ghs_of_this_job"
IDENTITY_TOKEN = "asks for an ID token"


def id_token(audience: str, claims: Mapping[str, object], lasts: float = 300.0) -> str:
    """An ID token as GitHub gives it to a job, except that nobody signed it."""
    now = time.time()
    said = {"iss": "https://token.actions.githubusercontent.com", "aud": audience, "iat": now, "exp": now + lasts}
    parts = [{"alg": "RS256"}, {**said, **claims}, {"signed": "by nobody"}]
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


@dataclass
class GitHub:
    """What the stand-in has, and every call that it got, as method and path."""

    url: str = ""
    claims: dict[str, object] = field(default_factory=lambda: {"repository": REPOSITORY, "ref": "refs/heads/main"})
    lasts: float = 300.0
    opaque: str = ""
    """An ID token that says nothing of itself, in place of one with the claims."""
    calls: list[tuple[str, str]] = field(default_factory=list)
    pulls: dict[int, dict[str, Any]] = field(default_factory=dict)
    issues: list[dict[str, Any]] = field(default_factory=list)
    comments: list[dict[str, Any]] = field(default_factory=list)
    artifacts: dict[int, dict[str, bytes]] = field(default_factory=dict)
    page: int = 100

    @property
    def identity(self) -> dict[str, str]:
        """What a job with `id-token: write` has in its environment."""
        return {
            "GITHUB_REPOSITORY": REPOSITORY,
            "ACTIONS_ID_TOKEN_REQUEST_URL": f"{self.url}/idtoken?api-version=2.0",
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": IDENTITY_TOKEN,
        }

    @property
    def minted(self) -> int:
        """How many ID tokens were given out."""
        return sum(path.startswith("/idtoken") for _, path in self.calls)

    def add_issue(self, body: str, author: str = BOT, **more: Any) -> dict[str, Any]:
        made = {"number": len(self.issues) + 1, "title": "", "body": body, "state": "open", "labels": []}
        self.issues.append({**made, "user": {"login": author}, **more})
        return self.issues[-1]

    def add_comment(self, number: int, body: str, author: str = BOT) -> dict[str, Any]:
        self.comments.append({"id": len(self.comments) + 1, "number": number, "body": body, "user": {"login": author}})
        return self.comments[-1]

    def writes(self) -> list[tuple[str, str]]:
        return [call for call in self.calls if call[0] != "GET"]


@contextmanager
def serve() -> Iterator[GitHub]:
    github = GitHub()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"github": github}))
    github.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield github
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    github: GitHub

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer({})

    def do_POST(self) -> None:
        self._answer(self._body())

    def do_PATCH(self) -> None:
        self._answer(self._body())

    def _body(self) -> dict[str, Any]:
        body: dict[str, Any] = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        return body

    def _answer(self, body: dict[str, Any]) -> None:
        self.github.calls.append((self.command, self.path))
        path, query = urlsplit(self.path).path, parse_qs(urlsplit(self.path).query)
        if path == "/idtoken":
            self._identity(query)
        elif path.startswith("/blob/"):
            self._blob(int(path.rpartition("/")[2]))
        elif self.headers["Authorization"] != f"Bearer {JOB_TOKEN}":
            self._send(401, {"message": "Bad credentials"})
        elif len(str(body.get("body", ""))) > MAX_BODY:
            self._send(422, {"message": "body is too long (maximum is 65536 characters)"})
        else:
            self._api(path.removeprefix(f"/repos/{REPOSITORY}"), query, body)

    def _identity(self, query: Mapping[str, list[str]]) -> None:
        allowed = self.headers["Authorization"] == f"Bearer {IDENTITY_TOKEN}" and query.get("api-version") == ["2.0"]
        audience = query.get("audience", ["https://github.com/lab"])[0]
        value = self.github.opaque or id_token(audience, self.github.claims, self.github.lasts)
        self._send(200 if allowed else 401, {"value": value} if allowed else {"message": "no"})

    def _blob(self, number: int) -> None:
        """What an artifact's address leads to: a storage that must not see the job's token."""
        if self.headers["Authorization"]:
            self._send(400, {"message": "two ways to authenticate"})
            return
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in self.github.artifacts[number].items():
                archive.writestr(name, data)
        self._send_bytes(200, packed.getvalue())

    def _api(self, path: str, query: Mapping[str, list[str]], body: dict[str, Any]) -> None:
        for method, pattern, answer in _ROUTES:
            if self.command == method and (found := re.fullmatch(pattern, path)):
                status, value = answer(self.github, [int(each) for each in found.groups()], query, body)
                self._send(status, value) if status != 302 else self._redirect(value)
                return
        self._send(404, {"message": "Not Found"})

    def _redirect(self, location: str) -> None:
        self.send_response(302)
        self.send_header("Location", location)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _send(self, status: int, value: Any) -> None:
        self._send_bytes(status, json.dumps(value).encode())

    def _send_bytes(self, status: int, data: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)


Query = Mapping[str, list[str]]
Answer = tuple[int, Any]


def _page(github: GitHub, rows: list[Any], query: Query) -> Answer:
    size = min(int(query.get("per_page", ["30"])[0]), github.page)
    first = (int(query.get("page", ["1"])[0]) - 1) * size
    return 200, rows[first : first + size]


def _list_artifacts(github: GitHub, ids: list[int], query: Query, _: Any) -> Answer:
    wanted = query.get("name", [""])[0]
    found = [{"id": run, "name": wanted, "expired": False} for run in github.artifacts if run == ids[0]]
    return 200, {"total_count": len(found), "artifacts": found}


def _artifact(github: GitHub, ids: list[int], _: Query, __: Any) -> Answer:
    return 302, f"{github.url}/blob/{ids[0]}"


def _pull(github: GitHub, ids: list[int], _: Query, __: Any) -> Answer:
    return (200, github.pulls[ids[0]]) if ids[0] in github.pulls else (404, {"message": "Not Found"})


def _list_comments(github: GitHub, ids: list[int], query: Query, _: Any) -> Answer:
    return _page(github, [each for each in github.comments if each["number"] == ids[0]], query)


def _add_comment(github: GitHub, ids: list[int], _: Query, body: dict[str, Any]) -> Answer:
    return 201, github.add_comment(ids[0], body["body"])


def _edit_comment(github: GitHub, ids: list[int], _: Query, body: dict[str, Any]) -> Answer:
    (found,) = [each for each in github.comments if each["id"] == ids[0]]
    found.update(body)
    return 200, found


def _list_issues(github: GitHub, _: list[int], query: Query, __: Any) -> Answer:
    return _page(github, [each for each in github.issues if each["state"] == query["state"][0]], query)


def _add_issue(github: GitHub, _: list[int], __: Query, body: dict[str, Any]) -> Answer:
    return 201, github.add_issue(**body)


def _edit_issue(github: GitHub, ids: list[int], _: Query, body: dict[str, Any]) -> Answer:
    github.issues[ids[0] - 1].update(body)
    return 200, github.issues[ids[0] - 1]


_ROUTES = [
    ("GET", r"/actions/runs/(\d+)/artifacts", _list_artifacts),
    ("GET", r"/actions/artifacts/(\d+)/zip", _artifact),
    ("GET", r"/pulls/(\d+)", _pull),
    ("GET", r"/issues/(\d+)/comments", _list_comments),
    ("POST", r"/issues/(\d+)/comments", _add_comment),
    ("PATCH", r"/issues/comments/(\d+)", _edit_comment),
    ("GET", r"/issues", _list_issues),
    ("POST", r"/issues", _add_issue),
    ("PATCH", r"/issues/(\d+)", _edit_issue),
]
