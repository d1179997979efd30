"""New events: which of some events an event data store has not, be it from outside or of its account's own history."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

from skylens.cloudtrail.lake.stored_events import held_by
from skylens.store.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from skylens.cloudtrail.ingestion.lake_events import LakeEvent
    from skylens.cloudtrail.lake.event_data_stores import EventDataStore, Session
    from skylens.sql import Sql
    from skylens.store import Store

_ASKED_AT_ONCE: Final = 1_000
_GIVEN: Final = query("skylens.cloudtrail", "find_given")
_RECORDED: Final = query("skylens.cloudtrail", "find_recorded")


def new_events(
    store: Store, target: EventDataStore, sessions: Sequence[Session], events: Sequence[LakeEvent], now: datetime
) -> list[LakeEvent]:
    """Return those of the events that the target has not, each once."""
    each = {event.id: event for event in events}
    held = held_by(target, sessions, now)
    ordered = sorted(each.values(), key=lambda event: event.time)
    for at in range(0, len(ordered), _ASKED_AT_ONCE):
        some = ordered[at : at + _ASKED_AT_ONCE]
        for known in _known(store, target, held, some):
            each.pop(str(UUID(bytes=known)), None)
    return list(each.values())


def _known(store: Store, target: EventDataStore, held: Sql, events: Sequence[LakeEvent]) -> Iterator[bytes]:
    asked: dict[str, Any] = {
        "low": events[0].time,
        "high": events[-1].time,
        "ids": [UUID(event.id).hex for event in events],
    }
    yield from (row[0] for row in store.read(_GIVEN.fill(store=target.id, **asked)))
    if any(event.account == target.account for event in events):
        yield from (row[0] for row in store.read(_RECORDED.fill({"held": held}, **asked)))
