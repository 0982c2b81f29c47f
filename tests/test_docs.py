"""README and docs/ against the program: what they show works, and says what the program says."""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import pytest
import yaml

from cardgen import inputs, manifest, render, scaffold
from cardgen.cli import COMMANDS, cardgen, main
from cardgen.localhub import LocalHub
from cardgen.manifest import schema

ROOT = Path(__file__).parent.parent
EXAMPLE = ROOT / "cardgen/scaffold/files/example.yaml"
GENERATE = runpy.run_path(str(ROOT / "docs/generate.py"))
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md"), *(ROOT / "benchmarks").glob("*.md")]


def _name(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def _fences(page: Path, language: str) -> Iterator[str]:
    for found in re.finditer(rf"^```{language}\n(.*?)^```$", page.read_text(), re.DOTALL | re.MULTILINE):
        yield found[1]


@pytest.mark.parametrize("page", GENERATE["pages"](), ids=_name)
def test_what_is_generated_is_current(page: Path) -> None:
    text = page.read_text()
    assert GENERATE["refresh"](text) == text, "python docs/generate.py writes it anew"


def test_every_command_is_shown() -> None:
    shown = (ROOT / "docs/commands.md").read_text()
    assert re.findall(r"^## cardgen (\w+)$", shown, re.MULTILINE) == list(COMMANDS)


def test_the_readme_shows_the_manifest_that_init_writes() -> None:
    (shown,) = [text for text in _fences(ROOT / "README.md", "yaml") if "version: 1" in text]
    assert shown == EXAMPLE.read_text()
    assert len(shown.splitlines()) <= 23


FRAGMENTS = [text for page in PAGES for text in _fences(page, "yaml") if "uses:" not in text and "${{" not in text]


@pytest.mark.parametrize("fragment", FRAGMENTS, ids=lambda text: text.split(":")[0][:30])
def test_every_example_of_a_manifest_makes_cards(fragment: str) -> None:
    """A fragment replaces its top-level keys in the example of `cardgen init`."""
    whole = yaml.safe_load(EXAMPLE.read_text()) | (yaml.safe_load(fragment) or {})
    collection = manifest.load(yaml.safe_dump(whole, sort_keys=False).encode(), "collections/example.yaml")
    cards = render.cards(collection, inputs.read_templates(EXAMPLE))
    assert {card.repo.key for card in cards} == {repo.key for repo in collection.repos}


def test_every_key_of_a_manifest_is_described() -> None:
    definitions: dict[str, Any] = schema.json_schema()["$defs"]
    bare = [
        f"{name}.{key}"
        for name, shape in definitions.items()
        for key, value in shape["properties"].items()
        if not value.get("description")
    ]
    assert not bare
    assert all(shape.get("description") for shape in definitions.values())


@pytest.mark.parametrize("page", PAGES, ids=_name)
def test_links_within_the_repository_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text(), flags=re.DOTALL | re.MULTILINE)
    targets = re.findall(r"\]\(([^)\s]+)\)|(?:src|href)=\"([^\"]+)\"", text)
    for target in filter(None, (either for pair in targets for either in pair)):
        if not target.startswith(("http:", "https:")):
            path, _, anchor = target.partition("#")
            found = page.parent / path if path else page
            assert found.exists(), target
            assert not anchor or anchor in _anchors(found), target


def _anchors(page: Path) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", page.read_text(), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def _commands(page: Path) -> Iterator[list[str]]:
    """Every call of cardgen that a page shows, in a shell block or inline."""
    inline = re.findall(r"`(cardgen [^`\n]+)`", page.read_text())
    for line in (*inline, *(line for block in _fences(page, "sh") for line in block.splitlines())):
        for part in re.split(r"&&|\||>|;", line.partition(" #")[0]):
            words = shlex.split(part)
            if words and Path(words[0]).name == "cardgen":
                yield words[1:]


CALLS = [(page, call) for page in PAGES for call in _commands(page)]


