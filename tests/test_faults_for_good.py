"""Every fault that does not pass, at every request of every kind of write: it fails with words, and without harm.

Nothing is written that was not planned, no more is asked than can help, and once the Hub takes it, it is done.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

import faults
from cardgen import localhub
from cardgen.localhub import LocalHub, Tls
from deadlines import ended_by_the_hub
from fault_cases import REQUESTS, WRITES, Case, check, check_nothing_unplanned, check_words, opened, run

MAX_REQUESTS = 60
"""A write makes up to 17 when nothing is wrong."""


@pytest.fixture
def case(shared_hub: LocalHub) -> Iterator[Case]:
    with opened(shared_hub) as made:
        yield made


@pytest.mark.parametrize(("name", "request_name", "fault"), faults.for_good(REQUESTS))
def test_a_fault_for_good_fails_without_harm(case: Case, name: str, request_name: str, fault: str) -> None:
    fail(case, name, request_name, fault)


@pytest.fixture(scope="module")
def secure_hub() -> Iterator[LocalHub]:
    """A hub that serves https, and is trusted."""
    with tempfile.TemporaryDirectory(prefix="cardgen-tests-") as root, pytest.MonkeyPatch.context() as patch:
        authority, folder = trustme.CA(), Path(root)
        certificate, key, trusted = (folder / name for name in ("certificate.pem", "key.pem", "trusted.pem"))
        issued = authority.issue_cert("127.0.0.1")
        issued.cert_chain_pems[0].write_to_path(certificate)
        issued.private_key_pem.write_to_path(key)
        authority.cert_pem.write_to_path(trusted)
        patch.setenv("SSL_CERT_FILE", str(trusted))
        with localhub.start(folder / "hub", tls=Tls(certificate, key)) as local:
            yield local


@pytest.mark.parametrize(
    ("name", "request_name", "fault"),
    [(*request, fault) for request in REQUESTS for fault in faults.FOR_GOOD_OVER_HTTPS],
)
def test_over_https_it_is_the_token_too(secure_hub: LocalHub, name: str, request_name: str, fault: str) -> None:
    """There the client calls most of its 401s by the name of another error."""
    with opened(secure_hub) as case:
        fail(case, name, request_name, fault)


def fail(case: Case, name: str, request_name: str, fault: str) -> None:
    """Run with a fault, look at what it left, and run again without it."""
    write, expected = WRITES[name], faults.FOR_GOOD[fault]
    write.before(case)
    before = case.history()
    case.hub.requests.clear()
    planned = faults.plan(case.hub, fault, *write.requests[request_name])
    with ended_by_the_hub():
        ended = run(case, write)
    asked = len(case.hub.requests)
    case.hub.faults.clear()
    assert 1 <= planned.fired <= expected.times
    assert asked <= MAX_REQUESTS
    if (fault, request_name) in faults.ENDS_WELL:
        assert ended.state == write.done, ended.error
        check(case, write)
        return
    assert ended.state == "failed"
    check_words(case.hub, ended.error, is_about_metadata=(fault, request_name) == ("400", "check"))
    assert re.search(expected.said, str(ended.error)), ended.error
    if case.history() == before:
        return  # as if it had never been run
    check_nothing_unplanned(case, write, before)
    again = run(case, write)
    assert again.state in {write.done, "unchanged"}, again.error
    check(case, write)
