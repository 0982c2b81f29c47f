"""The pages: what a card looks like in a browser, and that a card from a stranger can do nothing there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from huggingface_hub import CommitOperationAdd
from selectolax.lexbor import LexborHTMLParser, LexborNode

from cardgen import localhub
from cardgen.localhub import LocalHub
from hub_client import CARD, client, propose, raw, write_card

HEAD = "---\nlicense: mit\n---\n"
HOSTILE = {
    "a script": "<script>alert(1)</script>",
    "a script in a table": "<table><tr><td><script>alert(1)</script></td></tr></table>",
    "a handler": '<img src="x.png" onerror="alert(1)">',
    "a javascript link": "[x](javascript:alert(1)) <a href='jAvaScript:alert(1)'>x</a>",
    "a data link": '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "an image that is a document": '<svg onload="alert(1)"><script>alert(1)</script></svg>',
    "a frame": '<iframe src="https://example.org"></iframe><object data="x"></object><embed src="x">',
    "a form": '<form action="https://example.org"><input name="token"><button>x</button></form>',
    "a style sheet": "<style>body { display: none }</style><link rel=stylesheet href=//example.org>",
    "a base": '<base href="https://example.org/"><meta http-equiv="refresh" content="0;url=https://example.org">',
    "tags that end the page": "</article></main></body></html><script>alert(1)</script>",
    "a script in Markdown": "# <script>alert(1)</script>\n\n`<script>`\n\n![<script>](x)\n",
    "text over the page": '<div style="position: fixed; top: 0">x</div>',
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    with localhub.start(tmp_path_factory.mktemp("pages")) as running:
        api = client(running)
        for name in ("lab/one", "lab/two"):
            api.create_repo(name)
        api.create_repo("lab/data", repo_type="dataset")
        api.create_repo("lab/private", private=True)
        yield running


def page(hub: LocalHub, path: str) -> LexborHTMLParser:
    status, _, body = raw(hub, "GET", path)
    assert status == 200, body
    return LexborHTMLParser(body.decode())


def card(hub: LocalHub, body: str) -> LexborNode:
    """The card's part of its page."""
    write_card(client(hub), "lab/one", (HEAD + body).encode())
    return only(page(hub, "/lab/one"), "article.card")


def only(tree: LexborHTMLParser | LexborNode, selector: str) -> LexborNode:
    found = tree.css(selector)
    assert len(found) == 1, [node.html for node in found]
    return found[0]


def test_the_first_page_lists_what_anybody_may_see(hub: LocalHub) -> None:
    links = {node.text(): node.attributes["href"] for node in page(hub, "/").css("main a")}
    assert links == {"lab/one": "/lab/one", "lab/two": "/lab/two", "lab/data": "/datasets/lab/data"}
    assert raw(hub, "GET", "/lab/private")[0] == raw(hub, "GET", "/lab/nothing")[0] == 401


def test_a_table_of_cardgen_keeps_its_shape_and_colour(hub: LocalHub) -> None:
    shown = card(
        hub,
        '<table class="x">\n<tr><th rowspan="2">Base</th><th colspan="2">Stage</th></tr>\n'
        '<tr><td align="center" style="background-color: rgba(59, 130, 246, 0.25)" title="here">📍</td></tr>\n</table>',
    )
    assert only(shown, "th[rowspan='2']").text() == "Base"
    assert only(shown, "th[colspan='2']").text() == "Stage"
    cell = only(shown, "td")
    style = (cell.attributes["style"] or "").replace(" ", "")
    assert (style, cell.attributes["align"], cell.text()) == ("background-color:rgba(59,130,246,0.25)", "center", "📍")


def test_markdown_is_what_the_hub_makes_of_it(hub: LocalHub) -> None:
    shown = card(
        hub,
        "# A\n\n## Mistral 7B v0.1 - GGUF\n\n## A\n\n|a|\n|-|\n|b|\n\n~~x~~\n\n```python\n1 < 2\n```\n<!-- note -->\n",
    )
    assert [node.attributes["id"] for node in shown.css("h1, h2")] == ["a", "mistral-7b-v01---gguf", "a-1"]
    assert only(shown, "div.overflow-auto > table td").text() == "b"
    assert only(shown, "pre > code.language-python").text() == "1 < 2\n"
    assert only(shown, "s").text() == "x"
    assert "note" not in (shown.html or "")


