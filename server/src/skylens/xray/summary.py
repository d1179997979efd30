"""Summary: what GetTraceSummaries tells of a trace, and the facts that a filter expression asks about."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain
from typing import Any, Final, TypeAlias

from skylens.wire.document import Written
from skylens.xray.annotation import AnnotationValue, is_indexed
from skylens.xray.filter_expression.facts import Edge, Http, RootCause, TraceFacts, Visit, Work
from skylens.xray.node import Node
from skylens.xray.root_cause import (
    Failure,
    failure_root_causes,
    response_time_path,
    response_time_root_causes,
)
from skylens.xray.segment import NO_PLACES, Places, http_status, places
from skylens.xray.trace import Entity, EntityId, Trace, seconds_between
from skylens.xray.usual_trace import AnyEntity, AnyTrace, UsualTrace

ServiceIds: TypeAlias = Mapping[EntityId, list[dict[str, Any]]]  # of top-level entities, each in a list by itself

_NO_HTTP: Final = Http()
_MILLISECONDS: Final = 3


def summarize(trace: AnyTrace, shown: "ShownNodes") -> dict[str, Any]:
    """Return the TraceSummary; those of one page share what is ``shown``.

    https://docs.aws.amazon.com/xray/latest/api/API_TraceSummary.html
    """
    account = shown.account
    service_ids, all_service_ids = shown.of(trace)
    annotations, users = _told(trace, service_ids)
    arns, instances, zones = _all_places(trace)
    summary: dict[str, Any] = {
        "Id": trace.id,
        "StartTime": datetime.fromtimestamp(trace.start, UTC),
        "Duration": round(trace.duration, _MILLISECONDS),
        "HasFault": trace.root.fault,
        "HasError": trace.root.error,
        "HasThrottle": trace.has_throttle,
        "IsPartial": trace.is_partial,
        "Http": _http_document(trace.root),
        "Annotations": annotations,
        "Users": users,
        "ServiceIds": all_service_ids,
        "ResourceARNs": [{"ARN": arn} for arn in arns],
        "InstanceIds": [{"Id": instance} for instance in instances],
        "AvailabilityZones": [{"Name": zone} for zone in zones],
        "EntryPoint": service_ids[trace.root.id][0],
        "FaultRootCauses": _failure_documents(trace, "fault", account),
        "ErrorRootCauses": _failure_documents(trace, "error", account),
        "ResponseTimeRootCauses": _time_documents(trace, account),
        "Revision": trace.revision,
    }
    if trace.response_time is not None:
        summary["ResponseTime"] = round(trace.response_time, _MILLISECONDS)
    return summary


def facts(trace: Trace, account: str, *, with_root_causes: bool = True) -> TraceFacts:
    """Return all that a filter expression can ask about the trace; root causes may be left out where none does."""
    visits = tuple(_visit(trace, top) for top in trace.segments)
    works = {top.id: visit.work for top, visit in zip(trace.segments, visits, strict=True)}
    told = TraceFacts(
        account=account,
        visits=visits,
        duration=trace.duration,
        partial=trace.is_partial,
        edges=tuple(_edges(trace, works)),
        annotations=_annotation_values(trace),
    )
    if not with_root_causes:
        return told
    return replace(
        told,
        fault_root_causes=failure_root_causes(trace, "fault", account),
        error_root_causes=failure_root_causes(trace, "error", account),
        response_time_root_causes=response_time_root_causes(trace, account),
    )


def service_id(node: Node, account: str = "") -> dict[str, Any]:
    """Return a node as AWS's ServiceId; ``account`` stands in where the node does not tell its own.

    >>> service_id(Node("checkout", "AWS::ECS::Container"), "000000000000")
    {'Name': 'checkout', 'Names': ['checkout'], 'Type': 'AWS::ECS::Container', 'AccountId': '000000000000'}
    >>> service_id(Node("worker"))
    {'Name': 'worker', 'Names': ['worker']}
    """
    shown: dict[str, Any] = {"Name": node.name, "Names": [node.name]}
    if node.type:
        shown["Type"] = node.type
    if node.account_id or account:
        shown["AccountId"] = node.account_id or account
    return shown


def http_of(entity: Entity) -> Http:
    """Return the ``http`` block of a segment or call."""
    http = entity.fields.get("http")
    if http is None:
        return _NO_HTTP
    request, response = http.get("request", {}), http.get("response", {})
    return Http(
        request.get("url", ""),
        request.get("method", ""),
        http_status(response.get("status")) or None,
        request.get("user_agent", ""),
        request.get("client_ip", ""),
    )


def _http_document(root: AnyEntity) -> dict[str, Any]:
    http = http_of(root) if isinstance(root, Entity) else root.http
    shown = {
        "HttpURL": http.url,
        "HttpStatus": http.status,
        "HttpMethod": http.method,
        "UserAgent": http.user_agent,
        "ClientIp": http.client_ip,
    }
    return {key: value for key, value in shown.items() if value}


def _all_places(trace: AnyTrace) -> Places:
    """Return the distinct ARNs, instances and zones of the segments."""
    if isinstance(trace, UsualTrace):
        return _united_places([top.places for top in trace.reported])
    return _united_places([_places(top) for top in trace.segments if not top.inferred])


def _places(top: Entity) -> Places:
    if top.is_subsegment or not ("aws" in top.fields or "resource_arn" in top.fields):
        return NO_PLACES
    return places(top.fields.get("aws"), top.fields.get("resource_arn"))


def _united_places(found: Iterable[Places]) -> Places:
    arns, instances, zones = (list(dict.fromkeys(chain.from_iterable(each))) for each in zip(*found, strict=True))
    return arns, instances, zones


class ShownNodes:
    """The ServiceIds of a page of summaries. Equal ones are one list, which is then written once for the whole page.

    ``account`` is that of the reported nodes which do not tell their own.
    """

    def __init__(self, account: str) -> None:
        self.account = account
        self._alone: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
        self._together: dict[tuple[int, ...], list[dict[str, Any]]] = {}

    def of(self, trace: AnyTrace) -> tuple[ServiceIds, list[dict[str, Any]]]:
        """Return the ServiceId of every top-level entity, in a list by itself, and all of the trace's."""
        found = {}
        for top in trace.segments:
            node = trace.nodes[top.id]
            # an inferred one is in nobody's account unless its call tells
            key = (node.name, node.type, node.account_id or ("" if top.inferred else self.account))
            shown = self._alone.get(key)
            if shown is None:
                shown = self._alone[key] = [service_id(Node(*key))]
            found[top.id] = shown
        distinct = {id(each): each for each in found.values()}
        key_together = tuple(distinct)
        together = self._together.get(key_together)
        if together is None:
            together = self._together[key_together] = [each for (each,) in distinct.values()]
        return found, together


