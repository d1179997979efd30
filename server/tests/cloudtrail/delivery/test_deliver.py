"""Delivery of log files: what is wanted, where AWS puts it, each event once unless something breaks."""

import gzip
import json
import re
import zlib

import pytest
from cloudtrail.delivery.trail_world import Auditor, records
from cloudtrail.trail_calls import OTHER_ACCOUNT

from skylens.cloudtrail.delivery import deliver, log_file
from skylens.cloudtrail.trail_sessions import LAST_WORDS, microseconds

GROUP = "arn:aws:logs:us-east-1:000000000000:log-group:trail:*"
LOGS = {"CloudWatchLogsLogGroupArn": GROUP, "CloudWatchLogsRoleArn": "arn:aws:iam::000000000000:role/trail"}


def status(cloudtrail, name="main"):
    return cloudtrail("GetTrailStatus", Name=name)


def a_record(**fields):
    return {"record": json.dumps({"eventID": "x", **fields})}


def test_a_file_lies_where_aws_puts_it_and_is_one_gzipped_line(logging, auditor, cloudtrail):
    cloudtrail("UpdateTrail", Name="main", S3KeyPrefix="logs/prod")
    first, second = logging.event(), logging.event()
    logging.run()
    [path] = auditor.log_files()
    assert re.fullmatch(
        r"logs/prod/AWSLogs/000000000000/CloudTrail/us-east-1/2026/07/01/"
        r"000000000000_CloudTrail_us-east-1_20260701T1200Z_[A-Za-z0-9]{16}\.json\.gz",
        str(path.relative_to(auditor.folder)),
    )
    data = path.read_bytes()
    assert b"\n" not in gzip.decompress(data)
    member = zlib.decompressobj(31)
    member.decompress(data)
    assert (member.eof, member.unused_data) == (True, b"")
    assert [record["eventID"] for record in records(path)] == [first, second]


def test_a_trail_that_does_not_log_delivers_nothing(world, cloudtrail, auditor):
    cloudtrail.trail()
    world.event()
    world.run()
    assert auditor.log_files() == []


def test_only_what_happens_while_it_logs_is_delivered_with_the_stop_itself(world, cloudtrail, auditor, clock):
    cloudtrail.trail()
    world.event()
    cloudtrail("StartLogging", Name="main")
    during = world.event()
    cloudtrail("StopLogging", Name="main")
    stop = world.event(advance=LAST_WORDS.total_seconds())
    world.event()
    world.run()
    assert auditor.events() == [during, stop]
    cloudtrail("StartLogging", Name="main")
    again = world.event()
    clock.advance(60)
    world.run()
    assert sorted(auditor.events()) == sorted([during, stop, again])


def test_no_event_comes_twice_and_nothing_new_is_no_file(logging, auditor):
    ids = []
    for _ in range(3):
        ids += [logging.event(), logging.event()]
        logging.run()
        logging.run()
    assert sorted(auditor.events()) == sorted(ids)
    assert len(auditor.log_files()) == 3


def test_what_is_not_settled_waits(logging, auditor):
    first = logging.event()
    edge = microseconds(logging.clock.now())
    second = logging.event()
    logging.settled_until = edge
    logging.run()
    assert auditor.events() == [first]
    logging.settled_until = 0
    logging.run()
    assert sorted(auditor.events()) == sorted([first, second])


def test_more_events_than_one_read_takes_are_all_delivered(logging, auditor, monkeypatch):
    monkeypatch.setattr(deliver, "_PAGE", 3)
    monkeypatch.setattr(deliver, "_BATCH_BYTES", 400)
    monkeypatch.setattr(log_file, "MOST_BYTES", 200)
    ids = [logging.event() for _ in range(20)]
    logging.run()
    assert sorted(auditor.events()) == ids
    assert max(len(records(path)) for path in auditor.log_files()) < 3


def test_selectors_decide_what_is_delivered(logging, auditor, cloudtrail):
    cloudtrail("PutEventSelectors", TrailName="main", EventSelectors=[{"ReadWriteType": "WriteOnly"}])
    write, _read = logging.event(), logging.event(read_only=True)
    logging.run()
    assert auditor.events() == [write]


