"""Trails: what each delivers and where to. A deleted one stays until what it still owes is delivered."""

from sqlalchemy import Boolean, Column, Index, String, Table, Text

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

TRAILS = Table(
    "trails",
    METADATA,
    Column("id", String(36), primary_key=True),  # outlives the name, which a later trail may have again
    Column("account", String(12), nullable=False),
    Column("region", String, nullable=False),  # its home
    Column("name", String(128), nullable=False),
    Column("bucket", String, nullable=False),
    Column("prefix", String, nullable=False),
    Column("topic", String, nullable=False),  # name or ARN, as it was given; '': none, as in the columns below
    Column("log_group_arn", String, nullable=False),
    Column("log_role_arn", String, nullable=False),
    Column("kms_key_arn", String, nullable=False),
    Column("has_global_events", Boolean, nullable=False),
    Column("is_multi_region", Boolean, nullable=False),
    Column("has_digests", Boolean, nullable=False),
    Column("is_recursive", Boolean, nullable=False),
    Column("event_selectors", Text, nullable=False),  # JSON
    Column("insight_selectors", Text, nullable=False),  # JSON; '': insights are off
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("stopped_at", Moment),
    Column("is_logging", Boolean, nullable=False),
    Column("deleted_at", Moment),
    Index("trails_by_account", "account", "name"),
)
