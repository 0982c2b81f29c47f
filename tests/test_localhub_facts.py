"""The local hub against public facts about the Hub, through the real client.

Each test is called by the fact it pins. The facts come from the documentation, from issues, and from what
others observed; where it says so, the place follows the fact.
"""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi, ModelCard, get_session
from huggingface_hub.errors import (
    BadRequestError,
    HfHubHTTPError,
    RemoteEntryNotFoundError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)

from cardgen import localhub
from cardgen.localhub import Answer, LocalHub
from hub_client import CARD, bearer, client, git, raw, repo_path, titles, write_card

FACTS: list[Any] = []
Check = Callable[[LocalHub, HfApi, str], None]


def fact(text: str) -> Callable[[Check], Check]:
    """Enter a check into the table under the fact that it pins."""

    def enter(check: Check) -> Check:
        FACTS.append(pytest.param(check, id=text))
        return check

    return enter


@pytest.fixture(scope="module")
def shared_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    with localhub.start(tmp_path_factory.mktemp("facts")) as hub:
        yield hub


def blob_id(content: bytes) -> str:
    return hashlib.sha1(b"blob %d\0%s" % (len(content), content)).hexdigest()


def calls(hub: LocalHub) -> list[str]:
    return [str(call) for call in hub.requests]


def run_python(hub: LocalHub, home: Path, code: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """A process of its own: the client reads HF_ENDPOINT and HF_HOME once, when it is imported."""
    environment = {**os.environ, "HF_ENDPOINT": hub.endpoint, "HF_HOME": str(home), **environment}
    return subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=False, timeout=60
    )


# ---- who asks


@fact("whoami names the user and the role of the token")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    answer = api.whoami()
    assert answer["type"] == "user"
    assert answer["name"] == "local"
    assert answer["auth"]["accessToken"]["role"] == "write"


