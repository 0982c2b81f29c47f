"""Pages of the preview, served for a test as the command serves them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from cardgen.cli import looking, reading
from cardgen.model import Card
from cardgen.pages import site
from cardgen.pages.scene import Checked, Scene
from cardgen.preview import server


def scene_of(manifests: Sequence[str]) -> Scene:
    """What the preview shows of manifests."""
    project = reading.read(manifests)
    return Scene("1", project.collections, project.cards, project.sources)


@contextmanager
def served(scene: Scene, look: Callable[[Card], Checked] | None = None) -> Iterator[str]:
    """The address of a scene's pages, with a slash at its end."""

    def render(path: str) -> site.Page:
        return site.render(scene, path, look or (lambda card: looking.look(scene, card)))

    with server.serve(render, lambda: scene.number, 0) as address:
        yield f"{address}/"
