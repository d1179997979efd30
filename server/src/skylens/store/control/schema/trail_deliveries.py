"""Trail deliveries: how the latest delivery of each kind went."""

from sqlalchemy import Column, String, Table, Text

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

TRAIL_DELIVERIES = Table(
    "trail_deliveries",
    METADATA,
    Column("trail_id", String(36), primary_key=True),
    Column("kind", String, primary_key=True),  # files, notification, logs, digest
    Column("attempted_at", Moment, nullable=False),
    Column("delivered_at", Moment),  # the latest that went well
    Column("error", Text, nullable=False),  # '': the latest went well
)
