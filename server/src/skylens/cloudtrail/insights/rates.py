"""Rates: how often an operation was called, or failed in one way, period by period."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.cloudtrail.insights.calls import LIMITS
from skylens.sql import Param, Sql, all_of
from skylens.store.queries import query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.cloudtrail.insights.calls import Rate
    from skylens.cloudtrail.insights.source import Source
    from skylens.store import Store

_CALL_RATES: Final = query("skylens.cloudtrail", "call_rates")


def rates(store: Store, source: Source, rate: Rate, periods: tuple[int, int, int]) -> Mapping[int, float]:
    """Return the calls a minute of each period that has any, by its first second.

    ``periods`` says from when, to before when, and how long one is. Of management events call rates are of writes.
    """
    start, end, seconds = periods
    conditions = [source.wanted]
    if rate.error_code:
        conditions.append(Sql("error_code = ?", (Param("String", rate.error_code),)))
    elif source.category == "Management":
        conditions.append(Sql("NOT read_only"))
    sql = _CALL_RATES.fill(
        {"wanted": all_of(conditions)},
        account=source.account,
        category=source.category,
        region=rate.region,
        event_source=rate.event_source,
        event_name=rate.event_name,
        start=start,
        end=end,
        seconds=seconds,
    )
    return {at: calls * 60 / seconds for at, calls in store.read(sql, limits=LIMITS)}
