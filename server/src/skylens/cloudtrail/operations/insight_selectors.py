"""Insight selectors of trails and event data stores: set and read them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from skylens.cloudtrail import trails
from skylens.cloudtrail.insights import store_insights
from skylens.cloudtrail.insights.insight_errors import InsightsNotEnabled
from skylens.cloudtrail.insights.store_insights import StoreInsights
from skylens.cloudtrail.lake import event_data_stores
from skylens.cloudtrail.selector import insight
from skylens.cloudtrail.selector.invalid import InvalidInsightSelectors
from skylens.cloudtrail.trail_errors import ImpossibleCombination
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from skylens.cloudtrail.lake.event_data_stores import EventDataStore
    from skylens.cloudtrail.selector.insight import InsightSelector


@operation("cloudtrail", "PutInsightSelectors")
def put_insight_selectors(call: Call, request: Input) -> Output:
    """Replace what Insights a trail or an event data store wants; an empty list ends them.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutInsightSelectors.html
    """
    if _is_about_trail(request):
        if "InsightsDestination" in request:
            raise ImpossibleCombination("InsightsDestination is for event data stores, not for trails")
        return _put_of_trail(call, request)
    return _put_of_store(call, request)


@operation("cloudtrail", "GetInsightSelectors")
def get_insight_selectors(call: Call, request: Input) -> Output:
    """Return what Insights a trail or an event data store wants.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetInsightSelectors.html
    """
    with call.control.read() as connection:
        if _is_about_trail(request):
            trail = trails.find(connection, call.caller, request["TrailName"])
            if not trail.insights:
                raise InsightsNotEnabled("Trail", trail.arn, "trail")
            return {"TrailARN": trail.arn, "InsightSelectors": _documents(trail.insights)}
        store = event_data_stores.find(connection, call.caller, request["EventDataStore"], call.now)
        wanted = store_insights.of_store(connection, store.id)
    if wanted is None:
        raise InsightsNotEnabled("Event data store", store.arn, "event data store")
    return _of_store(store, wanted.destination, wanted.selectors)


def _is_about_trail(request: Input) -> bool:
    if ("TrailName" in request) == ("EventDataStore" in request):
        raise ImpossibleCombination("Give TrailName or EventDataStore, one of the two")
    return "TrailName" in request


def _put_of_trail(call: Call, request: Input) -> Output:
    selectors = insight.parse(request["InsightSelectors"], "trail")
    with call.control.begin() as connection:
        trail = trails.find_at_home(connection, call.caller, request["TrailName"])
        insight.check(selectors, trail.selectors, "trail")
        trails.update(connection, trail, replace(trail, insight_selectors=insight.to_text(selectors)))
    return {"TrailARN": trail.arn, "InsightSelectors": _documents(selectors)}


def _put_of_store(call: Call, request: Input) -> Output:
    selectors = insight.parse(request["InsightSelectors"], "event data store")
    with call.control.begin() as connection:
        store = event_data_stores.find_active(connection, call.caller, request["EventDataStore"], call.now)
        if not selectors:
            store_insights.forget(connection, store.id)
            return {"EventDataStoreArn": store.arn, "InsightSelectors": []}
        destination = _destination(connection, call, request)
        insight.check(selectors, store.selectors, "event data store")
        store_insights.put(connection, StoreInsights(store.id, destination.id, selectors))
    return _of_store(store, destination.id, selectors)


def _destination(connection: Connection, call: Call, request: Input) -> EventDataStore:
    if "InsightsDestination" not in request:
        raise ImpossibleCombination("An event data store needs an InsightsDestination, which keeps its Insights events")
    found = event_data_stores.find_active(connection, call.caller, request["InsightsDestination"], call.now)
    if found.categories != {"Insight"}:
        raise InvalidInsightSelectors(f"The destination event data store must log Insights events: {found.arn}")
    return found


def _of_store(store: EventDataStore, destination: str, selectors: Sequence[InsightSelector]) -> Output:
    return {
        "EventDataStoreArn": store.arn,
        "InsightsDestination": event_data_stores.arn_of(store.region, store.account, destination),
        # Their category can be no other, and AWS leaves it out.
        "InsightSelectors": [{"InsightType": selector.type} for selector in selectors],
    }


def _documents(selectors: Sequence[InsightSelector]) -> list[Output]:
    return [selector.to_document() for selector in selectors]
