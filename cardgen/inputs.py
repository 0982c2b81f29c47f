"""Reads what the user wrote: manifests, and the templates beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from cardgen.errors import InputError
from cardgen.manifest.document import MAX_BYTES
from cardgen.model import SourceText
from cardgen.render.sandbox import Templates
from cardgen.suggest import did_you_mean

FOLDER = "collections"
MAX_TEMPLATE_BYTES = 1_000_000


def find_manifests(given: Sequence[str]) -> tuple[Path, ...]:
    """The manifests that were named, or every `collections/*.yaml`. Raises InputError if there are none."""
    found = [Path(name) for name in given]
    if not given:
        found = sorted(path for pattern in ("*.yaml", "*.yml") for path in Path(FOLDER).glob(pattern))
    if not found:
        raise InputError(f"there is no manifest in {FOLDER}/", "`cardgen init` makes one to start from")
    for path in found:
        if any("\ud800" <= character <= "\udfff" for character in str(path)):
            raise InputError(f"{str(path)!r}: the manifest's name is not UTF-8", "rename it")
    return tuple(dict.fromkeys(found))


def read_manifest(path: Path) -> bytes:
    """The bytes of a manifest, one more than the limit at most. Raises InputError."""
    return _read(path, MAX_BYTES, "manifest")


def read_templates(manifest: Path) -> Templates:
    """The templates for a manifest: the built-in ones, each overridden by one of the same name beside the manifest.

    Beside it means in `templates/` in its own folder, or next to the `collections/` folder that it lies in.
    """
    texts: dict[str, SourceText] = {}
    for folder in _template_folders(manifest):
        for path in _templates_in(folder):
            name = path.relative_to(folder).as_posix()
            _refuse_outside(path, folder)
            texts[name] = SourceText(f"templates/{name}", _text(path))
    return texts


def template_files(manifest: Path) -> Iterator[Path]:
    """The files that `read_templates` reads."""
    for folder in _template_folders(manifest):
        yield from _templates_in(folder)


def _template_folders(manifest: Path) -> Iterator[Path]:
    yield built_in_templates()
    if manifest.absolute().parent.name == FOLDER:
        yield manifest.parent.parent / "templates"
    yield manifest.parent / "templates"


def _templates_in(folder: Path) -> Sequence[Path]:
    return sorted(folder.glob("**/*.j2")) if folder.is_dir() else ()


def built_in_templates() -> Path:
    """Where the built-in templates lie: inside the installed package, or at the top of a checkout."""
    installed = Path(__file__).parent / "templates"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "templates"


def _refuse_outside(path: Path, folder: Path) -> None:
    """A template may be a stranger's, and so may a link that leads out of its folder: to a file with secrets."""
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{path}: the template is a link that leads out of {folder}", "copy the file there")


def _text(path: Path) -> str:
    data = _read(path, MAX_TEMPLATE_BYTES, "template")
    if len(data) > MAX_TEMPLATE_BYTES:
        raise InputError(f"{path}: the template is larger than {MAX_TEMPLATE_BYTES // 1_000_000} MB")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError:
        raise InputError(f"{path}: the template is not UTF-8 text") from None


def _read(path: Path, limit: int, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except FileNotFoundError:
        near = did_you_mean(str(path), sorted(map(str, (*path.parent.glob("*"), *Path(FOLDER).glob("*")))))
        raise InputError(f"{path}: there is no such {what}{near}", "`cardgen init` makes one to start from") from None
    except IsADirectoryError:
        raise InputError(f"{path} is a folder, no {what}", "name the files in it") from None
    except OSError as error:
        raise InputError(f"{path}: the {what} cannot be read: {error.strerror}") from None
