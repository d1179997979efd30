"""Users of IAM."""

from sqlalchemy import JSON, Column, Index, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

# Names differ in more than case: ``folded`` is the name in lower case.
IAM_USERS = Table(
    "iam_users",
    METADATA,
    Column("account", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("folded", String, nullable=False),
    Column("path", String, nullable=False),
    Column("id", String, nullable=False),  # AIDA…, never used again
    Column("boundary_arn", String, nullable=False),  # "": no permissions boundary
    Column("tags", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("iam_users_by_folded_name", "account", "folded", unique=True),
    Index("iam_users_by_id", "id", unique=True),
)
