"""Upsert: insert rows, or change those that are there already; one statement in SQLite and PostgreSQL alike."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy.dialects import postgresql, sqlite

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping, Sequence

    from sqlalchemy import Connection, Executable, Table

_INSERTS: Final[Mapping[str, Callable[[Table], sqlite.Insert | postgresql.Insert]]] = {
    "sqlite": sqlite.insert,
    "postgresql": postgresql.insert,
}


def upsert(
    connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]], *, add: Collection[str] = ()
) -> None:
    """Write each row; where its primary key exists, columns named in ``add`` are added up and the others replaced."""
    if rows:
        connection.execute(_statement(connection.dialect.name, table, tuple(rows[0]), tuple(add)), list(rows))


@cache
def _statement(dialect: str, table: Table, names: tuple[str, ...], add: tuple[str, ...]) -> Executable:
    # Kept, because to build it takes longer than to run it.
    keys = [column.name for column in table.primary_key]
    new = _INSERTS[dialect](table)
    changes = {
        name: table.c[name] + new.excluded[name] if name in add else new.excluded[name]
        for name in names
        if name not in keys
    }
    return new.on_conflict_do_update(index_elements=keys, set_=changes)
