"""Event data stores: their settings, their states, and which events each has."""
# ruff: noqa: S608  # these queries are what is tested

from datetime import timedelta

import pytest
from cloudtrail.events_of_tests import NOON
from cloudtrail.lake.lake_of_tests import Lake, an_event

from skylens.cloudtrail.lake.lake_work import LakeWork
from skylens.config import AWS_LIMITS, Limits
from skylens.sql import Sql
from skylens.store.retention import expire

DATA = [
    {"Field": "eventCategory", "Equals": ["Data"]},
    {"Field": "resources.type", "Equals": ["AWS::XRay::Trace"]},
]


@pytest.fixture
def lake(cloudtrail, store, control, clock) -> Lake:
    return Lake(cloudtrail, store, control, clock)


def names(lake: Lake, store: str) -> list[str]:
    """The names of the events that a store has."""
    return [name for (name,) in lake.cells(f"SELECT eventname FROM {store} ORDER BY eventid")]


def test_a_store_has_the_defaults_that_aws_gives_it(cloudtrail):
    made = cloudtrail("CreateEventDataStore", Name="audit", TagsList=[{"Key": "team", "Value": "sec"}])
    arn = made["EventDataStoreArn"]
    assert arn.startswith("arn:aws:cloudtrail:us-east-1:000000000000:eventdatastore/")
    assert made.pop("TagsList") == [{"Key": "team", "Value": "sec"}]
    found = cloudtrail("GetEventDataStore", EventDataStore=arn)
    assert found == made
    assert found == cloudtrail("GetEventDataStore", EventDataStore=arn.rpartition("/")[2])
    del found["CreatedTimestamp"], found["UpdatedTimestamp"], found["EventDataStoreArn"]
    assert found == {
        "Name": "audit",
        "Status": "ENABLED",
        "AdvancedEventSelectors": [
            {
                "Name": "Default management events",
                "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}],
            }
        ],
        "MultiRegionEnabled": True,
        "OrganizationEnabled": False,
        "RetentionPeriod": 366,
        "TerminationProtectionEnabled": True,
        "BillingMode": "EXTENDABLE_RETENTION_PRICING",
    }
    [tags] = cloudtrail("ListTags", ResourceIdList=[arn])["ResourceTagList"]
    assert tags["TagsList"] == [{"Key": "team", "Value": "sec"}]


def test_names_are_taken_once_and_stores_are_limited(cloudtrail):
    cloudtrail("CreateEventDataStore", Name="audit")
    assert cloudtrail.refusal("CreateEventDataStore", Name="audit")[0] == "EventDataStoreAlreadyExistsException"
    few = cloudtrail.elsewhere(limits=AWS_LIMITS)
    for number in range(9):
        few("CreateEventDataStore", Name=f"store-{number}")
    assert few.refusal("CreateEventDataStore", Name="more")[0] == "EventDataStoreMaxLimitExceededException"
    few.elsewhere(region="eu-west-1")("CreateEventDataStore", Name="audit")


def test_stores_are_listed_by_name_page_by_page(cloudtrail):
    for name in ("bbb", "aaa", "ccc"):
        cloudtrail("CreateEventDataStore", Name=name)
    first = cloudtrail("ListEventDataStores", MaxResults=2)
    assert [store["Name"] for store in first["EventDataStores"]] == ["aaa", "bbb"]
    assert set(first["EventDataStores"][0]) == {"EventDataStoreArn", "Name"}
    rest = cloudtrail("ListEventDataStores", MaxResults=2, NextToken=first["NextToken"])
    assert ([store["Name"] for store in rest["EventDataStores"]], "NextToken" in rest) == (["ccc"], False)
    other = cloudtrail.elsewhere(account="111111111111")
    assert other("ListEventDataStores") == {"EventDataStores": []}
    assert other.refusal("ListEventDataStores", NextToken=first["NextToken"])[0] == "InvalidNextTokenException"


@pytest.mark.parametrize("operation", ["Get", "Update", "Delete", "Restore"])
def test_another_accounts_store_is_not_there(cloudtrail, operation):
    arn = cloudtrail("CreateEventDataStore", Name="audit")["EventDataStoreArn"]
    other = cloudtrail.elsewhere(account="111111111111")
    for given in (arn, arn.rpartition("/")[2]):
        code, _ = other.refusal(f"{operation}EventDataStore", EventDataStore=given)
        assert code == "EventDataStoreNotFoundException"
    assert cloudtrail.refusal("GetEventDataStore", EventDataStore="audit")[0] == "EventDataStoreARNInvalidException"


def test_a_deleted_store_can_be_restored_for_seven_days(lake, clock):
    store = lake.new_store(TerminationProtectionEnabled=True)
    assert (
        lake.cloudtrail.refusal("DeleteEventDataStore", EventDataStore=store)[0]
        == "EventDataStoreTerminationProtectedException"
    )
    lake.cloudtrail("UpdateEventDataStore", EventDataStore=store, TerminationProtectionEnabled=False)
    lake.put([an_event(1, name="Before")])
    clock.advance(10)
    lake.cloudtrail("DeleteEventDataStore", EventDataStore=store)
    assert lake.cloudtrail("GetEventDataStore", EventDataStore=store)["Status"] == "PENDING_DELETION"
    query = {"QueryStatement": f"SELECT count(*) FROM {store}"}
    assert lake.cloudtrail.refusal("StartQuery", **query)[0] == "InactiveEventDataStoreException"
    assert lake.cloudtrail.refusal("UpdateEventDataStore", EventDataStore=store)[0] == "InactiveEventDataStoreException"
    lake.put([an_event(2, name="Meanwhile")])
    clock.advance(10)
    assert lake.cloudtrail("RestoreEventDataStore", EventDataStore=store)["Status"] == "ENABLED"
    lake.put([an_event(3, name="After")])
    assert names(lake, store) == ["Before", "After"]
    assert (
        lake.cloudtrail.refusal("RestoreEventDataStore", EventDataStore=store)[0]
        == "InvalidEventDataStoreStatusException"
    )
    lake.cloudtrail("DeleteEventDataStore", EventDataStore=store)
    clock.advance(7 * 86_400)
    assert (
        lake.cloudtrail.refusal("RestoreEventDataStore", EventDataStore=store)[0] == "EventDataStoreNotFoundException"
    )
    LakeWork(lake.store, lake.control, clock, Limits()).forget(clock.now())
    assert lake.cloudtrail("ListEventDataStores") == {"EventDataStores": []}


