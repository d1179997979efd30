"""Channels: by which applications' own events come into event data stores, and how the last ones fared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select
from sqlalchemy import update as update_in

from skylens.cloudtrail.ingestion.ingestion_errors import (
    ChannelExists,
    ChannelNotFound,
    InvalidChannelArn,
    StoreHasChannel,
    TooManyChannels,
)
from skylens.store.control.schema.channels import CHANNEL_DESTINATIONS, CHANNEL_INGESTIONS, CHANNELS
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from skylens.caller import Caller

_UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ARN: Final = re.compile(rf"arn:aws:cloudtrail:([a-z0-9-]+):([0-9]{{12}}):channel/({_UUID.pattern})")


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel, and the ids of the event data stores that it fills."""

    id: str
    account: str
    region: str
    name: str
    source: str
    stores: tuple[str, ...]

    @property
    def arn(self) -> str:
        """Its ARN."""
        return arn_of(self.region, self.account, self.id)

    def __repr__(self) -> str:
        return f"<Channel {self.arn}>"


@dataclass(frozen=True, slots=True)
class Ingestion:
    """The last event that a channel took, and the last one that it was sent; ``error`` is the latter's, if it had one."""

    success_at: datetime | None
    success_event: str
    error: str
    attempt_at: datetime
    attempt_event: str


def arn_of(region: str, account: str, channel: str) -> str:
    """Return a channel's ARN."""
    return f"arn:aws:cloudtrail:{region}:{account}:channel/{channel}"


def composed_arn(caller: Caller, given: str) -> str:
    """Return the ARN that an id means in this region; an ARN is itself."""
    return given if given.startswith("arn:") else arn_of(caller.region, caller.account, given)


def create(connection: Connection, channel: Channel, *, most: int) -> None:
    """Add a channel, if its name is free and the account may have one more in its region."""
    others = of_account(connection, channel.account, channel.region)
    _refuse_taken(channel, others)
    if len(others) >= most:
        raise TooManyChannels(
            f"The account has {len(others)} channels in {channel.region}, which is the most it may have"
        )
    values = {name: getattr(channel, name) for name in ("id", "account", "region", "name", "source")}
    connection.execute(insert(CHANNELS).values(values))
    _put_destinations(connection, channel)


def update(connection: Connection, channel: Channel) -> None:
    """Store a channel's name and destinations as they are now."""
    _refuse_taken(channel, of_account(connection, channel.account, channel.region))
    connection.execute(update_in(CHANNELS).where(CHANNELS.c.id == channel.id).values(name=channel.name))
    connection.execute(delete_from(CHANNEL_DESTINATIONS).where(CHANNEL_DESTINATIONS.c.channel == channel.id))
    _put_destinations(connection, channel)


def delete(connection: Connection, channel: Channel) -> None:
    """Remove a channel; the events that came by it stay."""
    for table in (CHANNEL_DESTINATIONS, CHANNEL_INGESTIONS):
        connection.execute(delete_from(table).where(table.c.channel == channel.id))
    connection.execute(delete_from(CHANNELS).where(CHANNELS.c.id == channel.id))


def find(connection: Connection, caller: Caller, given: str) -> Channel:
    """Return the caller's channel in this region by its id or ARN."""
    arn = composed_arn(caller, given)
    if not _ARN.fullmatch(arn):
        raise InvalidChannelArn(given)
    channel = by_arn(connection, arn)
    if channel is None or (channel.account, channel.region) != (caller.account, caller.region):
        raise ChannelNotFound(given)
    return channel


def is_arn(text: str) -> bool:
    """Say whether that can be a channel's ARN."""
    return _ARN.fullmatch(text) is not None


def by_arn(connection: Connection, arn: str) -> Channel | None:
    """Return whoever's channel an ARN names, if there is one."""
    found = next(iter(_select(connection, CHANNELS.c.id == arn.rpartition("/")[2])), None)
    return found if found is not None and found.arn == arn else None


def of_account(connection: Connection, account: str, region: str) -> list[Channel]:
    """Return an account's channels in a region, by name."""
    return _select(connection, (CHANNELS.c.account == account) & (CHANNELS.c.region == region))


def refuse_filling(connection: Connection, store: str, arn: str) -> None:
    """Raise StoreHasChannel where a channel fills the event data store."""
    table = CHANNEL_DESTINATIONS.c
    found = connection.scalar(
        select(CHANNELS.c.name).join(CHANNEL_DESTINATIONS, table.channel == CHANNELS.c.id).where(table.store == store)
    )
    if found is not None:
        raise StoreHasChannel(arn, found)


def note_ingestion(connection: Connection, channel: Channel, ingestion: Ingestion) -> None:
    """Remember how the last events fared; what succeeded before stays known."""
    row = {"channel": channel.id, "error": ingestion.error, "attempt_at": ingestion.attempt_at}
    row |= {"attempt_event": ingestion.attempt_event, "success_at": ingestion.success_at}
    row |= {"success_event": ingestion.success_event}
    if ingestion.success_at is None and (before := last_ingestion(connection, channel)):
        row |= {"success_at": before.success_at, "success_event": before.success_event}
    upsert(connection, CHANNEL_INGESTIONS, [row])


def last_ingestion(connection: Connection, channel: Channel) -> Ingestion | None:
    """Return how the last events of a channel fared; None where it never had one."""
    row = connection.execute(select(CHANNEL_INGESTIONS).where(CHANNEL_INGESTIONS.c.channel == channel.id)).first()
    if row is None:
        return None
    return Ingestion(row.success_at, row.success_event, row.error, row.attempt_at, row.attempt_event)


def _refuse_taken(channel: Channel, others: list[Channel]) -> None:
    if any(other.name == channel.name and other.id != channel.id for other in others):
        raise ChannelExists(channel.name)


def _put_destinations(connection: Connection, channel: Channel) -> None:
    rows = [{"channel": channel.id, "number": n, "store": store} for n, store in enumerate(channel.stores)]
    connection.execute(insert(CHANNEL_DESTINATIONS), rows)


def _select(connection: Connection, condition: ColumnElement[bool]) -> list[Channel]:
    rows = connection.execute(select(CHANNELS).where(condition)).all()
    table = CHANNEL_DESTINATIONS.c
    ids = [row.id for row in rows]
    filled: dict[str, list[str]] = {}
    chosen = select(table.channel, table.store).where(table.channel.in_(ids)).order_by(table.channel, table.number)
    for channel, store in connection.execute(chosen):
        filled.setdefault(channel, []).append(store)
    found = [
        Channel(row.id, row.account, row.region, row.name, row.source, tuple(filled.get(row.id, ()))) for row in rows
    ]
    return sorted(found, key=lambda channel: channel.name)  # as pages go on; databases have orders of their own
