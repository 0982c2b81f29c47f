"""The JSON Schema of the manifest: what editors and other programs are told is what cardgen reads."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from cardgen.cli import main
from cardgen.manifest.schema import json_schema
from manifests import BASE, grid, mistakes

ROOT = Path(__file__).parent.parent
SHIPPED = ROOT / "cardgen" / "manifest.schema.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SHIPPED.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_shipped_schema_is_what_the_command_prints(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema"]) == 0
    shown = capsys.readouterr().out
    assert shown == SHIPPED.read_text(), "refresh it: cardgen schema > cardgen/manifest.schema.json"


def test_every_key_is_described() -> None:
    schema = json_schema()
    bare = [
        f"{name}.{key}"
        for name, shape in schema["$defs"].items()
        for key, value in shape["properties"].items()
        if not value.get("description")
    ]
    assert bare == []
    assert all(shape.get("description") for shape in schema["$defs"].values())


@pytest.mark.parametrize("path", sorted((ROOT / "collections").glob("*.yaml")), ids=lambda path: path.name)
def test_the_manifests_of_the_project_are_valid(validator: jsonschema.Draft202012Validator, path: Path) -> None:
    validator.validate(yaml.safe_load(path.read_text()))
    first = path.read_text().splitlines()[0]
    assert first == "# yaml-language-server: $schema=../cardgen/manifest.schema.json"
    assert (path.parent / first.split("=", 1)[1]).resolve() == SHIPPED


@pytest.mark.parametrize(
    "text",
    [
        BASE,
        BASE + "intro:\n",
        BASE + "datasets: [{repo: 7, name: 2024}]\n",
        grid(rows="{key: 7, name: 1.5}", columns="{name: 1, columns: [{key: 2}]}"),
        grid(more="  cells: {a: {b: null}}\n"),
        BASE + "card_data: {models: {anything: [1, {a: null}]}}\n",
        BASE + 'models:\n- {repo: "{row}", rows: [{key: a}], columns: [{key: b}]}\n',
    ],
)
def test_what_cardgen_reads_is_valid(validator: jsonschema.Draft202012Validator, text: str) -> None:
    assert mistakes(text) == []
    validator.validate(yaml.safe_load(text))


@pytest.mark.parametrize(
    "text",
    [
        "[]",
        "version: 1\nnamespace: lab\n",
        "version: 2\nnamespace: lab\ntitle: T\n",
        'version: "1"\nnamespace: lab\ntitle: T\n',
        BASE + "titel: x\n",
        BASE + "intro: [x]\n",
        BASE + "intro: ' '\n",
        BASE + "links: x\n",
        BASE + "links: [{label: a, url: a.org}]\n",
        BASE + "links: [{label: a, url: 5}]\n",
        BASE + "links: [{label: a, collection: false}]\n",
        BASE + "links: [{url: https://a.org}]\n",
        BASE + "collection: {slug: x}\n",
        BASE + "mark: {color: 'red; x'}\n",
        BASE + "datasets: [{name: x}]\n",
        BASE + "datasets: [{repo: x, card_data: [a]}]\n",
        BASE + "models: 5\n",
        BASE + "models: {}\n",
        grid(rows=""),
        grid(columns=""),
        grid(rows="{key: a, nmae: b}"),
        grid(rows="{key: ' a'}"),
        grid(more="  cells: {a: {b: 5}}\n"),
        grid(more="  cells: {a: {b: {rpo: x}}}\n"),
        BASE + "citation: {note: x}\n",
    ],
)
def test_what_cardgen_refuses_is_not_valid(validator: jsonschema.Draft202012Validator, text: str) -> None:
    data: Any = yaml.safe_load(text)
    assert mistakes(text) != []
    assert not validator.is_valid(data)
