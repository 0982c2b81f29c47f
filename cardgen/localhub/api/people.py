"""Users and organizations as the Hub answers them."""

from __future__ import annotations

import hashlib
from typing import Any


def user(name: str) -> dict[str, Any]:
    """A user, where one is named in an answer."""
    return {"_id": object_id(name), "name": name, "fullname": name, "type": "user", "isPro": False, "isHf": False}


def object_id(text: str) -> str:
    """An id as the Hub has them, always the same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]
