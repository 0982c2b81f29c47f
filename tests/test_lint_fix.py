"""What lint mends by itself: in a manifest where it is stated, in a card in its place, and nothing else."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import lint, manifest
from cardgen.lint.card import of_bytes
from cardgen.mending import slips
from cardgen.model import SourceText
from cardgen.pulling.source import Source
from project import Project
from rule_pages import NAME, TEMPLATES

SLIPS = "# A currect model\n\nSee [us](www.github.com/lab), recieved and SEPERATE.\n"
MENDED = "# A current model\n\nSee [us](https://www.github.com/lab), received and SEPARATE.\n"


def mended(data: bytes) -> str:
    card = of_bytes("a.md", data)
    return slips.in_card(card, lint.of_texts([card])).after


@pytest.mark.parametrize("end", ["\n", "\r\n"])
@pytest.mark.parametrize("mark", ["", "\ufeff"])
def test_a_card_in_its_place(end: str, mark: str) -> None:
    data = (mark + SLIPS.replace("recieved", "recieve").replace("\n", end)).encode()
    assert "receive and SEPARATE" in mended(data)
    assert mended(data).count("\r\n") == SLIPS.count("\n") * (end == "\r\n")
    assert mended(data).startswith(mark + "# A current")


def test_what_is_no_utf_8_is_left() -> None:
    assert mended(b"# A currect model \xff\n") == "# A currect model \ufffd\n"


def source(text: str) -> Source:
    return Source(NAME, text, TEMPLATES, partial(manifest.load, file=NAME, source=NAME))


def mended_manifest(text: str) -> str:
    made = source(text)
    sources = [SourceText(NAME, text), *TEMPLATES.values()]
    return slips.in_manifest(made, lint.findings([made.collection], tuple(made.cards.values()), sources)).after


HEAD = "version: 1\nnamespace: lab\ntitle: Family  # currect\n"
ROWS = "models:\n  columns: [{link: true}]\n  rows: [{repo: a, name: A}, {repo: b, name: B}]\n"


@pytest.mark.parametrize(
    ("wrong", "right"),
    [
        ("intro: your currect place\n", "intro: your current place\n"),
        ("intro: 'your ''currect'' place'\n", "intro: 'your ''current'' place'\n"),
        ("intro: >-\n  your\n  currect place\n", "intro: >-\n  your\n  current place\n"),
        ("sections: [{title: Currect use, text: Words.}]\n", "sections: [{title: Current use, text: Words.}]\n"),
    ],
)
def test_a_manifest_where_it_is_stated(wrong: str, right: str) -> None:
    assert mended_manifest(HEAD + wrong + ROWS) == HEAD + right + ROWS


def test_a_repo_is_never_renamed() -> None:
    text = HEAD + "models:\n  columns: [{link: true}]\n  rows: [{repo: currect, name: currect}]\n"
    assert "{repo: currect, name: current}" in mended_manifest(text) or mended_manifest(text) == text


@settings(max_examples=50)
@given(st.lists(st.sampled_from([*SLIPS.split(), "`currect`", "<b>currect</b>", "\n\n", "```\ncurrect\n```\n"])))
def test_mending_takes_findings_away_and_brings_none(words: list[str]) -> None:
    card = of_bytes("a.md", " ".join(words).encode())
    before = lint.of_texts([card])
    after = mended(card.data)
    rest = [each.rule for each in lint.of_texts([of_bytes("a.md", after.encode())])]
    assert rest == [each.rule for each in before if not each.fix]
    assert mended(after.encode()) == after


def test_the_command_shows_what_it_does(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write()
    project.replace("Two models", "Two currect models")
    (tmp_path / "a.md").write_text(SLIPS)
    result = project.run("lint", "--fix", "a.md", "collections/family.yaml")
    assert result.code == 0
    assert "-# A currect model" in result.err
    assert "wrote collections/family.yaml, a.md" in result.err or "wrote a.md" in result.err
    assert "Two current models" in project.manifest.read_text()
    assert "# A current model" in (tmp_path / "a.md").read_text()
    assert "nothing to fix" in project.run("lint", "--fix", "a.md", "collections/family.yaml").err


def test_what_a_template_makes_is_told(tmp_path: Path) -> None:
    project = Project(tmp_path)
    project.write()
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates/citation.md.j2").write_text("Your currect place.\n")
    project.replace("datasets:\n", 'citation: {bibtex: "@misc{a, title={A}}"}\ndatasets:\n')
    result = project.run("lint", "--fix")
    assert "nothing to fix" in result.err
    assert "left  templates/citation.md.j2:1:6: currect is misspelt; write current" in result.err
