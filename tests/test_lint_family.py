"""Rules over cards beside each other: built ones by their manifest, and READMEs as they are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardgen import inputs, lint, manifest, render
from cardgen.lint import card, grids, shown
from cardgen.lint.card import ReadCard
from cardgen.model import Finding, RepoKey
from rule_pages import NAME, TEMPLATES

GOLDEN = Path(__file__).parent / "golden"
COLLECTIONS = Path(__file__).parent.parent / "collections"
RULES = ("link-differs", "bibtex-differs", "id-case", "repo-unshown", "label-twice", "target-misfit", "target-repeated")
HEAD = "version: 1\nnamespace: lab\ntitle: Family\nmodels:\n"


def readme(repo_id: str, body: str) -> ReadCard:
    return card.of_bytes(f"models/{repo_id}/README.md", body.encode(), ("model", repo_id))


def of_family(found: tuple[Finding, ...]) -> list[Finding]:
    return [each for each in found if each.rule in RULES]


def of_manifest(models: str) -> list[Finding]:
    collection = manifest.load((HEAD + models).encode(), NAME, NAME)
    return of_family(lint.findings([collection], render.cards(collection, TEMPLATES)))


def html(*rows: str) -> str:
    """A table with the headings Model, Base and Chat; a row is its label and the names of repos."""
    cells = "".join(
        f"<tr><td>{label}</td>{''.join(f'<td>{link(name)}</td>' for name in names)}</tr>\n"
        for label, *names in (row.split() for row in rows)
    )
    return f"# Family\n\n<table>\n<tr><th>Model</th><th>Base</th><th>Chat</th></tr>\n{cells}</table>\n"


def link(name: str) -> str:
    return f'<a href="https://huggingface.co/lab/{name}">🤗</a>'


@pytest.mark.parametrize("name", ["codeio", "tulu3", "deepseek-r1", "qwen2.5-coder"])
def test_nothing_is_said_of_golden_cards(name: str) -> None:
    paths = sorted((GOLDEN / name).rglob("README.md"))
    read = [card.of_bytes(str(path), path.read_bytes(), _repo(path)) for path in paths]
    assert of_family(lint.of_texts(read)) == []
    source = COLLECTIONS / f"{name}.yaml"
    collection = manifest.load(source.read_bytes(), str(source), source.name)
    assert of_family(lint.findings([collection], render.cards(collection, inputs.read_templates(source)))) == []


def _repo(path: Path) -> RepoKey:
    kind, namespace, name = path.parts[-4:-1]
    return ("dataset" if kind == "datasets" else "model", f"{namespace}/{name}")


@pytest.mark.parametrize(
    ("models", "said"),
    [
        (
            '  repo: "tower-{row}-{column}"\n  rows: [{key: 7b, name: 7B}, {key: 13b, name: 13B}]\n'
            "  columns: [{key: base, name: Base}, {key: chat, name: Chat}]\n"
            "  cells: {13b: {chat: {targets: [{repo: tower-13b-base}]}}}\n",
            ["target-misfit: in the table 'Models': the column 'Chat' links to lab/tower-13b-base, whose name"],
        ),
        (
            '  repo: "tower-{row}-{column}"\n  rows: [{key: 7b, name: 7B}, {key: 13b, name: 13B}]\n'
            "  columns: [{key: base, name: Base}, {key: chat, name: Chat}]\n"
            "  cells: {13b: {chat: {same_as: {row: 7b}}}}\n",
            [],
        ),
        (
            '  repo: "{row}-{column}"\n  rows: [{key: a, name: Same}, {key: b, name: Same}]\n  columns: [{key: x}]\n',
            ["label-twice: in the table 'Models': two rows say 'Same' and nothing else, for different repos"],
        ),
        (
            '  repo: "{row}-{column}"\n  rows: [{key: a}]\n  columns: [{key: x, name: Same}, {key: y, name: Same}]\n',
            ["label-twice: in the table 'Models': 2 columns are called 'Same', for different repos"],
        ),
        (
            '  repo: "{row}-{column}"\n  rows: [{key: a}]\n  columns:\n'
            "  - {name: One, columns: [{key: x, name: Same}]}\n"
            "  - {name: Two, columns: [{key: y, name: Same}]}\n",
            [],
        ),
    ],
)
def test_a_built_family(models: str, said: list[str]) -> None:
    found = [f"{each.rule}: {each.message}" for each in of_manifest(models)]
    assert len(found) == len(said)
    assert all(one.startswith(other) for one, other in zip(found, said, strict=True)), found


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (("7B t-7b-base t-7b-chat", "13B t-13b-base t-13b-chat"), []),
        (
            ("7B t-7b-base t-7b-chat", "13B t-13b-base t-7b-chat", "70B t-70b-base t-70b-chat"),
            ["the row '13B' links to lab/t-7b-chat, whose name fits the row '7B'"],
        ),
        (
            ("7B t-7b t-7b-it", "13B t-13b t-13b-it", "70B t-70b t-70b"),
            ["the row '70B' links to lab/t-70b in the columns 'Base' and 'Chat'"],
        ),
        (("7B t-7b t-7b", "13B t-13b t-13b", "70B t-70b t-70b-it"), []),
        (("7B t-small t-small-it", "13B t-medium t-medium-it"), []),
        (("Tower-7B t-7b t-7b-v2", "Tower-13B t-13b t-13b-v2"), []),
        (("1.5B q2.5-1.5b-base q2.5-1.5b-chat", "2.5B q2.5-2.5b-base q2.5-2.5b-chat"), []),
    ],
)
def test_targets_of_a_readme(rows: tuple[str, ...], said: list[str]) -> None:
    found = of_family(lint.of_texts([readme("lab/a", html(*rows))]))
    assert [each.message for each in found] == said


def test_siblings_with_one_table_tell_of_it_once() -> None:
    """Which cell is marked as the own place makes no difference."""
    table = html("7B t-7b-base t-7b-chat", "13B t-13b-base t-7b-chat", "70B t-70b-base t-70b-chat")
    marked = table.replace("<td>7B", '<td style="background-color: #fff">📍 7B')
    found = of_family(lint.of_texts([readme("lab/a", table), readme("lab/b", marked)]))
    assert [each.rule for each in found] == ["target-misfit"]


def test_two_links_of_a_cell() -> None:
    cell = f"<td>7B</td><td>{link('a-7b')} {link('b-7b')}</td>"
    text = f"# Family\n\n<table>\n<tr><th>Model</th><th>Here</th></tr>\n<tr>{cell}</tr>\n</table>\n"
    (found,) = of_family(lint.of_texts([readme("lab/a", text)]))
    assert found.message == "the row '7B' has a cell with links '🤗' to different repos"


def test_who_is_right_if_two_differ() -> None:
    """Nobody knows; the second is told of."""
    cards = [readme(f"lab/{name}", f"# F\n\n[Code](https://github.com/lab/{name})\n") for name in "ab"]
    (found,) = of_family(lint.of_texts(cards))
    assert (found.card, found.line, found.rule) == ("models/lab/b/README.md", 3, "link-differs")
    others = [readme(f"{name}/m", f"# F\n\n[Code](https://github.com/lab/{name})\n") for name in "ab"]
    assert of_family(lint.of_texts(others)) == [], "other namespaces are other families"


PIECES = """\
<table> </table> <tr> <td> </td> | ` [ 📍 <a&href="https://huggingface.co/lab/a">x</a> [Paper](https://arxiv.org/abs/1)
"""
LINES = ("\n", "| a | b |\n", "| --- | --- |\n", "@a{b,", "```\n", "# Title\n")


