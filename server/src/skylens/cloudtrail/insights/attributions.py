"""Attributions: who made the calls of a rate, with which tools and how they ended, usually and while it was unusual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.cloudtrail.insights.calls import LIMITS
from skylens.sql import Param, Sql, all_of
from skylens.store.queries import query

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skylens.cloudtrail.insights.calls import Rate
    from skylens.cloudtrail.insights.insight_event import Attributions
    from skylens.cloudtrail.insights.source import Source
    from skylens.cloudtrail.insights.watch import Change
    from skylens.store import Store

_ATTRIBUTE_CALLS: Final = query("skylens.cloudtrail", "attribute_calls")


def attributions(store: Store, source: Source, rate: Rate, change: Change, began: int) -> Attributions:
    """Return the most frequent values of each attribute; ``began`` is the first minute of the baseline."""
    error = [Sql("error_code = ?", (Param("String", rate.error_code),))] if rate.error_code else []
    sql = _ATTRIBUTE_CALLS.fill(
        {"wanted": all_of([source.wanted, *error])},
        account=source.account,
        category=source.category,
        region=rate.region,
        event_source=rate.event_source,
        event_name=rate.event_name,
        read_only=rate.read_only,
        since=began * 60,
        start=change.start * 60,
        end=change.end * 60,
    )
    rows = store.read(sql, limits=LIMITS)

    def most_frequent(attribute: str, *, is_insight: bool) -> list[tuple[str, int]]:
        return [(value, calls) for is_in, name, value, calls in rows if (bool(is_in), name) == (is_insight, attribute)]

    return {
        attribute: (most_frequent(attribute, is_insight=False), most_frequent(attribute, is_insight=True))
        for attribute in _of(source, rate)
    }


def _of(source: Source, rate: Rate) -> Iterator[str]:
    yield "userIdentityArn"
    yield "userAgent"
    if not rate.error_code:
        yield "errorCode"
    if source.category == "Data":
        yield "resourceArn"
