"""The exact answer to whether an expression holds for a trace."""

import operator
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, TypeAlias, cast

from skylens.xray.filter_expression import ast
from skylens.xray.filter_expression.facts import (
    AnnotationValue,
    Edge,
    RootCause,
    RootCauseEntity,
    RootCauseException,
    RootCauseService,
    TraceFacts,
    Visit,
)
from skylens.xray.filter_expression.keywords import KEYWORDS, Keyword, Operator
from skylens.xray.filter_expression.root_cause_shape import matches
from skylens.xray.node import Node

# The node type of a trace's unseen caller; see TraceFacts.
CLIENT: Final = "client"

_COMPARISONS: Final[Mapping[Operator, Callable[[Any, Any], bool]]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "CONTAINS": operator.contains,
    "BEGINSWITH": str.startswith,
    "ENDSWITH": str.endswith,
}


@dataclass(frozen=True, slots=True)
class _Listed:
    """An element of a root cause and its place in its list."""

    element: RootCauseService | RootCauseEntity | RootCauseException
    index: int
    length: int

    @property
    def first(self) -> bool:
        return self.index == 0

    @property
    def last(self) -> bool:
        return self.index == self.length - 1

    @property
    def name(self) -> str:
        return self.element.name

    @property
    def type(self) -> str:
        return self.element.type if isinstance(self.element, RootCauseService) else ""

    @property
    def inferred(self) -> bool:
        return isinstance(self.element, RootCauseService) and self.element.inferred


_Subject: TypeAlias = TraceFacts | Visit | Edge | _Listed


def evaluate(expression: ast.Expression, facts: TraceFacts) -> bool:
    """Say whether the expression holds for the trace. Groups must have been substituted.

    https://docs.aws.amazon.com/xray/latest/devguide/xray-console-filters.html
    """
    return _holds(expression, facts)


def _holds(expression: ast.Expression, subject: _Subject) -> bool:
    match expression:
        case ast.Everything():
            return True
        case ast.Not(operand):
            return not _holds(operand, subject)
        case ast.And(operands):
            return all(_holds(operand, subject) for operand in operands)
        case ast.Or(operands):
            return any(_holds(operand, subject) for operand in operands)
        case ast.Is(name):
            return any(value is not False for value in _values(KEYWORDS[name], subject))
        case ast.Compare(name, comparison, wanted):
            return _compare(_values(KEYWORDS[name], subject), comparison, wanted)
        case _:
            return _holds_for_trace(expression, cast("TraceFacts", subject))  # the parser allows these nowhere else


def _holds_for_trace(expression: ast.Expression, facts: TraceFacts) -> bool:
    match expression:
        case ast.HasAnnotation(key):
            return any(value is not False for value in facts.annotations.get(key, ()))
        case ast.CompareAnnotation(key, comparison, wanted):
            return _compare(_of_same_type(facts.annotations.get(key, ()), wanted), comparison, wanted)
        case ast.Service(node, inside):
            return any(_holds(inside or _EVERYTHING, visit) for visit in visits_of(node, facts))
        case ast.Edge(caller, callee, inside):
            return any(_holds(inside or _EVERYTHING, edge) for edge in edges_between(caller, callee, facts))
        case ast.HasRootCause(cause, part, inside):
            elements = _elements(root_causes(facts, cause), part)
            return any(_holds(inside or _EVERYTHING, element) for element in elements)
        case ast.RootCauseLike(cause, shape):
            kinds = (cause,) if cause else ("fault", "error", "responsetime")
            return any(matches(shape, root_causes(facts, kind)) for kind in kinds)
        case _:
            raise ValueError(f"{expression} must be substituted before it is evaluated")


_EVERYTHING: Final = ast.Everything()


