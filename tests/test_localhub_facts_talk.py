"""The local hub against public facts about the Hub: discussions, and how pull requests end."""

from __future__ import annotations

from typing import Any

import pytest
from huggingface_hub import HfApi
from huggingface_hub.community import DiscussionComment
from huggingface_hub.errors import BadRequestError, HfHubHTTPError

import hub_facts
from cardgen.localhub import LocalHub
from hub_client import CARD, bearer, client, details, git, propose, raw, repo_path, titles, write_card
from hub_facts import Check, Facts

fact = Facts()


@fact("discussions and pull requests share one count; a discussion has no ref, no diff and no conflicts")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    propose(api, repo_id)
    made = api.create_discussion(repo_id, "A question", description="Why?")
    assert (made.num, made.status, made.is_pull_request, made.git_reference) == (2, "open", False, None)
    assert made.url == f"{hub.endpoint}/{repo_id}/discussions/2"
    assert (made.diff, made.conflicting_files, made.target_branch) == (None, None, None)
    assert [event.type for event in made.events] == ["comment"]
    with pytest.raises(BadRequestError):
        api.merge_pull_request(repo_id, 2)


@fact("discussions of datasets and spaces have their kind in the address (huggingface_hub#1463)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    for kind in ("dataset", "space"):
        api.create_repo(repo_id, repo_type=kind, space_sdk="static" if kind == "space" else None)
        made = api.create_discussion(repo_id, "A question", repo_type=kind)
        assert (made.url, made.repo_type) == (f"{hub.endpoint}/{kind}s/{repo_id}/discussions/1", kind)
        info = propose(api, repo_id, repo_type=kind)
        assert info.pr_url == f"{hub.endpoint}/{kind}s/{repo_id}/discussions/2"


@fact("discussions are listed the newest first, page by page, by type, status and author")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    ann = client(hub, hub.add_token("write", ("mine",), user="ann"))
    for number in range(30):
        (ann if number % 3 else api).create_discussion(repo_id, f"Question {number}")
    propose(ann, repo_id)
    api.create_pull_request(repo_id, "Draft")
    api.change_discussion_status(repo_id, 1, "closed")
    hub.requests.clear()

    def nums(**wanted: Any) -> list[int]:
        return [each.num for each in api.get_repo_discussions(repo_id, **wanted)]

    assert nums() == list(range(32, 0, -1))
    assert [call.query for call in hub.requests] == ["p=0", "p=1"]
    assert nums(discussion_type="pull_request") == [32, 31]
    assert nums(discussion_type="pull_request", discussion_status="open", author="ann") == [31]
    assert nums(discussion_status="closed") == [1]
    assert nums(author="local", discussion_type="discussion") == list(range(28, 0, -3))
    assert nums(author="nobody") == []


@fact("comment, title and status are answered with the event, which the details then have")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    propose(api, repo_id)
    said = api.comment_discussion(repo_id, 1, "<b>Hello</b>")
    renamed = api.rename_discussion(repo_id, 1, "Another title")
    closed = api.change_discussion_status(repo_id, 1, "closed", comment="No.")
    assert isinstance(said, DiscussionComment)
    assert "&lt;b&gt;" in said.rendered
    assert (said.content, renamed.old_title, renamed.new_title) == ("<b>Hello</b>", "Add a card", "Another title")
    found = details(api, repo_id)
    assert (found.title, found.status) == ("Another title", "closed")
    assert {said.id, renamed.id, closed.id} <= {event.id for event in found.events}
    assert [event.type for event in found.events][-2:] == ["comment", "status-change"]
    assert git(repo_path(hub, repo_id), "rev-parse", "refs/pr/1")
    assert api.change_discussion_status(repo_id, 1, "open").new_status == "open"


@fact("title and status are for the author and for those who may write to the repo (docs, Editing a title)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    ann, bob = (client(hub, hub.add_token("write", ("mine",), user=user)) for user in ("ann", "bob"))
    propose(ann, repo_id)
    ann.rename_discussion(repo_id, 1, "Of Ann")
    for refused in (
        lambda: bob.rename_discussion(repo_id, 1, "Of Bob"),
        lambda: bob.change_discussion_status(repo_id, 1, "closed"),
        lambda: ann.merge_pull_request(repo_id, 1),
    ):
        with pytest.raises(HfHubHTTPError) as caught:
            refused()
        assert caught.value.response.status_code == 403
    bob.comment_discussion(repo_id, 1, "I like it")
    api.change_discussion_status(repo_id, 1, "closed")
    assert (details(api, repo_id).title, details(api, repo_id).status) == ("Of Ann", "closed")


@fact("a title has 3 to 200 characters")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    for title in ("ab", "x" * 201, "   a "):
        with pytest.raises(BadRequestError):
            api.create_discussion(repo_id, title)
    propose(api, repo_id, commit_message="x" * 250)
    assert details(api, repo_id).title == "x" * 200
    assert git(repo_path(hub, repo_id), "log", "-1", "--format=%s", "refs/pr/1") == "x" * 250


@fact("a merge is one commit on main: the title with (#N), the commits, their author (bert-base-uncased#15)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    ann = client(hub, hub.add_token("write", ("mine",), user="ann"))
    info = propose(ann, repo_id)
    second = write_card(ann, repo_id, CARD + b"more\n", revision="refs/pr/1")
    api.merge_pull_request(repo_id, 1, comment="Thanks!")
    path = repo_path(hub, repo_id)
    assert titles(hub, repo_id) == ["Add a card (#1)", "initial commit"]
    body = git(path, "log", "-1", "--format=%b", "main").split("\n\n")
    author = "Co-authored-by: ann <ann@users.noreply.localhost>"
    assert [part.strip() for part in body] == [f"- Add a card ({info.oid})\n- Update the card ({second})", author]
    assert git(path, "log", "-1", "--format=%an", "main") == "local"
    assert git(path, "show", "main:README.md").encode() == CARD + b"more"
    found = details(api, repo_id)
    assert (found.status, found.merge_commit_oid) == ("merged", git(path, "rev-parse", "main"))
    assert [event.type for event in found.events] == ["comment", "commit", "commit", "comment", "status-change"]
    assert git(path, "rev-parse", "refs/pr/1") == second
    git(path, "fsck", "--strict", "--no-dangling")


@fact("a merge joins what both sides changed, in different files and in different lines of one")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    card = b"---\nlicense: mit\n---\n# A card\n\nFirst.\n\nSecond.\n\nThird.\n"
    write_card(api, repo_id, card)
    propose(api, repo_id, card.replace(b"Third", b"3rd"))
    write_card(api, repo_id, card.replace(b"First", b"1st"))
    api.upload_file(repo_id=repo_id, path_in_repo="a.md", path_or_fileobj=b"a")
    assert details(api, repo_id).conflicting_files == []
    api.merge_pull_request(repo_id, 1)
    path = repo_path(hub, repo_id)
    assert git(path, "show", "main:README.md").encode() + b"\n" == card.replace(b"First", b"1st").replace(
        b"Third", b"3rd"
    )
    assert git(path, "show", "main:a.md") == "a"
    assert git(path, "log", "--merges", "--format=%s", "main") == ""


@fact("a pull request in conflict says which files, and cannot be merged")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    write_card(api, repo_id)
    propose(api, repo_id, CARD + b"mine\n")
    head = write_card(api, repo_id, CARD + b"theirs\n")
    assert details(api, repo_id).conflicting_files == ["README.md"]
    with pytest.raises(HfHubHTTPError, match=r"conflicts: README\.md") as caught:
        api.merge_pull_request(repo_id, 1)
    assert caught.value.response.status_code == 409
    assert git(repo_path(hub, repo_id), "rev-parse", "main") == head
    assert details(api, repo_id).status == "open"
    api.change_discussion_status(repo_id, 1, "closed")
    assert details(api, repo_id).conflicting_files == []


@fact("what is merged or closed cannot be merged, what is merged not be closed")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    propose(api, repo_id)
    api.merge_pull_request(repo_id, 1)
    for refused in (
        lambda: api.merge_pull_request(repo_id, 1),
        lambda: api.change_discussion_status(repo_id, 1, "closed"),
    ):
        with pytest.raises(BadRequestError):
            refused()
    assert titles(hub, repo_id) == ["Add a card (#1)", "initial commit"]


@fact("discussions of a private repo are for those who see it; one that is not there is a 404")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    propose(api, repo_id)
    api.update_repo_settings(repo_id, private=True)
    path = f"/api/models/{repo_id}/discussions"
    stranger = {"authorization": f"Bearer {hub.add_token('write', ('mine',))}"}
    assert [raw(hub, "GET", path, headers)[0] for headers in ({}, stranger, bearer(hub))] == [401, 404, 200]
    for number in ("2", "0", "-1", "x", "9" * 30):
        assert raw(hub, "GET", f"{path}/{number}", bearer(hub))[0] == 404
        assert raw(hub, "POST", f"{path}/{number}/comment", bearer(hub), b'{"comment": "x"}')[0] == 404


@pytest.mark.parametrize("check", fact.table)
def test_fact(check: Check, shared_hub: LocalHub) -> None:
    hub_facts.run(check, shared_hub)
