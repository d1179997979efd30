"""Webhook progress: up to which event the webhook's receiver has everything."""

from sqlalchemy import BigInteger, Column, String, Table

from skylens.store.control.metadata import METADATA

# Times are microseconds since the epoch, as events have them. The position is that of the last event it has, or later.
WEBHOOK_PROGRESS = Table(
    "webhook_progress",
    METADATA,
    Column("name", String(32), primary_key=True),
    Column("received_us", BigInteger, nullable=False),
    Column("event_id", String(32), nullable=False),
    Column("owed_us", BigInteger),  # when the first event came that it does not have; none: it has all
    Column("failure", String(64), nullable=False),  # of the last try; empty: it went well
)
