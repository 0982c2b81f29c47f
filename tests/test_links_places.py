"""Where links stand: in the cards, and in the sources that the cards are made of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen.links import places
from cardgen.links.places import Place, gather, trace
from cardgen.links.urls import resolve, shown
from cardgen.model import HUB_URL, Card, Position, Repo, RepoType, SourceText

MANIFEST = """\
title: Family
collection: {slug: lab/family-67a978e28fd926b56a4f55a2}
links:
  - {label: Paper, url: https://a.org/paper.pdf}
  - {label: Page, url: "https://a.org/?x=1&y=2"}
  - {label: Site, url: https://a.org/}
models: [lab/one, lab/two]
citation: |
  @article{x, eprint={2502.07316}, doi={10.1000/182}}
"""
HEADER = "<p>\n  <a href='https://docs.org'>{{ label }}</a>\n"
SOURCES = [SourceText("collections/f.yaml", MANIFEST), SourceText("templates/header.md.j2", HEADER)]


def card(name: str, text: str, repo_type: RepoType = "model", line: int = 7) -> Card:
    repo = Repo(f"lab/{name}", repo_type, name, {}, Position("collections/f.yaml", line, 10))
    return Card(repo, "collections/f.yaml", text.encode(), (0, len(text.encode())))


def test_every_place_of_a_link_in_order() -> None:
    cards = [
        card("two", "[a](https://a.org/)\n\n[b](https://b.org) https://a.org/\n"),
        card("one", "---\nx: y\n---\nhttps://a.org/\n"),
    ]
    site = "collections/f.yaml:6:24"
    assert gather(cards, SOURCES) == {
        "https://a.org/": (
            Place("models/lab/one/README.md", 4, site),
            Place("models/lab/two/README.md", 1, site),
            Place("models/lab/two/README.md", 3, site),
        ),
        "https://b.org": (Place("models/lab/two/README.md", 3),),
    }


def test_a_repo_of_the_family_comes_from_where_the_manifest_names_it() -> None:
    found = gather([card("one", f"{HUB_URL}/lab/two\n"), card("two", "", line=8)], SOURCES)
    assert found[f"{HUB_URL}/lab/two"][0].source == "collections/f.yaml:8:10"


@pytest.mark.parametrize(
    ("text", "source"),
    [
        ("<a href='https://a.org/?x=1&amp;y=2'>", "collections/f.yaml:5:25"),
        ("[a](https://a.org/?x=1&y=2)", "collections/f.yaml:5:25"),
        (f"<a href='{HUB_URL}/collections/lab/family-67a978e28fd926b56a4f55a2'>", "collections/f.yaml:2:20"),
        ("```\n@article{x, eprint={2502.07316},\n```", "collections/f.yaml:9:23"),
        ("```\n@article{x, doi={10.1000/182},\n```", "collections/f.yaml:9:41"),
        ("<a href='https://docs.org'>", "templates/header.md.j2:2:12"),
        ("https://a.org/paper", ""),
        ("https://a.org/?x=1", ""),
    ],
)
def test_the_source_of_a_link(text: str, source: str) -> None:
    ((place,),) = gather([card("one", f"{text}\n")], SOURCES).values()
    assert place.source == source


def test_trace_looks_for_the_whole_and_in_the_first_source_first() -> None:
    sources = [SourceText("a", "https://x.org/y https://x.org. end"), SourceText("b", "https://x.org\nn: z-q.z")]
    assert trace("https://x.org", sources) == "a:1:17"
    assert trace("https://x.org/y", sources) == "a:1:1"
    assert trace("z", sources) == ""
    assert trace("", sources) == ""
    assert trace("https://x.org", sources[1:]) == "b:1:1"


@pytest.mark.parametrize(
    ("url", "source"),
    [
        ("https://a.org/models/x-1/card", "f.yaml:1:6"),
        ("https://a.org/models//card", "f.yaml:1:6"),
        ("https://b.org/x/y", "f.yaml:2:7"),
        ("https://b.org/y", ""),
        ("https://a.org/models/card", ""),
        ("https://c.org/x", "t.j2:1:10"),
        ("https://d.org/x", ""),
    ],
)
def test_a_link_made_of_a_pattern_comes_from_the_pattern(url: str, source: str) -> None:
    sources = [
        SourceText("f.yaml", "url: https://a.org/models/{row}/card\n- {x: https://b.org/{a}/{b}}\nx: https://d.org/{x"),
        SourceText("t.j2", "<a href='https://c.org/{{ name }}'>"),
    ]
    ((place,),) = gather([card("one", f"<{url}>\n")], sources).values()
    assert place.source == source


@given(st.text("ab/.:\n ", max_size=40), st.text("ab/.:", min_size=1, max_size=6))
def test_a_trace_leads_to_the_text(text: str, raw: str) -> None:
    found = trace(raw, [SourceText("s", text)])
    if found:
        name, line, column = found.split(":")
        assert text.split("\n")[int(line) - 1][int(column) - 1 :].startswith(raw)
        assert name == "s"
    else:
        assert raw not in text.split()


def test_the_sources_are_searched_once_for_each_link(monkeypatch: pytest.MonkeyPatch) -> None:
    """Work grows with links, not with cards times links."""
    traced: list[str] = []

    def counting(raw: str, sources: list[SourceText]) -> str:
        traced.append(raw)
        return trace(raw, sources)

    monkeypatch.setattr(places, "trace", counting)
    found = gather([card(f"c{number}", "https://x.org https://y.org\n") for number in range(50)], SOURCES)
    assert sorted(traced) == ["https://x.org", "https://y.org"]
    assert {len(each) for each in found.values()} == {50}


MODEL = card("one", "").repo
DATA = card("data", "", "dataset").repo


@pytest.mark.parametrize(
    ("link", "url"),
    [
        ("https://a.org", "https://a.org"),
        ("//a.org/x", "https://a.org/x"),
        ("LICENSE", f"{HUB_URL}/lab/one/blob/main/LICENSE"),
        ("./docs/a.md#b", f"{HUB_URL}/lab/one/blob/main/docs/a.md#b"),
        ("../v2/a.md", f"{HUB_URL}/lab/one/blob/v2/a.md"),
        ("/docs/hub", f"{HUB_URL}/docs/hub"),
        ("?x=y", f"{HUB_URL}/lab/one/blob/main/?x=y"),
        ("#place", f"{HUB_URL}/lab/one#place"),
        ("", ""),
        ("mailto:a@b.org", "mailto:a@b.org"),
        ("example.com/x", "example.com/x"),
        ("model.py", f"{HUB_URL}/lab/one/blob/main/model.py"),
        ("//[x", "//[x"),
    ],
)
def test_links_are_resolved_as_the_hub_does(link: str, url: str) -> None:
    assert resolve(link, MODEL, embedded=False) == url


def test_images_are_resolved_to_the_file_itself() -> None:
    assert resolve("a.png", DATA, embedded=True) == f"{HUB_URL}/datasets/lab/data/resolve/main/a.png"
    found = gather([card("one", "![](a.png) [](a.png)\n")], SOURCES)
    assert sorted(found) == [f"{HUB_URL}/lab/one/blob/main/a.png", f"{HUB_URL}/lab/one/resolve/main/a.png"]


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("https://me:secret@a.org/x", "https://***@a.org/x"),
        ("https://ghp_token@a.org?x@y", "https://***@a.org?x@y"),
        ("https://a@b:c@a.org/x@y and //d:e@f", "https://***@a.org/x@y and //***@f"),
        ("https://a.org/@user", "https://a.org/@user"),
        ("a\x1b[31m\n\u202e", "a\\x1b[31m\\n\\u202e"),
        ("https://a.org/ü", "https://a.org/ü"),
    ],
)
def test_what_may_be_shown(text: str, safe: str) -> None:
    assert shown(text) == safe
