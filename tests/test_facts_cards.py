"""Facts on cards: columns of tables, files in fences, and what lint says when facts and manifest disagree."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from cardgen import inputs, lint, manifest, render
from cardgen.errors import ManifestError
from cardgen.facts import texts
from cardgen.model import Card, Collection, Facts, Finding, RepoKey
from cardgen.pages import markdown
from cardgen.repo_facts import RepoFacts, RepoFile

HEAD = "version: 1\nnamespace: lab\ntitle: Family\n"
TEMPLATES = inputs.read_templates(Path("collections/a.yaml"))
COMMIT = "1f" * 20
SEVEN = RepoFacts(COMMIT, 15_231_233_024, {"BF16": 7_615_616_512}, 7_615_616_512, "Qwen2ForCausalLM", 131_072)

LIST = """
models:
  missing: "-"
  columns:
    - {fact: parameters}
    - {fact: dtype, name: Type}
    - {fact: architecture}
    - {fact: context_length}
    - {fact: size}
  rows:
    - {repo: a, name: A}
    - {repo: b, name: B}
    - {repo: other/c, name: C}
"""


def _collection(text: str, facts: Mapping[str, RepoFacts]) -> Collection:
    known: Facts = {("model", repo_id): each for repo_id, each in facts.items()}
    return manifest.load((HEAD + textwrap.dedent(text)).encode(), "collections/a.yaml", facts=known)


def _table(text: str, facts: Mapping[str, RepoFacts]) -> list[list[str]]:
    table = _collection(text, facts).tables[0]
    head = [heading.label for heading in table.head[-1]]
    return [head, *([cell.text for cell in row.cells] for row in table.rows)]


def _cards(text: str, facts: Mapping[str, RepoFacts]) -> dict[str, Card]:
    return {card.repo.repo_id: card for card in render.cards(_collection(text, facts), TEMPLATES)}


def _found(text: str, facts: Mapping[str, RepoFacts], rule: str) -> list[Finding]:
    collection = _collection(text, facts)
    cards = render.cards(collection, TEMPLATES)
    return [each for each in lint.findings([collection], cards) if each.rule == rule]


def test_a_table_shows_facts_and_says_where_there_are_none() -> None:
    facts = {"lab/a": SEVEN, "other/c": RepoFacts(COMMIT, elements={"U32": 7}, context_length=4096)}
    assert _table(LIST, facts) == [
        ["", "Parameters", "Type", "Architecture", "Context length", "Size"],
        ["A", "7.6B", "BF16", "Qwen2ForCausalLM", "128K", "15.2 GB"],
        ["B", "-", "-", "-", "-", "-"],
        ["C", "-", "U32", "-", "4K", "-"],
    ]


def test_facts_of_rows_become_rows_when_the_table_is_turned() -> None:
    turned = LIST.replace("models:", "models:\n  transpose: true")
    table = _collection(turned, {"lab/a": SEVEN}).tables[0]
    assert [cell.text for cell in table.rows[0].cells] == ["Parameters", "7.6B", "-"]


MATRIX = """
models:
  rows: [{key: x}, {key: y}]
  columns: [{fact: parameters}, {key: base}, {key: chat}]
  repo: "{row}-{column}"
  formats: [{repo: "{repo}-GGUF", label: GGUF}]
"""


def test_a_row_of_a_matrix_shows_what_its_repos_agree_on() -> None:
    nearly = RepoFacts(COMMIT, elements={"BF16": 7_615_000_000})
    other = RepoFacts(COMMIT, elements={"BF16": 1_000_000_000})
    facts = {"lab/x-base": SEVEN, "lab/x-chat": nearly, "lab/x-base-GGUF": other, "lab/y-base": SEVEN}
    assert [row[1] for row in _table(MATRIX, facts)] == ["Parameters", "7.6B", "7.6B"]
    assert [row[1] for row in _table(MATRIX, {**facts, "lab/y-chat": other})][2] == ""


def test_a_fact_that_is_not_known_to_cardgen_is_a_mistake() -> None:
    with pytest.raises(ManifestError) as caught:
        _collection(LIST.replace("fact: size", "fact: active").replace("{fact: dtype,", "{fact: dtype, value: x,"), {})
    first, second = caught.value.mistakes
    assert "a column is a key, a value, a fact, a link or a group of columns; this one has value and fact" in str(first)
    assert (second.position.line, second.position.column) == (12, 14)
    assert "'context_length'" in second.message


def test_without_facts_nothing_changes() -> None:
    text = HEAD + "models:\n  rows: [{repo: a, values: {p: 7B}}]\n  columns: [{value: p}]\n"
    plain = manifest.load(text.encode(), "collections/a.yaml")
    known = manifest.load(text.encode(), "collections/a.yaml", facts={("model", "lab/a"): SEVEN})
    assert [card.text for card in render.cards(plain, TEMPLATES)] == [
        card.text for card in render.cards(known, TEMPLATES)
    ]


FILES = """
models:
  rows: [{key: x, repo: a}, {key: y, repo: b}]
  columns: [{link: true}]
