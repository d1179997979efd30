"""Imports: started, read, listed, stopped; what cannot be imported is refused at once."""

import pytest
from cloudtrail.ingestion.audit_events_of_tests import audit_store
from cloudtrail.ingestion.import_world import ROLE, ImportWorld
from cloudtrail.trail_calls import OTHER_ACCOUNT

NOBODYS = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def world(cloudtrail, store, control, clock, tmp_path) -> ImportWorld:
    made = ImportWorld(cloudtrail, store, control, clock, tmp_path / "buckets")
    made.role()
    return made


def test_an_import_is_read_as_it_was_started(world, clock):
    source = {"S3LocationUri": "s3://audit/x/", "S3BucketRegion": "eu-west-1", "S3BucketAccessRoleArn": ROLE}
    times = {"StartEventTime": 1782000000.0, "EndEventTime": 1782000001.0}
    started = world.cloudtrail("StartImport", Destinations=[world.id], ImportSource={"S3": source}, **times)
    now = clock.now().timestamp()
    assert started == {
        "ImportId": started["ImportId"],
        "Destinations": [world.arn],
        "ImportSource": {"S3": source},
        **times,
        "ImportStatus": "INITIALIZING",
        "CreatedTimestamp": now,
        "UpdatedTimestamp": now,
    }
    nothing = dict.fromkeys(
        ("PrefixesFound", "PrefixesCompleted", "FilesCompleted", "EventsCompleted", "FailedEntries"), 0
    )
    found = world.cloudtrail("GetImport", ImportId=started["ImportId"])
    assert found == {**started, "ImportStatistics": nothing}
    clock.advance(5)
    stopped = world.cloudtrail("StopImport", ImportId=started["ImportId"])
    assert stopped == {**found, "ImportStatus": "STOPPED", "UpdatedTimestamp": now + 5}


def test_an_account_has_one_import_under_way(world):
    first = world.begin()
    source = {"S3LocationUri": "s3://audit/", "S3BucketRegion": "eu-west-1", "S3BucketAccessRoleArn": ROLE}
    new = {"Destinations": [world.id], "ImportSource": {"S3": source}}
    assert world.cloudtrail.refusal("StartImport", **new)[0] == "AccountHasOngoingImportException"
    world.cloudtrail("StopImport", ImportId=first)
    second = world.begin()
    assert world.cloudtrail.refusal("StartImport", ImportId=first)[0] == "AccountHasOngoingImportException"
    assert world.done(second)["ImportStatus"] == "COMPLETED"
    for operation in ("StartImport", "StopImport"):
        assert world.cloudtrail.refusal(operation, ImportId=second)[0] == "InvalidParameterException"
    assert world.cloudtrail("StartImport", ImportId=first)["ImportId"] == first


def test_what_cannot_be_imported(world):
    source = {"S3LocationUri": "s3://audit/", "S3BucketRegion": "eu-west-1", "S3BucketAccessRoleArn": ROLE}
    new = {"Destinations": [world.id], "ImportSource": {"S3": source}}

    def refusal(**changes):
        return world.cloudtrail.refusal("StartImport", **{k: v for k, v in (new | changes).items() if v is not None})[0]

    def from_(**changes):
        return refusal(ImportSource={"S3": source | changes})

    assert refusal(Destinations=[audit_store(world.cloudtrail)]) == "InvalidEventDataStoreCategoryException"
    assert refusal(Destinations=[NOBODYS]) == "EventDataStoreNotFoundException"
    assert refusal(Destinations=["store"]) == "EventDataStoreARNInvalidException"
    gone = world.new_store("gone")
    world.cloudtrail("DeleteEventDataStore", EventDataStore=gone)
    assert refusal(Destinations=[gone]) == "InactiveEventDataStoreException"
    assert refusal(Destinations=None) == refusal(ImportSource=None) == "InvalidParameterException"
    assert refusal(StartEventTime=2, EndEventTime=1) == "InvalidParameterException"
    assert refusal(ImportId=NOBODYS) == "InvalidParameterException"
    assert refusal(Destinations=None, ImportSource=None, ImportId=NOBODYS) == "ImportNotFoundException"
    for location in (
        "audit",
        "https://audit/",
        "s3://",
        "s3://../x",
        "s3://Audit",
        "s3://nowhere/",
        "s3://audit/" + "x" * 2000,
    ):
        assert from_(S3LocationUri=location) == "InvalidImportSourceException"
    for role in ("importer", ROLE.replace("000000000000", OTHER_ACCOUNT), ROLE.replace("role", "user")):
        assert from_(S3BucketAccessRoleArn=role) == "InvalidImportSourceException"
    assert world.cloudtrail("ListImports") == {"Imports": []}


def test_imports_are_listed_newest_first_page_by_page(world, clock):
    begun = []
    for _ in range(3):
        begun.append(world.begin())
        world.done(begun[-1])
        clock.advance(1)
    begun.append(world.begin())
    first = world.cloudtrail("ListImports", MaxResults=3)
    assert [each["ImportId"] for each in first["Imports"]] == begun[:0:-1]
    assert set(first["Imports"][0]) == {
        *("ImportId", "ImportStatus", "Destinations", "CreatedTimestamp", "UpdatedTimestamp")
    }
    rest = world.cloudtrail("ListImports", MaxResults=3, NextToken=first["NextToken"])
    assert ([each["ImportId"] for each in rest["Imports"]], "NextToken" in rest) == ([begun[0]], False)
    running = world.cloudtrail("ListImports", ImportStatus="INITIALIZING", Destination=world.arn)
    assert [each["ImportId"] for each in running["Imports"]] == [begun[-1]]
    other = world.new_store("other")
    assert world.cloudtrail("ListImports", Destination=other) == {"Imports": []}
    wrong = {"ImportStatus": "FAILED", "NextToken": first["NextToken"]}
    assert world.cloudtrail.refusal("ListImports", **wrong)[0] == "InvalidNextTokenException"


def test_imports_of_others_are_not_there(world):
    begun = world.begin()
    for elsewhere in ({"account": OTHER_ACCOUNT}, {"region": "eu-west-1"}):
        other = world.cloudtrail.elsewhere(**elsewhere)
        assert other("ListImports") == {"Imports": []}
        for operation in ("GetImport", "StopImport", "StartImport"):
            assert other.refusal(operation, ImportId=begun)[0] == "ImportNotFoundException"
        assert other.refusal("ListImportFailures", ImportId=begun)[0] == "InvalidParameterException"


def test_a_store_that_is_being_filled_stays(world):
    begun = world.begin()
    refused = world.cloudtrail.refusal("DeleteEventDataStore", EventDataStore=world.id)
    assert refused[0] == "EventDataStoreHasOngoingImportException"
    world.done(begun)
    world.cloudtrail("DeleteEventDataStore", EventDataStore=world.id)
