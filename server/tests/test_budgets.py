"""Sizes: functions, files and parameters stay within the budgets of CONTRIBUTING.md."""

import ast
from functools import cache
from pathlib import Path
from statistics import median, quantiles

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = (ROOT / "server" / "src", ROOT / "daemon" / "src", ROOT / "bench")
MAX_FUNCTION, P95_FUNCTION, MEDIAN_FUNCTION = 60, 35, 8
MAX_FILE, P95_FILE = 600, 350
MAX_PARAMETERS = 5
FORBIDDEN_NAMES = {"utils", "common", "helpers", "misc", "base", "manager", "core", "types"}

Function = ast.FunctionDef | ast.AsyncFunctionDef


def files() -> list[Path]:
    return [path for room in ROOMS for path in sorted(room.rglob("*.py"))]


@cache
def functions() -> list[tuple[str, Function]]:
    found = []
    for path in files():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        found += [
            (f"{path.relative_to(ROOT)}:{node.lineno} {node.name}", node)
            for node in ast.walk(tree)
            if isinstance(node, Function)
        ]
    return found


def lines_without_docstring(function: Function) -> int:
    assert function.end_lineno is not None
    lines = function.end_lineno - function.lineno + 1
    first = function.body[0]
    if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def parameters(function: Function) -> int:
    """Count what a caller must understand: positional and keyword parameters, without self, cls and those of Typer's commands."""
    arguments = function.args
    names = [a.arg for a in (*arguments.posonlyargs, *arguments.args)]
    return len([n for n in names if n not in {"self", "cls"}])


def test_no_function_is_longer_than_a_screen():
    assert [name for name, f in functions() if lines_without_docstring(f) > MAX_FUNCTION] == []


def test_most_functions_are_short():
    sizes = [lines_without_docstring(f) for _, f in functions()]
    assert median(sizes) <= MEDIAN_FUNCTION
    assert quantiles(sizes, n=20)[-1] <= P95_FUNCTION


def test_no_file_is_longer_than_its_budget():
    sizes = {str(path.relative_to(ROOT)): len(path.read_text(encoding="utf-8").splitlines()) for path in files()}
    assert {name: size for name, size in sizes.items() if size > MAX_FILE} == {}
    assert quantiles(sizes.values(), n=20)[-1] <= P95_FILE


def test_no_function_takes_more_than_five_positional_parameters():
    assert [name for name, f in functions() if parameters(f) > MAX_PARAMETERS] == []


@pytest.mark.parametrize("path", files(), ids=lambda p: str(p.relative_to(ROOT)))
def test_no_file_has_a_name_that_says_nothing(path):
    assert path.stem not in FORBIDDEN_NAMES
