"""The three rings, as CONTRIBUTING.md has them in its table: what each module may import.

The core imports the core and pure libraries; an edge the core and its own kind of I/O; the command line joins them.
Read with `ast`: what an import inside a function brings in counts too.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "cardgen"

PURE = frozenset(
    {
        *(
            "__future__",
            "bisect",
            "codecs",
            "colorsys",
            "collections",
            "contextlib",
            "copy",
            "dataclasses",
            "datetime",
            "difflib",
            "email",
            "enum",
        ),
        *("functools", "hashlib", "heapq", "html", "ipaddress", "itertools", "json", "math", "operator", "re", "zlib"),
        *("graphlib", "string", "textwrap", "types", "typing", "unicodedata"),
        *(
            "http.HTTPStatus",
            "posixpath.dirname",
            "posixpath.join",
            "posixpath.normpath",
            "pathlib.PurePath",
            "pathlib.PurePosixPath",
            "urllib.parse",
        ),
        *("bibtexparser", "jinja2", "junitparser", "markdown_it", "markupsafe", "msgspec", "nh3", "selectolax", "yaml"),
    }
)
"""What the core may import beside itself: values in, values out, no path, clock, network or chance."""

EXCEPTIONS = {
    "cardgen.clock": {"threading", "time"},  # whoever needs the time is given a clock
    "cardgen.patience": {"concurrent"},  # several repos at once; the waiting itself is passed in
    "cardgen.publish": {"threading"},  # what several repos share needs a lock
    "cardgen.survey": {"threading"},  # the same
    "cardgen.reports.page": {"base64", "importlib"},  # its script and style are files beside it, named by their digests
    "cardgen.lint.rules.citation": {"logging"},  # a library's own words about what it cannot read are kept quiet
    "cardgen.pace": {"threading", "contextlib", "email"},  # the same; the time is a clock's that is passed in
}

HUB = {
    f"cardgen.hub{part}"
    for part in (
        "",
        "_collections",
        "_deadline",
        "_facts",
        "_listing",
        "_pull_requests",
        "_refusals",
        "_session",
        "_trusted",
        "_validation",
    )
}
OUTER = {
    "click": {"command line"},
    "rich": {"command line"},
    "huggingface_hub": HUB,
    "httpx2": HUB,
    "httpcore2": HUB,
    "h11": {"cardgen.web", "cardgen.connecting"},
    "requests": set(),
    "starlette": {"local hub", "cardgen.serving", "cardgen.preview.server"},
    "uvicorn": {"cardgen.serving"},
    "dulwich": {"local hub"},
    "nh3": {"cardgen.pages.markdown"},
}
"""Who may import each library that does I/O: a module, or a whole ring."""

HUB_MAY_SHARE = {
    *("cardgen.errors", "cardgen.model", "cardgen.repo_ids", "cardgen.yaml_nodes"),
    *("cardgen.pages", "cardgen.pages.frame", "cardgen.pages.markdown", "cardgen.serving"),
}
"""The local hub shares no decision with what publishes to it; these hold none. It has the look of the preview."""

FORBIDDEN_CALLS = {"print", "open", "input", "exec", "eval", "breakpoint", "__import__"}


def name_of(path: Path) -> str:
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in sorted(PACKAGE.rglob("*.py"))}
WITHOUT_RING = {"cardgen", "cardgen.__main__"}


@cache
def table() -> tuple[tuple[frozenset[str], str], ...]:
    """The rows of the table: the modules and folders that each names, and their ring."""
    text = (ROOT / "CONTRIBUTING.md").read_text().split("| module | ring |")[1].split("\n\n")[0]
    rows = [line.split("|")[1:3] for line in text.splitlines()[2:]]
    return tuple((frozenset(re.findall(r"`([\w/.]+)`", names)), ring.strip()) for names, ring in rows)


def place(module: str) -> str:
    """How the table names a module: `model.py`, or the folder that it is in: `links/`."""
    first = module.split(".")[1]
    return f"{first}/" if (PACKAGE / first).is_dir() else f"{first}.py"


def ring(module: str) -> str:
    if module in WITHOUT_RING:
        return "command line"
    if place(module) == "localhub/":
        return "local hub"
    return next((ring for names, ring in table() if place(module) in names), "no ring")


def row(module: str) -> frozenset[str]:
    return next((names for names, _ in table() if place(module) in names), frozenset())


def imports(module: str) -> Iterator[str]:
    """What a module imports: `cardgen.model` for any name out of it, `package.name` for other libraries."""
    for node in ast.walk(ast.parse(MODULES[module].read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            yield from (resolved(f"{node.module}.{alias.name}") for alias in node.names)


def resolved(name: str) -> str:
    """The module of a name out of cardgen; other names as they are."""
    if not name.startswith("cardgen"):
        return name
    while name not in MODULES:
        name = name.rpartition(".")[0]
    return name


def is_pure(name: str, module: str) -> bool:
    parts = name.split(".")
    starts = {".".join(parts[:length]) for length in range(1, len(parts) + 1)}
    return bool(starts & (PURE | EXCEPTIONS.get(module, set())))


def test_every_module_stands_in_the_table_once() -> None:
    named = [name for names, _ in table() for name in names]
    there = {place(module) for module in MODULES if module not in WITHOUT_RING}
    assert sorted(named) == sorted(there), "CONTRIBUTING.md: give every module its ring"
    assert {ring for _, ring in table()} == {"core", "edge", "command line", "–"}


@pytest.mark.parametrize("module", MODULES)
def test_a_module_imports_what_its_ring_allows(module: str) -> None:
    own = ring(module)
    for name in imports(module):
        assert is_allowed(module, own, name), f"{module} ({own}) imports {name}"


def is_allowed(module: str, own: str, name: str) -> bool:
    library = name.partition(".")[0]
    if library in OUTER:
        return bool(OUTER[library] & {module, own})
    if name == "cardgen":
        return True
    if library == "cardgen":
        return is_allowed_inside(module, own, name)
    return own != "core" or is_pure(name, module)


def is_allowed_inside(module: str, own: str, name: str) -> bool:
    if own == "command line":
        return True
    if own == "local hub":
        return ring(name) == "local hub" or name in HUB_MAY_SHARE
    if own == "edge":
        return ring(name) == "core" or place(name) in row(module)
    return ring(name) == "core"


@pytest.mark.parametrize("module", [module for module in MODULES if ring(module) == "core"])
def test_the_core_neither_prints_nor_opens(module: str) -> None:
    calls = [node.func for node in ast.walk(ast.parse(MODULES[module].read_text())) if isinstance(node, ast.Call)]
    names = {call.id for call in calls if isinstance(call, ast.Name)}
    assert not names & FORBIDDEN_CALLS


@pytest.mark.parametrize(
    ("module", "name", "expected"),
    [
        ("cardgen.model", "os", False),
        ("cardgen.links.find", "pathlib.Path", False),
        ("cardgen.links.find", "pathlib.PurePosixPath", True),
        ("cardgen.plan", "time", False),
        ("cardgen.plan", "random", False),
        ("cardgen.plan", "cardgen.build", False),
        ("cardgen.plan", "cardgen.cli", False),
        ("cardgen.publish", "huggingface_hub", False),
        ("cardgen.build", "cardgen.hub", False),
        ("cardgen.build", "cardgen.swap", True),
        ("cardgen.build", "rich.console", False),
        ("cardgen.hub", "h11", False),
        ("cardgen.web", "requests", False),
        ("cardgen.localhub.server", "cardgen.plan", False),
        ("cardgen.localhub.pages", "cardgen.pages.markdown", True),
        ("cardgen.localhub.pages", "cardgen.pages.repo_page", False),
        ("cardgen.pages.site", "starlette", False),
        ("cardgen.preview.server", "cardgen.plan", True),
        ("cardgen.preview.server", "cardgen.localhub.app", False),
        ("cardgen.cli.push", "cardgen.hub", True),
        ("cardgen.cli.push", "huggingface_hub", False),
    ],
)
def test_the_rules_themselves(module: str, name: str, expected: bool) -> None:
    assert is_allowed(module, ring(module), name) == expected
