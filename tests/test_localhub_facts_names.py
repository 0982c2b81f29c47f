"""The local hub against public facts about the Hub: branches, tags, lists, and repos that move."""

from __future__ import annotations

import json

import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import BadRequestError, HfHubHTTPError

import hub_facts
from cardgen.localhub import LocalHub
from hub_client import CARD, bearer, client, details, git, propose, raw, refused, repo_path, titles, write_card
from hub_facts import Check, Facts

fact = Facts()


def status_of(hub: LocalHub, path: str, token: str = "") -> tuple[int, str]:
    """Status and error code of a GET."""
    status, headers, _ = raw(hub, "GET", path, {"authorization": f"Bearer {token}"} if token else {})
    return status, headers.get("x-error-code", "")


@fact("a moved repo is found under its old id: 307, for pages, files, reads and writes (docs, Renaming)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    head = write_card(api, repo_id)
    propose(api, repo_id, CARD + b"more\n")
    api.update_repo_settings(repo_id, gated="auto")
    new = f"{repo_id}-new"
    api.move_repo(repo_id, new)
    status, headers, _ = raw(hub, "POST", f"/api/models/{repo_id}/commit/a%2Fb?create_pr=1", bearer(hub))
    assert (status, headers["location"]) == (307, f"/api/models/{new}/commit/a%2Fb?create_pr=1")
    for path in (f"/{repo_id}/resolve/main/README.md", f"/{repo_id}", f"/{repo_id}/discussions/1"):
        assert raw(hub, "HEAD", path)[1]["location"] == path.replace(repo_id, new)
    assert (api.repo_info(repo_id).id, api.repo_info(repo_id).gated, api.repo_info(repo_id).sha) == (new, "auto", head)
    with open(api.hf_hub_download(repo_id, "README.md"), "rb") as file:  # noqa: PTH123 (the client gives a string)
        assert file.read() == CARD
    write_card(api, repo_id, CARD + b"under the old id\n", parent_commit=head)
    assert titles(hub, new) == ["Update the card", "Update the card", "initial commit"]
    assert details(api, repo_id).repo_id == new
    assert not repo_path(hub, repo_id).exists()


@fact("moved twice, both old ids lead to where the repo is; a new repo of an old id ends that")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    for old, new in (("", "-1"), ("-1", "-2")):
        api.move_repo(repo_id + old, repo_id + new)
    assert [api.repo_info(repo_id + old).id for old in ("", "-1")] == [f"{repo_id}-2"] * 2
    api.create_repo(repo_id)
    assert [api.repo_info(repo_id + old).id for old in ("", "-1")] == [repo_id, f"{repo_id}-2"]
    api.move_repo(f"{repo_id}-2", f"{repo_id}-1")
    assert api.repo_info(f"{repo_id}-2").id == f"{repo_id}-1"
    api.delete_repo(f"{repo_id}-1")
    assert not api.repo_exists(f"{repo_id}-2")


@fact("a repo is moved by those who may write to it and to where it goes, and not onto another")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    api.create_repo(f"{repo_id}-taken")
    foreign = client(hub, hub.add_token("write", ("mine",)))
    leaving = client(hub, hub.add_token("write", ("lab",)))
    assert refused(lambda: api.move_repo(repo_id, f"{repo_id}-taken")) == 409
    assert refused(lambda: foreign.move_repo(repo_id, "mine/stolen")) == 403
    assert refused(lambda: leaving.move_repo(repo_id, "mine/gift")) == 403
    assert refused(lambda: api.move_repo(f"{repo_id}-nothing", f"{repo_id}-b")) == 404
    for name in ("lab", "lab/..", "lab/a/b", 7):
        body = json.dumps({"fromRepo": repo_id, "toRepo": name, "type": "model"}).encode()
        assert raw(hub, "POST", "/api/repos/move", bearer(hub), body)[0] == 400
    assert titles(hub, repo_id) == ["initial commit"]


@fact("a private repo that moved does not say so to others")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    api.update_repo_settings(repo_id, private=True)
    api.move_repo(repo_id, f"{repo_id}-secret")
    foreign = hub.add_token("write", ("mine",))
    assert status_of(hub, f"/api/models/{repo_id}") == (401, "")
    assert status_of(hub, f"/api/models/{repo_id}", foreign) == (404, "RepoNotFound")
    assert status_of(hub, f"/api/models/{repo_id.upper()}", foreign) == (404, "RepoNotFound")
    assert api.repo_info(repo_id).private


@fact("an id in other letters leads to the repo, and cannot be made a second time")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    other = repo_id.replace("repo", "Repo")
    assert raw(hub, "GET", f"/{other}/resolve/main/README.md")[1]["location"] == f"/{repo_id}/resolve/main/README.md"
    assert api.repo_info(other).id == repo_id
    with pytest.raises(HfHubHTTPError) as caught:
        api.create_repo(other)
    assert (caught.value.response.status_code, caught.value.response.json()["url"]) == (
        409,
        f"{hub.endpoint}/{repo_id}",
    )
    api.move_repo(repo_id, other)
    assert api.repo_info(repo_id).id == other


@fact("branches and tags need the right to write, a start that exists, and a name that git takes")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    write_card(api, repo_id)
    first = git(repo_path(hub, repo_id), "rev-parse", "main~1")
    api.create_branch(repo_id, branch="a/b")
    api.create_branch(repo_id, branch="old", revision=first)
    api.create_tag(repo_id, tag="v1", tag_message="One", revision=first)
    api.create_tag(repo_id, tag="v2")
    refs = api.list_repo_refs(repo_id)
    assert {each.name for each in refs.branches} == {"main", "a/b", "old"}
    assert {each.name: each.target_commit == first for each in refs.tags} == {"v1": True, "v2": False}
    assert git(repo_path(hub, repo_id), "tag", "-n", "-l", "v1").split() == ["v1", "One"]
    assert refused(lambda: api.create_branch(repo_id, branch="old")) == 409
    assert refused(lambda: api.create_tag(repo_id, tag="v1")) == 409
    api.create_branch(repo_id, branch="old", exist_ok=True)
    api.create_tag(repo_id, tag="v1", exist_ok=True)
    for name in ("refs/pr/5", "refs/foo/bar", "a..b", "-x", "a b", "x.lock"):
        with pytest.raises(BadRequestError):
            api.create_branch(repo_id, branch=name)
        with pytest.raises(BadRequestError):
            api.create_tag(repo_id, tag=name)
    git(repo_path(hub, repo_id), "fsck", "--strict", "--no-dangling")


@fact("branches and tags are deleted; main is protected, and what is not there is a 404")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    api.create_branch(repo_id, branch="a/b")
    api.create_tag(repo_id, tag="v1")
    api.delete_branch(repo_id, branch="a/b")
    api.delete_tag(repo_id, tag="v1")
    assert git(repo_path(hub, repo_id), "for-each-ref", "--format=%(refname)") == "refs/heads/main"
    reader = client(hub, hub.add_token("read"))
    assert refused(lambda: api.delete_branch(repo_id, branch="main")) == 403
    assert refused(lambda: api.delete_branch(repo_id, branch="a/b")) == 404
    assert refused(lambda: api.delete_tag(repo_id, tag="v1")) == 404
    assert refused(lambda: api.create_branch(repo_id, branch="c", revision="nowhere")) == 404
    assert refused(lambda: reader.create_branch(repo_id, branch="c")) == 403


@fact("a foreign branch that exists is fine with exist_ok: the client looks for it in the refs after a 403")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    api.create_branch(repo_id, branch="old")
    foreign = client(hub, hub.add_token("write", ("mine",)))
    foreign.create_branch(repo_id, branch="old", exist_ok=True)
    assert refused(lambda: foreign.create_branch(repo_id, branch="new", exist_ok=True)) == 403


@fact("answers for files may be a redirect to /api/resolve-cache with the commit in it; the client follows it")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    head = write_card(api, repo_id)
    hub.modes.resolve_cache = True
    try:
        status, headers, _ = raw(hub, "HEAD", f"/{repo_id}/resolve/main/README.md")
        assert (status, headers["location"]) == (307, f"/api/resolve-cache/models/{repo_id}/{head}/README.md")
        with open(api.hf_hub_download(repo_id, "README.md"), "rb") as file:  # noqa: PTH123 (the client gives a string)
            assert file.read() == CARD
        assert status_of(hub, f"/{repo_id}/resolve/main/nothing.md") == (404, "EntryNotFound")
        api.update_repo_settings(repo_id, gated="auto")
        assert status_of(hub, f"/api/resolve-cache/models/{repo_id}/{head}/.gitattributes") == (401, "GatedRepo")
    finally:
        hub.modes.resolve_cache = False


@fact("the repos of a namespace are listed in pages, private ones to members alone; full and cardData add fields")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    owner = repo_id.replace("/", "-")
    for number in range(5):
        api.create_repo(f"{owner}/model-{number}", private=number == 4)
    api.create_repo(f"{owner}/data", repo_type="dataset")
    write_card(api, f"{owner}/model-0")
    hub.requests.clear()
    assert [each.id for each in api.list_models(author=owner)] == [f"{owner}/model-{number}" for number in range(5)]
    assert [each.id for each in client(hub, token=False).list_models(author=owner)][-1] == f"{owner}/model-3"
    assert [each.id for each in api.list_datasets(author=owner)] == [f"{owner}/data"]
    assert [each.id for each in api.list_models(author=owner, search="EL-3")] == [f"{owner}/model-3"]
    _, headers, body = raw(hub, "GET", f"/api/models?author={owner}&limit=2", bearer(hub))
    following = headers["link"].split(";")[0].strip("<>").removeprefix(hub.endpoint)
    rows = json.loads(body) + json.loads(raw(hub, "GET", following, bearer(hub))[2])
    assert [row["id"] for row in rows] == [f"{owner}/model-{number}" for number in range(4)]
    assert "siblings" not in rows[0]
    first = next(iter(api.list_models(author=owner, full=True, cardData=True)))
    assert (first.sha, first.gated) == (git(repo_path(hub, f"{owner}/model-0"), "rev-parse", "main"), False)
    assert first.card_data is not None
    assert first.card_data.license == "mit"
    for author in ("..", "../lab", "/etc", "lab%2F..", "nobody"):
        assert json.loads(raw(hub, "GET", f"/api/models?author={author}", bearer(hub))[2]) == []


@pytest.mark.parametrize("check", fact.table)
def test_fact(check: Check, shared_hub: LocalHub) -> None:
    hub_facts.run(check, shared_hub)
