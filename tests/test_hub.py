"""The edge to the Hub: what each answer is taken for, and what no error may hold."""

from __future__ import annotations

import contextlib
import re
import socket
import ssl
import subprocess
import threading
import traceback
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import constants

from cardgen import fetch, hub, hub_session, patience, plan, publish
from cardgen.errors import BusyError, HubError, TokenError, UnreachableError
from cardgen.hub import Connection
from cardgen.localhub import Answer, Drop, LocalHub, SlowBody
from cardgen.model import Card
from cardgen.plan import Plan
from cards import make_card
from clocks import QuickClock
from hub_client import client, repo_path, write_card
from pushing import make_plan, push

CARD = make_card({"license": "mit"}, repo_id="lab/one")


HTML = {"Content-Type": "text/html"}


def test_an_answer_that_trickles_in_is_given_up(
    local_hub: LocalHub, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(connection, CARD)
    local_hub.faults.add("GET", "/resolve/", SlowBody(0.05, 1))
    monkeypatch.setattr(hub_session, "DEADLINE", 0.3)
    with pytest.raises(UnreachableError, match="does not answer in time"):
        connection.read(CARD.repo.key)


def test_headers_that_trickle_in_are_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every byte comes within the client's own timeout; only a deadline for the whole ends it."""
    monkeypatch.setattr(hub_session, "DEADLINE", 0.3)
    over = threading.Event()

    def trickle(listening: socket.socket) -> None:
        taken, _ = listening.accept()
        with taken, contextlib.suppress(OSError):
            for byte in b"HTTP/1.1 200 OK\r\nX-Long: " + b"x" * 10_000:
                taken.sendall(bytes([byte]))
                if over.wait(0.02):
                    return

    with socket.create_server(("127.0.0.1", 0)) as listening:
        server = threading.Thread(target=trickle, args=(listening,))
        server.start()
        try:
            endpoint = f"http://127.0.0.1:{listening.getsockname()[1]}"
            with (
                hub.connect(endpoint, "hf_x") as connection,
                pytest.raises(UnreachableError, match="does not answer in time"),
            ):
                connection.read(CARD.repo.key)
        finally:
            over.set()
            server.join(60)
    assert not server.is_alive()


def test_an_answer_without_end_is_given_up(
    local_hub: LocalHub, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(connection, CARD)
    monkeypatch.setattr(hub_session, "MAX_BODY", 100)
    with pytest.raises(HubError, match=r"/README\.md is too large to be read") as caught:
        connection.read(CARD.repo.key)
    assert type(caught.value) is HubError, "the other repos may be read"


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "12"}, 13.0),
        ({"RateLimit": '"api";r=0;t=55'}, 56.0),
        ({"RateLimit": '"api";r=3;t=55'}, None),
        ({"Retry-After": "soon"}, None),
        ({}, None),
    ],
)
def test_how_long_a_busy_hub_asks_to_wait(
    local_hub: LocalHub, connection: Connection, headers: dict[str, str], wait: float | None
) -> None:
    local_hub.faults.add("GET", "/resolve/", Answer(429, "slow down", headers))
    with pytest.raises(BusyError) as caught:
        connection.read(CARD.repo.key)
    assert caught.value.wait == wait


def test_an_hours_quota_ends_the_push_which_can_be_run_again(local_hub: LocalHub, connection: Connection) -> None:
    said = "You have been rate-limited; you can retry this action in about 1 hour: hourly quotas for action: commit"
    cards = [make_card({"license": "mit"}, repo_id=f"lab/m{number:02}") for number in range(30)]
    fault = local_hub.faults.add("POST", "/commit/main", Answer(429, said), nth=range(5, 1000))
    states = [state for _, state in push(connection, *cards)]
    assert states.count("published") == 4
    assert "skipped" in states
    assert fault.fired <= patience.WORKERS, "nobody asks a second time"
    local_hub.faults.clear()
    assert {state for _, state in push(connection, *cards)} == {"published", "unchanged"}


def test_a_hub_that_makes_another_repo_for_ever_is_asked_a_few_times(
    local_hub: LocalHub, connection: Connection
) -> None:
    said = '{"error": "Cannot create repo: another conflicting operation is in progress"}'
    fault = local_hub.faults.add("POST", "/api/repos/create", Answer(409, said))
    assert push(connection, CARD) == [("create", "failed")]
    assert fault.fired == 5


