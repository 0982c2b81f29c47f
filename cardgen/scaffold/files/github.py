"""Posts on GitHub what cardgen found: the plan as a comment on its pull request, the weekly look as an issue.

    python3 -I .github/cardgen.py comment
    python3 -I .github/cardgen.py issue

It runs where the job's token may write, so it is small and needs nothing but Python. What it posts it takes from an
artifact: that was made by a job which may do nothing, and for a pull request by whoever opened it. It is text here,
never code: bounded, and without what would call people or other bots.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

BOT = "github-actions[bot]"
ARTIFACT = "cardgen"
MAX_TEXT = 65_536
"""Characters that GitHub takes as the text of a comment or an issue."""
MAX_FILE = 1024 * 1024
MAX_ARTIFACT = 4 * MAX_FILE
MAX_PAGES = 50
SECONDS = 30

PLAN = "<!-- cardgen: the plan of this pull request -->\n"
WEEKLY = "<!-- cardgen: the weekly look -->\n"
FOUND = {"links": "links are broken", "drift": "the Hub is not what the manifests say"}
TITLE = "Cards: "

_CONTROL = re.compile("[^\n\t -~\u00a0-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


class GitHub:
    """The API, for one repository."""

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._base = f"{environment['GITHUB_API_URL']}/repos/{environment['GITHUB_REPOSITORY']}/"
        self._token = environment["GITHUB_TOKEN"]

    def ask(self, method: str, path: str, value: object = None) -> Any:
        """The answer to a request, as JSON. Ends the program if GitHub refuses it."""
        return json.loads(self._send(method, path, value))

    def all(self, path: str) -> Iterator[Any]:
        """All rows of a list, page by page."""
        for page in range(1, MAX_PAGES + 1):
            rows = self.ask("GET", f"{path}{'&' if '?' in path else '?'}per_page=100&page={page}")
            yield from rows
            if not rows:
                return

    def artifact(self, run: int) -> dict[str, str]:
        """The files of what a run left, as text; empty if it left nothing."""
        found = self.ask("GET", f"actions/runs/{run}/artifacts?name={ARTIFACT}")["artifacts"]
        newest = max((int(each["id"]) for each in found), default=None)
        return {} if newest is None else _files(self._send("GET", f"actions/artifacts/{newest}/zip"))

    def _send(self, method: str, path: str, value: object = None) -> bytes:
        data = None if value is None else json.dumps(value).encode()
        request = urllib.request.Request(self._base + path, data, method=method)
        request.add_header("Accept", "application/vnd.github+json")
        request.add_header("X-GitHub-Api-Version", "2022-11-28")
        # An artifact is kept elsewhere, and GitHub leads there: the token does not go along.
        request.add_unredirected_header("Authorization", f"Bearer {self._token}")
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as response:
                answer: bytes = response.read(MAX_ARTIFACT + 1)
        except urllib.error.HTTPError as error:
            sys.exit(f"GitHub answers {error.code} to {method} {path}")
        except OSError as error:
            sys.exit(f"GitHub does not answer {method} {path}: {error}")
        if len(answer) > MAX_ARTIFACT:
            sys.exit(f"the answer to {method} {path} is too large")
        return answer


def _files(packed: bytes) -> dict[str, str]:
    """The files in a zip, read in memory and only so far: it may be anybody's."""
    try:
        with zipfile.ZipFile(io.BytesIO(packed)) as archive:
            return {each.filename: _start(archive, each) for each in archive.infolist()[:10]}
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        sys.exit(f"the artifact is no zip that can be read: {error}")


