"""The local hub against public facts about the Hub: pull requests, opened and updated."""

from __future__ import annotations

import json

import pytest
from huggingface_hub import HfApi
from huggingface_hub.community import DiscussionComment, DiscussionCommit, DiscussionStatusChange
from huggingface_hub.errors import BadRequestError, HfHubHTTPError, RevisionNotFoundError

import hub_facts
from cardgen.localhub import LocalHub
from hub_client import CARD, client, details, git, propose, raw, repo_path, titles, write_card
from hub_facts import Check, Facts, calls

fact = Facts()


@fact("create_commit(create_pr=True) opens a pull request under refs/pr/N of the same repo; main stays as it is")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    info = propose(api, repo_id)
    assert (info.pr_num, info.pr_revision) == (1, "refs/pr/1")
    assert info.pr_url == f"{hub.endpoint}/{repo_id}/discussions/1"
    path = repo_path(hub, repo_id)
    assert git(path, "rev-parse", "refs/pr/1") == info.oid
    assert (
        git(path, "log", "-1", "--format=%s|%an|%P", "refs/pr/1")
        == f"Add a card|local|{git(path, 'rev-parse', 'main')}"
    )
    assert titles(hub, repo_id) == ["initial commit"]
    queries = [(call.path.split("/")[-2], call.query) for call in hub.requests if call.method == "POST"]
    assert queries[1:] == [("preupload", "create_pr=1"), ("commit", "create_pr=1")]
    git(path, "fsck", "--strict", "--no-dangling")


