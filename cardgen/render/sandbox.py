"""Jinja for templates that may be a stranger's: strict, escaped, without Python's internals, and bounded.

What a template does is counted in steps, not timed, so that every machine agrees on what is too much. A step is a
round of a loop, a call, an item of a list that is looked at, or a piece of text that is printed or put together.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from types import CodeType
from typing import Any

from jinja2 import BytecodeCache, FunctionLoader, StrictUndefined, TemplateNotFound, Undefined, nodes
from jinja2.bccache import Bucket
from jinja2.exceptions import SecurityError
from jinja2.runtime import Context, markup_join, str_join
from jinja2.sandbox import ImmutableSandboxedEnvironment
from jinja2.visitor import NodeTransformer
from msgspec import Struct

from cardgen import model
from cardgen.model import SourceText
from cardgen.render import markdown
from cardgen.suggest import did_you_mean

MAX_STEPS = 2_000_000
STEPS_BACK = 200_000
"""Steps that every printing gives back: a large collection may take more in all than a hostile template may at once."""

TEXT_OF_A_STEP = 50
"""Characters."""

STEPS_OF_A_TEMPLATE = 20
"""What it takes to include one."""

MAX_NUMBER = 10_000
"""The largest number that a filter takes as an option."""

_TOO_STRONG = {"batch", "center", "format", "indent", "pprint", "random", "round", "tojson", "urlize", "wordwrap"}
"""Filters that multiply text, or that print something else every time."""

_VALUES = {each for each in vars(model).values() if isinstance(each, type) and issubclass(each, Struct)}
"""The values that templates print: they are frozen, and their fields are plain data."""

_WITH_PARTS = (list, tuple, set, frozenset, dict, range)

_SAFE_METHODS = {
    "capitalize", "count", "endswith", "find", "isalpha", "isdigit", "lower", "lstrip", "partition", "removeprefix",
    "removesuffix", "rpartition", "rsplit", "rstrip", "split", "splitlines", "startswith", "strip", "title", "upper",
}  # fmt: skip
"""Methods of text that cannot multiply it."""

MOST_KEPT = 200
"""Templates whose code is kept: the next collection has most of them, too."""

Templates = Mapping[str, SourceText]
"""Templates by name, such as `card.md.j2`."""


class _Code(BytecodeCache):
    """The code of the templates that were compiled in this process: it is the same in every sandbox."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if len(self._kept) < MOST_KEPT and bucket.code:
            self._kept[bucket.key, bucket.checksum] = bucket.code