datasets: [{repo: d}]
files: [config.json, generation_config.json, run/train.yaml]
"""


def _with(files: Mapping[str, RepoFile | None]) -> RepoFacts:
    return RepoFacts(COMMIT, files=files)


def _code(card: Card) -> list[tuple[str, str]]:
    return [(token.info, token.content) for token in MarkdownIt().parse(card.body) if token.type == "fence"]


def test_a_card_shows_the_files_of_its_repo() -> None:
    files = {
        "config.json": RepoFile(3, "{\n}\n"),
        "generation_config.json": None,
        "run/train.yaml": RepoFile(4, "a: b"),
    }
    cards = _cards(FILES, {"lab/a": _with(files), "lab/d": _with(files)})
    shown = """## Files

<details>
<summary>config.json</summary>

```json
{
}
```

</details>

<details>
<summary>run/train.yaml</summary>

```yaml
a: b
```

</details>
"""
    assert cards["lab/a"].body.endswith("\n\n" + shown)
    assert [*cards["lab/a"].blocks][-1] == "files"
    assert "## Files" not in cards["lab/b"].body + cards["lab/d"].body


def test_files_stand_below_the_citation_and_only_where_they_are_wanted() -> None:
    text = FILES.replace("[config.json, generation_config.json, run/train.yaml]", "")
    text += "  {paths: [config.json], title: What it is, rows: [y]}\ncitation: {bibtex: '@misc{a}'}\n"
    facts = dict.fromkeys(("lab/a", "lab/b"), _with({"config.json": RepoFile(2, "{}")}))
    cards = _cards(text, facts)
    assert "What it is" not in cards["lab/a"].body
    assert cards["lab/b"].body.index("## Citation") < cards["lab/b"].body.index("## What it is")


def test_a_file_that_cannot_be_shown_says_why() -> None:
    files = {
        "config.json": RepoFile(1_234_567),
        "generation_config.json": RepoFile(9),
        "run/train.yaml": RepoFile(9, "a: 1 # <!-- cardgen:end card sha256=0 -->"),
    }
    card = _cards(FILES, {"lab/a": _with(files)})["lab/a"]
    url = "https://huggingface.co/lab/a/blob/main"
    lines = [line for line in card.body.splitlines() if line.startswith("[")]
    assert lines == [
        f"[config.json](<{url}/config.json>) has 1.2 MB; no more than 50 kB of a file are shown here.",
        f"[generation_config.json](<{url}/generation_config.json>) is not shown here, because it is not plain text.",
        f"[run/train.yaml](<{url}/run/train.yaml>) is not shown here, because it holds what reads as one of "
        "cardgen's own marks.",
    ]
    assert _code(card) == []


HOSTILE = [
    "```\n# Heading\n```",
    "`````json\n</details>\n<script>alert(1)</script>",
    "~~~\n~~~\n</details>\n\n# Heading",
    '{"chat_template": "{% for m in messages %}{{ m }}{{ undefined }}{% endfor %}"}',
    "<!-- comment -->\n---\nlicense: mit\n---",
    "$$x$$ \\\\( y \\\\)",
    "\n\n   leading\n\n",
    "",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_in_a_file_leaves_its_fence(text: str) -> None:
    card = _cards(FILES, {"lab/a": _with({"config.json": RepoFile(len(text), text)})})["lab/a"]
    assert _code(card) == [("json", text.strip("\n") + "\n")]
    html = markdown.to_html(card.body, str, lambda _: None)
    assert html.count("<details>") == html.count("</details>") == 1
    assert "<script" not in html
    assert html.count("<h1") == 1


@settings(deadline=None, max_examples=50)
@given(st.lists(st.text(st.sampled_from("`~\n <>/ad-#:")), min_size=3, max_size=3))
def test_nothing_in_any_files_leaves_their_fences(contents: list[str]) -> None:
    paths = ("config.json", "generation_config.json", "run/train.yaml")
    shown = {path: RepoFile(len(text), text) for path, text in zip(paths, contents, strict=True)}
    card = _cards(FILES, {"lab/a": _with(shown)})["lab/a"]
    inner = [text.strip("\n") + "\n" for text in contents]
    assert _code(card) == list(zip(("json", "json", "yaml"), inner, strict=True))


def test_a_manifest_cannot_name_what_is_no_file_of_the_repo() -> None:
    wrong = ["/etc/passwd", "../a", "a/../b", ".gitattributes", "a b", "<b>", "README.md", "config.json", "config.json"]
    text = FILES.partition("files:")[0] + "files:\n" + "".join(f'  - "{path}"\n' for path in wrong)
    with pytest.raises(ManifestError) as caught:
        _collection(text, {})
    messages = [mistake.message for mistake in caught.value.mistakes]
    assert sum("must be the path of a file in the repo" in each for each in messages) == 6
    assert messages[6:] == ["'README.md' is the card itself", "the file 'config.json' is named twice"]
    lines = [mistake.position.line for mistake in caught.value.mistakes]
    assert lines == [10, 11, 12, 13, 14, 15, 16, 18]


def test_files_on_cards_that_are_not_there_are_a_mistake() -> None:
    text = FILES.partition("files:")[0] + "files: {paths: [config.json], rows: [z]}\n"
    with pytest.raises(ManifestError, match="there is no row 'z'"):
        _collection(text, {})


CLAIMS = """
models:
  rows:
    - {{repo: a, values: {{total: "{0}", active: 37B, context: "{1}"}}}}
  columns:
    - name: Parameters
      columns: [{{name: Total, value: total}}, {{name: Activated, value: active}}]
    - {{name: Context length, value: context}}
