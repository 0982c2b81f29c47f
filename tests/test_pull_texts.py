"""Edited texts of cards: into which values of a manifest they go, and which are left."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import pulling
from cardgen.model import RepoKey
from cardgen.pulling import Source, trace
from cardgen.pulling.trace import Trace
from pulls import COLLECTIONS, card, changed_lines, collection, edited, live, pull, rewritten, source

TULU = "Llama-3.1-Tulu-3-8B-SFT"
LLAMA = "llama3.1-8b_codeio_stage1"
SHAPES = source("""\
version: 1
namespace: lab
title: A *title* & more
links: [{label: Paper, url: "https://example.org/?a=1&b=2"}]
models:
  corner: Model
  format: markdown
  text: Above.
  footnote: |
    Below: [a link](https://example.org).
  missing: "-"
  columns: [{value: size}, {value: base, name: Base}, {link: true, name: Get}]
  rows:
    - {group: Small}
    - repo: one
      values: &shared {size: 1B, base: {targets: [{url: https://example.org/base, label: base}]}}
    - {repo: two, values: *shared}
    - {repo: three, name: Third, text: "About the third."}
sections:
  - title: Usage
    text: |
      Load it:

      ```python
      load("{{ repo.repo_id }}")
      ```

      Then use it.
citation:
  - {bibtex: "@misc{a}", note: First}
  - {bibtex: "@misc{b}"}
""")


@pytest.mark.parametrize(
    ("manifest", "repo_id", "change", "expected"),
    [
        ("codeio", LLAMA, ("Huggingface", "Hugging Face"), ["page of the CodeI/O collection on Hugging Face,"]),
        ("codeio", LLAMA, (">Paper<", ">The paper<"), ["  - {icon: 📑, label: The paper, url: https:"]),
        ("codeio", LLAMA, ("papers/2502.07316", "papers/2502.07317"), ["url: https://huggingface.co/papers/2502.07317}"]),
        ("codeio", LLAMA, ("📑", "📄"), ["  - {icon: 📄, label: Paper,"]),
        ("codeio", LLAMA, (">Base Model / Training<", ">Base &lt; trained<"), ["  corner: Base < trained"]),
        ("codeio", LLAMA, (">LLaMA 3.1 8B<", ">Llama 3.1, 8B<"), ["name: 'Llama 3.1, 8B', card_data:"]),
        ("codeio", LLAMA, (">CodeI/O++<", ">CodeI/O 2<"), ["    - name: CodeI/O 2"]),
        ("codeio", LLAMA, ("**Models**", "**Our models**"), ["  title: Our models"]),
        ("codeio", LLAMA, (">CodeI/O-PythonEdu-Reasoning<", ">PyEdu<"), ["    name: PyEdu"]),
        ("codeio", LLAMA, ("kindly cite as", "cite"), ["  note: If you find these resources helpful, please cite"]),
        ("codeio", "CodeIO-PyEdu-Reasoning", ("Please also check", "Do check"), ["      Do check the raw data after"]),
        ("tulu3", TULU, (">Reward model<", ">Reward<"), ["      name: Reward"]),
        ("tulu3", TULU, ("LM.from_pretrained(", ".load("), ['= AutoModelForCausal.load("{{ repo.repo_id }}")']),
        ("tulu3", TULU, ('-SFT")\n', '-SFT", x=1)\n'), ['LM.from_pretrained("{{ repo.repo_id }}", x=1)']),
        ("qwen2.5-coder", "Qwen2.5-Coder-7B", (">7B<", ">7 B<"), ["    - {key: 7B, name: 7 B}"]),
        ("qwen2.5-coder", "Qwen2.5-Coder-7B", (">🤖<", ">ModelScope<"), ["label: ModelScope, url:"]),
        ("deepseek-r1", "DeepSeek-R1", ("671B", "672B"), ["        values: &size {total: 672B,"]),
        ("deepseek-r1", "DeepSeek-R1", ("Qwen2.5-Math-7B](", "Math 7B]("), ["label: Math 7B}]}}"]),
    ],
)  # fmt: skip
def test_a_known_text_goes_where_it_came_from(
    manifest: str, repo_id: str, change: tuple[str, str], expected: list[str]
) -> None:
    before = collection(manifest)
    result = pull(before, {repo_id: [change]})
    assert not result.left, result.left[0].diff
    added = [line[1:] for line in changed_lines(result) if line.startswith("+")]
    assert len(added) == len(expected)
    assert all(want in line for want, line in zip(expected, added, strict=True))
    assert _is_quiet(result.after, before, repo_id, change)


def _is_quiet(after: Source, before: Source, repo_id: str, *changes: tuple[str, str]) -> bool:
    """Whether the manifest makes of a card what the Hub has."""
    text = card(before, repo_id).text
    for old, new in changes:
        text = text.replace(old, new)
    found = pulling.find(live(text), card(after, repo_id))
    assert isinstance(found, pulling.Edits)
    return found.text is None and not found.keys and not found.outside


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("# A \\*title\\*", "# Another \\*title\\*"), "title: Another *title* & more"),
        ((">Paper<", ">P &amp; Q<"), "label: P & Q, url:"),
        (("a=1&amp;b=2", "a=1&amp;b=3"), "https://example.org/?a=1&b=3"),
        (("**Small**", "**Very small**"), "{group: Very small}"),
        (("Above.\n", "Above.\n\n- and\n- more\n"), "  text: |-"),
        (("Below: [a link]", "Below: [the link]"), "    Below: [the link](https://example.org)."),
        (("| two |", "| the second |"), "{repo: two, values: *shared, name: the second}"),
        (("| size |", "| Size |"), "{value: size, name: Size}"),
        (("(<https://example.org/base>)", "(<https://example.org/b>)"), "{url: https://example.org/b, label: base}"),
        (("Load it:", "Load `it`:"), "      Load `it`:"),
        (("Then use it.", "Then use it.\n\nAnd again."), "      And again."),
        (("@misc{b}", "@misc{b,\n  year={1}\n}"), "year={1}"),
        (("About the third.", 'About "the" third: # 3'), "# 3"),
    ],
)  # fmt: skip
def test_other_shapes(change: tuple[str, str], expected: str) -> None:
    result = pull(SHAPES, {"three": [change]})
    assert not result.left, result.left[0].diff
    assert any(expected in line for line in changed_lines(result) if line.startswith("+")), result.diff
    assert _is_quiet(result.after, SHAPES, "three", change)


@pytest.mark.parametrize(
    "change",
    [
        ('[🤗](<https://huggingface.co/lab/one> "lab/one")', "[weights](<https://huggingface.co/lab/one>)"),
        ("https://huggingface.co/lab/one", "https://huggingface.co/other/one"),
        ("| one | 1B |", "| one | 2B |"),
        ("| Model |", "| Model | New |"),
        ("| two | 1B |", "| four | x |  |  |\n| two | 1B |"),
        ("## Citation", "## How to cite"),
        (">Paper<", "><b>Paper</b><"),
        ("Above.\n", "Above. \x1b[2J\n"),
        ("Above.\n", "Above.\u202e\n"),
        ("Load it:", "Load {{ 7 * 7 }}:"),
        ("Load it:", "Load {% raw %}it{% endraw %}:"),
        ("Above.\n", "\n"),
        ("https://example.org/?a=1", "javascript:alert(1)//"),
        ("Above.", "Above.\n<!-- cardgen is fine -->" + "x" * 300_000),
    ],
)
def test_what_has_no_value_is_left(change: tuple[str, str]) -> None:
    result = pull(SHAPES, {"three": [change]})
    assert result.after.text == SHAPES.text
    (left,) = result.left
    assert left.unit == pulling.TEXT
    assert any(line.startswith("+") for line in left.diff.splitlines())


def test_what_can_come_in_does_beside_what_cannot() -> None:
    result = pull(SHAPES, {"three": [("| Base |", "| Origin |"), ("## Citation", "## Cite"), ("First:", "The first:")]})
    assert {taken.path for taken in result.taken} == {("models", "columns", 1, "name"), ("citation", 0, "note")}
    (left,) = result.left
    assert [line for line in left.diff.splitlines() if line[0] in "+-"][2:] == ["-## Citation", "+## Cite"]


def test_a_value_that_stands_twice_is_taken_if_both_places_say_the_same() -> None:
    both = pull(SHAPES, {"three": [("| 1B |", "| 2B |")]})
    assert "size: 2B" in both.after.text
    assert not both.left
    one = pull(SHAPES, {"three": [("| two | 1B |", "| two | 2B |")]})
    assert one.after.text == SHAPES.text
    assert one.left


def test_two_cards_with_the_same_edit_and_with_another() -> None:
    change = ("Huggingface", "Hugging Face")
    codeio = collection("codeio")
    other = "qwen2.5-7b-coder_codeio"
    result = pull(codeio, {LLAMA: [change, (">Repo<", ">Code<")], other: [change]})
    assert not result.left
    assert len(result.also) == 11
    assert _is_quiet(result.after, codeio, LLAMA, change, (">Repo<", ">Code<"))
    result = pull(codeio, {LLAMA: [(">Repo<", ">Code<")], other: [(">Repo<", ">Source<")]})
    assert "label: Code," in result.after.text
    assert [(left.repo[1].partition("/")[2], left.reason) for left in result.left] == [(other, pulling.COLLISION)]


def test_text_outside_of_the_block_is_left() -> None:
    codeio = collection("codeio")
    found = card(codeio, LLAMA)
    edits = edited(found, ("<!-- cardgen:data", "# Mine\n\n<!-- cardgen:data"))
    result = pulling.pull(codeio, {found.repo.key: edits})
    assert [left.reason for left in result.left] == ["text outside of cardgen's block"]
    assert "+# Mine" in result.left[0].diff
    assert not pulling.pull(codeio, {found.repo.key: edits}, {"license"}).left


def test_a_base_that_nobody_knows_is_left() -> None:
    """The manifest changed since the push, so that an edit cannot be told from what is older than the manifest."""
    before = collection("codeio")
    now = source(before.text.replace("label: Repo,", "label: Code,"))
    text = card(before, LLAMA).text.replace("Huggingface", "Hugging Face")
    found = pulling.find(live(text), card(now, LLAMA))
    assert isinstance(found, pulling.Edits)
    assert found.is_base_unknown
    result = pulling.pull(now, {card(now, LLAMA).repo.key: found})
    assert (result.after.text, [left.reason for left in result.left]) == (now.text, [pulling.UNKNOWN])


def test_a_card_that_was_saved_with_other_line_ends_is_traced_too() -> None:
    codeio = collection("codeio")
    found = card(codeio, LLAMA)
    windows = found.text.replace("\n", "\r\n")
    edits = pulling.find(live(windows), found)
    assert edits == pulling.Edits(digest=edits.digest, written=edits.written)  # type: ignore[union-attr]
    edits = pulling.find(live(windows.replace("Huggingface", "Hugging Face")), found)
    assert isinstance(edits, pulling.Edits)
    result = pulling.pull(codeio, {found.repo.key: edits})
    assert "on Hugging Face," in result.after.text
    assert not result.left


TRANSPOSED = source("""\
version: 1
namespace: lab
title: T
models:
  transpose: true
  columns: [{value: size}, {value: license}]
  rows:
    - {repo: one, values: {size: 1B, license: mit}}
    - {repo: two, values: {size: 2B, license: mit}}
""")


def test_values_that_share_a_cell_are_left_and_the_others_are_not() -> None:
    """Equal values of neighbours are printed once, so that no one of them is what an edit means."""
    result = pull(TRANSPOSED, {"one": [("<td>2B<", "<td>3B<"), (">mit<", ">bsd<")]})
    assert changed_lines(result) == [
        "-    - {repo: two, values: {size: 2B, license: mit}}",
        "+    - {repo: two, values: {size: 3B, license: mit}}",
    ]
    assert [left.reason for left in result.left] == [pulling.BY_HAND]


def test_templates_of_ones_own_are_traced() -> None:
    header = "Hello, {{ collection.title | upper }}!\n\n{{ collection.intro }}\n"
    text = "version: 1\nnamespace: lab\ntitle: Lab\nintro: Some words.\ndatasets: [{repo: one}]\n"
    result = pull(source(text, header=header), {"one": [("Some words.", "Other words."), ("LAB!", "LAB & CO!")]})
    assert "intro: Other words." in result.after.text
    assert "title: Lab\n" in result.after.text, "what a template turned into something else is left"
    assert result.left
    everybody = header + "{{ collection.repos | length }} repos\n"
    two = source(text.replace("[{repo: one}]", "[{repo: one}, {repo: two}]"), header=everybody)
    result = pull(two, {"one": [("Some words.", "Other words.")]})
    assert [left.reason for left in result.left] == [pulling.ALONE]


@cache
def _traces(name: str) -> tuple[Source, list[Trace], list[RepoKey]]:
    of = collection(name)
    repos = [*of.cards][:: max(1, len(of.cards) // 3)]
    return of, [trace.trace(of, repo) for repo in repos], repos


@pytest.mark.parametrize("name", COLLECTIONS)
def test_every_text_of_a_card_is_traced(name: str) -> None:
    of, traces, _ = _traces(name)
    found = {hole.value.path for each in traces for hole in each.holes}
    assert {each.path for each in trace.values(of)} <= found
    assert all(
        each.text[hole.start : hole.end] == hole.value.text.strip() or "{{" in hole.value.text or "&" in hole.value.text
        for each in traces
        for hole in each.holes
    )


NEW_TEXT = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cf", "Zl", "Zp", "Co", "Cn"))
    | st.sampled_from("*_&<>#:`'\"{|"),
    min_size=1,
    max_size=20,
).filter(lambda text: text == text.strip())  # fmt: skip


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_a_pull_undoes_what_an_edit_of_the_manifest_does(data: Any) -> None:
    """Somebody changes texts of the manifest and builds; a pull of that card makes the same card of the old one."""
    of, traces, repos = _traces(data.draw(st.sampled_from(COLLECTIONS)))
    number = data.draw(st.integers(0, len(repos) - 1))
    holes = [each for each in traces[number].holes if each.value.path[0] != "sections"]
    changed: Source | None = of
    for hole in data.draw(st.lists(st.sampled_from(holes), min_size=1, max_size=3)):
        changed = changed.with_text(hole.value.path, data.draw(NEW_TEXT)) if changed else None
    if changed is None:
        return
    then = changed.body(repos[number])
    result = pulling.pull(of, {repos[number]: rewritten(of.cards[repos[number]], then)})
    assert not result.left, result.left[0].diff
    assert result.after.body(repos[number]) == then
