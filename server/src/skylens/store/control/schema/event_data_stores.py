"""Event data stores: what each keeps, and when it took events in, by which selectors."""

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, String, Table, Text

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

EVENT_DATA_STORES = Table(
    "event_data_stores",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("region", String, nullable=False),
    Column("name", String(128), nullable=False),
    Column("is_multi_region", Boolean, nullable=False),
    Column("is_protected", Boolean, nullable=False),  # against deletion
    Column("is_ingesting", Boolean, nullable=False),
    Column("selectors", Text, nullable=False),  # JSON
    Column("retention_days", Integer, nullable=False),
    Column("billing_mode", String, nullable=False),
    Column("not_before", Moment),  # events before this went with a shorter retention
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Column("deleted_at", Moment),  # gone for good seven days later
    Index("event_data_stores_by_account", "account", "region", "name"),
)

# A store holds what came in its sessions. One ends, and another begins, when selectors change.
INGESTION_SESSIONS = Table(
    "ingestion_sessions",
    METADATA,
    Column("store", String(36), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("began_us", BigInteger, nullable=False),
    Column("ended_us", BigInteger),
    Column("is_multi_region", Boolean, nullable=False),
    Column("selectors", Text, nullable=False),
)
