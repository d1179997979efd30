"""Requests that did not prove whose they were: how many there were in an hour, from where, with which key and why."""

from sqlalchemy import BigInteger, Column, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

UNATTRIBUTED_CALLS = Table(
    "unattributed_calls",
    METADATA,
    Column("hour", Moment, primary_key=True),
    Column("reason", String, primary_key=True),
    Column("source_ip", String, primary_key=True),  # "*": various
    Column("access_key_id", String, primary_key=True),  # as claimed; "*": various
    Column("calls", BigInteger, nullable=False),
    Column("last_at", Moment, nullable=False),
    Column("service", String, nullable=False),  # of the last one, as is the next
    Column("user_agent", String, nullable=False),
)
