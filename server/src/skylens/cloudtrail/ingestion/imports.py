"""Imports: which files are to be read into which event data store, and how far that is."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Final, Literal, TypeAlias

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select
from sqlalchemy import update as update_in

from skylens.cloudtrail.ingestion.ingestion_errors import ImportNotFound, ImportUnderWay, StoreHasImport
from skylens.store.control.schema.lake_imports import IMPORT_FAILURES, IMPORT_PREFIXES, LAKE_IMPORTS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from skylens.caller import Caller
    from skylens.cloudtrail.lake.event_data_stores import EventDataStore

Status: TypeAlias = Literal["INITIALIZING", "IN_PROGRESS", "FAILED", "STOPPED", "COMPLETED"]

UNDER_WAY: Final = ("INITIALIZING", "IN_PROGRESS")
RETRIABLE: Final = ("FAILED", "STOPPED")


@dataclass(frozen=True, slots=True)
class Import:
    """One import. First its files are counted, up to ``listed``; then they are read, up to ``position``: both are keys."""

    id: str
    account: str
    region: str
    store: str
    location: str
    bucket_region: str
    role_arn: str
    start_at: datetime | None
    end_at: datetime | None
    created_at: datetime
    updated_at: datetime
    status: Status = "INITIALIZING"
    is_listed: bool = False
    listed: str = ""
    position: str = ""
    files_completed: int = 0
    events_completed: int = 0

    @property
    def bucket(self) -> str:
        """The name of the bucket."""
        return self.location.removeprefix("s3://").partition("/")[0]

    @property
    def prefix(self) -> str:
        """What the keys of its files begin with."""
        return self.location.removeprefix("s3://").partition("/")[2]

    def place(self, key: str) -> str:
        """Return the URI of an object."""
        return f"s3://{self.bucket}/{key}"

    def __repr__(self) -> str:
        return f"<Import {self.id} {self.status}>"


_NAMES: Final = tuple(f.name for f in fields(Import))
_MOVING: Final = ("status", "is_listed", "listed", "position", "files_completed", "events_completed", "updated_at")


def start(connection: Connection, new: Import) -> None:
    """Add an import, unless its account has one under way."""
    _refuse_another(connection, new.account, new.region)
    connection.execute(insert(LAKE_IMPORTS).values({name: getattr(new, name) for name in _NAMES}))


def restart(connection: Connection, before: Import, now: datetime) -> Import:
    """Let an import that was stopped or failed go on where it was, unless its account has one under way."""
    _refuse_another(connection, before.account, before.region)
    after = replace(before, status="INITIALIZING", is_listed=False, updated_at=now)
    values = {name: getattr(after, name) for name in _MOVING}
    connection.execute(update_in(LAKE_IMPORTS).where(LAKE_IMPORTS.c.id == before.id).values(values))
    return after


def move(connection: Connection, before: Import, after: Import) -> bool:
    """Store how far an import under way is, if nobody else moved or stopped it meanwhile, and say whether nobody did."""
    table = LAKE_IMPORTS.c
    is_it = (table.id == before.id) & table.status.in_(UNDER_WAY)
    is_there = (table.position == before.position) & (table.listed == before.listed)
    values = {name: getattr(after, name) for name in _MOVING}
    return connection.execute(update_in(LAKE_IMPORTS).where(is_it & is_there).values(values)).rowcount == 1


def stop(connection: Connection, import_id: str, now: datetime) -> bool:
    """Stop an import, and say whether it was under way."""
    return _end(connection, import_id, "STOPPED", now)


def fail(connection: Connection, import_id: str, now: datetime) -> bool:
    """End an import without success, and say whether it was under way."""
    return _end(connection, import_id, "FAILED", now)


def find(connection: Connection, caller: Caller, given: str) -> Import:
    """Return an import of the caller's account in this region."""
    own = (LAKE_IMPORTS.c.account == caller.account) & (LAKE_IMPORTS.c.region == caller.region)
    found = _select(connection, own & (LAKE_IMPORTS.c.id == given))
    if not found:
        raise ImportNotFound(given)
    return found[0]


def of_account(connection: Connection, account: str, region: str) -> list[Import]:
    """Return an account's imports in a region, newest first."""
    return _select(connection, (LAKE_IMPORTS.c.account == account) & (LAKE_IMPORTS.c.region == region))[::-1]


def under_way(connection: Connection) -> list[Import]:
    """Return everybody's imports that are under way, oldest first."""
    return _select(connection, LAKE_IMPORTS.c.status.in_(UNDER_WAY))


def has_any(connection: Connection, store: str) -> bool:
    """Say whether events were ever imported into a store."""
    return connection.scalar(select(LAKE_IMPORTS.c.id).where(LAKE_IMPORTS.c.store == store).limit(1)) is not None


def refuse_filling(connection: Connection, store: EventDataStore) -> None:
    """Raise StoreHasImport while events are imported into a store."""
    if any(each.store == store.id for each in under_way(connection)):
        raise StoreHasImport(store.arn)


def forget(connection: Connection, store: str) -> None:
    """Remove the imports into a store that is gone."""
    ids = select(LAKE_IMPORTS.c.id).where(LAKE_IMPORTS.c.store == store)
    for table in (IMPORT_FAILURES, IMPORT_PREFIXES):
        connection.execute(delete_from(table).where(table.c.import_id.in_(ids)))
    connection.execute(delete_from(LAKE_IMPORTS).where(LAKE_IMPORTS.c.store == store))


def _refuse_another(connection: Connection, account: str, region: str) -> None:
    if any((each.account, each.region) == (account, region) for each in under_way(connection)):
        raise ImportUnderWay(account)


def _end(connection: Connection, import_id: str, status: Status, now: datetime) -> bool:
    is_it = (LAKE_IMPORTS.c.id == import_id) & LAKE_IMPORTS.c.status.in_(UNDER_WAY)
    values = {"status": status, "updated_at": now}
    return connection.execute(update_in(LAKE_IMPORTS).where(is_it).values(values)).rowcount == 1


def _select(connection: Connection, condition: ColumnElement[bool]) -> list[Import]:
    order = (LAKE_IMPORTS.c.created_at, LAKE_IMPORTS.c.id)
    rows = connection.execute(select(LAKE_IMPORTS).where(condition).order_by(*order))
    return [Import(**{name: getattr(row, name) for name in _NAMES}) for row in rows]
