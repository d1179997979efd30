"""Telemetry: what the daemons count of their own work, added up and shown to Prometheus."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from sqlalchemy import delete, select

from skylens.store.control.moment import EPOCH
from skylens.store.control.schema.telemetry import TELEMETRY
from skylens.store.control.upsert import upsert
from skylens.xray.owner import owned, owner

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from prometheus_client.core import Metric
    from sqlalchemy import Connection

    from skylens.caller import Caller
    from skylens.store.control import Control

KEPT: Final = timedelta(days=1)
_LABELS: Final = ("account", "region", "hostname", "instance_id", "resource_arn")

# Each counter's column, and what it is shown as: the metric's name, its description, and a label that tells it apart.
_SEGMENTS: Final = {
    "segments_received": ("skylens_reported_daemon_segments_received", "Segments that X-Ray daemons received."),
    "segments_sent": ("skylens_reported_daemon_segments_sent", "Segments that X-Ray daemons sent on."),
    "segments_spillover": (
        "skylens_reported_daemon_segments_spillover",
        "Segments lost because a daemon's buffer was full.",
    ),
    "segments_rejected": ("skylens_reported_daemon_segments_rejected", "Segments that X-Ray daemons could not read."),
}
_ERRORS: Final = {
    "timeouts": "timeout",
    "connections_refused": "connection_refused",
    "http_4xx": "http_4xx",
    "http_5xx": "http_5xx",
    "unknown_hosts": "unknown_host",
    "other_errors": "other",
}
COUNTERS: Final = (*_SEGMENTS, *_ERRORS)


@dataclass(frozen=True, slots=True)
class Daemon:
    """Where a daemon says it runs; each may be empty."""

    hostname: str
    instance_id: str
    resource_arn: str


def add(
    connection: Connection, caller: Caller, daemon: Daemon, counts: Mapping[str, int], times: tuple[datetime, datetime]
) -> None:
    """Add to a daemon's counters; ``times`` are the daemon's own of its newest record, and ours.

    Daemons that were silent for a day are forgotten: containers come and go, and each has a name of its own.
    """
    reported_at, now = times
    connection.execute(delete(TELEMETRY).where(*owned(TELEMETRY, caller), TELEMETRY.c.seen_at < now - KEPT))
    row = {
        **owner(caller),
        "hostname": daemon.hostname,
        "instance_id": daemon.instance_id,
        "resource_arn": daemon.resource_arn,
        **{name: counts.get(name, 0) for name in COUNTERS},
        "reported_at": reported_at,
        "seen_at": now,
    }
    upsert(connection, TELEMETRY, [row], add=COUNTERS)


def metrics(control: Control) -> Iterator[Metric]:
    """Return the counters of every daemon of every account, as Prometheus shows them."""
    with control.read() as connection:
        rows = connection.execute(select(TELEMETRY).order_by(*TELEMETRY.primary_key)).all()
    labelled = [([getattr(row, label) for label in _LABELS], row) for row in rows]
    for column, (name, text) in _SEGMENTS.items():
        counter = CounterMetricFamily(name, text, labels=_LABELS)
        for labels, row in labelled:
            counter.add_metric(labels, getattr(row, column))
        yield counter
    errors = CounterMetricFamily(
        "skylens_reported_daemon_backend_errors", "Calls of X-Ray daemons that failed.", labels=(*_LABELS, "error")
    )
    for labels, row in labelled:
        for column, error in _ERRORS.items():
            errors.add_metric([*labels, error], getattr(row, column))
    yield errors
    last = GaugeMetricFamily(
        "skylens_reported_daemon_last_record_timestamp_seconds", "When a daemon last told its counts.", labels=_LABELS
    )
    for labels, row in labelled:
        last.add_metric(labels, (row.reported_at - EPOCH).total_seconds())
    yield last
