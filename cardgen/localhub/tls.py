"""What a hub needs to speak https."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Tls:
    """PEM files: a certificate for 127.0.0.1, with what leads to its root, and its private key."""

    certificate: Path
    key: Path
