"""Select: a query's tree as one SELECT of the engine's, over the event data stores it may read and nothing else.

The text is put together from pieces of ours: what a caller wrote is in it as parameters only, and names are made up anew.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from sqlglot import exp

from skylens.cloudtrail.lake.expression import Expressions, only
from skylens.cloudtrail.lake.invalid import InvalidQuery
from skylens.cloudtrail.lake.kinds import NUMBERS, Type
from skylens.cloudtrail.lake.scope import Named, Relation, Scope, Source, new_world
from skylens.cloudtrail.lake.value import Value, alike, condition, fill
from skylens.sql import Param, Sql, join

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from skylens.cloudtrail.lake.scope import World

_JOINS: Final = {"": "INNER JOIN", "LEFT": "LEFT JOIN", "RIGHT": "RIGHT JOIN", "FULL": "FULL JOIN"}
_SETS: Final = {exp.Union: "UNION", exp.Except: "EXCEPT", exp.Intersect: "INTERSECT"}
_MOST_ROWS: Final = 2**31
_SELECT_PARTS: Final = (
    "expressions", "distinct", "from_", "joins", "where", "group", "having", "order", "limit", "offset", "with_",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query that can be run: its SQL, and the names and types of its columns."""

    sql: Sql
    columns: tuple[tuple[str, Type], ...]


@dataclass(frozen=True, slots=True)
class _Output:
    """One column of a SELECT."""

    name: str
    value: Value
    ref: str
    is_named: bool


def compile_query(tree: exp.Query, now: datetime, store: Callable[[str], Relation]) -> Compiled:
    """Return a query compiled; ``store`` gives the relation of an event data store by what a query calls it."""
    world = new_world(now, store)
    try:
        found = _Compiler(world).query(tree, Scope(world))
    except RecursionError as error:
        raise InvalidQuery("The query is nested too deeply") from error
    outer = join(", ", [_as_shown(column) for column in found.columns])
    sql = fill("SELECT {0} FROM {1}", outer, found.sql)
    return Compiled(sql, tuple((column.name, column.type) for column in found.columns))


