"""Jinja as it prints cards: strict, escaped, sandboxed and bounded, for templates may be a stranger's."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from types import TracebackType
from typing import Any

from jinja2 import FunctionLoader, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError, meta, nodes
from jinja2.exceptions import SecurityError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from cardgen.errors import TemplateError
from cardgen.model import SourceText
from cardgen.suggest import did_you_mean

MAX_STEPS = 2_000_000
"""Rounds of loops and calls of macros in one printing: counted, not timed, so that every machine agrees."""

_PADDING = {"ljust", "rjust", "center", "zfill", "expandtabs", "format", "format_map"}
_MARKDOWN = re.compile(r"[\\`*\[\]<>|]|&(?=#?\w+;)|(?<!\w)_|_(?!\w)")

Templates = Mapping[str, SourceText]
"""Templates by name, such as `card.md.j2`."""


class _Environment(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, and a count of the steps that a template takes."""

    intercepted_binops = frozenset({"*", "**", "%"})

    def __init__(self, templates: Templates) -> None:
        super().__init__(
            loader=FunctionLoader(lambda name: _source(templates, name)),
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name and name.endswith(".html.j2")),
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
        )
        self.steps = 0
        self.globals = {"range": self.globals["range"], "step": self.step}
        for name in ("center", "format", "indent", "pprint"):
            del self.filters[name]
        self.filters["markdown"] = lambda text: _MARKDOWN.sub(r"\\\g<0>", str(text))

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """Every round of a loop and every call of a macro begins with a step."""
        tree = super()._parse(source, name, filename)
        for loop in tree.find_all((nodes.For, nodes.Macro, nodes.CallBlock)):
            count = nodes.Call(nodes.Name("step", "load"), [], [], None, None)
            loop.body.insert(0, nodes.ExprStmt(count).set_lineno(loop.lineno))  # type: ignore[attr-defined]
        return tree

    def step(self) -> None:
        self.steps += 1
        if self.steps > MAX_STEPS:
            raise SecurityError(f"the template takes more than {MAX_STEPS:,} steps; does a loop never end?")

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if isinstance(left, str | bytes | list | tuple) or isinstance(right, str | bytes | list | tuple):
            raise SecurityError(f"a template must not repeat or format text with {operator!r}; use a loop or ~")
        if operator == "**" or abs(left) > 1e15 or abs(right) > 1e15:
            raise SecurityError("a template must not reckon with numbers that large")
        return super().call_binop(context, operator, left, right)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        return super().is_safe_attribute(obj, attr, value) and not (isinstance(obj, str) and attr in _PADDING)


def _source(templates: Templates, name: str) -> tuple[str, str, Callable[[], bool]]:
    if name not in templates:
        raise TemplateNotFound(name, f"there is no template {name!r}{did_you_mean(name, templates)}")
    return templates[name].text, templates[name].name, lambda: True


class Printer:
    """Prints templates by name; what goes wrong in one is a TemplateError with its file and line."""

    def __init__(self, templates: Templates) -> None:
        self._environment = _Environment(templates)
        self._templates = templates
        self._names = {source.name for source in templates.values()}

    def print(self, template: str, **values: Any) -> str:
        """What a template makes of `values`."""
        self._environment.steps = 0
        try:
            return self._environment.get_template(template).render(values)
        except TemplateSyntaxError as error:
            raise TemplateError(f"{error.filename or error.name}:{error.lineno}: {error.message}") from None
        except Exception as error:
            raise self._explain(error, template, values) from None

    def reads(self, template: str, name: str) -> bool:
        """Whether a template, or one that it includes, may read the variable `name`."""
        waiting, seen = [template], set[str]()
        while waiting:
            each = waiting.pop()
            if each in seen or each not in self._templates:
                continue
            seen.add(each)
            try:
                tree = self._environment.parse(self._templates[each].text, each)
            except TemplateSyntaxError:
                return True
            included = list(meta.find_referenced_templates(tree))
            if None in included or any(node.name == name for node in tree.find_all(nodes.Name)):
                return True
            waiting += [other for other in included if other]
        return False

    def _explain(self, error: Exception, template: str, values: Mapping[str, Any]) -> TemplateError:
        message = " ".join(str(error).split()) or type(error).__name__
        if isinstance(error, RecursionError):
            message = "the template calls itself without end"
        if isinstance(error, MemoryError | OverflowError):
            message = "the template makes something too large"
        hint = ""
        if isinstance(error, UndefinedError):
            hint = _names_that_exist(message, values)
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
    """A hint for a name that does not exist: the fields of the object it was asked of, or the template's variables."""
    if match := re.match(r"'(?:cardgen\.model\.)?(\w+) object' has no attribute '(\w+)'", message):
        owner, wanted = match.groups()
        held = next((value for value in values.values() if type(value).__name__ == owner), None)
        names = sorted(getattr(type(held), "__dataclass_fields__", ()))
        return f"{owner} has {', '.join(names)}{did_you_mean(wanted, names)}" if names else ""
    wanted = message.split("'")[1] if message.count("'") > 1 else ""
    return f"the names here are {', '.join(sorted(values))}{did_you_mean(wanted, values)}"
