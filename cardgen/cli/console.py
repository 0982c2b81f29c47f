"""What people read goes to stderr, what programs read goes to stdout; colour only where it is wanted."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, TypeVar

import click
from msgspec import Struct

Function = TypeVar("Function", bound=Callable[..., Any])


class Console(Struct):
    """Where and how much a run tells. `verbosity`: -1 only errors, 0 what happened, 1 every step."""

    verbosity: int = 0
    color: bool | None = None

    def say(self, text: str) -> None:
        """Tell a person what happened."""
        if self.verbosity >= 0:
            click.echo(text, err=True, color=self.wants_color(sys.stderr))

    def detail(self, text: str) -> None:
        """Tell a person who asked for every step."""
        if self.verbosity > 0:
            click.echo(click.style(text, dim=True), err=True, color=self.wants_color(sys.stderr))

    def print(self, text: str) -> None:
        """Give a program, or a pager, its result."""
        click.echo(text, nl=not text.endswith("\n"), color=self.wants_color(sys.stdout))

    def warn(self, text: str) -> None:
        """Tell what is not as it should be, though the run goes on."""
        click.echo(click.style("warning: ", fg="yellow") + text, err=True, color=self.wants_color(sys.stderr))

    def fail(self, message: str, hint: str = "") -> None:
        """Tell what is wrong, a line each, and what to do next."""
        color = self.wants_color(sys.stderr)
        for line in message.splitlines():
            click.echo(click.style("error: ", fg="red", bold=True) + line, err=True, color=color)
        if hint:
            click.echo(click.style("hint: ", fg="cyan") + hint, err=True, color=color)

    def wants_color(self, stream: Any) -> bool:
        if self.color is not None:
            return self.color
        return "NO_COLOR" not in os.environ and bool(stream.isatty())

    def is_live(self) -> bool:
        """Whether a person watches: progress bars and questions make sense."""
        return self.verbosity >= 0 and sys.stderr.isatty() and sys.stdin.isatty()


def _quiet(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Console).verbosity = -1


def _verbose(context: click.Context, _: click.Parameter, value: bool) -> None:
    if value:
        context.ensure_object(Console).verbosity = 1


def _color(context: click.Context, _: click.Parameter, value: str) -> None:
    if value != "auto":
        context.ensure_object(Console).color = value == "always"


def options(function: Function) -> Function:
    """The options that every command has."""
    for option in (
        click.help_option("-h", "--help"),  # said here: click forgets the group's names once a command ran without it
        click.option(
            "--color",
            type=click.Choice(["auto", "always", "never"]),
            default="auto",
            expose_value=False,
            callback=_color,
            help="When to use colour; NO_COLOR is respected.",
        ),
        click.option("-v", "--verbose", is_flag=True, expose_value=False, callback=_verbose, help="Tell every step."),
        click.option("-q", "--quiet", is_flag=True, expose_value=False, callback=_quiet, help="Tell errors only."),
    ):
        function = option(function)
    return function


def manifests(function: Function) -> Function:
    """The argument of every command that reads manifests."""
    return click.argument("manifests", nargs=-1, metavar="[MANIFEST]...", type=click.Path())(function)


def output(function: Function) -> Function:
    """The option that names the build folder."""
    option = click.option("-o", "--output", default="build", metavar="DIR", show_default=True, help="The build folder.")
    return option(function)
