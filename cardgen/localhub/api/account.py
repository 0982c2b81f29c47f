"""Who am I, and what the client asks before anything else."""

from __future__ import annotations

import hashlib

from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from cardgen.localhub.call import Call, endpoint


def whoami(call: Call) -> Response:
    """The user of the token, and as organizations the namespaces that exist and that the token reaches."""
    token = call.known_caller()
    namespaces = sorted(call.storage.repos.namespaces() - {token.user})
    return JSONResponse(
        {
            "type": "user",
            "id": _object_id(token.user),
            "name": token.user,
            "fullname": token.user,
            "isPro": False,
            "orgs": [_organization(name) for name in namespaces if token.is_member_of(name)],
            "auth": {
                "type": "access_token",
                "accessToken": {"displayName": f"{token.user} ({token.role})", "role": token.role},
            },
        }
    )


def agent_harnesses(_: Call) -> Response:
    """The client asks this once a day, without a token, to word its user agent."""
    return JSONResponse({"standardEnvVars": [], "harnesses": {}})


def _organization(name: str) -> dict[str, object]:
    return {"type": "org", "id": _object_id(name), "name": name, "fullname": name, "roleInOrg": "admin"}


def _object_id(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]


ROUTES = [
    Route("/api/whoami-v2", endpoint(whoami)),
    Route("/api/agent-harnesses", endpoint(agent_harnesses)),
]
