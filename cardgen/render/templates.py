"""Prints templates, and says where one fails."""

from __future__ import annotations

import functools
import re
from collections.abc import Collection, Mapping
from types import TracebackType
from typing import Any

from jinja2 import Template, TemplateSyntaxError, UndefinedError, meta, nodes
from msgspec import Struct

from cardgen import model
from cardgen.errors import TemplateError
from cardgen.model import SourceText
from cardgen.render.sandbox import MOST_KEPT, STEPS_BACK, Sandbox, Templates
from cardgen.suggest import did_you_mean


class _Reading(Struct, frozen=True):
    """What a template reads: variables, with their lines, and templates; None is one that only printing names."""

    variables: tuple[tuple[str, int], ...]
    templates: tuple[str | None, ...]


_READINGS: dict[SourceText, _Reading] = {}
"""Of templates that were looked at in this process: the next collection has most of them, too."""


class Printer:
    """Prints templates by name; what goes wrong in one is a TemplateError with its file and line."""

    def __init__(self, templates: Templates) -> None:
        self._environment = Sandbox(templates)
        self._templates = templates
        self._made: dict[str, Template] = {}
        self._names = {source.name for source in templates.values()}

    def begin(self) -> None:
        """Count steps from none on: each collection has as many."""
        self._environment.steps = 0

    def print(self, template: str, **values: Any) -> str:
        """What a template makes of `values`."""
        self._environment.steps = max(0, self._environment.steps - STEPS_BACK)
        try:
            return self._template(template).render(values)
        except TemplateSyntaxError as error:
            raise self._syntax_error(error) from None
        except Exception as error:
            raise self._explain(error, template, values) from None

    def _template(self, name: str) -> Template:
        if name not in self._made:
            self._made[name] = self._environment.get_template(name)
            self._made[name].globals = {**self._made[name].globals}  # Jinja's own is slow, and copied for every print
        return self._made[name]

    def reads(self, template: str, name: str) -> bool:
        """Whether a template, or one that it includes, may read the variable `name`."""
        try:
            return bool(self._lines(template, name)) or None in self._included(template)
        except (TemplateError, RecursionError):
            return True  # printing it says what is wrong

    def wrong_use(self, template: str, name: str, message: str) -> TemplateError:
        """The error for a template that uses the variable `name` as it must not: where it does so last."""
        lines = self._lines(template, name)
        place = f"{lines[-1][0]}:{lines[-1][1]}" if lines else self._templates[template].name
        return TemplateError(f"{place}: {message}")

    def unused(self, entries: Collection[str]) -> tuple[str, ...]:
        """The templates that are not printed, directly or because another includes them."""
        try:
            used = {each for entry in entries for each in self._included(entry)}
        except (TemplateError, RecursionError):
            return ()
        return () if None in used else tuple(name for name in self._templates if name not in used)

    def _lines(self, template: str, name: str) -> list[tuple[str, int]]:
        """Where a template, and those that it includes, read a variable."""
        return [
            (self._templates[each].name, line)
            for each in self._included(template)
            if each is not None and each in self._templates
            for variable, line in self._reading(each).variables
            if variable == name
        ]

    def _included(self, template: str) -> dict[str | None, None]:
        """A template and those that it includes, in order; None stands for names that are known only in printing."""
        found: dict[str | None, None] = {}
        waiting: list[str | None] = [template]
        while waiting:
            each = waiting.pop()
            if each not in found and each is not None and each in self._templates:
                waiting += self._reading(each).templates
            found[each] = None
        return found

    def _reading(self, template: str) -> _Reading:
        source = self._templates[template]
        if source not in _READINGS:
            if len(_READINGS) >= MOST_KEPT:
                _READINGS.clear()
            _READINGS[source] = self._read(template, source)
        return _READINGS[source]

    def _read(self, template: str, source: SourceText) -> _Reading:
        try:
            tree = self._environment.parse(source.text, template, source.name)
        except TemplateSyntaxError as error:
            raise self._syntax_error(error) from None
        variables = tuple((node.name, node.lineno) for node in tree.find_all(nodes.Name))
        return _Reading(variables, tuple(meta.find_referenced_templates(tree)))

    def _syntax_error(self, error: TemplateSyntaxError) -> TemplateError:
        name = error.filename or error.name or ""
        message = error.message or "cannot be read"
        hint = ""
        if match := re.match(r"No filter named '(\w+)'", message):
            hint = f"the filters here are {', '.join(self._environment.filters)}"
            message = message.rstrip(".") + did_you_mean(match[1], self._environment.filters)
        return TemplateError(f"{name}:{error.lineno}: {message}", hint)

    def _explain(self, error: Exception, template: str, values: Mapping[str, Any]) -> TemplateError:
        message = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, RecursionError):
            message = "the template calls itself without end, or is nested too deep"
        if isinstance(error, MemoryError | OverflowError):
            message = "the template makes something too large"
        hint = _names_that_exist(message, values) if isinstance(error, UndefinedError) else ""
        return TemplateError(f"{self._place(error.__traceback__, template)}: {message}", hint)

    def _place(self, traceback: TracebackType | None, template: str) -> str:
        """The innermost line of a template in a traceback; Jinja puts them there."""
        source = self._templates.get(template)
        place = source.name if source else template
        while traceback:
            if traceback.tb_frame.f_code.co_filename in self._names:
                place = f"{traceback.tb_frame.f_code.co_filename}:{traceback.tb_lineno}"
            traceback = traceback.tb_next
        return place


def _names_that_exist(message: str, values: Mapping[str, Any]) -> str:
    """A hint for a name that does not exist: what the object has that was asked for it, or the template's variables."""
    if match := re.fullmatch(r"'([^']*)' is undefined", message):
        if match[1] in values:
            return "an imported template sees the names of the other only if it is imported `with context`"
        return f"the names here are {', '.join(sorted(values))}{did_you_mean(match[1], values)}"
    if match := re.match(r"'cardgen\.model\.(\w+) object' has no attribute '([^']*)'", message):
        names = [name for name in dir(getattr(model, match[1])) if not name.startswith("_")]
        return f"{match[1]} has {', '.join(names)}{did_you_mean(match[2], names)}"
    return ""


@functools.lru_cache(maxsize=2)
def printer_of(templates: tuple[tuple[str, SourceText], ...]) -> Printer:
    """A printer of these templates; the next collection most likely asks for the same one."""
    return Printer(dict(templates))
