"""New addresses of links come into manifests and Markdown files, and change nothing else."""

from __future__ import annotations

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cardgen import inputs, manifest
from cardgen.links.files import Page
from cardgen.links.find import find
from cardgen.links.memory import Known
from cardgen.links.verdict import Verdict
from cardgen.mending import manifests, pages
from cardgen.mending.moves import Moves, moves
from cardgen.pulling import Source
from cardgen.reports import report

OLD, NEW = "https://old.org/a", "https://new.org/b"
HUB = "https://huggingface.co"

MANIFEST = """\
# a comment with https://old.org/a
version: 1
namespace: lab
title: A family   # keep me
intro: "See [it](https://old.org/a), not https://old.org/ab."
links:
  - {icon: 📑, label: Paper, url: https://old.org/a}
  - label: "Page"
    url:   'https://old.org/a?x=1'
card_data:
  models: {license: mit, base_model: org/base}
  datasets: {license: mit}
datasets:
  - repo: data
    text: |
      Made of [another](https://huggingface.co/datasets/org/base),
      and see <a href="https://old.org/a?x=1&amp;y=2">here</a>.
models:
  columns: [{name: Base, value: base}, {key: one}]
  repo: "{row}-{column}"
  rows: [{key: small, values: {base: {targets: [{repo: org/base}]}}}]
citation:
  bibtex: |
    @misc{x, url={https://old.org/a}}
"""


def source(text: str = MANIFEST) -> Source:
    file = "collections/family.yaml"
    return Source(file, text, inputs.read_templates(inputs.built_in_templates()), partial(manifest.load, file=file))


def mended(addresses: dict[str, str], text: str = MANIFEST) -> str:
    return manifests.mend(source(text), Moves(addresses)).after


def test_every_value_that_states_it_is_written_anew_and_nothing_else() -> None:
    assert mended({OLD: NEW}) == (
        MANIFEST.replace('"See [it](https://old.org/a)', '"See [it](https://new.org/b)')
        .replace("url: https://old.org/a}", "url: https://new.org/b}")
        .replace("url={https://old.org/a}", "url={https://new.org/b}")
    )


def test_an_address_inside_html() -> None:
    old, new = "https://old.org/a?x=1&y=2", "https://new.org/c?x=1&y=2"
    assert mended({old: new}) == MANIFEST.replace("https://old.org/a?x=1&amp;y=2", "https://new.org/c?x=1&amp;y=2")


def test_moves_that_cross_each_other() -> None:
    both = {OLD: "https://old.org/a?x=1", "https://old.org/a?x=1": OLD}
    after = mended(both)
    assert "url={https://old.org/a?x=1}" in after
    assert "url:   'https://old.org/a'" in after


def test_an_id_that_was_renamed_is_renamed_where_it_names_that_repo() -> None:
    assert mended({f"{HUB}/org/base": f"{HUB}/new/base"}) == MANIFEST.replace(
        "base_model: org/base", "base_model: new/base"
    ).replace("{repo: org/base}", "{repo: new/base}")


def test_what_a_template_or_a_pattern_states_is_left() -> None:
    text = MANIFEST + "hosts:\n  mirror: {label: M, url: 'https://old.org/{name}'}\n"
    text = text.replace("{key: one}]", "{key: one}, {link: mirror, name: M}]").replace(
        "{key: small,", "{key: small, repo: small,"
    )
    moved = {"https://old.org/small": "https://new.org/small"}
    result = manifests.mend(source(text), Moves(moved))
    assert (result.after, result.left) == (text, frozenset(moved))


def test_a_move_that_would_do_harm_does_not_stop_the_others() -> None:
    """A dataset has the id of the model that was renamed, and stands where its kind cannot be told by its place."""
    text = MANIFEST.replace("{repo: org/base}]}", "{repo: org/base}, {repo: org/base, type: dataset}]}")
    renamed = f"{HUB}/org/base"
    result = manifests.mend(source(text), Moves({OLD: NEW, renamed: f"{HUB}/new/base"}))
    assert result.after == mended({OLD: NEW}, text)
    assert result.left == {renamed}


