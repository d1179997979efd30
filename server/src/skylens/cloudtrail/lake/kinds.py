"""Types of the query language. Maps and rows travel as the JSON text that the record has of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

Kind: TypeAlias = Literal[
    "varchar", "bigint", "double", "boolean", "timestamp", "date", "interval", "map", "row", "array", "unknown"
]


@dataclass(frozen=True, slots=True)
class Type:
    """A type: arrays have items, rows have fields."""

    kind: Kind
    item: Type | None = None
    fields: tuple[Field, ...] = ()

    def field(self, name: str) -> Field | None:
        """Return a row's field, whatever the case of its name."""
        return next((field for field in self.fields if name.lower() in field.names), None)

    def __str__(self) -> str:
        return f"array({self.item})" if self.kind == "array" else self.kind


@dataclass(frozen=True, slots=True)
class Field:
    """A field of a row: its key in the record, and whatever else it is called in queries."""

    key: str
    type: Type
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """What it is called, in lower case."""
        return (self.key.lower(), *self.also)


VARCHAR: Final = Type("varchar")
BIGINT: Final = Type("bigint")
DOUBLE: Final = Type("double")
BOOLEAN: Final = Type("boolean")
TIMESTAMP: Final = Type("timestamp")
DATE: Final = Type("date")
INTERVAL: Final = Type("interval")
MAP: Final = Type("map")
UNKNOWN: Final = Type("unknown")  # of NULL
NUMBERS: Final = frozenset({"bigint", "double"})
MOMENTS: Final = frozenset({"timestamp", "date"})
SCALARS: Final = frozenset({"varchar", "bigint", "double", "boolean", "timestamp", "date", "unknown"})


def array(item: Type) -> Type:
    """Return the type of arrays of these."""
    return Type("array", item)


def row(*fields: Field) -> Type:
    """Return the type of rows with these fields."""
    return Type("row", fields=fields)


def texts(*keys: str) -> tuple[Field, ...]:
    """Return fields that are texts."""
    return tuple(Field(key, VARCHAR) for key in keys)
