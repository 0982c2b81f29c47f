"""The limits of the hub: as the Hub documents them, on a clock that the test holds."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import HfHubHTTPError
from huggingface_hub.utils._http import parse_ratelimit_headers

from cardgen import localhub
from cardgen.localhub import Answer, Limits, LocalHub, Plan
from cardgen.localhub.limits import ANONYMOUS, FREE, PRO
from hub_client import CARD, bearer, client, propose, raw, titles, write_card

SMALL = Plan(api=3, resolvers=5, pages=2)
INFO, FILE, PAGE = "/api/models/lab/one", "/lab/one/resolve/main/.gitattributes", "/lab/one"


class Clock:
    """Seconds that pass when the test says so."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    with localhub.start(tmp_path_factory.mktemp("limits")) as hub:
        client(hub).create_repo("lab/one")
        yield hub


@pytest.fixture
def hub(served: LocalHub) -> Iterator[LocalHub]:
    yield served
    served.limits = None
    served.faults.clear()


def statuses(hub: LocalHub, path: str, count: int, headers: dict[str, str] | None = None) -> list[int]:
    return [raw(hub, "GET", path, bearer(hub) if headers is None else headers)[0] for _ in range(count)]


def test_by_default_nothing_is_counted(hub: LocalHub) -> None:
    assert hub.limits is None
    assert "ratelimit" not in raw(hub, "GET", INFO)[1]


def test_the_numbers_are_the_documented_ones() -> None:
    assert (Plan(500, 3000, 100), Plan(1000, 5000, 200), Plan(2500, 12000, 400)) == (ANONYMOUS, FREE, PRO)
    assert (Limits().window, Limits().plan(None), Limits(users={"ann": PRO}).plan("ann")) == (300, ANONYMOUS, PRO)


def test_every_answer_says_what_is_left_as_the_client_reads_it(hub: LocalHub, clock: Clock) -> None:
    hub.limits = Limits(clock=clock)
    for left in (999, 998):
        found = parse_ratelimit_headers(raw(hub, "GET", INFO, bearer(hub))[1])
        assert found is not None
        assert (found.resource_type, found.remaining, found.reset_in_seconds) == ("api", left, 300)
        assert (found.limit, found.window_seconds) == (1000, 300)
    clock.now += 99.5
    assert raw(hub, "GET", INFO, bearer(hub))[1]["ratelimit"] == '"api";r=997;t=201'
    assert raw(hub, "GET", INFO, bearer(hub))[1]["ratelimit-policy"] == '"fixed window";"api";q=1000;w=300'


def test_one_request_too_many_is_a_429_in_the_words_of_the_hub(hub: LocalHub, clock: Clock) -> None:
    hub.limits = Limits(user=SMALL, clock=clock)
    api = client(hub)
    for _ in range(3):
        api.repo_info("lab/one")
    clock.now += 100
    with pytest.raises(HfHubHTTPError, match="you hit the quota of 3 api requests per 5 minutes period") as caught:
        api.repo_info("lab/one")
    assert caught.value.response.status_code == 429
    assert caught.value.response.headers["RateLimit"] == '"api";r=0;t=200'
    assert "Retry-After" not in caught.value.response.headers
    assert "Retry after 200 seconds (0/3 requests remaining in current 300s window)" in str(caught.value)


def test_a_window_begins_with_its_first_request_and_ends_as_a_whole(hub: LocalHub, clock: Clock) -> None:
    hub.limits = Limits(user=SMALL, clock=clock)
    assert statuses(hub, INFO, 2) == [200, 200]
    clock.now += 299
    assert statuses(hub, INFO, 3) == [200, 429, 429]
    clock.now += 1
    assert statuses(hub, INFO, 4) == [200, 200, 200, 429]


