"""Publishing with the real client to the local hub; what became of it is looked at with git."""

from __future__ import annotations

import re
import ssl
import subprocess
import threading
import traceback
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import huggingface_hub
import pytest
from huggingface_hub import constants

from cardgen import hub, hub_session, localhub, plan, publish
from cardgen.errors import BusyError, HubError, TokenError, UnreachableError
from cardgen.hub import Connection
from cardgen.localhub import Answer, Delay, Drop, LocalHub, Run
from cardgen.model import Card
from cardgen.plan import LiveCard, Plan
from cards import make_card
from hub_client import client, git, repo_path, titles, write_card

PUBLISHED = Path(__file__).parent / "data" / "codeio_published.md"
CARD = make_card({"license": "mit"}, repo_id="lab/one")


@pytest.fixture
def connection(local_hub: LocalHub) -> Iterator[Connection]:
    with hub.connect(local_hub.endpoint, local_hub.token) as made:
        yield made


def no_wait(seconds: float) -> None:
    assert 0 <= seconds <= 60


def make_plan(
    connection: Connection, cards: Sequence[Card], *, adopt: bool = False, overwrite: frozenset[str] = frozenset()
) -> Plan:
    readings = publish.read([card.repo.key for card in cards], connection, wait=no_wait)
    assert not readings.failed
    return plan.make(cards, readings.live, adopt=adopt, overwrite=overwrite)


def push(
    connection: Connection, *cards: Card, adopt: bool = False, overwrite: frozenset[str] = frozenset()
) -> list[tuple[str, str]]:
    """The whole path; each repo's action and state."""
    wanted = make_plan(connection, cards, adopt=adopt, overwrite=overwrite)
    outcomes = publish.verify(publish.apply(wanted, connection, wait=no_wait), connection, wait=no_wait)
    return [(outcome.change.action, outcome.state) for outcome in outcomes]


def card_in_git(local: LocalHub, repo_id: str = "lab/one", kind: str = "models") -> bytes:
    command = ["git", "-C", str(repo_path(local, repo_id, kind)), "show", "main:README.md"]
    return subprocess.run(command, capture_output=True, check=True, timeout=60).stdout


def test_from_nothing_to_published_and_again(local_hub: LocalHub, connection: Connection) -> None:
    cards = [
        CARD,
        make_card({"pretty_name": "Ünï 🤗"}, repo_id="lab/one", repo_type="dataset"),
        make_card({}, repo_id="lab/no-data"),
    ]
    assert push(connection, *cards) == [("create", "published")] * 3
    assert card_in_git(local_hub) == cards[0].text.encode()
    assert card_in_git(local_hub, kind="datasets") == cards[1].text.encode()
    assert titles(local_hub, "lab/one") == ["Create card from collections/codeio.yaml", "initial commit"]
    local_hub.requests.clear()
    assert push(connection, *cards) == [("unchanged", "unchanged")] * 3
    assert [(call.method, call.path.rpartition("/")[2]) for call in local_hub.requests] == [("GET", "README.md")] * 3
    assert titles(local_hub, "lab/one") == ["Create card from collections/codeio.yaml", "initial commit"]


def test_an_update_keeps_what_others_wrote(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, CARD)
    others = "# by a tool\r\nconfigs:\r\n- config_name:   default # !\r\n\r\nwidget:\n- text: |+\n    Hello\n\n"
    edited = CARD.text.replace("license:", others + "license:", 1).encode()
    write_card(client(local_hub), "lab/one", edited)
    newer = make_card({"license": "apache-2.0", "tags": ["a"]}, "# T\n\nNewer text.\n", repo_id="lab/one")
    assert push(connection, newer) == [("update", "published")]
    expected = newer.text.replace("license:", others + "license:", 1).encode()
    assert card_in_git(local_hub) == expected
    assert push(connection, newer) == [("unchanged", "unchanged")]
    assert titles(local_hub, "lab/one")[0] == "Update card from collections/codeio.yaml"


def test_an_edit_on_the_website_stops_the_push_until_it_is_overwritten(
    local_hub: LocalHub, connection: Connection
) -> None:
    push(connection, CARD)
    edited = CARD.text.replace("license: mit", "license: cc-by-4.0").encode()
    write_card(client(local_hub), "lab/one", edited, commit_message="Edited on the website")
    assert push(connection, CARD) == [("conflict", "stopped")]
    assert card_in_git(local_hub) == edited
    assert push(connection, CARD, overwrite=frozenset({"lab/one"})) == [("update", "published")]
    assert titles(local_hub, "lab/one")[:2] == ["Update card from collections/codeio.yaml", "Edited on the website"]
    assert card_in_git(local_hub) == CARD.text.encode()


