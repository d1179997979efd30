"""Event store: events in, durable when it returns; out by what they are looked up by, or in the order they came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from uuid import UUID

from skylens.cloudtrail.event import Category, Event, Resource, keys_of
from skylens.sql import TRUE, Param, Sql
from skylens.store import ReadLimits, Store
from skylens.store.queries import query

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

TABLE: Final = "api_events"
_READ_SINCE: Final = query("skylens.cloudtrail", "read_since")
_LOOK_UP: Final = query("skylens.cloudtrail", "look_up_events")
_LIMITS: Final = ReadLimits(threads=1)


class Position(NamedTuple):
    """A place in the order in which events came: everything up to and with it has been read."""

    received_us: int
    event_id: bytes


START: Final = Position(0, bytes(16))


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event as the store has it."""

    account: str
    region: str
    category: Category
    time: int  # seconds since the epoch
    position: Position
    source: str
    name: str
    read_only: bool
    username: str
    access_key_id: str
    resources: tuple[Resource, ...]
    record: str

    @property
    def event_time(self) -> datetime:
        """When it happened."""
        return datetime.fromtimestamp(self.time, UTC)

    @property
    def id(self) -> str:
        """The event's id."""
        return str(UUID(bytes=self.position.event_id))


def columns_of(events: Sequence[Event], received_us: Sequence[int]) -> dict[str, Sequence[Any]]:
    """Return the events as rows of the table, received at these times."""
    return {
        "account": [event.account for event in events],
        "region": [event.region for event in events],
        "category": [event.category for event in events],
        "event_time": [int(event.time.timestamp()) for event in events],
        "received_us": received_us,
        "event_id": [UUID(event.id).bytes for event in events],
        "event_source": [event.source for event in events],
        "event_name": [event.name for event in events],
        "read_only": [event.read_only for event in events],
        "username": [event.username for event in events],
        "access_key_id": [event.access_key_id for event in events],
        "error_code": [event.error_code for event in events],
        "resource_types": [[resource.type for resource in event.resources] for event in events],
        "resource_names": [[resource.name for resource in event.resources] for event in events],
        "keys": [keys_of(event) for event in events],
        "record": [event.record for event in events],
    }


async def put(store: Store, events: Sequence[Event], received_us: Sequence[int]) -> None:
    """Store the events; they are durable when this returns. Raises StoreBusy, StoreFull, StoreUnavailable."""
    await store.append(TABLE, columns_of(events, received_us))


def read_since(
    store: Store, account: str, regions: Collection[str], after: Position, *, until_us: int, limit: int
) -> tuple[list[StoredEvent], Position]:
    """Return the next events of an account in the order they came, and the position after them.

    No region named is all of them. Only events received before ``until_us`` are given, which ``Recorder.settled_us`` says:
    behind it no event can come any more, so none is ever skipped. An empty list with the same position: nothing new.
    """
    rows = store.read(
        _READ_SINCE.fill(
            account=account,
            regions=sorted(regions),
            received_us=after.received_us,
            event_id=after.event_id.hex(),
            until_us=until_us,
            most=limit,
        ),
        limits=_LIMITS,
    )
    events = [_stored(row) for row in rows]
    return events, events[-1].position if events else after


@dataclass(frozen=True, slots=True)
class LookUp:
    """Which events of an account and region to find, newest first; times are seconds since the epoch, both included."""

    account: str
    region: str
    category: Category
    start: int
    end: int
    key: str = ""  # as keys_of writes it; "": every event
    before: tuple[int, int, bytes] | None = None  # event_time, received_us, event_id of the last event seen


def look_up(store: Store, wanted: LookUp, *, most: int) -> list[StoredEvent]:
    """Return the newest events that are wanted, at most so many."""
    time, received_us, event_id = wanted.before or (wanted.end + 1, 0, bytes(16))
    rows = store.read(
        _LOOK_UP.fill(
            {"key": _has(wanted.key) if wanted.key else TRUE},
            account=wanted.account,
            region=wanted.region,
            category=wanted.category,
            start=wanted.start,
            end=min(wanted.end, time),
            before_time=time,
            before_received_us=received_us,
            before_id=event_id.hex(),
            most=most,
        ),
        limits=_LIMITS,
    )
    return [_stored(row) for row in rows]


def _has(key: str) -> Sql:
    return Sql("has(keys, ?)", (Param("String", key),))


def _stored(row: tuple[Any, ...]) -> StoredEvent:
    account, region, category, time, received_us, event_id, *found = row
    source, name, read_only, username, access_key_id, types, names, record = found
    return StoredEvent(
        account=account,
        region=region,
        category=category,
        time=time,
        position=Position(received_us, event_id),
        source=source,
        name=name,
        read_only=read_only,
        username=username,
        access_key_id=access_key_id,
        resources=tuple(map(Resource, types, names)),
        record=record,
    )
