"""The local hub against public facts about the Hub: who is let in, where, and with which words he is not."""

from __future__ import annotations

import pytest
from huggingface_hub import CommitOperationAdd, HfApi
from huggingface_hub.errors import GatedRepoError, HfHubHTTPError, RepositoryNotFoundError

import hub_facts
from cardgen.localhub import LocalHub
from hub_client import CARD, bearer, client, details, propose, raw, titles, write_card
from hub_facts import Check, Facts

fact = Facts()


def status_of(hub: LocalHub, path: str, token: str = "") -> tuple[int, str]:
    """Status and error code of a GET."""
    status, headers, _ = raw(hub, "GET", path, {"authorization": f"Bearer {token}"} if token else {})
    return status, headers.get("x-error-code", "")


def gated_repo(hub: LocalHub, api: HfApi, repo_id: str) -> str:
    """Make a repo gated, with a card, a license and another file; a token that may not have its files."""
    files = [CommitOperationAdd(path, CARD) for path in ("README.md", "LICENSE", "docs/README.md", "config.json")]
    api.create_commit(repo_id, files, commit_message="Files")
    api.update_repo_settings(repo_id, gated="manual")
    return hub.add_token("read", ("mine",))


@fact("a gated repo gives its card and license to anybody, at the top and by resolve alone (originator, 2026-10)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    foreign = gated_repo(hub, api, repo_id)
    for token, refused in (("", (401, "GatedRepo")), (foreign, (403, "GatedRepo")), (hub.token, (200, ""))):
        for open_path in ("resolve/main/README.md", "resolve/main/LICENSE"):
            assert status_of(hub, f"/{repo_id}/{open_path}", token) == (200, "")
        for path in (
            "resolve/main/config.json",
            "resolve/main/docs/README.md",
            "raw/main/README.md",
            "raw/main/LICENSE",
        ):
            assert status_of(hub, f"/{repo_id}/{path}", token) == refused
        assert (
            raw(
                hub,
                "HEAD",
                f"/{repo_id}/resolve/main/config.json",
                {"authorization": f"Bearer {token}"} if token else {},
            )[0]
            == refused[0]
        )


@fact("of a gated repo page, info, tree and discussions are open; auth-check and commits are not")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    foreign = gated_repo(hub, api, repo_id)
    for path in ("", "/tree/main", "/discussions", "/refs"):
        assert status_of(hub, f"/api/models/{repo_id}{path}") == (200, "")
    assert status_of(hub, f"/{repo_id}") == (200, "")
    for path in ("auth-check", "commits/main"):
        assert status_of(hub, f"/api/models/{repo_id}/{path}") == (401, "GatedRepo")
        assert status_of(hub, f"/api/models/{repo_id}/{path}", foreign) == (403, "GatedRepo")
    info = propose(api, repo_id, CARD + b"secret\n")
    assert details(client(hub, foreign), repo_id).diff is None
    assert "secret" in (details(api, repo_id).diff or "")
    for page in (f"commit/{info.oid}", "discussions/1", "discussions/1/files.diff"):
        assert b"secret" not in raw(hub, "GET", f"/{repo_id}/{page}")[2]
    assert client(hub, foreign).model_info(repo_id).gated == "manual"


@fact("the gate is checked before the file: absent ones are refused too, but an absent license is a 404")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    gated_repo(hub, api, repo_id)
    assert status_of(hub, f"/{repo_id}/resolve/main/nothing.json") == (401, "GatedRepo")
    assert status_of(hub, f"/{repo_id}/resolve/nowhere/config.json") == (401, "GatedRepo")
    assert status_of(hub, f"/{repo_id}/resolve/main/LICENSE.md") == (404, "EntryNotFound")


@fact("the words of the gate: log in, or ask for access (GatedRepoError of the client)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    foreign = gated_repo(hub, api, repo_id)
    words = f"Access to model {repo_id} is restricted and you are not in the authorized list"
    with pytest.raises(GatedRepoError, match=f"{words}. Visit {hub.endpoint}/{repo_id} to ask for access"):
        client(hub, foreign).hf_hub_download(repo_id, "config.json")
    with pytest.raises(
        GatedRepoError, match=r"You must have access to it and be authenticated to access it\. Please log in\."
    ):
        client(hub, token=False).auth_check(repo_id)


@fact("settings: gated auto or manual or not, private or public; each alone leaves the other")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    for wanted, expected in (
        ({"gated": "auto"}, ("auto", False)),
        ({"private": True}, ("auto", True)),
        ({"gated": "manual", "visibility": "public"}, ("manual", False)),
        ({"gated": False}, (False, False)),
    ):
        api.update_repo_settings(repo_id, **wanted)
        info = api.repo_info(repo_id)
        assert (info.gated, info.private) == expected
    for body in (b'{"gated": "no"}', b'{"visibility": "secret"}', b"[]"):
        assert raw(hub, "PUT", f"/api/models/{repo_id}/settings", bearer(hub), body)[0] == 400
    with pytest.raises(HfHubHTTPError) as caught:
        client(hub, hub.add_token("read")).update_repo_settings(repo_id, private=True)
    assert caught.value.response.status_code == 403


@fact("a repo that becomes private is a 401 without a token and a 404 for others; with one it is as before")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    write_card(api, repo_id)
    api.update_repo_settings(repo_id, private=True)
    foreign = hub.add_token("write", ("mine",))
    for path in (f"/api/models/{repo_id}", f"/{repo_id}/resolve/main/README.md", f"/api/models/{repo_id}/auth-check"):
        assert status_of(hub, path) == (401, "")
        assert status_of(hub, path, foreign) == (404, "RepoNotFound")
        assert status_of(hub, path, hub.token) == (200, "")
    with pytest.raises(RepositoryNotFoundError):
        propose(client(hub, foreign), repo_id)


@fact("an expired token is a 401 'User Access Token \"…\" is expired', where none would be needed too")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    token = hub.add_token()
    other = client(hub, token)
    head = write_card(other, repo_id)
    hub.expire(token)
    for refused in (
        other.whoami,
        lambda: other.repo_info(repo_id),
        lambda: write_card(other, repo_id, CARD + b"x", parent_commit=head),
    ):
        with pytest.raises(HfHubHTTPError, match=r"is expired|Invalid user token") as caught:
            refused()
        assert caught.value.response.status_code == 401
        assert caught.value.response.json() == {"error": 'User Access Token "token of guest" is expired'}
        assert token not in str(caught.value)
    assert titles(hub, repo_id) == ["Update the card", "initial commit"]


@fact("whoami names the organizations that the token reaches, before they have a repo too, and the role of the token")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    for role in ("write", "read"):
        found = client(hub, hub.add_token(role, ("empty-lab", "lab"), user="ann")).whoami()
        assert (found["name"], [org["name"] for org in found["orgs"]]) == ("ann", ["empty-lab", "lab"])
        assert found["auth"]["accessToken"]["role"] == role
    assert "lab" in [org["name"] for org in api.whoami()["orgs"]]


@fact("auth_check tells reading from writing")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    reader, foreign = client(hub, hub.add_token("read")), client(hub, hub.add_token("write", ("mine",)))
    for other in (api, reader, foreign, client(hub, token=False)):
        other.auth_check(repo_id)
    api.auth_check(repo_id, write=True)
    for other, status in ((reader, 403), (foreign, 403), (client(hub, token=False), 401)):
        with pytest.raises(HfHubHTTPError) as caught:
            other.auth_check(repo_id, write=True)
        assert caught.value.response.status_code == status


@pytest.mark.parametrize("check", fact.table)
def test_fact(check: Check, shared_hub: LocalHub) -> None:
    hub_facts.run(check, shared_hub)
