"""Statistics: what clients report, document by document, and their sums in windows of ten seconds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, func, select

from skylens.store.control.moment import EPOCH
from skylens.store.control.schema.sampling_statistics import (
    SAMPLING_ANOMALIES,
    SAMPLING_BOOSTS,
    SAMPLING_CLIENTS,
    SAMPLING_WINDOWS,
)
from skylens.store.control.upsert import upsert
from skylens.xray.owner import owned, owner

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from skylens.caller import Caller
    from skylens.xray.sampling.rule import Rule

WINDOW: Final = timedelta(seconds=10)
KEPT: Final = timedelta(hours=1)
OLDEST: Final = timedelta(minutes=5)
_CLIENT_ID_LENGTH: Final = 24


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a document was not taken: a code that begins like an HTTP status, which clients go by, and a sentence."""

    rule: str
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class Report:
    """What one client did by one rule since its last report."""

    rule: str
    client: str
    time: datetime
    requests: int
    sampled: int
    borrowed: int


@dataclass(frozen=True, slots=True)
class AnomalyReport:
    """How many of a rule's requests one service found anomalous, and how many of those were sampled."""

    rule: str
    service: str
    time: datetime
    anomalies: int
    sampled_anomalies: int


@dataclass(frozen=True, slots=True)
class Window:
    """The sums of all reports of a rule in ten seconds."""

    rule: str
    starts_at: datetime
    requests: int
    borrowed: int
    sampled: int


def refusal(report: Report | AnomalyReport, rules: Mapping[str, Rule], now: datetime) -> Refusal | None:
    """Return why a report cannot be taken, or None."""
    if isinstance(report, Report) and len(report.client) != _CLIENT_ID_LENGTH:
        return Refusal(report.rule, "400", f"ClientID must have {_CLIENT_ID_LENGTH} characters: {report.client!r}")
    if report.rule not in rules:
        return Refusal(report.rule, "404", f"Sampling rule not found: {report.rule}")
    if abs(now - report.time) > OLDEST:
        age = "too old" if report.time < now else "ahead of this server's clock"
        return Refusal(report.rule, "400", f"Statistics of {report.time.isoformat()} are {age}")
    if isinstance(report, AnomalyReport) and rules[report.rule].boost is None:
        return Refusal(report.rule, "400", f"Sampling rule {report.rule} has no SamplingRateBoost")
    return None


def window_of(time: datetime) -> datetime:
    """Return the start of the window that the ten seconds before a report lie in, or most of them.

    >>> from datetime import UTC
    >>> window_of(datetime(2026, 7, 1, 12, 0, 10, tzinfo=UTC)).second, window_of(datetime(2026, 7, 1, 12, 0, 16, tzinfo=UTC)).second
    (0, 10)
    """
    return EPOCH + (time - WINDOW / 2 - EPOCH) // WINDOW * WINDOW


def add(connection: Connection, caller: Caller, reports: Iterable[Report]) -> None:
    """Add the reports to the sums of their windows."""
    counts = ("request_count", "borrow_count", "sampled_count")
    rows = [
        {
            **owner(caller),
            "rule": report.rule,
            "starts_at": window_of(report.time),
            **dict(zip(counts, (report.requests, report.borrowed, report.sampled), strict=True)),
        }
        for report in reports
    ]
    upsert(connection, SAMPLING_WINDOWS, rows, add=counts)


def add_anomalies(connection: Connection, caller: Caller, reports: Iterable[AnomalyReport]) -> None:
    """Add the reports of anomalies to the sums of their windows."""
    rows = [
        {
            **owner(caller),
            "rule": report.rule,
            "service": report.service,
            "starts_at": window_of(report.time),
            "anomaly_count": report.anomalies,
            "sampled_anomaly_count": report.sampled_anomalies,
        }
        for report in reports
    ]
    upsert(connection, SAMPLING_ANOMALIES, rows, add=("anomaly_count", "sampled_anomaly_count"))


def windows(
    connection: Connection, caller: Caller, *, now: datetime, most: int, after: tuple[datetime, str] | None = None
) -> list[Window]:
    """Return the newest windows, at most so many, after the one that ``after`` names; by time, then by rule."""
    table = SAMPLING_WINDOWS
    query = select(table).where(*owned(table, caller), table.c.starts_at >= now - KEPT)
    if after is not None:
        starts_at, rule = after
        same = (table.c.starts_at == starts_at) & (table.c.rule > rule)
        query = query.where((table.c.starts_at < starts_at) | same)
    rows = connection.execute(query.order_by(table.c.starts_at.desc(), table.c.rule).limit(most))
    return [Window(r.rule, r.starts_at, r.request_count, r.borrow_count, r.sampled_count) for r in rows]


def anomalies_by_service(
    connection: Connection, caller: Caller, rules: Iterable[str], since: datetime
) -> dict[tuple[str, str], tuple[int, int]]:
    """Return the anomalies, and how many of them were sampled, since then: by rule and service."""
    table = SAMPLING_ANOMALIES
    sums = (func.sum(table.c.anomaly_count), func.sum(table.c.sampled_anomaly_count))
    query = select(table.c.rule, table.c.service, *sums).where(
        *owned(table, caller), table.c.rule.in_(rules), table.c.starts_at >= since
    )
    rows = connection.execute(query.group_by(table.c.rule, table.c.service))
    return {(rule, service): (int(count), int(sampled)) for rule, service, count, sampled in rows}


def prune(connection: Connection, caller: Caller, now: datetime) -> None:
    """Remove the windows that are shown no longer."""
    for table in (SAMPLING_WINDOWS, SAMPLING_ANOMALIES):
        connection.execute(delete(table).where(*owned(table, caller), table.c.starts_at < now - KEPT))


def forget(connection: Connection, caller: Caller, rule: str) -> None:
    """Remove all that was reported and granted for a rule, so that a new rule of its name starts with nothing."""
    for table in (SAMPLING_CLIENTS, SAMPLING_WINDOWS, SAMPLING_ANOMALIES, SAMPLING_BOOSTS):
        connection.execute(delete(table).where(*owned(table, caller), table.c.rule == rule))