def test_an_address_that_takes_the_place_of_no_id_is_left() -> None:
    elsewhere = {f"{HUB}/org/base": "https://elsewhere.org/x"}
    result = manifests.mend(source(), Moves(elsewhere))
    assert (result.after, result.left) == (MANIFEST, frozenset(elsewhere))


@pytest.mark.parametrize(
    ("old", "new", "is_written"),
    [
        (OLD, NEW, True),
        ("http://old.org/a", "https://old.org/a", True),
        ("http://old.org/a", "http://new.org/a", True),
        (OLD, "http://new.org/b", False),
        (OLD, "https://new.org/b)![x](https://evil.org/x", False),
        (OLD, "https://new.org/{{ x }}", False),
        (OLD, 'https://new.org/"onclick=', False),
        (OLD, "https://me:pw@new.org/", False),
        (OLD, "https://new.org/\u202e", False),
        (OLD, "https://new.org/" + "x" * 3000, False),
        ("https://me:pw@old.org/a", NEW, False),
    ],
)
def test_which_addresses_are_written(old: str, new: str, is_written: bool) -> None:
    made = report.make({old: Known(Verdict("moved", 301, "moved", new))}, {})
    assert bool(moves(made).addresses) is is_written


PAGE = """\
---
url: https://old.org/a
---
# Links

[one](https://old.org/a) and https://old.org/a. <https://old.org/a> https://old.org/ab\r
`https://old.org/a` stays
[two]: https://old.org/a "title"

    https://old.org/a in code stays
"""


def test_a_markdown_file() -> None:
    result = pages.mend(Page("README.md", PAGE), Moves({OLD: NEW}))
    assert result.after == (
        PAGE.replace("url: https://old.org/a", f"url: {NEW}")
        .replace("(https://old.org/a) and https://old.org/a. <https://old.org/a>", f"({NEW}) and {NEW}. <{NEW}>")
        .replace("[two]: https://old.org/a", f"[two]: {NEW}")
    )
    assert not result.left
    assert "+[two]: https://new.org/b" in result.diff


def test_a_file_that_is_no_text_is_left() -> None:
    page = Page("README.md", f"\ufffd <{OLD}>")
    result = pages.mend(page, Moves({OLD: NEW}))
    assert (result.after, result.left) == (page.text, frozenset({OLD}))


FRAGMENTS = st.sampled_from(
    [OLD, f"<{OLD}>", f"[x]({OLD})", f"![x]({OLD} 't')", f"`{OLD}`", f"{OLD}b", f"{OLD}#c", "\n"]
)


@given(st.lists(FRAGMENTS | st.text("ab \n*_[]()<>`\"'&;#", max_size=5), max_size=12).map("".join))
def test_any_file_has_the_same_links_afterwards_but_for_the_new_addresses(text: str) -> None:
    result = pages.mend(Page("a.md", text), Moves({OLD: NEW}))
    before, after = find(text), find(result.after)
    assert [found.url.replace(NEW, OLD) for found in after] == [found.url for found in before]
    assert result.after.replace(NEW, OLD) == text


def test_an_address_that_needs_quotes_where_the_old_one_had_none() -> None:
    new = "https://new.org/b,c"
    after = mended({OLD: new})
    assert f"url: '{new}'}}" in after
    assert f"See [it]({new})" in after
    assert source(after).collection.links[0].url == new


def test_an_anchor_is_mended_where_it_is_written() -> None:
    def anchored(text: str, url: str) -> str:
        return text.replace(f"Paper, url: {url}}}", f"Paper, url: &it {url}}}").replace(
            "url:   'https://old.org/a?x=1'", "url: *it"
        )

    assert mended({OLD: NEW}, anchored(MANIFEST, OLD)) == anchored(mended({OLD: NEW}), NEW)
