"""The file that link checks remember in, and all that can happen to it."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from pathlib import Path

import pytest

from cardgen.link_cache import KEPT, LinkCache
from cardgen.links.memory import Entry
from cardgen.links.verdict import Evidence, Verdict

NOW = 1_795_000_000.0
URL = "https://a.org/"
MOVED = Verdict("moved", 301, "moved — permanently", "https://b.org/", Evidence("https://b.org/", '"x"', "Mon", at=NOW))
ENTRY = Entry(MOVED, NOW, NOW, None)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "deep" / "links.sqlite3"


class Told(list[str]):
    def __call__(self, text: str) -> None:
        self.append(text)


@pytest.fixture
def told() -> Iterator[Told]:
    noted = Told()
    yield noted
    assert not noted, "what is told is for the test to take"


def opened(path: Path, told: Told, scope: str = "", now: float = NOW) -> LinkCache:
    return LinkCache(path, scope, told, now)


def test_what_is_kept_is_recalled_by_the_next_run(path: Path, told: Told) -> None:
    first = opened(path, told)
    first.keep(URL, ENTRY)
    failing = Entry(Verdict("broken", 404, "gone"), NOW, None, NOW - 5)
    first.keep("https://c.org/", failing)
    first.close()
    entries = opened(path, told).recall([URL, "https://c.org/", "https://new.org/"])
    assert entries == {URL: ENTRY, "https://c.org/": failing}
    assert entries[URL].verdict.evidence == MOVED.evidence


def test_git_passes_over_it(path: Path, told: Told) -> None:
    opened(path, told).close()
    ignored = path.parent / ".gitignore"
    assert ignored.read_text() == "*\n"
    ignored.write_text("mine\n")
    opened(path, told).close()
    assert ignored.read_text() == "mine\n"


def test_the_last_word_counts(path: Path, told: Told) -> None:
    cache = opened(path, told)
    cache.keep(URL, ENTRY)
    cache.keep(URL, Entry(Verdict("ok", 200), NOW + 1, NOW + 1))
    assert cache.recall([URL])[URL].verdict == Verdict("ok", 200)


def test_many_links_at_once(path: Path, told: Told) -> None:
    cache = opened(path, told)
    urls = [f"{URL}{number}" for number in range(2500)]
    for url in urls:
        cache.keep(url, ENTRY)
    assert set(cache.recall(urls)) == set(urls)


def test_scopes_do_not_meet(path: Path, told: Told) -> None:
    opened(path, told, "private").keep(URL, ENTRY)
    assert opened(path, told).recall([URL]) == {}


def test_what_nobody_asked_for_in_months_is_forgotten(path: Path, told: Told) -> None:
    opened(path, told).keep(URL, ENTRY)
    assert opened(path, told, now=NOW + KEPT).recall([URL])
    assert not opened(path, told, now=NOW + KEPT + 1).recall([URL])


def test_two_runs_share_it(path: Path, told: Told) -> None:
    one, other = opened(path, told), opened(path, told)
    for number in range(50):
        one.keep(f"{URL}{number}", ENTRY)
        other.keep(f"{URL}b{number}", ENTRY)
    assert len(one.recall([f"{URL}b{number}" for number in range(50)])) == 50


@pytest.mark.parametrize("damage", [b"no database at all" * 100, b"SQLite format 3\0" + b"\xff" * 5000, b"x"])
def test_a_damaged_file_is_told_and_begun_anew(path: Path, told: Told, damage: bytes) -> None:
    first = opened(path, told)
    first.keep(URL, ENTRY)
    first.close()
    path.write_bytes(damage)
    cache = opened(path, told)
    if len(damage) > 1:  # of a file of one byte SQLite itself thinks that it is empty
        assert told.pop() == f"{path}: what was remembered of links is damaged, and is begun anew"
    assert cache.recall([URL]) == {}
    cache.keep(URL, ENTRY)
    cache.close()
    assert opened(path, told).recall([URL]) == {URL: ENTRY}


def test_damage_in_the_middle_is_found(path: Path, told: Told) -> None:
    cache = opened(path, told)
    for number in range(2000):
        cache.keep(f"{URL}{number}", ENTRY)
    cache.close()
    data = bytearray(path.read_bytes())
    data[8192:40960] = b"\xff" * 32768
    path.write_bytes(data)
    cache = opened(path, told)
    cache.recall([f"{URL}{number}" for number in range(2000)])
    cache.keep(URL, ENTRY)
    assert cache.recall([URL]) == {URL: ENTRY}
    assert told.pop().endswith("is damaged, and is begun anew")


def test_a_file_of_another_form_is_begun_anew_without_a_word(path: Path, told: Told) -> None:
    path.parent.mkdir()
    with sqlite3.connect(path) as file:
        file.execute("CREATE TABLE links (url TEXT)")
        file.execute("PRAGMA user_version = 99")
    file.close()
    cache = opened(path, told)
    cache.keep(URL, ENTRY)
    assert cache.recall([URL]) == {URL: ENTRY}


def test_a_state_that_is_none_is_passed_over(path: Path, told: Told) -> None:
    cache = opened(path, told)
    cache.keep(URL, ENTRY)
    with sqlite3.connect(path) as file:
        file.execute("UPDATE links SET status = 'fine'")
    file.close()
    assert cache.recall([URL]) == {}


def test_no_place_to_write_is_told_once(tmp_path: Path, told: Told) -> None:
    (tmp_path / "file").write_text("")
    cache = opened(tmp_path / "file" / "links.sqlite3", told)
    cache.keep(URL, ENTRY)
    assert cache.recall([URL]) == {}
    assert "nothing is remembered of links" in told.pop()


def test_a_folder_in_its_place_is_told(tmp_path: Path, told: Told) -> None:
    cache = opened(tmp_path, told)
    cache.keep(URL, ENTRY)
    assert "nothing is remembered of links" in told.pop()


def test_a_run_that_is_killed_loses_nothing_that_it_was_told(path: Path, told: Told) -> None:
    script = textwrap.dedent(f"""
        import os, signal
        from pathlib import Path
        from cardgen.link_cache import LinkCache
        from cardgen.links.memory import Entry
        from cardgen.links.verdict import Verdict
        cache = LinkCache(Path({str(path)!r}), "", print, {NOW})
        for number in range(100):
            cache.keep(f"{URL}{{number}}", Entry(Verdict("ok", 200), {NOW}, {NOW}))
        os.kill(os.getpid(), signal.SIGKILL)
    """)
    done = subprocess.run([sys.executable, "-c", script], env=os.environ, check=False)
    assert done.returncode == -signal.SIGKILL
    assert len(opened(path, told).recall([f"{URL}{number}" for number in range(100)])) == 100
