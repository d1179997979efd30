"""Event data stores: which ones there are, and in which sessions each took events in."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from sqlalchemy import delete as delete_from
from sqlalchemy import func, insert, select
from sqlalchemy import update as update_in

from skylens.cloudtrail.lake.lake_errors import (
    InvalidStoreArn,
    StoreExists,
    StoreInactive,
    StoreNotFound,
    TooManyStores,
)
from skylens.cloudtrail.selector import selectors
from skylens.store.control.schema.event_data_stores import EVENT_DATA_STORES, INGESTION_SESSIONS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from skylens.caller import Caller
    from skylens.cloudtrail.selector.selectors import Selectors

Status: TypeAlias = Literal["ENABLED", "STOPPED_INGESTION", "PENDING_DELETION"]

PENDING_DAYS: Final = 7
AUDIT_CATEGORY: Final = "ActivityAuditLog"
INSIGHT_CATEGORY: Final = "Insight"
GIVEN_CATEGORIES: Final = frozenset({AUDIT_CATEGORY, INSIGHT_CATEGORY})
_TARGET: Final = "event data store"
_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ARN: Final = re.compile(r"arn:aws:cloudtrail:([a-z0-9-]+):([0-9]{12}):eventdatastore/(.+)")


@dataclass(frozen=True, slots=True)
class EventDataStore:
    """One event data store."""

    id: str
    account: str
    region: str
    name: str
    created_at: datetime
    updated_at: datetime
    selectors: Selectors
    is_multi_region: bool = True
    is_protected: bool = True
    is_ingesting: bool = True
    retention_days: int = 366
    billing_mode: str = "EXTENDABLE_RETENTION_PRICING"
    not_before: datetime | None = None
    deleted_at: datetime | None = None

    @property
    def arn(self) -> str:
        """Its ARN."""
        return arn_of(self.region, self.account, self.id)

    @property
    def status(self) -> Status:
        """What AWS calls the state it is in."""
        if self.deleted_at is not None:
            return "PENDING_DELETION"
        return "ENABLED" if self.is_ingesting else "STOPPED_INGESTION"

    @property
    def categories(self) -> frozenset[str]:
        """Of which categories it takes events."""
        return self.selectors.categories

    @property
    def given_category(self) -> str:
        """The category of its events where they are given to it, and are none of its account's history."""
        return next(iter(self.categories & GIVEN_CATEGORIES), "")

    @property
    def takes_audit_events(self) -> bool:
        """Whether it has applications' own events, which come through channels, and no others."""
        return AUDIT_CATEGORY in self.categories

    def first_kept(self, now: datetime) -> datetime:
        """Return the time before which it has no events any more."""
        kept = now - timedelta(days=self.retention_days)
        return max(kept, self.not_before) if self.not_before else kept

    def __repr__(self) -> str:
        return f"<EventDataStore {self.arn}>"


@dataclass(frozen=True, slots=True)
class Session:
    """A time in which a store took events in; the last one may go on."""

    began_us: int
    ended_us: int | None
    is_multi_region: bool
    selectors: Selectors = field(default_factory=selectors.Selectors)


_NAMES: Final = tuple(f.name for f in fields(EventDataStore) if f.name != "selectors")


def arn_of(region: str, account: str, store: str) -> str:
    """Return an event data store's ARN."""
    return f"arn:aws:cloudtrail:{region}:{account}:eventdatastore/{store}"


def composed_arn(caller: Caller, given: str) -> str:
    """Return the ARN that an id means in this region; an ARN is itself."""
    return given if given.startswith("arn:") else arn_of(caller.region, caller.account, given)


def create(connection: Connection, store: EventDataStore, *, most: int) -> None:
    """Add a store, if its name is free and the account may have one more in its region."""
    others = of_account(connection, store.account, store.region)
    if any(other.name == store.name for other in others):
        raise StoreExists(store.name)
    if len(others) >= most:
        raise TooManyStores(
            f"The account has {len(others)} event data stores in {store.region}, which is the most it may have"
        )
    connection.execute(insert(EVENT_DATA_STORES).values(_row(store)))
    if store.is_ingesting:
        _begin(connection, store, store.created_at)


def update(connection: Connection, before: EventDataStore, after: EventDataStore, now: datetime) -> EventDataStore:
    """Change a store: what it takes in from now on, and what it still has."""
    if after.name != before.name:
        others = of_account(connection, after.account, after.region)
        if any(other.name == after.name for other in others):
            raise StoreExists(after.name)
    if after.retention_days != before.retention_days:
        # What a shorter retention deletes, a longer one does not bring back.
        after = replace(after, not_before=max(before.first_kept(now), after.first_kept(now)))
    after = replace(after, updated_at=now)
    connection.execute(update_in(EVENT_DATA_STORES).where(EVENT_DATA_STORES.c.id == after.id).values(_row(after)))
    is_changed = (before.selectors, before.is_multi_region) != (after.selectors, after.is_multi_region)
    is_taking, was_taking = _is_taking(after), _is_taking(before)
    if was_taking and (is_changed or not is_taking):
        _end(connection, before, now)
    if is_taking and (is_changed or not was_taking):
        _begin(connection, after, now)
    return after


