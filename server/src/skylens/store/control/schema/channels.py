"""Channels: where applications' own events go, which event data stores each fills, and how its last events fared."""

from sqlalchemy import Column, Index, Integer, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

CHANNELS = Table(
    "channels",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("region", String, nullable=False),
    Column("name", String(128), nullable=False),
    Column("source", String(256), nullable=False),
    Index("channels_by_account", "account", "region", "name"),
)

CHANNEL_DESTINATIONS = Table(
    "channel_destinations",
    METADATA,
    Column("channel", String(36), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("store", String(36), nullable=False),  # id of an event data store
    Index("channel_destinations_by_store", "store"),
)

CHANNEL_INGESTIONS = Table(
    "channel_ingestions",
    METADATA,
    Column("channel", String(36), primary_key=True),
    Column("success_at", Moment),
    Column("success_event", String(36), nullable=False),
    Column("error", String, nullable=False),  # of the last event; '': it was taken
    Column("attempt_at", Moment, nullable=False),
    Column("attempt_event", String(36), nullable=False),
)
