"""Calls: how often each operation was called, and with which error, as the event table has it."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple, TypeAlias

from skylens.cloudtrail.insights.watch import Tally
from skylens.sql import Sql
from skylens.store import ReadLimits
from skylens.store.queries import query

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.cloudtrail.insights.source import Source
    from skylens.store import Store

InsightType: TypeAlias = Literal["ApiCallRateInsight", "ApiErrorRateInsight"]

CALL_RATE: Final = "ApiCallRateInsight"
ERROR_RATE: Final = "ApiErrorRateInsight"
LIMITS: Final = ReadLimits(seconds=120, threads=2)
_BY_MINUTE: Final = query("skylens.cloudtrail", "count_calls_by_minute")
_ADDED_UP: Final = query("skylens.cloudtrail", "add_up_calls")
_FIRST: Final = query("skylens.cloudtrail", "first_minutes")


class Rate(NamedTuple):
    """What is counted: calls of an operation in a region, or those of them that ended with an error."""

    region: str
    event_source: str
    event_name: str
    read_only: bool
    error_code: str = ""

    @property
    def type(self) -> InsightType:
        """The type of Insights that are about it."""
        return "ApiErrorRateInsight" if self.error_code else "ApiCallRateInsight"


def by_minute(store: Store, source: Source, start: int, end: int) -> Mapping[int, Mapping[Rate, int]]:
    """Return the counts of each minute from start to before the end in which something was called."""
    rows = store.read(_BY_MINUTE.fill({"wanted": source.wanted}, **_whose(source, start, end)), limits=LIMITS)
    counts: dict[int, dict[Rate, int]] = defaultdict(lambda: defaultdict(int))
    for minute, region, service, name, read_only, error, calls in rows:
        called = Rate(region, service, name, read_only)
        for rate in (called, called._replace(error_code=error)) if error else (called,):
            if source.counts(rate):
                counts[minute][rate] += calls
    return counts


def added_up(store: Store, source: Source, start: int, end: int) -> Mapping[Rate, Tally]:
    """Return the same counts added up over all of these minutes."""
    tallies: dict[Rate, Tally] = {}
    for error, wanted in ((Sql("''"), source.wanted), (Sql("toString(error_code)"), source.failed)):
        sql = _ADDED_UP.fill({"error": error, "wanted": wanted}, **_whose(source, start, end))
        for *fields, calls, squares, span_squares in store.read(sql, limits=LIMITS):
            rate = Rate(*fields)
            if source.counts(rate):
                tallies[rate] = Tally(calls, squares, span_squares)
    return tallies


def first_minutes(store: Store, source: Source) -> Mapping[str, int]:
    """Return since when there is a history of each region."""
    return dict(store.read(_FIRST.fill(account=source.account, category=source.category), limits=LIMITS))


def _whose(source: Source, start: int, end: int) -> dict[str, Any]:
    return {
        "account": source.account,
        "category": source.category,
        "regions": sorted(source.regions),
        "start": start * 60,
        "end": end * 60,
    }
