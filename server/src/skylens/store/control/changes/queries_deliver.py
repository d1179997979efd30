"""Results of queries were delivered nowhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

if TYPE_CHECKING:
    from sqlalchemy import Connection

_STATEMENTS = (
    "ALTER TABLE lake_queries ADD COLUMN delivery_uri VARCHAR NOT NULL DEFAULT ''",
    "ALTER TABLE lake_queries ADD COLUMN delivery_status VARCHAR NOT NULL DEFAULT ''",
    "CREATE INDEX lake_queries_by_delivery ON lake_queries (delivery_status)",
)


def change(connection: Connection) -> None:
    """Say of each query that it has no destination, where there are queries already."""
    if inspect(connection).has_table("lake_queries"):
        for statement in _STATEMENTS:
            connection.execute(text(statement))
