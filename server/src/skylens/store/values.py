"""From the parameters of an Sql to the text in which ClickHouse takes typed parameters."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from typing import Any

from skylens.sql import Sql


def bind(query: Sql) -> tuple[str, dict[str, Any]]:
    """Return the text with typed placeholders and the values by name, times made independent of any time zone."""
    text, values = query.bind()
    return text, {name: _value(value, p.type) for (name, value), p in zip(values.items(), query.params, strict=True)}


def _value(value: object, kind: str) -> object:
    """Return what clickhouse-connect binds without loss.

    It would write a datetime in the server's zone and an early epoch in too few digits for the engine to take.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case Enum():
            return _value(value.value, kind)
        case datetime():
            if value.tzinfo is None:
                raise ValueError(f"a time without a zone says nothing: {value!r}")
            return f"{value.timestamp():017.6f}" if kind.startswith("DateTime64") else f"{int(value.timestamp()):010d}"
        case int() if kind.startswith("DateTime("):
            return f"{value:010d}"
        case int() if kind.startswith("DateTime64("):
            raise ValueError(f"bind milliseconds as Int64, not as {kind}: {value}")
        case date():
            return value.isoformat()
        case Mapping():
            return {key: _value(item, "") for key, item in value.items()}
        case set() | frozenset() | tuple() if kind.startswith("Array"):
            return [_element(item) for item in value]
        case list():
            return [_element(item) for item in value]
    return value


def _element(value: object) -> object:
    return _value(value, "") if isinstance(value, (list, tuple, set, Mapping, bool, Enum)) else value
