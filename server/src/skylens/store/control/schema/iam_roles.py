"""Roles of IAM."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

IAM_ROLES = Table(
    "iam_roles",
    METADATA,
    Column("account", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("folded", String, nullable=False),
    Column("path", String, nullable=False),
    Column("id", String, nullable=False),  # AROA…, never used again
    Column("description", String, nullable=False),
    Column("trust_policy", String, nullable=False),
    Column("max_session_seconds", Integer, nullable=False),
    Column("boundary_arn", String, nullable=False),  # "": no permissions boundary
    Column("tags", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("revoked_before", Moment),  # sessions that are older are worth nothing
    Column("last_used_at", Moment),
    Column("last_used_region", String),
    Index("iam_roles_by_folded_name", "account", "folded", unique=True),
    Index("iam_roles_by_id", "id", unique=True),
)