def test_apis_files_and_pages_are_counted_apart(hub: LocalHub, clock: Clock) -> None:
    hub.limits = Limits(user=SMALL, clock=clock)
    assert statuses(hub, PAGE, 3) == [200, 200, 429]
    assert statuses(hub, FILE, 6) == [200] * 5 + [429]
    assert statuses(hub, "/api/resolve-cache/models/lab/one/main/.gitattributes", 1) == [429]
    assert statuses(hub, INFO, 4) == [200, 200, 200, 429]
    status, headers, body = raw(hub, "GET", PAGE, bearer(hub))
    assert (status, headers["content-type"][:9], b"<h1>429</h1>" in body) == (429, "text/html", True)
    assert headers["ratelimit"] == '"pages";r=0;t=300'


def test_users_are_counted_apart_and_strangers_by_their_address(hub: LocalHub, clock: Clock) -> None:
    hub.limits = Limits(user=SMALL, anonymous=Plan(1, 1, 1), users={"ann": Plan(5, 5, 5)}, clock=clock)
    first, second, ann = ({"authorization": f"Bearer {hub.add_token(user=user)}"} for user in ("guest", "guest", "ann"))
    assert statuses(hub, INFO, 2, first) + statuses(hub, INFO, 2, second) == [200, 200, 200, 429]
    assert statuses(hub, INFO, 6, ann) == [200] * 5 + [429]
    assert statuses(hub, INFO, 2, {}) == [200, 429]
    assert b"We had to rate limit your IP (127.0.0.1)" in raw(hub, "GET", INFO)[2]
    assert statuses(hub, INFO, 1, {"authorization": "Bearer hf_unknown"}) == [429]


def test_a_429_is_before_anything_is_done_and_after_a_body_of_any_size(hub: LocalHub, clock: Clock) -> None:
    hub.limits = Limits(user=Plan(2, 100, 100), clock=clock)
    with pytest.raises(HfHubHTTPError) as caught:
        write_card(client(hub), "lab/one", CARD + b"x" * 2_000_000)
    assert caught.value.response.status_code == 429
    assert "/commit/" in str(caught.value.response.url)
    assert titles(hub, "lab/one") == ["initial commit"]


def test_commits_have_a_quota_of_their_own_without_a_time_to_wait(hub: LocalHub, clock: Clock) -> None:
    api = client(hub)
    api.create_repo("lab/quota")
    hub.limits = Limits(commits_per_hour=2, clock=clock)
    write_card(api, "lab/quota")
    propose(api, "lab/quota", CARD + b"more\n")
    for create_pr in (False, True):
        add = CommitOperationAdd("README.md", CARD + b"x")
        with pytest.raises(HfHubHTTPError, match=r"exceeded our hourly quotas for action: commit\. We") as caught:
            api.create_commit("lab/quota", [add], commit_message="x", create_pr=create_pr)
        assert caught.value.response.status_code == 429
        assert "Retry-After" not in caught.value.response.headers
        assert '"api";r=0' not in caught.value.response.headers["RateLimit"]
    assert titles(hub, "lab/quota") == ["Update the card", "initial commit"]
    other = HfApi(hub.endpoint, token=hub.add_token(user="ann"))
    write_card(other, "lab/quota", CARD + b"by ann\n")
    clock.now += 3600
    write_card(api, "lab/quota", CARD + b"an hour later\n")


def test_many_at_once_are_counted_exactly(hub: LocalHub, clock: Clock) -> None:
    hub.limits = Limits(user=Plan(30, 30, 30), clock=clock)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda _: statuses(hub, "/api/whoami-v2", 1)[0], range(50)))
    assert sorted(found) == [200] * 30 + [429] * 20


def test_faults_are_counted_too_and_keep_headers_that_they_make_up(hub: LocalHub, clock: Clock) -> None:
    hub.limits = Limits(user=SMALL, clock=clock)
    hub.faults.add("GET", "whoami", Answer(429, "no", {"RateLimit": '"api";r=0;t=7'}), nth=1)
    hub.faults.add("GET", "whoami", Answer(500, "no"), nth=2)
    seen = [raw(hub, "GET", "/api/whoami-v2", bearer(hub)) for _ in range(3)]
    assert [(status, headers["ratelimit"]) for status, headers, _ in seen] == [
        (429, '"api";r=0;t=7'),
        (500, '"api";r=1;t=300'),
        (200, '"api";r=0;t=300'),
    ]
