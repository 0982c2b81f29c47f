"""What sends a file to Git LFS: held against git itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import git_attributes
from cardgen.file_marks import RESULTS

PATHS = ("README.md", RESULTS)


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("repo")
    subprocess.run(["git", "init", "-q", str(folder)], check=True, timeout=60)
    return folder


def as_git_says(repo: Path, attributes: str) -> set[str]:
    """The paths whose filter is `lfs`, by `git check-attr`."""
    (repo / ".gitattributes").write_text(attributes, encoding="utf-8", newline="")
    command = ["git", "-C", str(repo), "check-attr", "-z", "filter", "--", *PATHS]
    said = subprocess.run(command, capture_output=True, check=True, timeout=60, text=True).stdout.split("\0")
    return {path for path, _, value in zip(said[::3], said[1::3], said[2::3], strict=False) if value == "lfs"}


@pytest.mark.parametrize(
    "attributes",
    [
        "",
        "*.bin filter=lfs diff=lfs merge=lfs -text\n",
        "*.md filter=lfs diff=lfs merge=lfs -text\n",
        "README.md filter=lfs\n",
        "/README.md filter=lfs\n",
        "* filter=lfs\n",
        "** filter=lfs\n",
        "/** filter=lfs\n",
        "* filter=lfs\n*.md -filter\n",
        "* filter=lfs\n*.md !filter\n",
        "*.md -filter\n* filter=lfs\n",
        "* filter=other\n",
        "*.md filter\n",
        "[Rr]EADME.* filter=lfs\n",
        "[!R]EADME.md filter=lfs\n",
        "[^A-Q]EADME.md filter=lfs\n",
        "[[:upper:]]EADME.md filter=lfs\n",
        "READM?.md filter=lfs\n",
        "*/README.md filter=lfs\n",
        "**/README.md filter=lfs\n",
        "**/cardgen.yaml filter=lfs\n",
        ".eval_results/** filter=lfs\n",
        ".eval_results/* filter=lfs\n",
        ".eval_results filter=lfs\n",
        ".eval_results/ filter=lfs\n",
        "cardgen.yaml filter=lfs\n",
        "/cardgen.yaml filter=lfs\n",
        ".eval_results/cardgen.yaml filter=lfs\n",
        "#* filter=lfs\n",
        "!README.md filter=lfs\n",
        "  *.md   filter=lfs  \n",
        "\t*.md\tfilter=lfs\n",
        "*.md filter=lfs\r\n",
        '"*.md" filter=lfs\n',
        '"README\\056md" filter=lfs\n',
        "README\\.md filter=lfs\n",
        "[attr]big filter=lfs\n*.md big\n",
        "[attr]big filter=lfs\n*.md -big\n",
        "[attr]big filter=lfs\n*.md big -filter\n",
        "*.md filter=lfs -filter\n",
        "*.md -filter filter=lfs\n",
        "*.md diff=lfs merge=lfs\n",
        "readme.md filter=lfs\n",
        "\ufeff*.md filter=lfs\n",
        "*.md filter=lfs",
        "*.md " + "x" * 2100 + " filter=lfs\n",
    ],
)
def test_it_says_what_git_says(repo: Path, attributes: str) -> None:
    assert set(git_attributes.in_lfs(attributes.encode(), PATHS)) == as_git_says(repo, attributes)


PATTERNS = st.lists(
    st.sampled_from(
        ["*", "**", "/", "?", "[A-Z]", "[!a]", "README", ".md", "md", "R", ".eval_results", "cardgen", ".yaml"]
    ),
    min_size=1,
    max_size=4,
).map("".join)
RULES = st.sampled_from(
    ["filter=lfs", "-filter", "!filter", "filter=other", "filter", "text", "filter=lfs -text", "big"]
)


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(PATTERNS, RULES), min_size=1, max_size=4))
def test_it_says_what_git_says_of_any_rules(repo: Path, rules: list[tuple[str, str]]) -> None:
    attributes = "[attr]big filter=lfs\n" + "".join(f"{pattern} {rule}\n" for pattern, rule in rules)
    assert set(git_attributes.in_lfs(attributes.encode(), PATHS)) == as_git_says(repo, attributes)


def test_the_line_is_named() -> None:
    found = git_attributes.in_lfs(b"*.bin filter=lfs\n\n*.md filter=lfs -text\n", PATHS)
    assert [(path, rule.line, rule.text) for path, rule in found.items()] == [("README.md", 3, "*.md filter=lfs -text")]


@pytest.mark.parametrize("data", [b"\xff\xfe*.md filter=lfs\n", b"\0\0\0", b"*" * 50_000 + b".md filter=lfs\n"])
def test_bytes_that_make_no_sense_are_passed_over(data: bytes) -> None:
    assert not git_attributes.in_lfs(data, PATHS)


def test_a_pattern_that_would_take_for_ever_does_not() -> None:
    assert not git_attributes.in_lfs(b"*a*a*a*a*a*a*a*a*a*a*a*a*a*b filter=lfs\n", ["a" * 5000 + "c"])
