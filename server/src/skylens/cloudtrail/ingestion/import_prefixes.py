"""Import prefixes: the folders that an import's files lie in, and how many of each are still to be read."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import func, select
from sqlalchemy import update as update_in

from skylens.store.control.schema.lake_imports import IMPORT_PREFIXES
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Connection


class Progress(NamedTuple):
    """How many folders there are, and of how many every file was read."""

    found: int
    completed: int


def add(connection: Connection, import_id: str, files: Mapping[str, int]) -> None:
    """Add to the files that are to be read of each folder, or take from them with negative numbers."""
    rows = [{"import_id": import_id, "prefix": prefix, "files_left": count} for prefix, count in files.items()]
    upsert(connection, IMPORT_PREFIXES, rows, add=("files_left",))


def finish(connection: Connection, import_id: str) -> None:
    """Note that nothing is left to be read: what was not there any more is not waited for."""
    connection.execute(update_in(IMPORT_PREFIXES).where(IMPORT_PREFIXES.c.import_id == import_id).values(files_left=0))


def progress(connection: Connection, import_id: str) -> Progress:
    """Return how far an import is."""
    table = IMPORT_PREFIXES.c
    of_import = table.import_id == import_id
    found = connection.scalar(select(func.count()).where(of_import)) or 0
    completed = connection.scalar(select(func.count()).where(of_import, table.files_left <= 0)) or 0
    return Progress(found, completed)
