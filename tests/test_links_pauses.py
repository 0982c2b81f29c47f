"""What servers say about when to come back."""

from __future__ import annotations

import pytest

from cardgen.links.pauses import rest_after, rest_before
from cardgen.links.port import Answer, Failure

NOW = "Sun, 22 Nov 2026 20:00:00 GMT"


@pytest.mark.parametrize(
    ("code", "headers", "seconds"),
    [
        (429, {"retry-after": "7"}, 7),
        (503, {"retry-after": "7"}, 7),
        (429, {"retry-after": "Sun, 22 Nov 2026 20:01:00 GMT", "date": NOW}, 60),
        (429, {"retry-after": "Sun, 22 Nov 2026 19:00:00 GMT", "date": NOW}, 0),
        (429, {"retry-after": "Sun, 22 Nov 2026 20:01:00 GMT"}, 4),
        (429, {"retry-after": "-1", "ratelimit": '"api";r=0;t=30'}, 30),
        (429, {"ratelimit": '"pages";r=0;t=12'}, 12),
        (429, {}, 4),
        (503, {}, None),
        (500, {"retry-after": "7"}, None),
        (200, {"retry-after": "7"}, None),
    ],
)
def test_before_the_next_try(code: int, headers: dict[str, str], seconds: float | None) -> None:
    assert rest_before(Answer(code, headers), 2) == seconds


def test_who_does_not_answer_asks_for_no_rest() -> None:
    assert rest_before(Failure("timeout"), 0) is None


@pytest.mark.parametrize(
    ("limit", "seconds"),
    [('"api";r=0;t=30', 30), ('"api";r=1;t=30', None), ('"api";r=0', None), ("", None), ("limit=0", None)],
)
def test_after_the_last_answer_of_a_window(limit: str, seconds: float | None) -> None:
    assert rest_after(Answer(200, {"ratelimit": limit})) == seconds
