"""Deletions of roles that belong to a service, as their callers ask after them."""

from sqlalchemy import Column, String, Table

from skylens.store.control.metadata import METADATA

IAM_ROLE_DELETIONS = Table(
    "iam_role_deletions",
    METADATA,
    Column("account", String, primary_key=True),
    Column("task_id", String, primary_key=True),
    Column("status", String, nullable=False),
)
