"""Who a CI job says that it is, and what a repo's settings say of trusted publishers.

A stand-in: the Hub checks an ID token's signature by its issuer's keys, and this hub believes what a token says. What
comes after that is the same: its audience, its end, and that every claim of a publisher fits exactly (hub-docs,
trusted-publishers).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable, Mapping
from typing import Any

Claims = Mapping[str, Any]


def read(id_token: str) -> Claims:
    """What an ID token, a JWT, says. ValueError if it is none."""
    parts = id_token.split(".")
    if len(parts) != 3:
        raise ValueError("a JWT has three parts")
    payload = base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4))
    claims = json.loads(payload)
    if not isinstance(claims, dict):
        raise ValueError("a JWT says an object")  # noqa: TRY004 (as for one that is no JWT at all)
    return claims


def fits(claims: Claims, publishers: Iterable[Claims], audience: str, now: float) -> bool:
    """Whether a job that says this is one of the publishers."""
    ends = claims.get("exp")
    if claims.get("aud") != audience or not isinstance(ends, int | float) or ends <= now:
        return False
    return any(all(claims.get(key) == value for key, value in wanted.items()) for wanted in publishers)
