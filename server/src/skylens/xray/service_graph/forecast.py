"""Forecast: how many of a period's requests are expected to end in a fault, judged by the periods before.

Let N requests of the last HISTORY_SECONDS before the period have had F faults. The rate is estimated as
p = (F + ½) / (N + 1), which is never 0 or 1 (Jeffreys' estimate). Of the period's n requests n·p faults are expected, with
the variance n·p·(1-p) of chance plus (n·s)², where s is how much the rates of the past periods, each weighted by its
requests, differed beyond what chance explains. The band reaches three standard deviations to both sides. Without a request
in the history there is no forecast.
"""

from collections.abc import Sequence
from math import ceil, floor, sqrt
from typing import Final, NamedTuple

HISTORY_SECONDS: Final = 3 * 3600
_DEVIATIONS: Final = 3


class Point(NamedTuple):
    """One period: its first second, how many requests were completed, and how many of them in a fault."""

    second: int
    total: int
    faults: int


class Band(NamedTuple):
    """Between how many faults are expected."""

    low: int
    high: int

    def document(self) -> dict[str, int]:
        """Return ForecastStatistics.

        https://docs.aws.amazon.com/xray/latest/api/API_ForecastStatistics.html
        """
        return {"FaultCountHigh": self.high, "FaultCountLow": self.low}


def band(points: Sequence[Point], second: int, total: int) -> Band | None:
    """Return the band for a period that begins at ``second`` and has so many requests.

    >>> band([Point(0, 1000, 10), Point(60, 1000, 10)], 120, 1000)
    Band(low=0, high=20)
    >>> band([], 120, 1000) is None
    True
    """
    history = [point for point in points if second - HISTORY_SECONDS <= point.second < second and point.total]
    requests = sum(point.total for point in history)
    if not requests:
        return None
    rate = (sum(point.faults for point in history) + 0.5) / (requests + 1)
    chance = total * rate * (1 - rate)
    spread = _spread(history, requests, rate)
    deviation = sqrt(chance + (total * spread) ** 2)
    expected = total * rate
    return Band(
        low=max(0, floor(expected - _DEVIATIONS * deviation)),
        high=min(total, ceil(expected + _DEVIATIONS * deviation)),
    )


def _spread(history: Sequence[Point], requests: int, rate: float) -> float:
    """Return the standard deviation of the fault rate between periods, without the part that chance explains."""
    between = sum(point.total * (point.faults / point.total - rate) ** 2 for point in history) / requests
    by_chance = rate * (1 - rate) * len(history) / requests
    return sqrt(max(0.0, between - by_chance))
