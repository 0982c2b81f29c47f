"""The repos of a root: `ROOT/{models,datasets,spaces}/NAMESPACE/NAME.git`, each a bare git repository."""

from __future__ import annotations

import secrets
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

from cardgen.localhub import names
from cardgen.localhub.git_repo import MAIN, GitRepo
from cardgen.localhub.names import KINDS, RepoName

_STAGING = ".staging"
_STRIPES = 64

LARGE_FILES = (
    *("7z", "arrow", "bin", "ckpt", "gguf", "gz", "h5", "npy", "npz", "onnx", "parquet", "pt", "pth"),
    *("safetensors", "tar", "tflite", "tgz", "wasm", "zip", "zst"),
)
GITATTRIBUTES = "".join(f"*.{suffix} filter=lfs diff=lfs merge=lfs -text\n" for suffix in LARGE_FILES)
"""What the Hub's first commit holds: which files are kept outside git."""


class RepoStore:
    """The repos under one folder. A repo is there, whole, from one moment to the next, or not at all."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._locks = tuple(threading.Lock() for _ in range(_STRIPES))

    def lock(self, name: RepoName) -> threading.Lock:
        """Held while a commit is made, so that writers of this process wait for each other."""
        return self._locks[hash(name) % _STRIPES]

    def path(self, name: RepoName) -> Path:
        """Where the repository lies."""
        return self._root / name.kind / name.namespace / f"{name.name}.git"

    def exists(self, name: RepoName) -> bool:
        """Whether there is such a repo."""
        return (self.path(name) / "HEAD").is_file()

    def open(self, name: RepoName) -> GitRepo:
        """The repository of a repo that exists."""
        return GitRepo.open(self.path(name))

    def create(self, name: RepoName) -> None:
        """Make a repo with the Hub's first commit.

        Raises:
            FileExistsError: there is one.
        """
        staged = self._new_staging_path()
        with GitRepo.create(staged) as repo:
            repo.commit(MAIN, None, {".gitattributes": GITATTRIBUTES.encode()}, "initial commit", "system")
        path = self.path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            staged.rename(path)
        except OSError as error:
            shutil.rmtree(staged)
            raise FileExistsError(path) from error

    def delete(self, name: RepoName) -> None:
        """Remove a repo that exists."""
        doomed = self._new_staging_path()
        self.path(name).rename(doomed)
        shutil.rmtree(doomed)

    def all(self) -> Iterator[RepoName]:
        """Every repo, in the order of kind and id."""
        for kind in KINDS:
            for path in sorted((self._root / kind).glob("*/*.git")):
                try:
                    yield names.parse(kind, path.parent.name, path.stem)
                except ValueError:
                    continue  # a folder that somebody else put there: it has no address

    def namespaces(self) -> set[str]:
        """Every namespace that has, or had, a repo."""
        folders = (folder for kind in KINDS for folder in (self._root / kind).glob("*/"))
        return {folder.name for folder in folders}

    def _new_staging_path(self) -> Path:
        folder = self._root / _STAGING
        folder.mkdir(exist_ok=True)
        return folder / secrets.token_hex(8)
