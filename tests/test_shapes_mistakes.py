"""What can be wrong with a table of any shape: each mistake with its line and column, and all of them at once."""

from __future__ import annotations

import pytest

from manifests import BASE, grid, load, matrix, mistakes

NO_URL = "must be a URL that starts with https:// (or http://, mailto:), without spaces, quotes or angle brackets"
NO_NAME = "must be one line, not empty, with no spaces around it"
CIRCLE = "the cells are the same as each other in a circle"
TWO = "{key: b}, {key: c}"


def table(rows: str = "{repo: a}", columns: str = "{value: v}", more: str = "") -> str:
    """A manifest with one list: its rows stand in line 5, its columns in line 6, the rest from 7."""
    return matrix(f"  rows: [{rows}]\n  columns: [{columns}]\n{more}")


def check(text: str, expected: list[str]) -> None:
    assert mistakes(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # cells and what they are the same as
        (grid(more="  cells: {aa: {b: null}}\n"), ["8:11: there is no row 'aa'; did you mean 'a'?"]),
        (grid(more="  cells: {a: {bb: {repo: x}}}\n"), ["8:15: there is no column 'bb'; did you mean 'b'?"]),
        (grid(more="  cells: {a: {b: {same_as: {row: q}}}}\n"), ["8:34: there is no row 'q'"]),
        (
            grid(columns=TWO, more="  cells: {a: {b: {same_as: {column: cc}}}}\n"),
            ["8:37: there is no column 'cc'; did you mean 'c'?"],
        ),
        (
            grid(columns=TWO, more="  cells: {a: {b: {same_as: {column: c}}, c: {same_as: {row: q}}}}\n"),
            ["8:61: there is no row 'q'"],
        ),
        (
            grid(more="  cells: {a: {b: {same_as: {}}}}\n"),
            ["8:28: `same_as` needs the row or the column of the other cell"],
        ),
        (grid(more="  cells: {a: {b: {same_as: {row: a}}}}\n"), [f"8:28: {CIRCLE}"]),
        (
            grid(columns=TWO, more="  cells: {a: {b: {same_as: {column: c}}, c: {same_as: {column: b}}}}\n"),
            [f"8:28: {CIRCLE}", f"8:55: {CIRCLE}"],
        ),
        (
            grid(
                "{key: a}, {key: b}, {key: c}",
                more="  cells:\n    a: {b: {same_as: {row: b}}}\n"
                "    b: {b: {same_as: {row: c}}}\n    c: {b: {same_as: {row: b}}}\n",
            ),
            [f"9:22: {CIRCLE}", f"10:22: {CIRCLE}", f"11:22: {CIRCLE}"],
        ),
        (
            grid(columns=TWO, more="  cells: {a: {b: {same_as: {column: c}, repo: x}}}\n"),
            ["8:18: a cell that is the same as another has no repo and no targets of its own"],
        ),
        (
            grid(columns=TWO, more="  cells: {a: {b: {same_as: {column: c}, targets: [{repo: x}]}}}\n"),
            ["8:18: a cell that is the same as another has no repo and no targets of its own"],
        ),
        (
            grid(more="  cells: {a: {b: {text: soon, card_data: {license: mit}}}}\n"),
            ["8:18: this cell has no repo, so that its name, card_data and ownership say nothing; give its repo"],
        ),
        (
            grid(columns="{key: b}, {value: size}", more="  cells: {a: {size: {text: 7B}}}\n"),
            [
                "8:15: there is no column 'size' with that key; "
                "what a `value` column shows stands in the `values` of its rows"
            ],
        ),
        (grid(more="  cells: {a: [b]}\n"), ["8:14: expected a mapping, got a list"]),
        (
            grid(more="  cells: {a: {b: x}}\n"),
            ["8:18: expected a mapping (repo, name, card_data, text, targets, same_as, ownership), got 'x'"],
        ),
        (grid(more="  cells: {a: {b: null, b: {repo: x}}}\n"), ["8:24: the key 'b' is given twice, first in line 8"]),
        (grid(more="  cells:\n    a: {b: null}\n    a: {}\n"), ["10:5: the key 'a' is given twice, first in line 9"]),
    ],
)
def test_cells(text: str, expected: list[str]) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    ("target", "column", "expected"),
    [
        ("{}", 13, "a target is either a repo or a url"),
        ("{label: x}", 13, "a target is either a repo or a url"),
        ("{repo: x, url: https://a.org}", 13, "a target is either a repo or a url"),
        ("{url: https://a.org, file: f, revision: v}", 13, "a url is the whole address: leave out revision and file"),
        ("{url: https://a.org, host: h}", 13, "a url is the whole address: leave out host"),
        ("{repo: x, host: h, file: f}", 13, "a revision or a file of a repo on another host is given as a url"),
        ("{repo: x, host: hh}", 29, "there is no host 'hh' in `hosts`; did you mean 'h'?"),
        ("{repo: x/y/z}", 20, "the model repo 'x/y/z' must be NAMESPACE/NAME"),
        ("{repo: a..b}", 20, "the model repo 'a..b' must not contain '--' or '..'"),
        ("{repo: x, type: space}", 29, "expected 'dataset' or 'model', got 'space'"),
        ("{url: www.a.org}", 19, f"'www.a.org' {NO_URL}"),
        ("{url: 'javascript:alert(1)'}", 19, f"'javascript:alert(1)' {NO_URL}"),
        ("x", 13, "expected a mapping (repo, url, type, host, revision, file, label), got 'x'"),
        ("{repo: x, revison: v}", 23, "unknown key 'revison'; did you mean 'revision'?"),
    ],
)
def test_targets_of_cells_and_of_values(target: str, column: int, expected: str) -> None:
    leads = f"        targets:\n          - {target}\nhosts: {{h: {{label: H, url: 'https://h.org/{{name}}'}}}}\n"
    check(grid(more=f"  cells:\n    a:\n      b:\n{leads}"), [f"12:{column}: {expected}"])
    listed = matrix(f"  columns: [{{value: v}}]\n  rows:\n  - repo: a\n    values:\n      v:\n{leads}")
    check(listed, [f"11:{column}: {expected}"])


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (grid(more="  hosts: [x]\n"), ["8:11: there is no host 'x' in `hosts`"]),
        (table(columns="{link: x}"), ["6:20: there is no host 'x' in `hosts`"]),
        (table(columns="{link: false}"), ["6:20: expected true, got false"]),
        (BASE + "hosts: {h: {label: H}}\n", ["4:12: the key 'url' must be given"]),
        (BASE + "hosts: {h: {label: H, url: h.org}}\n", [f"4:28: 'h.org' {NO_URL}"]),
        (
            BASE + "hosts: {h: {label: H, url: 'https://h.org/{nam}'}}\n",
            ["4:28: the pattern knows {namespace} and {name}, not {nam}; did you mean 'name'?"],
        ),
        (
            BASE + "hosts: {h: {label: H, url: 'https://h.org/{namespace}'}}\n",
            ["4:28: the address has no {name}, so that all repos would share it"],
        ),
    ],
)
def test_hosts(text: str, expected: list[str]) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            grid(more='  formats: [{repo: "{rpo}-G", label: G}]\n'),
            ["8:20: the pattern knows {repo}, {row} and {column}, not {rpo}; did you mean 'repo'?"],
        ),
        (
            table(more='  formats: [{repo: "{column}-G", label: G}]\n'),
            ["7:20: the pattern knows {repo} and {row}, not {column}"],
        ),
        (
            grid(columns=TWO, more='  formats: [{repo: "{row}-G", label: G}]\n'),
            ["8:20: the pattern has no {column}, so that 2 columns would share a repo"],
        ),
        (
            grid("{key: a}, {key: b}", more="  formats: [{repo: G, label: G}]\n"),
            ["8:20: the pattern has no {row}, so that 2 rows would share a repo"],
        ),
        (
            grid(more='  formats: [{repo: "{repo}", label: G}]\n'),
            ["8:20: the model 'lab/a_b' is named twice, first in line 6"],
        ),
        (
            grid(more='  formats: [{repo: "{repo}-G", label: G}, {repo: "{repo}-g", label: H}]\n'),
            ["8:50: the model 'lab/a_b-g' is named twice (as 'lab/a_b-G'), first in line 8"],
        ),
        (grid(more='  formats: [{repo: "{repo}-G"}]\n'), ["8:13: the key 'label' must be given"]),
        (
            grid(more='  formats: [{repo: "{repo} G", label: G}]\n'),
            ["8:20: the pattern cannot be part of a repo's name, which has only letters, digits, '-', '_' and '.'"],
        ),
        (
            grid(columns='{key: b, repo: "{col}"}, {name: g, repo: "{ro}", columns: [{key: c}, {key: d}]}'),
            [
                "7:28: the pattern knows {row} and {column}, not {col}; did you mean 'column'?",
                "7:54: the pattern knows {row} and {column}, not {ro}; did you mean 'row'?",
            ],
        ),
        (
            grid(columns='{name: g, repo: "{row}", columns: [{key: c}, {key: d}]}, {key: e}'),
            ["7:29: the pattern has no {column}, so that 2 columns would share a repo"],
        ),
        (
            grid("{key: a}, {key: b}", "{key: c, repo: x}, {key: d}"),
            ["7:28: the pattern has no {row}, so that 2 rows would share a repo"],
        ),
        (
            matrix("  rows: [{key: a}]\n  columns: [{key: b, repo: x}, {key: c}]\n"),
            ["5:3: the columns have keys, so the table needs `repo`: the pattern of their repos"],
        ),
        (table(more='  repo: "{row}"\n'), ["7:9: no column has a key, so that no repo is called by this pattern"]),
        (table("{repo: x}, {repo: X}"), ["5:28: the model 'lab/X' is named twice (as 'lab/x'), first in line 5"]),
        (
            matrix("- {rows: [{repo: x}], columns: [{link: true}]}\n- {rows: [{repo: x}], columns: [{link: true}]}\n"),
            ["6:18: the model 'lab/x' is named twice, first in line 5"],
        ),
    ],
)
def test_patterns_and_formats(text: str, expected: list[str]) -> None:
    check(text, expected)


