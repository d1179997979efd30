"""Importing: files of trails become events of a store, once each, whatever is wrong with some and whoever dies meanwhile."""
# ruff: noqa: S608  # these queries are what is tested

import gzip
import json
from dataclasses import replace
from datetime import timedelta

import pytest
from buckets.s3_endpoint import s3_endpoint
from cloudtrail.ingestion.import_world import READ, ROLE, STRANGER, TRUST, ImportWorld, Killed, a_key, a_record
from cloudtrail.lake.lake_of_tests import an_event

from skylens.buckets.all_buckets import AllBuckets
from skylens.buckets.bucket import DataKey, Encryption
from skylens.cloudtrail.ingestion import imports
from skylens.cloudtrail.ingestion.import_batch import Batch
from skylens.registry import HANDLERS
from skylens.sql import Sql


@pytest.fixture
def world(cloudtrail, store, control, clock, tmp_path) -> ImportWorld:
    made = ImportWorld(cloudtrail, store, control, clock, tmp_path / "buckets")
    made.role()
    return made


def rows(store) -> int:
    return store.read(Sql("SELECT count() FROM lake_events"))[0][0]


def test_the_files_of_a_trail_are_found_by_queries(world):
    ids = world.hours(30) + world.hours(400, first=100)
    world.hours(3, first=200, hours=(9,))
    done = world.done(world.begin(f"s3://audit/AWSLogs/{STRANGER}/CloudTrail/"))
    assert done["ImportStatus"] == "COMPLETED"
    assert done["ImportStatistics"] == {
        "PrefixesFound": 3,
        "PrefixesCompleted": 3,
        "FilesCompleted": 5,
        "EventsCompleted": 9,  # those of 400 days ago are older than the store keeps
        "FailedEntries": 0,
    }
    assert set(world.event_ids()) == set(ids[:6]) | {a_record(n, "")["eventID"] for n in (200, 201, 202)}
    [row] = world.cells(
        "SELECT eventname, awsregion, recipientaccountid, useridentity.arn, readonly, managementevent, eventtime, "
        f"element_at(requestparameters, 'instanceType'), apiversion FROM {world.id} WHERE eventid = '{ids[0]}'"
    )
    time = f"{world.day(30):%Y-%m-%d} 10:00:00.000"
    arn = f"arn:aws:iam::{STRANGER}:user/anna"
    assert row == ["RunInstances", "eu-central-1", STRANGER, arn, "false", "true", time, "t3.micro", ""]
    [[text]] = world.cells(f"SELECT eventjson FROM {world.id} WHERE eventid = '{ids[0]}'")
    assert json.loads(text) == a_record(0, f"{world.day(30):%Y-%m-%dT%H:%M:%SZ}")


def test_imported_events_are_in_no_history_and_in_no_other_store(world):
    other = world.new_store("other")
    world.hours(3)
    world.done(world.begin())
    assert world.cells(f"SELECT count(*) FROM {other}") == [["0"]]
    assert world.cloudtrail("LookupEvents")["Events"] == []


def test_only_log_files_are_read(world):
    [one, *_] = world.hours(3, 1, hours=(10,))
    time = world.day(3)
    for folder in ("CloudTrail-Digest", "CloudTrail-Insight", "elasticloadbalancing"):
        world.file(a_key(time, folder=folder), [a_record(7, f"{time:%Y-%m-%dT%H:%M:%SZ}")])
    world.file(a_key(time).removesuffix(".gz"), b'{"Records": []}')
    world.file(f"AWSLogs/{STRANGER}/CloudTrail/eu-central-1/.keep", b"")
    done = world.done(world.begin())
    assert (done["ImportStatus"], done["ImportStatistics"]["FilesCompleted"]) == ("COMPLETED", 1)
    assert world.event_ids() == [one]
    assert [call for call in world.invoked if call.startswith("GetObject")] == [
        f"GetObject {a_key(time + timedelta(minutes=5))}"
    ]


