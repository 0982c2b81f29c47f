"""Templates: a user's override the built-in ones file by file; what is wrong with one is said with file and line."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from cardgen import inputs, render
from cardgen.cli import main, reading
from cardgen.errors import InputError, TemplateError
from cardgen.model import Card, SourceText
from manifests import grid, load
from rendered import dom, html, tables, text, unbalanced

BUILT_IN = inputs.read_templates(Path("nowhere/m.yaml"))
PROJECT = grid("{key: a}, {key: c}", "{key: b}, {name: G, columns: [{key: d}, {key: e}]}").replace(
    "title: T\n",
    "title: T\ncitation: {bibtex: '@a{b}'}\ndatasets: [{repo: d}]\nlinks: [{label: L, url: 'https://a.org'}]\n",
)


def with_templates(own: Mapping[str, str], project: str = PROJECT) -> dict[str, Card]:
    """The cards of a project with some templates of its own."""
    texts = {name: SourceText(f"templates/{name}", source) for name, source in own.items()}
    return {card.repo.repo_id: card for card in render.cards(load(project), {**BUILT_IN, **texts})}


def write(path: Path, source: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(source if isinstance(source, bytes) else source.encode())
    return path


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write(tmp_path / "collections" / "m.yaml", PROJECT)
    return tmp_path


def body(project: Path) -> str:
    return reading.read([str(project / "collections" / "m.yaml")]).cards[0].body


def test_a_template_of_the_users_overrides_the_built_in_one(project: Path) -> None:
    before = body(project)
    write(project / "templates" / "citation.md.j2", "## Cite\n\n{{ collection.citations[0].bibtex }}\n")
    after = body(project)
    assert before.split("## Citation")[0] == after.split("## Cite\n")[0]
    assert after.endswith("## Cite\n\n@a{b}\n")


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_templates_may_have_windows_line_ends_and_a_byte_order_mark(project: Path, newline: str) -> None:
    before = body(project)
    built_in = inputs.built_in_templates()
    for path in built_in.glob("*.j2"):
        write(project / "templates" / path.name, "\ufeff" + path.read_text().replace("\n", newline))
    assert body(project) == before


def test_templates_beside_the_manifest_come_before_those_beside_its_folder(project: Path) -> None:
    write(project / "templates" / "citation.md.j2", "outer")
    write(project / "collections" / "templates" / "citation.md.j2", "inner")
    assert body(project).endswith("\n\ninner\n")


def test_templates_may_include_others_of_the_users(project: Path) -> None:
    write(project / "templates" / "citation.md.j2", "{% include 'parts/more.md.j2' %}")
    write(project / "templates" / "parts" / "more.md.j2", "more of {{ collection.title }}")
    write(project / "templates" / "notes.txt", "{% no template %}")
    assert body(project).endswith("\n\nmore of T\n")


def test_a_template_that_reads_its_repo_is_printed_for_each_card() -> None:
    made = with_templates({"header.md.j2": "# {{ repo.repo_id }}\n"})
    assert {repo_id: text(dom(card.text).css_first("h1")) for repo_id, card in made.items()} == {
        repo_id: repo_id for repo_id in made
    }


@pytest.mark.parametrize(
    ("name", "source", "message"),
    [
        ("citation.md.j2", b"\xff", "the template is not UTF-8 text"),
        ("citation.md.j2", b" " * 1_000_001, "the template is larger than 1 MB"),
    ],
)
def test_templates_that_cannot_be_read(project: Path, name: str, source: bytes, message: str) -> None:
    path = write(project / "templates" / name, source)
    with pytest.raises(InputError) as caught:
        body(project)
    assert caught.value.message == f"{path}: {message}"


def test_a_link_that_leads_out_of_the_templates_is_not_followed(project: Path) -> None:
    secret = write(project / "secret", "hf_token")
    folder = project / "templates"
    folder.mkdir()
    (folder / "citation.md.j2").symlink_to(secret)
    with pytest.raises(InputError) as caught:
        body(project)
    assert "leads out of" in caught.value.message


def test_a_folder_of_templates_may_itself_be_a_link(project: Path) -> None:
    write(project / "shared" / "citation.md.j2", "shared")
    (project / "templates").symlink_to(project / "shared")
    assert body(project).endswith("\n\nshared\n")


def test_a_name_that_nothing_prints_is_a_mistake(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(project / "templates" / "hedaer.md.j2", "# x")
    code = main(["build", "-o", str(project / "build"), str(project / "collections" / "m.yaml")])
    assert code == 2
    assert not (project / "build").exists()
    assert capsys.readouterr().err.splitlines() == [
        "error: templates/hedaer.md.j2: nothing includes this template; did you mean 'header.md.j2'?",
        f"hint: cards are made of {', '.join(render.PRINTED)}",
    ]


NAMES = "the names here are collection, repo"
STEPS = "the template takes more than 2,000,000 steps; does something never end?"
ENDLESS = "the template calls itself without end, or is nested too deep"
HUGE = "a template must not reckon with numbers that large"
REPEAT = "a template must not repeat or format text with {!r}; use a loop or ~"


@pytest.mark.parametrize(
    ("source", "line", "message", "hint"),
    [
        # mistakes
        ("\n{% for x in %}", 2, "Expected an expression, got 'end of statement block'", ""),
        ("\n\n{% if x %}", 3, "Unexpected end of template.", ""),
        ("{{ titel }}", 1, "'titel' is undefined", NAMES),
        ("a\n{{ reop.name }}", 2, "'reop' is undefined", f"{NAMES}; did you mean 'repo'?"),
        ("{{ collection.titel }}", 1, "'cardgen.model.Collection object' has no attribute 'titel'", "title; did you"),
        ("{{ repo.ulr }}", 1, "'cardgen.model.Repo object' has no attribute 'ulr'", "did you mean 'url'?"),
        ("{{ collection.links[0].ulr }}", 1, "'cardgen.model.Link object' has no attribute 'ulr'", "Link has icon"),
        ("{{ repo.card_data.nix }}", 1, "'dict object' has no attribute 'nix'", ""),
        ("\n{{ 'x' | titel }}", 2, "No filter named 'titel'; did you mean 'title'?", "the filters here are abs"),
        ("{% include 'headr.md.j2' %}", 1, "there is no template 'headr.md.j2'; did you mean 'header.md.j2'?", ""),
        ("{{ collection.repos }}", 1, "a tuple cannot be printed; print its parts, or nothing", ""),
        ("{{ none }}", 1, "None cannot be printed; print its parts, or nothing", ""),
        ("{{ 1 / 0 }}", 1, "division by zero", ""),
        ("{% import 'links.html.j2' as l %}", None, "'collection' is undefined", "`with context`"),
        # Python's internals
        ("{{ ''.__class__ }}", 1, "access to attribute '__class__' of 'str' object is unsafe.", ""),
        ("{{ repo | attr('__class__') }}", 1, "access to attribute '__class__' of 'Repo' object is unsafe.", ""),
        ("{{ collection['__init__'] }}", 1, "access to attribute '__init__' of 'Collection' object is unsafe.", ""),
        ("{{ '{0.__class__}'.format(repo) }}", 1, "access to attribute 'format' of 'str' object is unsafe.", ""),
        ("{{ self._TemplateReference__context }}", 1, "access to attribute '_TemplateReference__context'", ""),
        ("{{ repo.card_data.update({'a': 1}) }}", 1, "access to attribute 'update' of 'dict' object is unsafe.", ""),
        ("{{ cycler }}{{ lipsum }}{{ namespace }}", 1, "'cycler' is undefined", NAMES),
        ("{{ 'x' | random }}", 1, "No filter named 'random'", "the filters here"),
        # what never ends, or grows without end
        ("{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}", 1, STEPS, ""),
        ("{% for i in range(99999) %}{% for j in range(99999) if 0 %}{% endfor %}{% endfor %}", 1, STEPS, ""),
        ("{% for i in range(99999) %}\n{{ range(99999) | map('upper') | join | length }}{% endfor %}", 2, STEPS, ""),
        ("{% macro f() %}{{ f() }}{{ f() }}{% endmacro %}{{ f() }}", 1, ENDLESS, ""),
        ("{% include 'header.md.j2' %}", 1, ENDLESS, ""),
        ("{% extends 'header.md.j2' %}", 1, ENDLESS, ""),
        ("{% block a %}{{ self.a() }}{% endblock %}", 1, ENDLESS, ""),
        ("{% for x in [1] recursive %}{{ loop([1]) }}{% endfor %}", 1, ENDLESS, ""),
        ("{{ " + "(" * 5000 + ")" * 5000 + " }}", None, ENDLESS, ""),
        ("{% for i in [1] %}" * 30 + "{% endfor %}" * 30, None, "too many statically nested blocks", ""),
        ("{{ range(10 ** 9) }}", 1, HUGE, ""),
        ("{{ 2 ** 2 ** 30 }}", 1, HUGE, ""),
        ("{{ 'x' * 3 }}", 1, REPEAT.format("*"), ""),
        ("{{ 3 * [1] }}", 1, REPEAT.format("*"), ""),
        ("{{ '%999999999d' % 3 }}", 1, REPEAT.format("%"), ""),
        ("{{ 'x'.ljust(999999999) }}", 1, "access to attribute 'ljust' of 'str' object is unsafe.", ""),
        ("{{ '{:>999999999}'.format('x') }}", 1, "access to attribute 'format' of 'str' object is unsafe.", ""),
        ("{{ (5).to_bytes(999999999, 'big') }}", 1, "access to attribute 'to_bytes' of 'int' object is unsafe.", ""),
        ("{{ [1] | slice(999999999) | list }}", 1, "999,999,999 is too large a number here", ""),
        ("{% set x = 'abcdefghij' %}" + "\n{% set x = x ~ x %}" * 60, None, STEPS, ""),
        ("{% set x = 'abcdefghij' %}" + "\n{% set x = x + x %}" * 60, None, STEPS, ""),
        ("{% set x = 'abcdefghij' %}" + "{% set x %}{{ x }}{{ x }}{% endset %}" * 60, 1, STEPS, ""),
        ("{% set x = 'abcdefghij' %}" + "{% set x = x | replace('a', x) %}" * 60, 1, STEPS, ""),
        ("{% set x = 'abcdefghij' %}" + "{% set x = [x, x, x] | join(x) %}" * 60, 1, STEPS, ""),
        ("{% set x = 1 %}" + "{% set x = [x, x] %}" * 60, 1, STEPS, ""),
        ("{% set x = 1 %}" + "{% set x = {1: x, 2: x} %}" * 60, 1, STEPS, ""),
        ("{% for i in range(9999) %}" + "x" * 50_000 + "{% endfor %}", 1, STEPS, ""),
    ],
)
def test_what_is_wrong_with_a_template_is_said_with_its_line(
    source: str, line: int | None, message: str, hint: str
) -> None:
    with pytest.raises(TemplateError) as caught:
        with_templates({"header.md.j2": source})
    assert caught.value.exit_code == 2
    place = "templates/" if line is None else f"templates/header.md.j2:{line}: "
    assert caught.value.message.startswith(place)
    assert message in caught.value.message
    assert hint in caught.value.hint


def test_half_a_surrogate_pair_is_no_text() -> None:
    with pytest.raises(TemplateError, match="half a surrogate pair"):
        with_templates({"header.md.j2": "{{ '\\ud800' }}"})


def test_templates_that_include_each_other_without_end() -> None:
    parts = {f"p{number}.j2": f"{{% include 'p{number + 1}.j2' %}}" * 2 for number in range(40)}
    with pytest.raises(TemplateError) as caught:
        with_templates({"header.md.j2": "{% include 'p0.j2' %}", **parts, "p40.j2": ""})
    assert STEPS in caught.value.message


def test_names_of_the_counting_are_free_for_templates() -> None:
    source = "{% set step, weigh = 'a', 'b' %}{% for call in [step, weigh] %}{{ call ~ loop.index }}{% endfor %}"
    assert with_templates({"header.md.j2": source})["lab/a_b"].body.startswith("a1b2\n")


def test_what_templates_may_do() -> None:
    source = """\
{% macro pair(a, obj=2) %}[{{ a }}{{ obj }}]{% endmacro %}
{% set name, number = "x,y".split(","), 3 %}
{{ pair(name | first, obj=1 + number) }}{{ "!" if name[1] in ("x", "y") and 1 < number <= 3 else "?" }}
{% for each in collection.repos | sort(attribute="name", reverse=true) %}{{ loop.index ~ each.name[:1] }}{% endfor %}
{{ collection.repos | map(attribute="name") | select("ne", "d") | join("; ") }}
{% filter upper %}{% include "part.j2" %}{% endfilter %}{{ 1234567 | filesizeformat }} {{ "a"|replace("a", "<b")|e }}
"""
    made = with_templates({"header.md.j2": source, "part.j2": "part of {{ collection.title }} "})
    assert made["lab/a_b"].body.startswith(
        "[x4]!\n1d2c3c4c5a6a7aa, b; a, G, d; a, G, e; c, b; c, G, d; c, G, e\nPART OF T 1.2 MB &lt;b\n"
    )


@pytest.mark.parametrize(
    "own",
    [
        {"row.html.j2": "\n\n  <tr>\n\n{% for cell in cells %}\n\n    {{ cell }}\n\n{% endfor %}\n  </tr>\n\n"},
        {"cell.html.j2": "\n<td>\n\n{% for x in cell.targets %}<a href='{{ x.url }}'>x</a>\n\n{% endfor %}\n</td>\n\n"},
        {"table.html.j2": "<table>\n\n<thead></thead>\n \t\n{{ rows }}\n\n\n</table>\n"},
        {"table.md.j2": "**{{ table.title }}**\n\n<div>\n<table>\n\n{{ rows }}\n\n</table>\n</div>\n"},
    ],
)  # fmt: skip
def test_there_is_no_blank_line_in_a_table_whatever_templates_print(own: dict[str, str]) -> None:
    for card in with_templates(own).values():
        inside = [part.split("</table>")[0] for part in card.body.split("<table>")[1:]]
        assert len(inside) == 2
        assert not [line for part in inside for line in part.strip("\n").split("\n") if not line.strip()]
        _, models = tables(card.text)
        links = [cell.links[0][1] for row in models for cell in row if cell.links]
        assert len(links) == 6
        assert not dom(card.text).css("table code, table pre")
        assert unbalanced(html(card.text)) == []


@pytest.mark.parametrize(
    ("own", "place", "times"),
    [
        ({"table.html.j2": "<table>\n{{ rows }}\n\n{{ rows }}</table>"}, "templates/table.html.j2:4", 2),
        ({"table.html.j2": "<table>\n{% for i in range(3) %}\n{{ rows }}{% endfor %}"}, "templates/table.html.j2:3", 3),
        ({"table.html.j2": "<table>\n{{ rows | upper }}</table>"}, "templates/table.html.j2:2", 0),
        ({"table.md.j2": "no table"}, "templates/table.md.j2", 0),
    ],
)
def test_a_table_prints_its_rows_once(own: dict[str, str], place: str, times: int) -> None:
    with pytest.raises(TemplateError) as caught:
        with_templates(own)
    assert caught.value.message == (
        f"{place}: a table must print {{{{ rows }}}} once as they are, and this prints them {times} times"
    )


def test_a_card_larger_than_the_hub_takes_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "MAX_CARD_BYTES", 1000)
    with pytest.raises(TemplateError) as caught:
        with_templates({})
    assert "and the Hub allows 1,000" in caught.value.message


def test_cards_that_are_too_much_together_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(render, "MAX_BYTES", 5000)
    with pytest.raises(InputError) as caught:
        with_templates({})
    assert caught.value.message == "collections/m.yaml: the 7 cards come to more than 5,000 bytes"


def test_html_templates_escape_and_markdown_templates_are_told_to() -> None:
    plain = "{{ collection.title }}"
    made = with_templates(
        {
            "header.md.j2": f"{plain}|{{{{ collection.title | markdown }}}}|{{% include 'links.html.j2' %}}",
            "links.html.j2": f"{plain}{{{{ collection.title ~ '<i>' }}}}{{{{ '<u>' | safe }}}}",
        },
        PROJECT.replace("title: T\n", "title: '<b> & *c*'\n"),
    )
    escaped = "&lt;b&gt; &amp; *c*"
    assert made["lab/a_b"].body.startswith(f"<b> & *c*|\\<b\\> & \\*c\\*|{escaped}{escaped}&lt;i&gt;<u>\n")
