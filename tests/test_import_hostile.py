"""Cards come from anyone: whatever stands in one, import ends soon, with a manifest or with a clear refusal."""

from __future__ import annotations

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from cardgen import importing
from cardgen.errors import CardgenError
from cardgen.importing import Published
from importing import build, load, of_text, said

HUB = "https://huggingface.co"
LINK = f'<a href="{HUB}/lab/a">🤗</a>'
TABLE = f"\n<table><tr><th>M</th><th>L</th></tr><tr><td>a</td><td>{LINK}</td></tr></table>\n"
BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
)

REFUSED = {
    "10 MB": ("x" * 10_000_000, "10,000,000 bytes"),
    "NUL": ("# T\n\0", "NUL"),
    "half a surrogate pair": ("# T \ud800\n", "not UTF-8"),
    "paragraphs without end": ("a\n\n" * 6_000, "paragraphs"),
    "tables without end": (TABLE * 60, "more than 50 tables"),
}

NOTED = {
    "a text of 1 MB": ("# T\n" + "x" * 900_000, "foreign text"),
    "a table in a table": ("# T\n<table><tr><td><table><tr><td>a</table></table>\n", "another table"),
    "a script in a table": ("# T\n<table><tr><td><script>1</script></td><td>x</td></tr></table>", "holds <script>"),
    "foreign content": ("# T\n<table><svg>" + "<td>" * 9_000 + "</table>", "holds <svg>"),
    "deep tags": ("# T\n<table><tr><td>" + "<b>" * 9_000 + "</table>", "nested deeper"),
    "tables that never close": ("<table>" * 20_000, "nested deeper"),
    "a huge table": ("<table><tr>" + "<td>x</td>" * 5_000 + "</tr><tr><td>1</td></tr></table>", "5,000 columns"),
    "a huge cell": ("|a|b|\n|-|-|\n|" + "[](" * 5_000 + "|c|\n", "more than 5,000 characters"),
    "an alias bomb": (f"---\n{BOMB}---\n# T\n", "more than 20,000 values"),
    "an alias of itself": ("---\na: &a [*a]\n---\n# T\n", "contains itself"),
    "a tag": ("---\na: !!python/object/apply:os.system [ls]\n---\n# T\n", "is not read"),
    "deep YAML": ("---\na: " + "[" * 5_000 + "\n---\n# T\n", "nest"),  # libyaml 0.2.6 has words of its own
    "no mapping": ("---\n- a\n---\n# T\n", "not a mapping"),
    "many keys": ("---\n" + "".join(f"k{number}: v\n" for number in range(21_000)) + "---\n# T\n", "more than 20,000"),
}

TAKEN = {
    "nothing": "",
    "front matter alone": "---\nlicense: mit\n---\n",
    "a byte order mark": "\ufeff---\nlicense: mit\n---\n# T\n",
    "CRLF": "---\r\nlicense: mit\r\n---\r\n# T\r\n\r\nHi.\r\n" + TABLE.replace("\n", "\r\n"),
    "spans beyond the table": TABLE.replace("<td>a", "<td rowspan=65534 colspan=99999>a"),
    "wrappers that never close": "<div>" * 50_000 + TABLE,
    "tags that never close": f"# T\n<table><tr><td>M<td>L<tr><td>a<td><a href='{HUB}/lab/a'>x\n\n## S\n\nfoo\n",
    "marks that are no blocks": "# T\n\nHi <!-- cardgen:end card --> x\n\n## S\n\n<!-- cardgen:data a=1 -->\n\nz\n",
    "a mark that is never closed": "<!-- cardgen:begin card: x -->\n# T\n" + TABLE,
    "a base model that is no text": "---\nbase_model: true\n---\n# T\n" + TABLE,
    "a title like a template": "# <b>x</b> `{{ y }}` {% raw %}\n" + TABLE,
    "quotes without end": "> " * 50_000,
    "brackets": "# T\n\n" + "[a](" * 1_200 + "\n" + TABLE,
    "odd blanks": "# \u2028\u00a0T\u0085\n" + TABLE.replace(">a<", ">\u200b\u2028a\u00a0<"),
    "a control character": "# T\x07\n\nHi\x1b[31m.\n" + TABLE,
    "a thousand columns": "# T\n\n|" + "a|" * 1000 + "\n|" + "-|" * 1000 + "\n|" + f"[x]({HUB}/lab/a)|" * 1000 + "\n",
}


def read(text: str) -> importing.Imported:
    return importing.make([Published("c.md", text.encode("utf-8", "surrogatepass"), ("model", "lab/a"))])


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_card_is_refused(name: str) -> None:
    text, reason = REFUSED[name]
    with pytest.raises(CardgenError, match="nothing in it can be used") as refused:
        read(text)
    assert reason in refused.value.hint


@pytest.mark.parametrize("name", NOTED)
def test_what_cannot_be_read_is_said(name: str) -> None:
    text, reason = NOTED[name]
    found = read(text)
    assert reason in "\n".join(said(found))
    assert [card.repo.repo_id for card in build(load(found.text))] == ["lab/a"]


@pytest.mark.parametrize("name", TAKEN)
def test_what_is_odd_makes_a_manifest(name: str) -> None:
    cards = build(load(read(TAKEN[name]).text))
    assert "lab/a" in [card.repo.repo_id for card in cards]


def test_a_card_that_is_refused_does_not_stop_the_others() -> None:
    cards = [*of_text("# T\n" + TABLE, repos=("lab/a",)), Published("b.md", b"\xff", ("model", "lab/b"))]
    found = importing.make(cards)
    assert "b.md: the card is not UTF-8 text" in said(found)
    assert load(found.text).repos[0].repo_id == "lab/a"


def test_nothing_that_a_card_says_ends_a_comment_or_moves_a_cursor() -> None:
    found = read("---\n# \x1b[31m\u2028version: 2\nlicense: mit\n---\n# T\n\n[a](x\x1by)\n" + TABLE)
    assert "\x1b" not in found.text
    assert yaml.safe_load(found.text)["version"] == 1
    assert all(str(note).isprintable() for note in found.notes)


FRONT = ("---\n", "license: mit\n")
MARKDOWN = (
    "# T\n",
    "## S\n",
    "\n",
    "**B**\n",
    "```\n",
    "@a{b}\n",
    "## Citation\n",
    "text ",
    "{{ x }}",
    "[a](b)",
    "📍 ",
)
HTML = ("<table>", "</table>", "<tr>", "<td>", "</td>", "<th>", LINK, TABLE)
ROWS = ("| a | b |\n", "|---|---|\n", f"| x | [🤗]({HUB}/lab/x) |\n")
MARKS = ("<!-- ", "-->", "<!-- cardgen:begin card: m -->\n", "<!-- cardgen:end card sha256=00 -->\n")
PIECES = st.lists(st.sampled_from([*FRONT, *MARKDOWN, *HTML, *ROWS, *MARKS]), max_size=30).map("".join)


@given(PIECES, PIECES)
def test_any_cards_make_a_manifest_that_builds(one: str, other: str) -> None:
    found = importing.make(of_text(one, other, repos=("lab/a", "lab/b")))
    assert build(load(found.text))
