"""The Hub's rules for repo ids, as its client states them (`huggingface_hub.utils.validate_repo_id`)."""

from __future__ import annotations

import re

MAX_LENGTH = 96
_PART = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9_])?")


def problem(repo_id: str) -> str:
    """What is wrong with `namespace/name`, or an empty string."""
    parts = repo_id.split("/")
    if len(parts) != 2:
        return "must be NAMESPACE/NAME"
    return next((text for part in parts if (text := part_problem(part))), "")


def part_problem(part: str) -> str:
    """What is wrong with a namespace or a name, or an empty string."""
    if len(part) > MAX_LENGTH:
        return f"has {len(part)} characters, and the Hub allows {MAX_LENGTH}"
    if "--" in part or ".." in part:
        return "must not contain '--' or '..'"
    if part.endswith(".git"):
        return "must not end in '.git'"
    if not _PART.fullmatch(part):
        return "may hold only letters, digits, '-', '_' and '.', and must not start or end with '-' or '.'"
    return ""
