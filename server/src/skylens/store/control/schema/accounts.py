"""The accounts of this installation."""

from sqlalchemy import Column, Index, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

ACCOUNTS = Table(
    "accounts",
    METADATA,
    Column("account", String(12), primary_key=True),
    Column("name", String, nullable=False),
    Column("alias", String),  # no two accounts have the same
    Column("created_at", Moment, nullable=False),
    Index("accounts_by_alias", "alias", unique=True),
)
