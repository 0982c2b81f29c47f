"""What goes wrong with requests: one table for every write that a publisher makes, whatever it writes.

Every entry names the row of the public facts that it is from (`ROWS`). What makes no sense at some request, or ends
there otherwise, is said by a rule with its reason; `test_faults_table.py` holds that nothing is left out without one.
How many combinations that makes: `python tests/test_faults_table.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

import deadlines
from cardgen.localhub import Answer, Delay, Drop, Fault, LocalHub, Run, Silence, SlowBody, WithoutHeaders
from cardgen.localhub.faults import Action

ROWS: Final[Mapping[str, str]] = {
    "429": "429 with Retry-After as a number, a date, huge; 429 with RateLimit",
    "quota": "429 of the hourly quota of commits",
    "5xx": "500, 502, 503, 504 as JSON and as a page",
    "5xx after": "500 after it was applied",
    "drop": "connection reset before, after, in the middle; closed in an orderly way",
    "others": "412 and 409; another writer commits between read and commit, also every time",
    "others after": "another writer commits after the answer was lost",
    "rights": "401 with and without a code, http and TLS; 403 of a token, of a namespace; 402; a token for proposals",
    "gone": "404 of a repo, a revision, a file; a repo that is deleted, or renamed, in the middle",
    "shut": "403 of a gated repo, and of a disabled one",
    "stale": "a read that fails, and an older copy in the cache",
    "slow": "slow headers, a slow body, no answer at all",
    "wrong": "200 with HTML, empty JSON, wrong content; ETag or X-Repo-Commit missing",
    "refused": "400 from the commit after the check passed; warnings; 413",
    "create": "409 of a conflicting operation, for ever",
    "killed": "the server is killed between the requests of a commit, and starts again",
    "many": "a history of thousands, a thousand pull requests, lists in pages",
}
"""The faults that a publisher has to bear (research on the Hub's wire protocol, section 4; 413 is hub-docs')."""

JSON: Final = {"Content-Type": "application/json"}
HTML: Final = {"Content-Type": "text/html"}
OOPS: Final = '{"error": "oops"}'
PAGE: Final = "<html>Welcome to the airport</html>"
CONFLICT: Final = '{"error": "Cannot create repo: another conflicting operation is in progress"}'

FILES: Final = frozenset({"read", "attributes", "results", "verify"})
"""The requests for files."""


@dataclass(frozen=True)
class Passing:
    """A fault that passes: it meets the first requests of a kind, and the end is as if nothing had been wrong.

    `lost`: the request is carried out, and nobody knows. `only` are the requests that it makes sense for, and `why`
    not for others.
    """

    row: str
    action: Action
    nth: Collection[int] = (1, 2)
    lost: bool = False
    only: Collection[str] = ()
    why: str = ""


@dataclass(frozen=True)
class ForGood:
    """A fault that does not pass, and fails the write: what is said of it, and how often at most it is asked for.

    `only` and `why` are as those above.
    """

    row: str
    action: Action
    said: str
    times: int = 1
    only: Collection[str] = ()
    why: str = ""


def _answers() -> Iterable[tuple[str, Passing]]:
    for status in (500, 502, 503, 504):
        yield f"{status}", Passing("5xx", Answer(status, OOPS, JSON))
        yield f"{status} page", Passing("5xx", Answer(status, "<html>Bad gateway</html>", HTML))


EVERY: Final = range(1, 1_000)
FOUND: Final = frozenset({"create", "commit", "close", "make", "add"})
NOT_FOUND: Final = "it leaves nothing that could be looked for, so that this is a fault for good: 500, a reset for ever"
OF_FILES: Final = "files alone have these headers"
OF_REPOS: Final = "it is an answer to a new repo"
OF_COMMITS: Final = "a conflict is an answer to a commit; the same at every other request is among those for good"

FAULTS: Final[Mapping[str, Passing]] = {
    "429 for an hour": Passing("429", Answer(429, "slow down", {"Retry-After": "3600"})),
    "429 for years": Passing("429", Answer(429, "slow down", {"Retry-After": "99999999"})),
    "429 until a date": Passing("429", Answer(429, "slow down", {"Retry-After": "Fri, 31 Dec 2100 23:59:59 GMT"})),
    "429 of a window": Passing("429", Answer(429, "slow down", {"RateLimit": '"api";r=0;t=55'})),
    **dict(_answers()),
    "500 after": Passing("5xx after", Answer(500, OOPS, JSON, when="after"), lost=True),
    "504 page after": Passing("5xx after", Answer(504, "<html>Timeout</html>", HTML, when="after"), lost=True),
    "500 after, every time": Passing(
        "5xx after", Answer(500, OOPS, JSON, when="after"), EVERY, lost=True, only=FOUND, why=NOT_FOUND
    ),
    "reset before": Passing("drop", Drop("before")),
    "reset after": Passing("drop", Drop("after"), lost=True),
    "closed before": Passing("drop", Drop("before", "close")),
    "closed after": Passing("drop", Drop("after", "close"), lost=True),
    "half an answer": Passing("drop", Drop("midway"), lost=True),
    "reset after, every time": Passing("drop", Drop("after"), EVERY, lost=True, only=FOUND, why=NOT_FOUND),
    "slow headers": Passing("slow", Delay(0.01)),
    "silence": Passing("slow", Silence(), (1,)),
    "silence after": Passing("slow", Silence("after"), (1,), lost=True),
    "slow body": Passing("slow", SlowBody(0.02), (1,), lost=True),
    "page for an answer": Passing("wrong", Answer(200, PAGE, HTML)),
    "page after": Passing("wrong", Answer(200, PAGE, HTML, when="after"), lost=True),
    "nothing after": Passing("wrong", Answer(200, "", HTML, when="after"), lost=True),
    "empty JSON": Passing("wrong", Answer(200, "{}", JSON)),
    "empty JSON after": Passing("wrong", Answer(200, "{}", JSON, when="after"), lost=True),
    "wrong JSON": Passing("wrong", Answer(200, "[]", JSON)),
    "wrong JSON after": Passing("wrong", Answer(200, "[]", JSON, when="after"), lost=True),
    "no X-Repo-Commit": Passing("wrong", WithoutHeaders(("X-Repo-Commit",)), only=FILES, why=OF_FILES),
    "no ETag": Passing("wrong", WithoutHeaders(("ETag",)), only=FILES, why=OF_FILES),
    "409": Passing("others", Answer(409, '{"error": "Conflict"}', JSON), only={"commit"}, why=OF_COMMITS),
    "412": Passing(
        "others", Answer(412, '{"error": "A commit has happened since."}', JSON), only={"commit"}, why=OF_COMMITS
    ),
    "409 of another repo": Passing("create", Answer(409, CONFLICT, JSON), only={"create"}, why=OF_REPOS),
    "warnings": Passing(
        "refused",
        Answer(200, '{"errors": [], "warnings": [{"message": "empty or missing yaml metadata in repo card"}]}', JSON),
        only={"check"},
        why="the check alone has warnings",
    ),
}
"""Faults that pass: asked again, and looked for before, a request ends as if nothing had been wrong."""

LOST: Final = tuple(name for name, fault in FAULTS.items() if fault.lost)
"""Those after which the request was carried out, and nobody knows."""


def plan(hub: LocalHub, name: str, method: str, path: str, nth: Collection[int] | None = None) -> Fault:
    """Let requests meet a fault of either table, all of them if it is for good; the fault counts what it met."""
    fault = FAULTS.get(name) or FOR_GOOD[name]
    if isinstance(fault, Passing):
        nth = nth or fault.nth
    match fault.action:
        case Silence("before"):
            hub.faults.add(method, path, Run(deadlines.end), nth)
            return hub.faults.add(method, path, fault.action, nth)
        case Silence() | SlowBody():
            planned = hub.faults.add(method, path, fault.action, nth)
            hub.faults.add(method, path, Run(deadlines.end, "after"), nth)
            return planned
    return hub.faults.add(method, path, fault.action, nth)


NO_TOKEN: Final = "does not accept the token"
NOT_ALLOWED: Final = "not allowed: .*"
ASKED: Final = 6
"""How often one question is asked, at most: patience asks five times, and once it may have been answered before."""
REPLANNED: Final = 4
"""How often a repo is planned, at most."""
GONE: Final = "not found|there is no collection|does not exist|does not show it|not to be seen"
NOT_READ: Final = "cannot be understood|does not say which commit|has no commits"


def _refusal(row: str, status: int, said: str, body: str = OOPS, times: int = 1, **headers: str) -> ForGood:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return ForGood(row, Answer(status, body, {**JSON, **names}), said, times)


FOR_GOOD: Final[Mapping[str, ForGood]] = {
    "429 of a quota": _refusal(
        "quota",
        429,
        "hourly quota for commit is used up",
        '{"error": "You have exceeded our hourly quotas for action: commit"}',
    ),
    "429 for ever": ForGood("429", FAULTS["429 of a window"].action, "takes no more requests", ASKED),
    "500 for ever": ForGood("5xx", FAULTS["500"].action, "answers 500", ASKED),
    "502 page for ever": ForGood("5xx", FAULTS["502 page"].action, "answers 502", ASKED),
    "501": _refusal("5xx", 501, r"refuses \(501\)"),
    "reset for ever": ForGood("drop", FAULTS["reset before"].action, "cannot be reached", ASKED),
    "silence for ever": ForGood("slow", Silence(), "does not answer in time", ASKED),
    "page for ever": ForGood("wrong", FAULTS["page for an answer"].action, NOT_READ, ASKED),
    "empty JSON for ever": ForGood("wrong", FAULTS["empty JSON"].action, NOT_READ, ASKED),
    "wrong JSON for ever": ForGood("wrong", FAULTS["wrong JSON"].action, NOT_READ, ASKED),
    "no X-Repo-Commit for ever": ForGood(
        "wrong", WithoutHeaders(("X-Repo-Commit",)), f"{NOT_READ}|{GONE}", ASKED, only=FILES, why=OF_FILES
    ),
    "401": _refusal("rights", 401, NO_TOKEN, '{"error": "Invalid username or password."}'),
    "401 with a code": _refusal("rights", 401, NO_TOKEN, X_Error_Code="RepoNotFound"),
    "402": _refusal("rights", 402, "payment is required: oops"),
    "403 of a token": _refusal("rights", 403, NOT_ALLOWED + "write token", '{"error": "you must use a write token"}'),
    "403 of a namespace": _refusal("rights", 403, NOT_ALLOWED + "rights", '{"error": "You don\'t have the rights"}'),
    "403 page": ForGood("rights", Answer(403, "<html>Forbidden</html>", HTML), "not allowed"),
    "404": _refusal("gone", 404, GONE, times=ASKED),
    "404 of a repo": _refusal("gone", 404, GONE, times=ASKED, X_Error_Code="RepoNotFound"),
    "404 of a revision": _refusal("gone", 404, GONE, times=ASKED, X_Error_Code="RevisionNotFound"),
    "404 of a file": _refusal("gone", 404, GONE, times=ASKED, X_Error_Code="EntryNotFound"),
    "403 of a gate": _refusal("shut", 403, "gated", X_Error_Code="GatedRepo"),
    "403 of a disabled repo": _refusal("shut", 403, "disabled", X_Error_Message="Access to this resource is disabled."),
    "400": _refusal("refused", 400, r"refuses .*oops", '{"error": "oops", "errors": [{"message": "oops"}]}'),
    "409 for ever": _refusal("others", 409, f"others keep|{GONE}", times=REPLANNED),
    "412 for ever": _refusal("others", 412, "others keep", times=REPLANNED),
    "413": ForGood("refused", Answer(413, "too large"), "too large for the Hub"),
    "409 of another repo, for ever": ForGood(
        "create", Answer(409, CONFLICT, JSON), "busy with another repo", ASKED, only={"create"}, why=OF_REPOS
    ),
}
"""What does not pass, and ends the write of a repo."""

FOR_GOOD_OVER_HTTPS: Final = ("401", "401 with a code")
"""Those that the client calls by another name over https."""

Request = tuple[str, str]


def passing(requests: Iterable[Request]) -> list[tuple[str, str, str]]:
    """Every request of every write (given as pairs of names) with every fault that passes and makes sense there."""
    return [
        (write, request, name) for write, request in requests for name in FAULTS if makes_sense(FAULTS[name], request)
    ]


def for_good(requests: Iterable[Request], without: Collection[str] = ()) -> list[tuple[str, str, str]]:
    """The same with every fault that does not pass, but for some."""
    return [
        (write, request, name)
        for write, request in requests
        for name in FOR_GOOD
        if makes_sense(FOR_GOOD[name], request) and (name, request) not in LEFT_OUT and name not in without
    ]


def makes_sense(fault: Passing | ForGood, request: str) -> bool:
    """Whether a fault can be met by a request."""
    return not fault.only or request in fault.only


ENDS_WELL: Final[Mapping[tuple[str, str], str]] = {
    ("empty JSON for ever", "check"): "the client takes it for no error; the commit checks the card again",
    ("404 of a file", "attributes"): "it says that the repo has no such file, and many have none",
    ("404", "order"): "a Hub that cannot change many items at once is asked for one after the other",
    ("empty JSON for ever", "find in a list"): "it lists nothing; a second collection of one title the Hub refuses",
    ("wrong JSON for ever", "find in a list"): "the same",
}
"""Faults that do not pass, at requests where they do no harm: the end is as if nothing had been wrong."""

LEFT_OUT: Final[Mapping[tuple[str, str], str]] = {
    ("404 of a file", "results"): "it says that there is no such file at this commit, and nothing else could tell",
}
"""Faults that do not pass, at requests where they are true as far as anybody can know."""

OF_REPOS_ALONE: Final = frozenset(
    {"404 of a repo", "404 of a revision", "404 of a file", "403 of a gate", "403 of a disabled repo"}
)
"""They have a code, or words, that the Hub uses for repos: for a collection the same status is run without them."""

NOT_SHOWN: Final = "does not show them"
SAID_OF_PAGES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("403 of a token", "403 of a namespace", "403 page"), "may not edit collections here|not allowed"),
    **dict.fromkeys(
        ("empty JSON for ever", "wrong JSON for ever", "page for ever", "404"), f"{NOT_READ}|{GONE}|{NOT_SHOWN}"
    ),
    "409 for ever": f"others keep|{NOT_READ}|{GONE}",
}
"""What is said of them, where it differs."""
