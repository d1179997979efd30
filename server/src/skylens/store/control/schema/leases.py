"""Leases: which node of a cluster does a job at present, and until when it may rely on that."""

from sqlalchemy import Column, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

LEASES = Table(
    "leases",
    METADATA,
    Column("name", String, primary_key=True),
    Column("holder", String, nullable=False),
    Column("valid_until", Moment, nullable=False),
)