def test_a_repo_that_was_made_meanwhile_is_no_failure(local_hub: LocalHub, connection: Connection) -> None:
    wanted = make_plan(connection, [CARD])
    client(local_hub).create_repo("lab/one")
    (outcome,) = publish.apply(wanted, connection, clock=QuickClock())
    assert outcome.state == "published"


def test_a_card_that_the_hub_refuses(local_hub: LocalHub, connection: Connection) -> None:
    cards = [make_card({"license": "no such license"}, repo_id="lab/one"), make_card({}, repo_id="lab/two")]
    outcomes = publish.apply(make_plan(connection, cards), connection, clock=QuickClock())
    assert [outcome.state for outcome in outcomes] == ["failed", "published"]
    assert outcomes[0].error is not None
    assert "refuses the front matter" in outcomes[0].error.message
    assert "license" in outcomes[0].error.message


@pytest.mark.parametrize(
    ("status", "body", "part"),
    [(413, "<html>", "too large"), (402, '{"error": "pay first"}', "pay first"), (400, "no\x1b[31m", "no\\x1b[31m")],
)
def test_a_commit_that_the_hub_refuses(
    local_hub: LocalHub, connection: Connection, status: int, body: str, part: str
) -> None:
    local_hub.faults.add("POST", "/commit/main", Answer(status, body))
    (outcome,) = publish.apply(make_plan(connection, [CARD]), connection, clock=QuickClock())
    assert outcome.error is not None
    assert part in outcome.error.message


def test_a_wrong_token(local_hub: LocalHub) -> None:
    client(local_hub).create_repo("lab/one")
    with hub.connect(local_hub.endpoint, "hf_wrong") as connection:
        with pytest.raises(TokenError, match="does not accept the token") as caught:
            fetch.cards([CARD.repo.key], connection, clock=QuickClock())
        assert "hf auth login" in caught.value.hint
        with pytest.raises(TokenError):
            connection.whoami()


def test_a_token_that_is_taken_back_during_a_push(local_hub: LocalHub, connection: Connection) -> None:
    cards = [make_card({}, repo_id=f"lab/m{number}") for number in range(20)]
    wanted = make_plan(connection, cards)
    local_hub.faults.add("POST", "/api/repos/create", Answer(401, '{"error": "Invalid username or password."}'))
    states = [outcome.state for outcome in publish.apply(wanted, connection, clock=QuickClock())]
    assert set(states) == {"failed", "skipped"}
    assert states.count("failed") <= patience.WORKERS


def test_no_token(local_hub: LocalHub) -> None:
    client(local_hub).create_repo("lab/one")
    write_card(client(local_hub), "lab/one", CARD.text.encode())
    with hub.connect(local_hub.endpoint) as connection:
        assert make_plan(connection, [CARD]).changes[0].action == "unchanged"
        assert not connection.read(("model", "lab/two")).exists
        wanted = make_plan(connection, [make_card({}, repo_id="lab/one")])
        with pytest.raises(TokenError, match="no token"):
            publish.apply(Plan((wanted.changes[0], *make_pending(CARD))), connection, clock=QuickClock())


def test_what_anybody_sees_of_a_repo_that_is_not_for_all(local_hub: LocalHub) -> None:
    api = client(local_hub)
    for name in ("gated", "hidden"):
        api.create_repo(f"lab/{name}")
        write_card(api, f"lab/{name}", CARD.text.encode())
    api.update_repo_settings("lab/gated", gated="auto")
    api.update_repo_settings("lab/hidden", visibility="private")
    with hub.connect(local_hub.endpoint) as anybody:
        assert not anybody.read(("model", "lab/hidden")).exists
        found = anybody.read(("model", "lab/gated"))
        assert found.readme == CARD.text.encode()
        assert anybody.read_file(("model", "lab/gated"), ".gitattributes", found.commit or "") is None


def make_pending(card: Card) -> tuple[plan.Change, ...]:
    return plan.make([card], {card.repo.key: plan.NO_REPO}).changes


def test_a_token_that_only_reads(local_hub: LocalHub) -> None:
    with hub.connect(local_hub.endpoint, local_hub.add_token("read")) as connection:
        wanted = make_plan(connection, [CARD])
        with pytest.raises(TokenError, match="may only read"):
            publish.apply(wanted, connection, clock=QuickClock())
    assert not repo_path(local_hub, "lab/one").exists()


