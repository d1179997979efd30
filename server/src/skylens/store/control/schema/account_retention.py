"""How long an account's telemetry is kept, where it is not the default."""

from sqlalchemy import CheckConstraint, Column, Integer, String, Table

from skylens.store.control.metadata import METADATA

ACCOUNT_RETENTION = Table(
    "account_retention",
    METADATA,
    Column("account", String(12), primary_key=True),
    Column("days", Integer, CheckConstraint("days >= 1"), nullable=False),
)
