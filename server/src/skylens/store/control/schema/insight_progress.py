"""Insight progress: up to which minute calls have been looked at, and what was unusual then."""

from sqlalchemy import BigInteger, Column, String, Table, Text

from skylens.store.control.metadata import METADATA

INSIGHT_PROGRESS = Table(
    "insight_progress",
    METADATA,
    Column("source", String, primary_key=True),
    Column("minute", BigInteger, nullable=False),  # the first one that has not been looked at, since the epoch
    Column("unusual", Text, nullable=False),  # JSON
)