def test_files_elsewhere_are_read_where_they_are_named(world):
    time = world.day(3)
    world.file("old/2026.json.gz", [a_record(7, f"{time:%Y-%m-%dT%H:%M:%SZ}")])
    assert world.done(world.begin())["ImportStatistics"]["PrefixesFound"] == 0
    assert world.done(world.begin("s3://audit/old/"))["ImportStatistics"]["EventsCompleted"] == 1


def test_a_range_of_time_is_of_events_and_bounds_which_files_are_read(world):
    world.hours(9, 1)
    ids = world.hours(5, 2, first=10)
    world.hours(2, 1, first=20)
    late = a_record(30, f"{world.day(5, 11):%Y-%m-%dT%H:%M:%SZ}")
    world.file(a_key(world.day(4, 9), "late"), [late, a_record(31, f"{world.day(4, 9):%Y-%m-%dT%H:%M:%SZ}")])
    begun = world.begin(StartEventTime=world.day(5, 10).timestamp(), EndEventTime=world.day(5, 11).timestamp())
    assert world.done(begun)["ImportStatistics"]["EventsCompleted"] == 5
    assert set(world.event_ids()) == {*ids, late["eventID"]}
    read = [call for call in world.invoked if call.startswith("GetObject")]
    assert len(read) == 3


def test_files_that_cannot_be_read_are_named_and_read_again_when_they_are_mended(world):
    ids = world.hours(3, 2, hours=(10,))
    time = world.day(2)
    good, bad = a_record(50, f"{time:%Y-%m-%dT%H:%M:%SZ}"), {"eventTime": "yesterday", "eventID": "x"}
    whole = gzip.compress(json.dumps({"Records": [good]}).encode())
    cut = world.file(a_key(time, "cut"), whole[:-20])
    plain = world.file(a_key(time, "plain"), b'{"Records": []}')
    text = world.file(a_key(time, "text"), gzip.compress(b"no JSON"))
    mixed = world.file(a_key(time, "mixed"), [good, bad])
    begun = world.begin()
    done = world.done(begun)
    assert done["ImportStatus"] == "FAILED"
    assert done["ImportStatistics"] | {"PrefixesFound": 0} == {
        "PrefixesFound": 0,
        "PrefixesCompleted": 2,
        "FilesCompleted": 1,
        "EventsCompleted": 3,
        "FailedEntries": 4,
    }
    kinds = {cut: "InvalidCompression", plain: "InvalidCompression", text: "InvalidFormat", mixed: "InvalidRecord"}
    assert world.failures(begun) == sorted((place, "FAILED", kind) for place, kind in kinds.items())
    [first] = world.cloudtrail("ListImportFailures", ImportId=begun, MaxResults=1)["Failures"]
    assert first["Location"] == min(kinds)

    world.file(a_key(time, "cut"), whole)
    world.file(a_key(time, "mixed"), [good, a_record(51, good["eventTime"])])
    (world.folder / a_key(time, "text")).unlink()
    again = world.cloudtrail("StartImport", ImportId=begun)
    assert again["ImportStatus"] == "INITIALIZING"
    assert {status for _, status, _ in world.failures(begun)} == {"RETRY"}
    done = world.done(begun)
    assert done["ImportStatus"] == "FAILED"
    statistics = done["ImportStatistics"]
    assert (statistics["FilesCompleted"], statistics["EventsCompleted"], statistics["FailedEntries"]) == (3, 5, 2)
    assert statistics["PrefixesFound"] == statistics["PrefixesCompleted"] == 2
    assert {place: (status, kind) for place, status, kind in world.failures(begun)} == {
        cut: ("SUCCEEDED", "InvalidCompression"),
        mixed: ("SUCCEEDED", "InvalidRecord"),
        plain: ("FAILED", "InvalidCompression"),
        text: ("FAILED", "NoSuchKey"),
    }
    assert world.event_ids() == sorted([*ids, good["eventID"], a_record(51, "")["eventID"]])