def test_data_events_stand_among_the_others_and_insights_in_a_folder_of_their_own(logging, auditor, cloudtrail):
    fields = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::XRay::Trace"]},
    ]
    cloudtrail("PutEventSelectors", TrailName="main", AdvancedEventSelectors=[{"FieldSelectors": fields}])
    logging.event()
    logging.event(category="Data", **a_record(resources=[{"type": "AWS::XRay::Trace"}]))
    logging.event(category="Data", **a_record(resources=[{"type": "AWS::S3::Object", "ARN": "arn:aws:s3:::a/b"}]))
    logging.event(category="Insight", **a_record(insightDetails={"insightType": "ApiCallRateInsight"}))
    logging.run()
    [path] = auditor.log_files()
    assert records(path) == [{"eventID": "x", "resources": [{"type": "AWS::XRay::Trace"}]}]
    assert auditor.log_files("CloudTrail-Insight") == []


def test_a_trail_of_one_region_has_its_events_and_those_of_global_services(world, cloudtrail, auditor):
    europe = cloudtrail.elsewhere(region="eu-west-1")
    europe.trail("home")
    europe("StartLogging", Name="home")
    here = world.event(region="eu-west-1")
    world.event(region="us-east-1")
    iam = world.event(region="us-east-1", source="iam.amazonaws.com")
    world.run()
    assert sorted(auditor.events()) == sorted([here, iam])
    assert {path.parts[-5] for path in auditor.log_files()} == {"eu-west-1", "us-east-1"}


def test_global_services_can_be_left_out(logging, auditor, cloudtrail):
    cloudtrail("UpdateTrail", Name="main", IncludeGlobalServiceEvents=False)
    logging.event(source="iam.amazonaws.com")
    own = logging.event()
    logging.run()
    assert auditor.events() == [own]


def test_a_trail_of_all_regions_has_each_in_a_folder_of_its_own(world, cloudtrail, auditor):
    cloudtrail.trail(IsMultiRegionTrail=True)
    cloudtrail("StartLogging", Name="main")
    ids = {region: world.event(region=region) for region in ("us-east-1", "eu-west-1", "ap-south-1")}
    world.run()
    assert {path.parts[-5]: records(path)[0]["eventID"] for path in auditor.log_files()} == ids


def test_another_accounts_events_are_never_delivered(logging, auditor):
    logging.event(account=OTHER_ACCOUNT)
    logging.run()
    assert auditor.log_files() == []


def test_each_trail_delivers_its_own_copy(logging, cloudtrail, auditor, control):
    cloudtrail.trail("second", S3BucketName="other")
    cloudtrail("StartLogging", Name="second")
    event = logging.event()
    logging.run()
    assert auditor.events() == Auditor(cloudtrail.bucket("other"), control).events() == [event]


@pytest.mark.parametrize(("is_recursive", "delivered"), [(True, ["PutObject"]), (False, [])])
def test_deliverys_own_calls_are_left_out(logging, auditor, cloudtrail, is_recursive, delivered):
    cloudtrail("UpdateTrail", Name="main", RecursiveLogging=is_recursive)
    by_us = {"userIdentity": {"invokedBy": "cloudtrail.amazonaws.com"}}
    for source, name in (("s3", "PutObject"), ("sns", "Publish"), ("logs", "PutLogEvents")):
        logging.event(source=f"{source}.amazonaws.com", name=name, **a_record(eventName=name, **by_us))
    logging.run()
    assert [record["eventName"] for path in auditor.log_files() for record in records(path)] == delivered


def test_a_bucket_that_is_gone_shows_in_the_status_and_loses_nothing(logging, auditor, cloudtrail, clock):
    event = logging.event()
    hidden = auditor.folder.rename(auditor.folder.with_name("hidden"))
    logging.run()
    found = status(cloudtrail)
    assert (found["LatestDeliveryError"], "LatestDeliveryTime" in found) == ("NoSuchBucket", False)
    assert (found["LatestDeliveryAttemptTime"], found["LatestDeliveryAttemptSucceeded"]) == ("2026-07-01T12:00:01Z", "")
    hidden.rename(auditor.folder)
    clock.advance(300)
    logging.run()
    assert auditor.events() == [event]
    found = status(cloudtrail)
    assert ("LatestDeliveryError" in found, found["LatestDeliveryTime"]) == (False, clock.now().timestamp())


