"""The build folder is whole at any time: a full disk, Ctrl-C or a kill leaves the old cards or the new ones."""

from __future__ import annotations

import errno
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from building import OTHER, beside, run, start, write_manifest
from disk_faults import contents, fault

HERE = Path(__file__).parent


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = start(tmp_path)
    monkeypatch.chdir(folder)
    write_manifest("Old")
    return folder


def full_disk() -> None:
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_a_full_disk_at_any_time_leaves_the_old_cards(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    failed = 0
    for number in range(1, 1000):
        run_old_build(project)
        old = contents(project / "build")
        write_manifest("New")
        with fault(project, number, full_disk) as happened:
            code = run()
        found = contents(project / "build")
        if not happened():
            break
        assert code in (0, 1, 2), f"touch {number}"
        if code:
            failed += 1
            assert found == old, f"touch {number}"
            assert "No space left on device" in capsys.readouterr().err
        assert run() == 0
        assert beside(project) == ["build", "collections"]
    assert failed > 10


def run_old_build(project: Path) -> None:
    write_manifest("Old")
    assert run() == 0


def interrupt() -> None:
    raise KeyboardInterrupt


def test_ctrl_c_at_any_time_leaves_the_old_cards_or_the_new(project: Path) -> None:
    made = []
    for title in ("New", "Old"):
        write_manifest(title)
        run()
        made.append(contents(project / "build"))
    for number in range(1, 1000):
        run_old_build(project)
        write_manifest("New")
        with fault(project, number, interrupt) as happened:
            code = run()
        if not happened():
            break
        assert code == 130, f"touch {number}"
        assert contents(project / "build") in made, f"touch {number}"
        assert run() == 0
        assert contents(project / "build") == made[0]
        assert beside(project) == ["build", "collections"]
    assert number > 20


def test_a_kill_at_any_time_leaves_the_old_cards_or_the_new_and_the_next_build_puts_it_right(project: Path) -> None:
    run()
    write_manifest("New")
    command = [sys.executable, str(HERE / "disk_faults.py"), "collections/family.yaml", str(project / "build")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout) > 20


def test_what_a_killed_run_left_counts_as_built(project: Path) -> None:
    (project / "collections" / "other.yaml").write_text(OTHER)
    run()
    whole = contents(project / "build")
    (project / "build").rename(project / ".build.cardgen-old")
    assert run("--check") == 0
    assert not (project / "build").exists()
    assert run("collections/family.yaml") == 0
    assert contents(project / "build") == whole
    assert beside(project) == ["build", "collections"]


@pytest.mark.usefixtures("unmeasured")
@pytest.mark.parametrize("when", ["import", "write"])
def test_a_real_ctrl_c(project: Path, when: str) -> None:
    run()
    old = contents(project / "build")
    write_manifest("New")
    event = {"import": "event == 'import' and arguments[0] == 'click'", "write": "event == 'os.rename'"}[when]
    code = (
        "import os, signal, sys\n"
        "def hook(event, arguments):\n"
        f"    if {event}: os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.addaudithook(hook)\n"
        "from cardgen.__main__ import run\n"
        "sys.exit(run())\n"
    )
    done = subprocess.run([sys.executable, "-c", code, "build"], capture_output=True, text=True, check=False)
    assert done.returncode == 130
    assert "Traceback" not in done.stderr
    assert contents(project / "build") == old
    assert run() == 0
    assert beside(project) == ["build", "collections"]


def test_files_that_may_not_grow(project: Path) -> None:
    """A real error of writing: no file may be longer than 500 bytes, and every card is."""
    run()
    old = contents(project / "build")
    write_manifest("New")

    def limit() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (500, resource.RLIM_INFINITY))

    done = subprocess.run(
        [sys.executable, "-B", "-m", "cardgen", "build"], preexec_fn=limit, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    assert "cannot be written: File too large\nhint: what was built before is still there\n" in done.stderr
    assert contents(project / "build") == old
    assert beside(project) == ["build", "collections"]
