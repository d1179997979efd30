"""Groups of users, and who is in them."""

from sqlalchemy import Column, Index, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

IAM_GROUPS = Table(
    "iam_groups",
    METADATA,
    Column("account", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("folded", String, nullable=False),
    Column("path", String, nullable=False),
    Column("id", String, nullable=False),  # AGPA…, never used again
    Column("created_at", Moment, nullable=False),
    Index("iam_groups_by_folded_name", "account", "folded", unique=True),
    Index("iam_groups_by_id", "id", unique=True),
)

IAM_GROUP_MEMBERS = Table(
    "iam_group_members",
    METADATA,
    Column("group_id", String, primary_key=True),
    Column("user_id", String, primary_key=True),
    Index("iam_group_members_by_user", "user_id"),
)