def test_a_store_has_what_came_while_it_took_events_in(lake, clock):
    lake.put([an_event(1, name="BeforeItWasMade")], after_seconds=-1)
    store = lake.new_store()
    lake.put([an_event(2, name="First")])
    clock.advance(10)
    lake.cloudtrail("StopEventDataStoreIngestion", EventDataStore=store)
    assert lake.cloudtrail("GetEventDataStore", EventDataStore=store)["Status"] == "STOPPED_INGESTION"
    assert (
        lake.cloudtrail.refusal("StopEventDataStoreIngestion", EventDataStore=store)[0]
        == "InvalidEventDataStoreStatusException"
    )
    lake.put([an_event(3, name="WhileStopped")])
    clock.advance(10)
    lake.cloudtrail("StartEventDataStoreIngestion", EventDataStore=store)
    lake.put(
        [
            an_event(4, name="Second"),
            an_event(5, name="Elsewhere", region="eu-west-1"),
            an_event(6, name="Foreign", account="111111111111"),
        ]
    )
    assert names(lake, store) == ["First", "Second", "Elsewhere"]


def test_changed_selectors_and_regions_are_for_events_from_then_on(lake, clock):
    store = lake.new_store(MultiRegionEnabled=False)
    lake.put([an_event(1, name="One"), an_event(2, name="Elsewhere", region="eu-west-1")])
    clock.advance(10)
    only = [
        {"Field": "eventCategory", "Equals": ["Management"]},
        {"Field": "eventName", "StartsWith": ["Put"], "NotEquals": ["PutX"]},
    ]
    lake.cloudtrail(
        "UpdateEventDataStore",
        EventDataStore=store,
        MultiRegionEnabled=True,
        AdvancedEventSelectors=[{"FieldSelectors": only}],
    )
    lake.put([an_event(n, name=name, region="eu-west-1") for n, name in enumerate(["PutA", "PutX", "Get"], 3)])
    assert names(lake, store) == ["One", "PutA"]


def test_data_events_are_in_stores_that_select_them(lake):
    store = lake.new_store(AdvancedEventSelectors=[{"FieldSelectors": DATA}])
    lake.put([an_event(1), an_event(2, name="PutTraceSegments", category="Data")])
    assert names(lake, store) == ["PutTraceSegments"]


def test_a_shorter_retention_deletes_and_a_longer_one_brings_nothing_back(lake, clock):
    store = lake.new_store()
    old, new = NOON - timedelta(days=20), NOON - timedelta(days=2)
    lake.put([an_event(1, name="Old", time=old), an_event(2, name="New", time=new)])
    lake.cloudtrail("UpdateEventDataStore", EventDataStore=store, RetentionPeriod=7)
    assert names(lake, store) == ["New"]
    lake.cloudtrail("UpdateEventDataStore", EventDataStore=store, RetentionPeriod=400)
    assert names(lake, store) == ["New"]
    clock.advance(399 * 86_400)
    assert names(lake, store) == []


def test_events_outlive_the_history_where_a_store_keeps_them(lake, clock, store):
    store.own_days["api_events"] = 90
    lake.new_store(RetentionPeriod=200)
    foreign = an_event(2, account="111111111111")
    lake.put([an_event(1), foreign])
    work = LakeWork(store, lake.control, clock, Limits())
    clock.advance(100 * 86_400)
    assert expire(store, lake.control, work.kept_longer()) == {"api_events": 1}
    assert lake.cloudtrail("LookupEvents") == {"Events": []}
    assert store.read(Sql("SELECT account FROM api_events")) == [("000000000000",)]
    clock.advance(120 * 86_400)
    expire(store, lake.control, work.kept_longer())
    assert store.read(Sql("SELECT account FROM api_events")) == []


@pytest.mark.parametrize(
    ("settings", "code"),
    [
        ({"OrganizationEnabled": True}, "OrganizationsNotInUseException"),
        ({"KmsKeyId": "alias/x"}, "UnsupportedOperationException"),
        ({"RetentionPeriod": 3653, "BillingMode": "FIXED_RETENTION_PRICING"}, "InvalidParameterException"),
        ({"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Evidence"]}]}]}, "InvalidEventDataStoreCategoryException"),
        ({"AdvancedEventSelectors": [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Shoes"]}]}]}, "InvalidEventSelectorsException"),
    ],
)  # fmt: skip
def test_what_cannot_be_kept_is_refused(cloudtrail, settings, code):
    assert cloudtrail.refusal("CreateEventDataStore", Name="audit", **settings)[0] == code
    arn = cloudtrail("CreateEventDataStore", Name="audit")["EventDataStoreArn"]
    mode = {"EventDataStore": arn, "BillingMode": "FIXED_RETENTION_PRICING"}
    assert cloudtrail.refusal("UpdateEventDataStore", **mode)[0] == "InvalidParameterException"
