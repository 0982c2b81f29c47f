"""Discussions and pull requests: listed, read, opened, answered, renamed, opened and closed, merged."""

from __future__ import annotations

import time

from starlette.responses import JSONResponse, Response

from cardgen.localhub import discussion_store, pull_requests, refusals
from cardgen.localhub.access import Token
from cardgen.localhub.api import discussion_json
from cardgen.localhub.api.routing import api_route
from cardgen.localhub.call import Call
from cardgen.localhub.discussion_store import Discussion, Event, Status, Wanted
from cardgen.localhub.git_repo import GitRepo
from cardgen.localhub.names import RepoName
from cardgen.localhub.pull_requests import Place

PAGE = 25
MAX_TEXT = 65_536
MIN_TITLE = 3
_TYPES = {"pull_request": True, "discussion": False}
_STATUSES = {"open": True, "closed": False}


def listing(call: Call) -> Response:
    """One page (`p`, from 0) of the discussions of a repo, the newest first; `type`, `status` and `author` pick."""
    name, store = call.repo_name(), call.storage.discussions
    wanted = Wanted(
        _TYPES.get(call.query.get("type", "")), _STATUSES.get(call.query.get("status", "")), call.query.get("author")
    )
    start = call.number("p", 0, 1_000_000) * PAGE
    rows = [discussion_json.row(call, name, each) for each in store.list(name, wanted, start, PAGE)]
    closed = store.count(name, Wanted(open=False))
    return JSONResponse(
        {"discussions": rows, "count": store.count(name, wanted), "start": start, "numClosedDiscussions": closed}
    )


def details(call: Call) -> Response:
    """All of a discussion; with `diff`, what a pull request would change."""
    name = call.repo_name()
    found = _discussion(call, name)
    return JSONResponse(discussion_json.details(call, name, found, with_diff=bool(call.query.get("diff"))))


def create(call: Call) -> Response:
    """Open a discussion, or a pull request without commits, which is a draft."""
    name, caller = call.repo_name(), _talker(call)
    wanted = call.json()
    title, text = _title(wanted.get("title")), _text("description", wanted.get("description") or "", least=0)
    with call.changing(name) as repo:
        if wanted.get("pullRequest"):
            opened = pull_requests.open_draft(_place(call, name, repo), title, text, caller.user)
        else:
            store = call.storage.discussions
            opened = Discussion(store.next_num(name), title, "open", caller.user, time.time(), None, None)
            store.open(name, opened, text)
    url = f"{call.base}{name.path}/discussions/{opened.num}"
    return JSONResponse({"num": opened.num, "pullRequest": opened.base is not None, "url": url})


def comment(call: Call) -> Response:
    """Answer."""
    name, caller = call.repo_name(), _talker(call)
    found = _discussion(call, name)
    event = discussion_store.comment(caller.user, _text("comment", call.json().get("comment")))
    call.storage.discussions.add_event(name, found.num, event)
    return _happened("newMessage", event)


def title(call: Call) -> Response:
    """Give it another title: the author may, and who may write to the repo."""
    name, caller = call.repo_name(), _talker(call)
    found = _own(call, name, caller)
    new = _title(call.json().get("title"))
    event = discussion_store.new_event("title-change", caller.user, {"from": found.title, "to": new})
    call.storage.discussions.set_title(name, found.num, new, event)
    return _happened("newTitle", event)


def status(call: Call) -> Response:
    """Open it (a draft too) or close it: the author may, and who may write to the repo."""
    name, caller = call.repo_name(), _talker(call)
    wanted = call.json()
    if wanted.get("status") not in {"open", "closed"}:
        raise refusals.bad_request('"status" must be one of [open, closed]')
    new: Status = "open" if wanted["status"] == "open" else "closed"
    text = _text("comment", wanted.get("comment") or "", least=0)
    said = (discussion_store.comment(caller.user, text),) if text else ()
    event = discussion_store.new_event("status-change", caller.user, {"status": new})
    with call.changing(name):
        found = _own(call, name, caller)
        if found.status == "merged":
            raise refusals.bad_request("This pull request is merged")
        call.storage.discussions.set_status(name, found.num, new, (*said, event))
    return _happened("newStatus", event)


def merge(call: Call) -> Response:
    """Take a pull request in: who may write to the repo may. Refused while it is a draft, closed, or in conflict."""
    name = call.writable_repo_name()
    text = _text("comment", call.json().get("comment") or "", least=0)
    with call.changing(name) as repo:
        pull_requests.merge(_place(call, name, repo), _discussion(call, name), call.known_caller().user, text)
    return JSONResponse({"success": True})


def _talker(call: Call) -> Token:
    caller = call.known_caller()
    if not caller.may_discuss:
        raise refusals.no_rights("open or answer discussions")
    return caller


def _own(call: Call, name: RepoName, caller: Token) -> Discussion:
    found = _discussion(call, name)
    if found.author != caller.user and not caller.may_write(name):
        raise refusals.no_rights("change this discussion")
    return found


def _discussion(call: Call, name: RepoName) -> Discussion:
    num = call.params["num"]
    found = call.storage.discussions.get(name, int(num)) if num.isdecimal() and len(num) < 10 else None
    if found is None:
        raise refusals.not_found("Discussion")
    return found


def _place(call: Call, name: RepoName, repo: GitRepo) -> Place:
    return Place(call.storage.discussions, name, repo)


def _happened(key: str, event: Event) -> Response:
    return JSONResponse({key: discussion_json.event(event)})


def _title(value: object) -> str:
    """3 to 200 characters, as the client's documentation says."""
    return _text("title", value, MIN_TITLE, pull_requests.MAX_TITLE)


def _text(key: str, value: object, least: int = 1, most: int = MAX_TEXT) -> str:
    text = value.strip() if isinstance(value, str) else ""
    if not isinstance(value, str) or not least <= len(text) <= most:
        raise refusals.bad_request(f'"{key}" must be a string of {least} to {most} characters')
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise refusals.bad_request(f'"{key}" is no text')
    return text


ROUTES = [
    *api_route("/discussions", listing),
    *api_route("/discussions", create, "POST"),
    *api_route("/discussions/{num}", details),
    *api_route("/discussions/{num}/comment", comment, "POST"),
    *api_route("/discussions/{num}/title", title, "POST"),
    *api_route("/discussions/{num}/status", status, "POST"),
    *api_route("/discussions/{num}/merge", merge, "POST"),
]