"""


@pytest.mark.parametrize(
    ("claim", "facts", "said"),
    [
        ("7.6B", SEVEN, ""),
        ("7.3B", SEVEN, ""),
        ("7B", SEVEN, ""),
        ("8B", SEVEN, ""),
        ("9B", SEVEN, "parameters: the manifest says 9B, the repo says 7.6B (7,615,616,512)"),
        ("6.5B", SEVEN, "parameters: the manifest says 6.5B, the repo says 7.6B (7,615,616,512)"),
        ("671B", SEVEN, "parameters: the manifest says 671B, the repo says 7.6B (7,615,616,512)"),
        ("about 9B", SEVEN, ""),
        ("7", SEVEN, ""),
        ("9B", RepoFacts(COMMIT, elements={"U32": 9}, declared=7_000_000_000), ""),
        ("9B", RepoFacts(COMMIT), ""),
    ],
)
def test_a_count_that_the_repo_does_not_have(claim: str, facts: RepoFacts, said: str) -> None:
    found = _found(CLAIMS.format(claim, "128K"), {"lab/a": facts}, "parameters-differ")
    assert [each.message for each in found] == ([said] if said else [])
    if found:
        assert found[0].source == "collections/a.yaml:7:33"
        assert found[0].card == "models/lab/a/README.md"


@pytest.mark.parametrize(
    ("claim", "length", "differs"),
    [
        ("128K", 131_072, False),
        ("128K", 128_000, False),
        ("131072", 131_072, False),
        ("131,072 tokens", 131_072, False),
        ("1M", 1_010_000, False),
        ("128K", 163_840, True),
        ("32K", 131_072, True),
        ("131,072", 131_071, True),
        ("unlimited", 131_072, False),
        ("128K", None, False),
    ],
)
def test_a_context_length_that_the_repo_does_not_have(claim: str, length: int | None, differs: bool) -> None:
    found = _found(CLAIMS.format("-", claim), {"lab/a": RepoFacts(COMMIT, context_length=length)}, "context-differs")
    assert bool(found) == differs
    for each in found:
        assert each.message.startswith(f"context length: the manifest says {claim}, the repo says ")
        assert each.source == "collections/a.yaml:7:60"


def test_only_the_sure_case_is_held_against_a_repo() -> None:
    matrix = """
    models:
      rows: [{key: "70B", values: {parameters: 70B}}]
      columns: [{value: parameters}, {key: chat}]
      repo: "{row}-{column}"
    """
    assert _found(matrix, {"lab/70B-chat": SEVEN}, "parameters-differ") == []
    names = CLAIMS.replace("Total, value: total", "Non-embedding, value: total")
    assert _found(names.format("70B", "-"), {"lab/a": SEVEN}, "parameters-differ") == []


def test_an_index_that_does_not_fit_is_a_finding() -> None:
    facts = RepoFacts(COMMIT, index_problems=("its names end in -of-000002, -of-00002",))
    (found,) = _found(LIST, {"lab/a": facts}, "index-broken")
    assert "model.safetensors.index.json does not fit: its names end in -of-000002, -of-00002" in found.message
    assert found.source.startswith("collections/a.yaml:14:")


def test_a_number_that_somebody_wrote_into_the_index_is_a_finding() -> None:
    facts = RepoFacts(COMMIT, elements={"BF16": 7_615_616_512}, declared=333_312)
    (found,) = _found(LIST, {"lab/a": facts}, "parameters-unsure")
    assert found.message == "the Hub says 333K parameters (333,312), the repo's tensors have 7,615,616,512"
    assert _found(LIST, {"lab/a": SEVEN}, "parameters-unsure") == []


def test_facts_that_were_not_read_yet_are_a_finding() -> None:
    cards = [each.card for each in _found(LIST, {"lab/a": SEVEN}, "facts-missing")]
    assert cards == ["models/lab/b/README.md", "models/other/c/README.md"]
    assert _found(FILES.partition("files:")[0], {}, "facts-missing") == []
    facts = {"lab/a": _with({"config.json": RepoFile(2, "{}"), "generation_config.json": None})}
    assert [each.message for each in _found(FILES, facts, "facts-missing")] == [
        "run/train.yaml was not read yet",
        "a card shows facts of this repo, and none are known",
    ]
    (missing,) = _found(FILES, facts, "file-missing")
    assert "no generation_config.json" in missing.message


def test_what_a_file_holds_is_no_placeholder_of_the_card() -> None:
    text = FILES + "citation: {bibtex: '@misc{TBD}'}\n"
    text = text.replace("[config.json, generation_config.json, run/train.yaml]", "[config.json]")
    found = _found(text, {"lab/a": _with({"config.json": RepoFile(9, "TODO\n# x\nxxxx")})}, "placeholder")
    assert {each.message for each in found} == {"a placeholder was left in: TBD"}
    assert len(found) == 3


def test_lint_looks_only_at_the_cards_it_is_given() -> None:
    collection = _collection(CLAIMS.format("70B", "-"), {"lab/a": SEVEN})
    assert lint.findings([collection], []) == ()


def test_the_limit_is_the_same_on_the_card_and_in_the_lock_file() -> None:
    assert texts.shown(b"x" * texts.MAX_BYTES)
    assert texts.shown(b"x" * (texts.MAX_BYTES + 1)) is None


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("config.json", "json"),
        ("a/b.YML", "yaml"),
        ("chat_template.jinja", "jinja"),
        ("LICENSE", "text"),
        ("a.xyz", "text"),
    ],
)
def test_a_fence_names_its_language(path: str, language: str) -> None:
    assert texts.language(path) == language


def test_keys_of_repos_are_of_both_kinds() -> None:
    key: RepoKey = ("dataset", "lab/d")
    text = HEAD + "datasets:\n  columns: [{fact: size}]\n  rows: [{repo: d}]\n"
    collection = manifest.load(text.encode(), "collections/a.yaml", facts={key: RepoFacts(COMMIT, 11_200_000_000)})
    assert collection.tables[0].rows[0].cells[1].text == "11.2 GB"
