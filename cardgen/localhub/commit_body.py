"""The body of a commit: newline-delimited JSON, a header first, then one operation per line."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cardgen.localhub import refusals

MAX_FILE = 10 * 1024 * 1024
"""A larger file has to go through LFS on the Hub, cards too (mteb#1368)."""
MAX_PATH = 1000
_PARENT = re.compile(r"[0-9a-f]{5,40}")
_UNPRINTABLE = re.compile(r"[\x00-\x1f\x7f\\]")
_BAD_PART = re.compile(r"|\.|\.\.|\.git", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class CommitRequest:
    """What a client wants to commit. `parent` may be shortened; empty means on top of whatever is there."""

    summary: str
    description: str
    parent: str
    files: Mapping[str, bytes]
    deleted_files: tuple[str, ...]
    deleted_folders: tuple[str, ...]

    @property
    def message(self) -> str:
        return f"{self.summary}\n\n{self.description}" if self.description else self.summary


def read(body: bytes) -> CommitRequest:
    """Read the body of a commit. Raises Refusal where it cannot be used."""
    lines = [_operation(line) for line in body.splitlines() if line.strip()]
    if not lines or lines[0][0] != "header":
        raise refusals.bad_request("The first line of a commit must be its header")
    header = lines[0][1]
    files: dict[str, bytes] = {}
    deleted: dict[str, list[str]] = {"deletedFile": [], "deletedFolder": []}
    for key, value in lines[1:]:
        path = _path(value.get("path"))
        if key == "file":
            files[path] = _content(path, value)
        else:
            deleted[key].append(path)
    return CommitRequest(
        summary=_summary(header),
        description=_text("description", header.get("description") or ""),
        parent=_parent(header.get("parentCommit")),
        files=files,
        deleted_files=tuple(deleted["deletedFile"]),
        deleted_folders=tuple(deleted["deletedFolder"]),
    )


def _operation(line: bytes) -> tuple[str, dict[str, Any]]:
    try:
        read_line = json.loads(line)
        key, value = read_line["key"], read_line["value"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise refusals.bad_request("Every line of a commit must be an object with key and value") from None
    if key in {"lfsFile", "copyFile"}:
        raise refusals.not_kept("files outside git (LFS)")
    if key not in {"header", "file", "deletedFile", "deletedFolder"} or not isinstance(value, dict):
        raise refusals.bad_request(f"Unknown operation in a commit: {str(key)[:50]}")
    return key, value


def _text(name: str, value: object) -> str:
    if not isinstance(value, str) or any("\ud800" <= character <= "\udfff" for character in value):
        raise refusals.bad_request(f'"{name}" must be a string')
    return value


def _summary(header: dict[str, Any]) -> str:
    summary = _text("summary", header.get("summary")).replace("\n", " ").strip()
    if not summary:
        raise refusals.bad_request('"summary" is not allowed to be empty')
    return summary


def _parent(value: object) -> str:
    if value is not None and not _PARENT.fullmatch(_text("parentCommit", value)):
        raise refusals.bad_request('"parentCommit" must be a commit id of 5 to 40 hexadecimal digits')
    return str(value or "")


def _path(value: object) -> str:
    """A path that git and every disk can hold, and that leads nowhere but into the repo."""
    path = _text("path", value).rstrip("/")
    unusual = len(path) > MAX_PATH or _UNPRINTABLE.search(path)
    if unusual or any(_BAD_PART.fullmatch(part) for part in path.split("/")):
        raise refusals.bad_request(f"Invalid path in a commit: {path[:100]!r}")
    return path


def _content(path: str, value: dict[str, Any]) -> bytes:
    if value.get("encoding") != "base64":
        raise refusals.bad_request(f"{path}: content must be base64")
    try:
        content = base64.b64decode(str(value.get("content")), validate=True)
    except (binascii.Error, ValueError):
        raise refusals.bad_request(f"{path}: content is no base64") from None
    if len(content) > MAX_FILE:
        raise refusals.bad_request(
            f"Your push was rejected because it contains files larger than 10 MiB. Please use LFS for them: {path}"
        )
    return content