def test_each_has_its_line() -> None:
    cite = "# F\n\n{0}\n\n```\n@a{{k,\n  title={{{1}}}\n}}\n```\n"
    cards = [
        readme("lab/Data", cite.format("Text.", "one")),
        readme("lab/b", cite.format("[data](https://huggingface.co/lab/data)", "two")),
    ]
    found = of_family(lint.of_texts(cards))
    assert [(each.rule, each.line) for each in found] == [("bibtex-differs", 6), ("id-case", 3)]


TEXTS = st.lists(st.sampled_from([*(each.replace("&", " ") for each in PIECES.split()), *LINES]), max_size=40).map(
    "".join
)


@settings(max_examples=100, deadline=None)
@given(texts=st.lists(TEXTS, max_size=4))
def test_no_text_stops_it(texts: list[str]) -> None:
    lint.of_texts([readme(f"lab/{number}", text) for number, text in enumerate(texts)])


@pytest.mark.parametrize(
    "text",
    [
        "<table>" * 20_000 + "https://x",
        "<table>" + "<tr><td>" * 20_000 + "https://x</table>",
        "|a|b|\n|---|---|\n" + "| [x](https://huggingface.co/a/b) | y |\n" * 20_000,
        "[" * 100_000,
        "<a " * 50_000,
        "```\n" + "@a{b,\n" * 20_000 + "```\n",
        "| " * 100_000 + "\n|---\n",
        "|\n" + "-" * 500_000 + "x",
        "|\n" + " " * 500_000 + "x",
    ],
    ids=range(9),
)
def test_hostile_texts(text: str) -> None:
    read = readme("lab/a", text)
    shown.read(read)
    grids.of_card(read)
    of_family(lint.of_texts([read]))


def test_ten_thousand_cards_are_compared() -> None:
    """Each with a key, a title and links of its own, or one of many: no rule compares all with all."""
    body = "# {0}\n\n[Paper](https://arxiv.org/abs/{0})\n\n```\n@a{{k{0},\n  title={{x}}\n}}\n```\n"
    members = [lint.family.member(readme(f"lab/{number}", body.format(number))) for number in range(10_000)]
    for rule in lint.catalog.OF_FAMILIES:
        if rule.id in RULES:
            assert list(rule.check(lint.family.Family(tuple(members)))) == []
