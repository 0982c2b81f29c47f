"""The token is in nothing that a run prints, writes or raises, whatever the Hub answers, also if it says it itself."""

from __future__ import annotations

import contextlib
import logging
import traceback
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest
from huggingface_hub import constants

from cardgen import hub
from cardgen.cli import main, publishing
from cardgen.committing import Commit
from cardgen.errors import HubError
from cardgen.hub_collections import HubCollections
from cardgen.hub_pull_requests import HubPullRequests
from cardgen.localhub import Answer, Drop, LocalHub
from clocks import QuickClock
from hub_client import client, write_card
from project import MANIFEST, Project

COLLECTION: Final = "collection: {title: The family, description: Two models.}\n"


def answers(token: str) -> Mapping[str, Answer | Drop]:
    """What a Hub, or what stands before it, may answer; each says the token where it can."""
    said = f'{{"error": "you sent {token}", "errors": [{{"message": "{token}"}}], "name": "{token}"}}'
    page = {"Content-Type": "text/html"}
    told = {"X-Error-Message": f"wrong: {token}", "X-Request-Id": token, "Content-Type": "application/json"}
    return {
        **{str(status): Answer(status, said, told) for status in (400, 401, 402, 403, 404, 409, 412, 413, 501)},
        "a page": Answer(200, f"<html>{token}</html>", page),
        "another answer": Answer(200, said, told),
        "a list": Answer(200, f'["{token}"]', told),
        "500": Answer(500, f"<html>{token}</html>", page),
        "429": Answer(429, token, {"RateLimit": '"api";r=0;t=1', **told}),
        "a quota": Answer(429, f"hourly quotas for action: {token}", told),
        "another repo": Answer(404, token, {"X-Error-Code": "RepoNotFound", **told}),
        "gated": Answer(403, token, {"X-Error-Code": "GatedRepo", **told}),
        "a commit": Answer(200, token, {"X-Repo-Commit": token, "ETag": f'"{token}"'}),
        "a redirect": Answer(302, "", {"Location": f"http://127.0.0.1:9/{token}"}),
        "a redirect to a name": Answer(307, "", {"Location": f"http://{token.lower()}.invalid/"}),
        "a redirect to nothing": Answer(302, "", {"Location": f"x{token}:///"}),
        "a redirect in circles": Answer(302, "", {"Location": f"/lab/small-one/resolve/main/README.md?{token}"}),
        "a warning": Answer(200, said, {"X-HF-Warning": f"token; {token}", **told}),
        "no answer": Drop("before"),
        "half": Drop("midway"),
    }


NAMES: Final = [*answers("hf_x")]
RUN_NAMES: Final = (
    "400",
    "401",
    "403",
    "429",
    "500",
    "another answer",
    "a commit",
    "a warning",
    "a redirect in circles",
)


@pytest.fixture
def inside(project: Project, local_hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> Project:
    """The command line in this process, against the hub, without waiting."""
    project.write(MANIFEST + COLLECTION)
    monkeypatch.chdir(project.folder)
    monkeypatch.setenv("HF_TOKEN", local_hub.token)
    connect = hub.connect
    monkeypatch.setattr(hub, "connect", lambda **options: connect(local_hub.endpoint, local_hub.token, **options))
    monkeypatch.setattr(publishing, "Clock", QuickClock)
    return project


RUNS: Final[tuple[tuple[str, ...], ...]] = (
    ("build", "-v"),
    *(("plan", "-v", "--format", form) for form in ("text", "json", "markdown")),
    ("push", "-v", "--offline", "--yes"),
    ("push", "-v", "--offline", "--pr"),
    ("pull", "-v", "--all"),
    *(
        ("check", "-v", "--offline", "--format", form, "--report", f"report.{form}")
        for form in ("text", "json", "markdown", "sarif", "junit")
    ),
    ("check", "-v", "--allow-private"),
)


def written(project: Project, token: str) -> list[Path]:
    """The files of a project, and of the client's own folder, that hold the token."""
    folders = (project.folder, Path(constants.HF_HOME))
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if token.encode() in path.read_bytes()]


def probe(
    project: Project,
    local: LocalHub,
    told: Callable[[], object],
    caplog: pytest.LogCaptureFixture,
    *runs: tuple[str, ...],
    level: int = logging.WARNING,
) -> None:
    """Run it all, and look. What the HTTP library logs below a warning has what a server says, and is not shown."""
    with caplog.at_level(level):
        for arguments in runs:
            with contextlib.suppress(SystemExit):
                main([*arguments])
    told_all = f"{told()}\n{caplog.text}\n{[vars(record) for record in caplog.records]}"
    assert local.token.lower() not in told_all.lower()
    assert not written(project, local.token)
    assert not [call for call in local.requests if local.token in f"{call}{call.query}" and "resolve" not in str(call)]


def test_a_run_in_which_all_goes_well(
    inside: Project, local_hub: LocalHub, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    probe(inside, local_hub, capfd.readouterr, caplog, *RUNS, *RUNS, level=logging.DEBUG)
    write_card(client(local_hub), "lab/small-one", b"---\nlicense: mit\n---\n# By hand\n")
    inside.replace("A family", "Another family")
    probe(inside, local_hub, capfd.readouterr, caplog, *RUNS, level=logging.DEBUG)
    assert local_hub.requests


@pytest.mark.parametrize("name", RUN_NAMES)
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_run_in_which_the_hub_says_the_token(
    inside: Project,
    local_hub: LocalHub,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
    method: str,
    name: str,
) -> None:
    main(["build", "-q"])
    fault = local_hub.faults.add(method, ".", answers(local_hub.token)[name])
    probe(inside, local_hub, capfd.readouterr, caplog, ("plan", "-v", "--format", "json"), ("push", "-v", "--offline"))
    if method == "POST":
        local_hub.faults.clear()
        main(["push", "-q", "--offline"])
        inside.replace("A family", "Another family")
        main(["build", "-q"])
        fault = local_hub.faults.add(method, ".", answers(local_hub.token)[name])
        probe(inside, local_hub, capfd.readouterr, caplog, ("push", "-v", "--offline", "--pr"))
    assert fault.fired


@pytest.mark.parametrize("name", NAMES)
def test_an_exception_with_all_that_hangs_on_it(local_hub: LocalHub, name: str) -> None:
    """Tracebacks as a test runner shows them, with the variables of every frame."""
    commit = Commit(("model", "lab/one"), {"README.md": b"x"}, "0" * 40, "Title")
    for method in ("GET", "POST"):
        local_hub.faults.add(method, ".", answers(local_hub.token)[name])
    shown = ""
    with hub.connect(local_hub.endpoint, local_hub.token, clock=QuickClock()) as connection:
        pulls, collections = HubPullRequests(connection), HubCollections(connection)
        for request in (
            connection.whoami,
            lambda: connection.read(("model", "lab/one")),
            lambda: connection.history(("model", "lab/one")),
            lambda: connection.create(("model", "lab/one")),
            lambda: connection.commit(commit),
            lambda: pulls.find(("model", "lab/one"), "local"),
            lambda: pulls.open(commit),
            lambda: collections.find("lab", "Title"),
        ):
            try:
                request()
            except HubError as error:
                seen = traceback.TracebackException.from_exception(error, capture_locals=True)
                shown += "".join(seen.format()) + repr(error) + error.hint + repr(error.__cause__ or error.__context__)
    assert local_hub.token.lower() not in shown.lower()
    assert shown or name in {"another repo", "a commit"}
