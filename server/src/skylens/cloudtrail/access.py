"""What each operation of CloudTrail needs, and how the audit trail files it.

https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtrail.html
https://docs.aws.amazon.com/service-authorization/latest/reference/list_awscloudtraildata.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.cloudtrail.ingestion import channels
from skylens.cloudtrail.lake import event_data_stores, queries
from skylens.cloudtrail.trail_name import TrailName, is_arn
from skylens.registry import Access, Need, declare_access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from skylens.caller import Caller
    from skylens.registry import Input
    from skylens.store.control import Control


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


def _store(caller: Caller, request: Input) -> Iterable[str]:
    """Return the event data store that a request names by id or ARN."""
    return [event_data_stores.composed_arn(caller, str(request["EventDataStore"]))]


def _new_store(caller: Caller, _: Input) -> Iterable[str]:
    return [event_data_stores.arn_of(caller.region, caller.account, "*")]


def _tagged_store(caller: Caller, request: Input) -> Iterable[tuple[str, str]]:
    if request.get("TagsList"):
        yield "cloudtrail:AddTags", event_data_stores.arn_of(caller.region, caller.account, "*")


def _channel(caller: Caller, request: Input) -> Iterable[str]:
    """Return the channel that a request names by id or ARN."""
    return [channels.composed_arn(caller, str(request["Channel"]))]


def _new_channel(caller: Caller, _: Input) -> Iterable[str]:
    return [channels.arn_of(caller.region, caller.account, "*")]


def _tagged_channel(caller: Caller, request: Input) -> Iterable[tuple[str, str]]:
    if request.get("Tags"):
        yield "cloudtrail:AddTags", channels.arn_of(caller.region, caller.account, "*")


def _destination(caller: Caller, request: Input) -> Iterable[str]:
    """Return the event data stores that a new import fills."""
    return [event_data_stores.composed_arn(caller, str(given)) for given in request.get("Destinations", ())]


def _read_as(_: Caller, request: Input) -> Iterable[tuple[str, str]]:
    """Name the role that an import is handed."""
    if source := request.get("ImportSource"):
        yield "iam:PassRole", source["S3"]["S3BucketAccessRoleArn"]


def _external_id(_: Caller, request: Input) -> Mapping[str, str]:
    return {"cloudtrail:ExternalId": request["externalId"]} if request.get("externalId") else {}


def _queried(caller: Caller, request: Input) -> Iterable[str]:
    """Return every event data store that a statement names: each must be allowed."""
    owner = str(request.get("EventDataStoreOwnerAccountId", ""))
    return queries.named_arns(caller, str(request.get("QueryStatement", "")), owner).values()


def _of_query(operation: str) -> Access:
    """Return what a call about a query needs: to be allowed that with every store that the query reads."""

    def needs(control: Control, caller: Caller, request: Input) -> Iterable[Need]:
        action = f"cloudtrail:{operation}"
        with control.read() as connection:
            arns = queries.stores_of(connection, caller, str(request.get("QueryId", "")))
        return [Need(action, arn) for arn in arns] or [Need(action)]

    return Access(read_only=operation != "CancelQuery", needs=needs)


def _selected_for_insights(caller: Caller, request: Input) -> Iterable[str]:
    """Return the trail or the event data store whose Insights a request is about, and the store that keeps them."""
    if "TrailName" in request:
        yield from _selected(caller, request)
    if "EventDataStore" in request:
        yield from _store(caller, request)
    if "InsightsDestination" in request:
        yield event_data_stores.composed_arn(caller, str(request["InsightsDestination"]))


def _needs_of_metrics(_: Control, caller: Caller, request: Input) -> Iterable[Need]:
    """Name what the rates need, which have no action of their own."""
    yield Need("cloudtrail:LookupEvents")
    if "TrailName" in request:
        for arn in _selected(caller, request):
            yield Need("cloudtrail:ListInsightsData", arn)


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
    "PutInsightSelectors": Access(resources=_selected_for_insights),
    "GetInsightSelectors": Access(read_only=True, resources=_selected_for_insights),
    "ListInsightsData": Access(read_only=True, resources=_trail("InsightSource")),
    "ListInsightsMetricData": Access(read_only=True, needs=_needs_of_metrics),
    "AddTags": Access(resources=lambda _, request: [request["ResourceId"]]),
    "RemoveTags": Access(resources=lambda _, request: [request["ResourceId"]]),
    "ListTags": Access(read_only=True, resources=lambda _, request: request["ResourceIdList"]),
    "ListPublicKeys": Access(read_only=True),
    "CreateEventDataStore": Access(resources=_new_store, also=_tagged_store),
    "GetEventDataStore": Access(read_only=True, resources=_store),
    "ListEventDataStores": Access(read_only=True),
    "UpdateEventDataStore": Access(resources=_store),
    "DeleteEventDataStore": Access(resources=_store),
    "RestoreEventDataStore": Access(resources=_store),
    "StartEventDataStoreIngestion": Access(resources=_store),
    "StopEventDataStoreIngestion": Access(resources=_store),
    "StartQuery": Access(read_only=True, resources=_queried),
    "DescribeQuery": _of_query("DescribeQuery"),
    "GetQueryResults": _of_query("GetQueryResults"),
    "CancelQuery": _of_query("CancelQuery"),
    "ListQueries": Access(read_only=True, resources=_store),
    "CreateChannel": Access(resources=_new_channel, also=_tagged_channel),
    "GetChannel": Access(read_only=True, resources=_channel),
    "UpdateChannel": Access(resources=_channel),
    "DeleteChannel": Access(resources=_channel),
    "ListChannels": Access(read_only=True),
    "PutResourcePolicy": Access(resources=lambda _, request: [request["ResourceArn"]]),
    "GetResourcePolicy": Access(read_only=True, resources=lambda _, request: [request["ResourceArn"]]),
    "StartImport": Access(resources=_destination, also=_read_as),
    "StopImport": Access(),
    "GetImport": Access(read_only=True),
    "ListImports": Access(read_only=True),
    "ListImportFailures": Access(read_only=True),
    "DeleteResourcePolicy": Access(resources=lambda _, request: [request["ResourceArn"]]),
}
DATA_ACCESS: Final = {
    "PutAuditEvents": Access(
        resources=lambda _, request: [request["channelArn"]],
        conditions=_external_id,
        data_resource="AWS::CloudTrail::Channel",
    ),
}

declare_access("cloudtrail", ACCESS)
declare_access("cloudtrail-data", DATA_ACCESS)