def test_one_trails_bucket_does_not_keep_another_trail(logging, cloudtrail, auditor):
    cloudtrail.trail("another", S3BucketName="gone")
    cloudtrail("StartLogging", Name="another")
    cloudtrail.bucket("gone").rename(cloudtrail.bucket("gone").with_name("away"))
    event = logging.event()
    logging.run()
    assert auditor.events() == [event]


def test_a_topic_is_told_of_files_and_its_failure_keeps_no_file(logging, cloudtrail, auditor, clock):
    account = cloudtrail.elsewhere(invoke=lambda *_: {})
    account("UpdateTrail", Name="main", SnsTopicName="alerts")
    logging.event()
    logging.run()
    [path] = auditor.log_files()
    [(service, operation, request)] = logging.invoked
    assert (service, operation, request["TopicArn"]) == ("sns", "Publish", "arn:aws:sns:us-east-1:000000000000:alerts")
    key = str(path.relative_to(auditor.folder))
    assert request["Message"] == f'{{"s3Bucket":"audit","s3ObjectKey":["{key}"]}}'
    assert status(cloudtrail)["LatestNotificationTime"] == clock.now().timestamp()
    logging.invoke_errors["sns"] = "AuthorizationError"
    logging.event()
    logging.run()
    found = status(cloudtrail)
    assert (len(auditor.log_files()), found["LatestNotificationError"]) == (2, "AuthorizationError")
    assert "LatestDeliveryError" not in found


def test_a_log_group_has_a_record_for_each_event_and_catches_up_by_itself(logging, cloudtrail, auditor):
    account = cloudtrail.elsewhere(invoke=lambda *_: {})
    account("UpdateTrail", Name="main", **LOGS)
    logging.invoke_errors["logs"] = "NotImplementedException"
    first = logging.event()
    logging.run()
    found = status(cloudtrail)
    assert (found["LatestCloudWatchLogsDeliveryError"], auditor.events()) == ("NotImplementedException", [first])
    second = logging.event(region="us-east-1")
    logging.invoke_errors.clear()
    logging.invoked.clear()
    logging.run()
    assert "LatestCloudWatchLogsDeliveryError" not in status(cloudtrail)
    stream = {"logGroupName": "trail", "logStreamName": "000000000000_CloudTrail_us-east-1"}
    [(_, create, created), (_, put, request)] = logging.invoked
    assert (create, created, put) == ("CreateLogStream", stream, "PutLogEvents")
    assert [json.loads(event["message"])["eventID"] for event in request["logEvents"]] == [first, second]
    assert {event["timestamp"] for event in request["logEvents"]} == {int(logging.clock.now().timestamp() * 1000)}
    logging.invoked.clear()
    logging.run()
    assert logging.invoked == []


def test_log_events_come_in_batches_that_logs_takes_and_too_long_records_not_at_all(logging, cloudtrail):
    account = cloudtrail.elsewhere(invoke=lambda *_: {})
    account("UpdateTrail", Name="main", **LOGS)
    for size in (250_000, 250_000, 250_000, 250_000, 250_000, 300_000):
        logging.event(**a_record(padding="x" * size))
    logging.run()
    puts = [request["logEvents"] for _, operation, request in logging.invoked if operation == "PutLogEvents"]
    assert [len(events) for events in puts] == [4, 1]


def test_a_key_that_is_refused_shows_in_the_status_and_the_file_waits(logging, cloudtrail, auditor):
    key = "arn:aws:kms:us-east-1:000000000000:key/1"
    account = cloudtrail.elsewhere(invoke=lambda *_: {"KeyMetadata": {"Arn": key}})
    account("UpdateTrail", Name="main", KmsKeyId=key)
    event = logging.event()
    logging.invoke_errors["kms"] = "DisabledException"
    logging.run()
    assert (status(cloudtrail)["LatestDeliveryError"], auditor.log_files()) == ("KMS.DisabledException", [])
    cloudtrail("UpdateTrail", Name="main", KmsKeyId="")
    logging.run()
    assert auditor.events() == [event]
