"""Digest chains: of each trail and region what the next digest continues. '' in the previous_* columns: it begins a chain."""

from sqlalchemy import Boolean, Column, String, Table, Text

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

DIGEST_CHAINS = Table(
    "digest_chains",
    METADATA,
    Column("trail_id", String(36), primary_key=True),
    Column("region", String, primary_key=True),
    Column("is_open", Boolean, nullable=False),
    Column("covered_until", Moment, nullable=False),
    Column("previous_bucket", String, nullable=False),
    Column("previous_key", String, nullable=False),
    Column("previous_sha256", String(64), nullable=False),
    Column("previous_signature", Text, nullable=False),
)
