"""A hub that speaks https: the client's errors there are not those on http."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

import hub_facts
from cardgen import localhub
from cardgen.errors import InputError
from cardgen.localhub import Answer, Drop, LocalHub, Tls
from hub_client import git, repo_path


@dataclass(frozen=True, slots=True)
class Served:
    hub: LocalHub
    authority: Path

    def run(self, code: str, token: str) -> str:
        """What a process prints that trusts the hub's certificate alone."""
        done = hub_facts.run_python(
            self.hub, self.hub.root / "home", code, HF_TOKEN=token, SSL_CERT_FILE=str(self.authority)
        )
        assert done.returncode == 0, done.stderr
        return done.stdout


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("tls")
    authority = trustme.CA()
    certificate = authority.issue_cert("127.0.0.1", "localhost")
    authority.cert_pem.write_to_path(folder / "authority.pem")
    certificate.private_key_pem.write_to_path(folder / "key.pem")
    for part in certificate.cert_chain_pems:
        part.write_to_path(folder / "certificate.pem", append=True)
    with localhub.start(folder / "hub", tls=Tls(folder / "certificate.pem", folder / "key.pem")) as hub:
        yield Served(hub, folder / "authority.pem")


ERRORS = """
import huggingface_hub
from huggingface_hub import HfApi
api = HfApi()
def error_of(call):
    try:
        call()
    except Exception as error:
        status = getattr(getattr(error, "response", None), "status_code", "")
        return f"{type(error).__name__} {status}"
"""


def test_a_card_is_published_over_tls(served: Served) -> None:
    code = """
from huggingface_hub import HfApi
api = HfApi()
print(api.create_repo("lab/one"))
print(api.upload_file(repo_id="lab/one", path_in_repo="README.md", path_or_fileobj=b"---\\nlicense: mit\\n---\\n").oid)
print(open(api.hf_hub_download("lab/one", "README.md")).read().count("license"))
"""
    url, oid, count = served.run(code, served.hub.token).split()
    assert url == f"{served.hub.endpoint}/lab/one"
    assert served.hub.endpoint.startswith("https://127.0.0.1:")
    assert (oid, count) == (git(repo_path(served.hub, "lab/one"), "rev-parse", "main"), "1")


def test_a_401_on_https_looks_like_a_repo_that_is_not_there(served: Served) -> None:
    expired = served.hub.add_token("expired")
    code = ERRORS + 'print(error_of(lambda: api.repo_info("lab/any")), error_of(api.whoami), sep="\\n")'
    assert served.run(code, expired).splitlines() == ["RepositoryNotFoundError 401", "HfHubHTTPError 401"]
    assert served.run(code, "hf_unknown").splitlines() == ["HfHubHTTPError 401", "HfHubHTTPError 401"]
    code = ERRORS + 'api = HfApi(token=False); print(error_of(lambda: api.repo_info("lab/any")))'
    assert served.run(code, "hf_unknown").splitlines() == ["RepositoryNotFoundError 401"]


def test_faults_work_over_tls(served: Served) -> None:
    served.hub.faults.add("GET", "whoami", Drop("after", "reset"), nth=1)
    served.hub.faults.add("GET", "whoami", Drop("before", "close"), nth=2)
    served.hub.faults.add("GET", "whoami", Answer(503, "<html>"), nth=3)
    code = ERRORS + 'print(*(error_of(api.whoami) for _ in range(4)), sep="\\n")'
    try:
        first, second, third, fourth = served.run(code, served.hub.token).splitlines()
    finally:
        served.hub.faults.clear()
    assert {first.split()[0], second.split()[0]} <= {"ReadError", "RemoteProtocolError"}
    assert (third, fourth) == ("HfHubHTTPError 503", "None")


def test_who_does_not_trust_the_certificate_says_so(served: Served) -> None:
    code = ERRORS + "print(error_of(api.whoami))"
    done = hub_facts.run_python(served.hub, served.hub.root / "home", code, HF_TOKEN=served.hub.token)
    assert done.stdout.split() == ["ConnectError"]


def test_a_certificate_that_is_none_is_a_wrong_input(tmp_path: Path) -> None:
    (tmp_path / "file.pem").write_text("x")
    for certificate in (tmp_path / "file.pem", tmp_path / "missing.pem"):
        with (
            pytest.raises(InputError, match="no certificate with this key"),
            localhub.start(tmp_path / "hub", tls=Tls(certificate, certificate)),
        ):
            pass