class _Compiler:
    def __init__(self, world: World) -> None:
        self._world = world
        self._expressions = Expressions(self._inner)

    def query(self, node: Any, scope: Scope) -> Relation:
        """Return a SELECT or a union of them, in parentheses."""
        if isinstance(node, exp.Subquery):
            return self._subquery(node, scope)
        if type(node) in _SETS:
            return self._set_operation(node, scope)
        if type(node) is exp.Select:
            return self._select(node, scope)
        raise InvalidQuery(f"{type(node).__name__.upper()} is no query")

    def _inner(self, node: exp.Expression, scope: Scope) -> Relation:
        """Return a query inside an expression: it sees common tables, and no columns of the query around it."""
        return self.query(node, Scope(self._world, (), scope.tables))

    def _subquery(self, node: Any, scope: Scope) -> Relation:
        only(node, "this", "alias", "order", "limit", "offset", "with_")
        scope = self._with_tables(node, scope)
        return self._ordered(node, self.query(node.this, scope))

    def _set_operation(self, node: Any, scope: Scope) -> Relation:
        only(node, "this", "expression", "distinct", "order", "limit", "offset", "with_")
        scope = self._with_tables(node, scope)
        left, right = self.query(node.this, scope), self.query(node.expression, scope)
        if len(left.columns) != len(right.columns):
            raise InvalidQuery(f"{len(left.columns)} and {len(right.columns)} columns cannot be united")
        columns = []
        for one, other in zip(left.columns, right.columns, strict=True):
            kinds = {one.type.kind, other.type.kind} - {"unknown"}
            if len(kinds) > 1 and kinds != NUMBERS:
                raise InvalidQuery(f"Column {one.name!r} is {one.type} and {other.type}")
            kind = other.type if one.type.kind == "unknown" or other.type.kind == "double" else one.type
            columns.append(Named(one.name, kind, self._world.new_name("c")))
        word = f"{_SETS[type(node)]} {'DISTINCT' if node.args.get('distinct') else 'ALL'}"
        sides = [_renamed(side.sql, side.columns, columns) for side in (left, right)]
        return self._ordered(node, Relation(fill(f"({{0}} {word} {{1}})", *sides), tuple(columns)))

    def _ordered(self, node: Any, relation: Relation) -> Relation:
        """Return a relation sorted and cut as the node around it says."""
        order, limit, offset = (node.args.get(part) for part in ("order", "limit", "offset"))
        if not (order or limit or offset):
            return relation
        table = self._world.new_name("t")
        outputs = [
            _Output(
                column.name, Value(Sql(f"{table}.{column.ref}"), column.type), f"{table}.{column.ref}", is_named=True
            )
            for column in relation.columns
        ]
        columns = ", ".join(f"{table}.{column.ref} AS {column.ref}" for column in relation.columns)
        tail = self._tail(node, outputs, None)
        whole = f"(SELECT {columns} FROM {{0}} AS {table}{{1}})"  # noqa: S608  # names of ours
        return Relation(fill(whole, relation.sql, tail), relation.columns)

    def _select(self, node: Any, scope: Scope) -> Relation:
        only(node, *_SELECT_PARTS)
        scope = self._with_tables(node, scope)
        if node.args.get("from_") is None:
            raise InvalidQuery("A query reads from an event data store: SELECT … FROM <id>")
        source, scope = self._from(node, scope)
        where = self._condition(node.args.get("where"), scope, "WHERE")
        outputs = self._outputs(node.expressions, scope)
        group = self._group(node.args.get("group"), outputs, scope)
        having = self._having(node.args.get("having"), scope)
        tail = self._tail(node, outputs, None if node.args.get("distinct") else scope)
        shown = join(", ", [fill("{0} AS " + output.ref, output.value.sql) for output in outputs])
        word = self._distinct(node.args.get("distinct"))
        whole = f"(SELECT {word}{{0}} FROM {{1}}{{2}}{{3}}{{4}}{{5}})"  # noqa: S608  # a word of ours
        sql = fill(whole, shown, source, where, group, having, tail)
        columns = tuple(Named(output.name, output.value.type, output.ref) for output in outputs)
        return Relation(sql, columns)

    def _distinct(self, node: Any) -> str:
        if node is None:
            return ""
        only(node)
        return "DISTINCT "

    def _with_tables(self, node: Any, scope: Scope) -> Scope:
        common = node.args.get("with_")
        if common is None:
            return scope
        only(common, "expressions")
        tables = dict(scope.tables or {})
        for table in common.expressions:
            only(table, "this", "alias")
            inner = self.query(table.this, Scope(self._world, (), tables))
            tables[table.alias.lower()] = _with_names(inner, table.args["alias"])
        return Scope(scope.world, scope.sources, tables)

    def _from(self, node: Any, scope: Scope) -> tuple[Sql, Scope]:
        start = node.args["from_"]
        only(start, "this")
        if isinstance(start.this, exp.Unnest):
            raise InvalidQuery("UNNEST follows CROSS JOIN")
        sql, scope = self._table(start.this, scope)
        for joined in node.args.get("joins") or ():
            only(joined, "this", "side", "kind", "on")
            if isinstance(joined.this, exp.Unnest):
                sql, scope = self._unnest(joined, sql, scope)
            else:
                sql, scope = self._join(joined, sql, scope)
        return sql, scope

    def _table(self, node: Any, scope: Scope) -> tuple[Sql, Scope]:
        if isinstance(node, exp.Subquery):
            relation = self._subquery(node, Scope(self._world, (), scope.tables))
            alias = node.args.get("alias")
            relation, name = (_with_names(relation, alias), alias.name) if alias else (relation, "")
        elif type(node) is exp.Table and type(node.this) is exp.Identifier:
            only(node, "this", "alias")
            relation, name = self._named_table(node, scope)
        else:
            raise InvalidQuery("FROM is followed by an event data store or a query")
        table = self._world.new_name("t")
        columns = tuple(column.moved(lambda ref: f"{table}.{ref}") for column in relation.columns)
        return fill(f"{{0}} AS {table}", relation.sql), scope.with_source(Source(name.lower(), columns))

    def _named_table(self, node: Any, scope: Scope) -> tuple[Relation, str]:
        alias = node.args.get("alias")
        relation = (scope.tables or {}).get(node.name.lower()) or self._world.store(node.name)
        if alias is not None:
            relation = _with_names(relation, alias)
        return relation, alias.name if alias is not None else node.name

    def _join(self, node: Any, left: Sql, scope: Scope) -> tuple[Sql, Scope]:
        right, scope = self._table(node.this, scope)
        side, kind, on = (str(node.args.get(part) or "").upper() for part in ("side", "kind", "on"))
        if not on:
            if kind not in {"CROSS", ""} or side:
                raise InvalidQuery("A join needs ON")
            return fill("{0} CROSS JOIN {1}", left, right), scope
        if kind not in {"", "INNER", "OUTER"} or side not in _JOINS:
            raise InvalidQuery(f"{kind} JOIN cannot be used in a query")
        asked = condition(self._expressions.compile(node.args["on"], scope))
        if asked.is_aggregate:
            raise InvalidQuery("There is no aggregate in ON")
        return fill(f"{{0}} {_JOINS[side]} {{1}} ON {{2}}", left, right, asked.sql), scope

    def _unnest(self, node: Any, left: Sql, scope: Scope) -> tuple[Sql, Scope]:
        """Compile CROSS JOIN UNNEST(array): a row for each element, with the element or, by name, each of its fields."""
        unnest = node.this
        only(unnest, "expressions", "alias")
        if (
            str(node.args.get("kind") or "").upper() not in {"CROSS", ""}
            or node.args.get("side")
            or node.args.get("on")
        ):
            raise InvalidQuery("UNNEST follows CROSS JOIN")
        if len(unnest.expressions) != 1:
            raise InvalidQuery("UNNEST takes one array")
        items = self._expressions.compile(unnest.expressions[0], scope)
        if items.type.item is None or items.is_aggregate:
            raise InvalidQuery(f"UNNEST takes an array, not {items.type}")
        item, table = self._world.new_name("v"), self._world.new_name("t")
        shown = [f"{item} AS {item}x"]

        def move(ref: str) -> str:
            name = self._world.new_name("c")
            shown.append(f"{ref} AS {name}")
            return f"{table}.{name}"

        sources = [Source(s.alias, tuple(column.moved(move) for column in s.columns)) for s in scope.sources]
        names = ", ".join(shown)
        sql = fill(f"(SELECT {names} FROM {{0}} ARRAY JOIN {{1}} AS {item}) AS {table}", left, items.sql)  # noqa: S608
        scope = Scope(self._world, tuple(sources), scope.tables)
        return sql, scope.with_source(_elements(unnest, items.type.item, f"{table}.{item}x"))

    def _condition(self, node: Any, scope: Scope, word: str) -> Sql:
        if node is None:
            return Sql("")
        only(node, "this")
        asked = condition(self._expressions.compile(node.this, scope))
        if asked.is_aggregate:
            raise InvalidQuery(f"There is no aggregate in {word}; HAVING may have some")
        return fill(f" {word} {{0}}", asked.sql)

    def _having(self, node: Any, scope: Scope) -> Sql:
        if node is None:
            return Sql("")
        only(node, "this")
        return fill(" HAVING {0}", condition(self._expressions.compile(node.this, scope)).sql)

    def _outputs(self, nodes: Sequence[exp.Expression], scope: Scope) -> list[_Output]:
        outputs: list[_Output] = []
        for node in nodes:
            if isinstance(node, exp.Star) or (isinstance(node, exp.Column) and isinstance(node.this, exp.Star)):
                outputs += self._star(node, scope)
                continue
            inner = node.this if isinstance(node, exp.Alias) else node
            value = self._expressions.compile(inner, scope)
            if value.type.kind == "interval":
                raise InvalidQuery("An interval cannot be shown")
            name = _name(node)
            outputs.append(
                _Output(name or f"_col{len(outputs)}", value, self._world.new_name("c"), is_named=bool(name))
            )
        return outputs

    def _star(self, node: Any, scope: Scope) -> list[_Output]:
        only(node.this if isinstance(node, exp.Column) else node)
        table = node.table.lower() if isinstance(node, exp.Column) else ""
        found = [source for source in scope.sources if not table or source.alias == table]
        if not found:
            raise InvalidQuery(f"There is no table {table!r}")
        return [
            _Output(column.name, Value(Sql(column.ref), column.type), self._world.new_name("c"), is_named=True)
            for source in found
            for column in source.columns
        ]

    def _group(self, node: Any, outputs: Sequence[_Output], scope: Scope) -> Sql:
        if node is None:
            return Sql("")
        only(node, "expressions")
        values = [self._group_value(item, outputs, scope) for item in node.expressions]
        if any(value.is_aggregate for value in values):
            raise InvalidQuery("There is no aggregate in GROUP BY")
        return fill(" GROUP BY {0}", join(", ", [value.sql for value in values])) if values else Sql("")

    def _group_value(self, node: Any, outputs: Sequence[_Output], scope: Scope) -> Value:
        if (output := _by_number(node, outputs)) is not None:
            return output.value
        try:
            return self._expressions.compile(node, scope)
        except InvalidQuery:
            if (output := _by_name(node, outputs)) is not None:
                return output.value
            raise

    def _tail(self, node: Any, outputs: Sequence[_Output], scope: Scope | None) -> Sql:
        """Return ORDER BY, LIMIT and OFFSET."""
        order, tail = node.args.get("order"), Sql("")
        if order is not None:
            only(order, "expressions")
            keys = [self._key(item, outputs, scope) for item in order.expressions]
            tail = fill(" ORDER BY {0}", join(", ", keys))
        if node.args.get("limit") is not None:
            only(node.args["limit"], "expression")
            tail = fill("{0} LIMIT {1}", tail, _rows(node.args["limit"].expression))
        if node.args.get("offset") is not None:
            only(node.args["offset"], "expression")
            tail = fill("{0} OFFSET {1}", tail, _rows(node.args["offset"].expression))
        return tail

    def _key(self, node: Any, outputs: Sequence[_Output], scope: Scope | None) -> Sql:
        only(node, "this", "desc", "nulls_first")
        # Without a word of the query's NULLs come last, either way.
        direction = (
            f"{'DESC' if node.args.get('desc') else 'ASC'} NULLS {'FIRST' if node.args.get('nulls_first') else 'LAST'}"
        )
        output = _by_number(node.this, outputs) or _by_name(node.this, outputs)
        if output is not None:
            return Sql(f"{output.ref} {direction}")
        if scope is None:
            raise InvalidQuery("Behind DISTINCT or UNION, ORDER BY names columns of the result")
        return fill("{0} " + direction, self._expressions.compile(node.this, scope).sql)


