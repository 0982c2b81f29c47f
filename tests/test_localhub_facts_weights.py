"""The local hub against public facts about the Hub: what it says of the weights of a model, and ranges of files."""

from __future__ import annotations

import json

import pytest
from huggingface_hub import HfApi

import hub_facts
from cardgen.localhub import LocalHub
from hub_client import raw
from hub_facts import Check, Facts
from weights import index, put, safetensors, shard, with_header

fact = Facts()


@fact("model_info has elements by type, and in all, of safetensors files (huggingface_hub, SafeTensorsInfo)")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    put(hub, repo_id, {"model.safetensors": safetensors({"a": ("BF16", [3, 4]), "b": ("F32", []), "c": ("BF16", [1])})})
    for info in (api.model_info(repo_id, files_metadata=True), api.model_info(repo_id, expand=["safetensors"])):
        assert info.safetensors is not None
        assert (info.safetensors.parameters, info.safetensors.total) == ({"BF16": 13, "F32": 1}, 14)


@fact("shards are counted together")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    names = [shard(1, 2), shard(2, 2)]
    files = {name: safetensors({name: ("F16", [2])}) for name in names}
    put(hub, repo_id, {**files, "model.safetensors.index.json": index(*names)})
    info = api.model_info(repo_id)
    assert info.safetensors is not None
    assert info.safetensors.total == 4


@fact("a repo without safetensors files, or with odd ones, or of data, has no such entry")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    assert api.model_info(repo_id).safetensors is None
    for odd in (b"1", b"\xff" * 9, with_header(b"[]"), with_header(b"["), with_header(b'{"a": {"dtype": "F32"}}')):
        put(hub, repo_id, {"model.safetensors": odd})
        assert api.model_info(repo_id).safetensors is None
    put(hub, repo_id, {"model.safetensors": safetensors({"a": ("F16", [2])})}, "dataset")
    assert not hasattr(api.dataset_info(repo_id), "safetensors")


@fact("the client reads the header of a file, with one request or, if it is long, two")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    long = safetensors({f"{number}{'x' * 100}": ("F16", [2]) for number in range(700)})
    put(hub, repo_id, {"model.safetensors": long, "short.safetensors": safetensors({"a": ("F16", [7])})})
    hub.requests.clear()
    assert api.parse_safetensors_file_metadata(repo_id, "model.safetensors").parameter_count == {"F16": 1400}
    assert api.parse_safetensors_file_metadata(repo_id, "short.safetensors").parameter_count == {"F16": 7}
    assert len(hub.requests) == 3


@fact("a range is answered with that part of the file, 206, and where it lies")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    put(hub, repo_id, {"a.txt": "0123456789"})
    path = f"/{repo_id}/resolve/main/a.txt"
    parts = {"bytes=0-3": b"0123", "bytes=8-": b"89", "bytes=4-99": b"456789", "bytes=9-9": b"9"}
    for asked, part in parts.items():
        status, headers, body = raw(hub, "GET", path, {"range": asked})
        start = part[0] - ord("0")
        assert (status, body) == (206, part)
        assert headers["content-range"] == f"bytes {start}-{start + len(part) - 1}/10"
    assert raw(hub, "GET", path, {"range": "bytes=10-"})[0] == 416
    assert raw(hub, "GET", path, {"range": "bytes=5-4"})[0] == 416
    for odd in ("bytes=-3", "lines=1-2", "bytes=1-2,4-5", f"bytes={'9' * 30}-"):
        assert raw(hub, "GET", path, {"range": odd})[::2] == (200, b"0123456789")


@fact("with blobs=true every file has its size, as bytes")
def _(hub: LocalHub, api: HfApi, repo_id: str) -> None:
    put(hub, repo_id, {"folder/config.json": json.dumps({})})
    sizes = {each.rfilename: each.size for each in api.model_info(repo_id, files_metadata=True).siblings or ()}
    assert sizes["folder/config.json"] == 2


@pytest.mark.parametrize("check", fact.table)
def test_fact(check: Check, shared_hub: LocalHub) -> None:
    hub_facts.run(check, shared_hub)
