"""Boost: how far a rule's rate rises for a minute while its services see anomalies that are not sampled.

https://docs.aws.amazon.com/xray/latest/devguide/xray-adaptive-sampling.html
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from skylens.store.control.schema.sampling_statistics import SAMPLING_BOOSTS
from skylens.store.control.upsert import upsert
from skylens.xray.owner import owned, owner
from skylens.xray.sampling import statistics

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from sqlalchemy import Connection

    from skylens.caller import Caller
    from skylens.xray.sampling.rule import Rule

LASTS: Final = timedelta(minutes=1)
_LOOKS_BACK: Final = timedelta(minutes=1)
_MISSES: Final = 0.05  # the chance that is left that a boost captures no anomaly


@dataclass(frozen=True, slots=True)
class Raised:
    """A rate that holds until a time."""

    rate: float
    until: datetime

    def __repr__(self) -> str:
        return f"<Raised {self.rate:.2%} until {self.until:%H:%M:%S}>"


def needed_rate(anomalies: int, sampled: int) -> float:
    """Return the least rate that captures an anomaly within a boost, if they go on as they did; 0 if some were captured.

    >>> f"{needed_rate(600, 0):.4f} {needed_rate(6, 0):.4f} {needed_rate(6, 1)} {needed_rate(0, 0)}"
    '0.0050 0.3930 0.0 0.0'
    """
    if anomalies == 0 or sampled > 0:
        return 0.0
    # Each anomaly is sampled with the chance r; all n are missed with the chance (1 - r)^n.
    return float(1 - _MISSES ** (1 / anomalies))


def boosts(connection: Connection, caller: Caller, rules: Iterable[Rule], now: datetime) -> dict[str, Raised]:
    """Return the boosts in force by rule, after starting those that are needed and that their cooldown allows."""
    boosted = {rule.name: rule for rule in rules if rule.boost is not None}
    if not boosted:
        return {}
    running = _newest(connection, caller, boosted)
    started = {
        name: Raised(rate, now + LASTS)
        for name, rate in _needed(connection, caller, boosted, now).items()
        if name not in running or now >= running[name].until - LASTS + _pause(boosted[name])
    }
    upsert(
        connection,
        SAMPLING_BOOSTS,
        [owner(caller) | {"rule": name, "rate": new.rate, "started_at": now} for name, new in started.items()],
    )
    return {
        name: Raised(min(raised.rate, _most(boosted[name])), raised.until)
        for name, raised in (running | started).items()
        if now < raised.until
    }


def _needed(connection: Connection, caller: Caller, rules: Mapping[str, Rule], now: datetime) -> dict[str, float]:
    # The service that needs the highest rate decides: along a failing path each service sees the same anomalies.
    seen = statistics.anomalies_by_service(connection, caller, sorted(rules), now - _LOOKS_BACK)
    needed: dict[str, float] = {}
    for (name, _service), (anomalies, sampled) in seen.items():
        needed[name] = max(needed.get(name, 0.0), needed_rate(anomalies, sampled))
    return {
        name: min(rate, _most(rules[name]))
        for name, rate in needed.items()
        if min(rate, _most(rules[name])) > rules[name].fixed_rate
    }


def _newest(connection: Connection, caller: Caller, names: Iterable[str]) -> dict[str, Raised]:
    table = SAMPLING_BOOSTS
    rows = connection.execute(select(table).where(*owned(table, caller), table.c.rule.in_(sorted(names))))
    return {row.rule: Raised(row.rate, row.started_at + LASTS) for row in rows}


def _most(rule: Rule) -> float:
    return rule.boost.max_rate if rule.boost else 0.0


def _pause(rule: Rule) -> timedelta:
    return max(LASTS, timedelta(minutes=rule.boost.cooldown_minutes if rule.boost else 0))
