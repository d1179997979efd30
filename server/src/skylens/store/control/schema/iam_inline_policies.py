"""Policies that are written into a user, a group or a role."""

from sqlalchemy import Column, String, Table

from skylens.store.control.metadata import METADATA

IAM_INLINE_POLICIES = Table(
    "iam_inline_policies",
    METADATA,
    Column("owner_id", String, primary_key=True),  # of the user, group or role: names may change
    Column("name", String, primary_key=True),
    Column("text", String, nullable=False),  # as it was put, to the byte
)
