"""Lake events: what is stored of events that an event data store was given from outside."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from uuid import UUID

if TYPE_CHECKING:
    from collections.abc import Sequence

TABLE: Final = "lake_events"


@dataclass(frozen=True, slots=True)
class LakeEvent:
    """One event; ``time`` is seconds since the epoch."""

    account: str
    region: str
    category: str
    time: int
    id: str
    source: str
    name: str
    record: str  # JSON
    error_code: str = ""

    def __repr__(self) -> str:
        return f"<LakeEvent {self.source}:{self.name} {self.id}>"


def columns_of(events: Sequence[LakeEvent], stores: Sequence[str]) -> dict[str, Sequence[Any]]:
    """Return the rows of the events, one in each of the stores."""
    rows = [(store, event) for store in stores for event in events]
    return {
        "store": [store for store, _ in rows],
        "account": [event.account for _, event in rows],
        "region": [event.region for _, event in rows],
        "category": [event.category for _, event in rows],
        "event_time": [event.time for _, event in rows],
        "event_id": [UUID(event.id).bytes for _, event in rows],
        "event_source": [event.source for _, event in rows],
        "event_name": [event.name for _, event in rows],
        "error_code": [event.error_code for _, event in rows],
        "record": [event.record for _, event in rows],
    }
