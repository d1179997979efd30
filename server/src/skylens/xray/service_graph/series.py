"""Series: statistics over time of the nodes or edges that a selector names."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from skylens.sql import Param, Sql, all_of
from skylens.xray.filter_expression import ast
from skylens.xray.service_graph.forecast import Point, band
from skylens.xray.service_graph.graph import Graph
from skylens.xray.service_graph.histogram import histogram_entries
from skylens.xray.service_graph.statistics import Statistics

Selector = ast.EntitySelector | None  # None: what clients asked of the entries

EDGES: Final = Sql("kind IN ('call', 'client')")


def rows_of(selector: Selector) -> Sql:
    """Return the condition on rows of graph_minutes without which the selector's nodes or edges would be missing."""
    match selector:
        case None:
            return Sql("kind = 'client'")
        case ast.Edge(caller, callee):
            named = [(EDGES, True), (_named("source_name", caller), caller.name), (_named("name", callee), callee.name)]
            return all_of(condition for condition, applies in named if applies is not None)
        case ast.Service(node):
            return all_of([Sql("kind = 'node'"), *([_named("name", node)] if node and node.name is not None else [])])
        case ast.NodeId():
            return rows_of(ast.Service(selector))


def _named(column: str, node: ast.NodeId) -> Sql:
    return Sql(f"{column} = ?", (Param("String", node.name or ""),))


def selected(graph: Graph, selector: Selector) -> Statistics | None:
    """Return what the selected nodes or edges counted together; None where there is none of them."""
    found = list(_selected(graph, selector))
    if not found:
        return None
    total = Statistics()
    for statistics in found:
        total.merge(statistics)
    return total


def _selected(graph: Graph, selector: Selector) -> Iterator[Statistics]:
    account = graph.account
    match selector:
        case None:
            yield from (edge.statistics for _, edge in graph.client_edges())
        case ast.Edge(caller, callee):
            for key, edge in graph.edges.items():
                ends = caller.matches(key.source, account=account) and callee.matches(key.target, account=account)
                if ends and key.kind != "link":
                    yield edge.statistics
        case ast.Service(node):
            for each, service in graph.services.items():
                if node is None or node.matches(each, account=account):
                    yield service.statistics
        case ast.NodeId():
            yield from _selected(graph, ast.Service(selector))


def points(
    counted: Mapping[int, Statistics], selector: Selector, *, start: int, forecast: bool
) -> list[dict[str, Any]]:
    """Return a point for each period from ``start`` in which something was counted; earlier ones are history only.

    https://docs.aws.amazon.com/xray/latest/api/API_TimeSeriesServiceStatistics.html
    """
    member = (
        "EdgeSummaryStatistics" if selector is None or isinstance(selector, ast.Edge) else "ServiceSummaryStatistics"
    )
    history = [Point(second, s.total, s.fault) for second, s in sorted(counted.items())]
    answer = []
    for second, statistics in sorted(counted.items()):
        if second < start or not statistics.total:
            continue
        expected = band(history, second, statistics.total) if forecast else None
        answer.append(
            {
                "Timestamp": datetime.fromtimestamp(second, UTC),
                member: statistics.summary(),
                "ResponseTimeHistogram": histogram_entries(statistics.response),
                **({"ServiceForecastStatistics": expected.document()} if expected else {}),
            }
        )
    return answer
