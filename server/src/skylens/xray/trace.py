"""Trace: all documents of one trace id, put together."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from skylens.xray.annotation import AnnotationValue
from skylens.xray.node import Node, account_of, inferred_node
from skylens.xray.segment import is_traced
from skylens.xray.segment_fields import Cleaner, decode, derived_id
from skylens.xray.trace_id import EntityId, TraceId

__all__ = ["Entity", "EntityId", "Trace", "TraceId", "assemble", "to_document"]

# Subsegments below subsegments: what lies deeper is given out as an entry of its own. Clients and Python's own JSON
# writer give up at some depth, and streamed subsegments can form a chain of any length.
MAX_NESTING: Final = 100
_NOTHING: Final[Mapping[str, AnnotationValue]] = {}


@dataclass(slots=True, eq=False)
class Entity:
    """A segment or subsegment in its place in the trace.

    ``fields`` is the cleaned document without ``subsegments``; ``children`` are its subsegments by start time.
    Times are epoch seconds; ``end`` is None while it is in progress.
    """

    id: EntityId
    name: str
    start: float
    end: float | None
    fields: dict[str, Any]
    parent_id: EntityId | None = None
    is_subsegment: bool = False
    inferred: bool = False
    fault: bool = False
    error: bool = False
    throttle: bool = False
    traced: bool = False
    children: list["Entity"] = field(default_factory=list)

    @property
    def is_remote(self) -> bool:
        """Whether it says that it is a call."""
        return "namespace" in self.fields

    @property
    def annotations(self) -> Mapping[str, AnnotationValue]:
        """Its annotations, whether or not they are indexed."""
        told: Mapping[str, AnnotationValue] = self.fields.get("annotations", _NOTHING)
        return told

    @property
    def user(self) -> str:
        """Who asked for it, or ""."""
        user: str = self.fields.get("user", "")
        return user

    @property
    def last(self) -> float:
        """The latest moment it tells of: its end, or its start while it is in progress."""
        return self.start if self.end is None else self.end

    def walk(self) -> Iterator["Entity"]:
        """Give the entity itself and everything inside, depth first."""
        yield self
        pending = self.children[::-1]
        while pending:
            entity = pending.pop()
            yield entity
            if entity.children:
                pending += entity.children[::-1]

    def __repr__(self) -> str:
        kind = "inferred " if self.inferred else "subsegment " if self.is_subsegment else ""
        return f"<Entity {kind}{self.name} {self.id} with {len(self.children)} inside>"


@dataclass(slots=True)
class Trace:
    """One assembled trace.

    ``segments`` are the top-level entities by start time: real segments, inferred ones, and orphan subsegments.
    ``downstream`` maps the id of a subsegment (or, for Lambda, a segment) to the segments it called, real or inferred.
    ``root`` is the first of ``segments`` by (is subsegment, has a parent, microsecond of its start, id); inferred ones
    never are root.
    ``revision`` counts the different documents it is made of. ``is_plain`` says that each of them came once, and
    everything in them once, with every subsegment inside the segment it belongs to. ``has_fault`` and the like tell of
    anything in the trace.
    """

    id: TraceId
    segments: list[Entity]
    root: Entity
    nodes: dict[EntityId, Node]  # of every top-level entity
    downstream: dict[EntityId, list[Entity]]
    start: float
    duration: float
    response_time: float | None
    is_partial: bool
    is_plain: bool
    has_fault: bool
    has_error: bool
    has_throttle: bool
    revision: int
    limit_exceeded: bool = False

    def __repr__(self) -> str:
        return f"<Trace {self.id} {len(self.segments)} segments {self.duration:.3f}s>"


def assemble(
    trace_id: TraceId, documents: Iterable[str], *, limit_exceeded: bool = False, floating: bool = False
) -> Trace:
    """Return the trace that the documents make: the same whatever order they came in, and however often each came.

    https://docs.aws.amazon.com/xray/latest/devguide/xray-concepts.html#xray-concepts-traces
    """
    texts: dict[str, int] = {}
    for document in documents:
        texts[document] = texts.get(document, 0) + 1
    if not texts:
        raise ValueError(f"a trace has at least one document: {trace_id}")
    parts = _Parts(trace_id, is_plain=max(texts.values()) == 1 and not (limit_exceeded or floating))
    for each in sorted(map(_Candidate.read, texts), key=_Candidate.rank):
        parts.add(each.fields, each.clean)
    segments = parts.connect()
    return _trace(parts, segments, revision=len(texts), limit_exceeded=limit_exceeded)


def to_document(entity: Entity) -> dict[str, Any]:
    """Return the document of a top-level entity with its subsegments inside."""
    document = dict(entity.fields)
    if entity.children:
        document["subsegments"] = [to_document(child) for child in entity.children]
    return document


def seconds_between(start: float, end: float) -> float:
    """Return a duration from epoch seconds, exact to the microsecond and never negative: clocks are skewed.

    >>> seconds_between(1779384848.12, 1779384848.975)
    0.855
    """
    return max(0, microseconds(end) - microseconds(start)) / 1e6


def microseconds(seconds: float) -> int:
    """Return a time as the columns of ``segments`` have it: what is compared here must compare there alike."""
    return round(seconds * 1e6)


class _Candidate(NamedTuple):
    """One document on its way into the trace."""

    text: str
    fields: dict[str, Any]
    clean: Cleaner

    @classmethod
    def read(cls, text: str) -> "_Candidate":
        return cls(text, *decode(text))

    def rank(self) -> tuple[bool, int, str]:
        """Sort complete documents before those in progress, longer ones first: the richer tells more."""
        return (self.fields.get("end_time") in {None, ""}, -len(self.text), self.text)


class _Parts:
    """The entities of one trace while it is put together. Of two versions the first complete one stays."""

    def __init__(self, trace_id: TraceId, *, is_plain: bool) -> None:
        self.trace_id = trace_id
        self.is_plain = is_plain
        self.segments: dict[EntityId, Entity] = {}
        self.subsegments: dict[EntityId, Entity] = {}
        self.enclosing: dict[EntityId, Entity] = {}  # subsegment → what it was embedded in
        self.start = float("inf")
        self.downstream: dict[EntityId, list[Entity]] = {}
        self.nodes: dict[EntityId, Node] = {}

    def add(self, document: dict[str, Any], clean: Cleaner) -> None:
        """Take a document apart; subsegments of another version of the same segment are united."""
        inside = document.get("subsegments")
        top = self._put(document, clean, is_subsegment=document.get("type") == "subsegment")
        self.start = min(self.start, top.start)
        if top.is_subsegment:
            self.is_plain = False
        pending = [(top, inside)]
        while pending:
            entity, children = pending.pop()
            if not isinstance(children, list):
                continue
            for fields in children:
                inside = fields.get("subsegments")
                child = self._put(fields, clean, is_subsegment=True)
                self.enclosing.setdefault(child.id, entity)
                if inside:
                    pending.append((child, inside))

    def _put(self, fields: dict[str, Any], clean: Cleaner, *, is_subsegment: bool) -> Entity:
        known = self.subsegments if is_subsegment else self.segments
        entity_id = EntityId(fields["id"].lower())
        entity = known.get(entity_id)
        if entity is None:
            entity = known[entity_id] = _entity(entity_id, clean(fields), is_subsegment=is_subsegment)
            return entity
        self.is_plain = False
        if entity.end is None:
            newer = _entity(entity_id, clean(fields), is_subsegment=is_subsegment)
            if newer.end is not None:
                _replace(entity, newer)
        return entity

    def connect(self) -> list[Entity]:
        """Put subsegments into their parents, link segments to their callers, infer the rest; return the top level."""
        tops = list(self.segments.values())
        for entity in self.subsegments.values():
            parent = self._parent_of(entity)
            if parent is None:
                tops.append(entity)
            else:
                parent.children.append(entity)
                entity.parent_id = parent.id
        if not self.is_plain or len(self.subsegments) >= MAX_NESTING:
            self._untangle(tops)
        for entity in (*self.segments.values(), *self.subsegments.values()):
            if len(entity.children) > 1:
                # those of the same start stay as they were sent
                entity.children.sort(key=lambda child: child.start)
        for entity in tops:
            self._settle(entity)
        for segment in sorted(self.segments.values(), key=_by_time):
            if segment.parent_id and self._is_known(segment.parent_id, besides=segment):
                self.downstream.setdefault(segment.parent_id, []).append(segment)
        return sorted([*tops, *self._infer()], key=lambda e: (e.start, e.inferred, e.is_subsegment, e.id))

    def _parent_of(self, entity: Entity) -> Entity | None:
        enclosing = self.enclosing.get(entity.id)
        if enclosing is not None or entity.parent_id is None:
            return enclosing
        parent = self.subsegments.get(entity.parent_id) or self.segments.get(entity.parent_id)
        return None if parent is entity else parent

    def _is_known(self, entity_id: EntityId, *, besides: Entity) -> bool:
        return entity_id in self.subsegments or self.segments.get(entity_id, besides) is not besides

    def _untangle(self, tops: list[Entity]) -> None:
        """Give entries of their own to what is nested too deep, and to one of those that claim each other as parent."""
        reached = _reach([*tops], tops)
        if len(reached) == len(self.segments) + len(self.subsegments):
            return
        for entity in sorted(self.subsegments.values(), key=_by_time):
            if entity not in reached:
                parent = self._parent_of(entity)
                if parent is not None:
                    parent.children.remove(entity)
                tops.append(entity)
                reached |= _reach([entity], tops)

    def _settle(self, top: Entity) -> None:
        """Tell of a top-level entity which trace it is part of, and which node it is; of an orphan what it misses."""
        fields = top.fields
        fields["trace_id"] = self.trace_id
        if top.is_subsegment:
            fields["type"] = "subsegment"
            if top.parent_id:
                fields["parent_id"] = top.parent_id
        account = account_of(fields["aws"]) if "aws" in fields else ""
        self.nodes[top.id] = Node(top.name, fields.get("origin", ""), account)

    def _infer(self) -> list[Entity]:
        """Stand in for the other side of every call that nobody else reports and nobody is expected to."""
        inferred = []
        for entity in self.subsegments.values():
            if "namespace" not in entity.fields or entity.traced or entity.id in self.downstream:
                continue
            node = inferred_node(entity.fields)
            if node is not None:
                other_side = _inferred(self.trace_id, entity, node)
                self.downstream[entity.id] = [other_side]
                self.nodes[other_side.id] = node
                inferred.append(other_side)
        return inferred


def _by_time(entity: Entity) -> tuple[float, str]:
    return (entity.start, entity.id)


def _reach(entities: list[Entity], tops: list[Entity]) -> set[Entity]:
    """Return everything inside; what lies at the greatest depth is cut off and added to the top level."""
    reached: set[Entity] = set()
    level, depth = entities, 0
    while level:
        reached.update(level)
        depth += 1
        below = [child for entity in level for child in entity.children]
        if depth == MAX_NESTING and below:
            for entity in level:
                entity.children = []
            tops += below
            depth = 0
        level = below
    return reached


def _entity(entity_id: EntityId, cleaned: dict[str, Any], *, is_subsegment: bool) -> Entity:
    parent_id = cleaned.get("parent_id")
    # the top level is told its trace, type and parent again when it is known which entities stand there
    cleaned.pop("type", None)
    if is_subsegment:
        cleaned.pop("trace_id", None)
        cleaned.pop("parent_id", None)
    get = cleaned.get
    return Entity(
        entity_id,
        cleaned["name"],
        cleaned["start_time"],
        get("end_time"),
        cleaned,
        parent_id,
        is_subsegment,
        fault=get("fault", False),
        error=get("error", False),
        throttle=get("throttle", False),
        traced=is_subsegment and "http" in cleaned and is_traced(cleaned),
    )


def _replace(entity: Entity, newer: Entity) -> None:
    entity.name, entity.start, entity.end, entity.fields = newer.name, newer.start, newer.end, newer.fields
    entity.parent_id = newer.parent_id or entity.parent_id
    entity.fault, entity.error, entity.throttle = newer.fault, newer.error, newer.throttle
    entity.traced = newer.traced


_COPIED: Final = ("http", "aws", "sql", "error", "throttle", "fault", "cause")


def _inferred(trace_id: TraceId, call: Entity, node: Node) -> Entity:
    entity_id = derived_id(trace_id, call.id)
    fields: dict[str, Any] = {"id": entity_id, "name": call.name, "start_time": call.fields["start_time"]}
    if call.end is None:
        fields["in_progress"] = True
    else:
        fields["end_time"] = call.fields["end_time"]
    fields |= {"parent_id": call.id, "inferred": True}
    fields |= {key: call.fields[key] for key in _COPIED if key in call.fields}
    fields["trace_id"] = trace_id
    if node.type != "remote":
        fields["origin"] = node.type
    return Entity(
        entity_id,
        call.name,
        call.start,
        call.end,
        fields,
        parent_id=call.id,
        inferred=True,
        fault=call.fault,
        error=call.error,
        throttle=call.throttle,
    )


def _trace(parts: _Parts, segments: list[Entity], *, revision: int, limit_exceeded: bool) -> Trace:
    own = [entity for entity in segments if not entity.inferred]
    root = min(own, key=lambda e: (e.is_subsegment, e.parent_id is not None, microseconds(e.start), e.id))
    everything = [*parts.segments.values(), *parts.subsegments.values()]
    ends = [entity.end for entity in everything]
    last = max(entity.start if entity.end is None else entity.end for entity in everything)
    return Trace(
        id=parts.trace_id,
        segments=segments,
        root=root,
        nodes=parts.nodes,
        downstream=parts.downstream,
        start=parts.start,
        duration=seconds_between(parts.start, last),
        response_time=None if root.end is None else seconds_between(root.start, root.end),
        is_partial=None in ends,
        is_plain=parts.is_plain,
        has_fault=True in [entity.fault for entity in everything],
        has_error=True in [entity.error for entity in everything],
        has_throttle=True in [entity.throttle for entity in everything],
        revision=revision,
        limit_exceeded=limit_exceeded,
    )
