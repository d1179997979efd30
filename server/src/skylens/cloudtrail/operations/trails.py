"""Trails: create, change, delete, read and list them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from skylens.cloudtrail import page, preflight, resource_tags, trail_deliveries, trail_sessions, trails
from skylens.cloudtrail.selector import selectors
from skylens.cloudtrail.trail_name import is_arn
from skylens.cloudtrail.trails import Trail
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from skylens.cloudtrail.trail_deliveries import Kind

# Members of the requests and the fields that they set.
_MEMBERS: Final = {
    "S3BucketName": "bucket",
    "S3KeyPrefix": "prefix",
    "SnsTopicName": "topic",
    "IncludeGlobalServiceEvents": "has_global_events",
    "IsMultiRegionTrail": "is_multi_region",
    "EnableLogFileValidation": "has_digests",
    "CloudWatchLogsLogGroupArn": "log_group_arn",
    "CloudWatchLogsRoleArn": "log_role_arn",
    "KmsKeyId": "kms_key_arn",
    "RecursiveLogging": "is_recursive",
}


@operation("cloudtrail", "CreateTrail")
def create_trail(call: Call, request: Input) -> Output:
    """Create a trail, which does not log before StartLogging.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateTrail.html
    """
    preflight.refuse_organization(request)
    caller = call.caller
    new = Trail(
        id=call.ids.uuid(),
        account=caller.account,
        region=caller.region,
        name=request["Name"],
        created_at=call.now,
        **_given(request),
    )
    preflight.check_syntax(new)
    tags = resource_tags.from_documents(request.get("TagsList", ()))
    with call.control.read() as connection:
        trails.check_room(connection, new, most=call.limits.trails)
    checked = preflight.check(call, new)
    new = checked.trail
    with call.control.begin() as connection:
        trails.create(connection, new, most=call.limits.trails)
        resource_tags.forget(connection, new.arn)
        resource_tags.add(connection, new.arn, tags, most=call.limits.tags_per_resource)
        _note(connection, call, new, checked.failures)
    return _settings(new)


@operation("cloudtrail", "UpdateTrail")
def update_trail(call: Call, request: Input) -> Output:
    """Change what a request names; an empty string takes away what a trail can do without.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateTrail.html
    """
    preflight.refuse_organization(request)
    with call.control.read() as connection:
        before = trails.find_at_home(connection, call.caller, request["Name"])
        others = trails.of_account(connection, call.caller.account)
    after = replace(before, **_given(request))
    preflight.check_syntax(after)
    if after.is_multi_region and not before.is_multi_region:
        trails.check_quota(after, others, most=call.limits.trails)
    checked = preflight.check(call, after, before)
    after = checked.trail
    with call.control.begin() as connection:
        trails.update(connection, before, after)
        _note(connection, call, after, checked.failures)
        if not after.log_group_arn:
            trail_sessions.end_logs(connection, after)
        elif not before.log_group_arn:
            trail_sessions.begin_logs(connection, after, call.now)
    return _settings(after)


@operation("cloudtrail", "DeleteTrail")
def delete_trail(call: Call, request: Input) -> Output:
    """Delete a trail. Its files stay, and what it logged until now is still delivered.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteTrail.html
    """
    with call.control.begin() as connection:
        trail = trails.find_at_home(connection, call.caller, request["Name"])
        trail_sessions.end(connection, trail, call.now)
        resource_tags.forget(connection, trail.arn)
        trails.update(connection, trail, replace(trail, is_logging=False, deleted_at=call.now))
    return {}


@operation("cloudtrail", "GetTrail")
def get_trail(call: Call, request: Input) -> Output:
    """Return one trail's settings.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetTrail.html
    """
    with call.control.read() as connection:
        return {"Trail": _document(trails.find(connection, call.caller, request["Name"]))}


@operation("cloudtrail", "DescribeTrails")
def describe_trails(call: Call, request: Input) -> Output:
    """Return the settings of the trails that are named, or of all that this region has; names of no trail are left out.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DescribeTrails.html
    """
    with call.control.read() as connection:
        found = trails.of_account(connection, call.caller.account)
    if request.get("trailNameList"):
        found = list(_matching(call, found, request["trailNameList"]))
    else:
        found = [trail for trail in found if trail.is_in(call.caller.region)]
    if not request.get("includeShadowTrails", True):
        found = [trail for trail in found if trail.region == call.caller.region]
    return {"trailList": [_document(trail) for trail in found]}


@operation("cloudtrail", "ListTrails")
def list_trails(call: Call, request: Input) -> Output:
    """Return the account's trails of all regions, each once.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTrails.html
    """
    page.refuse_token(request)
    with call.control.read() as connection:
        found = trails.of_account(connection, call.caller.account)
    return {
        "Trails": [{"TrailARN": trail.arn, "Name": trail.name, "HomeRegion": trail.region} for trail in found],
    }


def _given(request: Input) -> dict[str, Any]:
    return {name: request[member] for member, name in _MEMBERS.items() if member in request}


def _matching(call: Call, found: Iterable[Trail], names: Iterable[str]) -> Iterable[Trail]:
    wanted = {trails.composed_arn(call.caller, name): is_arn(name) for name in names}
    for trail in found:
        # A name means this region's trail, or the shadow of another's that is called so.
        by_name = trails.composed_arn(call.caller, trail.name)
        if trail.arn in wanted or (wanted.get(by_name) is False and trail.is_in(call.caller.region)):
            yield trail


def _note(connection: Connection, call: Call, trail: Trail, failures: Mapping[Kind, str]) -> None:
    for kind, error in failures.items():
        trail_deliveries.note_failure(connection, trail.id, kind, call.now, error=error)


def _settings(trail: Trail) -> dict[str, Any]:
    """Return what the answers of CreateTrail and UpdateTrail have; what is not set is left out."""
    return {
        "Name": trail.name,
        "S3BucketName": trail.bucket,
        "S3KeyPrefix": trail.prefix or None,
        "SnsTopicName": trail.topic or None,
        "SnsTopicARN": trail.topic_arn or None,
        "IncludeGlobalServiceEvents": trail.has_global_events,
        "IsMultiRegionTrail": trail.is_multi_region,
        "TrailARN": trail.arn,
        "LogFileValidationEnabled": trail.has_digests,
        "CloudWatchLogsLogGroupArn": trail.log_group_arn or None,
        "CloudWatchLogsRoleArn": trail.log_role_arn or None,
        "KmsKeyId": trail.kms_key_arn or None,
        "IsOrganizationTrail": False,
        "RecursiveLogging": trail.is_recursive,
    }


def _document(trail: Trail) -> dict[str, Any]:
    return {
        **_settings(trail),
        "HomeRegion": trail.region,
        "HasCustomEventSelectors": trail.selectors != selectors.DEFAULT,
        "HasInsightSelectors": bool(trail.insight_selectors),
    }