def test_the_published_card_of_the_seed_is_adopted(local_hub: LocalHub, connection: Connection) -> None:
    client(local_hub).create_repo("lab/one")
    write_card(client(local_hub), "lab/one", PUBLISHED.read_bytes())
    card = make_card({"library_name": "transformers", "base_model": "org/base"}, repo_id="lab/one")
    assert push(connection, card) == [("unowned", "stopped")]
    assert card_in_git(local_hub) == PUBLISHED.read_bytes()
    assert push(connection, card, adopt=True) == [("update", "published")]
    written = card_in_git(local_hub)
    assert b"pipeline_tag: text-generation\n" in written
    assert b"# File information" not in written
    assert push(connection, card) == [("unchanged", "unchanged")]


def test_a_repo_without_a_card_gets_one(local_hub: LocalHub, connection: Connection) -> None:
    client(local_hub).create_repo("lab/one")
    head = git(repo_path(local_hub, "lab/one"), "rev-parse", "main")
    assert connection.read(("model", "lab/one")) == LiveCard(exists=True, commit=head, readme=None)
    assert push(connection, CARD) == [("create", "published")]


def test_a_card_is_read_at_a_revision(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, CARD)
    first = connection.history(("model", "lab/one"))[0]
    write_card(client(local_hub), "lab/one", b"# Later\n")
    assert connection.read(("model", "lab/one"), first).readme == CARD.text.encode()
    assert connection.read(("model", "lab/one")).readme == b"# Later\n"
    assert connection.read(("model", "lab/one"), "f" * 40) == LiveCard(exists=True)
    assert connection.read(("dataset", "lab/one")) == LiveCard(exists=False)


def test_somebody_commits_between_reading_and_writing(local_hub: LocalHub, connection: Connection) -> None:
    push(connection, make_card({}, repo_id="lab/one"))
    wanted = make_plan(connection, [CARD])

    def upload() -> None:
        client(local_hub).upload_file(repo_id="lab/one", path_in_repo="weights.txt", path_or_fileobj=b"1")

    local_hub.faults.add("POST", "/api/models/lab/one/commit", Run(upload), nth=1)
    (outcome,) = publish.apply(wanted, connection, wait=no_wait)
    assert outcome.state == "published"
    assert titles(local_hub, "lab/one")[:2] == [
        "Update card from collections/codeio.yaml",
        "Upload weights.txt with huggingface_hub",
    ]
    assert git(repo_path(local_hub, "lab/one"), "show", "main:weights.txt") == "1"


def test_two_publishers_at_once_lose_nothing(local_hub: LocalHub, connection: Connection) -> None:
    cards = [make_card({}, repo_id=f"lab/m{number}") for number in range(6)]
    push(connection, *cards)
    ours = [make_card({"tags": ["ours"]}, repo_id=card.repo.repo_id) for card in cards]
    theirs = [make_card({}, "# T\n\nTheir text.\n", repo_id=card.repo.repo_id) for card in cards]
    plans = [make_plan(connection, ours), make_plan(connection, theirs)]
    outcomes: list[publish.Outcome] = []

    def run(wanted: Plan) -> None:
        outcomes.extend(publish.apply(wanted, connection, wait=no_wait))

    threads = [threading.Thread(target=run, args=[wanted]) for wanted in plans]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert {outcome.state for outcome in outcomes} == {"published"}
    for card in cards:
        assert len(titles(local_hub, card.repo.repo_id)) == 4


def test_one_repo_of_many_fails(local_hub: LocalHub, connection: Connection) -> None:
    cards = [make_card({}, repo_id=f"lab/m{number}") for number in range(8)]
    refusal = Answer(403, '{"error": "this repo is locked"}', {"Content-Type": "application/json"})
    local_hub.faults.add("POST", "/lab/m3/commit/", refusal)
    wanted = make_plan(connection, cards)
    outcomes = publish.apply(wanted, connection, wait=no_wait)
    assert [outcome.state for outcome in outcomes] == ["published"] * 3 + ["failed"] + ["published"] * 4
    assert outcomes[3].error is not None
    assert "locked" in outcomes[3].error.message
    local_hub.faults.clear()
    assert push(connection, *cards)[2:5] == [("unchanged", "unchanged"), ("create", "published"), ("unchanged",) * 2]


