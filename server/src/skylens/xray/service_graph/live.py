"""Live: the graph of any stretch of time counted from the segments themselves.

Simple traces are counted as columns: only complete, unduplicated segment documents, no streamed subsegments, no links. Of
these the columns know as much as the documents do (a property test holds one against the other). All other traces are put
together and counted one by one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, TypeAlias

import numpy as np
import pyarrow as pa

from skylens.caller import Caller
from skylens.sql import TRUE, Sql, all_of
from skylens.store import Store
from skylens.store.limits import ReadLimits
from skylens.store.queries import query
from skylens.xray import trace_id, trace_store
from skylens.xray.service_graph.graph import Graph, add
from skylens.xray.service_graph.links import add_links, linked_traces
from skylens.xray.service_graph.segment_columns import segment_columns
from skylens.xray.service_graph.slices import Buckets, Slice, begun_in, divided, first_in, rows_in
from skylens.xray.service_graph.source import Source
from skylens.xray.service_graph.tally import tally
from skylens.xray.trace import Trace

Graphs: TypeAlias = "dict[int, Graph]"  # by the number of their bucket
Firsts: TypeAlias = "dict[trace_id.TraceId, int]"
Row: TypeAlias = Mapping[str, Any]

_TRACES_AT_ONCE: Final = 500
# A row takes about 300 bytes of memory here, and again as much while it is counted.
_ROWS_AT_ONCE: Final = 100_000
# A short time is read at once, which mostly does. Of a longer one, or where it was too much, the rows are counted first.
_SECONDS_UNSEEN: Final = 600


class Pace(NamedTuple):
    """How hard counting goes at it: rows of one read, what a read may use, and what is done between two."""

    rows: int
    limits: ReadLimits
    rest: Callable[[], None]


def _go_on() -> None:
    """Do not rest: somebody waits."""


AT_ONCE: Final = Pace(_ROWS_AT_ONCE, ReadLimits(), _go_on)


@dataclass(frozen=True, slots=True)
class Admission:
    """Which traces are counted: those whose rows meet the condition and which ``decide`` takes, if it is given.

    ``exact``: for simple traces the condition alone is enough.
    """

    condition: Sql = TRUE
    decide: Callable[[Trace], bool] | None = None
    exact: bool = True


EVERYTHING: Final = Admission()


class _Into(NamedTuple):
    """Which traces are counted, to where, and how hard."""

    admission: Admission
    buckets: Buckets
    graphs: Graphs
    pace: Pace


def count(
    source: Source, slices: Sequence[Slice], admission: Admission, buckets: Buckets, pace: Pace | None = None
) -> Graphs:
    """Return the graphs of the traces that begin in the slices, by bucket; AT_ONCE unless told how hard to go at it."""
    store, caller = source.store, source.caller
    graphs: Graphs = defaultdict(lambda: Graph(caller.account))
    into = _Into(admission, buckets, graphs, pace or AT_ONCE)
    if slices:
        others = (_count_simple if admission.exact else _all)(store, caller, slices, into)
        _count_others(store, caller, others, into)
    return graphs


def _count_simple(store: Store, caller: Caller, slices: Sequence[Slice], into: _Into) -> Firsts:
    """Count the simple traces; return the others with their first seconds."""
    most, limits, rest = into.pace
    if sum(piece.end - piece.start for piece in slices) <= _SECONDS_UNSEEN:
        rows = store.read_arrow(_segments(caller, slices, into.admission.condition, most + 1), limits=limits)
        if rows.num_rows <= most:
            return _tallied(rows, into)
    others: Firsts = {}
    for part in divided(slices, _rows_by_second(store, caller, slices), most):
        rest()
        filled = _segments(caller, part, into.admission.condition, limits.result_rows + 1)
        others |= _tallied(store.read_arrow(filled, limits=limits), into)
    return others


def _tallied(rows: pa.Table, into: _Into) -> Firsts:
    """Add simple traces to the graphs; return the others."""
    if not rows.num_rows:
        return {}
    columns = segment_columns(rows)
    tally(columns, into.buckets, into.graphs)
    traces = columns.traces
    return {trace_id.to_text(traces.id[at]): int(traces.first[at]) for at in np.flatnonzero(~traces.simple).tolist()}


def _rows_by_second(store: Store, caller: Caller, slices: Sequence[Slice]) -> dict[int, int]:
    owner = {"account": caller.account, "region": caller.region}
    return dict(store.read(query("skylens.xray", "graph_seconds").fill({"rows": begun_in(slices)}, **owner)))


def _all(store: Store, caller: Caller, slices: Sequence[Slice], into: _Into) -> Firsts:
    found = store.read(_traces(caller, slices, into.admission.condition))
    return {trace_id.to_text(number): first for number, first in found}


def _segments(caller: Caller, slices: Sequence[Slice], condition: Sql, most: int) -> Sql:
    slots = {"rows": rows_in(slices), "traces": _traces(caller, slices, condition)}
    owner = {"account": caller.account, "region": caller.region}
    return query("skylens.xray", "graph_segments").fill(slots, **owner, most=most)


def _traces(caller: Caller, slices: Sequence[Slice], condition: Sql) -> Sql:
    slots = {"rows": rows_in(slices), "having": all_of([first_in(slices), condition])}
    return query("skylens.xray", "graph_traces").fill(slots, account=caller.account, region=caller.region)


def histogram(bins_and_counts: tuple[Sequence[int], Sequence[int]]) -> "Counter[int]":
    """Return what sumMap answers as a histogram."""
    return Counter(dict(zip(*bins_and_counts, strict=True)))


def _count_others(store: Store, caller: Caller, firsts: Firsts, into: _Into) -> None:
    admission, buckets, graphs, _ = into
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
