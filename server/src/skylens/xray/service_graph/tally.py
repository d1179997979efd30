"""Tally: the graph of simple traces, counted with whole columns at a time."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Final, NamedTuple, TypeAlias

import numpy as np

from skylens.xray.service_graph.arrow_values import Flags, Ints
from skylens.xray.service_graph.calls import Alias
from skylens.xray.service_graph.graph import Graph, client_of, is_client
from skylens.xray.service_graph.histogram import bins_of
from skylens.xray.service_graph.segment_columns import NONE, SegmentColumns, begin
from skylens.xray.service_graph.slices import Buckets
from skylens.xray.service_graph.statistics import Statistics

Graphs: TypeAlias = "Mapping[int, Graph]"  # by the number of their bucket; makes those that are missing


OUTCOMES: Final = (0, 1, 2, 3)  # ok, throttle, error, fault


class _Requests(NamedTuple):
    """One element for each request."""

    outcome: Ints
    start_us: Ints
    end_us: Ints
    response_us: Ints
    duration_us: Ints

    def at(self, rows: Ints) -> "_Requests":
        return _Requests(*(column[rows] for column in self))


def tally(columns: SegmentColumns, buckets: Buckets, graphs: Graphs) -> None:
    """Add the simple traces to the graphs of the buckets that they begin in."""
    trace = columns.segments.trace
    bucket = ((columns.traces.first - buckets.origin) // buckets.step)[trace]
    simple = columns.traces.simple[trace]
    _add_visits(columns, bucket, simple, graphs)
    _add_calls(columns, bucket, simple, graphs)


def _add_visits(columns: SegmentColumns, bucket: Ints, simple: Flags, graphs: Graphs) -> None:
    """Add what segments tell of their own nodes."""
    segments, nodes = columns.segments, columns.nodes
    rows = np.flatnonzero(simple)
    caller = np.where(segments.parent_segment == NONE, NONE, segments.node[segments.parent_segment])
    keys = [bucket[rows], segments.node[rows], segments.entry[rows].astype(np.int64), caller[rows]]
    for (number, node_number, is_entry, caller_number), statistics in _grouped(keys, _visits(columns).at(rows)):
        graph, node = graphs[number], nodes[node_number]
        service = graph.service(node)
        service.reported = True
        service.statistics.merge(statistics)
        statistics.duration = Counter()  # edges have none
        if is_entry:
            service.root = True
            if not is_client(node):
                graph.edge("client", client_of(node), node).statistics.merge(statistics)
        if caller_number != NONE:
            graph.edge("call", nodes[caller_number], node).statistics.merge(statistics)


def _add_calls(columns: SegmentColumns, bucket: Ints, simple: Flags, graphs: Graphs) -> None:
    """Add what embedded subsegments tell of the nodes they call: those that report, or else the one they point at."""
    calls, node = columns.calls, columns.segments.node
    answered, target = _answered(columns, simple)
    silent = simple[calls.segment] & (calls.guess != NONE) & ~calls.traced
    silent[answered] = False
    guessed = np.flatnonzero(silent)
    rows = np.concatenate((answered, guessed))
    known_as = np.concatenate((np.ones(len(answered), np.int64), np.zeros(len(guessed), np.int64)))
    segment = calls.segment[rows]
    keys = [
        bucket[segment],
        node[segment],
        np.concatenate((target, calls.guess[guessed])),
        np.where(known_as, calls.name[rows], NONE),
        np.where(known_as, calls.guess_type[rows], NONE),
    ]
    for (number, source, called, name, guess_type), statistics in _grouped(keys, _call_requests(columns).at(rows)):
        graph, called_node = graphs[number], columns.nodes[called]
        if name == NONE:
            graph.service(called_node).statistics.merge(statistics)
        statistics.duration = Counter()
        edge = graph.edge("call", columns.nodes[source], called_node)
        edge.statistics.merge(statistics)
        if name != NONE and columns.names[name] != called_node.name:
            edge.also_known_as({Alias(columns.names[name], columns.types[guess_type])})


def _answered(columns: SegmentColumns, simple: Flags) -> tuple[Ints, Ints]:
    """Return calls with the nodes whose segments name them; several segments of one node are one call."""
    segments = columns.segments
    callees = np.flatnonzero(simple & (segments.parent_call != NONE))
    pairs = np.unique(segments.parent_call[callees] * len(columns.nodes) + segments.node[callees])
    return pairs // len(columns.nodes), pairs % len(columns.nodes)


def _visits(columns: SegmentColumns) -> _Requests:
    segments = columns.segments
    end_us = segments.start_us + segments.duration_us
    return _Requests(segments.outcome, segments.start_us, end_us, segments.response_us, segments.duration_us)


def _call_requests(columns: SegmentColumns) -> _Requests:
    """Return the calls, dated by their segments: the table of segments knows no other times."""
    segments, calls = columns.segments, columns.calls
    start_us = segments.start_us[calls.segment]
    end_us = start_us + segments.duration_us[calls.segment]
    return _Requests(calls.outcome, start_us, end_us, calls.response_us, calls.response_us)


def _grouped(keys: Sequence[Ints], requests: _Requests) -> Iterator[tuple[list[int], Statistics]]:
    """Yield each combination of keys with the statistics of its requests."""
    if not len(keys[0]):
        return
    order = np.lexsort(keys)
    ordered = [key[order] for key in keys]
    starts = np.flatnonzero(begin(*ordered))
    distinct = np.stack([key[starts] for key in ordered], axis=1).tolist()
    yield from zip(distinct, _statistics(requests.at(order), starts), strict=True)


def _statistics(requests: _Requests, starts: Ints) -> Iterator[Statistics]:
    counts = [np.add.reduceat((requests.outcome == outcome).astype(np.int64), starts).tolist() for outcome in OUTCOMES]
    total_us = np.add.reduceat(requests.response_us, starts).view(np.uint64).tolist()
    start_us = np.minimum.reduceat(requests.start_us, starts).tolist()
    end_us = np.maximum.reduceat(requests.end_us, starts).tolist()
    response, duration = bins_of(requests.response_us).tolist(), bins_of(requests.duration_us).tolist()
    ends = [*starts[1:].tolist(), len(response)]
    for at, (start, end) in enumerate(zip(starts.tolist(), ends, strict=True)):
        yield Statistics(
            counts[0][at],
            counts[1][at],
            counts[2][at],
            counts[3][at],
            total_us[at],
            start_us[at] // 1_000_000,
            -(-end_us[at] // 1_000_000),
            Counter(response[start:end]),
            Counter(duration[start:end]),
        )
