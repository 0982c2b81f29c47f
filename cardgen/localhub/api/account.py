"""Who am I, and what the client asks before anything else."""

from __future__ import annotations

from typing import Any

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardgen.localhub.access import Token
from cardgen.localhub.api import people
from cardgen.localhub.call import Call, endpoint


def whoami(call: Call) -> Response:
    """The user of the token, and as organizations the namespaces that the token reaches, as far as they are known."""
    token = call.known_caller()
    namespaces = call.storage.repos.namespaces() | {*(token.namespaces or ())}
    return JSONResponse(
        {
            "type": "user",
            "id": people.object_id(token.user),
            "name": token.user,
            "fullname": token.user,
            "isPro": False,
            "orgs": [_organization(name) for name in sorted(namespaces - {token.user}) if token.is_member_of(name)],
            "auth": {"type": "access_token", "accessToken": _access_token(token)},
        }
    )


def agent_harnesses(_: Call) -> Response:
    """The client asks this once a day, without a token, to word its user agent."""
    return JSONResponse({"standardEnvVars": [], "harnesses": {}})


def _access_token(token: Token) -> dict[str, Any]:
    """What the Hub says of the token itself; one that may only propose is a fine-grained one."""
    if token.role != "pull-requests":
        return {"displayName": token.display_name, "role": token.role}
    rights = {"canReadGatedRepos": True, "global": ["discussion.write"], "scoped": []}
    return {"displayName": token.display_name, "role": "fineGrained", "fineGrained": rights}


def _organization(name: str) -> dict[str, Any]:
    return {"type": "org", "id": people.object_id(name), "name": name, "fullname": name, "roleInOrg": "admin"}


ROUTES = [
    Route("/api/whoami-v2", endpoint(whoami)),
    Route("/api/agent-harnesses", endpoint(agent_harnesses)),
]
