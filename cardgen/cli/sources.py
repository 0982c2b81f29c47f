"""Manifests as texts that can be changed, for `pull` and `check --fix`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path

from cardgen import inputs, manifest
from cardgen.cli import reading
from cardgen.pulling.source import Source


def read(data: Mapping[Path, bytes]) -> dict[Path, Source]:
    """Manifests as texts that can be changed. Raises ManifestError with the mistakes of all of them."""
    facts = {path: reading.read_facts(path) for path in data}
    reading.load(data, facts)
    return {
        path: Source(
            str(path),
            text.decode("utf-8-sig"),
            inputs.read_templates(path),
            partial(
                manifest.load, file=str(path), source=manifest.source_name(str(path.absolute())), facts=facts[path]
            ),
        )
        for path, text in data.items()
    }
