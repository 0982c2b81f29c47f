"""All cards are looked at beside the pages that are shown: a thousand of them take longer than anybody wants to wait.

That is work for a processor, so that a thread would hold up the pages. It is a process of its own, which reads the same
manifests, tells what it finds as it goes, and is ended when the cards are others.
"""

from __future__ import annotations

import pickle
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from typing import Final

from cardgen.cli import looking
from cardgen.cli.console import Console
from cardgen.errors import CardgenError
from cardgen.model import Finding, RepoKey
from cardgen.pages.scene import Counts, Scene
from cardgen.preview.stage import Stage

SECOND: Final = 1.0
"""How often the pages are told of what was found by then."""

# -P: what lies in the folder that is worked in is not Python's to import; it may be a stranger's.
_COMMAND: Final = (sys.executable, "-P", "-c", "from cardgen.cli import background; background.work()")


@dataclass(frozen=True, slots=True)
class Order:
    """What the process is to do: look at the cards of manifests, and ask about links that were not asked about."""

    manifests: Sequence[str]
    asks: bool
    asked: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class News:
    """What it has found out: findings by the paths of cards, once for all; how much there is of some cards."""

    findings: Mapping[str, tuple[Finding, ...]] | None = None
    counts: Mapping[RepoKey, Counts] = field(default_factory=dict)
    asked: frozenset[str] | None = None

    def __add__(self, later: News) -> News:
        findings = self.findings if later.findings is None else later.findings
        return News(findings, {**self.counts, **later.counts}, later.asked or self.asked)

    def on(self, scene: Scene) -> Scene:
        """A scene that knows it too."""
        findings = scene.findings if self.findings is None else self.findings
        return replace(scene, findings=findings, counts={**scene.counts, **self.counts})


def find_out(order: Order) -> Iterator[News]:
    """Everything there is to find out, as it is found."""
    scene = looking.judge(looking.read(order.manifests))
    yield News(scene.findings)
    for some in looking.count_all(scene):
        yield News(counts=some)
    urls = looking.urls(scene) if order.asks else order.asked
    if urls != order.asked:
        looking.ask(Console(verbosity=-1), scene)
        yield News(asked=urls)
        for some in looking.count_all(scene):
            yield News(counts=some)


def work() -> None:
    """What the process does: its order comes in by stdin, and its news go out by stdout."""
    order: Order = pickle.load(sys.stdin.buffer)  # noqa: S301 - from whoever started it
    out = sys.stdout.buffer
    with suppress(CardgenError, BrokenPipeError):  # what cannot be read, the pages tell already
        for news in find_out(order):
            pickle.dump(news, out)
            out.flush()


@contextmanager
def looker(stage: Stage, manifests: Sequence[str], *, asks: bool) -> Iterator[Looker]:
    """Somebody who looks at all cards until the context is left."""
    made = Looker(stage, Order(manifests, asks))
    try:
        yield made
    finally:
        made.stop()


class Looker:
    """Has all cards looked at whenever they are others, and puts the news on the stage."""

    def __init__(self, stage: Stage, order: Order) -> None:
        self._stage = stage
        self._order = order
        self._process: subprocess.Popen[bytes] | None = None

    def look(self) -> None:
        """Look at the cards as they are now; what is still looked at is given up."""
        self.stop()
        # In a session of its own: Ctrl-C is for the preview, which then ends this.
        self._process = process = subprocess.Popen(  # noqa: S603 - the words are our own
            _COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
        )
        threading.Thread(target=self._listen, args=(process, self._order), name="looker", daemon=True).start()

    def stop(self) -> None:
        """End what is running."""
        process, self._process = self._process, None
        if process:
            process.kill()
            process.wait()

    def _listen(self, process: subprocess.Popen[bytes], order: Order) -> None:
        with process:
            _send(process, order)
            news, told = News(), 0.0
            for each in _received(process):
                news += each
                if time.monotonic() - told >= SECOND:
                    told = time.monotonic()
                    self._tell(process, news)
            self._tell(process, news)

    def _tell(self, process: subprocess.Popen[bytes], news: News) -> None:
        """Put news on the stage, unless they are of cards that are others by now."""
        if process is self._process:
            self._stage.change(news.on)
            self._order = replace(self._order, asked=news.asked or self._order.asked)


def _send(process: subprocess.Popen[bytes], order: Order) -> None:
    with suppress(BrokenPipeError):
        if process.stdin:
            process.stdin.write(pickle.dumps(order))
            process.stdin.close()


def _received(process: subprocess.Popen[bytes]) -> Iterator[News]:
    """The news as they come in; they end in the middle when the process is ended."""
    with suppress(EOFError, pickle.UnpicklingError, ValueError, OSError):
        while process.stdout:
            yield pickle.load(process.stdout)  # noqa: S301 - from a process of ours
