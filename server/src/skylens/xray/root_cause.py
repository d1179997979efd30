"""Root causes: the paths from the entry service down to where a fault, an error or the time comes from."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, overload

from skylens.xray.filter_expression.facts import (
    RootCause,
    RootCauseEntity,
    RootCauseException,
    RootCauseService,
)
from skylens.xray.trace import Entity, Trace, seconds_between
from skylens.xray.usual_trace import AnyEntity, AnyTrace

# A trace in which thousands of calls fail has as many paths; the first of them say what there is to say.
MOST_ROOT_CAUSES: Final = 50
# A child is where its parent's time goes when it takes more than this part of it.
_DOMINANT: Final = 0.5
_IMPRECISION: Final = 1e-5  # of the difference of two epoch seconds

Failure = Literal["fault", "error"]


def failure_root_causes(trace: Trace, failure: Failure, account: str = "") -> tuple[RootCause, ...]:
    """Return every path that ends at something failed with nothing failed below it.

    The failure is the client's when everything on the path down from the root has failed; otherwise somebody on the way
    dealt with it. ``account`` is that of the reported nodes which do not tell their own.
    """
    if not (trace.has_fault if failure == "fault" else trace.has_error):
        return ()
    tree = _Tree(trace)
    failed = [getattr(entity, failure) for entity in tree.entities]
    exceptions = _Exceptions(tree.entities)
    return tuple(
        RootCause(
            _services(trace, path, account, exceptions),
            client_impacting=path[0] is trace.root and all(getattr(entity, failure) for entity in path),
        )
        for path in tree.paths_to_last(failed)
    )


def response_time_root_causes(trace: AnyTrace, account: str = "") -> tuple[RootCause, ...]:
    """Return the path along which the root's response time is spent, each entity with the part that it covers."""
    coverage = response_time_path(trace)
    if not coverage:
        return ()
    return (RootCause(_services(trace, list(coverage), account, coverage=coverage), client_impacting=True),)


def response_time_path(trace: AnyTrace) -> dict[AnyEntity, float]:
    """Return where the root's response time is spent, from the root down, and the part of it that each covers."""
    root, response_time = trace.root, trace.response_time
    if not response_time or root.end is None:
        return {}
    entity: AnyEntity | None = root
    # what is on the path, which nothing joins twice, with its part of the time
    path: dict[AnyEntity, float] = {root: _spent(root, root)}
    while entity is not None:
        most, slowest = _DOMINANT * path[entity], None
        for each in _below(trace, entity):
            # most are too short whatever part of them counts, which takes longer to say
            if each.end is None or each.end - each.start < most - _IMPRECISION:
                continue
            seconds = _spent(root, each)
            if seconds > most and each not in path:
                most, slowest = seconds, each
        if slowest is not None:
            path[slowest] = most
        entity = slowest
    return {entity: round(seconds / response_time, 3) for entity, seconds in path.items()}


class _Tree:
    """Everything in a trace, each entity once, callers before what they called."""

    def __init__(self, trace: Trace) -> None:
        self.entities: list[Entity] = []
        self.parents: list[int] = []
        called = {segment for segments in trace.downstream.values() for segment in segments}
        seen: set[Entity] = set()
        entries = [top for top in trace.segments if top not in called]
        # the second round is for segments that claim each other as caller
        for top in (*entries, *trace.segments):
            pending = [(top, -1)]
            while pending:
                entity, parent = pending.pop()
                if entity in seen:
                    continue
                seen.add(entity)
                self.entities.append(entity)
                self.parents.append(parent)
                here = len(self.entities) - 1
                pending += [(below, here) for below in reversed(_below(trace, entity))]

    def paths_to_last(self, marked: Sequence[bool]) -> Iterator[list[Entity]]:
        """Give the path to each marked entity that has no marked one below."""
        has_marked_below = [False] * len(self.entities)
        for at in range(len(self.entities) - 1, -1, -1):
            if self.parents[at] >= 0 and (marked[at] or has_marked_below[at]):
                has_marked_below[self.parents[at]] = True
        last = [at for at, mark in enumerate(marked) if mark and not has_marked_below[at]]
        for at in last[:MOST_ROOT_CAUSES]:
            path = []
            while at >= 0:
                path.append(self.entities[at])
                at = self.parents[at]  # noqa: PLW2901  # climbing
            yield path[::-1]


class _Exceptions:
    """The exceptions of a trace; a cause may be the id of one that was recorded elsewhere."""

    def __init__(self, entities: Iterable[Entity]) -> None:
        self._by_id: dict[str, dict[str, Any]] = {}
        for entity in entities:
            cause = entity.fields.get("cause")
            if isinstance(cause, dict):
                self._by_id.update((exception["id"], exception) for exception in cause.get("exceptions", ()))

    def of(self, entity: Entity) -> tuple[RootCauseException, ...]:
        """Return what was thrown at the entity."""
        cause = entity.fields.get("cause")
        if isinstance(cause, str):
            recorded = [self._by_id[cause]] if cause in self._by_id else []
        else:
            recorded = (cause or {}).get("exceptions", [])
        return tuple(RootCauseException(each.get("type", ""), each.get("message", "")) for each in recorded)


@dataclass(slots=True)
class _Stretch:
    """The part of a path inside one service."""

    segment: AnyEntity
    entities: list[RootCauseEntity]


@overload
def _below(trace: Trace, entity: Entity) -> Sequence[Entity]: ...
@overload
def _below(trace: AnyTrace, entity: AnyEntity) -> Sequence[AnyEntity]: ...
def _below(trace: AnyTrace, entity: AnyEntity) -> Sequence[AnyEntity]:
    called = trace.downstream.get(entity.id)
    return [*called, *entity.children] if called else entity.children


def _spent(root: AnyEntity, entity: AnyEntity) -> float:
    """Return the seconds of the root's response time during which the entity was at work."""
    if entity.end is None or root.end is None:
        return 0.0
    return seconds_between(max(entity.start, root.start), min(entity.end, root.end))


def _services(
    trace: AnyTrace,
    path: Sequence[AnyEntity],
    account: str,
    exceptions: _Exceptions | None = None,
    *,
    coverage: Mapping[AnyEntity, float] | None = None,
) -> tuple[RootCauseService, ...]:
    stretches: list[_Stretch] = []
    for at, entity in enumerate(path):
        if not stretches or entity.id in trace.nodes:
            stretches.append(_Stretch(entity, []))
        # the inferred other side carries the same cause: it is told once, there
        told_below = at + 1 < len(path) and path[at + 1].inferred
        stretches[-1].entities.append(
            RootCauseEntity(
                entity.name,
                remote=entity.is_remote,
                coverage=coverage[entity] if coverage else None,
                exceptions=exceptions.of(entity)
                if exceptions and isinstance(entity, Entity) and not told_below
                else (),
            )
        )
    return tuple(_service(trace, stretch, account) for stretch in stretches)


def _service(trace: AnyTrace, stretch: _Stretch, account: str) -> RootCauseService:
    node, inferred = trace.nodes[stretch.segment.id], stretch.segment.inferred
    return RootCauseService(
        node.name,
        type=node.type,
        names=(node.name,),
        account_id=node.account_id or ("" if inferred else account),
        inferred=inferred,
        entity_path=tuple(stretch.entities),
    )
