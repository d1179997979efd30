"""Insights: those on a trail's data events, and the rates that all Insights are told from."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from skylens.cloudtrail import history_token, trails
from skylens.cloudtrail.errors import InvalidNextToken
from skylens.cloudtrail.event import ATTRIBUTES
from skylens.cloudtrail.event_store import LookUp, look_up
from skylens.cloudtrail.insights.calls import ERROR_RATE, Rate
from skylens.cloudtrail.insights.insight_errors import InvalidInsightQuestion
from skylens.cloudtrail.insights.rates import rates
from skylens.cloudtrail.insights.source import Source
from skylens.cloudtrail.insights.sources import of_data
from skylens.cloudtrail.lake import list_token
from skylens.cloudtrail.operations.event_history import document_of
from skylens.cloudtrail.trail_errors import InvalidTrailArn, TrailNotFound
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from skylens.cloudtrail.trails import Trail

_PAGE: Final = 50
_HISTORY: Final = timedelta(days=90)
_KEPT_DAYS: Final = {60: 15, 300: 63, 3600: 90}  # of values for each period
_MOST_VALUES: Final = 21_600


@operation("cloudtrail", "ListInsightsData")
def list_insights_data(call: Call, request: Input) -> Output:
    """Return the Insights events on a trail's data events in this region, newest first.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListInsightsData.html
    """
    trail = _trail(call, request["InsightSource"])
    start, end = _range(call, request, _HISTORY)
    asked = {name: value for name, value in request.items() if name not in {"NextToken", "MaxResults"}}
    question = json.dumps([call.caller.account, call.caller.region, asked], sort_keys=True, default=str)
    wanted = LookUp(
        account=call.caller.account,
        region=call.caller.region,
        category="DataInsight",
        start=int(start.timestamp()),
        end=int(end.timestamp()),
        keys=(f"resource={trail.arn}", *(f"{ATTRIBUTES[name]}={value}" for name, value in _dimensions(request))),
        before=_before(request, question),
    )
    most = request.get("MaxResults") or _PAGE
    found = look_up(call.store, wanted, most=most + 1)
    answer: dict[str, Any] = {"Events": [document_of(event) for event in found[:most]]}
    if len(found) > most:
        answer["NextToken"] = history_token.encode(found[most - 1], question)
    return answer


@operation("cloudtrail", "ListInsightsMetricData")
def list_insights_metric_data(call: Call, request: Input) -> Output:
    """Return how many calls of an operation, or how many errors of one kind, there were a minute in each period.

    They are counted from the events on record when they are asked for, whether a trail has Insights or not.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListInsightsMetricData.html
    """
    source, trail = _source(call, request)
    error = _error_code(request)
    start, end, period = _periods(call, request)
    asked = {name: value for name, value in request.items() if name not in {"NextToken", "MaxResults"}}
    question = json.dumps([call.caller.account, call.caller.region, asked], sort_keys=True, default=str)
    if token := request.get("NextToken"):
        start = max(start, int(_decoded(token, question)))
    rate = Rate(call.caller.region, request["EventSource"], request["EventName"], read_only=False, error_code=error)
    values = rates(call.store, source, rate, (start, end, period))
    if request.get("DataType") == "FillWithZeros":
        values = {at: values.get(at, 0.0) for at in range(start, end, period)}
    most = request.get("MaxResults") or _MOST_VALUES
    shown, rest = list(values.items())[:most], list(values)[most:]
    answer: dict[str, Any] = {
        "EventSource": request["EventSource"],
        "EventName": request["EventName"],
        "InsightType": request["InsightType"],
        "ErrorCode": error or None,
        "TrailARN": trail.arn if trail else None,
        "Timestamps": [datetime.fromtimestamp(at, UTC) for at, _ in shown],
        "Values": [value for _, value in shown],
    }
    if rest:
        answer["NextToken"] = list_token.encode(str(rest[0]), question)
    return answer


def _trail(call: Call, given: str) -> Trail:
    """Return the trail that a question is about; its errors are those that these operations have."""
    try:
        with call.control.read() as connection:
            return trails.find(connection, call.caller, given)
    except (TrailNotFound, InvalidTrailArn) as error:
        raise InvalidInsightQuestion(str(error)) from error


def _dimensions(request: Input) -> list[tuple[str, str]]:
    return list(request.get("Dimensions", {}).items())


def _range(call: Call, request: Input, kept: timedelta) -> tuple[datetime, datetime]:
    first = call.now - kept
    start, end = request.get("StartTime", first), request.get("EndTime", call.now)
    if "StartTime" in request and start > end:
        raise InvalidInsightQuestion("The start time must not be after the end time")
    return max(start, first), max(min(end, call.now), first)


def _before(request: Input, question: str) -> tuple[int, int, bytes] | None:
    if not (token := request.get("NextToken")):
        return None
    try:
        return history_token.decode(token, question)
    except InvalidNextToken as error:
        raise InvalidInsightQuestion(str(error)) from error


def _decoded(token: str, question: str) -> str:
    try:
        return list_token.decode(token, question)
    except InvalidNextToken as error:
        raise InvalidInsightQuestion(str(error)) from error


def _source(call: Call, request: Input) -> tuple[Source, Trail | None]:
    """Return whose calls are counted: all management events, or the data events of a trail."""
    types = frozenset({request["InsightType"]})
    if "TrailName" not in request:
        return Source("", call.caller.account, "Management", types), None
    trail = _trail(call, request["TrailName"])
    return of_data(trail), trail


def _error_code(request: Input) -> str:
    code: str = request.get("ErrorCode", "")
    if request["InsightType"] == ERROR_RATE and not code:
        raise InvalidInsightQuestion("ApiErrorRateInsight is about an error: give its ErrorCode")
    if request["InsightType"] != ERROR_RATE and code:
        raise InvalidInsightQuestion("ErrorCode is for ApiErrorRateInsight")
    return code


def _periods(call: Call, request: Input) -> tuple[int, int, int]:
    """Return from when to when, in whole periods, and how long one is."""
    period = request.get("Period", 3600)
    if period not in _KEPT_DAYS:
        raise InvalidInsightQuestion(f"Period can be {', '.join(map(str, _KEPT_DAYS))} seconds, not {period}")
    start, end = _range(call, request, timedelta(days=_KEPT_DAYS[period]))
    return -(-int(start.timestamp()) // period) * period, -(-int(end.timestamp()) // period) * period, period
