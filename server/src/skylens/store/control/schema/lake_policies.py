"""Resource policies of channels and event data stores: who beside their account's own principals may use them."""

from sqlalchemy import Column, String, Table, Text

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

LAKE_POLICIES = Table(
    "lake_policies",
    METADATA,
    Column("resource", String(256), primary_key=True),  # ARN
    Column("document", Text, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