def test_a_blank_line_in_a_table_breaks_it_as_it_does_on_the_hub(hub: LocalHub) -> None:
    shown = card(hub, "<table>\n<tr>\n\n    <td>x</td>\n</tr>\n</table>\n")
    assert only(shown, "pre > code").text() == "<td>x</td>\n"


def test_links_lead_where_they_can_be_followed(hub: LocalHub) -> None:
    shown = card(
        hub,
        "[two](https://huggingface.co/lab/two#use) [data](https://huggingface.co/datasets/lab/data) "
        "[foreign](https://huggingface.co/lab/three) [paper](https://huggingface.co/papers/1) "
        "[license](LICENSE) ![pic](./images/a.png) [mail](mailto:a@example.org) [up](#a)",
    )
    assert [node.attributes["href"] for node in shown.css("a")] == [
        "/lab/two#use",
        "/datasets/lab/data",
        "https://huggingface.co/lab/three",
        "https://huggingface.co/papers/1",
        "/lab/one/resolve/main/LICENSE",
        "mailto:a@example.org",
        "#a",
    ]
    assert only(shown, "img").attributes["src"] == "/lab/one/resolve/main/images/a.png"
    assert all("nofollow" in (node.attributes["rel"] or "") for node in shown.css("a"))


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
def test_nothing_in_a_card_acts(hub: LocalHub, body: str) -> None:
    shown = card(hub, body)
    whole = page(hub, "/lab/one")
    assert whole.css("script, style, iframe, object, embed, form, input, button, base, svg, meta[http-equiv]") == []
    assert [node.attributes["rel"] for node in whole.css("link")] == ["icon", "stylesheet"]
    for node in shown.css("*"):
        for name, value in node.attributes.items():
            assert not name.startswith("on")
            assert not (value or "").lower().startswith(("javascript:", "data:"))
            assert "position" not in (value or "")
    assert only(whole, "main > footer") is not None


def test_front_matter_is_shown_and_judged(hub: LocalHub) -> None:
    write_card(client(hub), "lab/two", b"---\nlicense: mit # <b>\n---\nbody")
    shown = page(hub, "/lab/two")
    assert only(shown, "details.metadata pre").text() == "license: mit # <b>"
    assert shown.css(".error, .warning") == []
    assert "nearly what the Hub would show" in only(shown, ".note").text()
    client(hub).upload_file(repo_id="lab/data", repo_type="dataset", path_in_repo="a.md", path_or_fileobj=b"a")
    assert "empty or missing yaml metadata" in only(page(hub, "/datasets/lab/data"), ".warning").text()


def test_a_commit_has_a_page(hub: LocalHub) -> None:
    info = client(hub).create_commit(
        "lab/two", [CommitOperationAdd("<b>.md", b"<script>x</script>\n")], commit_message="A <b>title</b>"
    )
    shown = page(hub, str(info.commit_url).removeprefix(hub.endpoint))
    assert only(shown, "h1").text() == "A <b>title</b>"
    assert "+<script>x</script>" in shown.css("pre")[-1].text()
    assert raw(hub, "GET", "/lab/two/commit/" + "0" * 40)[0] == 404


def test_browsers_are_told_to_load_and_run_nothing(hub: LocalHub) -> None:
    for path in ("/", "/lab/one", "/lab/nothing", "/-/page.css"):
        policy = raw(hub, "GET", path)[1]["content-security-policy"]
        assert policy.startswith("default-src 'none';")
        assert "script-src" not in policy
        assert "http" not in policy
    client(hub).upload_file(repo_id="lab/two", path_in_repo="a.html", path_or_fileobj=b"<script>x</script>")
    headers = raw(hub, "GET", "/lab/two/resolve/main/a.html")[1]
    assert headers["content-type"].startswith("text/plain")
    assert (headers["x-content-type-options"], "sandbox" in headers["content-security-policy"]) == ("nosniff", True)


