"""Where front matter begins and ends, HTML that does not fit, headings, tables: more cases than the pages show."""

from __future__ import annotations

import pytest

from cardgen.lint import card
from linting import found_in, marked, mended, problems

HEAD = "---\nlicense: mit\n---\n"


@pytest.mark.parametrize(
    ("rule", "text", "places"),
    [
        ("front-matter-hidden", "<!-- x -->\n\n---\ntags:\n- a\n---\n", ["---"]),
        ("front-matter-hidden", "Hi\n---\n# comment\n\nmodel_name: x\nlicense: mit\n---\n", ["---"]),
        ("front-matter-hidden", "Hi\n\n```yaml\n---\nlicense: mit\n---\n```\n", []),
        ("front-matter-hidden", "Hi\n\n---\nlicense: mit\n", []),
        ("front-matter-unfenced", "----\nlicense: mit\n----\n", ["----"]),
        ("front-matter-unfenced", "---\nlicense: mit\n----\n\ntext\n", ["----"]),
        ("front-matter-unfenced", "---\nlicense: mit\n", ["---"]),
        ("front-matter-unfenced", "\n\n---\t\n# a\nlicense: mit\n---\n", ["---\t"]),
        ("front-matter-blanks", "---\nlicense: mit\n---\t \n", ["---\t "]),
        ("front-matter-empty", "---\n\n---\n", ["\n"]),
        ("fence-doubled", HEAD + "\n-----\n# A\n", ["-----"]),
        ("fence-doubled", HEAD + "---\nlicense: mit\n---\n", []),
        ("fence-doubled", HEAD + "- a list\n", []),
        ("html-unclosed", "<div>\n<span>a</div>\n", ["<span>"]),
        ("html-unclosed", "<p align=center>\n<img src=a>\n<p>\n", ["<p align=center>"]),
        ("html-unclosed", "<table><tr><td><b>x</td></tr></table>", ["<b>"]),
        ("html-unclosed", "the token <s> begins", ["<s>"]),
        ("html-unclosed", "<a id='top'/>\n\n<br><hr><img src=a>\n", []),
        ("html-unclosed", "<!-- <div> -->\n`<div>`\n", []),
        ("html-crossed", "<p><div>a</div></p>\n", []),
        ("html-crossed", "<center><div>a</center></div>\n", ["</div>"]),
        ("html-unopened", "<td></div></td>", ["</div>"]),
        ("html-unopened", "<table><tr><td><p>a</td></tr></table>", []),
        ("html-unopened", "a</br>b", []),
        ("html-unknown", "<think>a</think> and <answer>", ["<think>", "<answer>"]),
        ("html-unknown", "<https://a.b> <me@a.b> 1 <2 a<b and c> x <my_name>", []),
        ("html-unknown", "Run\n\n    run\n    run <file>\n", []),
        ("html-unknown", "Run\n    run <file>\n", ["<file>"]),
        ("html-unclosed", "Write\n\n    <div>\n", []),
        ("html-unclosed", "<table>\n    <tr>\n      <td><b>a</td>\n</table>", ["<b>"]),
        ("comment-unclosed", "<!-- a --> <!-- b", []),
        ("comment-unclosed", "<!-- a -->\n<!-- b", ["<!--"]),
        ("comment-unclosed", "<!-->\n\ntext", []),
        ("entity-open", "a&nbsp&nbspb &ampx", ["&nbsp"]),
        ("entity-open", "https://a.b/?x=1&lt=2&copy <a href='https://a.b?a&copy'>", []),
        ("entity-twice", "&amp;#39; &amp;amp;nbsp;", ["&amp;#39;", "&amp;amp;nbsp;"]),
        ("heading-jump", "# A\n<h3>b</h3>\n## C\n#### D\n", ["<h3>", "#### D"]),
        ("heading-jump", "### A\n# B\n", []),
        ("title-missing", "### A\n## B\n", ["### A"]),
        ("title-twice", "A\n=\n\n# B\n# C\n", ["# B"]),
        ("heading-glued", "##A\n### #B\n##!\n#C\n", ["##"]),
        ("heading-glued", "A\n\n#Citation\n\nB", ["#"]),
        ("fence-unclosed", "a\n~~~ x\n```\n", ["~~~ x"]),
        ("fence-unclosed", "a\n```", ["```"]),
        ("fence-unclosed", "```\na\n````\n", []),
        ("markdown-in-html", "<td>**a** [b](http://c)\n", ["**a**"]),
        ("markdown-in-html", "<div>\n## A\n\n## B\n</div>\n## C\n", ["## A", "## C"]),
        ("markdown-in-html", "<span>**a**</span>\n<td>2**3**4 **a <b>c</b>**</td> `**a**`\n\n**b**", []),
        ("html-as-code", "<div>\n\n    <p>\n\n    <p>\n</div>", ["    <p>"]),
        ("html-as-code", "- a\n\n    <div>\n\n    <p>\n    </div>", []),
        ("html-as-code", "<div>\n\n   <p>\n</div>\n\n    <p>", []),
        ("table-ragged", "|a|b|\n|-|-|\n|c|\n|c|d|e|\n|`c|d`|e|\n", ["|c|d|e|"]),
        ("table-ragged", "a|b|c\n-|-|-\nd|e\n\nd|e\n", ["d|e"]),
        ("table-ragged", "a | b\n\n- | -\n", []),
        ("table-ragged", "<table><tr><td colspan=2>a<td>b<tr><td>c<td>d</table>", ["<td>"]),
        ("table-ragged", "<table><tr><td>a<td>b<tr><td colspan=2>c<tr><td>d<tr></table>", []),
        ("table-ragged", "<table><tr><td rowspan=2>a<td><table><tr><td>b</table><tr><td>c</table>", []),
        ("table-apart", "text\n|a|b|\n|-|-|\n|c|d|\nmore\n", ["|a|b|", "more"]),
        ("table-apart", "<!-- a -->\n|a|b|\n|-|-|\n|c|d|\n## A\n", []),
        ("table-apart", "|a|b|\n|-|-|\n|c|d|\n<br>\n> b\n", []),
        ("table-broken", "|a|b|\n|-|\n|c|d|\n", ["|a|b|"]),
        ("table-broken", "|a|\n\n|b|\n", []),
    ],
)
def test_a_rule_marks_just_what_is_wrong(rule: str, text: str, places: list[str]) -> None:
    assert marked(rule, text) == places


