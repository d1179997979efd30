"""Data keys that documents are encrypted with, each encrypted itself with a key of KMS."""

from sqlalchemy import Column, LargeBinary, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

# A row is needed for as long as there are documents that name it.
DATA_KEYS = Table(
    "data_keys",
    METADATA,
    Column("id", String, primary_key=True),
    Column("account", String, nullable=False),
    Column("region", String, nullable=False),
    Column("key_arn", String, nullable=False),
    Column("wrapped", LargeBinary, nullable=False),
    Column("created_at", Moment, nullable=False),
)