def _told(trace: AnyTrace, service_ids: ServiceIds) -> tuple[dict[str, list[dict[str, Any]]], list[dict[str, Any]]]:
    """Return the annotations and the users that the trace's own entities tell, with the segments that tell each."""
    annotations: dict[str, dict[tuple[bool, AnnotationValue], dict[str, Any]]] = {}
    users: dict[str, dict[str, Any]] = {}
    for top in trace.segments:
        if top.inferred:
            continue
        services = service_ids[top.id]
        for entity in top.walk():
            if entity.annotations:
                _tell_annotations(entity.annotations, services, annotations)
            if entity.user:
                told = users.setdefault(entity.user, {"UserName": entity.user, "ServiceIds": services})
                told["ServiceIds"] = _united(told["ServiceIds"], services)
    return Written((key, list(values.values())) for key, values in annotations.items()), list(users.values())


def _tell_annotations(
    annotations: Mapping[str, AnnotationValue],
    services: list[dict[str, Any]],
    found: dict[str, dict[tuple[bool, AnnotationValue], dict[str, Any]]],
) -> None:
    for key, value in annotations.items():
        if not is_indexed(key, value):
            continue
        values = found.get(key)
        if values is None:
            values = found[key] = {}
        # True is no 1 here: the kind belongs to the value
        kind = (value is True or value is False, value)
        if kind in values:
            values[kind]["ServiceIds"] = _united(values[kind]["ServiceIds"], services)
        else:
            values[kind] = {"AnnotationValue": _annotation_value(value), "ServiceIds": services}