def test_a_pattern_may_lack_what_exceptions_make_up_for() -> None:
    text = grid("{key: a}, {key: b}, {key: c}", "{key: x}, {key: y, repo: only}", "{row}")
    assert mistakes(text) == ["7:38: the pattern has no {row}, so that 3 rows would share a repo"]
    exceptions = "  cells: {a: {y: null}, b: {x: {text: soon}, y: {repo: other}}}\n"
    found = load(text + exceptions).repos
    assert [repo.repo_id for repo in found] == ["lab/a", "lab/other", "lab/c", "lab/only"]


GROUP = "a row with a group is a heading: it has nothing else"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (table("{group: g, key: k}, {repo: x}"), [f"5:10: {GROUP}"]),
        (table("{group: g, repo: y}, {repo: x}"), [f"5:10: {GROUP}"]),
        (table("{group: g, name: n}, {repo: x}"), [f"5:10: {GROUP}"]),
        (table("{group: g, values: {v: 1}}, {repo: x}"), [f"5:10: {GROUP}"]),
        (table("{group: g, text: t}, {repo: x}"), [f"5:10: {GROUP}"]),
        (table("{group: g, card_data: {a: 1}}, {repo: x}"), [f"5:10: {GROUP}"]),
        (table("{group: g}"), ["5:18: the group 'g' has no rows"]),
        (table("{repo: x}, {group: g}, {group: h}, {repo: y}"), ["5:29: the group 'g' has no rows"]),
        (table("{}"), ["5:10: a row needs a repo, a key or a name"]),
        (table("{values: {v: 1}}"), ["5:10: a row needs a repo, a key or a name"]),
        (grid("{name: x}"), ["6:10: the key 'key' is missing: the repos of the row are named by it"]),
        (
            table("x"),
            ["5:10: expected a mapping (key, repo, name, group, text, values, card_data, ownership), got 'x'"],
        ),
        (
            BASE + "datasets: [{repo: d, group: g}, {repo: e}]\n",
            [f"4:12: {GROUP}"],
        ),
        (
            table(columns="{name: g, columns: []}"),
            ["6:13: a column is a key, a value, a fact, a link or a group of columns; this one has none of them"],
        ),
        (
            table(columns="{value: v, link: true}"),
            ["6:13: a column is a key, a value, a fact, a link or a group of columns; this one has value and link"],
        ),
        (
            table(columns="{name: V, value: v, card_data: {a: 1}, text: t}"),
            ["6:58: without a key, a column has no repos of its own: text and card_data would be on no card"],
        ),
        (
            table(columns="{name: g, repo: x, columns: [{value: v}]}"),
            ["6:29: without a key, a column has no repos of its own: repo would be on no card"],
        ),
    ],
)
def test_rows_and_columns(text: str, expected: list[str]) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            table("{repo: a, values: {parametrs: 7B}}", "{value: parameters}"),
            ["5:29: no column shows the value 'parametrs'; did you mean 'parameters'?"],
        ),
        (table("{repo: a, values: {other: 7B}}", "{value: parameters}"), []),
        (table("{repo: a, values: {size: 7B, sizes: 8B}}", "{value: size}"), []),
        (table("{repo: a, values: {size: 7B}}", "{link: true}"), []),
        (table("{repo: a, values: {v: {repo: x}}}"), ["5:33: unknown key 'repo'; the keys here are text, targets"]),
        (
            table("{repo: a, values: {v: {same_as: {row: b}}}}"),
            ["5:33: unknown key 'same_as'; the keys here are text, targets"],
        ),
        (table("{repo: a, values: {v: [x]}}"), ["5:32: expected text, got a list"]),
        (table("{repo: a, values: {v: null}}"), ["5:32: expected text, got nothing; fill it in or leave it out"]),
        (table("{repo: a, values: x}"), ["5:28: expected a mapping, got 'x'"]),
        (table(more="  shown_on: []\n"), ["7:13: the list must not be empty"]),
        (table(more="  shown_on: [model]\n"), ["7:14: expected 'datasets' or 'models', got 'model'"]),
        (table(more="  format: table\n"), ["7:11: expected 'html' or 'markdown', got 'table'"]),
        (table(more="  transpose: 1\n"), ["7:14: expected true or false, got 1"]),
        (table(more='  joiner: "a\\nb"\n'), ["7:11: 'a\\nb' must be one line"]),
        (table(more="  joiner: [a]\n"), ["7:11: expected text, got a list"]),
    ],
)
def test_values_and_how_a_table_is_printed(text: str, expected: list[str]) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    ("section", "expected"),
    [
        ("{text: x, rows: [aa]}", "20: there is no row 'aa'; did you mean 'a'?"),
        ("{text: x, columns: [q, b]}", "23: there is no column 'q'"),
        ("{text: x, repos: [a_b, lab/a_b, a-b]}", "35: there is no repo 'a-b'; did you mean 'a_b'?"),
        ("{text: x, types: [dataset]}", "3: no card shows this: no repo is all that is asked for"),
        ("{text: x, types: []}", "3: no card shows this: no repo is all that is asked for"),
        ("{text: x, types: [data]}", "21: expected 'dataset' or 'model', got 'data'"),
        ("{text: x, before: end}", "21: expected 'citation' or 'tables', got 'end'"),
        ("{title: x}", "3: the key 'text' must be given"),
    ],
)
def test_sections(section: str, expected: str) -> None:
    check(grid(more=f"sections:\n- {section}\n"), [f"9:{expected}"])


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("{cell: {column: q}}", ["base_model of lab/a_b: there is no column 'q'"]),
        ("{cell: {row: aa}}", ["base_model of lab/a_b: there is no row 'aa'; did you mean 'a'?"]),
        ("{cell: {cloumn: b}}", ["base_model of lab/a_b: a reference has a row and a column, not 'cloumn'"]),
        ("{cell: {column: c}}", ["base_model of lab/a_b: there is no repo at that place"]),
        ("{cell: {}}", ["base_model of lab/a_b: the base models lead in a circle"]),
        ("lab/a_b", ["base_model of lab/a_b: the base models lead in a circle"]),
    ],
)
def test_references_in_card_data(base: str, expected: list[str]) -> None:
    text = grid(columns=TWO, more=f"  cells: {{a: {{b: {{card_data: {{base_model: {base}}}}}, c: null}}}}\n")
    check(text, [f"8:18: {each}" for each in expected])


