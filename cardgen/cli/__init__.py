"""The command line: the one place that prints and exits.

A command is a file here; it is imported only when it is called, and it imports only what it needs.
"""

from __future__ import annotations

import importlib
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress

import click

from cardgen import __version__
from cardgen.cli import console
from cardgen.cli.console import Console
from cardgen.errors import CardgenError
from cardgen.suggest import did_you_mean

COMMANDS = {
    "init": "Start a project: a manifest, workflows, a .gitignore.",
    "build": "Write every card into the build folder.",
    "check": "Check the cards and their links.",
    "lint": "Check the cards, or any README, without links.",
    "score": "Tell how complete the cards are, and what to add.",
    "report": "Merge the reports of a check in parts.",
    "plan": "Show what push would do.",
    "push": "Check, plan, publish, verify.",
    "pull": "Take edits made on the Hub into the manifest.",
    "import": "Make a manifest out of cards that exist.",
    "preview": "Look at the cards as the Hub would show them.",
    "rehearse": "Do all of it against a local hub: no account, no network.",
    "hub": "Serve a local hub.",
    "facts": "Read from the repos what their cards show of them.",
    "schema": "Print the JSON Schema of the manifest.",
}

MODULES = {"import": "import_"}
"""Commands whose names Python keeps for itself."""

INTERRUPTED = 130
"""The exit code of a program that was stopped with Ctrl-C, as shells count it."""


class _Commands(click.Group):
    """The commands by name, each imported when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module = MODULES.get(cmd_name, cmd_name)
        command: click.Command = importlib.import_module(f"cardgen.cli.{module}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        name = args[0]
        if name not in COMMANDS and not name.startswith("-"):
            raise click.UsageError(f"there is no command {name!r}{did_you_mean(name, COMMANDS)}", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.command(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="cardgen")
@console.options
def cardgen() -> None:
    """Model and dataset cards as code for the Hugging Face Hub."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code."""
    say = Console()
    _speak_utf8()
    try:
        return cardgen.main(arguments, prog_name="cardgen", standalone_mode=False, obj=say) or 0
    except CardgenError as error:
        say.fail(error.message, error.hint)
        return error.exit_code
    except click.exceptions.NoArgsIsHelpError as error:
        click.echo(error.format_message(), err=True)
        return 2
    except click.UsageError as error:
        say.fail(error.format_message(), f"see `{error.ctx.command_path if error.ctx else 'cardgen'} --help`")
        return 2
    except (KeyboardInterrupt, click.Abort):
        say.fail("interrupted", "run it again: what was finished is kept")
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return 1
    except OSError as error:
        _forget_output()
        say.fail(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))
        return 1


def _speak_utf8() -> None:
    """A program reads UTF-8, whatever the terminal speaks; nothing that is printed can fail for its characters."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        encoding = None if sys.stdout.isatty() else "utf-8"
        sys.stdout.reconfigure(encoding=encoding, errors="backslashreplace")


def _forget_output() -> None:
    """Nobody reads the output any more, or it cannot be written: Python must not complain of it again at its exit."""
    with suppress(OSError):  # it may be no file at all
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
