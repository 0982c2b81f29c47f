"""What the local hub says about front matter, through the client: observed answers of the real one, row by row."""

from __future__ import annotations

import warnings
from collections.abc import Iterator

import pytest

from cardgen import localhub
from cardgen.localhub import LocalHub
from hub_client import client, raw, repo_path, titles, write_card

EMPTY = "empty or missing yaml metadata in repo card"
INVALID = "The YAML metadata of your README.md is invalid."
NESTED_ALIASES = "a: &a [x, x]\n" + "".join(
    f"{key}: &{key} [{', '.join(['*' + before] * 9)}]\n" for before, key in zip("abcdefgh", "bcdefghi", strict=True)
)

FINE = {
    "a license": "---\nlicense: mit\n---\n",
    "several licenses": "---\nlicense: [mit, apache-2.0]\n---\n",
    "unknown keys": "---\nfoo: {bar: [1, 2.5, null, true]}\n---\nbody\n",
    "an empty mapping": "---\n{}\n---\n",
    "blank lines before": "\n \n---\nlicense: mit\n---\n",
    "line ends of Windows": "---\r\nlicense: mit\r\n---\r\nbody\r\n",
    "dates, infinities, merge keys": "---\na: &a {on: 2026-01-02}\nb: {<<: *a, c: .inf}\n---\n",
}
WARNED = {
    "no front matter": "# A card\n",
    "an empty card": "",
    "a block that never closes": "---\nlicense: mit\n",
    "a ragged end": "---\nlicense: mit\n---oops\n",
    "nothing between the fences": "---\n---\n",
    "text before it": "<!-- a comment -->\n---\nlicense: mit\n---\n",
}
REFUSED = {
    "a syntax error": ("---\nlicense: [\n---\n", "Invalid YAML in README.md: "),
    "a blank block": ("---\n\n---\n", INVALID),
    "only comments": ("---\n# nothing\n---\n", INVALID),
    "a scalar": ("---\njust text\n---\n", INVALID),
    "a list": ("---\n- a\n---\n", '"value" must be of type object'),
    "an unknown license": ("---\nlicense: mit-0\n---\n", '"license" must be one of [apache-2.0, mit, '),
    "a license that is no text": ("---\nlicense: {a: b}\n---\n", '"license" must be one of ['),
    "a language in capitals": ("---\nlanguage: [EN]\n---\n", '"language[0]" must only contain lowercase characters'),
    "Norwegian without quotes": ("---\nlanguage: no\n---\n", '"language[0]" must be a string'),
    "a widget that is no list": ("---\nwidget: text\n---\n", '"widget" must be an array'),
    "a key with a dot": ("---\na.b: 1\n---\n", '"a.b" must not contain'),
    "aliases without end": (f"---\n{NESTED_ALIASES}---\n", "unfold to too many values"),
    "an alias of itself": ("---\na: &a [*a]\n---\n", "unfold to too many values"),
    "a tag that would build an object": ("---\na: !!python/object/apply:os.getcwd []\n---\n", "Invalid YAML"),
    "brackets without end": ("---\na: " + "[" * 100_000 + "\n---\n", "Invalid YAML"),
    "a number of a million digits": ("---\na: 0x" + "f" * 1_000_000 + "\n---\n", "a number is too large"),
}


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    with localhub.start(tmp_path_factory.mktemp("cards")) as running:
        client(running).create_repo("lab/card")
        yield running


@pytest.mark.parametrize("card", FINE.values(), ids=FINE.keys())
def test_taken_without_a_word(hub: LocalHub, card: str) -> None:
    api = client(hub)
    oid = write_card(api, "lab/card", card.encode())
    assert api.model_info("lab/card").sha == oid  # its card data can be told, too


@pytest.mark.parametrize("card", WARNED.values(), ids=WARNED.keys())
def test_taken_with_a_warning(hub: LocalHub, card: str) -> None:
    api = client(hub)
    with pytest.warns(UserWarning, match=EMPTY):
        write_card(api, "lab/card", card.encode())
    assert api.model_info("lab/card").card_data is None


@pytest.mark.parametrize(("card", "message"), REFUSED.values(), ids=REFUSED.keys())
def test_refused(hub: LocalHub, card: str, message: str) -> None:
    before = titles(hub, "lab/card")
    with pytest.raises(ValueError, match=r"Invalid metadata in README\.md") as caught:
        write_card(client(hub), "lab/card", card.encode())
    assert message in str(caught.value)
    assert titles(hub, "lab/card") == before


def test_anonymous_readers_may_ask(hub: LocalHub) -> None:
    body = b'{"repoType": "dataset", "content": "---\\nlicense: mit\\n---\\n"}'
    status, _, answer = raw(hub, "POST", "/api/validate-yaml", body=body)
    assert (status, answer) == (200, b'{"errors":[],"warnings":[]}')


def test_cards_in_folders_are_not_judged(hub: LocalHub) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        client(hub).upload_file(repo_id="lab/card", path_in_repo="docs/README.md", path_or_fileobj=b"---\nx\n---\n")
    assert repo_path(hub, "lab/card").is_dir()
