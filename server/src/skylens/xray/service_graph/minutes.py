"""Minutes: graphs of closed minutes, kept in graph_minutes; written whole, replaced whole, added up when read."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

from skylens.sql import TRUE, Sql
from skylens.store.queries import query
from skylens.xray.node import Node
from skylens.xray.service_graph.calls import Alias
from skylens.xray.service_graph.graph import Edge, EdgeKey, Graph, Service
from skylens.xray.service_graph.live import Graphs, Row, histogram
from skylens.xray.service_graph.slices import Buckets, Slice
from skylens.xray.service_graph.source import Source
from skylens.xray.service_graph.statistics import Statistics

_PACKAGE: Final = "skylens.xray"


class Counted(NamedTuple):
    """That a minute was counted: from how many segments, and when that began (milliseconds since the epoch)."""

    segments: int
    version: int


def counted(source: Source, window: Slice) -> dict[int, Counted]:
    """Return the counted minutes inside the window, by their first second."""
    filled = query(_PACKAGE, "graph_counted_minutes").fill(**source.key, start=window.start, end=window.end)
    return {minute: Counted(segments, version) for minute, segments, version in source.store.read(filled)}


def read(source: Source, minutes: Sequence[int], buckets: Buckets, only: Sql = TRUE) -> Graphs:
    """Return the graphs of counted minutes, by bucket; ``only`` leaves out rows that nobody will look at."""
    graphs: Graphs = defaultdict(lambda: Graph(source.caller.account))
    if not minutes:
        return graphs
    window = {"start": min(minutes), "end": max(minutes) + 1, "minutes": list(minutes)}
    filled = query(_PACKAGE, "graph_stored").fill(
        {"only": only}, **source.key, **window, origin=buckets.origin, step=buckets.step
    )
    columns = source.store.read_columns(filled)
    for values in zip(*columns.values(), strict=True):
        row = dict(zip(columns, values, strict=True))
        _add(graphs[row["bucket"]], row)
    return graphs


def write(source: Source, counts: Mapping[int, tuple[Counted, Graph]]) -> None:
    """Replace what is kept of the minutes, in one insert: of each minute all or nothing is there, as they share a day."""
    owner = {
        "account": source.caller.account,
        "region": source.caller.region,
        "group_id": source.membership.group_id,
    }
    rows = [
        owner | {"minute": minute, "version": counted_from.version} | row
        for minute, (counted_from, graph) in counts.items()
        for row in _rows(counted_from, graph)
    ]
    store_columns = {name: [row.get(name, empty) for row in rows] for name, empty in _EMPTY.items()}
    source.store.insert("graph_minutes", store_columns)


def _rows(counted_from: Counted, graph: Graph) -> Iterator[dict[str, Any]]:
    yield {"kind": "minute", "segments": counted_from.segments}
    yield from (_node_row(node, service) for node, service in graph.services.items())
    yield from (_edge_row(key, edge) for key, edge in graph.edges.items())


_EMPTY: Final[dict[str, Any]] = {
    **dict.fromkeys(("account", "region", "group_id", "kind"), ""),
    **dict.fromkeys(("minute", "version"), 0),
    **dict.fromkeys(("source_name", "source_type", "source_account", "name", "type", "owner"), ""),
    **dict.fromkeys(("reported", "root"), False),
    **dict.fromkeys(("started", "ended", "ok", "throttle", "error", "fault", "total_us", "segments"), 0),
    **dict.fromkeys(("response_bins", "response_counts", "duration_bins", "duration_counts"), ()),
    **dict.fromkeys(("alias_names", "alias_types"), ()),
}


def _node_row(node: Node, service: Service) -> dict[str, Any]:
    return {
        "kind": "node",
        **_node_columns(node),
        "reported": service.reported,
        "root": service.root,
        **_statistics_columns(service.statistics),
    }


def _edge_row(key: EdgeKey, edge: Edge) -> dict[str, Any]:
    aliases = sorted(edge.aliases)
    return {
        "kind": key.kind,
        "source_name": key.source.name,
        "source_type": key.source.type,
        "source_account": key.source.account_id,
        **_node_columns(key.target),
        **_statistics_columns(edge.statistics),
        "alias_names": [alias.name for alias in aliases],
        "alias_types": [alias.type for alias in aliases],
    }


def _node_columns(node: Node) -> dict[str, Any]:
    return {"name": node.name, "type": node.type, "owner": node.account_id}


def _statistics_columns(statistics: Statistics) -> dict[str, Any]:
    response, duration = sorted(statistics.response.items()), sorted(statistics.duration.items())
    return {
        "started": statistics.started,
        "ended": statistics.ended,
        "ok": statistics.ok,
        "throttle": statistics.throttle,
        "error": statistics.error,
        "fault": statistics.fault,
        "total_us": statistics.total_us,
        "response_bins": [milliseconds for milliseconds, _ in response],
        "response_counts": [requests for _, requests in response],
        "duration_bins": [milliseconds for milliseconds, _ in duration],
        "duration_counts": [requests for _, requests in duration],
    }


def _add(graph: Graph, row: Row) -> None:
    statistics = Statistics(
        row["ok"],
        row["throttle"],
        row["error"],
        row["fault"],
        row["total_us"],
        row["started"],
        row["ended"],
        histogram(row["response"]),
        histogram(row["duration"]),
    )
    node = Node(row["name"], row["type"], row["owner"])
    if row["kind"] == "node":
        graph.services[node] = Service(statistics, bool(row["reported"]), bool(row["root"]))
    else:
        source = Node(row["source_name"], row["source_type"], row["source_account"])
        edge = graph.edges[EdgeKey(row["kind"], source, node)] = Edge(statistics)
        edge.also_known_as({Alias(*alias) for alias in row["aliases"]})
