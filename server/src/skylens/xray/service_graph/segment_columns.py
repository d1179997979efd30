"""Segment columns: the segments of whole traces as arrays, and what names what among them.

Traces, nodes and names are numbers here. A minute of a busy account has ten thousand segments and twice as many calls;
as arrays they are counted without an object for each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from skylens.xray.node import Node
from skylens.xray.service_graph.arrow_values import Flags, Ints, flags, ids, ints, numbered

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    Columns = Mapping[str, pa.Array]

NONE: Final = -1  # where there is no row or no node
_OF_CALLS: Final = ("sub_name", "node_name", "node_type", "node_owner", "sub_us", "sub_flags")
_FAULT, _ERROR, _THROTTLE, _TRACED = 1, 2, 4, 8


class Traces(NamedTuple):
    """One element for each trace. Simple: complete segments, no id twice, nothing streamed, no links."""

    id: Sequence[bytes]
    first: Ints
    simple: Flags


class Segments(NamedTuple):
    """One element for each segment. Its parent is the row of a segment or of a call; ``entry``: it came from outside."""

    trace: Ints
    node: Ints
    entry: Flags
    parent_segment: Ints
    parent_call: Ints
    outcome: Ints
    start_us: Ints
    response_us: Ints
    duration_us: Ints


class Calls(NamedTuple):
    """One element for each embedded subsegment, with its segment's row and the node it calls if nobody reports that."""

    segment: Ints
    name: Ints
    guess: Ints
    guess_type: Ints
    traced: Flags
    outcome: Ints
    response_us: Ints


@dataclass(frozen=True, slots=True)
class SegmentColumns:
    """Segments and their calls, and what the numbers in them stand for."""

    traces: Traces
    segments: Segments
    calls: Calls
    nodes: Sequence[Node]
    names: Sequence[str]
    types: Sequence[str]


class _Order(NamedTuple):
    """Rows sorted by trace, start and id: where each comes from, its trace's number, and where traces begin."""

    rows: Ints
    trace: Ints
    starts: Ints


class _Parents(NamedTuple):
    """What the parent ids of segments name, and which traces have an id twice."""

    segment: Ints
    call: Ints
    doubled: Ints


def segment_columns(rows: pa.Table) -> SegmentColumns:
    """Return the rows of graph_segments.sql, of which there must be one, put together."""
    columns = {name: rows.column(name).combine_chunks() for name in rows.column_names}
    order = _sorted(columns)
    place = np.empty_like(order.rows)
    place[order.rows] = np.arange(len(place))
    owner = place[ints(pc.list_parent_indices(columns["sub_id"]))]
    parents = _parents(columns, order, owner)
    numbers: dict[Node, int] = {}
    segments = _segments(columns, order, parents, numbers)
    flat = {name: pc.list_flatten(columns[name]) for name in _OF_CALLS}
    names, called = numbered(flat["sub_name"])
    types, guess_type = numbered(flat["node_type"])
    guess = _nodes([flat["node_name"], flat["node_type"], flat["node_owner"]], numbers)
    guess[flags(pc.equal(flat["node_name"], ""))] = NONE
    bits = ints(flat["sub_flags"])
    traced, outcome = bits & _TRACED != 0, _outcomes(bits)
    calls = Calls(owner, called, guess, guess_type, traced, outcome, ints(flat["sub_us"]))
    return SegmentColumns(_traces(columns, order, parents), segments, calls, list(numbers), names, types)


def _sorted(columns: Columns) -> _Order:
    trace_id = ids(columns["trace_id"]).reshape(-1, 2)
    rows = np.lexsort((ids(columns["id"]), ints(columns["start_us"]), trace_id[:, 1], trace_id[:, 0]))
    begins = begin(trace_id[rows, 0], trace_id[rows, 1])
    return _Order(rows, np.cumsum(begins) - 1, np.flatnonzero(begins))


def _parents(columns: Columns, order: _Order, owner: Ints) -> _Parents:
    """Find what each parent id names, by bringing equal ids of a trace side by side."""
    own, asked = ids(columns["id"])[order.rows], ids(columns["parent_id"])[order.rows]
    asking = np.flatnonzero((asked != 0) & (asked != own))
    named = np.concatenate((own, ids(pc.list_flatten(columns["sub_id"])), asked[asking]))
    trace = np.concatenate((order.trace, order.trace[owner], order.trace[asking]))
    side_by_side = np.lexsort((named, trace))
    group = np.empty_like(side_by_side)
    group[side_by_side] = np.cumsum(begin(trace[side_by_side], named[side_by_side])) - 1
    bearers = group[: len(own) + len(owner)]
    bearer = np.full(len(group), NONE)
    bearer[bearers] = np.arange(len(bearers))
    found = np.full(len(own), NONE)
    found[asking] = bearer[group[len(bearers) :]]
    is_call = found >= len(own)
    doubled = trace[: len(bearers)][np.bincount(bearers)[bearers] > 1]
    return _Parents(np.where(is_call, NONE, found), np.where(is_call, found - len(own), NONE), doubled)


def _traces(columns: Columns, order: _Order, parents: _Parents) -> Traces:
    simple = ~np.logical_or.reduceat(flags(columns["complex"])[order.rows], order.starts)
    simple[parents.doubled] = False
    first = np.minimum.reduceat(ints(columns["second"])[order.rows], order.starts)
    return Traces(columns["trace_id"].take(order.rows[order.starts]).to_pylist(), first, simple)


def _segments(columns: Columns, order: _Order, parents: _Parents, numbers: dict[Node, int]) -> Segments:
    entry = ids(columns["parent_id"])[order.rows] == 0
    # Every segment has a parent, nobody sent the caller's: the first one's caller is outside.
    orphaned = order.starts[~np.logical_or.reduceat(entry, order.starts)]
    entry[orphaned] = True
    node = _nodes([columns["name"], columns["origin"], columns["owner"]], numbers)
    figures = (ints(columns[name]) for name in ("outcome", "start_us", "duration_us", "full_duration_us"))
    sorted_figures = (each[order.rows] for each in figures)
    return Segments(order.trace, node[order.rows], entry, parents.segment, parents.call, *sorted_figures)


def _nodes(parts: Sequence[pa.Array], numbers: dict[Node, int]) -> Ints:
    """Return the numbers of nodes whose name, type and account are given; new ones are added."""
    code = np.zeros(len(parts[0]), dtype=np.int64)
    texts = []
    for part in parts:
        distinct, number = numbered(part)
        texts.append(distinct)
        code = code * len(distinct) + number
    codes, inverse = np.unique(code, return_inverse=True)
    _, types, accounts = map(len, texts)
    known = [
        Node(texts[0][each // accounts // types], texts[1][each // accounts % types], texts[2][each % accounts])
        for each in codes.tolist()
    ]
    return np.array([numbers.setdefault(node, len(numbers)) for node in known], dtype=np.int64)[inverse]


def _outcomes(bits: Ints) -> Ints:
    """Return numbers in the order of statistics.OUTCOMES, as outcome_of chooses."""
    return np.select([bits & _FAULT != 0, bits & _THROTTLE != 0, bits & _ERROR != 0], [3, 1, 2], 0)


def begin(*sorted_by: npt.NDArray[Any]) -> Flags:
    """Say of each element of sorted columns whether it differs from the one before."""
    begins = np.ones(len(sorted_by[0]), dtype=np.bool_)
    begins[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in sorted_by])
    return begins
