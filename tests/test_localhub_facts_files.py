"""The local hub against public facts about the Hub: files, revisions and history."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import RemoteEntryNotFoundError, RevisionNotFoundError

import hub_facts
from cardgen.localhub import LocalHub
from hub_client import CARD, git, raw, repo_path, titles, write_card
from hub_facts import Check, Facts, blob_id, calls

fact = Facts()


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


@pytest.mark.parametrize("check", fact.table)
def test_fact(check: Check, shared_hub: LocalHub) -> None:
    hub_facts.run(check, shared_hub)