def test_a_circle_of_base_models_is_noted_at_each_of_them() -> None:
    columns = "{key: b, card_data: {base_model: {cell: {column: c}}}}, {key: c, card_data: {base_model: lab/x_y}}"
    text = grid(columns=columns) + "  cells: {a: {c: {repo: x_y, card_data: {base_model: [lab/o, lab/a_b]}}}}\n"
    check(text, [
        "6:10: base_model of lab/a_b: the base models lead in a circle",
        "8:18: base_model of lab/x_y: the base models lead in a circle",
    ])  # fmt: skip


def test_models_that_only_lead_to_a_circle_are_not_blamed_and_long_chains_take_no_time() -> None:
    chain = [f"{{repo: m{n}, card_data: {{base_model: lab/m{n + 1}}}}}" for n in range(8_000)]
    check(table(", ".join([*chain, "{repo: m8000}"])), [])
    rows = "{repo: before, card_data: {base_model: [lab/x, lab/none]}}, {repo: x, card_data: {base_model: lab/y}}, "
    rows += "{repo: y, card_data: {base_model: [lab/x, lab/after]}}, {repo: after, card_data: {base_model: out/x}}"
    found = [each.partition(": ")[2] for each in mistakes(table(rows))]
    assert found == [f"base_model of lab/{name}: the base models lead in a circle" for name in "xy"]


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("name", grid(rows='{key: a, name: "%s"}')),
        ("column", grid(columns='{key: b, name: "%s"}')),
        ("text", grid(more='  cells: {a: {b: {text: "%s"}}}\n')),
        ("label", grid(more='  cells: {a: {b: {targets: [{repo: x, label: "%s"}]}}}\n')),
        ("format", grid(more='  formats: [{repo: "{repo}-G", label: "%s"}]\n')),
        ("corner", grid(more='  corner: "%s"\n')),
        ("missing", grid(more='  missing: "%s"\n')),
        ("group", table('{group: "%s"}, {repo: a}')),
    ],
)
@pytest.mark.parametrize("label", ["a\\nb", "", " a", "a ", "\\n", "a\\r\\nb"])
def test_labels_are_one_line_without_spaces_around(field: str, text: str, label: str) -> None:
    (found,) = mistakes(text.replace("%s", label))
    assert NO_NAME in found or "control character" in found, field