def test_a_namespace_of_somebody_else(local_hub: LocalHub) -> None:
    token = local_hub.add_token("write", namespaces=("mine",))
    client(local_hub).create_repo("theirs/old")
    cards = [make_card({}, repo_id=name) for name in ("theirs/new", "theirs/old", "mine/one")]
    with hub.connect(local_hub.endpoint, token) as connection:
        outcomes = publish.apply(make_plan(connection, cards), connection, clock=QuickClock())
    assert [outcome.state for outcome in outcomes] == ["failed", "failed", "published"]
    for outcome in outcomes[:2]:
        assert outcome.error is not None
        assert "not allowed" in outcome.error.message
        assert "write access" in outcome.error.hint


def test_a_hub_that_is_down() -> None:
    with hub.connect("http://127.0.0.1:9", "hf_secret") as connection, pytest.raises(UnreachableError) as caught:
        fetch.cards([CARD.repo.key], connection, clock=QuickClock())
    assert "127.0.0.1 cannot be reached" in caught.value.message
    assert "HF_ENDPOINT" in caught.value.hint


@pytest.mark.parametrize("endpoint", ["nonsense", "ftp://127.0.0.1", "http://[", "http://127.0.0.1:99999999"])
def test_an_endpoint_that_is_none(endpoint: str) -> None:
    with hub.connect(endpoint, "hf_secret") as connection, pytest.raises(HubError):
        connection.read(CARD.repo.key)


def test_a_server_that_is_no_hub(local_hub: LocalHub, connection: Connection) -> None:
    local_hub.faults.add("GET", ".", Answer(200, "<html>Welcome</html>", HTML))
    with pytest.raises(UnreachableError, match="which commit"):
        connection.read(CARD.repo.key)
    with pytest.raises(UnreachableError, match="cannot be understood"):
        connection.whoami()


def test_a_repo_that_was_taken_down(local_hub: LocalHub, connection: Connection) -> None:
    said = {"X-Error-Message": "Access to this resource is disabled."}
    local_hub.faults.add("GET", "/lab/down/", Answer(403, "", said))
    readings = fetch.cards([("model", "lab/down"), ("model", "lab/up")], connection, clock=QuickClock())
    assert [*readings.failed] == [("model", "lab/down")]
    assert [*readings.live] == [("model", "lab/up")]