def test_both_themes_are_there(hub: LocalHub) -> None:
    style = raw(hub, "GET", "/-/page.css")[2].decode()
    assert "color-scheme: light dark" in style
    assert "@media (prefers-color-scheme: dark)" in style
    assert "url(" not in style


def test_a_card_that_is_too_large_to_show_is_not_shown(hub: LocalHub) -> None:
    assert "too large" in card(hub, "*" * 2_100_000).text()


def test_open_pull_requests_are_listed_with_their_card_and_have_pages(hub: LocalHub) -> None:
    api = client(hub)
    api.create_repo("lab/three")
    propose(api, "lab/three", commit_message="Add <b>", commit_description="<script>x</script>")
    api.create_pull_request("lab/three", "A draft")
    api.create_pull_request("lab/three", "Given up")
    api.change_discussion_status("lab/three", 3, "closed")
    api.rename_discussion("lab/three", 1, "Now <i>")
    rows = page(hub, "/lab/three").css("ul.pull-requests li")
    assert [row.text() for row in rows] == ["#2 A draft · local · draft", "#1 Now <i> · local"]
    assert [row.text() for row in page(hub, "/lab/three/discussions").css("main li")] == [
        "#3 Given up · pull request · closed · local",
        "#2 A draft · pull request · draft · local",
        "#1 Now <i> · pull request · open · local",
    ]
    shown = page(hub, "/lab/three/discussions/1")
    assert only(shown, "h1").text() == "Now <i> #1"
    assert shown.css("script, b, i") == []
    assert "+# A card" in only(shown, "pre.diff").text()
    events = [" ".join(node.text().split()) for node in shown.css("ul.events > li")]
    assert [event.split(" UTC · ")[1].split()[:2] for event in events] == [
        ["local", "<script>x</script>"],
        ["local", "committed"],
        ["local", "renamed"],
    ]
    status, headers, diff = raw(hub, "GET", "/lab/three/discussions/1/files.diff")
    assert (status, headers["content-type"][:10], b"+# A card" in diff) == (200, "text/plain", True)
    assert page(hub, "/lab/two").css("ul.pull-requests") == []


def test_a_pull_request_in_conflict_says_so_on_its_page(hub: LocalHub) -> None:
    api = client(hub)
    api.create_repo("lab/four")
    write_card(api, "lab/four")
    propose(api, "lab/four", CARD + b"mine\n")
    write_card(api, "lab/four", CARD + b"theirs\n")
    assert only(page(hub, "/lab/four/discussions/1"), ".error").text() == "In conflict with refs/heads/main: README.md"
    assert raw(hub, "GET", "/lab/four/discussions/2")[0] == 404
    assert raw(hub, "GET", "/lab/private/discussions")[0] == raw(hub, "GET", "/lab/private/discussions/1")[0] == 401


def test_a_collection_has_a_page(hub: LocalHub) -> None:
    api = client(hub)
    made = api.create_collection("A <b>title</b>", namespace="lab", description="About <i>")
    for item_id, kind in (
        ("lab/one", "model"),
        ("lab/data", "dataset"),
        ("2502.07316", "paper"),
        ("lab/private", "model"),
    ):
        api.add_collection_item(made.slug, item_id, kind, note=f"<u>{kind}</u>")  # type: ignore[arg-type] # a literal's words
    shown = page(hub, made.url.removeprefix(hub.endpoint))
    assert only(shown, "h1").text() == "A <b>title</b>"
    assert [node.attributes["href"] for node in shown.css("main li a")] == ["/lab/one", "/datasets/lab/data"]
    assert [node.text() for node in shown.css("main li .note")] == ["<u>model</u>", "<u>dataset</u>", "<u>paper</u>"]
    assert shown.css("main b, main i, main u") == []
    assert raw(hub, "GET", "/collections/lab/nothing")[0] == 404
