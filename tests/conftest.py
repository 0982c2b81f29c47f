"""What tests share: a Hugging Face client that keeps to itself, and a local hub."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# No test is timed: a machine that is busy proves nothing. CI tries the same examples every time, so that a change is
# judged by what it changes; new ones are found where people develop.
hypothesis.settings.register_profile("cardgen", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("cardgen")

# huggingface_hub reads these once, when it is imported: so before any test module is.
_HF_HOME = tempfile.mkdtemp(prefix="cardgen-tests-")
os.environ.update(
    HF_HOME=_HF_HOME,
    HF_HUB_DISABLE_TELEMETRY="1",
    HF_HUB_DISABLE_PROGRESS_BARS="1",
    NO_PROXY="127.0.0.1,localhost",
    no_proxy="127.0.0.1,localhost",
)
for _name in ("HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT", "HF_OIDC_RESOURCE"):
    os.environ.pop(_name, None)

import memory  # noqa: E402 (after the environment)
from cardgen import hub, localhub  # noqa: E402 (after the environment)
from cardgen.hub import Connection  # noqa: E402 (the same)
from cardgen.localhub import LocalHub  # noqa: E402 (the same)
from clocks import QuickClock  # noqa: E402 (the same)
from project import Project  # noqa: E402 (the same)
from web_site import Site, open_site  # noqa: E402 (the same)


def pytest_unconfigure() -> None:
    shutil.rmtree(_HF_HOME, ignore_errors=True)


@pytest.fixture
def in_memory() -> Iterator[Path]:
    """An empty folder for what is written often."""
    with memory.folder() as folder:
        yield folder


@pytest.fixture
def local_hub(in_memory: Path) -> Iterator[LocalHub]:
    """A local hub of this test alone, over an empty folder."""
    with localhub.start(in_memory / "hub") as hub:
        yield hub


@pytest.fixture
def project(tmp_path: Path, local_hub: LocalHub) -> Project:
    """A small project that was built, and that pushes to the local hub."""
    made = Project(tmp_path / "project")
    made.write()
    made.use(local_hub)
    made.build()
    return made


@pytest.fixture(scope="module")
def shared_hub() -> Iterator[LocalHub]:
    """A local hub for all tests of a module, which keep to repos of their own."""
    with memory.folder() as root, localhub.start(root) as hub:
        yield hub


@pytest.fixture
def connection(local_hub: LocalHub) -> Iterator[Connection]:
    with hub.connect(local_hub.endpoint, local_hub.token, clock=QuickClock()) as made:
        yield made


@pytest.fixture
def unmeasured(monkeypatch: pytest.MonkeyPatch) -> None:
    """The processes of a test run without coverage, which imports modules and writes files of its own in them."""
    monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)


@pytest.fixture
def site() -> Iterator[Site]:
    """A web site of the test's own."""
    with open_site() as opened:
        yield opened
