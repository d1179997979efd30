"""Link edges: a consumer whose trace only points at the traces its messages came from; drawn dashed."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from skylens.xray import trace_id
from skylens.xray.node import Node, inferred_node
from skylens.xray.service_graph.calls import node_of
from skylens.xray.service_graph.graph import Graph
from skylens.xray.service_graph.histogram import bin_of
from skylens.xray.trace import Entity, Trace
from skylens.xray.trace_id import TraceId

# https://docs.aws.amazon.com/xray/latest/devguide/xray-services-sqs.html
MAX_LINKS: Final = 20  # linked traces of one segment


class Link(NamedTuple):
    """One entry of a segment's ``links``: the trace and the entity in it that sent the message."""

    trace_id: TraceId
    entity_id: str


class _Sender(NamedTuple):
    node: Node
    reported: bool
    sent: float


def linked_traces(trace: Trace) -> set[TraceId]:
    """Return the ids of the other traces that the trace's segments point at."""
    return {link.trace_id for segment in trace.segments for link in links_of(segment)} - {trace.id}


def links_of(segment: Entity) -> Iterator[Link]:
    """Yield the well-formed links of a segment, up to AWS's limit."""
    links = segment.fields.get("links")
    for link in links[:MAX_LINKS] if isinstance(links, list) else []:
        if isinstance(link, dict) and isinstance(link.get("id"), str):
            try:
                linked = trace_id.to_text(trace_id.to_bytes(link.get("trace_id")))
            except ValueError:
                continue
            yield Link(linked, link["id"].lower())


def add_links(graph: Graph, trace: Trace, linked: Mapping[TraceId, Trace]) -> None:
    """Add the edges from where the trace's messages were, the queue for one, to the nodes that received them.

    A message's age is counted from the end of the call that sent it. A link to what is not in the store says nothing yet.
    """
    for segment in trace.segments:
        if segment.inferred or segment.is_subsegment:
            continue
        target = node_of(trace, segment, graph.account)
        started, ended = int(segment.start), -int(-segment.last // 1)
        for link in links_of(segment):
            other = linked.get(link.trace_id)
            sender = None if other is None else _sender(other, link.entity_id, graph.account)
            if sender is None:
                continue
            source = graph.service(sender.node)
            source.reported |= sender.reported
            source.statistics.see(started, ended)
            statistics = graph.edge("link", sender.node, target).statistics
            statistics.see(started, ended)
            statistics.response[bin_of(max(0, round((segment.start - sender.sent) * 1e6)))] += 1


def _sender(trace: Trace, entity_id: str, account: str) -> _Sender | None:
    for segment in trace.segments:
        if segment.inferred:
            continue
        for entity in segment.walk():
            if entity.id == entity_id:
                return _call_sender(trace, entity, account) if entity.is_subsegment else _own(trace, segment, account)
    return None


def _own(trace: Trace, segment: Entity, account: str) -> _Sender:
    return _Sender(node_of(trace, segment, account), reported=True, sent=segment.last)


def _call_sender(trace: Trace, call: Entity, account: str) -> _Sender | None:
    """Return the node that the call reached: what reports itself there, or else what the call points at."""
    for callee in trace.downstream.get(call.id, ()):
        if not callee.inferred:
            return _Sender(node_of(trace, callee, account), reported=True, sent=call.last)
    guess = inferred_node(call.fields)
    return None if guess is None else _Sender(guess, reported=False, sent=call.last)
