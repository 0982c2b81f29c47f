"""The repos of a root: `ROOT/{models,datasets,spaces}/NAMESPACE/NAME.git`, each a bare git repository."""

from __future__ import annotations

import secrets
import shutil
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from cardgen.localhub import git_commit, names
from cardgen.localhub.git_commit import Signed
from cardgen.localhub.git_repo import MAIN, GitRepo
from cardgen.localhub.names import KINDS, Kind, RepoName

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
        self._opened_at = time.time()
        self._mended: set[RepoName] = set()

    @contextmanager
    def locked(self, *names_held: RepoName) -> Iterator[None]:
        """Hold some repos while they are changed, so that writers of this process wait for each other."""
        stripes = sorted({hash(name) % _STRIPES for name in names_held})
        with ExitStack() as held:
            for stripe in stripes:
                held.enter_context(self._locks[stripe])
            yield

    def path(self, name: RepoName) -> Path:
        """Where the repository lies."""
        return self._root / name.kind / name.namespace / f"{name.name}.git"

    def exists(self, name: RepoName) -> bool:
        """Whether there is such a repo."""
        return (self.path(name) / "HEAD").is_file()

    def open(self, name: RepoName) -> GitRepo:
        """The repository of a repo that exists."""
        return GitRepo.open(self.path(name))

    def mend(self, name: RepoName) -> None:
        """Before a repo is first written to: remove the locks that a killed process left beside its refs.

        Git holds such a lock for a moment, so one that is older than this store is nobody's. The caller holds the repo.
        """
        if name not in self._mended:
            path = self.path(name)
            for lock in (*path.glob("refs/**/*.lock"), *path.glob("*.lock")):
                if lock.stat().st_mtime < self._opened_at:
                    lock.unlink(missing_ok=True)
            self._mended.add(name)

    def create(self, name: RepoName) -> None:
        """Make a repo with the Hub's first commit.

        Raises:
            FileExistsError: there is one.
        """
        staged = self._new_staging_path()
        with GitRepo.create(staged) as repo:
            first = Signed("initial commit", "system")
            git_commit.commit(repo, MAIN, None, {".gitattributes": GITATTRIBUTES.encode()}, first)
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

    def move(self, old: RepoName, new: RepoName) -> None:
        """Give a repo that exists another id, which none has."""
        path = self.path(new)
        path.parent.mkdir(parents=True, exist_ok=True)
        self.path(old).rename(path)

    def of_namespace(self, kind: Kind, namespace: str) -> Iterator[RepoName]:
        """The repos of a kind in one namespace, in the order of their names."""
        yield from self._named(sorted((self._root / kind / namespace).glob("*.git")), kind)

    def of_kind(self, kind: Kind) -> Iterator[RepoName]:
        """The repos of a kind, in the order of their ids."""
        yield from self._named(sorted((self._root / kind).glob("*/*.git")), kind)

    def all(self) -> Iterator[RepoName]:
        """Every repo, in the order of kind and id."""
        for kind in KINDS:
            yield from self.of_kind(kind)

    def namespaces(self) -> set[str]:
        """Every namespace that has, or had, a repo."""
        folders = (folder for kind in KINDS for folder in (self._root / kind).glob("*/"))
        return {folder.name for folder in folders}

    def _named(self, paths: Iterable[Path], kind: Kind) -> Iterator[RepoName]:
        for path in paths:
            try:
                yield names.parse(kind, path.parent.name, path.stem)
            except ValueError:
                continue  # a folder that somebody else put there: it has no address

    def _new_staging_path(self) -> Path:
        folder = self._root / _STAGING
        folder.mkdir(exist_ok=True)
        return folder / secrets.token_hex(8)