def visits_of(node: ast.NodeId | None, facts: TraceFacts) -> Iterator[Visit]:
    """Return the visits of the nodes that are meant; a node of type client is met through the root it called."""
    if node is not None and node.type == CLIENT:
        node = ast.NodeId(node.name, None, node.account_id)
        yield from (visit for visit in facts.visits if visit.root and _meant(node, visit, facts))
        return
    yield from (visit for visit in facts.visits if node is None or _meant(node, visit, facts))


def edges_between(caller: ast.NodeId, callee: ast.NodeId, facts: TraceFacts) -> Iterator[Edge]:
    """Return the calls from the one to the other; what a client calls is the root, which alone tells of the call."""
    if caller.type == CLIENT:
        for visit in visits_of(caller, facts):
            if _meant(callee, visit, facts):
                yield Edge(Node(visit.node.name, CLIENT), visit.node, visit.work)
        return
    for edge in facts.edges:
        account = "" if edge.inferred else facts.account
        if caller.matches(edge.caller, account=facts.account) and callee.matches(edge.callee, account=account):
            yield edge


def _meant(node: ast.NodeId, visit: Visit, facts: TraceFacts) -> bool:
    return node.matches(visit.node, account="" if visit.inferred else facts.account)


def root_causes(facts: TraceFacts, cause: str) -> Sequence[RootCause]:
    """Return the trace's root causes of a kind."""
    match cause:
        case "fault":
            return facts.fault_root_causes
        case "error":
            return facts.error_root_causes
        case _:
            return facts.response_time_root_causes


def _elements(causes: Iterable[RootCause], part: ast.Part) -> Iterator[_Listed]:
    for cause in causes:
        if part == "service":
            yield from _listed(cause.services)
            continue
        for service in cause.services:
            if part == "entity":
                yield from _listed(service.entity_path)
                continue
            for entity in service.entity_path:
                yield from _listed(entity.exceptions)


def _listed(elements: Sequence[RootCauseService | RootCauseEntity | RootCauseException]) -> Iterator[_Listed]:
    return (_Listed(element, index, len(elements)) for index, element in enumerate(elements))


def _values(keyword: Keyword, subject: _Subject) -> list[Any]:
    """Return what the keyword's value is: nothing when it is not told, several where there may be several."""
    if isinstance(subject, TraceFacts):
        return _values_of_trace(keyword, subject)
    if isinstance(subject, Visit) and keyword.name in {"name", "type"}:
        return _told([getattr(subject.node, keyword.name)])
    value = _getter(keyword.fact)(subject)
    return _told(value if keyword.many else [value])


def _values_of_trace(keyword: Keyword, facts: TraceFacts) -> list[Any]:
    match keyword.whose:
        case "root":
            return _values(keyword, facts.root)
        case "any":
            return [value for visit in facts.visits for value in _values(keyword, visit)]
        case _:
            own = {
                "partial": facts.partial,
                "inferred": any(v.inferred for v in facts.visits),
                "duration": facts.duration,
            }
            return _told([own[keyword.name]])


def _told(values: Iterable[Any]) -> list[Any]:
    return [
        _microseconds(value) if isinstance(value, float) else value
        for value in values
        if value is not None and value != ""
    ]


def _microseconds(seconds: float) -> float:
    """Return the number as the columns have it, so that SQL and Python compare alike."""
    return round(seconds * 1e6) / 1e6


@cache
def _getter(path: str) -> Callable[[object], Any]:
    return operator.attrgetter(path)


def _of_same_type(values: Iterable[AnnotationValue], wanted: ast.Value) -> list[AnnotationValue]:
    return [value for value in values if _type(value) is _type(wanted)]


def _type(value: AnnotationValue) -> type:
    return bool if isinstance(value, bool) else str if isinstance(value, str) else float


def _compare(values: Sequence[Any], comparison: Operator, wanted: ast.Value) -> bool:
    """Say whether any value compares so; for ``!=``: there are values, and none is the wanted one."""
    if comparison == "!=":
        return bool(values) and all(value != wanted for value in values)
    return any(_COMPARISONS[comparison](value, wanted) for value in values)