def find(connection: Connection, caller: Caller, given: str, now: datetime) -> EventDataStore:
    """Return the caller's store in this region by its id or ARN."""
    store = stored(connection, caller, _id_of(caller, given))
    if store is None or is_gone(store, now):
        raise StoreNotFound(given)
    return store


def find_active(connection: Connection, caller: Caller, given: str, now: datetime) -> EventDataStore:
    """Return a store that does not wait to be deleted."""
    store = find(connection, caller, given, now)
    if store.deleted_at is not None:
        raise StoreInactive(store.arn)
    return store


def stored(connection: Connection, caller: Caller, store: str) -> EventDataStore | None:
    """Return a store of the caller's in this region, whatever its state."""
    own = (EVENT_DATA_STORES.c.account == caller.account) & (EVENT_DATA_STORES.c.region == caller.region)
    return next(iter(_select(connection, own & (EVENT_DATA_STORES.c.id == store))), None)


def by_id(connection: Connection, store: str) -> EventDataStore | None:
    """Return whoever's store, whatever its state."""
    return next(iter(_select(connection, EVENT_DATA_STORES.c.id == store)), None)


def is_gone(store: EventDataStore, now: datetime) -> bool:
    """Say whether a deleted store cannot be restored any more."""
    return store.deleted_at is not None and now - store.deleted_at >= timedelta(days=PENDING_DAYS)


def of_account(connection: Connection, account: str, region: str) -> list[EventDataStore]:
    """Return an account's stores in a region, by name."""
    return _select(connection, (EVENT_DATA_STORES.c.account == account) & (EVENT_DATA_STORES.c.region == region))


def all_stores(connection: Connection) -> list[EventDataStore]:
    """Return every account's stores."""
    return _select(connection, EVENT_DATA_STORES.c.id.is_not(None))


def sessions(connection: Connection, store: EventDataStore) -> list[Session]:
    """Return when a store took events in, oldest first."""
    rows = connection.execute(
        select(INGESTION_SESSIONS).where(INGESTION_SESSIONS.c.store == store.id).order_by(INGESTION_SESSIONS.c.number)
    )
    return [
        Session(row.began_us, row.ended_us, row.is_multi_region, selectors.from_text(row.selectors, _TARGET))
        for row in rows
    ]


def delete_due(connection: Connection, now: datetime) -> list[EventDataStore]:
    """Remove the stores whose seven days are over, and return them."""
    due = [store for store in all_stores(connection) if is_gone(store, now)]
    for store in due:
        connection.execute(delete_from(EVENT_DATA_STORES).where(EVENT_DATA_STORES.c.id == store.id))
        connection.execute(delete_from(INGESTION_SESSIONS).where(INGESTION_SESSIONS.c.store == store.id))
    return due


def longest_retentions(connection: Connection, least: int) -> dict[str, int]:
    """Return for how many days the events of each account with stores are kept, ``least`` being everybody's."""
    days: dict[str, int] = {}
    for store in all_stores(connection):
        if store.given_category:
            continue  # has no events of its account's history
        days[store.account] = max(days.get(store.account, least), store.retention_days)
    return days


def _is_taking(store: EventDataStore) -> bool:
    return store.is_ingesting and store.deleted_at is None


def _begin(connection: Connection, store: EventDataStore, now: datetime) -> None:
    last = connection.scalar(
        select(func.max(INGESTION_SESSIONS.c.number)).where(INGESTION_SESSIONS.c.store == store.id)
    )
    connection.execute(
        insert(INGESTION_SESSIONS).values(
            store=store.id,
            number=(last or 0) + 1,
            began_us=_us(now),
            ended_us=None,
            is_multi_region=store.is_multi_region,
            selectors=store.selectors.to_text(),
        )
    )


def _end(connection: Connection, store: EventDataStore, now: datetime) -> None:
    going_on = (INGESTION_SESSIONS.c.store == store.id) & INGESTION_SESSIONS.c.ended_us.is_(None)
    connection.execute(update_in(INGESTION_SESSIONS).where(going_on).values(ended_us=_us(now)))


def _us(moment: datetime) -> int:
    return int(moment.timestamp() * 1_000_000)


def _id_of(caller: Caller, given: str) -> str:
    if not given.startswith("arn:"):
        if not _UUID.fullmatch(given):
            raise InvalidStoreArn(given)
        return given
    found = _ARN.fullmatch(given)
    if found is None:
        raise InvalidStoreArn(given)
    if (found[1], found[2]) != (caller.region, caller.account):
        raise StoreNotFound(given)
    return found[3]


def _select(connection: Connection, condition: ColumnElement[bool]) -> list[EventDataStore]:
    rows = connection.execute(select(EVENT_DATA_STORES).where(condition))
    # As pages of lists go on: databases have orders of their own.
    return sorted((_store(row) for row in rows), key=lambda store: store.name)


def _store(row: Row[Any]) -> EventDataStore:
    values = {name: getattr(row, name) for name in _NAMES}
    return EventDataStore(**values, selectors=selectors.from_text(row.selectors, _TARGET))


def _row(store: EventDataStore) -> dict[str, Any]:
    return {name: getattr(store, name) for name in _NAMES} | {"selectors": store.selectors.to_text()}
