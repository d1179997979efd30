"""What sampling clients report, what they were granted, and the boosts that follow from it."""

from sqlalchemy import BigInteger, Column, Double, Index, Integer, String, Table

from skylens.store.control.metadata import METADATA
from skylens.store.control.moment import Moment

# One row for each client that reported a rule within the last half minute.
SAMPLING_CLIENTS = Table(
    "sampling_clients",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("client", String, primary_key=True),
    Column("demand", BigInteger, nullable=False),
    Column("quota", Integer, nullable=False),
    Column("credit", Double, nullable=False),
    Column("seen_at", Moment, nullable=False),
)

# The sums of all clients in windows of ten seconds.
SAMPLING_WINDOWS = Table(
    "sampling_windows",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("starts_at", Moment, primary_key=True),
    Column("request_count", BigInteger, nullable=False),
    Column("borrow_count", BigInteger, nullable=False),
    Column("sampled_count", BigInteger, nullable=False),
)
Index("sampling_windows_by_time", *(SAMPLING_WINDOWS.c[name] for name in ("account", "region", "starts_at", "rule")))

# Anomalies that services saw among a rule's requests, in the same windows.
SAMPLING_ANOMALIES = Table(
    "sampling_anomalies",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("service", String, primary_key=True),
    Column("starts_at", Moment, primary_key=True),
    Column("anomaly_count", BigInteger, nullable=False),
    Column("sampled_anomaly_count", BigInteger, nullable=False),
)

# The newest boost of each rule.
SAMPLING_BOOSTS = Table(
    "sampling_boosts",
    METADATA,
    Column("account", String, primary_key=True),
    Column("region", String, primary_key=True),
    Column("rule", String, primary_key=True),
    Column("rate", Double, nullable=False),
    Column("started_at", Moment, nullable=False),
)
