"""Console sessions: browsers that are signed in, by the hash of what their cookie says."""

from sqlalchemy import Column, LargeBinary, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

CONSOLE_SESSIONS = Table(
    "console_sessions",
    METADATA,
    Column("id_hash", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("access_key_id", String, nullable=False),  # which it was opened with, and ends with
    Column("sealed_session_token", LargeBinary),  # of a temporary key
    Column("expires_at", Moment, nullable=False),
)
