"""Tags of X-Ray's groups and sampling rules and of KMS's keys, by the resource's ARN."""

from sqlalchemy import Column, String, Table

from skylens.store.control.metadata import METADATA

TAGS = Table(
    "tags",
    METADATA,
    Column("resource", String, primary_key=True),
    Column("key", String, primary_key=True),
    Column("value", String, nullable=False),
)