@pytest.mark.parametrize("name", ["HTTP_PROXY", "ALL_PROXY"])
def test_this_machine_is_not_reached_through_a_proxy(
    local_hub: LocalHub, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY")
    monkeypatch.delenv("no_proxy")
    with hub.connect(local_hub.endpoint, local_hub.token) as connection:
        assert connection.whoami().can_write


def test_offline_mode(local_hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(constants, "HF_HUB_OFFLINE", True)
    with hub.connect(local_hub.endpoint, local_hub.token) as connection, pytest.raises(HubError, match="offline mode"):
        connection.read(CARD.repo.key)
    assert not local_hub.requests


def test_the_token_comes_from_where_the_client_takes_it(local_hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_TOKEN", local_hub.token)
    monkeypatch.setattr(constants, "ENDPOINT", local_hub.endpoint)
    with hub.connect() as connection:
        assert connection.endpoint == local_hub.endpoint
        assert connection.whoami().name == "local"


def test_a_token_that_cannot_be_had(local_hub: LocalHub, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_OIDC_RESOURCE", "lab/one")
    with pytest.raises(TokenError, match="no token could be had"):
        hub.connect(local_hub.endpoint)


def test_a_repo_that_is_deleted_during_a_push(local_hub: LocalHub, connection: Connection) -> None:
    client(local_hub).create_repo("lab/one")
    wanted = make_plan(connection, [CARD])
    client(local_hub).delete_repo("lab/one")
    (outcome,) = publish.apply(wanted, connection, clock=QuickClock())
    assert outcome.error is not None
    assert "not found" in outcome.error.message
    assert push(connection, CARD) == [("create", "published")]


def test_the_client_is_as_it_was_when_the_connection_is_closed(local_hub: LocalHub) -> None:
    before = (constants.HF_HUB_DISABLE_TELEMETRY, huggingface_hub.utils.logging.get_verbosity())
    with hub.connect(local_hub.endpoint, local_hub.token):
        assert isinstance(huggingface_hub.get_session(), hub_session.Session)
    assert not isinstance(huggingface_hub.get_session(), hub_session.Session)
    assert (constants.HF_HUB_DISABLE_TELEMETRY, huggingface_hub.utils.logging.get_verbosity()) == before


SECRET = "hf_verysecrettoken"


@pytest.mark.parametrize(
    "answer",
    [
        Answer(401, SECRET),
        Answer(403, f'{{"error": "you sent {SECRET}"}}'),
        Answer(400, SECRET, {"X-Error-Message": SECRET}),
        Answer(429, f"hourly quota for {SECRET}"),
        Answer(500, SECRET),
        Answer(200, SECRET),
        Drop("before"),
    ],
)
def test_the_token_is_in_no_error_and_in_nothing_that_hangs_on_it(local_hub: LocalHub, answer: Answer | Drop) -> None:
    local_hub.faults.add("GET", ".", answer)
    with hub.connect(local_hub.endpoint, SECRET) as connection:
        for request in (connection.whoami, lambda: connection.read(CARD.repo.key)):
            with pytest.raises(HubError) as caught:
                request()
            shown = "".join(traceback.format_exception(caught.value)) + repr(caught.value) + caught.value.hint
            assert SECRET not in shown
            assert caught.value.__context__ is None
            assert caught.value.__cause__ is None
        assert SECRET not in repr(connection)


@pytest.mark.parametrize("token", ["hf_line\nbreak", "hf_ünïcode", "hf_\x00"])
def test_a_token_that_no_header_can_hold(local_hub: LocalHub, token: str) -> None:
    with pytest.raises(TokenError) as caught:
        hub.connect(local_hub.endpoint, token)
    assert token not in str(caught.value)
    assert not isinstance(huggingface_hub.get_session(), hub_session.Session)


@pytest.fixture
def https_that_refuses(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """An https server of this machine that answers 401 to everything."""
    certificate = tmp_path / "certificate.pem"
    command = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=localhost"
    files = ["-addext", "subjectAltName=DNS:localhost", "-keyout", str(certificate), "-out", str(tmp_path / "c.pem")]
    subprocess.run([*command.split(), *files], check=True, capture_output=True, timeout=60)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "c.pem", certificate)

    class Refusing(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(401)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Refusing)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "c.pem"))
    yield f"https://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_over_https_a_401_is_the_token_too(https_that_refuses: str) -> None:
    """There the client takes a 401 for a repo that does not exist, which must not lead to its creation."""
    with hub.connect(https_that_refuses, "hf_expired") as connection:
        with pytest.raises(TokenError, match="does not accept"):
            connection.read(CARD.repo.key)
        with pytest.raises(TokenError, match="does not accept"):
            connection.whoami()


def test_no_request_tells_about_this_machine(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, CARD)
    assert not [call for call in local_hub.requests if "agent" in call.path]
    assert {call.method for call in local_hub.requests} == {"GET", "POST"}
    assert not [call for call in local_hub.requests if re.search("/raw/|/tree/", call.path)]


@pytest.fixture
def elsewhere() -> Iterator[tuple[str, list[str]]]:
    """Another server of this machine; the headers of all that it is asked."""
    seen: list[str] = []

    class Noting(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            seen.append(str(self.headers))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        do_POST = do_GET  # noqa: N815 (the name that http.server looks for)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Noting)
    thread = threading.Thread(target=server.serve_forever, args=[0.01])
    thread.start()
    yield f"127.0.0.1:{server.server_port}", seen
    server.shutdown()
    thread.join(60)
    server.server_close()


@pytest.mark.parametrize("status", [302, 307, 308])
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_token_does_not_follow_a_redirect_to_another_server(
    local_hub: LocalHub, elsewhere: tuple[str, list[str]], status: int, host: str, method: str
) -> None:
    address, seen = elsewhere
    target = f"http://{address.replace('127.0.0.1', host)}/lab/one"
    token = local_hub.add_token("write")
    local_hub.faults.add(method, ".", Answer(status, "", {"Location": target, "X-Repo-Commit": "0" * 40}))
    with hub.connect(local_hub.endpoint, token, clock=QuickClock()) as connection:
        with contextlib.suppress(HubError):
            connection.read(CARD.repo.key)
        with contextlib.suppress(HubError):
            connection.create(CARD.repo.key)
    assert len(seen) == 1
    assert token not in seen[0]
    assert "authorization" not in seen[0].lower()
