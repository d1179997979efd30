"""Insights of event data stores: which types a store's events are looked through for, and where they go."""

from sqlalchemy import Column, String, Table, Text

from skylens.store.control.metadata import METADATA

STORE_INSIGHTS = Table(
    "store_insights",
    METADATA,
    Column("store", String(36), primary_key=True),
    Column("destination", String(36), nullable=False),  # an event data store of the same account and region
    Column("selectors", Text, nullable=False),  # JSON
)