HTML = {"Content-Type": "text/html"}
FAULTS: dict[str, Answer | Drop] = {
    "500 before": Answer(500, '{"error": "oops"}', {"Content-Type": "application/json"}),
    "500 after": Answer(500, '{"error": "oops"}', {"Content-Type": "application/json"}, when="after"),
    "502 page": Answer(502, "<html>Bad gateway</html>", HTML),
    "504 page after": Answer(504, "<html>Gateway timeout</html>", HTML, when="after"),
    "429": Answer(429, "slow down", {"Retry-After": "3600"}),
    "429 window": Answer(429, "slow down", {"RateLimit": '"api";r=0;t=55'}),
    "page instead of an answer": Answer(200, "<html>Welcome to the airport</html>", HTML, when="after"),
    "empty answer": Answer(200, "", HTML, when="after"),
    "reset before": Drop("before"),
    "reset after": Drop("after"),
    "closed after": Drop("after", "close"),
    "half an answer": Drop("midway"),
}
REQUESTS = {
    "read": ("GET", "/resolve/main/"),
    "create": ("POST", "/api/repos/create"),
    "check": ("POST", "/api/validate-yaml"),
    "preupload": ("POST", "/preupload/"),
    "commit": ("POST", "/commit/main"),
}


@pytest.fixture(scope="module")
def shared_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    """One hub for many tests, each with a repo of its own: to end a hub takes longer than such a test."""
    with localhub.start(tmp_path_factory.mktemp("hub")) as made:
        yield made


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("request_name", REQUESTS)
def test_any_fault_of_any_request_ends_in_one_commit(shared_hub: LocalHub, fault: str, request_name: str) -> None:
    card = make_card({"license": "mit"}, repo_id=f"lab/{request_name}-{fault.replace(' ', '-')}")
    planned = shared_hub.faults.add(*REQUESTS[request_name], FAULTS[fault], nth=(1, 2))
    with hub.connect(shared_hub.endpoint, shared_hub.token) as connection:
        assert push(connection, card) == [("create", "published")]
    shared_hub.faults.clear()
    assert planned.fired in (1, 2)
    assert titles(shared_hub, card.repo.repo_id) == ["Create card from collections/codeio.yaml", "initial commit"]
    assert card_in_git(shared_hub, card.repo.repo_id) == card.text.encode()


@pytest.mark.parametrize("fault", [Drop("after"), Answer(500, when="after"), Answer(200, "<html>", HTML, "after")])
def test_a_commit_whose_answer_was_lost_is_found_under_another(
    local_hub: LocalHub, connection: Connection, fault: Drop | Answer
) -> None:
    push(connection, make_card({}, repo_id="lab/one"))
    wanted = make_plan(connection, [CARD])
    local_hub.faults.add("POST", "/commit/main", fault, nth=1)
    edit = Run(lambda: write_card(client(local_hub), "lab/one", b"# Edited\n", commit_message="Edit"))
    local_hub.faults.add("GET", "/resolve/main/", edit, nth=1)
    (outcome,) = publish.apply(wanted, connection, wait=no_wait)
    assert outcome.state == "published"
    assert titles(local_hub, "lab/one")[:2] == ["Edit", "Update card from collections/codeio.yaml"]
    assert outcome.commit == git(repo_path(local_hub, "lab/one"), "rev-parse", "main~1")
    assert publish.verify([outcome], connection) == (outcome,)


