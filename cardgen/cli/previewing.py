"""The steps of a preview: read, show, look, and all of it again when a file changes; or write the pages once."""

from __future__ import annotations

import webbrowser
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from cardgen import facts_file, hub, inputs, site_folder
from cardgen.cli import background, comparing, looking, stopping
from cardgen.cli.background import Looker
from cardgen.cli.comparing import Asker
from cardgen.cli.console import Console
from cardgen.clock import Clock
from cardgen.errors import CardgenError, InputError
from cardgen.model import Card
from cardgen.pages import site
from cardgen.pages.scene import Checked, Scene
from cardgen.preview import server, watching
from cardgen.preview.stage import Stage


@dataclass(frozen=True, slots=True)
class Wishes:
    """Which manifests are shown, whether links are asked about, and whether the Hub is."""

    manifests: Sequence[str]
    asks: bool
    compares: bool


def write(say: Console, wishes: Wishes, folder: Path) -> None:
    """Write all pages into a folder, as they are now. Raises CardgenError."""
    scene = looking.read(wishes.manifests)
    if wishes.asks:
        looking.ask(say, scene)
    scene = looking.judge(scene)
    for counts in looking.count_all(scene):
        scene = replace(scene, counts={**scene.counts, **counts})
    if wishes.compares:
        clock = Clock()
        with hub.connect(clock=clock) as connection:
            found = comparing.ask(scene.cards, connection, clock)
        scene = replace(scene, on_hub=found, endpoint=connection.endpoint)

    def look(card: Card) -> Checked:
        return looking.look(scene, card)

    site_folder.write(folder, {path: site.render(scene, path, look).text for path in site.paths(scene)})
    say.say(f"{len(scene.cards)} cards in {folder}/{site.HOME}")


def serve(say: Console, wishes: Wishes, port: int, *, opens: bool) -> None:
    """Show the pages until somebody stops it.

    Raises InputError if the port cannot be had, or if there is no manifest. One that is broken is told by the pages.
    """
    for path in inputs.find_manifests(wishes.manifests):
        inputs.read_manifest(path)
    stage = Stage()
    watched = watching.look(_watched(wishes.manifests))
    with (
        stopping.stop_signal() as stopped,
        _asker(wishes, stage) as asker,
        background.looker(stage, wishes.manifests, asks=wishes.asks) as looker,
    ):
        show = _Show(say, wishes, stage, looker, asker)
        with server.serve(show.page, lambda: stage.scene.number, port) as address:
            show.rebuild()
            say.say(f"look at {address}/   stop: Ctrl-C")
            if opens:
                webbrowser.open(f"{address}/")
            for _ in watching.changes(lambda: _watched(wishes.manifests), watched, stopped):
                show.rebuild()


@dataclass(frozen=True, slots=True)
class _Show:
    """Whoever takes part in showing the pages."""

    say: Console
    wishes: Wishes
    stage: Stage
    looker: Looker
    asker: Asker | None

    def page(self, path: str) -> site.Page:
        """The page at a path, as it is now."""
        return site.render(self.stage.scene, path, self._look)

    def rebuild(self) -> None:
        """Show the cards as they are made now, or what keeps them from being made, and those from before."""
        try:
            made = looking.read(self.wishes.manifests)
        except CardgenError as error:
            problem = error
            self.stage.change(lambda scene: replace(scene, mistakes=problem.message, hint=problem.hint))
            self.say.fail(error.message, error.hint)
            return
        self.stage.change(lambda scene: comparing.again(_after(scene, made)))
        self.looker.look()
        if self.asker:
            self.asker.want_new(made.cards)
        self.say.say(f"{len(made.cards)} cards")

    def _look(self, card: Card) -> Checked:
        if self.asker:
            self.asker.want(card)
        return looking.look(self.stage.scene, card)


def _after(before: Scene, made: Scene) -> Scene:
    """New cards with what is known from before: of most it still holds, and of the others it is soon found out."""
    return replace(made, counts=before.counts, on_hub=before.on_hub, endpoint=before.endpoint)


def _watched(manifests: Sequence[str]) -> Iterator[Path]:
    """The files that cards are made of; one that is missing may come."""
    try:
        found: Sequence[Path] = inputs.find_manifests(manifests)
    except InputError:
        return
    for path in found:
        yield path
        yield facts_file.path_of(path)
    for path in {folder_of: path for path in found if (folder_of := path.parent)}.values():
        yield from inputs.template_files(path)


@contextmanager
def _asker(wishes: Wishes, stage: Stage) -> Iterator[Asker | None]:
    """Whoever asks the Hub, if it is wanted."""
    if not wishes.compares:
        yield None
        return
    clock = Clock()
    with hub.connect(clock=clock) as connection:
        stage.change(lambda scene: replace(scene, endpoint=connection.endpoint))
        yield Asker(connection, stage, clock)
        clock.stop()
