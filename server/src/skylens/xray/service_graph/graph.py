"""Graph: nodes, the calls between them, and what was counted of both; built trace by trace, and graphs add up."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Literal, NamedTuple, TypeAlias

from skylens.xray.node import Node
from skylens.xray.service_graph import calls
from skylens.xray.service_graph.calls import Alias, Request
from skylens.xray.service_graph.statistics import Statistics
from skylens.xray.trace import Trace

# A call by a service; the unseen caller of an entry; a message that was received in a trace of its own.
EdgeKind: TypeAlias = Literal["call", "client", "link"]

MAX_ALIASES: Final = 100  # of one edge: a caller that knows its target under more names is making them up


class EdgeKey(NamedTuple):
    """Between which nodes an edge runs. A client edge starts at the client of its target."""

    kind: EdgeKind
    source: Node
    target: Node


@dataclass(slots=True)
class Service:
    """What is known of a node. ``reported``: it sent segments itself; ``root``: it received the first request of a trace."""

    statistics: Statistics = field(default_factory=Statistics)
    reported: bool = False
    root: bool = False


@dataclass(slots=True)
class Edge:
    """What is known of an edge. ``aliases`` are the names under which the caller knows the target."""

    statistics: Statistics = field(default_factory=Statistics)
    aliases: set[Alias] = field(default_factory=set)

    def also_known_as(self, aliases: set[Alias]) -> None:
        """Take the aliases, as far as there is room."""
        room = MAX_ALIASES - len(self.aliases)
        self.aliases.update(sorted(aliases - self.aliases)[:room])


class Graph:
    """Nodes and edges of any number of traces. ``account`` is that of every reported node that does not tell its own."""

    def __init__(self, account: str) -> None:
        self.account = account
        self.services: dict[Node, Service] = {}
        self.edges: dict[EdgeKey, Edge] = {}

    def __repr__(self) -> str:
        return f"<Graph of {len(self.services)} nodes, {len(self.edges)} edges>"

    def service(self, node: Node) -> Service:
        """Return the node's record, which is made if there is none."""
        service = self.services.get(node)
        if service is None:
            service = self.services[node] = Service()
        return service

    def edge(self, kind: EdgeKind, source: Node, target: Node) -> Edge:
        """Return the edge's record, which is made if there is none."""
        key = EdgeKey(kind, source, target)
        edge = self.edges.get(key)
        if edge is None:
            edge = self.edges[key] = Edge()
        return edge

    def client_edges(self) -> Iterator[tuple[Node, Edge]]:
        """Yield every entry's node with the edge from its unseen client."""
        return ((key.target, edge) for key, edge in self.edges.items() if key.kind == "client")

    def merge(self, other: "Graph") -> None:
        """Add everything the other graph has."""
        for node, theirs in other.services.items():
            ours = self.service(node)
            ours.statistics.merge(theirs.statistics)
            ours.reported |= theirs.reported
            ours.root |= theirs.root
        for key, their_edge in other.edges.items():
            edge = self.edge(*key)
            edge.statistics.merge(their_edge.statistics)
            edge.also_known_as(their_edge.aliases)


def add(graph: Graph, trace: Trace) -> None:
    """Add one trace's requests and calls; its link edges come from links.add_links, which knows the other traces."""
    for entry in calls.visits(trace, graph.account):
        service = graph.service(entry.node)
        service.reported = True
        _count(service.statistics, entry.request)
        if entry.request.duration_ms is not None:
            service.statistics.duration[entry.request.duration_ms] += 1
        if entry.is_entry:
            service.root = True
            if not is_client(entry.node):
                client = graph.edge("client", client_of(entry.node), entry.node)
                _count(client.statistics, entry.request)
    for call in calls.calls(trace, graph.account):
        if call.source is not None:
            edge = graph.edge("call", call.source, call.target)
            _count(edge.statistics, call.request)
            if call.alias is not None and call.alias not in edge.aliases:
                edge.also_known_as({call.alias})
        if call.inferred:
            _count_inferred(graph.service(call.target), call.request)


def _count(statistics: Statistics, request: Request) -> None:
    statistics.see(request.started, request.ended)
    if request.response_us is not None:
        statistics.count(request.outcome, request.response_us)


def _count_inferred(service: Service, request: Request) -> None:
    """Count a call at the node it points at, which reports nothing itself: the caller's view is all there is."""
    _count(service.statistics, request)
    if request.duration_ms is not None:
        service.statistics.duration[request.duration_ms] += 1


def client_of(node: Node) -> Node:
    """Return the node that stands for whoever called an entry."""
    return Node(node.name, "client")


def is_client(node: Node) -> bool:
    """Say whether a reported node is itself the client: a browser (RUM) or a canary (``client::Synthetics``)."""
    return node.type.lower().startswith("client")