@pytest.mark.parametrize("step", ["before the events are stored", "after the events are stored"])
def test_a_job_that_is_killed_is_gone_on_with_and_no_event_is_there_twice(world, store, monkeypatch, step):
    ids = [id_ for n in range(4) for id_ in world.hours(4 + n, 3, first=10 * n)]
    monkeypatch.setattr(Batch, "is_full", property(lambda batch: batch.files.total() >= 3))
    begun = world.begin()
    real, calls = imports.move, []

    def move(connection, before, after):
        calls.append(after.position)
        if len(calls) == 3 and step == "after the events are stored":
            raise Killed
        return real(connection, before, after)

    real_insert = store.insert

    def insert(table, columns):
        if len(calls) == 2 and step == "before the events are stored":
            raise Killed
        real_insert(table, columns)

    monkeypatch.setattr(imports, "move", move)
    monkeypatch.setattr(store, "insert", insert)
    with pytest.raises(Killed):
        world.turn()
    stored = 18 if step == "after the events are stored" else 9
    assert rows(store) == stored
    assert world.cloudtrail("GetImport", ImportId=begun)["ImportStatistics"]["EventsCompleted"] == 9
    monkeypatch.undo()
    done = world.done(begun)
    assert done["ImportStatistics"] == {
        "PrefixesFound": 4,
        "PrefixesCompleted": 4,
        "FilesCompleted": 8,
        "EventsCompleted": 24,
        "FailedEntries": 0,
    }
    assert world.event_ids() == sorted(ids)
    assert rows(store) == 24


def test_importing_the_same_again_adds_nothing(world, store):
    ids = world.hours(3)
    world.file(a_key(world.day(2), "copy"), [a_record(0, f"{world.day(3):%Y-%m-%dT%H:%M:%SZ}")])
    for _ in range(2):
        assert world.done(world.begin())["ImportStatistics"]["EventsCompleted"] == 7
    assert world.event_ids() == sorted(ids)
    assert rows(store) == 6


def test_what_a_store_took_in_itself_is_not_there_twice(world):
    world.put([an_event(number) for number in (1, 2)])
    held = world.event_ids()
    records = [a_record(0, "2026-07-01T12:00:00Z", eventID=id_, recipientAccountId="000000000000") for id_ in held]
    world.clock.advance(3600)
    world.file(a_key(world.clock.now()), [*records, a_record(9, "2026-07-01T12:00:00Z")])
    world.done(world.begin())
    assert len(held) == 2
    assert world.event_ids() == sorted([*held, a_record(9, "")["eventID"]])


def test_an_import_that_is_stopped_stays_where_it_is_until_it_goes_on(world, monkeypatch):
    ids = world.hours(5, 2) + world.hours(4, 2, first=10)
    monkeypatch.setattr(Batch, "is_full", property(lambda batch: batch.files.total() >= 1))
    begun = world.begin()
    real = imports.move

    def move(connection, before, after):
        if after.files_completed == 2:
            assert imports.stop(connection, before.id, world.clock.now())  # as another node's StopImport does
        return real(connection, before, after)

    monkeypatch.setattr(imports, "move", move)
    world.turn()
    monkeypatch.undo()
    stopped = world.cloudtrail("GetImport", ImportId=begun)
    assert (stopped["ImportStatus"], stopped["ImportStatistics"]["FilesCompleted"]) == ("STOPPED", 1)
    world.turn()
    assert world.cloudtrail("GetImport", ImportId=begun) == stopped
    world.cloudtrail("StartImport", ImportId=begun)
    done = world.done(begun)
    assert (done["ImportStatus"], done["ImportStatistics"]["EventsCompleted"]) == ("COMPLETED", 8)
    assert world.event_ids() == sorted(ids)


