"""The local hub against public facts about the Hub: users, repos, and processes of their own."""

from __future__ import annotations

import pytest
from huggingface_hub import HfApi, ModelCard, get_session
from huggingface_hub.errors import HfHubHTTPError, RepositoryNotFoundError

import hub_facts
from cardgen.localhub import LocalHub
from hub_client import CARD, client, git, raw, repo_path, titles, write_card
from hub_facts import Check, Facts, blob_id, calls, run_python

fact = Facts()


@fact("whoami names the user and the role of the token")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    answer = api.whoami()
    assert answer["type"] == "user"
    assert answer["name"] == "local"
    assert answer["auth"]["accessToken"]["role"] == "write"


@fact("an unknown token is refused with 401 'Invalid credentials in Authorization header' (huggingface_hub#3368)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    with pytest.raises(HfHubHTTPError, match="Invalid user token") as caught:
        client(hub, "hf_wrong").whoami()
    assert caught.value.response.status_code == 401
    assert caught.value.response.json() == {"error": "Invalid credentials in Authorization header"}


@fact("an unknown token is refused for public repos too, and is not taken for a missing repo")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    with pytest.raises(HfHubHTTPError) as caught:
        client(hub, "hf_wrong").repo_info(repo_id)
    assert caught.value.response.status_code == 401
    assert not isinstance(caught.value, RepositoryNotFoundError)


@fact("create_repo answers with an address that the client can parse; datasets have a prefix")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    model = api.create_repo(f"{repo_id}-model")
    dataset = api.create_repo(f"{repo_id}-model", repo_type="dataset")
    assert (model.repo_type, model.repo_id, str(model)) == (
        "model",
        f"{repo_id}-model",
        f"{hub.endpoint}/{repo_id}-model",
    )
    assert (dataset.repo_type, str(dataset)) == ("dataset", f"{hub.endpoint}/datasets/{repo_id}-model")


@fact("a repo without a namespace belongs to the user")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    name = repo_id.partition("/")[2]
    assert api.create_repo(name).repo_id == f"local/{name}"


@fact("the first commit is 'initial commit' by system, with .gitattributes")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    first = api.list_repo_commits(repo_id)[-1]
    assert (first.title, first.authors) == ("initial commit", ["system"])
    assert api.list_repo_files(repo_id, revision=first.commit_id) == [".gitattributes"]
    assert "*.safetensors filter=lfs" in git(repo_path(hub, repo_id), "show", "main:.gitattributes")


@fact("creating a repo again is a 409 whose body carries the url, on which exist_ok relies")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    assert str(api.create_repo(repo_id, exist_ok=True)) == f"{hub.endpoint}/{repo_id}"
    with pytest.raises(HfHubHTTPError, match="already created") as caught:
        api.create_repo(repo_id)
    assert caught.value.response.status_code == 409
    assert titles(hub, repo_id) == ["initial commit"]


@fact("a namespace that is not the user's is a 403 in these words (deep-rl-class#508)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    guest = client(hub, hub.add_token("write", ("mine",)))
    with pytest.raises(HfHubHTTPError, match='create a model under the namespace "foreign"') as caught:
        guest.create_repo("foreign/new")
    assert caught.value.response.status_code == 403
    assert not repo_path(hub, "foreign/new").exists()


@fact("with a token a missing repo is a 404 RepoNotFound")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    with pytest.raises(RepositoryNotFoundError) as caught:
        api.repo_info("nobody/nothing")
    with pytest.raises(RepositoryNotFoundError):
        api.repo_info("an-id-without-a-namespace")
    assert caught.value.response.status_code == 404
    assert caught.value.response.headers["X-Error-Code"] == "RepoNotFound"


@fact("to an anonymous reader a missing repo is a 401 'Invalid username or password.' without an error code")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    for path in ("/api/models/nobody/nothing", "/nobody/nothing/resolve/main/README.md", "/nobody/nothing"):
        status, headers, _ = raw(hub, "GET", path)
        assert (status, "x-error-code" in headers) == (401, False)
    answer = get_session().get(f"{hub.endpoint}/api/models/nobody/nothing")
    assert answer.json() == {"error": "Invalid username or password."}


@fact("to an anonymous reader a private repo looks like none; its members see it")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    api.create_repo(f"{repo_id}-private", private=True)
    assert api.repo_info(f"{repo_id}-private").private is True
    assert raw(hub, "GET", f"/api/models/{repo_id}-private")[0] == 401
    with pytest.raises(RepositoryNotFoundError):
        client(hub, hub.add_token("write", ("mine",))).repo_info(f"{repo_id}-private")


@fact("repo_info gives commit, files, card data, and what the client derives from them")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    card = b"---\nlicense: mit\nbase_model: a/b\npipeline_tag: text-generation\ntags: [x]\nnew: 2026-01-02\n---\n"
    oid = write_card(api, repo_id, card)
    info = api.model_info(repo_id, files_metadata=True)
    assert (info.id, info.author, info.sha, info.private, info.gated) == (repo_id, "lab", oid, False, False)
    assert info.pipeline_tag == "text-generation"
    assert info.card_data is not None
    assert info.card_data["new"] == "2026-01-02"
    assert {"license:mit", "base_model:a/b", "x"} <= set(info.tags or ())
    files = {each.rfilename: (each.size, each.blob_id) for each in info.siblings or ()}
    assert files["README.md"] == (len(card), blob_id(card))


@fact("expand picks the fields of repo_info")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    info = api.model_info(repo_id, expand=["sha", "private"])
    assert info.sha == git(repo_path(hub, repo_id), "rev-parse", "main")
    assert info.siblings is None


@fact("auth-check answers with its status: 200, 401, 403, 404")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    api.auth_check(repo_id, write=True)
    client(hub, token=False).auth_check(repo_id)
    reader = client(hub, hub.add_token("read"))
    reader.auth_check(repo_id)
    with pytest.raises(HfHubHTTPError) as caught:
        reader.auth_check(repo_id, write=True)
    assert caught.value.response.status_code == 403
    with pytest.raises(RepositoryNotFoundError):
        api.auth_check("nobody/nothing")
    assert raw(hub, "GET", f"/api/models/{repo_id}/auth-check/write")[0] == 401


@fact("a deleted repo is gone, and can be made anew")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    write_card(api, repo_id)
    api.delete_repo(repo_id)
    assert not api.repo_exists(repo_id)
    with pytest.raises(RepositoryNotFoundError):
        api.delete_repo(repo_id)
    api.create_repo(repo_id)
    assert titles(hub, repo_id) == ["initial commit"]


@fact(
    "create_repo(exist_ok) of a foreign repo that exists falls back to reading it; the client reads HF_ENDPOINT there"
)
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    code = f"import huggingface_hub; print(huggingface_hub.HfApi().create_repo({repo_id!r}, exist_ok=True))"
    done = run_python(hub, hub.root / "home-exists", code, HF_TOKEN=hub.add_token("write", ("mine",)))
    assert done.stdout == f"{hub.endpoint}/{repo_id}\n", done.stderr


@fact("the first call of a process asks /api/agent-harnesses, without a token")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    code = "import huggingface_hub; huggingface_hub.HfApi().whoami()"
    with_telemetry = {"HF_HUB_DISABLE_TELEMETRY": "0", "HF_TOKEN": hub.token}
    done = run_python(hub, hub.root / "home-harness", code, **with_telemetry)
    assert (done.returncode, done.stderr) == (0, "")
    assert "GET /api/agent-harnesses" in calls(hub)


@fact("`hf auth login` takes the token and saves it for its owner alone")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    home = hub.root / "home-login"
    code = f"import huggingface_hub; huggingface_hub.login(token={hub.token!r})"
    done = run_python(hub, home, code)
    assert done.returncode == 0, done.stderr
    assert (home / "token").read_text() == hub.token
    assert (home / "token").stat().st_mode & 0o077 == 0


@fact("RepoCard.validate sends no token and reads errors as plain text")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    code = "from huggingface_hub import ModelCard; ModelCard('---\\nlicense: mit-0\\n---\\n').validate()"
    done = run_python(hub, hub.root / "home-validate", code)
    assert 'ValueError: "license" must be one of [apache-2.0, ' in done.stderr
    done = run_python(hub, hub.root / "home-validate", code.replace("mit-0", "mit"))
    assert done.returncode == 0, done.stderr


@fact("ModelCard.push_to_hub and load, which know only HF_ENDPOINT, work")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    code = f"from huggingface_hub import ModelCard; c = ModelCard({CARD.decode()!r}); c.push_to_hub({repo_id!r})"
    code += f"; assert ModelCard.load({repo_id!r}).text == c.text"
    done = run_python(hub, hub.root / "home-card", code, HF_TOKEN=hub.token)
    assert done.returncode == 0, done.stderr
    assert str(ModelCard(git(repo_path(hub, repo_id), "show", "main:README.md"))).encode() + b"\n" == CARD


@pytest.mark.parametrize("check", fact.table)
def test_fact(check: Check, shared_hub: LocalHub) -> None:
    hub_facts.run(check, shared_hub)
