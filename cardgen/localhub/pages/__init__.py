"""What a person sees in the browser: repos, cards, commits, pull requests. Small HTML, nothing from elsewhere."""

from __future__ import annotations

from functools import partial
from urllib.parse import urljoin, urlsplit

from starlette.responses import Response
from starlette.routing import Route

from cardgen.localhub import card_check, names
from cardgen.localhub.api.routing import page_route
from cardgen.localhub.call import Call, endpoint
from cardgen.localhub.names import KINDS, RepoName
from cardgen.localhub.pages import community
from cardgen.localhub.pages.page import HEADERS, page, refused
from cardgen.localhub.refusals import Refusal
from cardgen.localhub.storage import Storage
from cardgen.pages import frame, markdown

MAX_LISTED = 2000
MAX_DIFF = 200_000
HUB = "https://huggingface.co"


def index(call: Call) -> Response:
    """All repos that anybody may see, by kind."""
    state = call.storage.state
    public = [name for name in call.storage.repos.all() if not state.is_private(name)]
    groups = [(kind, [name for name in public[:MAX_LISTED] if name.kind == kind]) for kind in KINDS]
    return page("index.html", title="Local hub", groups=groups, left_out=max(0, len(public) - MAX_LISTED))


def card(call: Call) -> Response:
    """A repo's card as the Hub would show it, nearly."""
    try:
        name = call.repo_name()
    except Refusal as refusal:
        return refused(refusal)
    with call.open(name) as repo:
        commit = call.commit_of(repo)
        text = repo.text(commit, "README.md") or ""
        files = [entry.path for entry in repo.entries(commit, recursive=True) if entry.kind == "file"]
        history = repo.history(commit, 20)
    front_matter, body = card_check.split(text)
    return page(
        "repo.html",
        title=name.repo_id,
        name=name,
        front_matter=front_matter,
        verdict=card_check.check(text),
        body=_body(call.storage, name, body),
        files=files,
        open_pull_requests=community.open_pull_requests(call, name),
        history=history,
    )


def commit(call: Call) -> Response:
    """A commit: who, when, why, and its diff."""
    try:
        name = call.repo_name()
        call.check_gate(name)
        with call.open(name) as repo:
            oid = call.commit_of(repo)
            info, diff = repo.info(oid), repo.diff(oid)
    except Refusal as refusal:
        return refused(refusal)
    return page("commit.html", title=info.title, name=name, info=info, diff=diff[:MAX_DIFF])


def style_sheet(_: Call) -> Response:
    """The one style sheet of all pages."""
    return Response(frame.asset("page.css"), headers=HEADERS, media_type="text/css")


def icon(_: Call) -> Response:
    """What a browser shows in the tab."""
    return Response(frame.asset("icon.svg"), headers=HEADERS, media_type="image/svg+xml")


def _body(storage: Storage, name: RepoName, body: str) -> str:
    return markdown.to_html(body, partial(_link, storage, name), partial(_image, storage, name))


def _link(storage: Storage, name: RepoName, address: str) -> str:
    """A relative address is a file of the repo; what is kept here of the Hub leads to its place here."""
    if address.startswith("#"):
        return address
    return _here(storage, name, address) or address


def _image(storage: Storage, name: RepoName, address: str) -> str | None:
    """The same for what a card embeds: it is here, or it is not loaded."""
    return _here(storage, name, address)


def _here(storage: Storage, name: RepoName, address: str) -> str | None:
    try:
        parts = urlsplit(urljoin(f"{HUB}{name.path}/resolve/main/", address))
    except ValueError:
        return None
    found = _localpage(storage, parts.path) if f"{parts.scheme}://{parts.netloc}" == HUB else None
    return found and found + (f"#{parts.fragment}" if parts.fragment else "")


def _localpage(storage: Storage, path: str) -> str | None:
    """Where a path of the Hub is here, if it is a repo that is kept here, or a file of it."""
    parts = path.strip("/").split("/")
    kind, rest = (parts[0], parts[1:]) if parts[0] in KINDS else ("models", parts)
    try:
        name = names.parse(names.kind_of(kind), rest[0], rest[1])
    except (ValueError, IndexError):
        return None
    is_page_or_file = len(rest) == 2 or rest[2] in {"resolve", "raw"}
    return f"/{path.strip('/')}" if is_page_or_file and storage.repos.exists(name) else None


ROUTES = [
    Route("/", endpoint(index)),
    Route("/-/page.css", endpoint(style_sheet)),
    Route("/-/icon.svg", endpoint(icon)),
    *community.ROUTES,
    *page_route("/commit/{revision}", commit),
    *page_route("", card),
]