def _elements(unnest: Any, item: Type, ref: str) -> Source:
    """Return what UNNEST adds: ``t(r)`` is the element, ``t(a, b)`` its fields in their order."""
    alias = unnest.args.get("alias")
    names = [column.name for column in alias.columns] if alias is not None else []
    if len(names) <= 1:
        name = names[0] if names else "_unnested"
        return Source(alias.name.lower() if alias is not None else "", (Named(name, item, ref),))
    if len(names) != len(item.fields):
        raise InvalidQuery(f"The elements have {len(item.fields)} fields, not {len(names)}")
    columns = tuple(
        Named(name, part.type, f"JSONExtract({ref}, '{part.key}', 'Nullable(String)')")
        for name, part in zip(names, item.fields, strict=True)
    )
    return Source(alias.name.lower(), columns)


def _with_names(relation: Relation, alias: Any) -> Relation:
    """Return a relation whose columns are called as ``AS t(a, b)`` says."""
    only(alias, "this", "columns")
    names = [column.name for column in alias.columns]
    if not names:
        return relation
    if len(names) != len(relation.columns):
        raise InvalidQuery(f"{alias.name!r} has {len(relation.columns)} columns, not {len(names)}")
    renamed = (replace(column, name=name) for name, column in zip(names, relation.columns, strict=True))
    return Relation(relation.sql, tuple(renamed))


