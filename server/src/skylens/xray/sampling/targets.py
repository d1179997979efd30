"""Targets: the answer to clients' reports, rule by rule: the rate, the quota and the boost to go by."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from skylens.xray.sampling import boost, clients, rules, statistics

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from skylens.caller import Caller
    from skylens.xray.sampling.boost import Raised
    from skylens.xray.sampling.quota import Grant
    from skylens.xray.sampling.rule import Rule
    from skylens.xray.sampling.statistics import AnomalyReport, Refusal, Report

INTERVAL_SECONDS: Final = 10
QUOTA_LASTS: Final = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Target:
    """What one client is told about one rule. Without a quota it goes on as before: it borrows one request a second."""

    rule: str
    fixed_rate: float
    quota: int | None
    until: datetime
    boost: Raised | None

    def __repr__(self) -> str:
        return f"<Target {self.rule}: {self.quota}/s until {self.until:%H:%M:%S}, then {self.fixed_rate:.0%}>"


@dataclass(frozen=True, slots=True)
class Answer:
    """What a call is answered; no rule is both among the targets and refused."""

    targets: Sequence[Target]
    last_modified: datetime
    refused: Sequence[Refusal]
    refused_anomalies: Sequence[Refusal]


def answer(
    connection: Connection,
    caller: Caller,
    reports: Sequence[Report],
    anomaly_reports: Sequence[AnomalyReport],
    now: datetime,
) -> Answer:
    """Note everything that is reported and return the targets. Call it in a write transaction."""
    known = rules.named(connection, caller, {r.rule for r in reports} | {r.rule for r in anomaly_reports})
    refused = _refusals(reports, known, now)
    refused_anomalies = _refusals(anomaly_reports, known, now)
    accepted = [report for report in reports if report.rule not in refused]
    if now.second < INTERVAL_SECONDS:
        # Once a minute for every client: what is too old is not read anyhow.
        statistics.prune(connection, caller, now)
        clients.prune(connection, caller, now)
    statistics.add(connection, caller, accepted)
    statistics.add_anomalies(connection, caller, [r for r in anomaly_reports if r.rule not in refused_anomalies])
    granted = clients.grant_all(connection, caller, known, accepted, now)
    raised = boost.boosts(connection, caller, [known[rule] for rule in {rule for rule, _ in granted}], now)
    return Answer(
        [
            Target(rule, known[rule].fixed_rate, _quota(given), now + QUOTA_LASTS, raised.get(rule))
            for (rule, _client), given in granted.items()
        ],
        rules.last_modified(connection, caller),
        [refused[report.rule] for report in reports if report.rule in refused],
        [refused_anomalies[report.rule] for report in anomaly_reports if report.rule in refused_anomalies],
    )


def _quota(given: Grant) -> int | None:
    return None if given.waits and given.quota == 0 else given.quota


def _refusals(
    reports: Iterable[Report | AnomalyReport], known: Mapping[str, Rule], now: datetime
) -> dict[str, Refusal]:
    refusals: dict[str, Refusal] = {}
    for report in reports:
        refused = statistics.refusal(report, known, now)
        if refused is not None:
            refusals.setdefault(report.rule, refused)
    return refusals
