"""`cardgen lint` as a user types it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from huggingface_hub import HfApi

from cardgen.localhub import LocalHub
from project import Project

BAD = "---\nlicense: mit\n---\n\n# A model\n\nSee TODO.\n"


@pytest.fixture
def folder(tmp_path: Path) -> Project:
    made = Project(tmp_path)
    made.write()
    return made


def rules(result_out: str) -> list[str]:
    return [each["rule"] for each in json.loads(result_out)["findings"]]


def test_the_cards_of_every_manifest(folder: Project) -> None:
    folder.replace("Two models", "TODO models")
    result = folder.run("lint", "--format", "json")
    assert (result.code, result.err) == (0, "")
    found = [each for each in json.loads(result.out)["findings"] if each["rule"] == "placeholder"]
    assert {each["source"] for each in found} == {"collections/family.yaml:4:9"}
    assert len(found) == 3
    assert folder.run("lint", "--strict").code == 1
    assert folder.run("lint", "--strict", "--ignore", "placeholder", "collections/family.yaml").code == 0


def test_any_readme(folder: Project) -> None:
    (folder.folder / "CARD.txt").write_text(BAD)
    result = folder.run("lint", "CARD.txt", "--type", "model", "--format", "json")
    assert {"placeholder", "base-model-missing"} <= set(rules(result.out))
    kind = folder.run("lint", "CARD.txt", "--type", "dataset", "--format", "json")
    assert "base-model-missing" not in rules(kind.out)
    both = folder.run("lint", "CARD.txt", "collections/family.yaml", "--format", "json")
    assert {each["card"] for each in json.loads(both.out)["findings"]} == {"CARD.txt"}


def test_a_folder_as_a_build_has_it(folder: Project) -> None:
    card = folder.folder / "cards/models/lab/a/README.md"
    card.parent.mkdir(parents=True)
    card.write_text(BAD)
    result = folder.run("lint", "cards", "--format", "json")
    assert "base-model-missing" in rules(result.out), "the folders tell that it is a model"
    assert folder.run("lint", "empty").code in (1, 2)


def test_repos_on_the_hub(folder: Project, local_hub: LocalHub) -> None:
    api = HfApi(endpoint=local_hub.endpoint, token=local_hub.token)
    api.create_repo("lab/a")
    api.upload_file(path_or_fileobj=BAD.encode(), path_in_repo="README.md", repo_id="lab/a")
    api.create_repo("lab/bare")
    folder.use(local_hub)
    for word in ("lab/a", "lab", "https://huggingface.co/lab/a"):
        result = folder.run("lint", word, "--format", "json")
        assert result.code == 0, result.err
        assert "placeholder" in rules(result.out)
    assert "there is no card" in folder.run("lint", "lab").err
    assert folder.run("lint", "lab/none").code == 0


def test_what_is_no_rule_and_no_file(folder: Project) -> None:
    result = folder.run("lint", "--ignore", "licence-missing")
    assert result.code == 2
    assert "did you mean 'license-missing'?" in result.err
    assert folder.run("lint", "./none.md").code == 2
    assert folder.run("lint", "none.yaml").code == 2


def test_a_rule_is_explained(folder: Project) -> None:
    result = folder.run("lint", "--explain", "placeholder")
    assert result.code == 0
    assert result.out.startswith("# placeholder\n")
    assert "## How to mend it" in result.out
