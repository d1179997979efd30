"""Policies that stand on their own, their versions, and to whom policies are attached."""

from sqlalchemy import JSON, Column, Index, Integer, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

# The policies that AWS manages are no rows: they are files of this release.
IAM_MANAGED_POLICIES = Table(
    "iam_managed_policies",
    METADATA,
    Column("account", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("folded", String, nullable=False),
    Column("path", String, nullable=False),
    Column("id", String, nullable=False),  # ANPA…, never used again
    Column("description", String, nullable=False),
    Column("default_version", Integer, nullable=False),
    Column("newest_version", Integer, nullable=False),  # numbers are not used again either
    Column("tags", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("updated_at", Moment, nullable=False),
    Index("iam_managed_policies_by_folded_name", "account", "folded", unique=True),
    Index("iam_managed_policies_by_id", "id", unique=True),
)

IAM_POLICY_VERSIONS = Table(
    "iam_policy_versions",
    METADATA,
    Column("policy_id", String, primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", String, nullable=False),  # as it was put, to the byte
    Column("created_at", Moment, nullable=False),
)

# By ARN, because a policy of AWS has no row.
IAM_ATTACHMENTS = Table(
    "iam_attachments",
    METADATA,
    Column("owner_id", String, primary_key=True),  # of the user, group or role
    Column("policy_arn", String, primary_key=True),
    Column("account", String, nullable=False),  # of the owner
    Index("iam_attachments_by_policy", "account", "policy_arn"),
)
