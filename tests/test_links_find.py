"""Links of a card, with their lines: what is one, what is not, and nothing that a card could hold to break it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.links.find import find

HERE = Path(__file__).parent


def found(text: str) -> list[tuple[int, str]]:
    return [(link.line, link.url) for link in find(text)]


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("[a](https://a.org)", ["https://a.org"]),
        ('[a]( <https://a.org/x y> "title" )', ["https://a.org/x y"]),
        ("[a](https://a.org/b_(c))", ["https://a.org/b_(c)"]),
        ("[*a* `b`](https://a.org?x=1&amp;y=2)", ["https://a.org?x=1&y=2"]),
        ("[a](LICENSE) and [b](/docs) and [c](#place)", ["LICENSE", "/docs", "#place"]),
        ("[a]() and [b](<>)", ["", ""]),
        ("[a](javascript:alert(1))", ["javascript:alert(1)"]),
        ("![a](a.png)", ["a.png"]),
        ("[![a](a.png)](https://a.org)", ["a.png", "https://a.org"]),
        ("![a [b](https://no.org)](a.png)", ["a.png"]),
        ("<https://a.org> <mailto:a@b.org> <a@b.org>", ["https://a.org", "mailto:a@b.org", "mailto:a@b.org"]),
        (r"\[a](https://a.org/x)", ["https://a.org/x"]),
        ("*[a](https://a.org)*, **[b](https://b.org)**", ["https://a.org", "https://b.org"]),
        ("# [a](https://a.org)\n\n[b](https://b.org)\n===\n", ["https://a.org", "https://b.org"]),
        ("> - [a](https://a.org)\n>   1. https://b.org", ["https://a.org", "https://b.org"]),
        ("|a|b|\n|-|-|\n|[a](https://a.org)|https://b.org|", ["https://a.org", "https://b.org"]),
    ],
)
def test_markdown(text: str, urls: list[str]) -> None:
    assert [link.url for link in find(text)] == urls


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("see https://a.org.", ["https://a.org"]),
        ("(see https://a.org/b_(c)), https://b.org/?x=1&y=2!", ["https://a.org/b_(c)", "https://b.org/?x=1&y=2"]),
        ("**https://a.org**: HTTP://B.org/;", ["https://a.org", "HTTP://B.org/"]),
        ("www.a.org/b and www. and www.nothing", ["http://www.a.org/b"]),
        ("见 https://a.org/b。（https://b.org）", ["https://a.org/b", "https://b.org"]),
        ('"https://a.org" <b>https://b.org</b>', ["https://a.org", "https://b.org"]),
        ("[https://a.org", ["https://a.org"]),
        ("https:// http:// xhttps://no.org a.org", []),
    ],
)
def test_bare_urls(text: str, urls: list[str]) -> None:
    assert [link.url for link in find(text)] == urls


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ('<a href="https://a.org">a</a>', ["https://a.org"]),
        ("text <a class=b href='https://a.org?x=1&amp;y=2'>a</a>", ["https://a.org?x=1&y=2"]),
        ("<A HREF=https://a.org>a</A>", ["https://a.org"]),
        ("<a href='?a=1&copy=2' href='https://no.org'>a</a>", ["?a=1&copy=2"]),
        ("<img src=a.png srcset='b.png 1x, c.png 2x,d.png'>", ["a.png", "b.png", "c.png", "d.png"]),
        ("<video src=a.mp4 poster=b.png><source src=c.mp4></video>", ["a.mp4", "b.png", "c.mp4"]),
        ("<blockquote cite=https://a.org><object data=b.svg>", ["https://a.org", "b.svg"]),
        ("<td background=a.png data=no>", ["a.png"]),
        (
            "<p align=left>\n <a href=https://a.org>unclosed <p> <a href=https://b.org>",
            ["https://a.org", "https://b.org"],
        ),
        ('<div title="<a href=https://no.org>"><a href=" https://a.org ">', ["https://a.org"]),
        ("<svg><image xlink:href='a.svg'/></svg>", ["a.svg"]),
        ("<a href=''>nothing yet</a>", [""]),
        ("<a href=https://a.org", ["https://a.org"]),
        ("<p>\n<a href=https://no.org", []),
        ("<script src=a.js>\n'<a href=https://no.org>'</script><a href=https://b.org>", ["a.js", "https://b.org"]),
        ("<a href=https://a.org>https://no.org</a> https://b.org", ["https://a.org", "https://b.org"]),
    ],
)
def test_html(text: str, urls: list[str]) -> None:
    assert [link.url for link in find(f"{text}\n")] == urls


@pytest.mark.parametrize(
    "text",
    [
        "`https://no.org` and `` [a](https://no.org) ``",
        "```\nhttps://no.org\n```",
        "```python\n@decorated(url='https://no.org')\n```",
        "    https://no.org\n",
        "<!-- https://no.org <a href=https://no.org> -->",
        "<!--\n\n[a](https://no.org)\n\n-->",
        "text <!-- <a href=https://no.org> --> text",
        "[a][no such label]",
        "---\nbase_model: a/b\nlicense_link: LICENSE\n# https://no.org\n---\n",
    ],
)
def test_what_is_no_link(text: str) -> None:
    assert find(text) == ()


def test_definitions_count_once_whether_they_are_used_or_not() -> None:
    text = (
        "[a] and [b][a] and ![c][a] and [https://no.org][a]\n\n[a]: https://a.org\n[a]: https://b.org\n[u]:\n  <c d>\n"
    )
    assert found(text) == [(3, "https://a.org"), (4, "https://b.org"), (6, "c d")]


BIBTEX = """\
```{language}
@article{{a,
  title = {{No link}},
  url = "https://a.org/x\\_y",
  DOI={{10.1000/182}},
  eprint={{2502.07316}},
  archivePrefix={{arXiv}},
  note = {{\\url{{https://b.org}} and \\href{{https://c.org}}{{c}}}}
}}

@misc{{b, doi = {{https://doi.org/10.1000/a<b>}}, eprint = {{cs/0112017v2}} }}
@misc{{c, eprint = {{2502.07316}}, eprinttype = {{hal}}, url = {{d.org}}, doi = {{https://e.org/10.1000/182}} }}
```
"""


@pytest.mark.parametrize("language", ["bibtex", ""])
def test_bibtex(language: str) -> None:
    assert found(BIBTEX.format(language=language)) == [
        (4, "https://a.org/x_y"),
        (5, "https://doi.org/10.1000/182"),
        (6, "https://arxiv.org/abs/2502.07316"),
        (8, "https://b.org"),
        (8, "https://c.org"),
        (11, "https://doi.org/10.1000/a%3Cb%3E"),
        (11, "https://arxiv.org/abs/cs/0112017v2"),
        (12, "d.org"),
        (12, "https://e.org/10.1000/182"),
    ]


def test_front_matter_at_any_depth() -> None:
    text = (
        "\n---\n# see https://no.org\nbase_model: a/b\nthumbnail: https://a.org/x#y\n"
        "widget:\n- {output: {url: 'https://b.org'}, more: &m [https://c.org]}\n- *m\n"
        "extra_gated_prompt: |\n  Agree to\n  [this](https://d.org), please.\n"
        'text: "https://e.org/\\u0061\n  and https://f.org"\n---\n[g](https://g.org)\n'
    )
    assert found(text) == [
        (5, "https://a.org/x#y"),
        (7, "https://b.org"),
        (7, "https://c.org"),
        (11, "https://d.org"),
        (12, "https://e.org/a"),
        (13, "https://f.org"),
        (15, "https://g.org"),
    ]


@pytest.mark.parametrize(
    "broken", ["a: [", "a: b: c", "\ttab", "a: *no", "a: \x07", "a: " + "[" * 100_000, "%YAML 9\n-"]
)
def test_front_matter_that_is_no_yaml_is_searched(broken: str) -> None:
    text = f"---\nx: https://a.org # https://b.org\n# https://no.org\n{broken}\n---\n<https://c.org>\n"
    urls = [url for _, url in found(text)]
    assert urls in (["https://a.org", "https://b.org", "https://c.org"], ["https://a.org", "https://c.org"])
    assert "https://no.org" not in urls


def test_lines_inside_blocks_of_many_lines() -> None:
    text = (
        "<table>\n<tr>\n<td\n class=x><a\n   href='https://a.org'>a</a></td>\n</tr></table>\n\n"
        "text [over\ntwo](https://b.org) lines\n`code\nin two` https://c.org <b\ntitle='\n'> [d](\nhttps://d.org)\n"
    )
    assert found(text) == [(5, "https://a.org"), (9, "https://b.org"), (11, "https://c.org"), (14, "https://d.org")]


def test_raw_is_how_the_card_writes_it() -> None:
    text = "[a](b\\_c) [d](https://a.org?x&amp;y)\n<a href='https://a.org?x&amp;y'>c</a>\n<a@b.org> www.a.org/b\n"
    assert [link.raw for link in find(text)] == [
        "b\\_c",
        "https://a.org?x&amp;y",
        "https://a.org?x&amp;y",
        "a@b.org",
        "www.a.org/b",
    ]


@pytest.mark.parametrize(
    ("text", "url", "raw"),
    [
        ("[x](https://a.org/]\\(b)", "https://a.org/](b", "https://a.org/]\\(b"),
        ("[x](<https://a.org/](b c> 't')", "https://a.org/](b c", "https://a.org/](b c"),
        ("[x](https://a.org/[b](c))", "https://a.org/[b](c)", "https://a.org/[b](c)"),
        ("[a]( <https://a.org/x\\_y> )", "https://a.org/x_y", "https://a.org/x\\_y"),
        ("<https://a.org/](b>", "https://a.org/](b", "https://a.org/](b"),
    ],
)
def test_a_url_may_hold_what_ends_a_text(text: str, url: str, raw: str) -> None:
    [link] = find(text)
    assert (link.url, link.raw) == (url, raw)


def test_what_the_page_embeds_is_told_from_what_it_links_to() -> None:
    text = "[a](b.md) ![a](b.png) <img src=c.png> <a href=d.md>\n"
    assert [link.embedded for link in find(text)] == [False, True, True, False]


def test_the_published_card_of_the_seed() -> None:
    """Only the part that its authors wrote: the tables, without the dump that a bot put behind them."""
    text = (HERE / "data" / "codeio_published.md").read_text("utf-8")
    links = find(text)
    lines = text.splitlines()
    assert len(links) == 17
    assert len({link.url for link in links}) == 17
    assert all(f'href="{link.url}"' in lines[link.line - 1] for link in links)


@pytest.mark.parametrize("size", [1_000_000, 10_000_000])
@pytest.mark.parametrize("piece", ["[", "![[", "<a ", "<div>", "https://a.b/(", "<!--", "\x00\n", "```", "> - "])
def test_no_input_is_too_much(piece: str, size: int) -> None:
    assert isinstance(find(piece * (size // len(piece))), tuple)


def test_front_matter_too_long_to_parse_is_searched() -> None:
    assert found("---\n# https://no.org\na: https://a.org\nb: " + "x" * 1_000_000 + "\n---\n") == [(3, "https://a.org")]


def test_a_body_too_long_to_parse_is_searched() -> None:
    assert (2, "https://a.org") in found("x\n[a](https://a.org)\n" + "x" * 1_000_000)


PIECES = st.sampled_from(
    [
        "[a](",
        ")",
        "](",
        "![",
        "[",
        "]",
        "<a href=",
        "'",
        '"',
        ">",
        "<",
        "https://a.org",
        "www.a.org",
        "`",
        "```",
        "\n",
        "\r\n",
        "\r",
        "---\n",
        "a: ",
        "- ",
        "> ",
        "    ",
        "|",
        "|-|",
        "<!--",
        "-->",
        "@a{b,",
        "url={",
        "}",
        "[a]: ",
        "\\",
        "&amp;",
        "\x00",
        "\ud800",
        "\ufeff",
    ]
)


@given(st.one_of(st.lists(PIECES, max_size=40).map("".join), st.text(max_size=200)))
def test_any_text_has_links_in_its_own_lines(text: str) -> None:
    lines = re.split(r"\r\n|\r|\n", text)
    places = [link.line for link in find(text)]
    assert places == sorted(places)
    assert all(1 <= line <= len(lines) for line in places)
    assert find(text.replace("\r\n", "\n").replace("\r", "\n")) == find(text)
    assert all(link.url == link.url.encode().decode() for link in find(text))


FORMS = [
    "[text](URL)",
    "![text](URL 'title')",
    "<URL>",
    "See URL, please.",
    "<a href='URL'>text</a>",
    "<p><img\n  src=URL></p>\n",
    "- item [text](URL)\n",
    "> quote URL\n",
    "| a |\n|---|\n| [text](URL) |\n",
    "```bibtex\n@misc{key,\n  url = {URL},\n}\n```",
]
NOISE = [
    "",
    "plain *text*",
    "`[a](https://no.org)`",
    "<!-- https://no.org -->",
    "```\nhttps://no.org\n```",
    "# Title",
    "<br>",
]


@given(
    st.lists(st.tuples(st.sampled_from(FORMS), st.sampled_from(NOISE)), max_size=12),
    st.booleans(),
    st.sampled_from(["\n", "\r\n"]),
)
def test_every_link_is_found_on_its_line(blocks: list[tuple[str, str]], with_front: bool, newline: str) -> None:
    text = "---\nurl: https://front.org\n---\n" if with_front else ""
    for number, (form, noise) in enumerate(blocks):
        text += f"{noise}\n\n{form}\n\n".replace("URL", f"https://a.org/{number}")
    expected = [
        (line, match[0])
        for line, content in enumerate(text.split("\n"), 1)
        for match in re.finditer(r"https://(?:a\.org/\d+|front\.org)", content)
    ]
    assert found(text.replace("\n", newline)) == expected