def test_files_are_read_as_the_role_that_trusts_cloudtrail_and_may_read_them(world):
    world.hours(3)
    narrow = {"Effect": "Allow", "Action": ["s3:ListBucket", "s3:GetObject"]}
    condition = {"StringEquals": {"aws:SourceArn": world.arn, "aws:SourceAccount": "000000000000"}}

    def outcome(*statements, trust=TRUST):
        world.role(*statements, trust=trust)
        world.importer.roles._sessions.clear()
        begun = world.begin()
        done = world.done(begun)
        return done["ImportStatus"], {(kind, place) for place, _, kind in world.failures(begun)}

    denied = {("AccessDenied", "s3://audit/")}
    nobody = {**TRUST, "Principal": {"Service": "ec2.amazonaws.com"}}
    assert outcome(trust=nobody) == ("FAILED", denied)
    elsewhere = {"StringEquals": {"aws:SourceArn": world.arn + "0"}}
    assert outcome(trust={**TRUST, "Condition": elsewhere}) == ("FAILED", denied)
    assert outcome({**narrow, "Resource": "arn:aws:s3:::other/*"}) == ("FAILED", denied)
    status, failed = outcome({**narrow, "Resource": "arn:aws:s3:::audit"})
    assert (status, len(failed), {kind for kind, _ in failed}) == ("FAILED", 2, {"AccessDenied"})
    assert world.event_ids() == []
    both = {**narrow, "Resource": ["arn:aws:s3:::audit", "arn:aws:s3:::audit/*"], "Condition": condition}
    assert outcome(both, trust={**TRUST, "Condition": condition}) == ("COMPLETED", set())
    assert len(world.event_ids()) == 6


def test_encrypted_files_are_read_where_the_role_may_decrypt_them(world):
    kms = lambda operation, request: HANDLERS["kms", operation].function(  # noqa: E731
        world.cloudtrail.make_call("kms", operation), request
    )
    arn = kms("CreateKey", {})["KeyMetadata"]["Arn"]
    key = a_key(world.day(3))
    context = {"aws:s3:arn": f"arn:aws:s3:::audit/{key}"}

    def data_key():
        made = kms("GenerateDataKey", {"KeyId": arn, "KeySpec": "AES_256", "EncryptionContext": context})
        return DataKey(made["Plaintext"], made["CiphertextBlob"])

    body = gzip.compress(json.dumps({"Records": [a_record(1, f"{world.day(3):%Y-%m-%dT%H:%M:%SZ}")]}).encode())
    world.buckets.find("000000000000", "audit").put(key, body, encryption=Encryption(arn, context, data_key))
    begun = world.begin()
    assert world.done(begun)["ImportStatistics"]["FailedEntries"] == 1
    assert world.failures(begun) == [(f"s3://audit/{key}", "FAILED", "AccessDenied")]
    world.role(READ, {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": arn})
    world.cloudtrail("StartImport", ImportId=begun)
    assert world.done(begun)["ImportStatistics"]["EventsCompleted"] == 1


def test_files_are_read_from_a_bucket_behind_an_s3_endpoint(world, monkeypatch, tmp_path):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    ids = world.hours(3)
    files = [path for path in world.folder.rglob("*.json.gz") if path.is_file()]
    with s3_endpoint() as endpoint:
        elsewhere = {str(path.relative_to(world.folder)): (path.read_bytes(), {}) for path in files}
        endpoint.buckets["history"] = elsewhere | {a_key(world.day(1)): (b"broken", {})}
        buckets = AllBuckets(tmp_path / "buckets", endpoint=endpoint.url)
        world.importer = replace(world.importer, buckets=buckets)
        world.cloudtrail.make_call = lambda *of, make=world.cloudtrail.make_call, **more: replace(
            make(*of, **more), buckets=buckets
        )
        begun = world.begin("s3://history/")
        done = world.done(begun)
    statistics = done["ImportStatistics"]
    assert (statistics["FilesCompleted"], statistics["EventsCompleted"], statistics["FailedEntries"]) == (2, 6, 1)
    assert world.failures(begun) == [(f"s3://history/{a_key(world.day(1))}", "FAILED", "InvalidCompression")]
    assert world.event_ids() == sorted(ids)


def test_a_denied_import_goes_on_when_it_is_allowed(world):
    world.hours(3)
    world.role(trust={**TRUST, "Principal": {"Service": "ec2.amazonaws.com"}})
    begun = world.begin()
    assert world.done(begun)["ImportStatistics"]["FailedEntries"] == 1
    world.role()
    world.cloudtrail("StartImport", ImportId=begun)
    done = world.done(begun)
    assert (done["ImportStatus"], done["ImportStatistics"]["EventsCompleted"]) == ("COMPLETED", 6)
    assert world.failures(begun) == [("s3://audit/", "SUCCEEDED", "AccessDenied")]
    assert ROLE in done["ImportSource"]["S3"]["S3BucketAccessRoleArn"]
