"""Manifests that are none, or that are made to do harm: a mistake with its place, and never more work than is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen import inputs, yaml_nodes
from cardgen.errors import InputError, ManifestError
from cardgen.manifest.document import MAX_BYTES, MAX_REPOS, MAX_VALUES
from cardgen.manifest.drafts import MAX_CELLS
from manifests import BASE, grid, load, mistakes

ROOT = Path(__file__).parent.parent
CODEIO = (ROOT / "collections" / "codeio.yaml").read_text()
MAPPING = "the manifest must be a mapping of keys, such as `version: 1`"


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", "1:1: the manifest is empty"),
        (b"# nothing yet\n", "1:1: the manifest is empty"),
        (b"\xef\xbb\xbf", "1:1: the manifest is empty"),
        (b"---\n", f"2:1: {MAPPING}"),
        (b"- a\n", f"1:1: {MAPPING}"),
        (b"\n  text\n", f"2:3: {MAPPING}"),
        (b"\x7fELF\x02\x01\x01\x00", "1:1: the manifest is not text: it holds NUL bytes"),
        (BASE.encode("utf-16"), "1:1: the manifest is UTF-16; save it as UTF-8"),
        (BASE.encode("utf-16-be"), "1:1: the manifest is not text: it holds NUL bytes"),
        (BASE.encode() + "intro: café\n".encode("latin-1"), "4:11: the manifest is not UTF-8 text"),
        (b"\xef\xbb\xbfa\xff", "1:2: the manifest is not UTF-8 text"),
        (BASE.encode() + b'intro: "\xed\xa0\x80"\n', "4:9: the manifest is not UTF-8 text"),
        (BASE.encode() + b"intro: a\x07b\n", "4:9: not YAML: the control character U+0007"),
        (BASE.encode() + b"intro: a\x1b[31m\n", "4:9: not YAML: the control character U+001B"),
        (BASE.encode() + b"---\na: 1\n", "4:1: not YAML: expected a single document in the stream, but found"),
        (b"x: " + b"a" * MAX_BYTES, "1:1: the manifest is larger than 5 MB"),
    ],
)
def test_what_is_no_manifest(data: bytes, expected: str) -> None:
    (found,) = mistakes(data)
    assert found.startswith(expected)


@pytest.mark.parametrize(
    ("text", "place", "what", "advice"),
    [
        ("title: a: b\n", "1:9", "mapping values are not allowed", "quote a text that holds ': '"),
        ("links:\n\t- a\n", "2:1", "found character that cannot start any token", "indent with spaces, and quote"),
        ("a: @x\n", "1:4", "found character that cannot start any token", "quote a text that begins with @, ` or %"),
        ("a: |\n\tx\n", "2:1", "found a tab character", "(it begins in line 1); indent with spaces"),
        ('a: "x\nb: 1\n', "3:1", "found unexpected end of stream", "(it begins in line 1); a quote is open"),
        ("a: [1,\nb: 3\n", "3:1", "did not find expected ',' or ']'", "(it begins in line 1)"),
        ("a: *b\n", "1:4", "found undefined alias", "quote a text that begins with *"),
    ],
)
def test_mistakes_of_yaml_say_what_to_do(text: str, place: str, what: str, advice: str) -> None:
    (found,) = mistakes(text)
    assert found.startswith(f"{place}: not YAML: ")
    assert what in found
    assert found[found.index(what) :].count(advice) == 1


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_line_ends_and_a_byte_order_mark_change_nothing(newline: str, bom: str) -> None:
    assert load(bom + CODEIO.replace("\n", newline)) == load(CODEIO)
    assert mistakes(bom + (BASE + "titel: x\n").replace("\n", newline)) == [
        "4:1: unknown key 'titel'; did you mean 'title'?"
    ]


@pytest.mark.parametrize("escape", ["\\x07", "\\u0000", "\\e", "\\ud800", "\\ud83e\\udd17", "\\uffff"])
def test_what_a_card_cannot_carry_is_refused_in_keys_and_values(escape: str) -> None:
    for text in (f'intro: "a{escape}"\n', f'card_data: {{models: {{"{escape}": 1}}}}\n', f'links: ["{escape}"]\n'):
        (found,) = mistakes(BASE + text)
        assert found.startswith("4:")


@pytest.mark.parametrize(
    "opening",
    ["[" * 100_000, "{a: " * 100_000, "- " * 100_000, "? " * 100_000, "[{a: " * 50_000, "[" * 65],
)
def test_deep_nesting_is_refused_before_libyaml_recurses(opening: str) -> None:
    (found,) = mistakes(f"a:\n {opening}")
    assert "nested deeper than 64 levels" in found or "not YAML" in found


def test_blocks_nested_by_indentation_are_refused() -> None:
    text = "".join(" " * level + "a:\n" for level in range(100))
    assert mistakes(text) == ["65:65: not YAML: nested deeper than 64 levels"]


def test_nesting_through_aliases_is_refused() -> None:
    chain = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}]\n" for n in range(1, 2000))
    found = mistakes(BASE + f"x: {{}}\n{chain}card_data: {{models: {{deep: *a1999}}}}\n")
    assert any("nested deeper than 64 levels once the aliases are followed" in each for each in found)


@pytest.mark.parametrize("form", ["[{}]", "{{a: {}}}"])
def test_an_alias_bomb_ends_early(form: str) -> None:
    def level(number: int) -> str:
        inner = ", ".join([f"*a{number - 1}"] * 9)
        return f"    a{number}: &a{number} " + (f"[{inner}]" if form == "[{}]" else f"{{x: [{inner}]}}")

    bomb = "\n".join(["card_data:", "  models:", "    a0: &a0 [lol]", *(level(number) for number in range(1, 15))])
    assert mistakes(BASE + bomb) == [f"1:1: more than {MAX_VALUES:,} values once the aliases are followed"]


def test_a_bomb_of_merge_keys_ends_early() -> None:
    bomb = "card_data:\n  models:\n    a0: &a0 {k: 1}\n" + "".join(
        f"    a{number}: &a{number} {{<<: [*a{number - 1}, *a{number - 1}]}}\n" for number in range(1, 60)
    )
    collection = load(BASE + bomb + "datasets: [{repo: d}]\n")
    assert [repo.repo_id for repo in collection.repos] == ["lab/d"]


def test_many_merges_of_a_large_mapping_end_early() -> None:
    large = "x: &x {" + ", ".join(f"k{number}: 1" for number in range(5000)) + "}\n"
    merges = ", ".join(f"&m{number} {{<<: *x}}" for number in range(500))
    text = f"{BASE}{large}y: [{merges}]\ncard_data: {{models: {{<<: [{', '.join(f'*m{n}' for n in range(500))}]}}}}\n"
    assert mistakes(text)[0] == f"1:1: more than {MAX_VALUES:,} values once the aliases are followed"


def test_a_long_chain_of_merges_is_refused() -> None:
    chain = "x:\n- &a0 {k: 1}\n" + "".join(f"- &a{n} {{<<: *a{n - 1}}}\n" for n in range(1, 2000))
    (found,) = mistakes(BASE + chain + "card_data: {models: {<<: *a1999}}\n")
    assert found == "1:1: merge keys that lead through more than 64 mappings"


def test_a_mapping_that_merges_itself_adds_nothing() -> None:
    (repo,) = load(BASE + "card_data:\n  datasets: &d {<<: *d, license: mit}\ndatasets: [{repo: d}]\n").repos
    assert repo.card_data == {"license": "mit"}


def test_too_many_values_are_refused_before_there_is_a_tree() -> None:
    (found,) = mistakes(BASE + "links: [" + "1," * yaml_nodes.MAX_EVENTS + "]")
    assert found.endswith(f"not YAML: more than {yaml_nodes.MAX_EVENTS:,} values and brackets")


def test_a_matrix_has_a_largest_size() -> None:
    keys = ", ".join(f"{{key: k{number}}}" for number in range(150))
    assert mistakes(grid(keys, keys)) == [f"5:3: the table has 22,500 cells; {MAX_CELLS:,} are the most"]


def test_a_manifest_has_a_largest_number_of_repos() -> None:
    keys = ", ".join(f"{{key: k{number}}}" for number in range(100))
    formats = ", ".join(f'{{repo: "{{repo}}-{number}", label: x}}' for number in range(100))
    many = f'{{repo: "{{row}}-{{column}}", rows: [{keys}], columns: [{keys}], formats: [{formats}]}}'
    assert mistakes(f"{BASE}models: [{many}]\n") == [f"1:1: more than {MAX_REPOS:,} repos"]
    one = ", ".join(
        f'{{repo: "t{number}-{{row}}-{{column}}", rows: [{keys}], columns: [{keys}]}}' for number in range(3)
    )
    assert mistakes(f"{BASE}models: [{one}]\n") == [f"1:1: more than {MAX_REPOS:,} repos"]


def test_a_long_chain_of_cells_that_are_the_same_is_refused() -> None:
    rows = ", ".join(f"{{key: r{number}}}" for number in range(100))
    cells = "".join(f"    r{n}: {{b: {{same_as: {{row: r{n + 1}}}}}}}\n" for n in range(99))
    found = mistakes(grid(rows, more=f"  cells:\n{cells}"))
    assert found[0] == "9:23: leads through more than 64 cells"
    assert len(found) == 99 - 64


def test_thousands_of_mistakes_are_all_said() -> None:
    found = mistakes(BASE + "datasets:\n" + "".join(f"- repo: a..b{number}\n" for number in range(20_000)))
    assert len(found) == 20_000
    assert found[-1] == "20004:9: the dataset repo 'a..b19999' must not contain '--' or '..'"


def test_long_values_are_shortened_in_messages() -> None:
    word = "x" * 100_000
    for text in (f"{word}: 1\n", f"links: [{word}]\n", f"datasets: [{{repo: '{word}'}}]\n", f"intro: !{word} a\n"):
        assert all(len(found) < 500 for found in mistakes(BASE + text))


def test_a_huge_file_is_read_to_the_limit_only(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as file:
        file.truncate(100_000_000)
    assert len(inputs.read_manifest(path)) == MAX_BYTES + 1


@pytest.mark.parametrize("name", ["missing.yaml", ".", "a" * 300, "file.txt/x.yaml"])
def test_a_manifest_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "file.txt").touch()
    with pytest.raises(InputError) as caught:
        inputs.read_manifest(tmp_path / name)
    assert str(tmp_path) in caught.value.message


def is_read_or_refused(data: bytes | str) -> None:
    """Nothing but a ManifestError comes out, and its places are in the text."""
    lines = len(data.splitlines()) + 2
    try:
        load(data)
    except ManifestError as error:
        places = [each.position for each in error.mistakes]
        if not places or any(not (1 <= each.line <= lines and each.column >= 1) for each in places):
            pytest.fail(f"mistakes at {places} of {lines} lines")


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    is_read_or_refused(data)


PIECES = [
    *("&a ", "*a", "<<: ", "!x ", "? ", "- ", "[", "]", "{", "}", ": ", "~", "no", "1", '"', "'", "|", "#", "%", "---"),
    *("\n", "  ", "\t", "key", "repo", "columns", "{row}", "\u2028", "\x85", "🤗", "\ufeff"),
]


@given(st.lists(st.tuples(st.integers(0, len(CODEIO)), st.integers(0, 30), st.sampled_from(PIECES)), max_size=4))
def test_any_edit_of_a_good_manifest_is_read_or_refused(edits: list[tuple[int, int, str]]) -> None:
    text = CODEIO
    for start, length, piece in edits:
        text = text[:start] + piece + text[start + length :]
    is_read_or_refused(text)
