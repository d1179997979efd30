"""Functions: every function that a query may call, by its name, with what it takes and what the engine makes of it.

https://trino.io/docs/current/functions.html says what each does. A function that is not here cannot be called.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skylens.cloudtrail.lake.invalid import InvalidQuery
from skylens.cloudtrail.lake.kinds import BIGINT, BOOLEAN, DATE, DOUBLE, MAP, TIMESTAMP, VARCHAR, Type, array
from skylens.cloudtrail.lake.value import Value, alike, as_type, make

if TYPE_CHECKING:
    from collections.abc import Sequence

_TEXTS: Final = array(VARCHAR)


@dataclass(frozen=True, slots=True)
class Function:
    """A function of fixed parameters: the engine's expression for it, in which ``{0}`` is the first."""

    template: str
    returns: Type
    takes: tuple[Type, ...] = ()

    def call(self, name: str, given: Sequence[Value]) -> Value:
        """Return the call's value; raise InvalidQuery where the function does not take these."""
        if len(given) != len(self.takes):
            raise InvalidQuery(f"{name} takes {len(self.takes)} parameters, not {len(given)}")
        return make(self.template, self.returns, *map(as_type, given, self.takes))


def _of_text(template: str, returns: Type = VARCHAR) -> Function:
    return Function(template, returns, (VARCHAR,))


def _of_texts(template: str, returns: Type, count: int = 2) -> Function:
    return Function(template, returns, (VARCHAR,) * count)


def _of_moment(name: str) -> Function:
    return Function(f"toInt64({name}({{0}}))", BIGINT, (TIMESTAMP,))


SCALARS: Final[dict[str, Function]] = {
    "lower": _of_text("lowerUTF8({0})"),
    "upper": _of_text("upperUTF8({0})"),
    "trim": _of_text("trimBoth({0})"),
    "ltrim": _of_text("trimLeft({0})"),
    "rtrim": _of_text("trimRight({0})"),
    "reverse": _of_text("reverseUTF8({0})"),
    "length": _of_text("toInt64(lengthUTF8({0}))", BIGINT),
    "starts_with": _of_texts("startsWith({0}, {1})", BOOLEAN),
    "strpos": _of_texts("toInt64(positionUTF8({0}, {1}))", BIGINT),
    "replace": _of_texts("replaceAll({0}, {1}, {2})", VARCHAR, 3),
    "split": _of_texts("splitByString({1}, ifNull({0}, ''))", _TEXTS),
    "regexp_like": _of_texts("match({0}, {1})", BOOLEAN),
    "abs": Function("abs({0})", DOUBLE, (DOUBLE,)),
    "ceil": Function("ceil({0})", DOUBLE, (DOUBLE,)),
    "floor": Function("floor({0})", DOUBLE, (DOUBLE,)),
    "year": _of_moment("toYear"),
    "month": _of_moment("toMonth"),
    "day": _of_moment("toDayOfMonth"),
    "day_of_week": _of_moment("toDayOfWeek"),
    "hour": _of_moment("toHour"),
    "minute": _of_moment("toMinute"),
    "second": _of_moment("toSecond"),
    "date": Function("toDate32({0}, 'UTC')", DATE, (TIMESTAMP,)),
    "to_unixtime": Function("toFloat64(toUnixTimestamp64Milli(toDateTime64({0}, 3, 'UTC'))) / 1000", DOUBLE, (TIMESTAMP,)),
    "from_iso8601_timestamp": Function("{0}", TIMESTAMP, (TIMESTAMP,)),
    "from_unixtime": Function("fromUnixTimestamp64Milli(toInt64({0} * 1000), 'UTC')", TIMESTAMP, (DOUBLE,)),
    "map_keys": Function("JSONExtractKeys(ifNull({0}, ''))", _TEXTS, (MAP,)),
}  # fmt: skip

# Functions of many rows. Of no rows each is NULL, as count is 0.
AGGREGATES: Final[dict[str, Function]] = {
    "avg": Function("avg(toNullable({0}))", DOUBLE, (DOUBLE,)),
    "approx_distinct": Function("toInt64(uniq({0}))", BIGINT, (VARCHAR,)),
    "count_if": Function("toInt64(countIf(ifNull({0}, false)))", BIGINT, (BOOLEAN,)),
    "bool_and": Function("CAST(min(toNullable({0})), 'Nullable(Bool)')", BOOLEAN, (BOOLEAN,)),
    "bool_or": Function("CAST(max(toNullable({0})), 'Nullable(Bool)')", BOOLEAN, (BOOLEAN,)),
}
# Functions of many rows whose result is of the type of what they are given.
SAME_TYPE_AGGREGATES: Final = {
    "min": "min(toNullable({0}))",
    "max": "max(toNullable({0}))",
    "sum": "sum(toNullable({0}))",
    "arbitrary": "any(toNullable({0}))",
    "any_value": "any(toNullable({0}))",
}
_CHOOSING: Final = {"min_by": "argMin(toNullable({0}), {1})", "max_by": "argMax(toNullable({0}), {1})"}
# A text without escapes is what stands between its quotes: most are, and need no parser.
_SCALAR_OF_RAW: Final = (
    "multiIf(substring({0}, 1, 1) IN ('{', '[', ''), NULL, "
    "startsWith({0}, '\"') AND position({0}, '\\\\') = 0, substring({0}, 2, length({0}) - 2), "
    "JSONExtract({0}, 'Nullable(String)'))"
)
_COMPARABLE: Final = frozenset({"varchar", "bigint", "double", "timestamp", "date", "unknown"})


