"""Expressions: every node of a query's tree that may stand in one, and the engine's SQL for it. What is not here is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Final

from sqlglot import exp

from skylens.cloudtrail.lake import functions
from skylens.cloudtrail.lake.invalid import InvalidQuery
from skylens.cloudtrail.lake.kinds import BIGINT, BOOLEAN, DATE, DOUBLE, INTERVAL, TIMESTAMP, UNKNOWN, VARCHAR, Type
from skylens.cloudtrail.lake.value import Value, alike, as_type, boolean, condition, fill, make, moment, number, text
from skylens.sql import Sql

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from skylens.cloudtrail.lake.scope import Relation, Scope

_COMPARABLE: Final = frozenset({"varchar", "bigint", "double", "boolean", "timestamp", "date", "unknown"})
_UNITS: Final = ("second", "minute", "hour", "day", "week", "month", "quarter", "year")
_INTERVALS: Final = {unit: f"toInterval{unit.capitalize()}" for unit in _UNITS}
_SIGNS: Final[dict[type[exp.Expression], str]] = {
    exp.EQ: "=",
    exp.NEQ: "!=",
    exp.GT: ">",
    exp.GTE: ">=",
    exp.LT: "<",
    exp.LTE: "<=",
}
# The parser's classes of functions, and the names under which functions.py has them; parameters in their order.
_NAMED: Final[dict[type[exp.Expression], tuple[str, tuple[str, ...]]]] = {
    exp.Lower: ("lower", ("this",)),
    exp.Upper: ("upper", ("this",)),
    exp.Length: ("length", ("this",)),
    exp.Reverse: ("reverse", ("this",)),
    exp.StartsWith: ("starts_with", ("this", "expression")),
    exp.StrPosition: ("strpos", ("this", "substr")),
    exp.Replace: ("replace", ("this", "expression", "replacement")),
    exp.Split: ("split", ("this", "expression")),
    exp.SplitPart: ("split_part", ("this", "delimiter", "part_index")),
    exp.Substring: ("substr", ("this", "start", "length")),
    exp.Abs: ("abs", ("this",)),
    exp.Ceil: ("ceil", ("this",)),
    exp.Floor: ("floor", ("this",)),
    exp.Round: ("round", ("this", "decimals")),
    exp.Year: ("year", ("this",)),
    exp.Month: ("month", ("this",)),
    exp.Day: ("day", ("this",)),
    exp.DayOfWeek: ("day_of_week", ("this",)),
    exp.DayOfWeekIso: ("day_of_week", ("this",)),
    exp.Hour: ("hour", ("this",)),
    exp.Minute: ("minute", ("this",)),
    exp.Second: ("second", ("this",)),
    exp.Date: ("date", ("this",)),
    exp.TimeToUnix: ("to_unixtime", ("this",)),
    exp.UnixToTime: ("from_unixtime", ("this",)),
    exp.FromISO8601Timestamp: ("from_iso8601_timestamp", ("this",)),
    exp.MapKeys: ("map_keys", ("this",)),
    exp.ArraySize: ("cardinality", ("this",)),
    exp.ArrayContains: ("contains", ("this", "expression")),
    exp.Avg: ("avg", ("this",)),
    exp.Sum: ("sum", ("this",)),
    exp.Min: ("min", ("this",)),
    exp.Max: ("max", ("this",)),
    exp.AnyValue: ("any_value", ("this",)),
    exp.ArgMax: ("max_by", ("this", "expression")),
    exp.ArgMin: ("min_by", ("this", "expression")),
    exp.ApproxDistinct: ("approx_distinct", ("this",)),
    exp.CountIf: ("count_if", ("this",)),
    exp.LogicalAnd: ("bool_and", ("this",)),
    exp.LogicalOr: ("bool_or", ("this",)),
}
# What the parser notes of a node for other dialects than this one; it changes nothing here.
_HARMLESS: Final = frozenset(
    {"big_int", "safe", "scalar_only", "offset", "is_left", "requires_string", "coalesce", "scale"}
)
_CASTS: Final = {
    "bigint": {"varchar": "toInt64({0})", "double": "toInt64(round({0}))", "boolean": "toInt64({0})", "bigint": "{0}"},
    "double": {"varchar": "toFloat64({0})", "bigint": "toFloat64({0})", "double": "{0}"},
    "varchar": {
        "varchar": "{0}", "bigint": "toString({0})", "double": "toString({0})", "date": "toString({0})",
        "boolean": "if({0}, 'true', 'false')",
        "timestamp": "substring(formatDateTime(toDateTime64({0}, 3, 'UTC'), '%Y-%m-%d %H:%i:%S.%f', 'UTC'), 1, 23)",
    },
    "boolean": {"boolean": "{0}", "varchar": "CAST(transform(lower({0}), ['true', 'false'], ['true', 'false'], NULL), 'Nullable(Bool)')"},
    "timestamp": {"timestamp": "{0}", "varchar": "parseDateTime64BestEffort({0}, 3, 'UTC')", "date": "toDateTime64({0}, 3, 'UTC')"},
    "date": {"date": "{0}", "timestamp": "toDate32({0}, 'UTC')", "varchar": "toDate32(parseDateTime64BestEffort({0}, 3, 'UTC'), 'UTC')"},
}  # fmt: skip
_TRIES: Final = {
    ("bigint", "varchar"): "toInt64OrNull({0})",
    ("double", "varchar"): "toFloat64OrNull({0})",
    ("timestamp", "varchar"): "parseDateTime64BestEffortOrNull({0}, 3, 'UTC')",
    ("date", "varchar"): "toDate32(parseDateTime64BestEffortOrNull({0}, 3, 'UTC'), 'UTC')",
}
_TARGETS: Final = {
    "BIGINT": BIGINT, "INT": BIGINT, "SMALLINT": BIGINT, "TINYINT": BIGINT, "DOUBLE": DOUBLE, "FLOAT": DOUBLE,
    "VARCHAR": VARCHAR, "TEXT": VARCHAR, "BOOLEAN": BOOLEAN, "TIMESTAMP": TIMESTAMP, "TIMESTAMPTZ": TIMESTAMP, "DATE": DATE,
}  # fmt: skip


_HIGHER: Final[dict[str, tuple[str, Type | None]]] = {
    "any_match": ("arrayExists(VARIABLE -> ifNull({0}, false), {1})", BOOLEAN),
    "all_match": ("arrayAll(VARIABLE -> ifNull({0}, false), {1})", BOOLEAN),
    "none_match": ("(NOT arrayExists(VARIABLE -> ifNull({0}, false), {1}))", BOOLEAN),
    "filter": ("arrayFilter(VARIABLE -> ifNull({0}, false), {1})", None),
}
_ARRAY_FUNCTIONS: Final[dict[type[exp.Expression], str]] = {
    exp.ArrayFilter: "filter",
    exp.ArrayAny: "any_match",
    exp.ArrayAll: "all_match",
}
_ARITHMETIC: Final[dict[type[exp.Expression], str]] = {
    exp.Add: "+",
    exp.Sub: "-",
    exp.Mul: "*",
    exp.Div: "/",
    exp.Mod: "%",
}


class Expressions:
    """Compiles expressions; the queries inside them are compiled by whoever made this."""

    def __init__(self, subquery: Callable[[exp.Expression, Scope], Relation]) -> None:
        self._subquery = subquery

    def compile(self, node: exp.Expression, scope: Scope) -> Value:
        """Return the value of an expression, or raise InvalidQuery."""
        method = self._METHODS.get(type(node))
        if method is not None:
            return method(self, node, scope)
        if type(node) in _NAMED:
            return self._named(node, scope)
        raise InvalidQuery(f"{_what(node)} cannot be used in a query")

    def _all(self, nodes: Sequence[exp.Expression], scope: Scope) -> list[Value]:
        return [self.compile(node, scope) for node in nodes]

    def _named(self, node: exp.Expression, scope: Scope) -> Value:
        name, parameters = _NAMED[type(node)]
        only(node, *parameters)
        given = [node.args[parameter] for parameter in parameters if node.args.get(parameter) is not None]
        return functions.call(name, self._all(given, scope))

    def _anonymous(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expressions")
        name = str(node.this).lower()
        if name in _HIGHER:
            return self._higher(name, node.expressions, scope)
        return functions.call(name, self._all(node.expressions, scope))

    def _column(self, node: Any, scope: Scope) -> Value:
        path = [part.name for part in node.parts]
        only(node, "this", "table", "db", "catalog")
        value, fields = scope.resolve(path)
        for name in fields:
            value = functions.field(value, name)
        return value

    def _identifier(self, node: Any, scope: Scope) -> Value:
        value, _ = scope.resolve([node.name])
        return value

    def _dot(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression")
        if not isinstance(node.expression, exp.Identifier):
            raise InvalidQuery(f"{_what(node.expression)} is no field")
        return functions.field(self.compile(node.this, scope), node.expression.name)

    def _bracket(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expressions")
        if len(node.expressions) != 1:
            raise InvalidQuery("An element has one index")
        container, key = self._all([node.this, node.expressions[0]], scope)
        if container.type.kind == "array" and not node.args.get("offset"):
            key = make("{0} + 1", BIGINT, as_type(key, BIGINT))  # the parser counts subscripts from 0
        return functions.element_at(container, key)

    def _literal(self, node: Any, _: Scope) -> Value:
        return text(node.this) if node.is_string else number(node.this)

    def _boolean(self, node: Any, _: Scope) -> Value:
        return boolean(bool(node.this))

    def _null(self, node: Any, _: Scope) -> Value:
        only(node)
        return Value(Sql("NULL"), UNKNOWN)

    def _paren(self, node: Any, scope: Scope) -> Value:
        only(node, "this")
        return self.compile(node.this, scope)

    def _logic(self, node: Any, scope: Scope) -> Value:
        """Compile a chain of ANDs or ORs as one: it may be long."""
        word = "AND" if isinstance(node, exp.And) else "OR"
        parts = [condition(self.compile(part, scope)) for part in node.flatten()]
        joined = parts[0].sql
        for part in parts[1:]:
            joined = fill(f"{{0}} {word} {{1}}", joined, part.sql)
        return Value(fill("({0})", joined), BOOLEAN, is_aggregate=any(part.is_aggregate for part in parts))

    def _not(self, node: Any, scope: Scope) -> Value:
        only(node, "this")
        return make("(NOT {0})", BOOLEAN, condition(self.compile(node.this, scope)))

    def _comparison(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression")
        left, right = alike(self._all([node.this, node.expression], scope))
        _check_comparable(left, right)
        return make(f"({{0}} {_SIGNS[type(node)]} {{1}})", BOOLEAN, left, right)

    def _distinct_from(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression")
        left, right = alike(self._all([node.this, node.expression], scope))
        _check_comparable(left, right)
        sign = "IS NOT DISTINCT FROM" if isinstance(node, exp.NullSafeEQ) else "IS DISTINCT FROM"
        return make(f"({{0}} {sign} {{1}})", BOOLEAN, left, right)

    def _is(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression")
        value = self.compile(node.this, scope)
        if isinstance(node.expression, exp.Null):
            if value.type.kind == "array":
                return make("empty({0})", BOOLEAN, value)
            return make("isNull({0})", BOOLEAN, value)
        if isinstance(node.expression, exp.Boolean):
            wanted = "true" if node.expression.this else "false"
            return make(f"(ifNull({{0}}, NOT {wanted}) = {wanted})", BOOLEAN, condition(value))
        raise InvalidQuery("IS is followed by NULL, TRUE or FALSE")

    def _between(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "low", "high")
        value, low, high = alike(self._all([node.this, node.args["low"], node.args["high"]], scope))
        _check_comparable(value, low, high)
        return make("({0} >= {1} AND {0} <= {2})", BOOLEAN, value, low, high)

    def _in(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expressions", "query")
        value = self.compile(node.this, scope)
        if node.args.get("query") is not None:
            inner = self._subquery(node.args["query"], scope)
            if len(inner.columns) != 1:
                raise InvalidQuery("The query behind IN must have one column")
            found = Value(inner.sql, inner.columns[0].type)
            _check_same(value, found)
            return make("({0} IN {1})", BOOLEAN, value, found)
        value, *choices = alike([value, *self._all(node.expressions, scope)])
        _check_comparable(value, *choices)
        joined = choices[0].sql
        for choice in choices[1:]:
            joined = fill("{0}, {1}", joined, choice.sql)
        is_aggregate = any(one.is_aggregate for one in (value, *choices))
        return Value(fill("({0} IN ({1}))", value.sql, joined), BOOLEAN, is_aggregate=is_aggregate)

    def _like(self, node: Any, scope: Scope, escape: str = "") -> Value:
        only(node, "this", "expression")
        value = as_type(self.compile(node.this, scope), VARCHAR)
        if not isinstance(node.expression, exp.Literal) or not node.expression.is_string:
            raise InvalidQuery("The pattern of LIKE must be a text")
        return make("({0} LIKE {1})", BOOLEAN, value, text(_pattern(node.expression.this, escape)))

    def _escape(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression")
        letter = node.expression.this if isinstance(node.expression, exp.Literal) else ""
        if not isinstance(node.this, exp.Like) or len(letter) != 1:
            raise InvalidQuery("ESCAPE is followed by one character and stands behind LIKE")
        return self._like(node.this, scope, letter)

    def _regexp(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression")
        if not isinstance(node.expression, exp.Literal):
            raise InvalidQuery("The pattern of regexp_like must be a text")
        return functions.call("regexp_like", self._all([node.this, node.expression], scope))

    def _arithmetic(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression", "typed")
        left, right = self._all([node.this, node.expression], scope)
        sign = _ARITHMETIC[type(node)]
        if right.type is INTERVAL and sign in "+-":
            return make(f"({{0}} {sign} {{1}})", TIMESTAMP, as_type(left, TIMESTAMP), right)
        for value in (left, right):
            if value.type.kind not in {"bigint", "double", "unknown"}:
                raise InvalidQuery(f"{value.type} cannot be calculated with")
        if left.type is BIGINT and right.type is BIGINT:
            return make("intDiv({0}, {1})" if sign == "/" else f"({{0}} {sign} {{1}})", BIGINT, left, right)
        return make(f"({{0}} {sign} {{1}})", DOUBLE, as_type(left, DOUBLE), as_type(right, DOUBLE))

    def _negative(self, node: Any, scope: Scope) -> Value:
        only(node, "this")
        value = self.compile(node.this, scope)
        if value.type.kind not in {"bigint", "double"}:
            raise InvalidQuery(f"{value.type} has no negative")
        return make("(-{0})", value.type, value)

    def _concat(self, node: Any, scope: Scope) -> Value:
        parts = [node.this, node.expression] if isinstance(node, exp.DPipe) else node.expressions
        only(node, "this", "expression", "expressions")
        return functions.concat(self._all(parts, scope))

    def _coalesce(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expressions")
        return functions.coalesce(self._all([node.this, *node.expressions], scope))

    def _nullif(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression")
        left, right = alike(self._all([node.this, node.expression], scope))
        _check_comparable(left, right)
        return make("nullIf({0}, {1})", left.type, left, right)

    def _if(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "true", "false")
        return self._choice([(node.this, node.args["true"])], node.args.get("false"), scope)

    def _case(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "ifs", "default")
        arms = []
        for arm in node.args["ifs"]:
            only(arm, "this", "true")
            asked = exp.EQ(this=node.this, expression=arm.this) if node.this is not None else arm.this
            arms.append((asked, arm.args["true"]))
        return self._choice(arms, node.args.get("default"), scope)

    def _choice(self, arms: list[tuple[Any, Any]], default: Any, scope: Scope) -> Value:
        asked = [condition(self.compile(question, scope)) for question, _ in arms]
        results = [answer for _, answer in arms] + ([default] if default is not None else [])
        values = self._all(results, scope)
        if default is None:
            values.append(Value(Sql("NULL"), UNKNOWN))
        values = alike(values)
        kind = next((value.type for value in values if value.type.kind != "unknown"), UNKNOWN)
        if kind.kind == "array":
            raise InvalidQuery("A choice between arrays cannot be made")
        chosen = values[-1]
        for question, value in reversed(list(zip(asked, values, strict=False))):
            chosen = make("if(ifNull({0}, false), {1}, {2})", kind, question, value, chosen)
        return chosen

    def _count(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expressions")
        inside = node.this
        if isinstance(inside, exp.Star):
            only(inside)
            return functions.count([], is_distinct=False)
        if isinstance(inside, exp.Distinct):
            only(inside, "expressions")
            return functions.count(self._all(inside.expressions, scope), is_distinct=True)
        return functions.count([self.compile(inside, scope)] if inside is not None else [], is_distinct=False)

    def _filter(self, node: Any, scope: Scope) -> Value:
        """Compile ``count(x) FILTER (WHERE y)``: what y does not hold for counts as NULL."""
        only(node, "this", "expression")
        only(node.expression, "this")
        inner, kept = node.this, node.expression.this
        if type(inner) not in {exp.Count, exp.Sum, exp.Min, exp.Max, exp.Avg} or isinstance(inner.this, exp.Distinct):
            raise InvalidQuery("FILTER stands behind count, sum, min, max and avg")
        only(inner, "this")
        if isinstance(inner.this, exp.Star):
            return functions.call("count_if", [self.compile(kept, scope)])
        filtered = type(inner)(this=exp.If(this=kept.copy(), true=inner.this.copy()))
        return self.compile(filtered, scope)

    def _cast(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "to", "_type")
        value = self.compile(node.this, scope)
        target = _TARGETS.get(node.args["to"].this.name)
        if target is None or node.args["to"].args.get("nested"):
            raise InvalidQuery("Values are cast to varchar, bigint, double, boolean, timestamp and date only")
        if value.type.kind == "unknown":
            return value
        is_try = type(node) is exp.TryCast
        if value.literal is not None and target.kind in {"timestamp", "date"} and not is_try:
            return as_type(value, target)
        template = _TRIES.get((target.kind, value.type.kind)) if is_try else None
        template = template or _CASTS[target.kind].get(value.type.kind)
        if template is None:
            raise InvalidQuery(f"{value.type} cannot be cast to {target}")
        return make(template, target, value)

    def _now(self, node: Any, scope: Scope) -> Value:
        only(node)
        return moment(scope.world.now)

    def _today(self, node: Any, scope: Scope) -> Value:
        only(node)
        return make("toDate32({0}, 'UTC')", DATE, moment(scope.world.now))

    def _interval(self, node: Any, _: Scope) -> Value:
        only(node, "this", "unit")
        if not isinstance(node.this, exp.Literal):
            raise InvalidQuery("An interval is written INTERVAL '7' DAY")
        amount = number(node.this.this)
        return make(f"{_INTERVALS[unit(node.args.get('unit'))]}({{0}})", INTERVAL, as_type(amount, BIGINT))

    def _date_add(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression", "unit")
        value, amount = self._all([node.this, node.expression], scope)
        step = make(f"{_INTERVALS[unit(node.args.get('unit'))]}({{0}})", INTERVAL, as_type(amount, BIGINT))
        return make("({0} + {1})", TIMESTAMP, as_type(value, TIMESTAMP), step)

    def _date_diff(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression", "unit")
        later, earlier = (as_type(value, TIMESTAMP) for value in self._all([node.this, node.expression], scope))
        return make(f"age('{unit(node.args.get('unit'))}', {{0}}, {{1}}, 'UTC')", BIGINT, earlier, later)

    def _truncate(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "unit")
        value = as_type(self.compile(node.this, scope), TIMESTAMP)
        whole = f"dateTrunc('{unit(node.args.get('unit'))}', toDateTime64({{0}}, 3, 'UTC'), 'UTC')"
        return make(f"toDateTime64({whole}, 3, 'UTC')", TIMESTAMP, value)

    def _extract(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression")
        name = node.name.lower()
        if name not in {"year", "month", "day", "hour", "minute", "second", "day_of_week"}:
            raise InvalidQuery(f"{name!r} cannot be extracted")
        return functions.call(name, [self.compile(node.expression, scope)])

    def _json(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression", "only_json_types")
        document = self.compile(node.this, scope)
        if document.type.kind not in {"varchar", "map", "row"}:
            raise InvalidQuery(f"{document.type} is no JSON")
        path = [*_json_path(node.expression)]
        if not path:
            raise InvalidQuery("A path names at least one key")
        return (functions.json_raw if type(node) is exp.JSONExtract else functions.json_scalar)(document, path)

    def _trim(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "position")
        name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or "").upper(), "trim")
        return functions.call(name, [self.compile(node.this, scope)])

    def _array_function(self, node: Any, scope: Scope) -> Value:
        only(node, "this", "expression")
        return self._higher(_ARRAY_FUNCTIONS[type(node)], [node.this, node.expression], scope)

    def _higher(self, name: str, given: Sequence[Any], scope: Scope) -> Value:
        if len(given) != 2 or not isinstance(given[1], exp.Lambda):  # noqa: PLR2004
            raise InvalidQuery(f"{name} takes an array and a lambda: {name}(resources, r -> r.type = 'AWS::KMS::Key')")
        items, function = self.compile(given[0], scope), given[1]
        if items.type.item is None or len(function.expressions) != 1:
            raise InvalidQuery(f"{name} takes an array and a lambda of one variable")
        only(function, "this", "expressions")
        variable = scope.world.new_name("v")
        inner = scope.with_variable(function.expressions[0].name, items.type.item, variable)
        kept = condition(self.compile(function.this, inner))
        if kept.is_aggregate:
            raise InvalidQuery("There is no aggregate inside a lambda")
        template, kind = _HIGHER[name]
        return make(template.replace("VARIABLE", variable), kind or items.type, kept, items)

    def _scalar_subquery(self, node: Any, scope: Scope) -> Value:
        inner = self._subquery(node, scope)
        if len(inner.columns) != 1:
            raise InvalidQuery("A query that stands for a value must have one column")
        if inner.columns[0].type.kind == "array":
            raise InvalidQuery("A query that stands for a value cannot be an array")
        return Value(inner.sql, inner.columns[0].type)

    _METHODS: ClassVar[dict[type[exp.Expression], Callable[[Expressions, Any, Scope], Value]]] = {
        exp.Column: _column,
        exp.Identifier: _identifier,
        exp.Dot: _dot,
        exp.Bracket: _bracket,
        exp.Literal: _literal,
        exp.Boolean: _boolean,
        exp.Null: _null,
        exp.Paren: _paren,
        exp.And: _logic,
        exp.Or: _logic,
        exp.Not: _not,
        **dict.fromkeys(_SIGNS, _comparison),
        exp.NullSafeEQ: _distinct_from,
        exp.NullSafeNEQ: _distinct_from,
        exp.Is: _is,
        exp.Between: _between,
        exp.In: _in,
        exp.Like: _like,
        exp.Escape: _escape,
        exp.RegexpLike: _regexp,
        **dict.fromkeys(_ARITHMETIC, _arithmetic),
        **dict.fromkeys(_ARRAY_FUNCTIONS, _array_function),
        exp.Neg: _negative,
        exp.DPipe: _concat,
        exp.Concat: _concat,
        exp.Coalesce: _coalesce,
        exp.Nullif: _nullif,
        exp.If: _if,
        exp.Case: _case,
        exp.Count: _count,
        exp.Filter: _filter,
        exp.Cast: _cast,
        exp.TryCast: _cast,
        exp.CurrentTimestamp: _now,
        exp.CurrentDate: _today,
        exp.Interval: _interval,
        exp.DateAdd: _date_add,
        exp.DateDiff: _date_diff,
        exp.TimestampTrunc: _truncate,
        exp.DateTrunc: _truncate,
        exp.Extract: _extract,
        exp.JSONExtract: _json,
        exp.JSONExtractScalar: _json,
        exp.Trim: _trim,
        exp.Subquery: _scalar_subquery,
        exp.Anonymous: _anonymous,
    }


def only(node: exp.Expression, *known: str) -> None:
    """Raise InvalidQuery for a node with more to it than is looked at: nothing in a query is passed over."""
    for name, value in node.args.items():
        if name not in known and name not in _HARMLESS and value not in (None, False, []):
            raise InvalidQuery(f"{name.strip('_').upper()} of {_what(node)} cannot be used in a query")


def unit(node: Any) -> str:
    """Return a unit of time by its name."""
    name = str(getattr(node, "name", "")).lower().removesuffix("s")
    if name not in _UNITS:
        raise InvalidQuery(f"{name!r} is no unit of time; there are {', '.join(_UNITS)}")
    return name


def _json_path(node: Any) -> Sequence[Value]:
    if not isinstance(node, exp.JSONPath):
        raise InvalidQuery("A path is written '$.key'")
    found = []
    for step in node.expressions:
        match step:
            case exp.JSONPathRoot():
                continue
            case exp.JSONPathKey() if isinstance(step.this, str):
                found.append(text(step.this))
            case exp.JSONPathSubscript() if isinstance(step.this, int) and step.this >= 0:
                found.append(number(str(step.this + 1)))
            case exp.JSONPathSubscript() if isinstance(step.this, str):
                found.append(text(step.this))
            case _:
                raise InvalidQuery("A path has keys and numbers only: '$.key[0].key'")
    return found


def _pattern(written: str, escape: str) -> str:
    r"""Return a pattern in which a backslash escapes, as the engine has it.

    >>> _pattern(r"a\_b#%", "#")
    'a\\\\_b\\%'
    """
    found, letters = [], iter(written)
    for letter in letters:
        if escape and letter == escape:
            following = next(letters, "")
            if following not in {"%", "_", escape} or not following:
                raise InvalidQuery("In a pattern the escape character stands before %, _ or itself")
            found.append(f"\\{following}" if following in "%_\\" else following)
        else:
            found.append("\\\\" if letter == "\\" else letter)
    return "".join(found)


def _check_comparable(*values: Value) -> None:
    for value in values:
        if value.type.kind not in _COMPARABLE:
            raise InvalidQuery(f"{value.type} cannot be compared; compare one of its elements")
    _check_same(*values)


def _check_same(*values: Value) -> None:
    kinds = {value.type.kind for value in values} - {"unknown"}
    if len(kinds) > 1:
        raise InvalidQuery(f"{' and '.join(sorted(kinds))} cannot be compared")


def _what(node: Any) -> str:
    name = type(node).__name__
    return f"{name.upper()}"
