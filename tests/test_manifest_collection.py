"""The collection's page on the Hub, as a manifest says it shall be."""

from __future__ import annotations

import pytest

from cardgen.members import Member
from cardgen.model import HubCollection
from manifests import BASE, load, mistakes

REPOS = 'datasets: [{repo: data}]\nmodels: {repo: "{row}-{column}", rows: [{key: m}], columns: [{key: a}, {key: b}]}\n'
ID = "0123456789abcdef01234567"


def page(text: str) -> HubCollection:
    found = load(BASE + REPOS + text).hub_collection
    assert found is not None
    return found


def members(text: str) -> list[tuple[str, str, str | None]]:
    return [(each.kind, each.item_id, each.note) for each in page("collection:\n  title: T\n" + text).members]


OWN = [("dataset", "lab/data", None), ("model", "lab/m-a", None), ("model", "lab/m-b", None)]


def test_by_default_the_members_are_the_repos_in_their_order() -> None:
    assert members("") == OWN


def test_items_stand_in_their_order_and_the_repos_where_it_is_said() -> None:
    text = (
        "  items:\n"
        "  - {paper: 2502.07310, note: ' The paper '}\n"
        "  - {model: m-b}\n"
        "  - {repos: true}\n"
        "  - {space: other/demo}\n"
        f"  - {{collection: other/more-{ID}}}\n"
        "  - {bucket: files, note: ''}\n"
    )
    assert members(text) == [
        ("paper", "2502.07310", "The paper"),
        OWN[2],
        *OWN[:2],
        ("space", "other/demo", None),
        ("collection", f"other/more-{ID}", None),
        ("bucket", "lab/files", ""),
    ]


def test_without_a_place_the_repos_come_first() -> None:
    assert members("  items: [{dataset: other/data}, {model: lab/M-a}]\n") == [
        OWN[0],
        OWN[2],
        ("dataset", "other/data", None),
        ("model", "lab/M-a", None),
    ]


def test_notes_are_said_by_repo() -> None:
    text = "  notes: {data: Read me first, lab/m-b: ''}\n  items: [{repos: true}, {model: m-a, note: Small}]\n"
    assert members(text) == [("dataset", "lab/data", "Read me first"), (*OWN[2][:2], ""), (*OWN[1][:2], "Small")]


def test_a_note_holds_where_its_repo_is_among_the_items() -> None:
    assert members("  notes: {m-a: Small}\n  items: [{model: m-a}]\n")[-1] == ("model", "lab/m-a", "Small")


def test_what_is_left_out_is_not_ours_to_say() -> None:
    assert (page("collection: {slug: a/b-1}\n").title, page("collection: {slug: a/b-1}\n").description) == ("", None)
    said = page("collection: {title: T, description: '', private: false, prune: true}\n")
    assert (said.slug, said.namespace, said.description, said.private, said.prune) == ("", "lab", "", False, True)
    assert page("collection: {slug: me/b-1}\n").namespace == "me"


def test_every_mistake_at_once() -> None:
    text = (
        "collection:\n"
        "  slug: x\n"
        f"  description: {'x' * 151}\n"
        "  item: []\n"
        "  items:\n"
        "  - {paper: abc}\n"
        "  - {model: a, dataset: b}\n"
        "  - {note: alone}\n"
        "  - {model: a--b}\n"
        "  - {repos: true, note: x}\n"
        "  - {repos: true}\n"
        f"  - {{collection: lab/x-{ID}}}\n"
        f"  - {{collection: lab/y-{ID}, note: {'x' * 501}}}\n"
        "  - {model: m-a, note: x}\n"
        "  notes:\n"
        "    dta: x\n"
        "    m-a: y\n"
        f"    m-b: {'x' * 501}\n"
        "links: [{label: All, collection: true}]\n"
    )
    one_of = "a member is one of model, dataset, space, paper, collection, bucket, or `repos: true`"
    assert mistakes(BASE + REPOS + text) == [
        "7:9: 'x' must be a collection's slug: NAMESPACE/TITLE-ID, the end of its address on the Hub",
        "8:16: the description has 151 characters, and the Hub allows 150",
        "9:3: unknown key 'item'; did you mean 'items'?",
        "11:13: 'abc' must be the id of a paper on arXiv, such as 2502.07316",
        f"12:5: {one_of}",
        f"13:5: {one_of}",
        "14:13: the model 'a--b' must not contain '--' or '..'",
        "15:25: the repos have notes of their own, in `notes`",
        "16:5: this member is named twice, first in line 15",
        "18:5: this member is named twice, first in line 17",
        "18:56: the note has 501 characters, and the Hub allows 500",
        "21:5: the manifest has no repo 'dta'; did you mean 'data'?",
        "22:5: 'm-a' has a note in `items` too",
        "23:10: the note has 501 characters, and the Hub allows 500",
        "24:34: the manifest has no `collection` with a slug to link to",
    ]


def test_a_slug_or_a_title_is_needed_and_a_link_needs_the_slug() -> None:
    assert mistakes(BASE + "collection: {description: D}\nlinks: [{label: All, collection: true}]\n") == [
        "4:13: a collection needs its slug, or a title by which it is found or made",
        "5:34: the manifest has no `collection` with a slug to link to",
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (Member("model", "lab/A"), Member("model", "lab/a"), True),
        (Member("model", "lab/a"), Member("dataset", "lab/a"), False),
        (Member("collection", f"lab/old-{ID}"), Member("collection", f"lab/new-{ID}"), True),
        (Member("collection", f"lab/old-{ID}"), Member("collection", f"lab/old-{ID[::-1]}"), False),
        (Member("collection", "lab/words"), Member("collection", "lab/other"), False),
    ],
)
def test_what_tells_members_apart(one: Member, other: Member, same: bool) -> None:
    assert (one.key == other.key) is same
