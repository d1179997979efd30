"""Access keys: who signs with which secret. Secrets are sealed with the instance key."""

from sqlalchemy import Column, Index, LargeBinary, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

ACCESS_KEYS = Table(
    "access_keys",
    METADATA,
    Column("access_key_id", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("principal_id", String, nullable=False),  # AIDA… of a user; the account's number of its root user
    Column("sealed_secret", LargeBinary, nullable=False),
    Column("status", String, nullable=False),  # Active or Inactive
    Column("created_at", Moment, nullable=False),
    Column("last_used_at", Moment),
    Column("last_used_region", String),
    Column("last_used_service", String),
    Index("access_keys_by_principal_id", "account", "principal_id"),
)
