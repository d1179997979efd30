"""Instance profiles: a role under a name of its own, for machines."""

from sqlalchemy import JSON, Column, Index, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

IAM_INSTANCE_PROFILES = Table(
    "iam_instance_profiles",
    METADATA,
    Column("account", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("folded", String, nullable=False),
    Column("path", String, nullable=False),
    Column("id", String, nullable=False),  # AIPA…, never used again
    Column("role_id", String, nullable=False),  # "": none yet
    Column("tags", JSON, nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("iam_instance_profiles_by_folded_name", "account", "folded", unique=True),
    Index("iam_instance_profiles_by_role", "role_id"),
)
