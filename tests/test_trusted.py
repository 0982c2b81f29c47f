"""Trusted publishing: a CI job pushes without a stored token, with one that is exchanged for each repo."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from cardgen import hub, hub_trusted, publish
from cardgen.cli import main
from cardgen.hub_trusted import TrustedHub
from cardgen.localhub import Answer, LocalHub, Run
from cardgen.plan import judge_with
from cardgen.survey import survey
from cards import make_card
from clocks import QuickClock
from fake_github import GitHub, id_token, serve
from hub_client import client, titles
from project import Project

CODEIO = Path(__file__).parent.parent / "collections/codeio.yaml"
CLAIMS = {"repository": "lab/cards", "ref": "refs/heads/main"}
REPOS = [("dataset", "lab/data"), ("model", "lab/small-one"), ("model", "lab/small-two")]
CARD = make_card({}, repo_id="lab/one")


@pytest.fixture
def github() -> Iterator[GitHub]:
    with serve() as served:
        yield served


@pytest.fixture
def job(project: Project, local_hub: LocalHub, github: GitHub) -> Project:
    """A project whose pushes run in a job that the repos trust, and that has no token."""
    for kind, repo_id in REPOS:
        client(local_hub).create_repo(repo_id, repo_type=kind)
        local_hub.trust(kind, repo_id, **CLAIMS)
    project.environment = {"HF_ENDPOINT": local_hub.endpoint, **github.identity}
    return project


def exchanges(local: LocalHub) -> int:
    return sum(call.path == "/oauth/token" for call in local.requests)


def test_a_job_without_a_token_publishes_with_one_for_each_repo(
    job: Project, local_hub: LocalHub, github: GitHub
) -> None:
    job.environment["HF_DEBUG"] = "1"
    done = job.run("push", "--offline", "-v")
    assert (done.code, "3 published" in done.err) == (0, True), done.err
    assert "publishing as a trusted publisher" in done.err
    assert exchanges(local_hub) == 3
    assert github.minted == 1
    assert [titles(local_hub, "lab/small-one")[0], len(titles(local_hub, "lab/data", "datasets"))] == [
        "Create card from collections/family.yaml",
        2,
    ]
    assert "hf_local" not in done.out + done.err
    assert "eyJ" not in done.out + done.err


def test_a_push_that_changes_nothing_asks_for_no_token(job: Project, local_hub: LocalHub, github: GitHub) -> None:
    assert job.run("push", "--offline").code == 0
    before = (exchanges(local_hub), github.minted)
    again = job.run("push", "--offline")
    assert (again.code, "3 unchanged" in again.err) == (0, True)
    assert (exchanges(local_hub), github.minted) == before


def test_all_thirteen_cards_of_codeio(
    tmp_path: Path, local_hub: LocalHub, github: GitHub, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = Project(tmp_path / "codeio")
    folder.write(CODEIO.read_text(encoding="utf-8"))
    monkeypatch.chdir(folder.folder)
    assert main(["-q", "build"]) == 0
    repos = [path.relative_to(folder.folder / "build") for path in folder.folder.glob("build/*/*/*/")]
    assert len(repos) == 13
    for repo in repos:
        kind, repo_id = repo.parts[0].removesuffix("s"), "/".join(repo.parts[1:])
        client(local_hub).create_repo(repo_id, repo_type=kind)
        local_hub.trust(kind, repo_id, **CLAIMS)
    folder.environment = {"HF_ENDPOINT": local_hub.endpoint, **github.identity}
    done = folder.run("push", "--offline")
    assert (done.code, "13 published" in done.err) == (0, True), done.err
    assert exchanges(local_hub) == 13
    assert "warning: the collection's page stays as it is" in done.err


def test_a_repo_that_does_not_know_the_job_fails_alone(job: Project, local_hub: LocalHub) -> None:
    stranger = Project(job.folder, job.environment)
    stranger.replace("{key: two}", "{key: two}, {key: three}")
    client(local_hub).create_repo("lab/small-three")
    local_hub.trust("model", "lab/small-three", repository="lab/others")
    assert stranger.run("build").code == 0
    done = stranger.run("push", "--offline")
    assert done.code == 1
    assert "3 published" in done.err
    assert "error: lab/small-three takes no token exchange from this job: invalid_grant: no trusted" in done.err
    assert f"for the repository lab/cards: {local_hub.endpoint}/lab/small-three/settings" in done.err


def test_a_repo_that_is_not_there_cannot_be_made(job: Project, local_hub: LocalHub) -> None:
    job.replace("{key: two}", "{key: two}, {key: three}")
    assert job.run("build").code == 0
    done = job.run("push", "--offline", "--report", "push.json")
    assert done.code == 1
    assert "3 published" in done.err
    assert "error: lab/small-three takes no token exchange from this job" in done.err
    assert "hint: make the repo if it is not there" in done.err
    assert not (local_hub.root / "models/lab/small-three.git").exists()


def test_a_private_repo_is_seen_with_its_own_token(job: Project, local_hub: LocalHub) -> None:
    for name in ("small-one", "small-two"):
        client(local_hub).update_repo_settings(f"lab/{name}", visibility="private")
    client(local_hub).update_repo_settings("lab/small-one", gated="auto")
    assert job.run("push", "--offline").code == 0
    again = job.run("push", "--offline")
    assert (again.code, "3 unchanged" in again.err) == (0, True)


def test_a_token_that_ends_in_the_middle_is_exchanged_anew(job: Project, local_hub: LocalHub) -> None:
    local_hub.faults.add("POST", "/commit/", Run(local_hub.expire_exchanged), 2)
    done = job.run("push", "--offline")
    assert (done.code, "3 published" in done.err) == (0, True), done.err
    assert exchanges(local_hub) > 3


def test_a_token_is_not_used_to_its_very_end(job: Project, local_hub: LocalHub, github: GitHub) -> None:
    local_hub.modes.exchanged_for = hub_trusted.MARGIN
    github.lasts = hub_trusted.MARGIN
    assert job.run("push", "--offline").code == 0
    assert exchanges(local_hub) == github.minted > 3


def test_a_token_of_one_repo_is_refused_for_another(job: Project, local_hub: LocalHub) -> None:
    session = hub.connect(local_hub.endpoint)
    with session as connection:
        claims = id_token(local_hub.endpoint, CLAIMS)
        body = {"grant_type": hub_trusted._GRANT, "subject_token_type": hub_trusted._KIND, "subject_token": claims}
        said = connection.post(f"{local_hub.endpoint}/oauth/token", {**body, "resource": "lab/small-one"}).json()
        assert said["expires_in"] == 3600
    own = HfApi(local_hub.endpoint, token=said["access_token"])
    own.upload_file(path_or_fileobj=b"x", path_in_repo="x", repo_id="lab/small-one")
    for refused in (
        lambda: own.upload_file(path_or_fileobj=b"x", path_in_repo="x", repo_id="lab/small-two"),
        lambda: own.upload_file(path_or_fileobj=b"x", path_in_repo="x", repo_id="lab/small-two", create_pr=True),
        lambda: own.upload_file(path_or_fileobj=b"x", path_in_repo="x", repo_id="lab/data", repo_type="dataset"),
        lambda: own.create_repo("lab/new"),
        lambda: own.create_collection("Mine", namespace="lab"),
        lambda: own.delete_repo("lab/small-one"),
    ):
        with pytest.raises(HfHubHTTPError) as raised:
            refused()
        assert raised.value.response.status_code == 403


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        pytest.param({"subject_token": id_token("https://huggingface.co", CLAIMS)}, "invalid_grant", id="audience"),
        pytest.param({"subject_token": ("", -1.0)}, "invalid_grant", id="over"),
        pytest.param({"subject_token": "not.a.token"}, "invalid_grant", id="no JWT"),
        pytest.param({"subject_token": "nothing"}, "invalid_grant", id="one part"),
        pytest.param({"subject_token": ".W10."}, "invalid_grant", id="a list"),
        pytest.param({"resource": "lab/nothing"}, "invalid_grant", id="no repo"),
        pytest.param({"resource": "datasets/lab/small-one"}, "invalid_grant", id="another kind"),
        pytest.param({"resource": "../etc"}, "invalid_request", id="no resource"),
        pytest.param({"grant_type": "password"}, "invalid_request", id="another grant"),
    ],
)
def test_what_the_local_hub_does_not_exchange(
    job: Project, local_hub: LocalHub, changed: dict[str, object], code: str
) -> None:
    own = {"subject_token": id_token(local_hub.endpoint, CLAIMS), "resource": "lab/small-one"}
    body = {"grant_type": hub_trusted._GRANT, "subject_token_type": hub_trusted._KIND, **own, **changed}
    if changed.get("subject_token") == ("", -1.0):
        body["subject_token"] = id_token(local_hub.endpoint, CLAIMS, -1.0)
    with hub.connect(local_hub.endpoint) as connection:
        answer = connection.post(f"{local_hub.endpoint}/oauth/token", body)
    assert answer.status_code == 400
    assert answer.json()["error"] == code


def test_a_stored_token_goes_first(job: Project, local_hub: LocalHub, github: GitHub) -> None:
    job.environment["HF_TOKEN"] = local_hub.token
    assert job.run("push", "--offline").code == 0
    assert (exchanges(local_hub), github.minted) == (0, 0)


def test_on_request_a_token_is_left_for_the_collections_page(job: Project, local_hub: LocalHub) -> None:
    job.write(job.manifest.read_text(encoding="utf-8") + "collection: {title: A family}\n")
    job.environment["HF_TOKEN"] = local_hub.token
    assert job.run("build").code == 0
    done = job.run("push", "--offline", "--trusted")
    assert (done.code, "3 published" in done.err) == (0, True), done.err
    assert exchanges(local_hub) == 3
    assert (
        len(HfApi(local_hub.endpoint).get_collection(next(iter(client(local_hub).list_collections())).slug).items) == 3
    )


def test_a_job_that_nothing_is_known_of(project: Project, local_hub: LocalHub) -> None:
    done = project.run("push", "--offline", "--trusted")
    assert done.code == 1
    assert "error: nothing says who this job is" in done.err
    assert "hint: on GitHub, give the job `permissions: id-token: write`" in done.err
    assert not list(local_hub.root.glob("*/*/*.git"))


def test_a_job_whose_identity_github_does_not_give(job: Project, local_hub: LocalHub) -> None:
    job.environment["ACTIONS_ID_TOKEN_REQUEST_TOKEN"] = "wrong"
    done = job.run("push", "--offline")
    assert done.code == 1
    assert "error: GitHub does not say who this job is (401)" in done.err
    assert exchanges(local_hub) == 0


def test_pull_requests_take_a_token(job: Project) -> None:
    done = job.run("push", "--offline", "--pr")
    assert done.code == 2
    assert "error: a trusted publisher commits, and opens no pull requests" in done.err


def test_another_ci_gives_its_own_id_token(job: Project, local_hub: LocalHub) -> None:
    own = id_token(local_hub.endpoint, CLAIMS)
    job.environment = {"HF_ENDPOINT": local_hub.endpoint, "HF_OIDC_ID_TOKEN": own}
    done = job.run("push", "--offline")
    assert (done.code, "3 published" in done.err) == (0, True), done.err
    assert own not in done.err


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (Answer(200, "<html>", {"Content-Type": "text/html"}), "takes no token exchange from this job: 200"),
        (Answer(200, '{"access_token": 7}'), "takes no token exchange from this job: 200"),
        (Answer(404, '{"error": "no such page"}'), "takes no token exchange from this job: no such page"),
        (Answer(307, "", {"Location": "https://example.org/"}), "takes no token exchange from this job: 307"),
    ],
)
def test_a_hub_that_does_not_exchange(job: Project, local_hub: LocalHub, answer: Answer, said: str) -> None:
    local_hub.faults.add("POST", "/oauth/token", answer)
    done = job.run("push", "--offline")
    assert done.code == 1
    assert said in done.err


def test_what_a_hub_says_is_told_without_the_proof(local_hub: LocalHub) -> None:
    own = id_token(local_hub.endpoint, CLAIMS)
    local_hub.faults.add("POST", "/oauth/token", Answer(400, f'{{"error": "bad {own} \\u001b[31m"}}'))
    clock = QuickClock()
    with hub.connect(local_hub.endpoint, clock=clock) as connection:
        trusted = TrustedHub(connection, hub_trusted.Identity(own), clock)
        found = survey([CARD], trusted, judge_with(), clock=clock)
    ((_, error),) = found.failed.items()
    assert "bad *** \\x1b[31m" in error.message
    assert own not in repr(hub_trusted.Identity(own))


def test_the_hub_is_busy_with_exchanges(job: Project, local_hub: LocalHub) -> None:
    local_hub.faults.add("POST", "/oauth/token", Answer(429, "later", {"Retry-After": "0"}), 1)
    done = job.run("push", "--offline")
    assert (done.code, "3 published" in done.err) == (0, True), done.err


def test_an_id_token_that_does_not_say_when_it_ends_is_used_once(
    job: Project, local_hub: LocalHub, github: GitHub
) -> None:
    github.opaque = "opaque"
    own = json.dumps({"access_token": local_hub.token})
    local_hub.faults.add("POST", "/oauth/token", Answer(200, own))
    assert job.run("push", "--offline").code == 0
    assert github.minted == 3


@pytest.fixture
def trusted(local_hub: LocalHub, github: GitHub) -> Iterator[TrustedHub]:
    """A trusted publisher of lab/one, which is private; what stands for its reader has a token that is no good."""
    client(local_hub).create_repo("lab/one", private=True)
    local_hub.trust("model", "lab/one", **CLAIMS)
    job = hub_trusted.identity(github.identity)
    assert job
    with hub.connect(local_hub.endpoint, "hf_wrong", clock=QuickClock()) as connection:
        yield TrustedHub(connection, job, QuickClock())


def test_a_repo_that_is_deleted_meanwhile_is_not_made_anew(trusted: TrustedHub, local_hub: LocalHub) -> None:
    assert trusted.read(CARD.repo.key).exists
    assert len(trusted.history(CARD.repo.key)) == 1
    client(local_hub).delete_repo("lab/one")
    found = survey([CARD], trusted, judge_with(), clock=QuickClock())
    (outcome,) = publish.apply(found.plan, trusted, clock=QuickClock())
    assert outcome.error
    assert outcome.error.message == "lab/one does not exist, and a trusted publisher cannot make it"


def test_a_token_that_is_never_taken_fails_its_repo(local_hub: LocalHub, github: GitHub) -> None:
    client(local_hub).create_repo("lab/one")
    local_hub.trust("model", "lab/one", **CLAIMS)
    local_hub.faults.add("POST", "/api/", Run(local_hub.expire_exchanged))
    job = hub_trusted.identity(github.identity)
    assert job
    clock = QuickClock()
    with hub.connect(local_hub.endpoint, clock=clock) as connection:
        trusted = TrustedHub(connection, job, clock)
        wanted = survey([CARD], trusted, judge_with(), clock=clock).plan
        (outcome,) = publish.apply(wanted, trusted, clock=clock)
    assert outcome.state == "failed"
    assert outcome.error
    assert "does not accept the token" in outcome.error.message
    assert outcome.error.hint.startswith("make the repo if it is not there")