def call(name: str, given: Sequence[Value]) -> Value:
    """Return the value of a call of a function that is no aggregate of the engine's grammar."""
    if name in SCALARS:
        return SCALARS[name].call(name, given)
    if name in AGGREGATES or name in SAME_TYPE_AGGREGATES or name in _CHOOSING:
        return aggregate(name, given)
    if name in _BY_ITEM:
        return _BY_ITEM[name](given)
    raise InvalidQuery(f"There is no function {name}; the documentation lists those that can be called")


def aggregate(name: str, given: Sequence[Value]) -> Value:
    """Return the value of an aggregate; what stands inside it is no aggregate itself."""
    if any(value.is_aggregate for value in given):
        raise InvalidQuery(f"There is an aggregate inside {name}")
    if name in AGGREGATES:
        found = AGGREGATES[name].call(name, given)
    elif name in _CHOOSING:
        _check_count(name, given, 2)
        _check_comparable(name, given[1])
        _check_comparable(name, given[0])
        found = make(_CHOOSING[name], given[0].type, *given)
    else:
        _check_count(name, given, 1)
        _check_comparable(name, given[0])
        if name == "sum" and given[0].type.kind not in {"bigint", "double"}:
            raise InvalidQuery(f"sum takes numbers, not {given[0].type}")
        found = make(SAME_TYPE_AGGREGATES[name], given[0].type, given[0])
    return Value(found.sql, found.type, is_aggregate=True)


def count(given: Sequence[Value], *, is_distinct: bool) -> Value:
    """Return the number of rows where nothing is given, else of those in which that is not NULL."""
    if any(value.is_aggregate for value in given):
        raise InvalidQuery("There is an aggregate inside count")
    inside = ", ".join(f"{{{number}}}" for number in range(len(given)))
    template = f"toInt64(uniqExact({inside}))" if is_distinct else f"toInt64(count({inside}))"
    found = make(template, BIGINT, *given)
    return Value(found.sql, BIGINT, is_aggregate=True)


def element_at(container: Value, key: Value) -> Value:
    """Return what a map or an array has there, NULL where it has nothing.

    In a map of JSON a text is itself and everything else its JSON.
    """
    match container.type.kind:
        case "map":
            return json_text(container, [as_type(key, VARCHAR)])
        case "array" if container.type.item is not None:
            at = as_type(key, BIGINT)
            if container.type.item.kind in {"row", "map"}:
                return make("nullIf(arrayElement({0}, {1}), '')", container.type.item, container, at)
            return make("arrayElementOrNull({0}, {1})", container.type.item, container, at)
    raise InvalidQuery(f"{container.type} has no elements")


def field(container: Value, name: str) -> Value:
    """Return a field of a row."""
    found = container.type.field(name)
    if found is None:
        raise InvalidQuery(f"{container.type} has no field {name!r}")
    match found.type.kind:
        case "varchar":
            template = f"JSONExtract({{0}}, '{found.key}', 'Nullable(String)')"
        case "timestamp":
            template = f"parseDateTime64BestEffortOrNull(JSONExtractString({{0}}, '{found.key}'), 3, 'UTC')"
        case "double":
            template = f"JSONExtract({{0}}, '{found.key}', 'Nullable(Float64)')"
        case "bigint":
            template = f"JSONExtract({{0}}, '{found.key}', 'Nullable(Int64)')"
        case "array":  # of rows, which are JSON
            template = f"JSONExtractArrayRaw(ifNull({{0}}, ''), '{found.key}')"
        case _:
            template = f"nullIf(JSONExtractRaw({{0}}, '{found.key}'), '')"
    return make(template, found.type, container)


def json_text(document: Value, path: Sequence[Value]) -> Value:
    """Return what a JSON document has at a path: a text itself, NULL for null or nothing, JSON for everything else."""
    keys = ", ".join(f"{{{number}}}" for number in range(1, len(path) + 1))
    return make(f"JSONExtract(ifNull({{0}}, ''), {keys}, 'Nullable(String)')", VARCHAR, document, *path)