@pytest.mark.parametrize(
    ("rule", "text", "after"),
    [
        ("front-matter-unfenced", "--- \nlicense: mit\n---\n", "---\nlicense: mit\n---\n"),
        ("front-matter-unfenced", "---\nlicense: mit\n...\n", "---\nlicense: mit\n---\n"),
        ("front-matter-blanks", "---\nlicense: mit\n--- \nA\n", "---\nlicense: mit\n---\nA\n"),
        ("front-matter-empty", "---\n# a\n---\n", "---\n# a\n{}\n---\n"),
        ("fence-doubled", HEAD + "---\n# A\n", HEAD + "\n# A\n"),
        ("entity-open", "a &nbsp&nbsp| &copy\n", "a &nbsp;&nbsp;| &copy;\n"),
        ("entity-twice", "&amp;nbsp; &amp;lt;", "&nbsp; &amp;lt;"),
        ("heading-glued", "##Usage\n", "## Usage\n"),
        ("table-apart", "<br>\n|a|b|\n|-|-|\n|c|d|\nmore\n", "<br>\n\n|a|b|\n|-|-|\n|c|d|\n\nmore\n"),
    ],
)
def test_what_is_mended_is_found_no_more(rule: str, text: str, after: str) -> None:
    assert mended(rule, text) == after
    assert [each for each in problems(rule, after) if each.mended is not None] == []


@pytest.mark.parametrize(
    ("rule", "data", "places"),
    [
        ("not-text", b"a\r\nb\xff", [(3, 4)]),
        ("not-text", "\ufeffé\ufffd".encode(), []),
        ("byte-order-mark", b"\xef\xbb\xbf---\na: b\n---\n", [(0, 0)]),
        ("byte-order-mark", b"\xef\xbb\xbf# A", []),
        ("carriage-returns", b"\xef\xbb\xbf---\rlicense: mit\r---\r", [(0, 0)]),
        ("carriage-returns", b"---\rlicense: mit\r---", []),
        ("carriage-returns", b"---\r\nlicense: mit\r\n---\r\na\rb", []),
        ("card-too-large", "é".encode() * (5 * 1024 * 1024), []),
        ("card-too-large", "é".encode() * (5 * 1024 * 1024) + b"a", [(-1, -1)]),
    ],
)
def test_bytes_say_what_the_text_no_longer_does(rule: str, data: bytes, places: list[tuple[int, int]]) -> None:
    found = found_in(card.of_bytes("README.md", data), rule)
    assert [(each.start, each.end) for each in found] == places
