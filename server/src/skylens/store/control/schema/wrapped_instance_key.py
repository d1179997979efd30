"""The instance key as AWS KMS wrapped it, where its source is a key there; at most one row."""

from sqlalchemy import Column, LargeBinary, String, Table

from skylens.store.control.metadata import METADATA

WRAPPED_INSTANCE_KEY = Table(
    "wrapped_instance_key",
    METADATA,
    Column("name", String, primary_key=True),
    Column("kms_key", String, nullable=False),  # as it was named; the blob says itself which one it is
    Column("wrapped", LargeBinary, nullable=False),
)
