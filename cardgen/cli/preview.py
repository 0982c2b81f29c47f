"""cardgen preview: the cards as the Hub would show them, in a browser, and always as they are now."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click

from cardgen.cli import console
from cardgen.cli.console import Console
from cardgen.errors import InputError

PORT = 8484
"""The same each time, so that bookmarks and what the browser remembers of the pages fit."""


@click.command(short_help="Look at the cards as the Hub would show them.")
@console.manifests
@click.option("--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="0 takes any free port.")
@click.option("--no-open", is_flag=True, help="Do not open a browser.")
@click.option("--links", "asks", is_flag=True, help="Ask about links; else what checks before have found is shown.")
@click.option("--hub", "compares", is_flag=True, help="Compare with what is on the Hub, and show its history.")
@click.option("--export", "folder", metavar="DIR", help="Write the pages into this folder, and end.")
@console.options
@click.pass_obj
def command(
    say: Console,
    manifests: Sequence[str],
    port: int,
    no_open: bool,
    asks: bool,
    compares: bool,
    folder: str | None,
) -> int:
    """Show every card as the Hub would, nearly, with its source, findings, links, and what a push would change.

    The pages are made of what the manifests say now, and follow every change of a manifest, a template or a lock file
    of facts; the build folder is not touched. They are served on 127.0.0.1 until Ctrl-C.
    """
    try:
        from cardgen.cli import previewing
        from cardgen.cli.previewing import Wishes
    except ModuleNotFoundError as error:
        raise InputError(
            f"the preview needs {error.name}, which is not installed", "pip install 'cardgen[hub]'"
        ) from error
    wishes = Wishes(manifests, asks, compares)
    if folder is not None:
        previewing.write(say, wishes, Path(folder))
    else:
        previewing.serve(say, wishes, port, opens=not no_open)
    return 0
