"""The lock file: facts as JSON beside the manifest, so that a build needs no network and a review sees what changed."""

from __future__ import annotations

import json
from typing import Annotated, Any, Final, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from cardgen.errors import InputError
from cardgen.facts import texts
from cardgen.facts.description import MAX_NUMBER
from cardgen.model import Facts, RepoKey, RepoType
from cardgen.repo_facts import RepoFacts, RepoFile

VERSION: Final = 1
MAX_BYTES: Final = 64_000_000
HINT: Final = "`cardgen facts` writes it anew"

_KEY = r"^(models|datasets)/[A-Za-z0-9_.-]+/[A-Za-z0-9_.-]+\Z"
_Number = Annotated[int, Meta(ge=0, le=MAX_NUMBER)]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file; its text as lines, so that a diff of the lock file shows what changed in it."""

    size: _Number
    text: list[str] | None = None


class _Repo(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    commit: Annotated[str, Meta(pattern=r"^[0-9a-f]{40}\Z")]
    size: _Number | None = None
    elements: dict[Annotated[str, Meta(pattern=r"^[A-Za-z0-9_]{1,20}\Z")], _Number] = {}
    declared_parameters: _Number | None = None
    architecture: Annotated[str, Meta(pattern=r"^[A-Za-z0-9_.-]{0,100}\Z")] = ""
    context_length: _Number | None = None
    index_problems: list[Annotated[str, Meta(max_length=1000)]] = []
    files: dict[str, _File | None] = {}


class _Lock(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    version: Literal[1]
    repos: dict[Annotated[str, Meta(pattern=_KEY)], _Repo]


def dump(facts: Facts) -> bytes:
    """The lock file of some facts: the same bytes for the same facts."""
    repos = {_name(key): _as_json(each) for key, each in facts.items()}
    text = json.dumps({"version": VERSION, "repos": repos}, indent=2, sort_keys=True, ensure_ascii=False)
    return (text + "\n").encode()


def load(data: bytes, file: str) -> Facts:
    """The facts in a lock file's bytes; `file` is its name in messages. Raises InputError if it is damaged."""
    if len(data) > MAX_BYTES:
        raise InputError(f"{file}: the facts have more than {MAX_BYTES // 1_000_000} MB", HINT)
    try:
        lock = msgspec.json.decode(data, type=_Lock)
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise InputError(f"{file}: the facts cannot be read: {error}", HINT) from None
    return {_key(name): _as_facts(each) for name, each in lock.repos.items()}


def keep(old: Facts, new: Facts) -> Facts:
    """The new facts; those of a repo that say the same as before keep the commit that they were first read at.

    A push of the card makes a commit too, and a lock file that changed with each push would be worth nothing.
    """
    return {
        key: old[key] if key in old and replace(old[key], commit=facts.commit) == facts else facts
        for key, facts in new.items()
    }


def _as_json(facts: RepoFacts) -> dict[str, Any]:
    """Everything that is known; what is not is left out."""
    files = {path: _file_as_json(file) if file else None for path, file in facts.files.items()}
    found = {
        "commit": facts.commit,
        "size": facts.size,
        "elements": dict(facts.elements) or None,
        "declared_parameters": facts.declared,
        "architecture": facts.architecture or None,
        "context_length": facts.context_length,
        "index_problems": list(facts.index_problems) or None,
        "files": files or None,
    }
    return {name: value for name, value in found.items() if value is not None}


def _file_as_json(file: RepoFile) -> dict[str, Any]:
    return {"size": file.size} if file.text is None else {"size": file.size, "text": file.text.split("\n")}


def _as_facts(read: _Repo) -> RepoFacts:
    return RepoFacts(
        commit=read.commit,
        size=read.size,
        elements=read.elements,
        declared=read.declared_parameters,
        architecture=read.architecture,
        context_length=read.context_length,
        index_problems=tuple(read.index_problems),
        files={path: _as_file(file) if file else None for path, file in read.files.items()},
    )


def _as_file(read: _File) -> RepoFile:
    return RepoFile(read.size, None if read.text is None else texts.shown("\n".join(read.text).encode()))


def _name(key: RepoKey) -> str:
    return f"{key[0]}s/{key[1]}"


def _key(name: str) -> RepoKey:
    kind, _, repo_id = name.partition("/")
    repo_type: RepoType = "dataset" if kind == "datasets" else "model"
    return repo_type, repo_id
