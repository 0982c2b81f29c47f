"""Discussions as the Hub answers them (real answers: the tests of huggingface/hf-hub, discussions of gpt2)."""

from __future__ import annotations

from html import escape
from typing import Any

from cardgen.localhub import pull_requests
from cardgen.localhub.api import dates, people
from cardgen.localhub.call import Call
from cardgen.localhub.discussion_store import Discussion, Event
from cardgen.localhub.git_repo import CommitInfo
from cardgen.localhub.names import RepoName


def row(call: Call, name: RepoName, found: Discussion) -> dict[str, Any]:
    """A discussion in a list."""
    return {
        **_common(name, found),
        "numComments": call.storage.discussions.comments(name, found.num),
        "topReactions": [],
        "numReactionUsers": 0,
        "repoOwner": {"name": name.namespace, "type": "org", "isDiscussionAuthor": found.author == name.namespace},
    }


def details(call: Call, name: RepoName, found: Discussion, *, with_diff: bool) -> dict[str, Any]:
    """All of a discussion, with what happened in it; of a pull request also what it proposes.

    Whether the Hub keeps the diff of a gated repo to itself is not known; here it goes where the files go.
    """
    happened = call.storage.discussions.events(name, found.num)
    answer = {**_common(name, found), "locked": False, "collection": "discussions"}
    if found.base is None:
        return {**answer, "events": [event(each) for each in happened]}
    with call.open(name) as repo:
        proposed = [_commit(info, found) for info in pull_requests.commits(repo, found)]
        answer["filesWithConflicts"] = pull_requests.conflicts(repo, found)
        if with_diff and call.may_read_files(name):
            answer["diff"] = pull_requests.diff(repo, found)
    merged = {"mergeCommitId": found.merge_commit} if found.merge_commit else {}
    answer["changes"] = {"base": found.base.ref, **merged}
    answer["diffUrl"] = f"{call.base}{name.path}/discussions/{found.num}/files.diff"
    everything = [event(each) for each in happened] + proposed
    return {**answer, "events": sorted(everything, key=lambda each: str(each["createdAt"]))}


def event(happened: Event) -> dict[str, Any]:
    """Something that happened, with its author."""
    data = dict(happened.data)
    date = dates.of_epoch(happened.created_at)
    if happened.type == "comment":
        text = data.pop("raw")
        data["latest"] = {
            "raw": text,
            "html": f"<p>{escape(text)}</p>\n",
            "updatedAt": date,
            "author": {"name": happened.author},
        }
        data |= {"numEdits": 0, "editors": [happened.author], "history": [], "reactions": []}
    return {
        "id": happened.id,
        "author": people.user(happened.author),
        "createdAt": date,
        "type": happened.type,
        "data": data,
    }


def _common(name: RepoName, found: Discussion) -> dict[str, Any]:
    return {
        "num": found.num,
        "author": people.user(found.author),
        "repo": {"name": name.repo_id, "type": name.singular},
        "title": found.title,
        "status": found.status,
        "createdAt": dates.of_epoch(found.created_at),
        "isPullRequest": found.base is not None,
        "pinned": False,
    }


def _commit(info: CommitInfo, found: Discussion) -> dict[str, Any]:
    """A commit of a pull request; git knows whole seconds only, and none is older than the pull request."""
    return {
        "id": info.oid[:24],
        "author": people.user(info.author),
        "createdAt": dates.of_epoch(max(info.date.timestamp(), found.created_at)),
        "type": "commit",
        "data": {"subject": info.title, "oid": info.oid, "parents": list(info.parents)},
    }
