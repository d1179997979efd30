"""Sampling rules, and when the rules of an account were last changed."""

from sqlalchemy import JSON, Column, Double, Integer, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

# The rule named Default has a row only once somebody has changed it.
SAMPLING_RULES = Table(
    "sampling_rules",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("priority", Integer, nullable=False),
    Column("fixed_rate", Double, nullable=False),
    Column("reservoir_size", Integer, nullable=False),
    Column("resource_arn", String, nullable=False),
    Column("service_name", String, nullable=False),
    Column("service_type", String, nullable=False),
    Column("host", String, nullable=False),
    Column("http_method", String, nullable=False),
    Column("url_path", String, nullable=False),
    Column("attributes", JSON, nullable=False),
    Column("boost_max_rate", Double),
    Column("boost_cooldown_minutes", Integer),
    Column("created_at", Moment, nullable=False),
    Column("modified_at", Moment, nullable=False),
)

# Outlives the rules, because a deletion is a change too.
SAMPLING_RULE_CHANGES = Table(
    "sampling_rule_changes",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("changed_at", Moment, nullable=False),
)