def _renamed(sql: Sql, columns: Sequence[Named], wanted: Sequence[Named]) -> Sql:
    pieces = []
    for column, other in zip(columns, wanted, strict=True):
        [value, _] = alike([Value(Sql(column.ref), column.type), Value(Sql(column.ref), other.type)])
        pieces.append(fill(f"{{0}} AS {other.ref}", value.sql))
    return fill("SELECT {0} FROM {1}", join(", ", pieces), sql)


def _as_shown(column: Named) -> Sql:
    """Return a column as the engine hands it out: moments in milliseconds, days as text."""
    match column.type.kind:
        case "timestamp":
            return Sql(f"toUnixTimestamp64Milli(toDateTime64({column.ref}, 3, 'UTC')) AS {column.ref}")
        case "date":
            return Sql(f"toString({column.ref}) AS {column.ref}")
    return Sql(column.ref)


def _name(node: Any) -> str:
    """Return what a column of the result is called: its alias, or the last part of a dotted name."""
    match node:
        case exp.Alias():
            return str(node.alias)
        case exp.Column():
            return str(node.name)
        case exp.Dot():
            return str(node.expression.name)
    return ""


def _by_number(node: Any, outputs: Sequence[_Output]) -> _Output | None:
    if not isinstance(node, exp.Literal) or node.is_string:
        return None
    if not node.this.isdecimal() or not 1 <= int(node.this) <= len(outputs):
        raise InvalidQuery(f"There is no column number {node.this}")
    return outputs[int(node.this) - 1]


def _by_name(node: Any, outputs: Sequence[_Output]) -> _Output | None:
    if not isinstance(node, exp.Column) or node.table:
        return None
    return next((o for o in outputs if o.is_named and o.name.lower() == node.name.lower()), None)


def _rows(node: Any) -> Sql:
    if not isinstance(node, exp.Literal) or node.is_string or not node.this.isdecimal() or int(node.this) > _MOST_ROWS:
        raise InvalidQuery("LIMIT and OFFSET are followed by a number")
    return Sql("?", (Param("UInt64", int(node.this)),))
