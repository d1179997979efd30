"""What each operation of X-Ray needs, and how the audit trail files it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsx-ray.html
https://docs.aws.amazon.com/xray/latest/devguide/xray-api-cloudtrail.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeAlias

from skylens.registry import Access, Need, declare_access
from skylens.xray import groups
from skylens.xray.arn import group_arn, rule_arn
from skylens.xray.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from skylens.caller import Caller
    from skylens.registry import Input
    from skylens.store.control import Control

Resources: TypeAlias = "Callable[[Caller, Input], Iterable[str]]"

_TRACE: Final = "AWS::XRay::Trace"
_TAG: Final = "xray:TagResource"
_SOME_GROUP: Final = "*"  # what stands for the unique id of a group that is not there


def _new_group(caller: Caller, request: Input) -> Iterable[str]:
    return [group_arn(caller, request["GroupName"], _SOME_GROUP)]


def _on_group(action: str) -> Callable[[Control, Caller, Input], Iterable[Need]]:
    """Return what an operation needs on the group that a request names; by its name it is found in the store."""

    def needs(control: Control, caller: Caller, request: Input) -> Iterable[Need]:
        name, arn = request.get("GroupName"), request.get("GroupARN")
        if arn is None and name is not None:
            try:
                arn = groups.find(control, caller, name=name).arn
            except InvalidRequest:
                arn = group_arn(caller, name, _SOME_GROUP)
        return [Need(action, arn or "*")]

    return needs


def _rule_in(member: str) -> Resources:
    """Return the sampling rule that a member of a request names."""

    def resources(caller: Caller, request: Input) -> Iterable[str]:
        return _rule(caller, request.get(member, {}))

    return resources


def _rule(caller: Caller, named: Input) -> Iterable[str]:
    if arn := named.get("RuleARN"):
        return [arn]
    return [rule_arn(caller, named["RuleName"])] if named.get("RuleName") else []


def _tagged(caller: Caller, request: Input) -> Iterable[str]:  # noqa: ARG001  # as every row's
    return [request["ResourceARN"]]


def _tags(caller: Caller, request: Input) -> Mapping[str, str | Sequence[str]]:  # noqa: ARG001
    given = {tag["Key"]: tag["Value"] for tag in request.get("Tags", ())}
    keys = [*given, *request.get("TagKeys", ())]
    return {
        **{f"aws:RequestTag/{key}": value for key, value in given.items()},
        **({"aws:TagKeys": keys} if keys else {}),
    }


def _tagging(resources: Resources) -> Callable[[Caller, Input], Iterable[tuple[str, str]]]:
    """Return what making something needs besides where the request gives it tags."""

    def also(caller: Caller, request: Input) -> Iterable[tuple[str, str]]:
        return [(_TAG, resource) for resource in resources(caller, request)] if request.get("Tags") else []

    return also


_NEW_RULE: Final = _rule_in("SamplingRule")

ACCESS: Final = {
    "PutTraceSegments": Access(data_resource=_TRACE),
    "PutTelemetryRecords": Access(data_resource=_TRACE),
    "BatchGetTraces": Access(read_only=True, data_resource=_TRACE),
    "GetTraceSummaries": Access(read_only=True, data_resource=_TRACE),
    "GetTraceGraph": Access(read_only=True, data_resource=_TRACE),
    "GetServiceGraph": Access(read_only=True, data_resource=_TRACE),
    "GetTimeSeriesServiceStatistics": Access(read_only=True, data_resource=_TRACE),
    "GetSamplingTargets": Access(read_only=True, data_resource=_TRACE),
    "GetEncryptionConfig": Access(read_only=True),
    "PutEncryptionConfig": Access(),
    "DeleteResourcePolicy": Access(),
    "ListResourcePolicies": Access(read_only=True),
    "PutResourcePolicy": Access(),
    "GetSamplingRules": Access(read_only=True),
    "GetSamplingStatisticSummaries": Access(read_only=True),
    "CreateSamplingRule": Access(resources=_NEW_RULE, also=_tagging(_NEW_RULE), conditions=_tags),
    "UpdateSamplingRule": Access(resources=_rule_in("SamplingRuleUpdate")),
    "DeleteSamplingRule": Access(resources=_rule),
    "GetGroup": Access(read_only=True, needs=_on_group("xray:GetGroup")),
    "GetGroups": Access(read_only=True),
    "CreateGroup": Access(resources=_new_group, also=_tagging(_new_group), conditions=_tags),
    "UpdateGroup": Access(needs=_on_group("xray:UpdateGroup")),
    "DeleteGroup": Access(needs=_on_group("xray:DeleteGroup")),
    "TagResource": Access(resources=_tagged, conditions=_tags),
    "UntagResource": Access(resources=_tagged, conditions=_tags),
    "ListTagsForResource": Access(read_only=True, resources=_tagged),
}
declare_access("xray", ACCESS)