_CODE = _Code()


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, and a count of the steps that templates take."""

    intercepted_binops = frozenset({"*", "**", "%", "+"})

    def __init__(self, templates: Templates) -> None:
        super().__init__(
            loader=FunctionLoader(lambda name: _source(templates, name)),
            undefined=StrictUndefined,
            autoescape=lambda name: bool(name and name.endswith(".html.j2")),
            finalize=self.printable,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,
            bytecode_cache=_CODE,
        )
        self.steps = 0
        self._trees: dict[tuple[str, str | None, str | None], nodes.Template] = {}
        self.globals = {"range": self.globals["range"]}
        filters: dict[str, Any] = {**self.filters, "markdown": markdown.escape}
        tests: dict[str, Any] = {**self.tests}
        self.filters = {name: self._metered(call) for name, call in filters.items() if name not in _TOO_STRONG}
        self.tests = {name: self._metered(call) for name, call in tests.items()}
        self.filters["join"] = self._bounded_join(self.filters["join"])
        self.filters["replace"] = self._bounded_replace(self.filters["replace"])

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        """The tree of a template, with its meter: the same whether it is to be compiled or looked at."""
        key = (source, name, filename)
        if key not in self._trees:
            self._trees[key] = _Meter().visit(super()._parse(source, name, filename))
        return self._trees[key]

    def step(self, count: int) -> None:
        self.steps += count
        if self.steps > MAX_STEPS:
            raise SecurityError(f"the template takes more than {MAX_STEPS:,} steps; does something never end?")

    def weigh(self, value: Any) -> Any:
        """The value itself, once its size has been counted: of a list, with all that lies in it."""
        if isinstance(value, str):
            if len(value) >= TEXT_OF_A_STEP:
                self.step(len(value) // TEXT_OF_A_STEP)
        elif isinstance(value, _WITH_PARTS):
            self._weigh_parts(value)
        return value

    def _weigh_parts(self, value: Any) -> None:
        waiting = [value]
        while waiting:
            each = waiting.pop()
            parts = () if isinstance(each, range) else (*each, *each.values()) if isinstance(each, dict) else each
            self.step(len(each) + sum(len(part) // TEXT_OF_A_STEP for part in parts if isinstance(part, str)))
            waiting += [part for part in parts if isinstance(part, _WITH_PARTS)]

    def put_together(self, context: Context, *parts: Any) -> str:
        """The operator `~`."""
        join = markup_join if context.eval_ctx.autoescape else str_join
        text: str = self.weigh(join([self.weigh(part) for part in parts]))
        return text

    def printable(self, value: Any) -> Any:
        """What stands in `{{ }}`, if it can be printed."""
        if isinstance(value, str):
            return value if len(value) < TEXT_OF_A_STEP else self.weigh(value)
        if isinstance(value, (int, float, Undefined)):
            return value
        kind = "None" if value is None else f"a {type(value).__name__}"
        raise SecurityError(f"{kind} cannot be printed; print its parts, or nothing")

    def call(self, context: Any, obj: Any, /, *args: Any, **kwargs: Any) -> Any:
        owner = getattr(obj, "__self__", None)
        if owner is self:
            return obj(*args)
        for each in (owner, *args, *kwargs.values()):
            self.weigh(each)
        return self.weigh(super().call(context, obj, *args, **kwargs))

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "+":
            return self.weigh(super().call_binop(context, operator, left, right))
        if isinstance(left, str | bytes | list | tuple) or isinstance(right, str | bytes | list | tuple):
            raise SecurityError(f"a template must not repeat or format text with {operator!r}; use a loop or ~")
        if operator == "**" or abs(left) > 1e15 or abs(right) > 1e15:
            raise SecurityError("a template must not reckon with numbers that large")
        return super().call_binop(context, operator, left, right)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Most of what templates ask for are fields of values, and those are safe."""
        if type(obj) in _VALUES and attribute in obj.__struct_fields__:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)

    def is_safe_attribute(self, obj: Any, attr: str, value: Any) -> bool:
        if isinstance(obj, str):
            return attr in _SAFE_METHODS
        return super().is_safe_attribute(obj, attr, value) and not isinstance(obj, int | float | bytes)

    def wrap_str_format(self, value: Any) -> None:
        """No `format` on text: it pads to any width."""

    def _metered(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """A filter or test that counts the size of what it gets and makes."""
        options = 2 if hasattr(function, "jinja_pass_arg") else 1

        def call(*args: Any, **kwargs: Any) -> Any:
            for each in (*args[options:], *kwargs.values()):
                if isinstance(each, int) and abs(each) > MAX_NUMBER:
                    raise SecurityError(f"{each:,} is too large a number here")
            for each in (*args, *kwargs.values()):
                self.weigh(each)
            return self.weigh(function(*args, **kwargs))

        call.__dict__.update(getattr(function, "__dict__", {}))  # where Jinja notes what else a filter is called with
        return call

    def _bounded_join(self, join: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(join)
        def call(eval_context: Any, value: Any, d: str = "", attribute: Any = None) -> Any:
            items = list(value)
            self.weigh(items)
            self.step(len(items) * len(d) // TEXT_OF_A_STEP)
            return join(eval_context, items, d, attribute)

        return call

    def _bounded_replace(self, replace: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(replace)
        def call(eval_context: Any, s: Any, old: str, new: str, count: int | None = None) -> Any:
            self.step(str(s).count(str(old)) * len(str(new)) // TEXT_OF_A_STEP)
            return replace(eval_context, s, old, new, count)

        return call


class _Meter(NodeTransformer):
    """Puts the counting of steps into a template: where it loops, calls, compares and puts together."""

    def __init__(self) -> None:
        self.characters = 0

    def begin_with_step(self, node: Any, steps: int = 1) -> nodes.Node:
        """Count a body each time that it begins, by the text in it."""
        before = self.characters
        self.generic_visit(node)
        step = _call("step", nodes.Const(steps + (self.characters - before) // TEXT_OF_A_STEP))
        node.body.insert(0, nodes.ExprStmt(step).set_lineno(node.lineno))
        found: nodes.Node = node
        return found

    def visit_Template(self, node: nodes.Template) -> nodes.Node:
        return self.begin_with_step(node, STEPS_OF_A_TEMPLATE)

    def visit_Block(self, node: nodes.Block | nodes.Macro | nodes.CallBlock) -> nodes.Node:
        return self.begin_with_step(node)

    visit_Macro = visit_CallBlock = visit_Block

    def visit_For(self, node: nodes.For) -> nodes.Node:
        self.begin_with_step(node)
        node.iter = _call("weigh", node.iter)
        return node

    def visit_TemplateData(self, node: nodes.TemplateData) -> nodes.Node:
        self.characters += len(node.data)
        return node

    def visit_Concat(self, node: nodes.Concat) -> nodes.Node:
        self.generic_visit(node)
        return _call("put_together", nodes.ContextReference(), *node.nodes).set_lineno(node.lineno)

    def visit_Getitem(self, node: nodes.Getitem) -> nodes.Node:
        self.generic_visit(node)
        return _call("weigh", node).set_lineno(node.lineno) if isinstance(node.arg, nodes.Slice) else node

    def visit_Compare(self, node: nodes.Compare) -> nodes.Node:
        self.generic_visit(node)
        sides: list[Any] = [node, *node.ops]
        for side in sides:
            if not isinstance(side.expr, nodes.Const):
                side.expr = _call("weigh", side.expr)
        return node

    def visit_List(self, node: nodes.List | nodes.Tuple | nodes.Dict) -> nodes.Node:
        self.generic_visit(node)
        return node if getattr(node, "ctx", "load") != "load" else _call("weigh", node).set_lineno(node.lineno)

    visit_Tuple = visit_Dict = visit_List

    def visit_Include(self, node: nodes.Node) -> nodes.Node:
        """The name of another template stays as it is, so that it can be read without running it."""
        return node

    visit_Extends = visit_Import = visit_FromImport = visit_Include


def _call(name: str, *args: Any) -> nodes.Call:
    return nodes.Call(nodes.EnvironmentAttribute(name), list(args), [], None, None)


def _source(templates: Templates, name: str) -> tuple[str, str, Callable[[], bool]]:
    if name not in templates:
        raise TemplateNotFound(name, f"there is no template {name!r}{did_you_mean(name, templates)}")
    return templates[name].text, templates[name].name, lambda: True
