"""Groups of traces, and every filter expression each of them had."""

from sqlalchemy import Boolean, Column, Integer, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

# The group named Default has a row only once somebody has changed it.
GROUPS = Table(
    "groups",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("unique_id", String, nullable=False),
    Column("filter_expression", String, nullable=False),
    Column("insights_enabled", Boolean, nullable=False),
    Column("notifications_enabled", Boolean, nullable=False),
)

# Version 1 is the filter that the group was created with.
GROUP_FILTERS = Table(
    "group_filters",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("filter_expression", String, nullable=False),
    Column("valid_from", Moment, nullable=False),
)
