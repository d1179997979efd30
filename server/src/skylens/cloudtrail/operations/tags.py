"""Tags of CloudTrail's resources."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from skylens.cloudtrail import page, resource_tags, trails
from skylens.cloudtrail.ingestion import channels
from skylens.cloudtrail.lake import event_data_stores
from skylens.cloudtrail.lake.lake_errors import StoreInactive
from skylens.cloudtrail.trail_errors import InvalidTrailArn, NotTaggable, TaggedResourceMissing, TrailNotFound
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from sqlalchemy import Connection

    from skylens.caller import Caller

_ARN: Final = re.compile(r"arn:aws:cloudtrail:[a-z0-9-]+:[0-9]{12}:([a-z]+)/.+")


@operation("cloudtrail", "AddTags")
def add_tags(call: Call, request: Input) -> Output:
    """Give a resource tags.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_AddTags.html
    """
    tags = resource_tags.from_documents(request["TagsList"])
    with call.control.begin() as connection:
        _check_exists(connection, call.caller, request["ResourceId"], is_change=True)
        resource_tags.add(connection, request["ResourceId"], tags, most=call.limits.tags_per_resource)
    return {}


@operation("cloudtrail", "RemoveTags")
def remove_tags(call: Call, request: Input) -> Output:
    """Take tags from a resource.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RemoveTags.html
    """
    tags = resource_tags.from_documents(request["TagsList"])
    with call.control.begin() as connection:
        _check_exists(connection, call.caller, request["ResourceId"], is_change=True)
        resource_tags.remove(connection, request["ResourceId"], tags)
    return {}


@operation("cloudtrail", "ListTags")
def list_tags(call: Call, request: Input) -> Output:
    """Return the tags of up to twenty resources.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListTags.html
    """
    page.refuse_token(request)
    found = []
    with call.control.read() as connection:
        for resource in request["ResourceIdList"]:
            _check_exists(connection, call.caller, resource, is_change=False)
            tags = resource_tags.of(connection, resource)
            found.append({"ResourceId": resource, "TagsList": [{"Key": k, "Value": v} for k, v in tags.items()]})
    return {"ResourceTagList": found}


def _check_exists(connection: Connection, caller: Caller, resource: str, *, is_change: bool) -> None:
    found = _ARN.fullmatch(resource)
    if found is None:
        raise InvalidTrailArn(resource)
    if found[1] not in TAGGABLE:
        raise NotTaggable(f"Resources of type {found[1]!r} have no tags: {resource}")
    TAGGABLE[found[1]](connection, caller, resource, is_change)


def _check_trail(connection: Connection, caller: Caller, arn: str, is_change: bool) -> None:  # noqa: FBT001
    try:
        if is_change:
            trails.find_at_home(connection, caller, arn)
        else:
            trails.find(connection, caller, arn)
    except TrailNotFound as missing:
        raise TaggedResourceMissing(f"Resource not found: {arn}") from missing


def _check_store(connection: Connection, caller: Caller, arn: str, is_change: bool) -> None:  # noqa: FBT001
    store = event_data_stores.stored(connection, caller, arn.rpartition("/")[2])
    if store is None or store.arn != arn:
        raise TaggedResourceMissing(f"Resource not found: {arn}")
    if is_change and store.deleted_at is not None:
        raise StoreInactive(arn)


def _check_channel(connection: Connection, caller: Caller, arn: str, is_change: bool) -> None:  # noqa: ARG001, FBT001
    channel = channels.by_arn(connection, arn)
    if channel is None or (channel.account, channel.region) != (caller.account, caller.region):
        raise TaggedResourceMissing(f"Resource not found: {arn}")


# By the type in the ARN: the check that there is such a resource, which raises where there is none.
TAGGABLE: Final[Mapping[str, Callable[[Connection, Caller, str, bool], None]]] = {
    "trail": _check_trail,
    "eventdatastore": _check_store,
    "channel": _check_channel,
}
