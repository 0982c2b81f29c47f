"""The Hub's refusals: status, text, and the headers by which its client tells them apart."""

from __future__ import annotations

import re
from collections.abc import Mapping


class Refusal(Exception):
    """A request that is answered with an error; `code` goes into X-Error-Code, which the client reads first."""

    def __init__(self, status: int, message: str, code: str = "", headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        shown = re.sub(r"[^ -~]", "?", message.partition("\n")[0])
        self.headers = {"X-Error-Message": shown, **(headers or {})}
        if code:
            self.headers["X-Error-Code"] = code


def anonymous() -> Refusal:
    """To a reader without a token a private repo and none at all look the same: 401, and no error code."""
    return Refusal(401, "Invalid username or password.")


def bad_token() -> Refusal:
    """A token that the hub does not know is refused even where none is needed (huggingface_hub#3368)."""
    return Refusal(401, "Invalid credentials in Authorization header")


def expired_token(name: str) -> Refusal:
    """A token that was good once; it is refused even where none is needed."""
    return Refusal(401, f'User Access Token "{name}" is expired')


def repo_not_found() -> Refusal:
    """A repo that is not there, or that the token's user may not see."""
    return Refusal(404, "Repository not found", "RepoNotFound")


def revision_not_found(revision: str) -> Refusal:
    """No branch, tag, ref or commit of this name."""
    return Refusal(404, f"Invalid rev id: {revision}", "RevisionNotFound")


def entry_not_found(path: str, commit: str) -> Refusal:
    """No file of this path; the client remembers that per commit, so the commit is said."""
    message = f"Entry not found: {path} does not exist at this revision"
    return Refusal(404, message, "EntryNotFound", {"X-Repo-Commit": commit})


def no_rights_to_create(kind: str, namespace: str) -> Refusal:
    """A namespace that is not the user's, or a token that only reads."""
    return Refusal(403, f'You don\'t have the rights to create a {kind} under the namespace "{namespace}"')


def no_rights_to_write() -> Refusal:
    """The same for a repo that exists; pre-upload says it already (huggingface_hub#1182)."""
    return Refusal(403, "Forbidden: pass `create_pr=1` as a query parameter to create a Pull Request")


def no_rights(what: str) -> Refusal:
    """A token that may see something, and may not change it."""
    return Refusal(403, f"Forbidden: you don't have the rights to {what}")


def moved(location: str) -> Refusal:
    """A repo that has another id now, or is spelled in other letters: 307, so that a POST stays one."""
    return Refusal(307, "Temporary Redirect", headers={"Location": location})


def gated(kind: str, repo_id: str, url: str, *, known: bool) -> Refusal:
    """A file of a repo whose files are for some; status and words differ for those whom the Hub knows."""
    words = f"Access to {kind} {repo_id} is restricted"
    if known:
        words += f" and you are not in the authorized list. Visit {url} to ask for access."
        return Refusal(403, words, "GatedRepo")
    words += ". You must have access to it and be authenticated to access it. Please log in."
    return Refusal(401, words, "GatedRepo")


def not_found(what: str) -> Refusal:
    """Something without an error code of its own: a discussion, a collection, an item."""
    return Refusal(404, f"{what} not found")


def conflict(message: str) -> Refusal:
    """Something that is there already, or that two sides changed."""
    return Refusal(409, message)


def stale_parent() -> Refusal:
    """Somebody committed since the parent that the client named (dataset-viewer#2159)."""
    return Refusal(412, "A commit has happened since. Please refresh and try again.")


def bad_request(message: str) -> Refusal:
    """A body or a name that cannot be used."""
    return Refusal(400, message)


def too_large(limit: int) -> Refusal:
    """A body over the limit of its endpoint."""
    return Refusal(413, f"Payload Too Large: the limit here is {limit} bytes")


def not_kept(what: str) -> Refusal:
    """Something that the Hub does and this stand-in does not."""
    return Refusal(501, f"The local hub does not keep {what}")


def nothing_to_delete(path: str, commit: str) -> Refusal:
    """A commit deletes what is not there; the client looks for these words."""
    message = f"A file with this name doesn't exist: {path}"
    return Refusal(404, message, "EntryNotFound", {"X-Repo-Commit": commit})


def busy(branch: str) -> Refusal:
    """Another program holds the branch, or died while it did: git leaves a `.lock` file beside the ref then."""
    return Refusal(503, f"{branch} is locked by another program; if none runs, remove its .lock file under refs/")
