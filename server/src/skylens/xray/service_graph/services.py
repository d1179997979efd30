"""Services: a graph as AWS's pages of Services, with reference ids that hold over all pages of a query."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, Final, NamedTuple

from skylens.xray.errors import InvalidRequest
from skylens.xray.node import Node
from skylens.xray.service_graph.graph import Edge, EdgeKey, Graph, Service
from skylens.xray.service_graph.histogram import histogram_entries
from skylens.xray.service_graph.statistics import Statistics

PAGE_SIZE: Final = 1_000
_LARGEST_ID: Final = 2**31 - 1


class Vertex(NamedTuple):
    """A node of the answer, in the order in which they are given out. A client has type and account of its target."""

    name: str
    is_service: bool
    type: str
    account_id: str


class Page(NamedTuple):
    """Some of the services, and after which one the next page goes on (None: there is none)."""

    services: list[dict[str, Any]]
    last: Vertex | None


def page(graph: Graph, after: Vertex | None, *, most: int, size: int = PAGE_SIZE) -> Page:
    """Return the services that follow ``after``.

    https://docs.aws.amazon.com/xray/latest/api/API_Service.html
    """
    vertices = sorted({*map(_vertex, graph.services), *(_client_vertex(node) for node, _ in graph.client_edges())})
    if len(vertices) > most:
        raise InvalidRequest(f"The service graph has more than {most} nodes. Specify a shorter time range or a group")
    ids = _sequential(vertices) if after is None and len(vertices) <= size else _lasting(vertices)
    left = [vertex for vertex in vertices if after is None or vertex > after]
    shown = left[:size]
    edges = _edges_by_source(graph)
    names = _names(graph)
    documents = [_document(graph, vertex, edges.get(vertex, []), ids, names) for vertex in shown]
    return Page(documents, shown[-1] if len(left) > size else None)


def _sequential(vertices: Iterable[Vertex]) -> dict[Vertex, int]:
    """Return small numbers from 0, as AWS's: there is one page only."""
    return {vertex: number for number, vertex in enumerate(vertices)}


def _lasting(vertices: Iterable[Vertex]) -> dict[Vertex, int]:
    """Return numbers that depend on the node alone, so that a node which appears between two pages changes no other.

    Two of 10,000 nodes share a number in one of fifty graphs; the later one in the order then takes the next number.
    """
    ids: dict[Vertex, int] = {}
    taken: set[int] = set()
    for vertex in vertices:
        number = int.from_bytes(sha256("\0".join(map(str, vertex)).encode()).digest()[:4], "big") & _LARGEST_ID
        while number in taken:
            number = (number + 1) & _LARGEST_ID
        taken.add(number)
        ids[vertex] = number
    return ids


def _vertex(node: Node) -> Vertex:
    return Vertex(node.name, True, node.type, node.account_id)


def _client_vertex(target: Node) -> Vertex:
    return Vertex(target.name, False, target.type, target.account_id)


def _edges_by_source(graph: Graph) -> dict[Vertex, list[tuple[EdgeKey, Edge]]]:
    edges: dict[Vertex, list[tuple[EdgeKey, Edge]]] = {}
    for key, edge in sorted(graph.edges.items(), key=lambda item: item[0]):
        source = _client_vertex(key.target) if key.kind == "client" else _vertex(key.source)
        edges.setdefault(source, []).append((key, edge))
    return edges


def _names(graph: Graph) -> dict[Node, set[str]]:
    """Return the names under which callers know each node."""
    names: dict[Node, set[str]] = {}
    for key, edge in graph.edges.items():
        names.setdefault(key.target, set()).update(alias.name for alias in edge.aliases)
    return names


def _document(
    graph: Graph,
    vertex: Vertex,
    edges: list[tuple[EdgeKey, Edge]],
    ids: Mapping[Vertex, int],
    names: Mapping[Node, set[str]],
) -> dict[str, Any]:
    node = Node(vertex.name, vertex.type, vertex.account_id)
    own = _service(node, graph.services[node]) if vertex.is_service else _client(edges)
    known_as = sorted(names.get(node, set()) - {vertex.name}) if vertex.is_service else []
    return {
        "ReferenceId": ids[vertex],
        "Name": vertex.name,
        "Names": [vertex.name, *known_as],
        **own,
        "Edges": [_edge(key, edge, ids[_vertex(key.target)]) for key, edge in edges],
    }


def _service(node: Node, service: Service) -> dict[str, Any]:
    statistics = service.statistics
    return {
        **({"Root": True} if service.root else {}),
        **({"AccountId": node.account_id} if node.account_id else {}),
        **({"Type": node.type} if node.type else {}),
        "State": "active" if service.reported else "unknown",
        **_times(statistics),
        "SummaryStatistics": statistics.summary(),
        "DurationHistogram": histogram_entries(statistics.duration),
        "ResponseTimeHistogram": histogram_entries(statistics.response),
    }


def _client(edges: list[tuple[EdgeKey, Edge]]) -> dict[str, Any]:
    """Return what the unseen caller of an entry shows: nothing of its own."""
    (_, edge) = edges[0]
    return {
        "Type": "client",
        "State": "unknown",
        **_times(edge.statistics),
        "SummaryStatistics": {},
        "DurationHistogram": [],
        "ResponseTimeHistogram": [],
    }


def _edge(key: EdgeKey, edge: Edge, target_id: int) -> dict[str, Any]:
    """Return an edge; its reference id is the target's, whatever AWS's page says of it.

    https://docs.aws.amazon.com/xray/latest/api/API_Edge.html
    """
    entries = histogram_entries(edge.statistics.response)
    common = {
        "ReferenceId": target_id,
        **_times(edge.statistics),
        "Aliases": [
            {"Name": alias.name, "Names": [alias.name], **({"Type": alias.type} if alias.type else {})}
            for alias in sorted(edge.aliases)
        ],
    }
    if key.kind == "link":
        received = {"EdgeType": "link", "ReceivedEventAgeHistogram": entries}
        return common | {"SummaryStatistics": {}, "ResponseTimeHistogram": []} | received
    return common | {"SummaryStatistics": edge.statistics.summary(), "ResponseTimeHistogram": entries}


def _times(statistics: Statistics) -> dict[str, datetime]:
    return {
        "StartTime": datetime.fromtimestamp(statistics.started, UTC),
        "EndTime": datetime.fromtimestamp(statistics.ended, UTC),
    }
