"""Event data stores: create, change, delete and restore them, and let them take events in or not."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

from skylens.cloudtrail import preflight, resource_tags
from skylens.cloudtrail.ingestion import channels, imports, resource_policies
from skylens.cloudtrail.insights import store_insights
from skylens.cloudtrail.lake import event_data_stores, list_token
from skylens.cloudtrail.lake.event_data_stores import EventDataStore
from skylens.cloudtrail.lake.lake_errors import (
    InvalidStoreCategory,
    InvalidStoreSettings,
    InvalidStoreStatus,
    StoreNotFound,
    StoreProtected,
    Unsupported,
)
from skylens.cloudtrail.selector import insight
from skylens.cloudtrail.selector.selectors import parse_advanced
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.cloudtrail.selector.selectors import Selectors

_FIXED: Final = "FIXED_RETENTION_PRICING"
_EXTENDABLE: Final = "EXTENDABLE_RETENTION_PRICING"
_LONGEST: Final = {_EXTENDABLE: 3653, _FIXED: 2557}
_DEFAULT_DAYS: Final = {_EXTENDABLE: 366, _FIXED: 2557}
_DEFAULT_SELECTORS: Final = (
    {"Name": "Default management events", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]},
)
# A store of any other would stay empty for ever here.
_KNOWN: Final = frozenset({"Management", "Data", "NetworkActivity", *event_data_stores.GIVEN_CATEGORIES})


@operation("cloudtrail", "CreateEventDataStore")
def create_event_data_store(call: Call, request: Input) -> Output:
    """Create a store, which takes events in from now on unless it is told not to.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_CreateEventDataStore.html
    """
    _refuse_unsupported(request)
    mode = request.get("BillingMode", _EXTENDABLE)
    store = EventDataStore(
        id=call.ids.uuid(),
        account=call.caller.account,
        region=call.caller.region,
        name=request["Name"],
        created_at=call.now,
        updated_at=call.now,
        selectors=_selectors(request.get("AdvancedEventSelectors") or _DEFAULT_SELECTORS),
        is_multi_region=request.get("MultiRegionEnabled", True),
        is_protected=request.get("TerminationProtectionEnabled", True),
        is_ingesting=request.get("StartIngestion", True),
        retention_days=request.get("RetentionPeriod", _DEFAULT_DAYS[mode]),
        billing_mode=mode,
    )
    _check_retention(store)
    if not store.is_ingesting:
        _refuse_given(store)
    tags = resource_tags.from_documents(request.get("TagsList", ()))
    with call.control.begin() as connection:
        event_data_stores.create(connection, store, most=call.limits.event_data_stores)
        resource_tags.add(connection, store.arn, tags, most=call.limits.tags_per_resource)
    shown = [{"Key": key, "Value": value} for key, value in tags.items()]
    return {**_document(store), "TagsList": shown}


@operation("cloudtrail", "GetEventDataStore")
def get_event_data_store(call: Call, request: Input) -> Output:
    """Return a store's settings; by its ARN that of another account, too, whose policy lets the caller.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventDataStore.html
    """
    given = request["EventDataStore"]
    arn = event_data_stores.composed_arn(call.caller, given)
    with call.control.read() as connection:
        store = event_data_stores.by_id(connection, given.rpartition("/")[2])
        if store is None or store.arn != arn or store.region != call.caller.region:
            store = event_data_stores.find(connection, call.caller, given, call.now)
    if event_data_stores.is_gone(store, call.now) or not resource_policies.is_reachable(
        call, "cloudtrail:GetEventDataStore", store.arn
    ):
        raise StoreNotFound(given)
    return _document(store)


@operation("cloudtrail", "ListEventDataStores")
def list_event_data_stores(call: Call, request: Input) -> Output:
    """Return the ARNs and names of the region's stores, those that wait to be deleted included.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_ListEventDataStores.html
    """
    question = f"stores {call.caller.account} {call.caller.region}"
    with call.control.read() as connection:
        found = event_data_stores.of_account(connection, call.caller.account, call.caller.region)
    found = [store for store in found if not event_data_stores.is_gone(store, call.now)]
    if token := request.get("NextToken"):
        last = list_token.decode(token, question)
        found = [store for store in found if store.name > last]
    most = request.get("MaxResults", 1000)
    answer: dict[str, Any] = {
        "EventDataStores": [{"EventDataStoreArn": store.arn, "Name": store.name} for store in found[:most]]
    }
    if len(found) > most:
        answer["NextToken"] = list_token.encode(found[most - 1].name, question)
    return answer


@operation("cloudtrail", "UpdateEventDataStore")
def update_event_data_store(call: Call, request: Input) -> Output:
    """Change what a request names. Selectors are for events from now on; a shorter retention deletes older ones.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_UpdateEventDataStore.html
    """
    _refuse_unsupported(request)
    with call.control.begin() as connection:
        before = event_data_stores.find_active(connection, call.caller, request["EventDataStore"], call.now)
        after = replace(before, **_given(request))
        _check_change(before, after)
        if wanted := store_insights.of_store(connection, before.id):
            insight.check(wanted.selectors, after.selectors, "event data store")
        after = event_data_stores.update(connection, before, after, call.now)
    return _document(after)


@operation("cloudtrail", "DeleteEventDataStore")
def delete_event_data_store(call: Call, request: Input) -> Output:
    """Let a store wait seven days, in which it can be restored, and then go.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteEventDataStore.html
    """
    with call.control.begin() as connection:
        store = event_data_stores.find_active(connection, call.caller, request["EventDataStore"], call.now)
        if store.is_protected:
            raise StoreProtected(store.arn)
        channels.refuse_filling(connection, store.id, store.arn)
        imports.refuse_filling(connection, store)
        event_data_stores.update(connection, store, replace(store, deleted_at=call.now), call.now)
    return {}


@operation("cloudtrail", "RestoreEventDataStore")
def restore_event_data_store(call: Call, request: Input) -> Output:
    """Bring a deleted store back as it was; what happened meanwhile is not in it.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_RestoreEventDataStore.html
    """
    with call.control.begin() as connection:
        store = event_data_stores.find(connection, call.caller, request["EventDataStore"], call.now)
        if store.deleted_at is None:
            raise InvalidStoreStatus(f"The event data store is {store.status}, not PENDING_DELETION: {store.arn}")
        store = event_data_stores.update(connection, store, replace(store, deleted_at=None), call.now)
    return _document(store)


@operation("cloudtrail", "StartEventDataStoreIngestion")
def start_event_data_store_ingestion(call: Call, request: Input) -> Output:
    """Let a store take events in again.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StartEventDataStoreIngestion.html
    """
    return _set_ingestion(call, request, is_ingesting=True)


@operation("cloudtrail", "StopEventDataStoreIngestion")
def stop_event_data_store_ingestion(call: Call, request: Input) -> Output:
    """Let a store take no more events in; it can be queried all the same.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_StopEventDataStoreIngestion.html
    """
    return _set_ingestion(call, request, is_ingesting=False)


def _set_ingestion(call: Call, request: Input, *, is_ingesting: bool) -> Output:
    with call.control.begin() as connection:
        store = event_data_stores.find(connection, call.caller, request["EventDataStore"], call.now)
        if store.deleted_at is not None or store.is_ingesting == is_ingesting:
            raise InvalidStoreStatus(f"The event data store is {store.status}: {store.arn}")
        _refuse_given(store)
        event_data_stores.update(connection, store, replace(store, is_ingesting=is_ingesting), call.now)
    return {}


def _refuse_given(store: EventDataStore) -> None:
    if store.given_category:
        raise InvalidStoreCategory(
            f"A store of {store.given_category} events always takes in what it is given; StartIngestion is for others"
        )


def _refuse_unsupported(request: Input) -> None:
    preflight.refuse_organization({"IsOrganizationTrail": request.get("OrganizationEnabled", False)})
    if request.get("KmsKeyId"):
        raise Unsupported("Event data stores are not encrypted with a key of their own here; leave KmsKeyId out")


def _selectors(documents: Any) -> Selectors:
    found = parse_advanced(documents, "event data store")
    if unknown := sorted(found.categories - _KNOWN):
        raise InvalidStoreCategory(
            f"There are no events of category {unknown[0]} here; there are {', '.join(sorted(_KNOWN))}"
        )
    return found


def _given(request: Input) -> Mapping[str, Any]:
    names = {
        "Name": "name",
        "MultiRegionEnabled": "is_multi_region",
        "TerminationProtectionEnabled": "is_protected",
        "RetentionPeriod": "retention_days",
        "BillingMode": "billing_mode",
    }
    given = {name: request[member] for member, name in names.items() if member in request}
    if request.get("AdvancedEventSelectors"):
        given["selectors"] = _selectors(request["AdvancedEventSelectors"])
    return given


def _check_change(before: EventDataStore, after: EventDataStore) -> None:
    if before.billing_mode == _EXTENDABLE and after.billing_mode == _FIXED:
        raise InvalidStoreSettings(f"BillingMode cannot be changed from {_EXTENDABLE} to {_FIXED}")
    if before.given_category != after.given_category:
        category = before.given_category or after.given_category
        raise InvalidStoreSettings(f"A store has {category} events or others for as long as it is there")
    _check_retention(after)


def _check_retention(store: EventDataStore) -> None:
    longest = _LONGEST[store.billing_mode]
    if store.retention_days > longest:
        raise InvalidStoreSettings(f"RetentionPeriod can be {longest} days at most with {store.billing_mode}")


def _document(store: EventDataStore) -> dict[str, Any]:
    return {
        "EventDataStoreArn": store.arn,
        "Name": store.name,
        "Status": store.status,
        "AdvancedEventSelectors": [selector.to_document() for selector in store.selectors.advanced],
        "MultiRegionEnabled": store.is_multi_region,
        "OrganizationEnabled": False,
        "RetentionPeriod": store.retention_days,
        "TerminationProtectionEnabled": store.is_protected,
        "CreatedTimestamp": store.created_at,
        "UpdatedTimestamp": store.updated_at,
        "BillingMode": store.billing_mode,
    }
