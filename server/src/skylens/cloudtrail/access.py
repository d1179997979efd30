"""What each operation of CloudTrail needs, and how the audit trail files it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.cloudtrail.trail_name import TrailName, is_arn
from skylens.registry import Access, declare_access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from skylens.caller import Caller
    from skylens.registry import Input


def _trail(member: str) -> Callable[[Caller, Input], Iterable[str]]:
    """Return the trail that a request names; a short name is one of this region."""

    def resources(caller: Caller, request: Input) -> Iterable[str]:
        given = str(request.get(member, ""))
        return [given if is_arn(given) else TrailName(caller.region, caller.account, given).arn]

    return resources


def _also(caller: Caller, request: Input) -> Iterable[tuple[str, str]]:
    """Name what a trail's settings need besides: to tag it, and to hand its role on."""
    if request.get("TagsList"):
        yield "cloudtrail:AddTags", TrailName(caller.region, caller.account, request["Name"]).arn
    if request.get("CloudWatchLogsRoleArn"):
        yield "iam:PassRole", request["CloudWatchLogsRoleArn"]


_named = _trail("Name")
_selected = _trail("TrailName")

ACCESS: Final = {
    "LookupEvents": Access(read_only=True),
    "CreateTrail": Access(resources=_named, also=_also),
    "UpdateTrail": Access(resources=_named, also=_also),
    "DeleteTrail": Access(resources=_named),
    "GetTrail": Access(read_only=True, resources=_named),
    "DescribeTrails": Access(read_only=True),
    "ListTrails": Access(read_only=True),
    "StartLogging": Access(resources=_named),
    "StopLogging": Access(resources=_named),
    "GetTrailStatus": Access(read_only=True, resources=_named),
    "PutEventSelectors": Access(resources=_selected),
    "GetEventSelectors": Access(read_only=True, resources=_selected),
    "AddTags": Access(resources=lambda _, request: [request["ResourceId"]]),
    "RemoveTags": Access(resources=lambda _, request: [request["ResourceId"]]),
    "ListTags": Access(read_only=True, resources=lambda _, request: request["ResourceIdList"]),
    "ListPublicKeys": Access(read_only=True),
}

declare_access("cloudtrail", ACCESS)
