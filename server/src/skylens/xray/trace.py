"""Trace: all documents of one trace id, put together."""

from dataclasses import dataclass, field
from typing import Any

from skylens.xray.node import Node
from skylens.xray.trace_id import EntityId, TraceId

__all__ = ["Entity", "EntityId", "Trace", "TraceId"]


@dataclass(slots=True)
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


@dataclass(slots=True)
class Trace:
    """One assembled trace.

    ``segments`` are the top-level entities by start time: real segments, inferred ones, and orphan subsegments.
    ``downstream`` maps the id of a subsegment (or, for Lambda, a segment) to the segments it called.
    ``root`` is the first of ``segments`` by (is subsegment, has a parent, start, id); inferred ones never are root.
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
    revision: int
    limit_exceeded: bool = False

    def __repr__(self) -> str:
        return f"<Trace {self.id} {len(self.segments)} segments {self.duration:.3f}s>"