def test_all_mistakes_of_the_tables_come_at_once_and_in_their_order() -> None:
    text = """\
version: 1
namespace: lab
title: T
hosts: {h: {label: H, url: "https://h.org"}}
datasets:
  columns: [{value: v, text: t}]
  rows: [{group: g}, {group: h}, {repo: d, values: {v: {repo: x}}}]
  shown_on: []
models:
- repo: "{row}-{column}"
  rows: [{key: a}, {group: g, name: n}, {key: b}]
  columns: [{key: x}, {key: y, repo: one}]
  formats: [{repo: "{rpo}", label: L}]
  hosts: [hh]
  cells: {a: {x: {same_as: {column: x}}}, q: {x: null}}
- rows: [{repo: a-x}, {repo: same, card_data: {base_model: {cell: {}}}}]
  columns: [{link: hh}]
sections: [{text: x, rows: [q]}]
results: {benchmarks: [{key: m}], rows: [{repo: nope, scores: {n: 1}}]}
"""
    found = mistakes(text)
    assert [tuple(map(int, each.split(":")[:2])) for each in found] == [
        (4, 28), (6, 30), (7, 18), (7, 57), (8, 13), (11, 20), (12, 38), (13, 20), (14, 11), (15, 28), (15, 43),
        (16, 30), (17, 20), (18, 29), (19, 49), (19, 64),
    ]  # fmt: skip
