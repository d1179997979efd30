"""Scope: which names an expression may use. Whatever a caller calls a thing, in the engine's SQL it has a name of ours."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import count
from typing import TYPE_CHECKING

from skylens.cloudtrail.lake.invalid import InvalidQuery
from skylens.cloudtrail.lake.value import Value
from skylens.sql import Sql

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from datetime import datetime

    from skylens.cloudtrail.lake.kinds import Type


@dataclass(frozen=True, slots=True)
class NamedPart:
    """A value inside a column that the engine has by itself, under the path of its fields in lower case."""

    path: tuple[str, ...]
    ref: str
    type: Type


@dataclass(frozen=True, slots=True)
class Named:
    """A column as callers know it and as the engine does."""

    name: str
    type: Type
    ref: str
    parts: tuple[NamedPart, ...] = ()

    def moved(self, move: Callable[[str], str]) -> Named:
        """Return the column where the engine has it, and its parts, under other names."""
        parts = tuple(NamedPart(part.path, move(part.ref), part.type) for part in self.parts)
        return Named(self.name, self.type, move(self.ref), parts)


@dataclass(frozen=True, slots=True)
class Relation:
    """A table of the FROM clause: SQL in parentheses or a join, and the columns it gives."""

    sql: Sql
    columns: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Source:
    """Columns under an alias; one without an alias has columns that need none."""

    alias: str  # lower case
    columns: tuple[Named, ...]

    def find(self, name: str) -> Named | None:
        """Return the column of that name, whatever its case."""
        return next((column for column in self.columns if column.name.lower() == name), None)


@dataclass(frozen=True, slots=True)
class World:
    """What a whole query shares: its time, the stores it may read, and names that nothing else has."""

    now: datetime
    store: Callable[[str], Relation]
    numbers: Iterator[int]

    def new_name(self, letter: str) -> str:
        """Return a name that is not taken."""
        return f"{letter}{next(self.numbers)}"


def new_world(now: datetime, store: Callable[[str], Relation]) -> World:
    """Return the world of one query."""
    return World(now, store, count(1))


@dataclass(frozen=True, slots=True)
class Scope:
    """The names of one SELECT: its tables, the common tables above it, and variables of lambdas."""

    world: World
    sources: tuple[Source, ...] = ()
    tables: Mapping[str, Relation] | None = None

    def resolve(self, path: Sequence[str]) -> tuple[Value, Sequence[str]]:
        """Return the column that a dotted name begins with, and the fields behind it."""
        names = [part.lower() for part in path]
        if len(names) > 1:
            for source in self.sources:
                if source.alias == names[0] and (found := source.find(names[1])):
                    return _value(found, path[2:])
        candidates = [found for source in self.sources if (found := source.find(names[0]))]
        if len(candidates) > 1:
            raise InvalidQuery(f"Column {path[0]!r} is ambiguous")
        if not candidates:
            raise InvalidQuery(f"There is no column {'.'.join(path)!r}")
        return _value(candidates[0], path[1:])

    def with_source(self, source: Source) -> Scope:
        """Return the scope with one more table in it."""
        if source.alias and any(other.alias == source.alias for other in self.sources):
            raise InvalidQuery(f"There are two tables {source.alias!r}")
        return Scope(self.world, (*self.sources, source), self.tables)

    def with_variable(self, name: str, kind: Type, ref: str) -> Scope:
        """Return the scope inside a lambda, whose variable hides columns of its name."""
        hidden = tuple(
            Source(source.alias, tuple(c for c in source.columns if c.name.lower() != name.lower()))
            for source in self.sources
        )
        return Scope(self.world, (*hidden, Source("", (Named(name, kind, ref),))), self.tables)


def _value(column: Named, fields: Sequence[str]) -> tuple[Value, Sequence[str]]:
    """Return what is at a path inside a column where the engine has that by itself, else the column and the path."""
    path = tuple(name.lower() for name in fields)
    part = next((part for part in column.parts if part.path == path), None)
    return (Value(Sql(part.ref), part.type), ()) if part else (Value(Sql(column.ref), column.type), fields)
