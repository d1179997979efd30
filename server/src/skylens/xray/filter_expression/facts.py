"""TraceFacts: what a filter expression can ask about a trace, with nothing left to look up.

An absent text is ``""`` and an absent number None, as in the columns of ``segments``. Seconds are whole microseconds,
(end_us - start_us) / 1e6 with each time rounded as in the columns: so SQL and Python compare alike.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, TypeAlias

from skylens.xray.node import Node

AnnotationValue: TypeAlias = str | float | bool  # bool before float: True is no number


@dataclass(frozen=True, slots=True)
class Http:
    """The ``http`` block of a segment or call; what is not told is ``""`` or None."""

    url: str = ""
    method: str = ""
    status: int | None = None
    user_agent: str = ""
    client_ip: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """One request as one record tells it: the server's segment, an inferred segment, or the caller's subsegment.

    ``response_time`` is end - start in seconds, None while in progress. ``duration`` lasts until the last thing inside
    has ended, None while the record itself is in progress. ``partial``: it or anything inside is in progress.
    ``in_progress``: the record itself is.
    """

    fault: bool = False
    error: bool = False
    throttle: bool = False
    in_progress: bool = False
    partial: bool = False
    response_time: float | None = None
    duration: float | None = None
    http: Http = field(default_factory=Http)
    users: tuple[str, ...] = ()  # the record's own and those of the subsegments inside
    availability_zones: tuple[str, ...] = ()
    instance_ids: tuple[str, ...] = ()
    resource_arns: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether it has ended, and ended well."""
        return not (self.fault or self.error or self.throttle or self.in_progress)


@dataclass(frozen=True, slots=True)
class Visit:
    """A node's part in the trace: one top-level segment, real or inferred, or a subsegment without its parent.

    An inferred one has no users, zones, instances or ARNs, and lasts as long as the call.
    """

    node: Node
    work: Work
    inferred: bool = False
    root: bool = False  # the trace's root segment (skylens.xray.trace.Trace.root)


@dataclass(frozen=True, slots=True)
class Edge:
    """One call from node to node, as the caller tells it. ``inferred``: nobody reported the other side.

    ``work`` is the call's own record without what is inside: its duration is its response time, and it is partial while
    it is in progress. Where a segment called without a call's record (Lambda), it is the callee's own work.
    """

    caller: Node
    callee: Node
    work: Work
    inferred: bool = False


class RootCauseException(NamedTuple):
    """What was thrown at an entity: the exception's type and message."""

    name: str
    message: str = ""


class RootCauseEntity(NamedTuple):
    """A segment or subsegment on the path; ``coverage`` only in response time root causes."""

    name: str
    remote: bool = False
    coverage: float | None = None
    exceptions: tuple[RootCauseException, ...] = ()


class RootCauseService(NamedTuple):
    """A service on the path, and the way through it."""

    name: str
    type: str = ""
    names: tuple[str, ...] = ()
    account_id: str = ""
    inferred: bool = False
    entity_path: tuple[RootCauseEntity, ...] = ()


class RootCause(NamedTuple):
    """A path from the entry service to where the trouble is."""

    services: tuple[RootCauseService, ...]
    client_impacting: bool = False


@dataclass(frozen=True, slots=True)
class TraceFacts:
    """Everything a filter expression can ask about one trace.

    ``visits`` has one entry for each top-level entity and exactly one with ``root``. ``edges`` holds one entry for each
    call whose other side is known: from a subsegment (also a streamed one) to the segments it caused, or to the inferred
    segment; and, for Lambda, from a segment to the segment that names it as parent. The console's client nodes are not listed: ``id(type: "client")`` stands for the root's unseen caller.
    ``account`` owns the trace: it is the account of every reported node that does not tell its own.
    """

    account: str
    visits: tuple[Visit, ...]
    duration: float
    partial: bool = False
    edges: tuple[Edge, ...] = ()
    annotations: Mapping[str, tuple[AnnotationValue, ...]] = field(default_factory=dict)
    fault_root_causes: tuple[RootCause, ...] = ()
    error_root_causes: tuple[RootCause, ...] = ()
    response_time_root_causes: tuple[RootCause, ...] = ()

    @property
    def root(self) -> Visit:
        """The visit that began the trace."""
        return next(visit for visit in self.visits if visit.root)

    def __repr__(self) -> str:
        return f"<TraceFacts of {self.root.node!r}: {len(self.visits)} visits, {len(self.edges)} edges>"