def _united(some: list[dict[str, Any]], one: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return some if any(each is one[0] for each in some) else some + one


def _annotation_value(value: AnnotationValue) -> dict[str, Any]:
    kind = type(value)
    if kind is str:
        return {"StringValue": value}
    return {"BooleanValue": value} if kind is bool else {"NumberValue": float(value)}


def _annotation_values(trace: Trace) -> dict[str, tuple[AnnotationValue, ...]]:
    found: dict[str, dict[tuple[bool, AnnotationValue], None]] = {}
    for top in trace.segments:
        for entity in top.walk():
            for key, value in entity.annotations.items():
                if is_indexed(key, value):
                    found.setdefault(key, {})[isinstance(value, bool), value] = None
    return {key: tuple(value for _, value in values) for key, values in found.items()}


def _failure_documents(trace: AnyTrace, failure: Failure, account: str) -> list[dict[str, Any]]:
    if isinstance(trace, UsualTrace):  # in which nothing has failed
        return []
    return [_failure_document(cause) for cause in failure_root_causes(trace, failure, account)]


def _failure_document(cause: RootCause) -> dict[str, Any]:
    services = []
    for service in cause.services:
        path = [
            {
                "Name": entity.name,
                "Exceptions": [{"Name": each.name, "Message": each.message} for each in entity.exceptions],
                "Remote": entity.remote,
            }
            for entity in service.entity_path
        ]
        node = Node(service.name, service.type, service.account_id)
        services.append(_cause_service(node, path, inferred=service.inferred))
    return Written(Services=services, ClientImpacting=cause.client_impacting)


def _time_documents(trace: AnyTrace, account: str) -> list[dict[str, Any]]:
    """Return the one response time root cause, if there is one: what ``response_time_root_causes`` says, in a third of the time."""
    services: list[dict[str, Any]] = []
    path: list[dict[str, Any]] = []
    for entity, coverage in response_time_path(trace).items():
        node = trace.nodes.get(entity.id)
        if node is not None:
            path = []
            services.append(_cause_service(node, path, inferred=entity.inferred, account=account))
        path.append({"Name": entity.name, "Coverage": coverage, "Remote": entity.is_remote})
    return [Written(Services=services, ClientImpacting=True)] if services else []


def _cause_service(node: Node, path: list[dict[str, Any]], *, inferred: bool, account: str = "") -> dict[str, Any]:
    """Return a service of a root cause; ``account`` is that of reported nodes which do not tell their own."""
    # Type is never left out here: Grafana's data source dereferences it
    shown: dict[str, Any] = {
        "Name": node.name,
        "Names": [node.name],
        "Type": node.type,
        "EntityPath": path,
        "Inferred": inferred,
    }
    owner = node.account_id or ("" if inferred else account)
    if owner:
        shown["AccountId"] = owner
    return shown


def _visit(trace: Trace, top: Entity) -> Visit:
    work = _call_work(top) if top.inferred else _own_work(top)
    return Visit(trace.nodes[top.id], work, inferred=top.inferred, root=top is trace.root)


def _own_work(top: Entity) -> Work:
    partial, last = False, top.last
    users: dict[str, None] = {}
    for entity in top.walk():
        partial = partial or entity.end is None
        last = max(last, entity.last)
        if entity.user:
            users[entity.user] = None
    arns, instances, zones = _places(top)
    return Work(
        fault=top.fault,
        error=top.error,
        throttle=top.throttle,
        in_progress=top.end is None,
        partial=partial,
        response_time=None if top.end is None else seconds_between(top.start, top.end),
        duration=None if top.end is None else seconds_between(top.start, last),
        http=http_of(top),
        users=tuple(users),
        availability_zones=tuple(zones),
        instance_ids=tuple(instances),
        resource_arns=tuple(arns),
    )


def _call_work(call: Entity) -> Work:
    """Return a call as its caller tells it: it lasts as long as the answer took."""
    response_time = None if call.end is None else seconds_between(call.start, call.end)
    return Work(
        fault=call.fault,
        error=call.error,
        throttle=call.throttle,
        in_progress=call.end is None,
        partial=call.end is None,
        response_time=response_time,
        duration=response_time,
        http=http_of(call),
    )


def _edges(trace: Trace, works: Mapping[EntityId, Work]) -> Iterable[Edge]:
    for top in trace.segments:
        for call in top.walk():
            for callee in trace.downstream.get(call.id, ()):
                # An inferred callee is told as the call is. Lambda names a segment as parent: there is no call to look
                # at, and the callee's own record tells all.
                told_by_callee = callee.inferred or not call.is_subsegment
                work = works[callee.id] if told_by_callee else _call_work(call)
                yield Edge(trace.nodes[top.id], trace.nodes[callee.id], work, inferred=callee.inferred)
