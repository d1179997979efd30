"""Tags of groups and sampling rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.registry import Call, Input, Output, operation
from skylens.xray import groups, tags
from skylens.xray.arn import is_group_arn, rule_name
from skylens.xray.errors import InvalidRequest, ResourceNotFound
from skylens.xray.sampling import rules

if TYPE_CHECKING:
    from sqlalchemy import Connection


@operation("xray", "TagResource")
def tag_resource(call: Call, request: Input) -> Output:
    """Give a group or sampling rule tags.

    https://docs.aws.amazon.com/xray/latest/api/API_TagResource.html
    """
    resource, most = request["ResourceARN"], call.limits.tags_per_resource
    with call.control.begin() as connection:
        _check_exists(connection, call, resource)
        tags.add(connection, resource, tags.from_documents(request["Tags"]), most=most)
    return {}


@operation("xray", "UntagResource")
def untag_resource(call: Call, request: Input) -> Output:
    """Take tags from a group or sampling rule.

    https://docs.aws.amazon.com/xray/latest/api/API_UntagResource.html
    """
    with call.control.begin() as connection:
        _check_exists(connection, call, request["ResourceARN"])
        tags.remove(connection, request["ResourceARN"], request["TagKeys"])
    return {}


@operation("xray", "ListTagsForResource")
def list_tags_for_resource(call: Call, request: Input) -> Output:
    """Return all tags of a group or sampling rule in one page, by key.

    https://docs.aws.amazon.com/xray/latest/api/API_ListTagsForResource.html
    """
    if request.get("NextToken"):
        raise InvalidRequest(f"Invalid NextToken: {request['NextToken']}")
    with call.control.read() as connection:
        _check_exists(connection, call, request["ResourceARN"])
        found = tags.of(connection, request["ResourceARN"])
    return {"Tags": [{"Key": key, "Value": value} for key, value in found.items()]}


def _check_exists(connection: Connection, call: Call, resource: str) -> None:
    try:
        if is_group_arn(call.caller, resource):
            groups.stored(connection, call.caller, arn=resource)
        else:
            rules.find(connection, call.caller, rule_name(call.caller, resource))
    except InvalidRequest as missing:
        raise ResourceNotFound(resource) from missing
