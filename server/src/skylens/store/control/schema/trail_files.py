"""Trail files: log files that are delivered and stand in no digest yet."""

from sqlalchemy import Column, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

TRAIL_FILES = Table(
    "trail_files",
    METADATA,
    Column("trail_id", String(36), primary_key=True),
    Column("bucket", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("region", String, nullable=False),
    Column("sha256", String(64), nullable=False),  # of the bytes before compression
    Column("oldest", Moment, nullable=False),
    Column("newest", Moment, nullable=False),
    Column("delivered_at", Moment, nullable=False),
)