@pytest.mark.parametrize(("page", "call"), CALLS, ids=lambda each: " ".join(each) if isinstance(each, list) else "")
def test_every_call_that_is_shown_is_understood(page: Path, call: list[str]) -> None:
    context = click.Context(cardgen, info_name="cardgen")
    if call[0].startswith("-"):
        cardgen.make_parser(context).parse_args(call)
        return
    assert call[0] in COMMANDS
    command = cardgen.get_command(context, call[0])
    assert command
    command.make_parser(click.Context(command, parent=context)).parse_args(call[1:])


def test_there_are_calls_and_fragments_to_look_at() -> None:
    assert len(CALLS) > 20
    assert len(FRAGMENTS) > 5


def test_ci_runs_the_test_command_of_the_readme() -> None:
    script = (ROOT / ".ci/run").read_text()
    reading = next(line for line in script.splitlines() if line.startswith("tests=$("))
    done = subprocess.run(
        ["bash", "-c", f'{reading}; echo "$tests"'], cwd=ROOT, capture_output=True, text=True, check=True
    )
    blocks = list(_fences(ROOT / "README.md", "sh"))
    assert done.stdout in blocks
    assert "pytest" in done.stdout


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    extras = project["project"]["optional-dependencies"]["hub"]
    groups = [each for group in project["dependency-groups"].values() for each in group if isinstance(each, str)]
    needed = [*project["project"]["dependencies"], *extras, *groups]
    told = (ROOT / "CONTRIBUTING.md").read_text()
    missing = [name for name in (re.split(r"[<>=]", each)[0] for each in needed) if f"`{name}`" not in told]
    assert not missing


def test_every_module_is_on_the_map() -> None:
    told = (ROOT / "CONTRIBUTING.md").read_text()
    modules = [path.name for path in (ROOT / "cardgen").glob("*.py") if not path.name.startswith("__")]
    packages = [f"{path.parent.name}/" for path in (ROOT / "cardgen").glob("*/__init__.py")]
    assert not [name for name in (*modules, *packages) if f"`{name}`" not in told]


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with something to tell: a link that is broken, a card without a license, a collection to be made."""
    monkeypatch.chdir(tmp_path)
    assert main(["init", "-q"]) == 0
    path = Path(scaffold.EXAMPLE)
    text = re.sub(r"intro: .*", "intro: See [our page](example.com).", path.read_text())
    path.write_text(text.replace("license: cc-by-4.0", "") + "collection: {title: A family}\n")
    assert main(["build", "-q"]) == 0
    return path


def test_the_reports_are_of_the_form_that_is_described(example: Path, local_hub: LocalHub) -> None:
    hub = {"HF_ENDPOINT": local_hub.endpoint, "HF_TOKEN": local_hub.token}
    index = json.loads(Path("build/index.json").read_text())
    check = _json("check", "--offline", "--format", "json")
    check["links"] = [link for link in check["links"] if link["status"] == "broken"]
    plan = _json("plan", "--format", "json", **hub)
    assert not _run("push", "--offline", "--allow-broken", "--report", "push.json", **hub).stdout
    reports = (index, check, plan, json.loads(Path("push.json").read_text()))
    for shown, real in zip(_fences(ROOT / "docs/reports.md", "json"), reports, strict=True):
        assert _shape(json.loads(shown)) == _shape(real)


def _json(*command: str, **environment: str) -> Any:
    """What a command prints."""
    return json.loads(_run(*command, **environment).stdout)


def _run(*command: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """huggingface_hub reads its environment once, so this is a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "cardgen", *command],
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def _shape(value: Any) -> Any:
    """The keys of mappings, and of the mapping that a list begins with; everything else has no shape."""
    if isinstance(value, list):
        return [_shape(value[0])] if value and isinstance(value[0], dict) else None
    return {key: _shape(each) for key, each in value.items()} if isinstance(value, dict) else None