def _start(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> str:
    with archive.open(entry) as file:
        return file.read(MAX_FILE).decode(errors="replace")


def comment(github: GitHub, environment: Mapping[str, str]) -> str:
    """Put the plan of a run under the pull request that the run was for; what was done."""
    run = json.loads(Path(environment["GITHUB_EVENT_PATH"]).read_bytes())["workflow_run"]
    files = github.artifact(int(run["id"]))
    if not files:
        return "the run left no plan"
    number = files.get("number", "").strip()
    if not re.fullmatch(r"[1-9][0-9]{0,8}", number):
        sys.exit("the artifact names no pull request")
    pull = github.ask("GET", f"pulls/{number}")
    if not _is_of(pull, run):
        return f"this run is not of the newest commit of pull request {number}"
    head = f"What merging commit {run['head_sha'][:10]} would do on the Hub, as far as anybody can see it"
    note = "The code of this pull request wrote this: trust it no more than the change itself."
    parts = [files[name] for name in ("plan.md", "check.md") if files.get(name, "").strip()]
    text = _fitting(f"{PLAN}{head} ([run]({run['html_url']})). {note}\n\n", parts, run["html_url"])
    return _comment(github, int(number), text)


def _is_of(pull: Mapping[str, Any], run: Mapping[str, Any]) -> bool:
    """Whether a run was for what a pull request holds now: anybody can write any number into an artifact."""
    head, repository = pull["head"], pull["head"]["repo"] or {}
    is_same = (head["sha"], repository.get("id")) == (run["head_sha"], run["head_repository"]["id"])
    return bool(is_same and pull["state"] == "open")


def _comment(github: GitHub, number: int, text: str) -> str:
    for each in github.all(f"issues/{number}/comments"):
        if each["user"]["login"] == BOT and each["body"].startswith(PLAN):
            github.ask("PATCH", f"issues/comments/{int(each['id'])}", {"body": text})
            return f"the comment on {number} is updated"
    github.ask("POST", f"issues/{number}/comments", {"body": text})
    return f"{number} has a comment"


def issue(github: GitHub, environment: Mapping[str, str]) -> str:
    """Open an issue about what was found, keep the one that is open up to date, or close it; what was done."""
    found = [each for each in FOUND if environment[f"FOUND_{each.upper()}"] == "true"]
    open_one = _open_issue(github)
    place = f"{environment['GITHUB_SERVER_URL']}/{environment['GITHUB_REPOSITORY']}"
    page = f"{place}/actions/runs/{int(environment['GITHUB_RUN_ID'])}"
    if not found:
        return _close(github, open_one, page) if open_one else "nothing was found, and no issue is open"
    files = github.artifact(int(environment["GITHUB_RUN_ID"]))
    head = f"{WEEKLY}The [weekly look]({page}) found this. It keeps the issue up to date, and closes it too.\n\n"
    text = _fitting(head, [files[f"{each}.md"] for each in found], page)
    wanted = {"title": TITLE + ", and ".join(FOUND[each] for each in found), "body": text}
    if open_one:
        github.ask("PATCH", f"issues/{open_one}", wanted)
        return f"issue {open_one} is updated"
    made = github.ask("POST", "issues", {**wanted, "labels": [ARTIFACT]})
    return f"issue {made['number']} is opened"


def _open_issue(github: GitHub) -> int | None:
    """The number of the issue that an earlier run opened."""
    for each in github.all("issues?state=open"):
        if each["user"]["login"] == BOT and (each["body"] or "").startswith(WEEKLY) and "pull_request" not in each:
            return int(each["number"])
    return None


def _close(github: GitHub, number: int, page: str) -> str:
    github.ask("POST", f"issues/{number}/comments", {"body": f"All is well again ([run]({page}))."})
    github.ask("PATCH", f"issues/{number}", {"state": "closed", "state_reason": "completed"})
    return f"issue {number} is closed"


def _fitting(head: str, parts: Sequence[str], page: str) -> str:
    """The parts under a head; one that does not fit is left to the page of the run, whole."""
    text = head
    for part in map(_harmless, parts):
        instead = f"There is too much for this page: see [the run]({page}).\n\n"
        is_short = len(text) + len(part) + len(instead) * len(parts) <= MAX_TEXT
        text += part.rstrip() + "\n\n" if is_short else instead
    return text


def _harmless(text: str) -> str:
    """Markdown that calls nobody, commands no bot, and has no characters that control."""
    shown = _CONTROL.sub("\ufffd", text)
    return re.sub(r"^([ \t>]*)/", "\\1\u200b/", shown.replace("@", "@\u200b"), flags=re.MULTILINE)


if __name__ == "__main__":
    act = {"comment": comment, "issue": issue}[sys.argv[1]]
    print(act(GitHub(os.environ), os.environ))
