"""Channels: create, read, change, list and delete them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from skylens.cloudtrail import resource_tags
from skylens.cloudtrail.ingestion import channels, resource_policies
from skylens.cloudtrail.ingestion.channels import Channel
from skylens.cloudtrail.ingestion.ingestion_errors import InvalidDestination, InvalidSource
from skylens.cloudtrail.lake import event_data_stores, list_token
from skylens.cloudtrail.lake.lake_errors import InvalidStoreCategory, StoreInactive
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

_CUSTOM: Final = "Custom"
_STORE: Final = "EVENT_DATA_STORE"
_PAGE: Final = 1000


@operation("cloudtrail", "CreateChannel")
def create_channel(call: Call, request: Input) -> Output:
    """Create a channel by which an application's events come into event data stores.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateChannel.html
    """
    if request["Source"] != _CUSTOM:
        raise InvalidSource(f"No partner sends events here; the source is {_CUSTOM}, not {request['Source']}")
    tags = resource_tags.from_documents(request.get("Tags", ()))
    with call.control.begin() as connection:
        channel = Channel(
            id=call.ids.uuid(),
            account=call.caller.account,
            region=call.caller.region,
            name=request["Name"],
            source=request["Source"],
            stores=_stores(connection, call, request["Destinations"]),
        )
        channels.create(connection, channel, most=call.limits.channels)
        resource_tags.add(connection, channel.arn, tags, most=call.limits.tags_per_resource)
    return {**_document(channel), "Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


@operation("cloudtrail", "GetChannel")
def get_channel(call: Call, request: Input) -> Output:
    """Return a channel's settings, and how the last events that were sent to it fared.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetChannel.html
    """
    with call.control.read() as connection:
        channel = channels.find(connection, call.caller, request["Channel"])
        last = channels.last_ingestion(connection, channel)
    answer = _document(channel)
    if last is not None:
        status = {
            "LatestIngestionSuccessTime": last.success_at,
            "LatestIngestionSuccessEventID": last.success_event,
            "LatestIngestionErrorCode": last.error,
            "LatestIngestionAttemptTime": last.attempt_at,
            "LatestIngestionAttemptEventID": last.attempt_event,
        }
        answer["IngestionStatus"] = {name: value for name, value in status.items() if value}
    return answer


@operation("cloudtrail", "UpdateChannel")
def update_channel(call: Call, request: Input) -> Output:
    """Change a channel's name, or where its events go from now on.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateChannel.html
    """
    with call.control.begin() as connection:
        channel = channels.find(connection, call.caller, request["Channel"])
        if "Destinations" in request:
            channel = replace(channel, stores=_stores(connection, call, request["Destinations"]))
        channel = replace(channel, name=request.get("Name", channel.name))
        channels.update(connection, channel)
    return _document(channel)


@operation("cloudtrail", "DeleteChannel")
def delete_channel(call: Call, request: Input) -> Output:
    """Delete a channel with its tags and its policy; the events that came by it stay where they are.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteChannel.html
    """
    with call.control.begin() as connection:
        channel = channels.find(connection, call.caller, request["Channel"])
        channels.delete(connection, channel)
        resource_tags.forget(connection, channel.arn)
        resource_policies.forget(connection, channel.arn)
    return {}


@operation("cloudtrail", "ListChannels")
def list_channels(call: Call, request: Input) -> Output:
    """Return the ARNs and names of the region's channels.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListChannels.html
    """
    question = f"channels {call.caller.account} {call.caller.region}"
    with call.control.read() as connection:
        found = channels.of_account(connection, call.caller.account, call.caller.region)
    if token := request.get("NextToken"):
        last = list_token.decode(token, question)
        found = [channel for channel in found if channel.name > last]
    most = request.get("MaxResults", _PAGE)
    answer: dict[str, Any] = {
        "Channels": [{"ChannelArn": channel.arn, "Name": channel.name} for channel in found[:most]]
    }
    if len(found) > most:
        answer["NextToken"] = list_token.encode(found[most - 1].name, question)
    return answer


def _stores(connection: Connection, call: Call, destinations: Sequence[Input]) -> tuple[str, ...]:
    """Return the ids of the event data stores, each of which must be there and take audit events."""
    found: list[str] = []
    for destination in destinations:
        if destination["Type"] != _STORE:
            raise InvalidDestination(f"A channel's destination is of type {_STORE}, not {destination['Type']}")
        store = event_data_stores.find_active(connection, call.caller, destination["Location"], call.now)
        if not store.takes_audit_events:
            raise InvalidStoreCategory(
                f"The event data store takes no events of category {event_data_stores.AUDIT_CATEGORY}: {store.arn}"
            )
        if store.status != "ENABLED":
            raise StoreInactive(store.arn)
        if store.id in found:
            raise InvalidDestination(f"The destination is given twice: {store.arn}")
        found.append(store.id)
    return tuple(found)


def _document(channel: Channel) -> dict[str, Any]:
    arns = [event_data_stores.arn_of(channel.region, channel.account, store) for store in channel.stores]
    return {
        "ChannelArn": channel.arn,
        "Name": channel.name,
        "Source": channel.source,
        "Destinations": [{"Type": _STORE, "Location": arn} for arn in arns],
    }
