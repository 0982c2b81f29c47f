"""A page of the docs as a test: its commands are run in an empty folder, its files are written, its output is seen.

What a fence is for stands in a comment before it, or in its language:

    ```sh                              its lines are run, one after the other; they must succeed
    <!-- exits: 3 --> ```sh            …the last of them with that exit code
    <!-- not run: why --> ```sh        …not at all
    <!-- file: NAME --> ```yaml        is written
    <!-- edit: NAME --> ```diff        a line with - becomes the lines with + that follow it
    ```text                            what the commands before it print has these lines, in this order; … is anything
    ```python                          is run
    <!-- on the Hub: KIND/ID: OLD => NEW -->   somebody edits that card on the website
    <!-- on the Hub: KIND/ID --> ```markdown   that card is there
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from huggingface_hub import HfApi

from cardgen.localhub import LocalHub

_PART = re.compile(
    r"(?:^<!-- (?P<about>exits|not run|file|edit|on the Hub): (?P<what>[^\n]*?) -->\n+)?"
    r"^```(?P<language>[\w{}-]+)\n(?P<text>.*?)^```$"
    r"|^<!-- on the Hub: (?P<edit>[^\n]*?) -->$",
    re.DOTALL | re.MULTILINE,
)
SECONDS = 120


@dataclass
class Walk:
    """Where a page is walked through: a folder, a hub, and what was printed last."""

    folder: Path
    hub: LocalHub
    printed: str = ""

    def through(self, page: Path) -> int:
        """Do what the page says; how many commands were run."""
        return sum(self._part(found) for found in _PART.finditer(page.read_text()))

    def _part(self, found: re.Match[str]) -> int:
        about, what, language, text = found["about"], found["what"], found["language"], found["text"]
        edit = found["edit"] or (what if about == "on the Hub" and " => " in what else "")
        if edit:
            self._edit_on_the_hub(edit)
        elif about and about != "exits":
            self._prepare(about, what, text)
            return 0
        return self._do(language, text, int(what) if about == "exits" else 0) if language else 0

    def _prepare(self, about: str, what: str, text: str) -> None:
        """A fence that is not for doing: a file, an edit of one, a card of somebody else's."""
        if about == "file":
            self._path(what).write_text(text)
        elif about == "edit":
            self._edit(self._path(what), text)
        elif about == "on the Hub":
            self._put_on_the_hub(what, text)
        else:
            assert what.strip(), "why is it not run?"

    def _do(self, language: str, text: str, code: int) -> int:
        if language.startswith("{"):
            return 0  # it is for the site
        if language == "sh":
            return self._run(text, code)
        if language == "text":
            assert_shows(self.printed, text)
        elif language == "python":
            self._call(sys.executable, "-c", text, code=0)
            return 1
        else:
            raise AssertionError(f"what is this fence for? {text[:80]}")
        return 0

    def _path(self, name: str) -> Path:
        path = self.folder / name
        assert path.resolve().is_relative_to(self.folder.resolve())
        path.parent.mkdir(parents=True, exist_ok=True)
        return path

    def _edit(self, path: Path, diff: str) -> None:
        text = path.read_text()
        for old, new in _hunks(diff):
            assert text.count(old) == 1, f"{path.name} has {text.count(old)} of {old!r}"
            text = text.replace(old, new)
        path.write_text(text)

    def _run(self, text: str, code: int) -> int:
        lines = [line for line in text.replace("\\\n", "").splitlines() if line and not line.startswith("#")]
        self.printed = ""
        for line in lines:
            self._call("bash", "-c", line, code=code if line is lines[-1] else 0)
        return len(lines)

    def _call(self, *command: str, code: int) -> None:
        done = subprocess.run(
            command, cwd=self.folder, env=self._environment(), capture_output=True, text=True, timeout=SECONDS,
            check=False,
        )  # fmt: skip
        self.printed += done.stdout + done.stderr
        assert done.returncode == code, f"{command[-1]} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"

    def _environment(self) -> dict[str, str]:
        programs = str(Path(sys.executable).parent)
        return {
            **os.environ,
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "HF_ENDPOINT": self.hub.endpoint,
            "HF_TOKEN": self.hub.token,
            "COLUMNS": "120",
        }

    def _edit_on_the_hub(self, what: str) -> None:
        place, _, change = what.partition(": ")
        old, _, new = change.partition(" => ")
        api, repo_type, repo_id = self._place(place)
        path = api.hf_hub_download(repo_id, "README.md", repo_type=repo_type, force_download=True)
        text = Path(path).read_text()
        assert old in text
        self._upload(place, text.replace(old, new.replace("\\n", "\n")))

    def _put_on_the_hub(self, place: str, text: str) -> None:
        api, repo_type, repo_id = self._place(place)
        api.create_repo(repo_id, repo_type=repo_type, exist_ok=True)
        self._upload(place, text)

    def _upload(self, place: str, text: str) -> None:
        api, repo_type, repo_id = self._place(place)
        api.upload_file(path_or_fileobj=text.encode(), path_in_repo="README.md", repo_id=repo_id, repo_type=repo_type)

    def _place(self, place: str) -> tuple[HfApi, str, str]:
        kind, _, repo_id = place.partition("/")
        return HfApi(endpoint=self.hub.endpoint, token=self.hub.token), kind.removesuffix("s"), repo_id


def _hunks(diff: str) -> Iterator[tuple[str, str]]:
    """What is replaced by what: runs of lines without a sign or with -, and the same with +."""
    for hunk in re.split(r"^@@.*\n", diff, flags=re.MULTILINE):
        lines = hunk.splitlines()
        old = "\n".join(line[1:] for line in lines if not line.startswith("+"))
        yield old, "\n".join(line[1:] for line in lines if not line.startswith("-"))


def assert_shows(printed: str, expected: str) -> None:
    """Every expected line is printed, in that order; `…` stands for anything."""
    at = 0
    for line in filter(str.strip, expected.splitlines()):
        pattern = re.compile(".*?".join(map(_words, line.split("…"))))
        found = pattern.search(printed, at)
        assert found, f"{line!r} is not in\n{printed}"
        at = found.end()


def _words(text: str) -> str:
    return r"\s+".join(map(re.escape, text.split()))