@pytest.mark.parametrize("request_name", REQUESTS)
def test_a_silent_hub_is_given_up(
    local_hub: LocalHub, connection: Connection, request_name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(hub_session.TIMEOUTS, "read", 0.2)
    local_hub.faults.add(*REQUESTS[request_name], Delay(60), nth=1)
    assert push(connection, CARD) == [("create", "published")]
    assert len(titles(local_hub, "lab/one")) == 2


def test_an_answer_that_trickles_in_is_given_up(
    local_hub: LocalHub, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(connection, CARD)
    monkeypatch.setattr(hub_session, "BODY_TIMEOUT", -1.0)
    with pytest.raises(UnreachableError):
        connection.read(CARD.repo.key)


def test_an_answer_without_end_is_given_up(
    local_hub: LocalHub, connection: Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(connection, CARD)
    monkeypatch.setattr(hub_session, "MAX_BODY", 100)
    with pytest.raises(UnreachableError):
        connection.read(CARD.repo.key)


@pytest.mark.parametrize(
    ("headers", "wait"),
    [
        ({"Retry-After": "12"}, 13.0),
        ({"RateLimit": '"api";r=0;t=55'}, 56.0),
        ({"RateLimit": '"api";r=3;t=55'}, None),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, None),
        ({}, None),
    ],
)
def test_how_long_a_busy_hub_asks_to_wait(
    local_hub: LocalHub, connection: Connection, headers: dict[str, str], wait: float | None
) -> None:
    local_hub.faults.add("GET", "/resolve/", Answer(429, "You exceeded our hourly quotas for action: commit", headers))
    with pytest.raises(BusyError) as caught:
        connection.read(CARD.repo.key)
    assert caught.value.wait == wait
    assert "hourly quota for action: commit" in caught.value.message


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
    (outcome,) = publish.apply(wanted, connection, wait=no_wait)
    assert outcome.state == "published"


def test_a_card_that_the_hub_refuses(local_hub: LocalHub, connection: Connection) -> None:
    cards = [make_card({"license": "no such license"}, repo_id="lab/one"), make_card({}, repo_id="lab/two")]
    outcomes = publish.apply(make_plan(connection, cards), connection, wait=no_wait)
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
    (outcome,) = publish.apply(make_plan(connection, [CARD]), connection, wait=no_wait)
    assert outcome.error is not None
    assert part in outcome.error.message


def test_a_wrong_token(local_hub: LocalHub) -> None:
    client(local_hub).create_repo("lab/one")
    with hub.connect(local_hub.endpoint, "hf_wrong") as connection:
        with pytest.raises(TokenError, match="does not accept the token") as caught:
            publish.read([CARD.repo.key], connection, wait=no_wait)
        assert "hf auth login" in caught.value.hint
        with pytest.raises(TokenError):
            connection.whoami()


def test_a_token_that_is_taken_back_during_a_push(local_hub: LocalHub, connection: Connection) -> None:
    cards = [make_card({}, repo_id=f"lab/m{number}") for number in range(20)]
    wanted = make_plan(connection, cards)
    local_hub.faults.add("POST", "/api/repos/create", Answer(401, '{"error": "Invalid username or password."}'))
    states = [outcome.state for outcome in publish.apply(wanted, connection, wait=no_wait)]
    assert set(states) == {"failed", "skipped"}
    assert states.count("failed") <= publish.WORKERS


def test_no_token(local_hub: LocalHub) -> None:
    client(local_hub).create_repo("lab/one")
    write_card(client(local_hub), "lab/one", CARD.text.encode())
    with hub.connect(local_hub.endpoint) as connection:
        assert make_plan(connection, [CARD]).changes[0].action == "unchanged"
        with pytest.raises(TokenError, match="without a token"):
            connection.read(("model", "lab/two"))
        wanted = make_plan(connection, [make_card({}, repo_id="lab/one")])
        with pytest.raises(TokenError, match="no token"):
            publish.apply(Plan((wanted.changes[0], *make_pending(CARD))), connection, wait=no_wait)


def make_pending(card: Card) -> tuple[plan.Change, ...]:
    return plan.make([card], {card.repo.key: plan.NO_REPO}).changes


def test_a_token_that_only_reads(local_hub: LocalHub) -> None:
    with hub.connect(local_hub.endpoint, local_hub.add_token("read")) as connection:
        wanted = make_plan(connection, [CARD])
        with pytest.raises(TokenError, match="may only read"):
            publish.apply(wanted, connection, wait=no_wait)
    assert not repo_path(local_hub, "lab/one").exists()


def test_a_namespace_of_somebody_else(local_hub: LocalHub) -> None:
    token = local_hub.add_token("write", namespaces=("mine",))
    client(local_hub).create_repo("theirs/old")
    cards = [make_card({}, repo_id=name) for name in ("theirs/new", "theirs/old", "mine/one")]
    with hub.connect(local_hub.endpoint, token) as connection:
        outcomes = publish.apply(make_plan(connection, cards), connection, wait=no_wait)
    assert [outcome.state for outcome in outcomes] == ["failed", "failed", "published"]
    for outcome in outcomes[:2]:
        assert outcome.error is not None
        assert "not allowed" in outcome.error.message
        assert "write access" in outcome.error.hint


def test_a_hub_that_is_down() -> None:
    with hub.connect("http://127.0.0.1:9", "hf_secret") as connection, pytest.raises(UnreachableError) as caught:
        publish.read([CARD.repo.key], connection, wait=no_wait)
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
    readings = publish.read([("model", "lab/down"), ("model", "lab/up")], connection, wait=no_wait)
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
    (outcome,) = publish.apply(wanted, connection, wait=no_wait)
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
