"""The command line: the one place that prints and exits.

A command is a file here; it is imported only when it is called, and it imports only what it needs.
"""

from __future__ import annotations

import importlib
import os
import sys
from collections.abc import Sequence

import click

from cardgen import __version__
from cardgen.cli.console import Console
from cardgen.errors import CardgenError

COMMANDS = {
    "init": "Start a project: a manifest, a workflow, a .gitignore.",
    "build": "Write every card into the build folder.",
    "check": "Check the cards and their links.",
    "plan": "Show what push would do.",
    "push": "Check, plan, publish, verify.",
    "pull": "Take edits made on the Hub into the manifest.",
    "rehearse": "Do all of it against a local hub: no account, no network.",
    "hub": "Serve a local hub.",
    "facts": "Read from the repos what their cards show of them.",
    "schema": "Print the JSON Schema of the manifest.",
}

INTERRUPTED = 130
"""The exit code of a program that was stopped with Ctrl-C, as shells count it."""


class _Commands(click.Group):
    """The commands by name, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"cardgen.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="cardgen")
def cardgen() -> None:
    """Model and dataset cards as code for the Hugging Face Hub."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    console = Console()
    try:
        return cardgen.main(arguments, prog_name="cardgen", standalone_mode=False, obj=console) or 0
    except CardgenError as error:
        console.fail(error.message, error.hint)
        return error.exit_code
    except click.UsageError as error:
        console.fail(error.format_message(), f"see `{error.ctx.command_path if error.ctx else 'cardgen'} --help`")
        return 2
    except (KeyboardInterrupt, click.Abort):
        console.fail("interrupted", "run it again: what was finished is kept")
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return 1


def _forget_output() -> None:
    """Whoever read the output has gone: Python must not complain of it once more at its exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
