"""Calls: the requests that one trace tells of, at each node and from node to node.

- A node's requests are its own segments; a node that reports nothing has the requests that its callers tell of.
- An edge's requests are the caller's: its subsegments. Where a segment names another *segment* as its parent (Lambda's two
  segments of one invocation), there is no subsegment, and the edge counts the called segment.
- A subsegment that several segments of one node name as their parent is one request on the edge to that node.
- A subsegment without its parent (a Lambda function's, whose own segment was never sent) is no node: what it calls is
  counted at the nodes called, with no edge to them.
- Everything in a segment is dated by the segment, from its start until the last thing in it has ended: the table of
  segments knows no other times, and both ways of counting must agree to the second.
"""

from collections.abc import Iterator
from typing import NamedTuple

from skylens.xray.node import Node, inferred_node
from skylens.xray.service_graph.histogram import bin_of
from skylens.xray.service_graph.statistics import Outcome, outcome_of
from skylens.xray.trace import Entity, Trace
from skylens.xray.trace_id import EntityId


class Alias(NamedTuple):
    """A name under which a caller knows a node, and the type that the node would have if nobody reported it."""

    name: str
    type: str


class Request(NamedTuple):
    """One request. ``response_us`` is None while it is in progress, ``duration_ms`` (a bin) is None then, too."""

    outcome: Outcome
    response_us: int | None
    duration_ms: int | None
    started: int
    ended: int


class Visit(NamedTuple):
    """A request as the node that served it reports it. ``is_entry``: nobody in the trace called."""

    node: Node
    request: Request
    is_entry: bool


class Call(NamedTuple):
    """A request from node to node; ``source`` is None where the caller's segment never came.

    ``inferred``: the target reports nothing, the call is all that is known of it.
    """

    source: Node | None
    target: Node
    request: Request
    alias: Alias | None = None
    inferred: bool = False


def visits(trace: Trace, account: str) -> Iterator[Visit]:
    """Yield the request of every reported segment."""
    entries = _entries(trace)
    for segment in _reported(trace):
        started, last_us, ended = _extent(segment)
        response_us = _response_us(segment)
        duration_ms = None if response_us is None else bin_of(max(0, last_us - _microseconds(segment.start)))
        request = Request(_outcome(segment), response_us, duration_ms, started, ended)
        yield Visit(node_of(trace, segment, account), request, segment.id in entries)


def calls(trace: Trace, account: str) -> Iterator[Call]:
    """Yield every call whose target is known."""
    for segment in trace.segments:
        if segment.inferred:
            continue
        source = None if segment.is_subsegment else node_of(trace, segment, account)
        started, _, ended = _extent(segment)
        for subsegment in segment.walk():
            if subsegment.is_subsegment:
                request = _request(subsegment, started, ended)
                targets = {node_of(trace, callee, account) for callee in _callees(trace, subsegment)}
                yield from _from_subsegment(subsegment, source, targets, request)
        if source is not None:
            yield from _from_segment(trace, source, segment, account)


def node_of(trace: Trace, segment: Entity, account: str) -> Node:
    """Return a reported segment's node; one that does not tell its account belongs to the trace's."""
    node = trace.nodes[segment.id]
    return node if node.account_id else Node(node.name, node.type, account)


def _from_subsegment(subsegment: Entity, source: Node | None, targets: set[Node], request: Request) -> Iterator[Call]:
    guess = inferred_node(subsegment.fields)
    for target in targets:
        alias = Alias(subsegment.name, guess.type if guess else "") if subsegment.name != target.name else None
        yield Call(source, target, request, alias)
    if not targets and guess is not None and not subsegment.traced:
        yield Call(source, guess, request, inferred=True)


def _from_segment(trace: Trace, source: Node, segment: Entity, account: str) -> Iterator[Call]:
    for callee in _callees(trace, segment):
        started, _, ended = _extent(callee)
        yield Call(source, node_of(trace, callee, account), _request(callee, started, ended))


def _callees(trace: Trace, entity: Entity) -> Iterator[Entity]:
    return (segment for segment in trace.downstream.get(entity.id, ()) if not segment.inferred)


def _reported(trace: Trace) -> Iterator[Entity]:
    return (segment for segment in trace.segments if not (segment.inferred or segment.is_subsegment))


def _entries(trace: Trace) -> set[EntityId]:
    """Return the segments that came from outside: those without a parent or, when all have one, the root.

    A segment that is only linked to other traces was called by nobody: it received messages. With an ``http.request``
    it was called after all, and its links say something else.
    """
    without_parent = [segment for segment in _reported(trace) if segment.parent_id is None]
    if without_parent:
        return {segment.id for segment in without_parent if not _only_received(segment)}
    return set() if trace.root.is_subsegment else {trace.root.id}


def _only_received(segment: Entity) -> bool:
    http = segment.fields.get("http")
    served = isinstance(http, dict) and bool(http.get("request"))
    return bool(segment.fields.get("links")) and not served


def _request(entity: Entity, started: int, ended: int) -> Request:
    response_us = _response_us(entity)
    duration_ms = None if response_us is None else bin_of(response_us)
    return Request(_outcome(entity), response_us, duration_ms, started, ended)


def _outcome(entity: Entity) -> Outcome:
    return outcome_of(fault=entity.fault, error=entity.error, throttle=entity.throttle)


def _response_us(entity: Entity) -> int | None:
    """Return end - start as the table of segments has it: each rounded to microseconds, never negative."""
    if entity.end is None:
        return None
    return max(0, _microseconds(entity.end) - _microseconds(entity.start))


def _extent(segment: Entity) -> tuple[int, int, int]:
    """Return the whole second of the start, the microsecond of the last end, and the whole second after it."""
    start_us = _microseconds(segment.start)
    last_us = max(start_us, *(_microseconds(entity.end) for entity in segment.walk() if entity.end is not None), 0)
    return start_us // 1_000_000, last_us, -(-last_us // 1_000_000)


def _microseconds(seconds: float) -> int:
    return round(seconds * 1e6)
