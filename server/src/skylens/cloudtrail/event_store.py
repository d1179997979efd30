"""Event store: events in, durable when it returns; out by what they are looked up by, or in the order they came."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from skylens.cloudtrail.event import Category, Event, entry_of, keys_of
from skylens.sql import TRUE, Param, Sql, all_of
from skylens.store import MAY_REPEAT, ReadLimits, Store
from skylens.store.queries import query

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

TABLE: Final = "api_events"
_READ_SINCE: Final = query("skylens.cloudtrail", "read_since")
_READ_ALL_SINCE: Final = query("skylens.cloudtrail", "read_all_since")
_COUNT_SINCE: Final = query("skylens.cloudtrail", "count_since")
_LOOK_UP: Final = query("skylens.cloudtrail", "look_up_events")
_COUNT: Final = query("skylens.cloudtrail", "count_events")
_LIMITS: Final = ReadLimits(threads=2)
HISTORY_DAYS: Final = 90  # of a store that was not told otherwise
_LEAST_SLICE: Final = 3600
_ENOUGH: Final = 2  # times as many events as are asked for should lie in the first slice
_GROWTH: Final = 8  # of each slice over the one before


# event_time, received_us and event_id of the last event of a page.
Seen: TypeAlias = tuple[int, int, bytes]


class Position(NamedTuple):
    """A place in the order in which events came: everything up to and with it has been read."""

    received_us: int
    event_id: bytes


START: Final = Position(0, bytes(16))


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event on its way to those who read them in the order they came."""

    account: str
    region: str
    category: Category
    time: int  # seconds since the epoch
    position: Position
    source: str
    name: str
    read_only: bool
    record: str

    @property
    def id(self) -> str:
        """The event's id."""
        return str(UUID(bytes=self.position.event_id))


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """One event as event history lists it; ``entry`` is the JSON of event.Entry."""

    time: int
    position: Position
    entry: str
    record: str

    @property
    def id(self) -> str:
        """The event's id."""
        return str(UUID(bytes=self.position.event_id))

    @property
    def event_time(self) -> datetime:
        """When it happened."""
        return datetime.fromtimestamp(self.time, UTC)


def columns_of(events: Sequence[Event], received_us: Sequence[int], *, tried: int = 0) -> dict[str, Sequence[Any]]:
    """Return the events as rows of the table, received at these times.

    The first ``tried`` may have rows already: they were stored before, and that seemed to fail.
    """
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
        "keys": [keys_of(event) for event in events],
        "entry": [entry_of(event) for event in events],
        "record": [event.record for event in events],
        MAY_REPEAT: [number < tried for number in range(len(events))],
    }


async def put(store: Store, events: Sequence[Event], received_us: Sequence[int], *, tried: int = 0) -> None:
    """Store the events; they are durable when this returns. Raises StoreBusy, StoreFull, StoreUnavailable."""
    await store.append(TABLE, columns_of(events, received_us, tried=tried))


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
    keys: tuple[str, ...] = ()  # as keys_of writes them; an event has them all
    before: Seen | None = None


def read_all_since(store: Store, after: Position, *, until_us: int, limit: int, reads: bool) -> list[StoredEvent]:
    """Return the next events of all accounts in the order they came, as ``read_since`` does.

    Without ``reads`` management events that only read are passed over.
    """
    rows = store.read(
        _READ_ALL_SINCE.fill(
            received_us=after.received_us, event_id=after.event_id.hex(), until_us=until_us, most=limit, reads=reads
        ),
        limits=_LIMITS,
    )
    return [_stored(row) for row in rows]


def count_since(
    store: Store, after: Position, before: datetime, without_accounts: Collection[str], *, reads: bool
) -> int:
    """Return how many of the events that ``read_all_since`` would give happened before a time."""
    filled = _COUNT_SINCE.fill(
        received_us=after.received_us,
        event_id=after.event_id.hex(),
        before=int(before.timestamp()),
        without=sorted(without_accounts),
        reads=reads,
    )
    [(events,)] = store.read(filled, limits=_LIMITS)
    return int(events)


def look_up(store: Store, wanted: LookUp, *, most: int) -> list[FoundEvent]:
    """Return the newest events that are wanted, at most so many, each once.

    Sorting all that has a frequent attribute takes 60 ms, so the search goes back in time, slice by slice. The index says
    in 3 ms how many rows there are: where they are few the first slice is everything.
    """
    [(rows,)] = store.read(_COUNT.fill({"key": _with_keys(wanted.keys)}), limits=_LIMITS)
    if not rows:
        return []
    days = store.own_days.get(TABLE, HISTORY_DAYS)
    width = max(_LEAST_SLICE, int(days * 86_400 * most * _ENOUGH / rows))
    now = int(store.clock.now().timestamp())
    found: dict[str, FoundEvent] = {}
    low, high, before = min(wanted.end, now), wanted.end, wanted.before
    if before:
        low, high = min(low, before[0]), min(high, before[0])
    while len(found) < most and high >= wanted.start:
        low = max(wanted.start, low - width)
        while (missing := most - len(found)) and (page := _slice(store, wanted, (low, high, before), missing)):
            for event in page:  # one that was stored twice, because a commit was thought to have failed, is shown once
                found.setdefault(event.id, event)
            before = (page[-1].time, *page[-1].position)
            if len(page) < missing:
                break
        high = low - 1
        width *= _GROWTH
    return list(found.values())


def _slice(store: Store, wanted: LookUp, where: tuple[int, int, Seen | None], most: int) -> list[FoundEvent]:
    low, high, before = where
    rows = store.read(
        _LOOK_UP.fill(
            {"key": _with_keys(wanted.keys), "before": _before(before)},
            account=wanted.account,
            region=wanted.region,
            category=wanted.category,
            low=low,
            high=high,
            most=most,
        ),
        limits=_LIMITS,
    )
    return [FoundEvent(time, Position(came, key), entry, record) for time, came, key, entry, record in rows]


def _before(seen: Seen | None) -> Sql:
    """Return the condition of what comes behind an event, in the order of a list."""
    if seen is None:
        return TRUE
    params = (Param("UInt32", seen[0]), Param("Int64", seen[1]), Param("String", seen[2].hex()))
    return Sql("(toUInt32(event_time), received_us, event_id) < (?, ?, toFixedString(unhex(?), 16))", params)


def _with_keys(keys: Sequence[str]) -> Sql:
    return all_of(Sql("has(keys, ?)", (Param("String", key),)) for key in keys)


def _stored(row: tuple[Any, ...]) -> StoredEvent:
    account, region, category, time, received_us, event_id, source, name, read_only, record = row
    position = Position(received_us, event_id)
    return StoredEvent(account, region, category, time, position, source, name, read_only, record)
