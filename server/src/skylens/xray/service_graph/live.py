"""Live: the graph of any stretch of time counted from the segments themselves.

The engine counts simple traces: only complete, unduplicated segment documents, no streamed subsegments, no links. Of
these it knows as much as Python does (a property test holds one against the other). All other traces are put together and
counted one by one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, TypeAlias

from skylens.caller import Caller
from skylens.sql import TRUE, Sql, all_of, negate
from skylens.store import Store
from skylens.store.queries import query
from skylens.xray import trace_id, trace_store
from skylens.xray.node import Node
from skylens.xray.service_graph.calls import Alias
from skylens.xray.service_graph.graph import Graph, Service, add, client_of, is_client
from skylens.xray.service_graph.histogram import bin_sql
from skylens.xray.service_graph.links import add_links, linked_traces
from skylens.xray.service_graph.slices import Buckets, Slice, first_in, rows_in
from skylens.xray.service_graph.statistics import Statistics
from skylens.xray.service_graph.together import together
from skylens.xray.trace import Trace

Graphs: TypeAlias = "dict[int, Graph]"  # by the number of their bucket
Row: TypeAlias = Mapping[str, Any]

# Not simple are also traces with an id twice: documents sent again, which Python unites.
SIMPLE: Final = Sql(
    "(NOT max(partial OR is_subsegment OR has_links)"
    " AND uniqExactArray(arrayPushBack(`sub.id`, id)) = sum(length(`sub.id`) + 1))"
)
_TRACES_AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Admission:
    """Which traces are counted: those whose rows meet the condition and which ``decide`` takes, if it is given.

    ``exact``: for simple traces the condition alone is enough.
    """

    condition: Sql = TRUE
    decide: Callable[[Trace], bool] | None = None
    exact: bool = True


EVERYTHING: Final = Admission()


def count(store: Store, caller: Caller, slices: Sequence[Slice], admission: Admission, buckets: Buckets) -> Graphs:
    """Return the graphs of the traces that begin in the slices, by bucket."""
    graphs: Graphs = defaultdict(lambda: Graph(caller.account))
    if not slices:
        return graphs
    begun_and_admitted = (first_in(slices), admission.condition)
    if admission.exact:
        simple = _simple(caller, slices, all_of([*begun_and_admitted, SIMPLE]), buckets)
        others = _traces(caller, slices, all_of([*begun_and_admitted, negate(SIMPLE)]))
        rows, found = together(partial(_simple_rows, store, simple), partial(store.read_columns, others))
        for kind, row in rows:
            kind(graphs[row["bucket"]], row)
    else:
        found = store.read_columns(_traces(caller, slices, all_of(begun_and_admitted)))
    _count_others(store, caller, found, (admission, buckets, graphs))
    return graphs


def _traces(caller: Caller, slices: Sequence[Slice], having: Sql) -> Sql:
    slots = {"rows": rows_in(slices), "having": having}
    return query("skylens.xray", "graph_traces").fill(slots, account=caller.account, region=caller.region)


def _simple(caller: Caller, slices: Sequence[Slice], having: Sql, buckets: Buckets) -> tuple[Sql, Sql]:
    """Return what asks for the nodes and for the calls of simple traces."""
    slots = {"bin": bin_sql(), "rows": rows_in(slices), "traces": _traces(caller, slices, having)}
    values = {"account": caller.account, "region": caller.region, "origin": buckets.origin, "step": buckets.step}
    nodes, calls = query("skylens.xray", "graph_nodes"), query("skylens.xray", "graph_calls")
    return nodes.fill(slots, **values), calls.fill(slots, **values)


def _simple_rows(store: Store, simple: tuple[Sql, Sql]) -> list[tuple[Callable[[Graph, Row], None], Row]]:
    """Return the rows about nodes and about calls, each with what adds it to a graph."""
    nodes, calls = together(partial(_rows, store, simple[0]), partial(_rows, store, simple[1]))
    return [*((add_node_row, row) for row in nodes), *((add_call_row, row) for row in calls)]


def _rows(store: Store, filled: Sql) -> list[Row]:
    columns = store.read_columns(filled)
    return [dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True)]


def add_node_row(graph: Graph, row: Row) -> None:
    """Add a row of graph_nodes.sql."""
    node = Node(row["name"], row["type"], row["owner"])
    statistics = _statistics(row)
    service = graph.service(node)
    service.reported = True
    service.statistics.merge(statistics)
    statistics.duration = Counter()  # edges have none
    if row["entry"]:
        service.root = True
        if not is_client(node):
            graph.edge("client", client_of(node), node).statistics.merge(statistics)
    if row["found"]:
        caller = Node(row["caller_name"], row["caller_type"], row["caller_owner"])
        graph.edge("call", caller, node).statistics.merge(statistics)


def add_call_row(graph: Graph, row: Row) -> None:
    """Add a row of graph_calls.sql."""
    source = Node(row["source_name"], row["source_type"], row["source_owner"])
    target = Node(row["name"], row["type"], row["owner"])
    statistics = _statistics(row)
    edge = graph.edge("call", source, target)
    edge.statistics.merge(statistics)
    if row["alias_name"]:
        edge.also_known_as({Alias(row["alias_name"], row["alias_type"])})
    if not row["found"]:
        _merge_inferred(graph.service(target), statistics)


def _merge_inferred(service: Service, statistics: Statistics) -> None:
    statistics.duration = statistics.response
    service.statistics.merge(statistics)


def _statistics(row: Row) -> Statistics:
    return Statistics(
        row["ok"],
        row["throttle"],
        row["error"],
        row["fault"],
        row["total_us"],
        row["start_us"] // 1_000_000,
        -(-row["end_us"] // 1_000_000),
        histogram(row["response"]),
        histogram(row["duration"]) if "duration" in row else Counter(),
    )


def histogram(bins_and_counts: tuple[Sequence[int], Sequence[int]]) -> "Counter[int]":
    """Return what sumMap answers as a histogram."""
    return Counter(dict(zip(*bins_and_counts, strict=True)))


def _count_others(
    store: Store, caller: Caller, found: Mapping[str, Sequence[Any]], into: tuple[Admission, Buckets, Graphs]
) -> None:
    admission, buckets, graphs = into
    if not found:
        return
    firsts = dict(zip(map(trace_id.to_text, found["trace_id"]), found["first"], strict=True))
    ids = list(firsts)
    for at in range(0, len(ids), _TRACES_AT_ONCE):
        admitted = [
            trace
            for trace in trace_store.fetch_traces(store, caller, ids[at : at + _TRACES_AT_ONCE])
            if admission.decide is None or admission.decide(trace)
        ]
        for trace in admitted:
            add(graphs[(firsts[trace.id] - buckets.origin) // buckets.step], trace)
        linked = fetch_linked(store, caller, admitted)
        for trace in admitted:
            add_links(graphs[(firsts[trace.id] - buckets.origin) // buckets.step], trace, linked)


def fetch_linked(store: Store, caller: Caller, traces: Sequence[Trace]) -> dict[trace_id.TraceId, Trace]:
    """Return the traces that the given ones point at, by id, themselves included where they are pointed at."""
    known = {trace.id: trace for trace in traces}
    wanted = set().union(*map(linked_traces, traces))
    missing = sorted(wanted - known.keys())
    fetched = trace_store.fetch_traces(store, caller, missing) if missing else []
    return known | {trace.id: trace for trace in fetched}
