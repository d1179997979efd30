"""Value: a compiled expression and its type; templates of ours with holes for the expressions inside it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from skylens.cloudtrail.lake import kinds
from skylens.cloudtrail.lake.invalid import InvalidQuery
from skylens.cloudtrail.lake.kinds import BIGINT, BOOLEAN, DOUBLE, TIMESTAMP, VARCHAR, Type
from skylens.sql import Param, Sql

MOST_TEXT: Final = 200_000
_HOLE: Final = re.compile(r"\{(\d)\}")
_MOMENT: Final = "DateTime64(3, 'UTC')"
_EARLIEST, _LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2299, 12, 31, tzinfo=UTC)  # of the engine


@dataclass(frozen=True, slots=True)
class Value:
    """A piece of SQL that stands for a value. ``literal`` is the text of a string literal, which takes on other types."""

    sql: Sql
    type: Type
    literal: str | None = None
    is_aggregate: bool = False


def fill(template: str, *pieces: Sql) -> Sql:
    """Return the template with pieces in its holes ``{0}``, ``{1}``, as often as they stand there.

    >>> fill("{1} + {1} + {0}", Sql("a"), Sql("?", (Param("Int64", 1),)))
    <Sql ? + ? + a [1, 1]>
    """
    text, end = [], 0
    params: list[Param] = []
    for hole in _HOLE.finditer(template):
        piece = pieces[int(hole[1])]
        text += [template[end : hole.start()], piece.text]
        params += piece.params
        end = hole.end()
    text.append(template[end:])
    if sum(map(len, text)) > MOST_TEXT:
        raise InvalidQuery("The query is too complex")
    return Sql("".join(text), tuple(params))


def make(template: str, kind: Type, *inside: Value) -> Value:
    """Return the value that a template makes of others."""
    return Value(
        fill(template, *(value.sql for value in inside)),
        kind,
        is_aggregate=any(value.is_aggregate for value in inside),
    )


def text(value: str) -> Value:
    """Return a string literal."""
    return Value(Sql("?", (Param("String", value),)), VARCHAR, literal=value)


def number(digits: str) -> Value:
    """Return a number literal: a whole one, or one with a fraction."""
    try:
        return Value(Sql("?", (Param("Int64", _int64(digits)),)), BIGINT)
    except ValueError:
        pass
    try:
        return Value(Sql("?", (Param("Float64", float(digits)),)), DOUBLE)
    except ValueError as error:
        raise InvalidQuery(f"{digits!r} is no number") from error


def moment(value: datetime) -> Value:
    """Return a point in time."""
    if not _EARLIEST <= value <= _LATEST:
        raise InvalidQuery(f"{value} is too far away")
    return Value(Sql("?", (Param(_MOMENT, value),)), TIMESTAMP)


def moment_of(written: str) -> Value:
    """Return the point in time that a literal names: a day, or a day with a time, in UTC unless it says otherwise."""
    try:
        found = datetime.fromisoformat(written.strip().replace(" UTC", "Z"))
    except ValueError as error:
        raise InvalidQuery(f"{written!r} is no timestamp; write '2026-07-01 12:00:00'") from error
    return moment(found if found.tzinfo else found.replace(tzinfo=UTC))


def condition(value: Value) -> Value:
    """Return the value if it is a condition."""
    return as_type(value, BOOLEAN)


def as_type(value: Value, wanted: Type) -> Value:
    """Return a value where one of a type is needed; literals and NULL take on that type, nothing else changes its own."""
    kind = value.type.kind
    if kind in {wanted.kind, "unknown"}:
        return value
    match kind, wanted.kind:
        case "bigint", "double":
            return make("toFloat64({0})", DOUBLE, value)
        case "varchar", "timestamp":
            if value.literal is not None:
                return moment_of(value.literal)
            return make("parseDateTime64BestEffortOrNull({0}, 3, 'UTC')", TIMESTAMP, value)
        case "varchar", "date" if value.literal is not None:
            return make("toDate32({0}, 'UTC')", kinds.DATE, moment_of(value.literal))
        case "date", "timestamp":
            return make("toDateTime64({0}, 3, 'UTC')", TIMESTAMP, value)
        case "varchar", "boolean" if value.literal is not None and value.literal.lower() in {"true", "false"}:
            return boolean(value.literal.lower() == "true")
    raise InvalidQuery(f"{_shown(value)} is {value.type}, where {wanted} is needed")


def boolean(value: bool) -> Value:  # noqa: FBT001  # the value itself
    """Return a boolean literal."""
    return Value(Sql("true" if value else "false"), BOOLEAN)


def alike(values: list[Value]) -> list[Value]:
    """Return values of one type: they can be compared, or stand in one column."""
    known = [value.type for value in values if value.type.kind != "unknown" and value.literal is None]
    known = known or [value.type for value in values if value.type.kind != "unknown"]
    if not known:
        return values
    wanted = known[0]
    for kind in known[1:]:
        if {wanted.kind, kind.kind} == kinds.NUMBERS:
            wanted = DOUBLE
        elif {wanted.kind, kind.kind} == kinds.MOMENTS or {wanted.kind, kind.kind} == {"varchar", "timestamp"}:
            wanted = TIMESTAMP
    return [as_type(value, wanted) for value in values]


def _int64(digits: str) -> int:
    whole = int(digits)
    if not -(2**63) <= whole < 2**63:
        raise InvalidQuery(f"{digits} is too large a number")
    return whole


def _shown(value: Value) -> str:
    return repr(value.literal) if value.literal is not None else "An expression"
