"""Operations on the service graph: GetServiceGraph, GetTraceGraph, GetTimeSeriesServiceStatistics."""

from __future__ import annotations

from math import ceil
from typing import TYPE_CHECKING, Any, Final

from skylens.registry import Call, Input, Output, operation
from skylens.xray import trace_id, trace_store
from skylens.xray.errors import InvalidRequest
from skylens.xray.filter_expression import ast
from skylens.xray.filter_expression.parser import parse_selector
from skylens.xray.service_graph import membership, page_token, reading, series
from skylens.xray.service_graph.forecast import HISTORY_SECONDS
from skylens.xray.service_graph.graph import Graph, add
from skylens.xray.service_graph.links import add_links
from skylens.xray.service_graph.services import Vertex, page
from skylens.xray.service_graph.slices import MINUTE, Buckets, Slice
from skylens.xray.service_graph.source import Source

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

_HOUR_SECONDS: Final = 3600
_MOST_TRACES: Final = 100  # in one trace graph; AWS gives no figure
_MOST_POINTS: Final = 500  # on one page
_LONGEST_PERIOD: Final = 24 * 3600
_LAST_SECOND: Final = 2**32 - 1 - 2 * _LONGEST_PERIOD  # room for what is added to times in queries


@operation("xray", "GetServiceGraph")
def get_service_graph(call: Call, request: Input) -> Output:
    """Describe the services that took part in traces of a time range, and the calls between them.

    https://docs.aws.amazon.com/xray/latest/api/API_GetServiceGraph.html
    """
    window = _window(call, request)
    group = _membership(call, request)
    after = page_token.unseal(request)
    graphs = reading.read(Source(call.store, call.caller, group), window, _one_bucket(window))
    return {
        "StartTime": request["StartTime"],
        "EndTime": request["EndTime"],
        "ContainsOldGroupVersions": group.has_old_versions(window.start),
        **_page(call, request, graphs.get(0, Graph(call.caller.account)), after),
    }


@operation("xray", "GetTraceGraph")
def get_trace_graph(call: Call, request: Input) -> Output:
    """Describe the services of the given traces; link edges are those between the given traces.

    https://docs.aws.amazon.com/xray/latest/api/API_GetTraceGraph.html
    """
    ids = _trace_ids(request["TraceIds"])
    after = page_token.unseal(request)
    traces = trace_store.fetch_traces(call.store, call.caller, ids)
    graph = Graph(call.caller.account)
    for trace in traces:
        add(graph, trace)
    for trace in traces:
        add_links(graph, trace, {trace.id: trace for trace in traces})
    return _page(call, request, graph, after)


@operation("xray", "GetTimeSeriesServiceStatistics")
def get_time_series_service_statistics(call: Call, request: Input) -> Output:
    """Return statistics over time of the selected service or edge, or of the requests that came from clients.

    https://docs.aws.amazon.com/xray/latest/api/API_GetTimeSeriesServiceStatistics.html
    """
    window = _window(call, request)
    group = _membership(call, request)
    period = _period(request.get("Period"))
    selector = _selector(request.get("EntitySelectorExpression"))
    forecast = _forecast(request, selector)
    start = page_token.unseal(request) or window.start
    buckets = Buckets(start // period * period, period)
    history = min(-(-HISTORY_SECONDS // period) * period, buckets.origin) if forecast else 0
    end = min(window.end, buckets.origin + _MOST_POINTS * period)
    read_from = Slice(buckets.origin - history if forecast else start, end)
    graphs = reading.read(
        Source(call.store, call.caller, group),
        read_from,
        Buckets(buckets.origin - history, period),
        series.rows_of(selector),
    )
    counted = {
        buckets.origin - history + number * period: found
        for number, graph in graphs.items()
        if (found := series.selected(graph, selector)) is not None
    }
    return {
        "TimeSeriesServiceStatistics": series.points(counted, selector, start=buckets.origin, forecast=forecast),
        "ContainsOldGroupVersions": group.has_old_versions(window.start),
        **({"NextToken": page_token.seal(request, end)} if end < window.end else {}),
    }


def _window(call: Call, request: Input) -> Slice:
    """Return the whole seconds of the range; a trace begins at a whole second."""
    start: datetime = request["StartTime"]
    end: datetime = request["EndTime"]
    if start >= end:
        raise InvalidRequest("StartTime must be before EndTime")
    hours = call.limits.service_graph_range_hours
    if (end - start).total_seconds() > hours * _HOUR_SECONDS:
        raise InvalidRequest(f"Time range cannot be longer than {hours} hours")
    return Slice(_second(start), _second(end))


def _second(time: datetime) -> int:
    """Return the first whole second at or after the time, as far as the store's times reach: from 1970 to 2106."""
    return min(max(0, ceil(time.timestamp())), _LAST_SECOND)


def _one_bucket(window: Slice) -> Buckets:
    return Buckets(window.start, max(MINUTE, window.end - window.start))


def _membership(call: Call, request: Input) -> membership.Membership:
    return membership.requested(call.control, call.caller, request.get("GroupName"), request.get("GroupARN"))


def _page(call: Call, request: Input, graph: Graph, after: list[Any] | None) -> Mapping[str, Any]:
    """Return a page of the graph's services, with the token of the next one if there is one."""
    found = page(graph, Vertex(*after) if after else None, most=call.limits.graph_nodes)
    return {
        "Services": found.services,
        **({"NextToken": page_token.seal(request, found.last)} if found.last else {}),
    }


def _trace_ids(texts: list[str]) -> list[trace_id.TraceId]:
    if len(texts) > _MOST_TRACES:
        raise InvalidRequest(f"A trace graph has at most {_MOST_TRACES} traces")
    try:
        return list(dict.fromkeys(trace_id.to_text(trace_id.to_bytes(text)) for text in texts))
    except ValueError as exc:
        raise InvalidRequest(f"Invalid trace id: {exc}") from exc


def _period(period: int | None) -> int:
    """Return the seconds of a point: a minute unless told otherwise, and whole minutes always, as minutes are counted."""
    if period is None:
        return MINUTE
    if period < MINUTE or period % MINUTE or period > _LONGEST_PERIOD:
        raise InvalidRequest(f"Period must be a multiple of {MINUTE} seconds, at most {_LONGEST_PERIOD}")
    return period


def _selector(text: str | None) -> ast.EntitySelector | None:
    if text is None:
        return None
    if not text:
        raise InvalidRequest("EntitySelectorExpression must not be empty")
    return parse_selector(text)


def _forecast(request: Input, selector: ast.EntitySelector | None) -> bool:
    """Say whether a forecast is asked for; X-Ray makes one only for what id() names."""
    if not request.get("ForecastStatistics"):
        return False
    node = selector.node if isinstance(selector, ast.Service) else selector
    if not isinstance(node, ast.NodeId):
        raise InvalidRequest("ForecastStatistics needs an EntitySelectorExpression with id()")
    return True