@fact("an unknown token is refused with 401 'Invalid credentials in Authorization header' (huggingface_hub#3368)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    with pytest.raises(HfHubHTTPError, match="Invalid user token") as caught:
        client(hub, "hf_wrong").whoami()
    assert caught.value.response.status_code == 401
    assert caught.value.response.json() == {"error": "Invalid credentials in Authorization header"}


@fact("an unknown token is refused for public repos too, and is not taken for a missing repo")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    with pytest.raises(HfHubHTTPError) as caught:
        client(hub, "hf_wrong").repo_info(repo_id)
    assert caught.value.response.status_code == 401
    assert not isinstance(caught.value, RepositoryNotFoundError)


# ---- repos


@fact("create_repo answers with an address that the client can parse; datasets have a prefix")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    model = api.create_repo(f"{repo_id}-model")
    dataset = api.create_repo(f"{repo_id}-model", repo_type="dataset")
    assert (model.repo_type, model.repo_id, str(model)) == (
        "model",
        f"{repo_id}-model",
        f"{hub.endpoint}/{repo_id}-model",
    )
    assert (dataset.repo_type, str(dataset)) == ("dataset", f"{hub.endpoint}/datasets/{repo_id}-model")


@fact("a repo without a namespace belongs to the user")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    name = repo_id.partition("/")[2]
    assert api.create_repo(name).repo_id == f"local/{name}"


@fact("the first commit is 'initial commit' by system, with .gitattributes")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    first = api.list_repo_commits(repo_id)[-1]
    assert (first.title, first.authors) == ("initial commit", ["system"])
    assert api.list_repo_files(repo_id, revision=first.commit_id) == [".gitattributes"]
    assert "*.safetensors filter=lfs" in git(repo_path(hub, repo_id), "show", "main:.gitattributes")


@fact("creating a repo again is a 409 whose body carries the url, on which exist_ok relies")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    assert str(api.create_repo(repo_id, exist_ok=True)) == f"{hub.endpoint}/{repo_id}"
    with pytest.raises(HfHubHTTPError, match="already created") as caught:
        api.create_repo(repo_id)
    assert caught.value.response.status_code == 409
    assert titles(hub, repo_id) == ["initial commit"]


@fact("a namespace that is not the user's is a 403 in these words (deep-rl-class#508)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    guest = client(hub, hub.add_token("write", ("mine",)))
    with pytest.raises(HfHubHTTPError, match='create a model under the namespace "foreign"') as caught:
        guest.create_repo("foreign/new")
    assert caught.value.response.status_code == 403
    assert not repo_path(hub, "foreign/new").exists()


@fact("with a token a missing repo is a 404 RepoNotFound")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    with pytest.raises(RepositoryNotFoundError) as caught:
        api.repo_info("nobody/nothing")
    with pytest.raises(RepositoryNotFoundError):
        api.repo_info("an-id-without-a-namespace")
    assert caught.value.response.status_code == 404
    assert caught.value.response.headers["X-Error-Code"] == "RepoNotFound"


@fact("to an anonymous reader a missing repo is a 401 'Invalid username or password.' without an error code")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    for path in ("/api/models/nobody/nothing", "/nobody/nothing/resolve/main/README.md", "/nobody/nothing"):
        status, headers, _ = raw(hub, "GET", path)
        assert (status, "x-error-code" in headers) == (401, False)
    answer = get_session().get(f"{hub.endpoint}/api/models/nobody/nothing")
    assert answer.json() == {"error": "Invalid username or password."}


@fact("to an anonymous reader a private repo looks like none; its members see it")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    api.create_repo(f"{repo_id}-private", private=True)
    assert api.repo_info(f"{repo_id}-private").private is True
    assert raw(hub, "GET", f"/api/models/{repo_id}-private")[0] == 401
    with pytest.raises(RepositoryNotFoundError):
        client(hub, hub.add_token("write", ("mine",))).repo_info(f"{repo_id}-private")


@fact("repo_info gives commit, files, card data, and what the client derives from them")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    card = b"---\nlicense: mit\nbase_model: a/b\npipeline_tag: text-generation\ntags: [x]\nnew: 2026-01-02\n---\n"
    oid = write_card(api, repo_id, card)
    info = api.model_info(repo_id, files_metadata=True)
    assert (info.id, info.author, info.sha, info.private, info.gated) == (repo_id, "lab", oid, False, False)
    assert info.pipeline_tag == "text-generation"
    assert info.card_data is not None
    assert info.card_data["new"] == "2026-01-02"
    assert {"license:mit", "base_model:a/b", "x"} <= set(info.tags or ())
    files = {each.rfilename: (each.size, each.blob_id) for each in info.siblings or ()}
    assert files["README.md"] == (len(card), blob_id(card))


@fact("expand picks the fields of repo_info")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    info = api.model_info(repo_id, expand=["sha", "private"])
    assert info.sha == git(repo_path(hub, repo_id), "rev-parse", "main")
    assert info.siblings is None


@fact("auth-check answers with its status: 200, 401, 403, 404")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    api.auth_check(repo_id, write=True)
    client(hub, token=False).auth_check(repo_id)
    reader = client(hub, hub.add_token("read"))
    reader.auth_check(repo_id)
    with pytest.raises(HfHubHTTPError) as caught:
        reader.auth_check(repo_id, write=True)
    assert caught.value.response.status_code == 403
    with pytest.raises(RepositoryNotFoundError):
        api.auth_check("nobody/nothing")
    assert raw(hub, "GET", f"/api/models/{repo_id}/auth-check/write")[0] == 401


@fact("a deleted repo is gone, and can be made anew")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    write_card(api, repo_id)
    api.delete_repo(repo_id)
    assert not api.repo_exists(repo_id)
    with pytest.raises(RepositoryNotFoundError):
        api.delete_repo(repo_id)
    api.create_repo(repo_id)
    assert titles(hub, repo_id) == ["initial commit"]


# ---- files


@fact("HEAD of a file carries X-Repo-Commit, the git blob's id as ETag, and the size")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    oid = write_card(api, repo_id)
    status, headers, body = raw(hub, "HEAD", f"/{repo_id}/resolve/main/README.md")
    assert (status, body) == (200, b"")
    assert (headers["x-repo-commit"], headers["etag"]) == (oid, f'"{blob_id(CARD)}"')
    assert headers["content-length"] == str(len(CARD))


@fact("a download is the file's bytes, of a dataset and of an older revision too")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    api.create_repo(repo_id, repo_type="dataset")
    old = write_card(api, repo_id, CARD, repo_type="dataset")
    write_card(api, repo_id, CARD + b"more\n", repo_type="dataset")
    for revision, content in ((None, CARD + b"more\n"), (old, CARD), (old[:8], CARD)):
        path = api.hf_hub_download(repo_id, "README.md", repo_type="dataset", revision=revision)
        assert Path(path).read_bytes() == content


@fact("a download that broke off goes on where it stopped (Range)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    write_card(api, repo_id)
    path = f"/{repo_id}/resolve/main/README.md"
    status, headers, body = raw(hub, "GET", path, {"range": "bytes=10-"})
    assert (status, body) == (206, CARD[10:])
    assert headers["content-range"] == f"bytes 10-{len(CARD) - 1}/{len(CARD)}"
    assert raw(hub, "GET", path, {"range": f"bytes={len(CARD)}-"})[0] == 416


@fact("a missing file is a 404 EntryNotFound that names the commit")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    with pytest.raises(RemoteEntryNotFoundError) as caught:
        api.hf_hub_download(repo_id, "README.md")
    assert caught.value.response.headers["X-Repo-Commit"] == git(repo_path(hub, repo_id), "rev-parse", "main")


@fact("a missing revision is a 404 RevisionNotFound 'Invalid rev id' (huggingface_hub#2411)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    for ask in (
        lambda: api.repo_info(repo_id, revision="nowhere"),
        lambda: api.hf_hub_download(repo_id, "README.md", revision="refs/pr/7"),
        lambda: write_card(api, repo_id, revision="nowhere"),
        lambda: api.list_repo_commits(repo_id, revision="0" * 40),
    ):
        with pytest.raises(RevisionNotFoundError) as caught:
            ask()
        assert caught.value.response.status_code == 404


@fact("a revision is quoted whole: a branch of the name a/b is one part of the path")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    git(repo_path(hub, repo_id), "branch", "a/b", "main")
    oid = write_card(api, repo_id, revision="a/b")
    assert api.repo_info(repo_id, revision="a/b").sha == oid
    assert api.repo_info(repo_id, revision="refs/heads/a/b").sha == oid
    assert titles(hub, repo_id) == ["initial commit"]
    assert any("/commit/a%2Fb" in call for call in calls(hub))


@fact("tree rows have type, path, git's oid and size; folders are entered on request")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    api.upload_file(repo_id=repo_id, path_in_repo="docs/a b/ü.md", path_or_fileobj=b"text")
    top = {row.path: row for row in api.list_repo_tree(repo_id)}
    assert set(top) == {".gitattributes", "docs"}
    below = {row.path: row for row in api.list_repo_tree(repo_id, "docs", recursive=True)}
    assert set(below) == {"docs/a b", "docs/a b/ü.md"}
    assert getattr(below["docs/a b/ü.md"], "blob_id", "") == blob_id(b"text")
    with pytest.raises(RemoteEntryNotFoundError):
        list(api.list_repo_tree(repo_id, "nothing"))


@fact("paths-info is a form, and leaves out paths that are not there")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    write_card(api, repo_id)
    found = api.get_paths_info(repo_id, ["README.md", "nothing.md", "../README.md"])
    assert [each.path for each in found] == ["README.md"]


@fact("refs lists branches and tags with the commit that they lead to")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    git(repo_path(hub, repo_id), "tag", "-a", "v1", "-m", "first", "main")
    refs = api.list_repo_refs(repo_id, include_pull_requests=True)
    head = git(repo_path(hub, repo_id), "rev-parse", "main")
    assert [(each.name, each.ref, each.target_commit) for each in refs.branches] == [("main", "refs/heads/main", head)]
    assert [(each.name, each.target_commit) for each in refs.tags] == [("v1", head)]
    assert refs.pull_requests == []
    assert api.repo_info(repo_id, revision="v1").sha == head


@fact("long lists come in pages that Link leads through: commits")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    commits = "".join(
        f"commit refs/heads/main\ncommitter somebody <s@example.org> {1700000000 + number} +0000\n"
        f"data <<END\ncommit {number}\nEND\n{'from refs/heads/main^0' if number == 0 else ''}\n"
        for number in range(120)
    )
    git(repo_path(hub, repo_id), "fast-import", "--quiet", text=commits)
    found = api.list_repo_commits(repo_id, formatted=True)
    assert [each.title for each in found] == titles(hub, repo_id)
    assert len({each.commit_id for each in found}) == 121
    assert found[0].formatted_title == "commit 119"
    assert sum("/commits/" in call for call in calls(hub)) == 3


@fact("long lists come in pages that Link leads through: files")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    names = [f"many/file {number:04}.md" for number in range(1500)]
    api.create_commit(repo_id, [CommitOperationAdd(name, name.encode()) for name in names], commit_message="Many files")
    hub.requests.clear()
    found = [row.path for row in api.list_repo_tree(repo_id, "many", recursive=True)]
    assert found == names
    assert len(calls(hub)) == 2


# ---- commits


@fact("a card is committed with three calls: validate-yaml, preupload, commit")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    info = api.upload_file(repo_id=repo_id, path_in_repo="README.md", path_or_fileobj=CARD)
    api_path = f"POST /api/models/{repo_id}"
    assert calls(hub) == ["POST /api/validate-yaml", f"{api_path}/preupload/main", f"{api_path}/commit/main"]
    assert str(info.commit_url) == f"{hub.endpoint}/{repo_id}/commit/{info.oid}"
    assert git(repo_path(hub, repo_id), "show", "main:README.md").encode() + b"\n" == CARD


@fact("a commit carries title, description and author, and git agrees with all of it")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    oid = write_card(api, repo_id, commit_message="Title ü", commit_description="Why,\n\nat length.")
    path = repo_path(hub, repo_id)
    assert git(path, "log", "-1", "--format=%H|%an|%B", "main") == f"{oid}|local|Title ü\n\nWhy,\n\nat length."
    newest = api.list_repo_commits(repo_id)[0]
    assert (newest.commit_id, newest.title, newest.message) == (oid, "Title ü", "Why,\n\nat length.")
    git(path, "fsck", "--strict", "--no-dangling")


@fact("preupload gives the blob that is there, so equal content makes no commit: GET revision instead")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    oid = write_card(api, repo_id)
    hub.requests.clear()
    assert write_card(api, repo_id) == oid
    api_path = f"/api/models/{repo_id}"
    assert calls(hub)[1:] == [f"POST {api_path}/preupload/main", f"GET {api_path}/revision/main"]
    assert titles(hub, repo_id) == ["Update the card", "initial commit"]


@fact("a stale parent is a 412 'A commit has happened since.' (dataset-viewer#2159), and changes nothing")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    stale = write_card(api, repo_id, CARD)
    write_card(api, repo_id, CARD + b"somebody else\n")
    with pytest.raises(HfHubHTTPError, match=r"A commit has happened since\. Please refresh and try again\.") as caught:
        write_card(api, repo_id, CARD + b"mine\n", parent_commit=stale)
    assert caught.value.response.status_code == 412
    assert git(repo_path(hub, repo_id), "show", "main:README.md").endswith("somebody else")


@fact("a parent that is the head is taken, shortened too")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    first = write_card(api, repo_id, CARD)
    second = write_card(api, repo_id, CARD + b"1\n", parent_commit=first)
    write_card(api, repo_id, CARD + b"2\n", parent_commit=second[:7])
    assert len(titles(hub, repo_id)) == 4


@fact("where nothing would change, a stale parent is not looked at")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    stale = git(repo_path(hub, repo_id), "rev-parse", "main")
    head = write_card(api, repo_id)
    assert write_card(api, repo_id, parent_commit=stale) == head


@fact("files and folders can be deleted; what is not there is an EntryNotFound in the words the client looks for")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    files = [CommitOperationAdd(name, b"x") for name in ("a.md", "docs/b.md", "docs/c/d.md")]
    api.create_commit(repo_id, files, commit_message="Add")
    api.create_commit(repo_id, [CommitOperationDelete("a.md"), CommitOperationDelete("docs/")], commit_message="Delete")
    assert git(repo_path(hub, repo_id), "ls-tree", "-r", "--name-only", "main") == ".gitattributes"
    with pytest.raises(RemoteEntryNotFoundError, match="A file with this name doesn't exist"):
        api.delete_file("a.md", repo_id)


@fact("a bad front matter is refused by the commit too, with 400")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    hub.faults.add("POST", "validate-yaml", Answer(200, '{"errors": [], "warnings": []}'))
    with pytest.raises(BadRequestError, match=r"The YAML metadata of your README.md is invalid."):
        write_card(api, repo_id, b"---\njust text\n---\n")
    assert titles(hub, repo_id) == ["initial commit"]


@fact("a file that .gitattributes sends to LFS is not taken as text, a card neither")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    body = json.dumps({"files": [{"path": path, "size": 3, "sample": ""} for path in ("a.bin", "README.md")]})
    ask = (hub, "POST", f"/api/models/{repo_id}/preupload/main", bearer(hub), body.encode())
    assert [file["uploadMode"] for file in json.loads(raw(*ask)[2])["files"]] == ["lfs", "regular"]
    api.upload_file(repo_id=repo_id, path_in_repo=".gitattributes", path_or_fileobj=b"*.md filter=lfs\n")
    assert [file["uploadMode"] for file in json.loads(raw(*ask)[2])["files"]] == ["regular", "lfs"]


@fact("a repo that is not one's own refuses at preupload already, in these words (huggingface_hub#1182)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    guest = client(hub, hub.add_token("write", ("mine",)))
    with pytest.raises(HfHubHTTPError, match="pass `create_pr=1` as a query parameter") as caught:
        write_card(guest, repo_id)
    assert caught.value.response.status_code == 403
    assert "preupload" in calls(hub)[-1]


# ---- processes of their own


@fact(
    "create_repo(exist_ok) of a foreign repo that exists falls back to reading it; the client reads HF_ENDPOINT there"
)
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    code = f"import huggingface_hub; print(huggingface_hub.HfApi().create_repo({repo_id!r}, exist_ok=True))"
    done = run_python(hub, hub.root / "home-exists", code, HF_TOKEN=hub.add_token("write", ("mine",)))
    assert done.stdout == f"{hub.endpoint}/{repo_id}\n", done.stderr


@fact("the first call of a process asks /api/agent-harnesses, without a token")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    code = "import huggingface_hub; huggingface_hub.HfApi().whoami()"
    with_telemetry = {"HF_HUB_DISABLE_TELEMETRY": "0", "HF_TOKEN": hub.token}
    done = run_python(hub, hub.root / "home-harness", code, **with_telemetry)
    assert (done.returncode, done.stderr) == (0, "")
    assert "GET /api/agent-harnesses" in calls(hub)


@fact("`hf auth login` takes the token and saves it for its owner alone")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    home = hub.root / "home-login"
    code = f"import huggingface_hub; huggingface_hub.login(token={hub.token!r})"
    done = run_python(hub, home, code)
    assert done.returncode == 0, done.stderr
    assert (home / "token").read_text() == hub.token
    assert (home / "token").stat().st_mode & 0o077 == 0


@fact("RepoCard.validate sends no token and reads errors as plain text")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    code = "from huggingface_hub import ModelCard; ModelCard('---\\nlicense: mit-0\\n---\\n').validate()"
    done = run_python(hub, hub.root / "home-validate", code)
    assert 'ValueError: "license" must be one of [apache-2.0, ' in done.stderr
    done = run_python(hub, hub.root / "home-validate", code.replace("mit-0", "mit"))
    assert done.returncode == 0, done.stderr


@fact("ModelCard.push_to_hub and load, which know only HF_ENDPOINT, work")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    code = f"from huggingface_hub import ModelCard; c = ModelCard({CARD.decode()!r}); c.push_to_hub({repo_id!r})"
    code += f"; assert ModelCard.load({repo_id!r}).text == c.text"
    done = run_python(hub, hub.root / "home-card", code, HF_TOKEN=hub.token)
    assert done.returncode == 0, done.stderr
    assert str(ModelCard(git(repo_path(hub, repo_id), "show", "main:README.md"))).encode() + b"\n" == CARD


@pytest.mark.parametrize("check", FACTS)
def test_fact(check: Check, shared_hub: LocalHub, request: pytest.FixtureRequest) -> None:
    api = client(shared_hub)
    repo_id = f"lab/repo{NUMBERS[check]}"
    api.create_repo(repo_id)
    shared_hub.requests.clear()
    try:
        check(shared_hub, api, repo_id)
    finally:
        shared_hub.faults.clear()


NUMBERS = {entry.values[0]: number for number, entry in enumerate(FACTS)}
