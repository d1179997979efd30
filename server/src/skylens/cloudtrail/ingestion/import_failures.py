"""Import failures: the files of an import that could not be read whole, each with the reason, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sqlalchemy import func, select
from sqlalchemy import update as update_in

from skylens.store.control.schema.lake_imports import IMPORT_FAILURES
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

Status: TypeAlias = Literal["FAILED", "RETRY", "SUCCEEDED"]


@dataclass(frozen=True, slots=True)
class ImportFailure:
    """What failed, where; ``events`` of it were read all the same."""

    import_id: str
    location: str
    status: Status
    error_type: str
    error_message: str
    events: int
    updated_at: datetime


_NAMES: Final = tuple(f.name for f in fields(ImportFailure))


def note(connection: Connection, failure: ImportFailure) -> None:
    """Write a failure down, in the place of what is known of its location."""
    upsert(connection, IMPORT_FAILURES, [{name: getattr(failure, name) for name in _NAMES}])


def of_import(connection: Connection, import_id: str, status: Status | None = None) -> list[ImportFailure]:
    """Return an import's failures by location, of one status or of all."""
    table = IMPORT_FAILURES.c
    chosen = select(IMPORT_FAILURES).where(table.import_id == import_id)
    rows = connection.execute(chosen if status is None else chosen.where(table.status == status))
    found = [ImportFailure(**{name: getattr(row, name) for name in _NAMES}) for row in rows]
    return sorted(found, key=lambda failure: failure.location)  # as pages go on; databases have orders of their own


def count(connection: Connection, import_id: str) -> int:
    """Return how many failures nothing came of yet."""
    table = IMPORT_FAILURES.c
    chosen = select(func.count()).where(table.import_id == import_id, table.status == "FAILED")
    return connection.scalar(chosen) or 0


def retry(connection: Connection, import_id: str, now: datetime) -> None:
    """Let all that failed be tried again."""
    table = IMPORT_FAILURES.c
    failed = (table.import_id == import_id) & (table.status == "FAILED")
    connection.execute(update_in(IMPORT_FAILURES).where(failed).values(status="RETRY", updated_at=now))


def resolve(connection: Connection, import_id: str, location: str, now: datetime) -> None:
    """Note that what had failed has succeeded, if it had."""
    table = IMPORT_FAILURES.c
    it = (table.import_id == import_id) & (table.location == location)
    connection.execute(update_in(IMPORT_FAILURES).where(it).values(status="SUCCEEDED", updated_at=now))
