"""Usual trace: the quick way from the documents of a trace to what its summary tells, and nothing but that.

Most traces that are listed are whole, and nothing in them has failed. Of their documents a summary needs neither metadata nor
what was asked of databases, and no copies for those who did not report; so half the work of ``assemble`` is left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, ClassVar, Final, TypeAlias

import msgspec

from skylens.xray.annotation import AnnotationValue  # noqa: TC001  # msgspec reads the types of members
from skylens.xray.filter_expression.facts import Http
from skylens.xray.node import Node, account_of, aws_target
from skylens.xray.segment import NO_PLACES, Places, http_status, places
from skylens.xray.segment_fields import derived_id
from skylens.xray.trace import MAX_NESTING, Entity, Trace, microseconds, seconds_between
from skylens.xray.trace_id import EntityId, TraceId

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_NO_HTTP: Final = Http()


class _Request(msgspec.Struct, frozen=True, gc=False):
    url: str = ""
    method: str = ""
    user_agent: str = ""
    client_ip: str = ""
    traced: bool = False


class _Response(msgspec.Struct, frozen=True, gc=False):
    status: int = 0


class _Http(msgspec.Struct, frozen=True, gc=False):
    request: _Request = _Request()
    response: _Response = _Response()


class _Sql(msgspec.Struct, gc=False):
    pass


class UsualEntity(msgspec.Struct, kw_only=True, eq=False, gc=False):
    """A finished segment or subsegment, with the members of ``Entity`` that summaries ask for."""

    inferred: ClassVar[bool] = False
    is_subsegment: ClassVar[bool] = False

    id: EntityId
    name: str
    start: float = msgspec.field(name="start_time")
    end: float = msgspec.field(name="end_time")
    fault: bool = False
    error: bool = False
    throttle: bool = False
    namespace: str = ""
    sent_http: _Http | None = msgspec.field(name="http", default=None)
    aws: dict[str, Any] | None = None
    annotations: dict[str, AnnotationValue] = {}
    user: str = ""
    children: list[_Subsegment] = msgspec.field(name="subsegments", default_factory=list)

    @property
    def is_remote(self) -> bool:
        """Whether it says that it is a call."""
        return self.namespace in _REMOTE

    @property
    def http(self) -> Http:
        """Its request and answer."""
        if self.sent_http is None:
            return _NO_HTTP
        request, response = self.sent_http.request, self.sent_http.response
        return Http(
            request.url, request.method, http_status(response.status) or None, request.user_agent, request.client_ip
        )

    def walk(self) -> list[UsualEntity]:
        """Return the entity itself and everything inside, depth first."""
        found: list[UsualEntity] = [self]
        for child in self.children:
            if child.children:
                found += child.walk()
            else:
                found.append(child)
        return found


class _Subsegment(UsualEntity, kw_only=True, eq=False, gc=False):
    traced: bool = False
    sql: _Sql | None = None

    def target(self) -> Node | None:
        """Return the node that the call stands for if nobody reports the other side and nobody is expected to."""
        http = self.sent_http
        if self.namespace not in _REMOTE or self.traced or (http is not None and http.request.traced):
            return None
        if self.namespace == "aws":
            return _node(*aws_target(self.name, self.aws))
        return _node(self.name, "remote" if self.sql is None else "Database::SQL", account_of(self.aws or {}))


class _Segment(UsualEntity, kw_only=True, eq=False, gc=False):
    type: str = ""
    parent_id: str = ""
    origin: str = ""
    resource_arn: str = ""

    @property
    def places(self) -> Places:
        """The ARNs, instances and zones that it ran on."""
        return places(self.aws, self.resource_arn) if self.aws or self.resource_arn else NO_PLACES


class _OtherSide(UsualEntity, kw_only=True, eq=False, gc=False):
    """Who was called and does not report."""

    inferred: ClassVar[bool] = True


_REMOTE: Final = ("aws", "remote")
_DECODE: Final = msgspec.json.Decoder(_Segment).decode


@dataclass(slots=True)
class UsualTrace:
    """The members of ``Trace`` that a summary is made of; everything in it is finished, and nothing has failed."""

    id: TraceId
    segments: Sequence[UsualEntity]
    reported: Sequence[_Segment]
    root: UsualEntity
    nodes: dict[EntityId, Node]
    downstream: dict[EntityId, list[UsualEntity]]
    start: float
    duration: float
    response_time: float
    has_throttle: bool
    revision: int
    is_partial: ClassVar[bool] = False


# What summaries are made of, whichever way it was put together.
AnyTrace: TypeAlias = Trace | UsualTrace
AnyEntity: TypeAlias = Entity | UsualEntity


def assemble_usual(trace_id: TraceId, documents: Sequence[str]) -> UsualTrace | None:
    """Return of a trace what ``assemble`` returns, in half the time; None if anything in it is unusual.

    Unusual is what has failed, goes on, was streamed, came twice, or needs to be cleaned.
    """
    try:
        segments = [_DECODE(document) for document in documents]
    except (msgspec.ValidationError, RecursionError):
        return None
    calls: list[_Subsegment] = []
    for segment in segments:
        calls += _inside(segment)
    everything: list[UsualEntity] = [*segments, *calls]
    known = {each.id: each for each in everything}
    ids = "".join(known)
    if (
        len(known) != len(everything)
        or len(calls) >= MAX_NESTING
        or ids != ids.lower()
        or any(each.fault or each.error for each in everything)
        or any(segment.type == "subsegment" for segment in segments)
    ):
        return None
    segments.sort(key=lambda each: (each.start, each.id))
    downstream = _downstream(segments, known)
    nodes = {each.id: _node(each.name, each.origin, account_of(each.aws or {})) for each in segments}
    others = list(_others(trace_id, calls, downstream, nodes))
    root = min(segments, key=lambda each: (each.parent_id != "", microseconds(each.start), each.id))
    start = min(each.start for each in segments)
    return UsualTrace(
        id=trace_id,
        segments=sorted([*segments, *others], key=lambda each: (each.start, each.inferred, each.id)),
        reported=segments,
        root=root,
        nodes=nodes,
        downstream=downstream,
        start=start,
        duration=seconds_between(start, max(each.end for each in everything)),
        response_time=seconds_between(root.start, root.end),
        has_throttle=any(each.throttle for each in everything),
        revision=len(documents),
    )


def _inside(segment: _Segment) -> list[_Subsegment]:
    """Return every subsegment inside, and put those of each by start; those of the same start stay as they were sent."""
    found: list[_Subsegment] = []
    pending: list[UsualEntity] = [segment]
    while pending:
        children = pending.pop().children
        if children:
            if len(children) > 1:
                children.sort(key=lambda child: child.start)
            found += children
            pending += children
    return found


def _downstream(segments: Iterable[_Segment], known: dict[EntityId, UsualEntity]) -> dict[EntityId, list[UsualEntity]]:
    """Return what each call, or for Lambda each segment, has called."""
    found: dict[EntityId, list[UsualEntity]] = {}
    for segment in segments:
        caller = known.get(EntityId(segment.parent_id.lower()))
        if caller is not None and caller is not segment:
            found.setdefault(caller.id, []).append(segment)
    return found


def _others(
    trace_id: TraceId,
    calls: Iterable[_Subsegment],
    downstream: dict[EntityId, list[UsualEntity]],
    nodes: dict[EntityId, Node],
) -> Iterator[UsualEntity]:
    """Give the other side of every call that nobody reports, and add its node and who called it."""
    for call in calls:
        node = None if call.id in downstream else call.target()
        if node is not None:
            other = _OtherSide(id=derived_id(trace_id, call.id), name=call.name, start=call.start, end=call.end)
            nodes[other.id] = node
            downstream[call.id] = [other]
            yield other


@lru_cache(maxsize=8192)
def _node(name: str, kind: str, account_id: str) -> Node:
    return Node(name, kind, account_id)
