"""Events for tests of the trail, with every value a test does not care about already chosen."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from skylens.caller import AccountId, Region
from skylens.cloudtrail.event import Event
from skylens.cloudtrail.event_store import TABLE, columns_of
from skylens.store import Store

NOON = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)
ACCOUNT = AccountId("000000000000")
_EVENT = Event(
    account=ACCOUNT,
    region=Region("us-east-1"),
    category="Management",
    time=NOON,
    id=str(UUID(int=1)),
    source="xray.amazonaws.com",
    name="CreateGroup",
    read_only=False,
    record="",
    username="erin",
    access_key_id="AKIAEXAMPLE",
)


def an_event(number: int = 1, **fields: Any) -> Event:
    """The number-th event; any of its fields may be given."""
    event = replace(_EVENT, id=an_event_id(number), **fields)
    record = fields.get("record") or json.dumps({"eventVersion": "1.11", "eventID": event.id, "eventName": event.name})
    return replace(event, record=record)


def an_event_id(number: int) -> str:
    """The number-th event id."""
    return str(UUID(int=number))


def store_events(store: Store, events: Iterable[Event], *, first_us: int = 1_000_000) -> None:
    """Put the events into the store as if they had come a microsecond apart."""
    rows = list(events)
    store.insert(TABLE, columns_of(rows, list(range(first_us, first_us + len(rows)))))
