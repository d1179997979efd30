"""Queries of CloudTrail Lake: what was asked and how it went. Their results are telemetry: query_results.sql."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

LAKE_QUERIES = Table(
    "lake_queries",
    METADATA,
    Column("id", String(36), primary_key=True),
    Column("account", String(12), nullable=False),
    Column("region", String, nullable=False),
    Column("statement", Text, nullable=False),
    Column("stores", Text, nullable=False),  # JSON: ids
    Column("status", String, nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("started_at", Moment),
    Column("error", Text, nullable=False),
    Column("columns", Text, nullable=False),  # JSON: the names of the result's columns
    Column("rows", BigInteger, nullable=False),
    Column("events_scanned", BigInteger, nullable=False),
    Column("bytes_scanned", BigInteger, nullable=False),
    Column("milliseconds", BigInteger, nullable=False),
    Column("delivery_uri", String, nullable=False),  # '': the result is delivered nowhere
    Column("delivery_status", String, nullable=False),
    Index("lake_queries_by_account", "account", "region", "created_at"),
    Index("lake_queries_by_status", "status"),
    Index("lake_queries_by_delivery", "delivery_status"),
)
