"""The files that hold a model's weights, and the index that says which of them holds what."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, Final

from cardgen.diff import printable

INDEX: Final = "model.safetensors.index.json"
WHOLE: Final = "model.safetensors"
MAX_INDEX_BYTES: Final = 30_000_000
"""The index of the largest models has about 10 MB."""
MAX_HEADERS: Final = 32
"""Files whose headers are read where the Hub has not counted the tensors itself."""

FORMATS: Final = (
    (".safetensors",),
    (".gguf",),
    (".bin", ".pt", ".pth", ".ckpt"),
    (".h5",),
    (".msgpack",),
    (".onnx",),
)
"""What weights end in. Repos hold the same weights in several formats; only those of the first are added up."""

_NO_WEIGHTS: Final = frozenset({"training_args.bin", "optimizer.bin", "optimizer.pt", "scheduler.pt", "scheduler.bin"})
_NO_DATA: Final = frozenset({"README.md", ".gitattributes"})
_SHARD = re.compile(r"(.{1,200})-(\d{1,9})-of-(\d{1,9})\.safetensors")
_SHOWN = 2


def size(files: Mapping[str, int], shards: Sequence[str]) -> int | None:
    """Bytes of a model's weights; None if there are none.

    Those that the index names, or `model.safetensors`, count alone: others beside them are copies.
    """
    named = [name for name in shards or (WHOLE,) if name in files]
    if named:
        return sum(files[name] for name in named)
    for suffixes in FORMATS:
        found = [size for name, size in files.items() if name.endswith(suffixes) and not _is_other(name)]
        if found:
            return sum(found)
    return None


def data_size(files: Mapping[str, int]) -> int | None:
    """Bytes of a dataset: of all its files but the card; None if there are none."""
    found = [size for name, size in files.items() if name not in _NO_DATA]
    return sum(found) if found else None


def with_headers(files: Mapping[str, int], shards: Sequence[str]) -> tuple[str, ...]:
    """The files that together hold a model's tensors, each once; none if that is not sure."""
    at_top = [name for name in sorted(files) if name.endswith(".safetensors") and "/" not in name]
    named = [name for name in at_top if name in shards] or [name for name in at_top if name == WHOLE] or at_top
    is_whole = len(named) == len(shards) if shards else len(named) == 1
    return tuple(named) if is_whole and len(named) <= MAX_HEADERS else ()


def shards(index: Mapping[str, Any]) -> tuple[str, ...]:
    """The files that an index names, sorted."""
    weight_map = index.get("weight_map")
    names = weight_map.values() if isinstance(weight_map, dict) else ()
    return tuple(sorted({name for name in names if isinstance(name, str)}))


def problems(index: Mapping[str, Any], files: Mapping[str, int]) -> Iterator[str]:
    """What does not fit in an index: its own names to each other, or to the files of the repo."""
    named = shards(index)
    if not named:
        yield "it names no files"
        return
    found = [match for name in named if (match := _SHARD.fullmatch(name))]
    totals = sorted({match[3] for match in found})
    if len(totals) > 1:
        yield f"its names end in {_several([f'-of-{total}' for total in totals])}"
    elif found and len(found) != int(totals[0]):
        yield f"it names {len(found)} of {int(totals[0])} files"
    if missing := [name for name in named if name not in files]:
        yield f"it names files that the repo does not have: {_several(missing)}"
    if unnamed := _unnamed(named, found, files):
        yield f"it does not name {_several(unnamed)}"


def _unnamed(named: Sequence[str], found: Sequence[re.Match[str]], files: Mapping[str, int]) -> list[str]:
    """Shards of the same model that are there, but that the index leaves out."""
    stems = {match[1] for match in found}
    return [name for name in sorted(set(files) - set(named)) if (match := _SHARD.fullmatch(name)) and match[1] in stems]


def _several(names: Sequence[str]) -> str:
    shown = ", ".join(printable(name)[:100] for name in names[:_SHOWN])
    return shown if len(names) <= _SHOWN else f"{shown} and {len(names) - _SHOWN} more"


def _is_other(name: str) -> bool:
    return PurePosixPath(name).name in _NO_WEIGHTS
