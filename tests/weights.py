"""Tiny repos of models for tests: safetensors files written by hand, and repos on a local hub that hold them."""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from huggingface_hub import CommitOperationAdd

from cardgen.localhub import LocalHub
from hub_client import client

WIDTHS = {"F32": 4, "BF16": 2, "F16": 2, "I32": 4, "U8": 1}
MAX_DATA = 1000


def safetensors(tensors: Mapping[str, tuple[str, Sequence[int]]]) -> bytes:
    """A safetensors file of these tensors, by name: type and shape. Only small ones have data behind the header."""
    header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
    offset = 0
    for name, (dtype, shape) in tensors.items():
        end = offset + prod(shape) * WIDTHS[dtype]
        header[name] = {"dtype": dtype, "shape": list(shape), "data_offsets": [offset, end]}
        offset = end
    return with_header(json.dumps(header).encode()) + b"\0" * (offset if offset <= MAX_DATA else 0)


def with_header(header: bytes) -> bytes:
    """Eight bytes of length, and a header as it is given."""
    return struct.pack("<Q", len(header)) + header


def put(hub: LocalHub, repo_id: str, files: Mapping[str, bytes | str], repo_type: str = "model") -> str:
    """A repo with these files, of which git itself keeps all; the commit's id."""
    api = client(hub)
    api.create_repo(repo_id, repo_type=repo_type, exist_ok=True)
    api.upload_file(path_or_fileobj=b"\n", path_in_repo=".gitattributes", repo_id=repo_id, repo_type=repo_type)
    contents = {path: each.encode() if isinstance(each, str) else each for path, each in files.items()}
    operations = [CommitOperationAdd(path, each) for path, each in contents.items()]
    return api.create_commit(repo_id, operations, commit_message="Add files", repo_type=repo_type).oid


CONFIG = json.dumps({"architectures": ["LlamaForCausalLM"], "max_position_embeddings": 131072}, indent=2)
"""What a config.json says of a model."""


def shard(number: int, of: int, digits: int = 5) -> str:
    """The name of a shard; `digits` of its total."""
    return f"model-{number:05}-of-{of:0{digits}}.safetensors"


def index(*shards: str) -> str:
    """An index that names these files."""
    weight_map = {f"layer.{number}": name for number, name in enumerate(shards)}
    return json.dumps({"metadata": {"total_size": 1}, "weight_map": weight_map})