@fact("its details: title, open, base refs/heads/main, the description as first comment, the commit, the diff (gpt2#1)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    info = propose(api, repo_id)
    found = details(api, repo_id)
    assert (found.title, found.status, found.author, found.is_pull_request) == ("Add a card", "open", "local", True)
    assert (found.target_branch, found.conflicting_files, found.merge_commit_oid) == ("refs/heads/main", [], None)
    said, committed = found.events
    assert isinstance(said, DiscussionComment)
    assert isinstance(committed, DiscussionCommit)
    assert (said.content, said.edited, said.hidden) == ("Why.", False, False)
    assert (committed.oid, committed.summary) == (info.oid, "Add a card")
    assert "+# A card" in (found.diff or "")
    assert git(repo_path(hub, repo_id), "diff", "main...refs/pr/1", "--stat").startswith("README.md")
    without_diff = json.loads(raw(hub, "GET", f"/api/models/{repo_id}/discussions/1")[2])
    assert "diff" not in without_diff


@fact("anybody may propose to a public repo of others (docs: no forks are involved); the commit alone is refused")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    guest = client(hub, hub.add_token("write", ("mine",), user="ann"))
    propose(guest, repo_id)
    assert details(api, repo_id).author == "ann"
    write_card(guest, repo_id, CARD + b"more\n", revision="refs/pr/1")
    with pytest.raises(HfHubHTTPError, match="pass `create_pr=1` as a query parameter") as caught:
        write_card(guest, repo_id)
    assert caught.value.response.status_code == 403
    other = client(hub, hub.add_token("write", ("mine",), user="bob"))
    with pytest.raises(HfHubHTTPError) as caught:
        write_card(other, repo_id, revision="refs/pr/1")
    assert caught.value.response.status_code == 403
    assert titles(hub, repo_id) == ["initial commit"]


@fact("a token that may only open pull requests (datasets#7777) is refused on main and taken with create_pr")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    proposer = client(hub, hub.add_token("pull-requests", user="bot"))
    with pytest.raises(HfHubHTTPError, match="pass `create_pr=1` as a query parameter") as caught:
        write_card(proposer, repo_id)
    assert caught.value.response.status_code == 403
    assert calls(hub)[-1].endswith("/preupload/main")
    with pytest.raises(HfHubHTTPError):
        proposer.auth_check(repo_id, write=True)
    info = propose(proposer, repo_id)
    write_card(proposer, repo_id, CARD + b"more\n", revision=info.pr_revision, parent_commit=info.oid)
    for refused in (
        lambda: proposer.merge_pull_request(repo_id, 1),
        lambda: proposer.create_repo("lab/mine"),
        lambda: proposer.create_branch(repo_id, branch="b"),
        lambda: proposer.create_collection("Mine", namespace="lab"),
        lambda: proposer.delete_repo(repo_id),
    ):
        with pytest.raises(HfHubHTTPError) as caught:
            refused()
        assert caught.value.response.status_code == 403
    assert proposer.whoami()["auth"]["accessToken"]["role"] == "fineGrained"


@fact("a token that reads neither proposes nor comments")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    reader = client(hub, hub.add_token("read"))
    propose(api, repo_id)
    for refused in (
        lambda: propose(reader, repo_id),
        lambda: reader.comment_discussion(repo_id, 1, "x"),
        lambda: reader.create_pull_request(repo_id, "Mine"),
        lambda: reader.change_discussion_status(repo_id, 1, "closed"),
    ):
        with pytest.raises(HfHubHTTPError) as caught:
            refused()
        assert caught.value.response.status_code == 403
    assert len(details(api, repo_id).events) == 2


@fact("a pull request is updated by a commit to its ref, which can be refused as stale")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    info = propose(api, repo_id)
    oid = write_card(api, repo_id, CARD + b"more\n", revision="refs/pr/1", parent_commit=info.oid)
    assert api.repo_info(repo_id, revision="refs/pr/1").sha == oid
    with pytest.raises(HfHubHTTPError, match="A commit has happened since"):
        write_card(api, repo_id, CARD + b"other\n", revision="refs/pr/1", parent_commit=info.oid)
    assert [event.type for event in details(api, repo_id).events] == ["comment", "commit", "commit"]
    assert [each.title for each in api.list_repo_commits(repo_id, revision="refs/pr/1")][:2] == [
        "Update the card",
        "Add a card",
    ]
    assert "/commit/refs%2Fpr%2F1" in " ".join(calls(hub))


@fact("with create_pr, parent_commit is where the pull request starts, not a check")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    stale = git(repo_path(hub, repo_id), "rev-parse", "main")
    write_card(api, repo_id, CARD + b"somebody else\n")
    propose(api, repo_id, parent_commit=stale)
    assert git(repo_path(hub, repo_id), "rev-parse", "refs/pr/1^") == stale
    assert details(api, repo_id).conflicting_files == ["README.md"]


@fact("a pull request starts at a branch: a commit id is a RevisionNotFound")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    head = git(repo_path(hub, repo_id), "rev-parse", "main")
    for revision in (head, "nowhere"):
        with pytest.raises(RevisionNotFoundError):
            propose(api, repo_id, revision=revision)
    api.create_branch(repo_id, branch="next")
    propose(api, repo_id, revision="next")
    assert details(api, repo_id).target_branch == "refs/heads/next"


@fact("where nothing would change no pull request is opened, and the client says nothing of one")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    write_card(api, repo_id)
    assert propose(api, repo_id).pr_url is None
    assert list(api.get_repo_discussions(repo_id)) == []


@fact("asked twice, the Hub opens two pull requests: nothing tells them apart")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    assert [propose(api, repo_id).pr_num for _ in range(2)] == [1, 2]
    refs = api.list_repo_refs(repo_id, include_pull_requests=True).pull_requests or []
    assert [each.ref for each in refs] == ["refs/pr/1", "refs/pr/2"]
    assert git(repo_path(hub, repo_id), "for-each-ref", "--format=%(refname)", "refs/pr") == "refs/pr/1\nrefs/pr/2"


@fact("pull requests that are made without commits are drafts with a ref already (huggingface_hub's own tests)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    made = api.create_pull_request(repo_id, "  Later !  ", description="Soon.")
    assert (made.num, made.title, made.status, made.is_pull_request) == (1, "Later !", "draft", True)
    assert api.repo_info(repo_id, revision="refs/pr/1").sha == git(repo_path(hub, repo_id), "rev-parse", "main")
    write_card(api, repo_id, revision=made.git_reference)
    with pytest.raises(BadRequestError, match="draft"):
        api.merge_pull_request(repo_id, 1)
    published = api.change_discussion_status(repo_id, 1, "open")
    assert isinstance(published, DiscussionStatusChange)
    api.merge_pull_request(repo_id, 1)
    assert details(api, repo_id).status == "merged"


@fact("commits that git pushes to refs/pr/N are the pull request's (docs, How do I manage pull requests locally?)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    propose(api, repo_id)
    path = repo_path(hub, repo_id)
    tree = git(path, "rev-parse", "main^{tree}")
    oid = git(path, "commit-tree", tree, "-p", "refs/pr/1", "-m", "By hand")
    git(path, "update-ref", "refs/pr/1", oid)
    committed = [event for event in details(api, repo_id).events if isinstance(event, DiscussionCommit)]
    assert [(event.summary, event.author) for event in committed] == [("Add a card", "local"), ("By hand", "somebody")]


@pytest.mark.parametrize("check", fact.table)
def test_fact(check: Check, shared_hub: LocalHub) -> None:
    hub_facts.run(check, shared_hub)
