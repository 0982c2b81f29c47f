"""How large the code is: lines per module, without blank lines, comments and docstrings; and the longest functions.

.venv/bin/python benchmarks/size.py
"""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
LAYOUT = (tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT, tokenize.ENDMARKER)
LONGEST = 5

Function = ast.FunctionDef | ast.AsyncFunctionDef


def main() -> None:
    """Print the modules of cardgen, the sum of the tests, and the functions that are the longest."""
    counts = {path: lines_of_code(path) for path in sorted((ROOT / "cardgen").rglob("*.py"))}
    for path, count in counts.items():
        print(f"{count:>6}  {path.relative_to(ROOT)}")
    print(f"{sum(counts.values()):>6}  cardgen, {len(counts)} modules")
    print(f"{sum(map(lines_of_code, (ROOT / 'tests').rglob('*.py'))):>6}  tests")
    for length, name in sorted((found for path in counts for found in functions(path)), reverse=True)[:LONGEST]:
        print(f"{length:>6}  lines in {name}")


def lines_of_code(path: Path) -> int:
    """The lines of a file on which code stands."""
    text = path.read_text(encoding="utf-8")
    held: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in LAYOUT:
            held.update(range(token.start[0], token.end[0] + 1))
    return len(held - set(docstring_lines(ast.parse(text))))


def docstring_lines(tree: ast.Module) -> Iterator[int]:
    """The lines of all docstrings, and of the strings that document a constant: text that stands alone."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield from range(node.lineno, (node.end_lineno or node.lineno) + 1)


def functions(path: Path) -> Iterator[tuple[int, str]]:
    """The length of each function from its `def` to its last line, and its place."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            yield length, f"{path.relative_to(ROOT)}:{node.lineno} {node.name}"


if __name__ == "__main__":
    main()
