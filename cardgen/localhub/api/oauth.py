"""Token exchange (RFC 8693): a CI job's ID token against a token for one repo."""

from __future__ import annotations

import time

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardgen.localhub import lifecycle, names, publishers
from cardgen.localhub.access import Token
from cardgen.localhub.call import Call, endpoint
from cardgen.localhub.names import RepoName

_GRANT = "urn:ietf:params:oauth:grant-type:token-exchange"
_ID_TOKEN = "urn:ietf:params:oauth:token-type:id_token"  # noqa: S105 (a kind of token)
_ACCESS_TOKEN = "urn:ietf:params:oauth:token-type:access_token"  # noqa: S105 (the same)
_NO_MATCH = "no trusted publisher of the resource matches this token"


def exchange(call: Call) -> Response:
    """A token for the repo that is named, if its settings name the job; who asks with which header is no matter."""
    wanted = call.json()
    if wanted.get("grant_type") != _GRANT or wanted.get("subject_token_type") != _ID_TOKEN:
        return _refuse("invalid_request", "grant_type and subject_token_type must be those of an exchange")
    name = _resource(str(wanted.get("resource", "")))
    if name is None:
        return _refuse("invalid_request", "resource must be a repo")
    if not _is_trusted(call, name, str(wanted.get("subject_token", ""))):
        return _refuse("invalid_grant", _NO_MATCH)
    seconds = call.storage.modes.exchanged_for
    token = Token.new("[OIDC]", "write", (), (name.kind, name.repo_id))
    call.storage.state.add_token(token, time.time() + seconds)
    said = {"access_token": token.value, "token_type": "bearer", "issued_token_type": _ACCESS_TOKEN}
    return JSONResponse({**said, "expires_in": int(seconds)})


def _is_trusted(call: Call, name: RepoName, id_token: str) -> bool:
    """What exactly does not fit is not told, as on the Hub."""
    if lifecycle.find(call.storage, name) != name:
        return False
    try:
        claims = publishers.read(id_token)
    except ValueError:
        return False
    return publishers.fits(claims, call.storage.state.publishers(name), call.base, time.time())


def _resource(resource: str) -> RepoName | None:
    """A model's id, or another kind's with its prefix."""
    kind, slash, rest = resource.partition("/")
    is_prefixed = bool(slash) and kind in names.KINDS and "/" in rest
    namespace, _, name = (rest if is_prefixed else resource).partition("/")
    try:
        return names.parse(names.kind_of(kind if is_prefixed else "model"), namespace, name)
    except ValueError:
        return None


def _refuse(error: str, description: str) -> Response:
    return JSONResponse({"error": error, "error_description": description}, 400)


ROUTES = [Route("/oauth/token", endpoint(exchange), methods=["POST"])]
