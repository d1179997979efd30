"""Encryption settings: with which key of KMS the documents of an account are encrypted in a region."""

from sqlalchemy import Column, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

ENCRYPTION_SETTINGS = Table(
    "encryption_settings",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("key_arn", String, nullable=False),  # empty: not encrypted
    Column("changed_at", Moment, nullable=False),
)
