"""A real browser for the tests: Debian's Chromium, driven by Playwright, and all that a page did in it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Dialog, Frame, Page, Request, ViewportSize, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
MISSING = (
    "this test needs Chromium, which is not installed: "
    "apt-get install --no-install-recommends chromium fonts-noto-color-emoji; "
    "-m 'not browser' leaves out the tests that do"
)
FLAGS = (
    "--no-sandbox",  # in a container Chromium has no sandbox of its own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--hide-scrollbars",
)
ARTIFACTS = Path(__file__).parent.parent / ".artifacts"
"""Where pictures are put that somebody may want to look at; git ignores it, CI keeps it."""

WIDE: ViewportSize = {"width": 1280, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser without any window. A machine without one fails the test: nothing is skipped silently."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(MISSING, pytrace=False)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=list(FLAGS))
        yield browser
        browser.close()


@dataclass
class Watched:
    """A page, and what happened in it since `forget`: requests, dialogs, messages, and where it was led to."""

    page: Page
    requests: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    messages: list[str] = field(default_factory=list)
    visited: list[str] = field(default_factory=list)

    def forget(self) -> None:
        for each in (self.requests, self.dialogs, self.messages, self.visited):
            each.clear()

    def open(self, url: str) -> None:
        """Go to a page, and forget what was before."""
        self.forget()
        self.page.goto(url)

    def ask(self, script: str, argument: Any = None) -> Any:
        """What a function in the page answers."""
        return self.page.evaluate(script, argument)

    def _request(self, request: Request) -> None:
        self.requests.append(request.url)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in {"error", "warning"}:
            self.messages.append(message.text)

    def _error(self, error: Exception) -> None:
        self.messages.append(str(error))

    def _visit(self, frame: Frame) -> None:
        self.visited.append(frame.url)

    def watch(self) -> Watched:
        """Begin to take down what happens."""
        self.page.on("request", self._request)
        self.page.on("dialog", self._dialog)
        self.page.on("console", self._console)
        self.page.on("pageerror", self._error)
        self.page.on("framenavigated", self._visit)
        self.page.context.on("page", lambda page: self.visited.append(f"a new window: {page.url}"))
        return self


@contextmanager
def watched(browser: Browser, **settings: Any) -> Iterator[Watched]:
    """A page of its own, watched; `settings` are those of a browser's context."""
    context = browser.new_context(**{"viewport": WIDE, **settings})
    context.set_default_timeout(20_000)
    yield Watched(context.new_page()).watch()
    context.close()
