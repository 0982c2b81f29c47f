"""Edge: Markdown files that lie in folders, for checking their links and mending them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from functools import lru_cache
from pathlib import Path
from typing import Final

from cardgen.errors import DiskError, InputError
from cardgen.links.files import ENDINGS, Kind, Page

MAX_BYTES: Final = 10_000_000
MAX_FILES: Final = 100_000
_PASSED_OVER: Final = frozenset({"node_modules", "__pycache__"})


def is_meant(name: str) -> bool:
    """Whether an argument means Markdown: a folder, or a file by its ending."""
    return name.lower().endswith(ENDINGS) or Path(name).is_dir()


def read(given: Iterable[str]) -> tuple[Page, ...]:
    """The files that were named, and every Markdown file in the folders that were; hidden folders are passed over, and
    links to other folders not followed. Raises InputError or DiskError."""
    paths = dict.fromkeys(path for name in given for path in _find(Path(name)))
    if len(paths) > MAX_FILES:
        raise InputError(f"more than {MAX_FILES:,} Markdown files", "name fewer folders")
    for path in paths:
        if any("\ud800" <= character <= "\udfff" for character in str(path)):
            raise InputError(f"{str(path)!r}: the file's name is not UTF-8", "rename it")
    return tuple(Page(path.as_posix(), text_of(path)) for path in paths)


def _find(given: Path) -> Iterator[Path]:
    if not given.is_dir():
        yield given
        return
    found = sorted(_walk(given))
    if not found:
        raise InputError(f"{given} holds no Markdown file", "name manifests one by one: collections/*.yaml")
    yield from found


def _walk(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".") and name not in _PASSED_OVER]
        yield from (Path(here, name) for name in files if name.lower().endswith(ENDINGS))


def text_of(path: Path) -> str:
    """The text of a file, line ends as they are; what is no UTF-8 in it is replaced. Raises InputError or DiskError."""
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise InputError(f"{path}: there is no such file") from None
    except OSError as error:
        raise DiskError(f"{path}: cannot be read: {error.strerror}") from None
    if len(data) > MAX_BYTES:
        raise InputError(f"{path} is larger than {MAX_BYTES // 1_000_000} MB")
    return data.decode("utf-8", "replace")


def by_root(pages: Iterable[Page]) -> dict[str, list[Page]]:
    """Pages by the repository that they lie in: the nearest folder above with a `.git`, or else the present folder."""
    here = Path.cwd()
    roots = {Path(here.anchor): here}
    found: dict[str, list[Page]] = {}
    for page in pages:
        root = _root(Path(page.name).absolute().parent, roots)
        found.setdefault(Path(os.path.relpath(root, here)).as_posix(), []).append(page)
    return found


def _root(folder: Path, known: dict[Path, Path]) -> Path:
    """The repository of a folder; what is found on the way up is noted in `known`."""
    if folder not in known:
        known[folder] = folder if (folder / ".git").exists() else _root(folder.parent, known)
    return known[folder]


class Disk:
    """A `Tree`: the files of the repository at `root`, as its names are written, whatever the disk makes of case."""

    def __init__(self, root: str) -> None:
        self._root = Path(root).resolve()
        self._names = lru_cache(maxsize=1000)(_names)

    def kind(self, path: str) -> Kind:
        whole = Path(path).resolve()
        if not whole.is_relative_to(self._root):
            return "outside"
        if not self._is_spelt(whole):
            return "missing"
        return "folder" if whole.is_dir() else "file"

    def _is_spelt(self, path: Path) -> bool:
        """Whether every name on the way from the root is there with just these letters."""
        parts = path.relative_to(self._root).parts
        folders = (self._root.joinpath(*parts[:depth]) for depth in range(len(parts)))
        return all(name in self._names(folder) for name, folder in zip(parts, folders, strict=True))

    def text(self, path: str) -> str:
        return text_of(Path(path))


def _names(folder: Path) -> frozenset[str]:
    try:
        return frozenset(each.name for each in folder.iterdir())
    except OSError:
        return frozenset()
