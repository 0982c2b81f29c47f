"""Who gets in: tokens and their roles, names that lead out, hosts that are not this machine, bodies without end."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

from cardgen import localhub
from cardgen.localhub import LocalHub
from cardgen.localhub.access import Token
from hub_client import CARD, bearer, client, raw, repo_path, titles, write_card


@pytest.fixture(scope="module")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalHub]:
    with localhub.start(tmp_path_factory.mktemp("access")) as running:
        client(running).create_repo("lab/one")
        client(running).create_repo("lab/private", private=True)
        yield running


def test_a_token_that_reads_cannot_write(hub: LocalHub) -> None:
    reader = client(hub, hub.add_token("read"))
    assert reader.whoami()["auth"]["accessToken"]["role"] == "read"
    assert reader.repo_info("lab/private").private
    for write in (
        lambda: reader.create_repo("lab/new"),
        lambda: write_card(reader, "lab/one"),
        lambda: reader.delete_repo("lab/one"),
    ):
        with pytest.raises(HfHubHTTPError) as caught:
            write()
        assert caught.value.response.status_code == 403
    assert titles(hub, "lab/one") == ["initial commit"]
    assert not repo_path(hub, "lab/new").exists()


def test_a_token_of_one_namespace_writes_there_alone(hub: LocalHub) -> None:
    guest = client(hub, hub.add_token("write", ("mine",), user="ann"))
    guest.create_repo("mine/one")
    write_card(guest, "mine/one")
    guest.create_repo("own")
    assert titles(hub, "ann/own") == ["initial commit"]
    assert [org["name"] for org in guest.whoami()["orgs"]] == ["mine"]
    for write in (lambda: write_card(guest, "lab/one"), lambda: guest.delete_repo("lab/one")):
        with pytest.raises(HfHubHTTPError) as caught:
            write()
        assert caught.value.response.status_code == 403
    with pytest.raises(RepositoryNotFoundError):
        guest.repo_info("lab/private")


def test_without_a_token_nothing_is_written(hub: LocalHub) -> None:
    for method, path in (
        ("POST", "/api/repos/create"),
        ("DELETE", "/api/repos/delete"),
        ("POST", "/api/models/lab/one/preupload/main"),
        ("POST", "/api/models/lab/one/commit/main"),
        ("GET", "/api/whoami-v2"),
    ):
        status, _, body = raw(hub, method, path, body=b"{}")
        assert (status, body) == (401, b'{"error":"Invalid username or password."}')
    assert raw(hub, "GET", "/api/whoami-v2", {"authorization": "Basic abc"})[0] == 401


def test_tokens_do_not_show(hub: LocalHub) -> None:
    assert hub.token not in repr(hub)
    assert Token.new("ann", "write").value not in repr(Token.new("ann", "write"))
    client(hub).whoami()
    assert not any(hub.token in str(call) for call in hub.requests)


@pytest.mark.parametrize(
    "path",
    [
        "/api/models/../../etc",
        "/api/models/%2e%2e/%2e%2e",
        "/api/models/..%2f..%2f/passwd",
        "/api/models/lab/..%2fone",
        "/api/models/lab/%00",
        "/api/models/lab/.git",
        "/api/models/lab/one.git",
        "/lab/..%2f..%2fetc/resolve/main/passwd",
        "/datasets/../resolve/main/hub.sqlite3",
    ],
)
def test_names_that_lead_out_of_the_root_are_no_repos(hub: LocalHub, path: str) -> None:
    status, _, body = raw(hub, "GET", path, bearer(hub))
    assert status == 404
    assert b"root:" not in body


@pytest.mark.parametrize("path", ["..%2f..%2fhub.sqlite3", "%2e%2e/config", "/etc/passwd", "a%00b", ".git/config"])
@pytest.mark.parametrize("revision", ["main", "..%2fmain", "refs%2f..%2f..%2fHEAD", "HEAD%00", "-x", "%ff"])
def test_paths_and_revisions_that_lead_out_are_not_there(hub: LocalHub, path: str, revision: str) -> None:
    assert raw(hub, "GET", f"/lab/one/resolve/{revision}/{path}")[0] == 404
    assert raw(hub, "GET", f"/api/models/lab/one/tree/{revision}/{path}")[0] == 404


@pytest.mark.parametrize("name", ["../x", "..", "x.git", "a--b", "a b", "x" * 97, "", "ü", None, {"a": 1}])
@pytest.mark.parametrize("namespace", ["lab", "../lab", "datasets", "api"])
def test_names_that_are_none_cannot_be_created(hub: LocalHub, namespace: str, name: object) -> None:
    before = sorted(hub.root.rglob("*.git"))
    body = json.dumps({"name": name, "organization": namespace}).encode()
    assert raw(hub, "POST", "/api/repos/create", bearer(hub), body)[0] == 400
    assert sorted(hub.root.rglob("*.git")) == before


@pytest.mark.parametrize("host", ["example.org", "127.0.0.1.example.org", "10.0.0.1", "localhost.evil", "", "[::2]"])
def test_a_host_that_is_not_this_machine_is_refused(hub: LocalHub, host: str) -> None:
    status, _, body = raw(hub, "GET", "/api/models/lab/one", {"host": host, **bearer(hub)})
    assert (status, b"lab" in body) == (403, False)


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_this_machine_has_two_names(hub: LocalHub, host: str) -> None:
    port = urlsplit(hub.endpoint).port
    body = b'{"name": "one", "organization": "lab"}'
    status, _, answer = raw(hub, "POST", "/api/repos/create", {"host": f"{host}:{port}", **bearer(hub)}, body)
    assert (status, f"http://{host}:{port}/lab/one" in answer.decode()) == (409, True)


def test_web_pages_of_others_cannot_write(hub: LocalHub) -> None:
    own = urlsplit(hub.endpoint).netloc
    for origin, status in (("http://evil.example", 403), ("null", 403), (f"http://{own}", 200)):
        headers = {"origin": origin, **bearer(hub)}
        assert raw(hub, "POST", "/api/validate-yaml", headers, b'{"content": "x"}')[0] == status


def test_the_hub_listens_on_loopback_alone(hub: LocalHub) -> None:
    port = urlsplit(hub.endpoint).port or 0
    with socket.socket() as other:
        other.settimeout(5)
        assert other.connect_ex(("127.0.0.2", port)) != 0


@pytest.mark.parametrize(
    ("method", "path", "size"),
    [
        ("POST", "/api/repos/create", 2 * 1024 * 1024),
        ("POST", "/api/validate-yaml", 5 * 1024 * 1024),
        ("POST", "/api/models/lab/one/commit/main", 65 * 1024 * 1024),
        ("GET", "/api/models/lab/one", 2 * 1024 * 1024),
    ],
)
def test_a_body_without_end_is_refused_and_its_sender_is_told(hub: LocalHub, method: str, path: str, size: int) -> None:
    status, _, body = raw(hub, method, path, bearer(hub), b" " * size)
    assert (status, b"Payload Too Large" in body) == (413, True)


def test_a_card_that_is_too_large_is_refused_before_it_is_sent_twice(hub: LocalHub) -> None:
    hub.requests.clear()
    with pytest.raises(HfHubHTTPError, match="Payload Too Large") as caught:
        write_card(client(hub), "lab/one", CARD + b"x" * 5 * 1024 * 1024)
    assert caught.value.response.status_code == 413
    assert [str(call) for call in hub.requests] == ["POST /api/validate-yaml"]


def test_what_is_not_there_is_said(hub: LocalHub) -> None:
    status, _, body = raw(hub, "POST", "/api/jobs", bearer(hub), b"{}")
    assert (status, b"has no /api/jobs" in body) == (404, True)
    assert raw(hub, "POST", "/api/models/lab/one", bearer(hub))[0] == 404
    assert raw(hub, "POST", "/lab/one", bearer(hub))[0] == 405
