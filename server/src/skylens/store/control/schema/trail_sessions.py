"""Trail sessions: from one StartLogging to the StopLogging that ends it, and how far its events are delivered."""

from sqlalchemy import BigInteger, Boolean, Column, Integer, String, Table

from skylens.store.control.metadata import METADATA

# Times and positions are microseconds since the epoch, as events have them. A position is that of the last event delivered.
TRAIL_SESSIONS = Table(
    "trail_sessions",
    METADATA,
    Column("trail_id", String(36), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("started_us", BigInteger, nullable=False),
    Column("stopped_us", BigInteger),  # events from then on are not the session's
    Column("files_us", BigInteger, nullable=False),
    Column("files_id", String(32), nullable=False),
    Column("has_all_files", Boolean, nullable=False),
    Column("logs_us", BigInteger),  # none: no log group is delivered to, or everything has been
    Column("logs_id", String(32), nullable=False),
)
