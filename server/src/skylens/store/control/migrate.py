"""Bring a control database to the schema of this release: changes by number, then the tables that are not there yet."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from sqlalchemy import Column, Integer, String, Table, insert, inspect, select

from skylens.store.control import schema  # registers every table
from skylens.store.control.changes import keys_by_principal_id, queries_deliver
from skylens.store.control.metadata import METADATA

if TYPE_CHECKING:
    from collections.abc import Callable

    from sqlalchemy import Connection

Change: TypeAlias = "tuple[int, str, Callable[[Connection], None]]"

SCHEMA_CHANGES = Table(
    "schema_changes",
    METADATA,
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("name", String, nullable=False),
)

# (number, what it does, function): how a table of an earlier release becomes today's. A fresh database needs none.
CHANGES: tuple[Change, ...] = (
    (1, "access keys name their principal by its id", keys_by_principal_id.change),
    (2, "queries say where their results are delivered", queries_deliver.change),
)


def migrate(connection: Connection, changes: tuple[Change, ...] = CHANGES) -> list[str]:
    """Apply the changes this database has not seen, create the tables it lacks; return what was done."""
    existing = set(inspect(connection).get_table_names())
    fresh = not existing
    if SCHEMA_CHANGES.name not in existing:
        SCHEMA_CHANGES.create(connection)
    seen = set(connection.scalars(select(SCHEMA_CHANGES.c.number)))
    done = []
    for number, name, change in changes:
        if number in seen:
            continue
        if not fresh:
            change(connection)
            done.append(f"changed: {number:03} {name}")
        connection.execute(insert(SCHEMA_CHANGES).values(number=number, name=name))
    existing = set(inspect(connection).get_table_names())  # a change may have made some
    missing = [table for table in METADATA.sorted_tables if table.name not in existing]
    METADATA.create_all(connection, tables=missing, checkfirst=False)
    return done + [f"created {table.name}" for table in missing]


__all__ = ["CHANGES", "SCHEMA_CHANGES", "Change", "migrate", "schema"]
