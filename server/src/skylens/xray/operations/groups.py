"""Groups: create, change, delete, read and list them."""

from __future__ import annotations

from skylens.registry import Call, Input, Output, operation
from skylens.xray import groups, tags
from skylens.xray.arn import group_arn
from skylens.xray.errors import InvalidRequest
from skylens.xray.groups import UNIQUE_ID_LENGTH, Group, GroupChange


@operation("xray", "CreateGroup")
def create_group(call: Call, request: Input) -> Output:
    """Create a group.

    https://docs.aws.amazon.com/xray/latest/api/API_CreateGroup.html
    """
    name, insights = request["GroupName"], request.get("InsightsConfiguration", {})
    new = Group(
        name,
        group_arn(call.caller, name, call.ids.letters(UNIQUE_ID_LENGTH)),
        request.get("FilterExpression", ""),
        insights.get("InsightsEnabled", False),
        insights.get("NotificationsEnabled", False),
    )
    given = tags.from_documents(request.get("Tags", ()))
    with call.control.begin() as connection:
        group = groups.create(connection, call.caller, new, most=call.limits.groups, now=call.now)
        tags.give(connection, group.arn, given, most=call.limits.tags_per_resource)
    return {"Group": _document(group)}


@operation("xray", "UpdateGroup")
def update_group(call: Call, request: Input) -> Output:
    """Change a group's filter expression, its insights, or both.

    https://docs.aws.amazon.com/xray/latest/api/API_UpdateGroup.html
    """
    insights = request.get("InsightsConfiguration", {})
    change = GroupChange(
        request.get("FilterExpression"), insights.get("InsightsEnabled"), insights.get("NotificationsEnabled")
    )
    with call.control.begin() as connection:
        group = groups.stored(connection, call.caller, name=request.get("GroupName"), arn=request.get("GroupARN"))
        return {"Group": _document(groups.update(connection, call.caller, group, change, now=call.now))}


@operation("xray", "DeleteGroup")
def delete_group(call: Call, request: Input) -> Output:
    """Delete a group with its tags.

    https://docs.aws.amazon.com/xray/latest/api/API_DeleteGroup.html
    """
    with call.control.begin() as connection:
        group = groups.stored(connection, call.caller, name=request.get("GroupName"), arn=request.get("GroupARN"))
        groups.delete(connection, call.caller, group)
        tags.forget(connection, group.arn)
    return {}


@operation("xray", "GetGroup")
def get_group(call: Call, request: Input) -> Output:
    """Return one group.

    https://docs.aws.amazon.com/xray/latest/api/API_GetGroup.html
    """
    group = groups.find(call.control, call.caller, name=request.get("GroupName"), arn=request.get("GroupARN"))
    return {"Group": _document(group)}


@operation("xray", "GetGroups")
def get_groups(call: Call, request: Input) -> Output:
    """Return all groups in one page, Default first.

    https://docs.aws.amazon.com/xray/latest/api/API_GetGroups.html
    """
    if request.get("NextToken"):
        raise InvalidRequest(f"Invalid NextToken: {request['NextToken']}")
    return {"Groups": [_document(group) for group in groups.all(call.control, call.caller)]}


def _document(group: Group) -> Output:
    return {
        "GroupName": group.name,
        "GroupARN": group.arn,
        "FilterExpression": group.filter_expression or None,
        "InsightsConfiguration": {
            "InsightsEnabled": group.insights_enabled,
            "NotificationsEnabled": group.notifications_enabled,
        },
    }
