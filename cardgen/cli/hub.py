"""cardgen hub: serve the local hub until it is stopped."""

from __future__ import annotations

from pathlib import Path

import click

from cardgen import localhub
from cardgen.cli import console, stopping
from cardgen.cli.console import Console

DEFAULT_ROOT = ".cardgen/hub"


@click.command(short_help="Serve a local hub.")
@click.option("--root", default=DEFAULT_ROOT, metavar="DIR", show_default=True, help="Where its repos are kept.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, show_default=True, help="0 takes any free port.")
@console.options
@click.pass_obj
def command(say: Console, root: str, port: int) -> int:
    """Serve a stand-in for the Hugging Face Hub on 127.0.0.1, over real git repositories.

    Prints two lines, fit for eval and for a dotenv file: HF_ENDPOINT and HF_TOKEN. Then it serves until it is
    stopped (Ctrl-C). A folder that was served before goes on where it stopped, with the same token.
    """
    with stopping.stop_signal() as stopped, localhub.start(Path(root), port) as hub:
        say.print(f"HF_ENDPOINT={hub.endpoint}\nHF_TOKEN={hub.token}")
        say.say(f"pages: {hub.endpoint}/   repos: {root}/{{models,datasets}}/NAMESPACE/NAME.git   stop: Ctrl-C")
        stopped.wait()
    return 0