def json_scalar(document: Value, path: Sequence[Value]) -> Value:
    """Return the text of what a JSON document has at a path, NULL where that is an object, an array or nothing."""
    # The engine works the inner expression out once, however often it stands here: the document is parsed once.
    keys = ", ".join(f"{{{number}}}" for number in range(1, len(path) + 1))
    found = make(f"JSONExtractRaw(ifNull({{0}}, ''), {keys})", VARCHAR, document, *path)
    return make(_SCALAR_OF_RAW, VARCHAR, found)


def json_raw(document: Value, path: Sequence[Value]) -> Value:
    """Return the JSON that a document has at a path."""
    keys = ", ".join(f"{{{number}}}" for number in range(1, len(path) + 1))
    return make(f"nullIf(JSONExtractRaw(ifNull({{0}}, ''), {keys}), '')", VARCHAR, document, *path)


def concat(given: Sequence[Value]) -> Value:
    """Return texts one after the other, NULL if one of them is."""
    inside = ", ".join(f"{{{number}}}" for number in range(len(given)))
    if len(given) > _MOST_PARAMETERS:
        raise InvalidQuery(f"concat takes at most {_MOST_PARAMETERS} parameters")
    return make(f"concat({inside}, '')", VARCHAR, *(as_type(value, VARCHAR) for value in given))


def coalesce(given: Sequence[Value]) -> Value:
    """Return the first that is not NULL."""
    if len(given) > _MOST_PARAMETERS:
        raise InvalidQuery(f"coalesce takes at most {_MOST_PARAMETERS} parameters")
    values = alike(list(given))
    inside = ", ".join(f"{{{number}}}" for number in range(len(values)))
    kind = next((value.type for value in values if value.type.kind != "unknown"), values[0].type)
    if kind.kind == "array":
        raise InvalidQuery("coalesce takes no arrays: they are never NULL here")
    return make(f"coalesce({inside})", kind, *values)


def cardinality(given: Sequence[Value]) -> Value:
    """Return how many elements an array or a map has."""
    _check_count("cardinality", given, 1)
    match given[0].type.kind:
        case "array":
            return make("toInt64(length({0}))", BIGINT, *given)
        case "map":
            return make("toInt64(length(JSONExtractKeys(ifNull({0}, ''))))", BIGINT, *given)
    raise InvalidQuery(f"cardinality takes an array or a map, not {given[0].type}")


def _contains(given: Sequence[Value]) -> Value:
    _check_count("contains", given, 2)
    items = given[0].type.item
    if items is None or items.kind not in _COMPARABLE:
        raise InvalidQuery(f"contains takes an array of plain values, not {given[0].type}")
    return make("has({0}, {1})", BOOLEAN, given[0], as_type(given[1], items))


def _round(given: Sequence[Value]) -> Value:
    if len(given) == 1:
        return make("round({0})", DOUBLE, as_type(given[0], DOUBLE))
    _check_count("round", given, 2)
    return make("round({0}, {1})", DOUBLE, as_type(given[0], DOUBLE), as_type(given[1], BIGINT))


def _substr(given: Sequence[Value]) -> Value:
    if len(given) == 2:  # noqa: PLR2004  # text and start
        return make("substringUTF8({0}, {1})", VARCHAR, as_type(given[0], VARCHAR), as_type(given[1], BIGINT))
    _check_count("substr", given, 3)
    start, length = as_type(given[1], BIGINT), as_type(given[2], BIGINT)
    return make("substringUTF8({0}, {1}, {2})", VARCHAR, as_type(given[0], VARCHAR), start, length)


def _split_part(given: Sequence[Value]) -> Value:
    _check_count("split_part", given, 3)
    pieces = SCALARS["split"].call("split_part", given[:2])
    return element_at(pieces, given[2])


def _element_at(given: Sequence[Value]) -> Value:
    _check_count("element_at", given, 2)
    return element_at(*given)


def _check_count(name: str, given: Sequence[Value], count: int) -> None:
    if len(given) != count:
        raise InvalidQuery(f"{name} takes {count} parameters, not {len(given)}")


def _check_comparable(name: str, value: Value) -> None:
    if value.type.kind not in _COMPARABLE:
        raise InvalidQuery(f"{name} takes plain values, not {value.type}")


_MOST_PARAMETERS: Final = 9
_BY_ITEM: Final = {
    "element_at": _element_at,
    "concat": concat,
    "coalesce": coalesce,
    "cardinality": cardinality,
    "contains": _contains,
    "round": _round,
    "substr": _substr,
    "split_part": _split_part,
}
NAMES: Final = tuple(sorted({*SCALARS, *AGGREGATES, *SAME_TYPE_AGGREGATES, *_CHOOSING, *_BY_ITEM}))
