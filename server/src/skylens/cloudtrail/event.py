"""Event: one entry of the audit trail: the record that people are given, and the facts it is found by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

import msgspec

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.caller import AccountId, Region

# As events are stored: Insights on management events are in event history, those on a trail's data events only with the trail.
Category: TypeAlias = Literal["Management", "Data", "Insight", "DataInsight"]

# As LookupEvents names them, each with the short name under which the store finds its values.
ATTRIBUTES: Final = {
    "EventId": "id",
    "EventName": "name",
    "ReadOnly": "readonly",
    "Username": "user",
    "ResourceType": "type",
    "ResourceName": "resource",
    "EventSource": "source",
    "AccessKeyId": "key",
}


class Resource(NamedTuple):
    """Something that an event is about, as event history lists it: ``AWS::XRay::Group``, ``checkout``."""

    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Event:
    """One record in the history of one account and region."""

    account: AccountId
    region: Region
    category: Category
    time: datetime
    id: str
    source: str
    name: str
    read_only: bool
    record: str  # JSON
    username: str = ""
    access_key_id: str = ""
    error_code: str = ""
    resources: tuple[Resource, ...] = ()

    def __repr__(self) -> str:
        return f"<Event {self.source}:{self.name} {self.id}>"


class Entry(msgspec.Struct, rename="pascal", omit_defaults=True):
    """What event history lists of an event beside its id, its time and its record, as LookupEvents names it."""

    event_name: str
    event_source: str
    read_only: str
    username: str = ""
    access_key_id: str = ""
    resources: list[dict[str, str]] = []


def entry_of(event: Event) -> str:
    """Return the JSON of an event's Entry."""
    resources = [{"ResourceType": kind, "ResourceName": name} for kind, name in event.resources]
    read_only = read_only_text(event.read_only)
    entry = Entry(event.name, event.source, read_only, event.username, event.access_key_id, resources)
    return msgspec.json.encode(entry).decode()


def keys_of(event: Event) -> list[str]:
    """Return every ``attribute=value`` that the event is looked up by, each once."""
    keys = {
        f"id={event.id}": None,
        f"name={event.name}": None,
        f"source={event.source}": None,
        f"readonly={read_only_text(event.read_only)}": None,
    }
    if event.username:
        keys[f"user={event.username}"] = None
    if event.access_key_id:
        keys[f"key={event.access_key_id}"] = None
    for resource in event.resources:
        keys[f"type={resource.type}"] = None
        keys[f"resource={resource.name}"] = None
    return list(keys)


def read_only_text(read_only: bool) -> str:  # noqa: FBT001  # the value itself
    """Return what the API calls it: a string.

    >>> read_only_text(True)
    'true'
    """
    return "true" if read_only else "false"
