"""Many links at once: turns, rests, deadlines, and being stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import threading

import pytest

from cardgen.asking import Asking, Limits
from cardgen.links.check import check, check_each
from cardgen.links.port import Answer, Ask, Inquiry
from cardgen.links.rules import HostRule
from cardgen.links.verdict import Verdict
from cardgen.web import open_web
from judging import TIMEOUT, judge
from web_site import (
    Site,
    Visit,
    answers,
    hangs,
    in_turn,
    ok,
    open_site,
    resets,
)


def test_one_url_is_asked_once(site: Site) -> None:
    urls = [site.url("/a"), site.url("/a#b"), site.url("/a#c"), site.url("/a"), site.url("/d")]
    verdicts = check(urls, open_web(allow_private=True))
    assert list(verdicts) == [site.url("/a"), site.url("/a#b"), site.url("/a#c"), site.url("/d")]
    assert sorted(site.asked()) == [("GET", "/a"), ("GET", "/d")]


def test_connections_are_used_again(site: Site) -> None:
    check([site.url(f"/{number}") for number in range(100)], open_web(allow_private=True))
    assert len(site.visits) == 100
    assert site.connections <= 10


def test_at_most_ten_at_once_on_a_host_and_indeed_ten() -> None:
    lock, ten = threading.Lock(), threading.Event()
    active, most = 0, 0

    def play(visit: Visit) -> None:
        nonlocal active, most
        with lock:
            active += 1
            most = max(most, active)
            if active == 10:
                ten.set()
        ten.wait(10)
        with lock:
            active -= 1
        ok(visit)

    with open_site(play) as busy:
        verdicts = check([busy.url(f"/{number}") for number in range(40)], open_web(allow_private=True))
    assert {verdict.status for verdict in verdicts.values()} == {"ok"}
    assert most == 10


def test_a_slow_host_holds_up_no_other(site: Site) -> None:
    """The slow host answers only when all the links of the other one are settled."""
    others_done = threading.Event()

    def slow_play(visit: Visit) -> None:
        others_done.wait(10)
        ok(visit)

    with open_site(slow_play) as slow:
        slow_urls = [slow.url(f"/{number}") for number in range(30)]
        urls = [*slow_urls, *(site.url(f"/{number}") for number in range(30))]
        order = []
        for url, verdict in check_each(urls, open_web(allow_private=True, limits=Limits(at_once=12))):
            assert verdict.status == "ok"
            order.append(url)
            if len(order) == 30:
                others_done.set()
    assert set(order[30:]) == set(slow_urls)


def test_a_host_that_rests_is_left_alone_and_then_asked_again() -> None:
    """Twenty are answered, then everyone is told to wait; whoever was told so gets an answer in the end."""
    seen: list[str] = []
    lock = threading.Lock()

    def play(visit: Visit) -> None:
        with lock:
            seen.append(visit.path)
            refused = 20 < len(seen) <= 25
        (answers(429, "Retry-After: 0") if refused else ok)(visit)

    with open_site(play) as host:
        verdicts = check([host.url(f"/{number}") for number in range(40)], open_web(allow_private=True))
    assert {verdict.status for verdict in verdicts.values()} == {"ok"}
    assert len(seen) == 45


def test_a_host_that_rests_holds_up_no_other(site: Site) -> None:
    with open_site(in_turn(answers(429, "Retry-After: 1"), ok)) as resting:
        urls = [resting.url("/"), *(site.url(f"/{number}") for number in range(5))]
        order = [url for url, _ in check_each(urls, open_web(allow_private=True))]
        assert resting.asked() == [("GET", "/"), ("GET", "/")]
    assert order[-1] == resting.url("/")


def test_a_link_gets_no_more_time_than_its_own(site: Site) -> None:
    """When a HEAD has used it up, there is no GET."""
    site.plays["/"] = hangs
    assert judge(site.url(), Limits(seconds=0.2, per_request=0.2)).message == TIMEOUT
    assert site.asked() == [("GET", "/")]


def test_a_fault_of_our_own_is_no_verdict() -> None:
    class Faulty:
        async def make(self, ask: Ask, seconds: float) -> Answer:
            raise ZeroDivisionError

        def forget(self, host: str) -> None: ...

        def close(self) -> None: ...

    with pytest.raises(ZeroDivisionError):
        check(["https://a.org/"], Asking(Faulty, Limits()))


def test_a_host_that_wants_to_be_left_alone_for_long_is() -> None:
    with open_site(answers(429, "Retry-After: 3600")) as host:
        verdicts = check([host.url(f"/{number}") for number in range(100)], open_web(allow_private=True))
        assert len(host.visits) <= 10
    assert {verdict.message for verdict in verdicts.values()} == {"the host asks to be left alone"}


def threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.daemon}


def test_stopping_early_leaves_no_thread_behind(site: Site) -> None:
    before = threads()
    site.plays["/hangs"] = hangs
    asking = check_each([site.url("/"), site.url("/hangs")], open_web(allow_private=True))
    assert next(asking)[0] == site.url("/")
    asking.close()  # type: ignore[attr-defined]
    assert threads() <= before


def test_ctrl_c_stops_at_once(site: Site) -> None:
    asked = threading.Event()

    def play(visit: Visit) -> None:
        asked.set()
        hangs(visit)

    site.plays["/"] = play
    program = textwrap.dedent("""
        import sys
        from cardgen.links.check import check
        from cardgen.web import open_web
        check([sys.argv[1]], open_web(allow_private=True))
    """)
    with subprocess.Popen(
        [sys.executable, "-c", program, site.url()], stderr=subprocess.PIPE, text=True, env=os.environ
    ) as running:
        assert asked.wait(30)
        running.send_signal(signal.SIGINT)
        _, errors = running.communicate(timeout=5)
    assert errors.rstrip().endswith("KeyboardInterrupt")


def test_headers_that_go_with_one_request(site: Site) -> None:
    def inquiry() -> Inquiry:
        yield Ask(site.url("/a"), headers={"X-Own": "yes", "Accept": "text/plain"})
        yield Ask(site.url("/b"))
        return Verdict("ok")

    assert "yes" not in repr(Ask("u", headers={"X-Own": "yes"}))
    dict(open_web(allow_private=True).settle({"u": inquiry()}))
    first, second = site.visits
    assert (first.headers["x-own"], first.headers["accept"]) == ("yes", "text/plain")
    assert "x-own" not in second.headers


def test_a_host_with_a_time_limit_of_its_own(site: Site) -> None:
    site.plays["/slow"] = hangs
    hosts = {f"127.0.0.1:{site.port}": HostRule(timeout=0.2)}
    verdict = judge(site.url("/slow"), Limits(seconds=0.4, per_request=100.0, hosts=hosts))
    assert (verdict.status, verdict.message) == ("unsure", TIMEOUT)


def test_a_host_that_says_its_window_is_used_up_is_not_driven_to_refuse() -> None:
    last = answers(200, 'RateLimit: "pages";r=0;t=1')
    with open_site(in_turn(last, ok)) as host:
        verdicts = check([host.url("/?1"), host.url("/?2")], one_at_a_time())
        assert [verdict.status for verdict in verdicts.values()] == ["ok", "ok"]
        assert len(host.visits) == 2


def one_at_a_time() -> Asking:
    return open_web(allow_private=True, limits=Limits(per_host=1, most_per_host=1))


def test_a_host_that_never_answers_is_given_up() -> None:
    """Two at once are asked three times each, and then nobody is any more."""
    limits = Limits(seconds=1, per_request=0.05, per_host=2, backoff=0.01)
    with open_site(hangs) as host:
        urls = [host.url(f"/{number}") for number in range(50)]
        verdicts = check(urls, open_web(allow_private=True, limits=limits))
        assert len(host.visits) <= 8
    assert {verdict.status for verdict in verdicts.values()} == {"unsure"}
    assert "the host does not answer" in {verdict.message for verdict in verdicts.values()}


def test_all_links_together_have_a_time(site: Site) -> None:
    with open_site(hangs) as other:
        urls = [other.url(f"/{number}") for number in range(15)]
        asking = open_web(allow_private=True, limits=Limits(total=0.3))
        verdicts = check([*urls, site.url()], asking)
    assert verdicts[site.url()].status == "ok"
    assert {verdicts[url].status for url in urls} == {"unsure"}
    assert "not asked: the time for all links was over" in {verdicts[url].message for url in urls}


def test_a_connection_that_the_server_closed_meanwhile_is_no_failure(site: Site) -> None:
    """The second request finds its connection closed, and is made again on another."""

    site.plays["/b"] = in_turn(resets, ok)
    verdicts = check([site.url("/a"), site.url("/b"), site.url("/c")], one_at_a_time())
    assert site.asked() == [("GET", "/a"), ("GET", "/b"), ("GET", "/b"), ("GET", "/c")]
    assert {verdict.status for verdict in verdicts.values()} == {"ok"}
