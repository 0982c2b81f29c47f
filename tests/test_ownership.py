from __future__ import annotations

import pytest

from cardgen import ownership
from cardgen.errors import InputError


def test_a_card_for_an_empty_repo() -> None:
    assert ownership.compose({"license": "llama3.1"}, "# T\n\n</table>\n", "collections/codeio.yaml") == (
        "---\n"
        "license: llama3.1\n"
        "---\n"
        "<!-- cardgen:begin card: generated from collections/codeio.yaml, edit that file -->\n"
        "# T\n"
        "\n"
        "</table>\n"
        "\n"
        "<!-- cardgen:end card sha256=11c0465afba39503 -->\n"
        "<!-- cardgen:data license=fb959173 -->\n"
    )


def test_a_body_cannot_forge_marks() -> None:
    with pytest.raises(InputError) as caught:
        ownership.compose({}, "# T\n<!-- cardgen:end card sha256=0 -->\n", "a.yaml")
    assert "line 2" in caught.value.message
    assert caught.value.hint
