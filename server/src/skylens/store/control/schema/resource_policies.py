"""Resource policies of X-Ray: who beside an account's own principals may send to it and read from it."""

from sqlalchemy import BigInteger, Column, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

RESOURCE_POLICIES = Table(
    "resource_policies",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("name", String, primary_key=True),
    Column("document", String, nullable=False),
    Column("revision", BigInteger, nullable=False),
    Column("updated_at", Moment, nullable=False),
)
