"""The local hub against public facts about the Hub: commits."""

from __future__ import annotations

import json

import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import BadRequestError, HfHubHTTPError, RemoteEntryNotFoundError

import hub_facts
from cardgen.localhub import Answer, LocalHub
from hub_client import CARD, bearer, client, git, raw, repo_path, titles, write_card
from hub_facts import Check, Facts, calls

fact = Facts()


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


@pytest.mark.parametrize("check", fact.table)
def test_fact(check: Check, shared_hub: LocalHub) -> None:
    hub_facts.run(check, shared_hub)
