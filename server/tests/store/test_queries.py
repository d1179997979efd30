"""Queries: .sql files are found, filled whole, and every file and every reference has its other half."""

import ast
from importlib.resources import files
from pathlib import Path

import pytest

import skylens
from skylens.sql import Param, Sql
from skylens.store.queries import Query, query

SOURCE = Path(skylens.__file__).parent
EXAMPLE = Query("example", "example", "SELECT 1 FROM t WHERE a = {a:String} AND /*{where}*/ AND b = {b:Array(UInt8)}")


def test_values_and_conditions_are_filled_in_the_order_of_the_text():
    where = Sql("(c = ? OR d = ?)", (Param("Int8", 1), Param("Int8", 2)))
    assert EXAMPLE.fill({"where": where}, a="x", b=[3]) == Sql(
        "SELECT 1 FROM t WHERE a = ? AND (c = ? OR d = ?) AND b = ?",
        (Param("String", "x"), Param("Int8", 1), Param("Int8", 2), Param("Array(UInt8)", [3])),
    )


@pytest.mark.parametrize(
    ("slots", "values"),
    [({}, {"a": "x", "b": []}), ({"where": Sql("1")}, {"a": "x"}), ({"where": Sql("1")}, {"a": "x", "b": [], "c": 1})],
)
def test_too_little_or_too_much_is_said_so(slots, values):
    with pytest.raises(TypeError, match="<Query example/example> has slots"):
        EXAMPLE.fill(slots, **values)


def test_a_parameter_may_be_used_twice():
    twice = Query("example", "twice", "SELECT {a:Int8}, {a:Int8}")
    assert twice.fill(a=1) == Sql("SELECT ?, ?", (Param("Int8", 1), Param("Int8", 1)))


def test_a_query_that_is_not_there_is_named():
    with pytest.raises(LookupError, match=r"no query 'nothing' in skylens\.store/queries"):
        query("skylens.store", "nothing")


def referenced() -> set[tuple[str, str]]:
    """Find every ``query("package", "name")`` in the source; a package may be a constant of its module."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = {
            target.id: node.value.value
            for node in ast.walk(tree)
            if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant)
            for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
            if isinstance(target, ast.Name)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "query":
                package, name = node.args
                assert isinstance(name, ast.Constant), f"{path}:{node.lineno}: name a query by its name"
                value = package.value if isinstance(package, ast.Constant) else constants[ast.unparse(package)]
                found.add((str(value), str(name.value)))
    return found


def on_disk() -> set[tuple[str, str]]:
    return {
        (".".join(("skylens", *path.relative_to(SOURCE).parts[:-2])), path.stem)
        for path in SOURCE.rglob("queries/*.sql")
    }


def test_every_file_is_used_and_every_reference_has_a_file():
    assert on_disk() == referenced()


@pytest.mark.parametrize(("package", "name"), sorted(on_disk()))
def test_every_query_can_be_loaded_and_its_file_begins_with_what_it_answers(package: str, name: str):
    assert query(package, name).text
    assert (files(package) / "queries" / f"{name}.sql").read_text(encoding="utf-8").startswith("--")
