"""What other people make of the files in a repo: every edit is a function of the text and a word of its own."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from hypothesis import strategies as st

from cardgen.file_marks import RESULTS
from cardgen.model import README

Edit = Callable[[str, str], str]
"""Takes a text and a word that no other edit has; an empty text is a file that goes."""


def _before(place: str, new: str, text: str, word: str) -> str:
    return text.replace(place, new.format(word) + place, 1)


def _change(pattern: str, new: str, text: str, word: str) -> str:
    return re.sub(pattern, new.format(word), text, count=1, flags=re.MULTILINE)


def _append(new: str, text: str, word: str) -> str:
    return text + new.format(word)


def _write(new: str, text: str, word: str) -> str:
    return new.format(word)


KEYS: Final = (
    "{0}: [1, 2]  # kept\n",
    "# about {0}\n",
    "{0}: |\n  two\n  lines\n",
    "# above\n'{0}': \"x\"   # beside\n\n",
)

CARD: Final[Mapping[str, tuple[Edit, ...]]] = {
    "a key": tuple(partial(_before, place, key) for place in ("license:", "tags:", "---\n<!--") for key in KEYS),
    "a value": (partial(_change, "^license: .*$", "license: other"), partial(_change, "^- a$", "- {}")),
    "a comment": (
        partial(_change, "^(license: .*)$", "\\1  # {}"),
        partial(_change, "^- a$", "- a  # {}"),
        partial(_change, "^tags:$", "tags: # {}"),
    ),
    "a text": tuple(
        partial(_before, place, "{}\n\n")
        for place in ("Text ", "The end.", "<!-- cardgen:begin", "<!-- cardgen:end", "Intro", "Cite.")
    ),
    "a section": tuple(partial(_append, new) for new in ("\n{}\n", "\n## {}\n\nMore.\n", "\n---\nagain: 1\n---\n{}\n")),
    "a mark": (
        partial(_before, "cardgen:data", "9"),
        partial(_before, "<!-- cardgen:begin", "9"),
        partial(_change, "license: ", "license: 9"),
        partial(_change, "sha256=", "sha256=9"),
    ),
    "all": (
        partial(_write, "# By hand {}\n"),
        partial(_write, "---\nlibrary_name: x\n---\n# By hand {}\n"),
        partial(_write, ""),
    ),
}
OF_RESULTS: Final[tuple[Edit, ...]] = (
    partial(_append, "- mine: {}\n"),
    partial(_append, "\n\n"),
    partial(_write, "- mine: {}\n"),
)
TAKEN: Final[tuple[tuple[str, Edit], ...]] = (
    (README, partial(_change, "^license: .*\n", "")),
    (README, partial(_change, "^tags:\n- a.*\n", "")),
    (RESULTS, partial(_write, "")),
)
ATTRIBUTES: Final[tuple[Edit, ...]] = tuple(
    partial(_write, rule)
    for rule in (
        "*.bin filter=lfs\n",
        "*.md filter=lfs\n",
        "README.md filter=lfs -text\n",
        ".eval_results/* filter=lfs\n",
    )
)

card_edits: Final = st.one_of(*(st.sampled_from(kind) for kind in CARD.values())).map(lambda edit: (README, edit))
comment_edits: Final = st.sampled_from(CARD["a comment"]).map(lambda edit: (README, edit))
results_edits: Final = st.sampled_from(OF_RESULTS).map(lambda edit: (RESULTS, edit))
attribute_edits: Final = st.sampled_from(ATTRIBUTES).map(lambda edit: (".gitattributes", edit))
other_edits: Final = attribute_edits | st.just(("notes.md", partial(_append, "{}\n")))
edits: Final = card_edits | results_edits | other_edits | st.sampled_from(TAKEN)
"""A path, and what somebody makes of the file."""
