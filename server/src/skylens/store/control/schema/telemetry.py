"""What X-Ray daemons counted, added up for each of them."""

from sqlalchemy import BigInteger, Column, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

TELEMETRY = Table(
    "telemetry",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("hostname", String, primary_key=True),
    Column("instance_id", String, primary_key=True),
    Column("resource_arn", String, primary_key=True),
    Column("segments_received", BigInteger, nullable=False),
    Column("segments_sent", BigInteger, nullable=False),
    Column("segments_spillover", BigInteger, nullable=False),
    Column("segments_rejected", BigInteger, nullable=False),
    Column("timeouts", BigInteger, nullable=False),
    Column("connections_refused", BigInteger, nullable=False),
    Column("http_4xx", BigInteger, nullable=False),
    Column("http_5xx", BigInteger, nullable=False),
    Column("unknown_hosts", BigInteger, nullable=False),
    Column("other_errors", BigInteger, nullable=False),
    Column("reported_at", Moment, nullable=False),
    Column("seen_at", Moment, nullable=False),
)
