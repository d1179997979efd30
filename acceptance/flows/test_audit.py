"""Every call is on record: found by boto3, the aws CLI and `skylens audit`, apart by account and region, whatever happens."""

import json
import shutil
import subprocess
import sys
import threading
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import planted
import pytest
from account import Account
from botocore.exceptions import BotoCoreError, ClientError
from documents import a_segment, new_trace_id
from servers import SKYLENS

from skylens.registry import ACCESS, HANDLERS

KILLS = 3
AWS = shutil.which("aws", path=str(Path(sys.executable).parent)) or shutil.which("aws")


def lookup(client, name="", value="", **members):
    if name:
        members["LookupAttributes"] = [{"AttributeKey": name, "AttributeValue": value}]
    return client.lookup_events(**members)["Events"]


def records(events):
    return [json.loads(event["CloudTrailEvent"]) for event in events]


@pytest.fixture
def cloudtrail(skylens):
    return skylens.client("cloudtrail")


def test_a_write_is_found_as_soon_as_it_is_answered(xray, cloudtrail):
    answer = xray.create_group(GroupName="audit-write", FilterExpression="fault")
    [event] = lookup(cloudtrail, "ResourceName", "audit-write")
    assert event["EventId"] == answer["ResponseMetadata"]["RequestId"]
    assert (event["EventName"], event["EventSource"], event["ReadOnly"]) == (
        "CreateGroup",
        "xray.amazonaws.com",
        "false",
    )
    [record] = records([event])
    assert record["requestParameters"] == {"groupName": "audit-write", "filterExpression": "fault"}
    assert record["responseElements"]["group"]["groupARN"] == answer["Group"]["GroupARN"]
    assert record["sourceIPAddress"] == "127.0.0.1"
    assert "Boto3" in record["userAgent"]


def test_a_read_is_found_within_a_second(xray, cloudtrail, eventually):
    took = []
    for _ in range(5):  # the quickest counts: the machine may have other work, too
        wanted = xray.get_groups()["ResponseMetadata"]["RequestId"]
        answered = time.monotonic()
        [event] = eventually(lambda wanted=wanted: lookup(cloudtrail, "EventId", wanted))
        took.append(time.monotonic() - answered)
        assert (event["ReadOnly"], records([event])[0]["responseElements"]) == ("true", None)
    assert min(took) < 1


def test_a_call_that_failed_is_on_record(xray, cloudtrail, eventually):
    with pytest.raises(ClientError) as refused:
        xray.delete_group(GroupName="audit-nothing")
    wanted = refused.value.response["ResponseMetadata"]["RequestId"]
    [event] = eventually(lambda: lookup(cloudtrail, "EventId", wanted))
    assert records([event])[0]["errorCode"] == "InvalidRequestException"


def test_ingest_is_not_on_record_unless_somebody_asks(xray, cloudtrail, eventually):
    answer = xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(a_segment("unrecorded"))])
    later = xray.get_groups()["ResponseMetadata"]["RequestId"]
    eventually(lambda: lookup(cloudtrail, "EventId", later))  # events are stored in the order of their calls
    assert lookup(cloudtrail, "EventId", answer["ResponseMetadata"]["RequestId"]) == []


def test_the_paginator_gives_every_event_once(xray, cloudtrail):
    xray.create_group(GroupName="audit-pages")
    for number in range(7):
        xray.update_group(GroupName="audit-pages", FilterExpression=f"duration > {number}")
    pages = cloudtrail.get_paginator("lookup_events").paginate(
        LookupAttributes=[{"AttributeKey": "ResourceName", "AttributeValue": "audit-pages"}],
        PaginationConfig={"PageSize": 3},
    )
    names = [[event["EventName"] for event in page["Events"]] for page in pages]
    assert names == [["UpdateGroup"] * 3, ["UpdateGroup"] * 3, ["UpdateGroup", "CreateGroup"]]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        (
            {"StartTime": datetime(2026, 2, 1, tzinfo=UTC), "EndTime": datetime(2026, 1, 1, tzinfo=UTC)},
            "InvalidTimeRangeException",
        ),
        ({"NextToken": "bm9uc2Vuc2U="}, "InvalidNextTokenException"),
        (
            {"LookupAttributes": [{"AttributeKey": "EventName", "AttributeValue": value} for value in "ab"]},
            "InvalidLookupAttributesException",
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_cannot_be_looked_up_is_refused(cloudtrail, members, code):
    with pytest.raises(ClientError) as refused:
        cloudtrail.lookup_events(**members)
    assert refused.value.response["Error"]["Code"] == code
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


def test_regions_are_apart_and_iam_is_in_one_of_them(skylens):
    name = "audit-region"
    skylens.client("xray", region_name="eu-west-1").create_group(GroupName=name)
    skylens.client("iam").create_user(UserName=name)
    here, there = skylens.client("cloudtrail"), skylens.client("cloudtrail", region_name="eu-west-1")
    assert [event["EventName"] for event in lookup(there, "ResourceName", name)] == ["CreateGroup"]
    assert [event["EventName"] for event in lookup(here, "ResourceName", name)] == ["CreateUser"]
    assert [record["awsRegion"] for record in records(lookup(here, "ResourceName", name))] == ["us-east-1"]


def test_the_secret_of_a_new_key_is_nowhere(skylens):
    iam = skylens.client("iam")
    iam.create_user(UserName="audit-secret")
    key = iam.create_access_key(UserName="audit-secret")["AccessKey"]
    cloudtrail = skylens.client("cloudtrail")
    [event] = lookup(cloudtrail, "ResourceName", key["AccessKeyId"])
    assert records([event])[0]["responseElements"]["accessKey"]["accessKeyId"] == key["AccessKeyId"]
    assert key["SecretAccessKey"] not in event["CloudTrailEvent"]


def aws(skylens, *arguments):
    done = subprocess.run(
        [AWS, *arguments, "--output", "json"], capture_output=True, text=True, check=True, env=skylens.shell()
    )
    return json.loads(done.stdout)


def test_the_aws_cli_looks_events_up(skylens, xray):
    xray.create_group(GroupName="audit-cli")
    xray.delete_group(GroupName="audit-cli")
    answer = aws(
        skylens, "cloudtrail", "lookup-events",
        "--lookup-attributes", "AttributeKey=ResourceName,AttributeValue=audit-cli", "--max-items", "1",
    )  # fmt: skip
    assert [event["EventName"] for event in answer["Events"]] == ["DeleteGroup"]
    assert answer["NextToken"]


def audit(skylens, *arguments):
    done = subprocess.run(
        [*SKYLENS, *arguments], capture_output=True, text=True, check=True, env={**skylens.shell(), "COLUMNS": "160"}
    )
    return done.stdout


def test_skylens_audit_says_who_deleted_it(skylens, xray):
    xray.create_group(GroupName="audit-verb")
    xray.delete_group(GroupName="audit-verb")
    told = audit(skylens, "audit", "--resource", "audit-verb", "--event", "DeleteGroup")
    [line] = [line for line in told.splitlines() if "DeleteGroup" in line]
    assert {"root", "xray:DeleteGroup", "audit-verb", "127.0.0.1", "ok"} <= set(line.split())
    assert "CreateGroup" not in told
    records_of = [json.loads(line) for line in audit(skylens, "audit", "-r", "audit-verb", "--json").splitlines()]
    assert [record["eventName"] for record in records_of] == ["CreateGroup", "DeleteGroup"]
    [shown] = [json.loads(audit(skylens, "audit", "show", records_of[0]["eventID"]))]
    assert shown == records_of[0]
    assert "No call of the last 1d" in audit(skylens, "audit", "--resource", "audit-nobody")
    assert "No call of the last 2h" in audit(skylens, "audit", "-r", "audit-verb", "--since", "2h", "--until", "1h")


def test_skylens_audit_follows_what_happens(skylens, xray, cloudtrail, eventually):
    command = [*SKYLENS, "audit", "--follow", "--json", "--resource", "audit-follow"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=skylens.shell()) as process:
        try:
            asked = lambda: [e for e in lookup(cloudtrail, "EventName", "LookupEvents") if "audit-follow" in str(e)]  # noqa: E731
            eventually(asked)  # it has looked once for what there is
            xray.create_group(GroupName="audit-follow")
            record = json.loads(process.stdout.readline())
        finally:
            process.terminate()
    assert record["eventName"] == "CreateGroup"


def test_a_trace_leads_to_the_events_of_its_calls_and_back(skylens):
    trace_id = new_trace_id()

    def as_the_sdk_does(request, **_):
        request.headers["X-Amzn-Trace-Id"] = f"Root={trace_id};Sampled=1"

    xray = skylens.client("xray")
    xray.meta.events.register("before-sign.xray.CreateGroup", as_the_sdk_does)
    answer = xray.create_group(GroupName="audit-traced")
    request_id = answer["ResponseMetadata"]["RequestId"]
    call = {"name": "XRay", "id": "00000000000000b2", "namespace": "aws", "start_time": time.time() - 1, "end_time": time.time(),
            "aws": {"operation": "CreateGroup", "region": "us-east-1", "request_id": request_id}}  # fmt: skip
    segment = a_segment("audited", trace_id=trace_id, subsegments=[call])
    xray.put_trace_segments(TraceSegmentDocuments=[json.dumps(segment)])
    told = audit(skylens, "traces", "show", trace_id)
    assert f"event {request_id}  CreateGroup of root" in told
    [event] = lookup(skylens.client("cloudtrail"), "EventId", request_id)
    assert records([event])[0]["additionalEventData"] == {"xRayTraceId": trace_id}


def write_until_cut_off(client, start, answered):
    """Create and delete groups until the server is gone; remember what was answered."""
    number = start
    while True:
        name = f"killed-{number}"
        try:
            answered.append((name, client.create_group(GroupName=name)["ResponseMetadata"]["RequestId"]))
            answered.append((name, client.delete_group(GroupName=name)["ResponseMetadata"]["RequestId"]))
        except BotoCoreError:  # however the connection breaks: this call was not answered
            return
        number += 1


def test_kill_9_loses_no_event_of_an_answered_write(own_skylens):
    server = own_skylens()
    answered: list[tuple[str, str]] = []
    for kill in range(KILLS):
        before = len(answered)
        writers = [
            threading.Thread(
                target=write_until_cut_off, args=(server.client(), 10_000 * (10 * kill + writer), answered)
            )
            for writer in range(4)
        ]
        for writer in writers:
            writer.start()
        while len(answered) < before + 40:
            writers[0].join(0.02)
        server.kill()
        for writer in writers:
            writer.join()
        server.start()
    cloudtrail = server.client("cloudtrail")
    pages = cloudtrail.get_paginator("lookup_events").paginate(
        LookupAttributes=[{"AttributeKey": "ReadOnly", "AttributeValue": "false"}]
    )
    found = [event["EventId"] for page in pages for event in page["Events"]]
    assert len(answered) >= KILLS * 40
    assert {request_id for _, request_id in answered} - set(found) == set()
    assert len(found) == len(set(found))
    # What was answered last of a group was its deletion, or its creation: the next answer may have been lost with the server.
    calls = Counter(name for name, _ in answered)
    kept = {group["GroupName"] for group in server.client().get_groups()["Groups"]}
    assert [name for name, count in calls.items() if count == 2 and name in kept] == []
    assert len([name for name, count in calls.items() if count == 1 and name not in kept]) <= KILLS * 4


EVERY_RECORD_HAS = (
    *("eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress"),
    *("userAgent", "requestParameters", "responseElements", "requestID", "eventID", "readOnly", "eventType"),
    *("managementEvent", "recipientAccountId", "eventCategory"),
)


def test_every_operation_is_on_record_as_its_row_says(skylens, eventually):
    account = Account(skylens, "888899990000", "of-every-operation")
    known, told = account.known(), {}
    signed = [key for key, access in ACCESS.items() if key in HANDLERS and not access.is_unsigned and key[0] != "s3"]
    for key in sorted(signed, key=lambda key: key[1].startswith(("Delete", "Disable", "Schedule"))):
        answer = account.tell(*key, planted.plain_request(*key, known))
        told[answer.request_id] = key, answer
    managing = {each for each, (key, _) in told.items() if not ACCESS[key].data_resource}
    history = eventually(account.history, lambda found: managing <= found.keys())
    assert managing == told.keys() & history.keys()  # data events are in no history
    assert sum(answer.status == 200 for _, answer in told.values()) > len(told) / 2
    for each in managing:
        (service, operation), answer = told[each]
        record = history[each]
        assert [member for member in EVERY_RECORD_HAS if member not in record] == []
        assert (record["eventName"], record["readOnly"]) == (operation, ACCESS[service, operation].read_only)
        assert bool(record.get("errorCode")) == (answer.status != 200), (operation, answer)
        assert record["responseElements"] is None or not record["readOnly"] or service == "sts"


def test_a_denied_call_is_on_record_with_who_tried(skylens, xray, eventually):
    iam = skylens.client("iam")
    iam.create_user(UserName="audit-denied")
    key = iam.create_access_key(UserName="audit-denied")["AccessKey"]
    xray.create_group(GroupName="audit-kept")
    theirs = skylens.client("xray", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    with pytest.raises(ClientError) as refused:
        theirs.delete_group(GroupName="audit-kept")
    [event] = eventually(lambda: lookup(skylens.client("cloudtrail"), "Username", "audit-denied"))
    [record] = records([event])
    assert (record["eventName"], record["errorCode"], record["requestParameters"]) == (
        "DeleteGroup",
        "AccessDeniedException",
        None,
    )
    assert record["errorMessage"] == refused.value.response["Error"]["Message"]
    assert record["userIdentity"]["userName"] == "audit-denied"
    assert "AccessDeniedException" in audit(skylens, "audit", "--failed", "--user", "audit-denied")


TRACED = """
import boto3
from aws_xray_sdk.core import patch, xray_recorder

patch(["botocore"])
xray_recorder.configure(sampling=False, service="audited-app")
with xray_recorder.in_segment("audited-app") as segment:
    answer = boto3.client("iam").list_users()
    print(segment.trace_id, answer["ResponseMetadata"]["RequestId"])
"""


def test_the_call_of_an_unmodified_sdk_is_linked_both_ways(skylens, eventually):
    done = subprocess.run(
        [sys.executable, "-c", TRACED], capture_output=True, text=True, check=True, env=skylens.shell()
    )
    trace_id, request_id = done.stdout.split()
    xray = skylens.client("xray")
    eventually(lambda: xray.batch_get_traces(TraceIds=[trace_id])["Traces"])
    assert f"event {request_id}  ListUsers of root" in audit(skylens, "traces", "show", trace_id)
    [event] = lookup(skylens.client("cloudtrail"), "EventId", request_id)
    assert records([event])[0]["additionalEventData"] == {"xRayTraceId": trace_id}


def test_a_role_of_another_account_is_on_record_in_both(skylens, eventually):
    command = [*SKYLENS, "accounts", "create", "777788889999", "--data", str(skylens.data), "--json"]
    told = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    theirs = {"aws_access_key_id": told["access_key_id"], "aws_secret_access_key": told["secret_access_key"]}
    own = skylens.client("sts").get_caller_identity()["Account"]
    statement = {"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{own}:root"}, "Action": "sts:AssumeRole"}
    trust = {"Version": "2012-10-17", "Statement": [statement]}
    iam = skylens.client("iam")
    iam.create_user(UserName="audit-traveller")
    may = {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": "*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [may]})
    iam.put_user_policy(UserName="audit-traveller", PolicyName="may", PolicyDocument=policy)
    key = iam.create_access_key(UserName="audit-traveller")["AccessKey"]
    arn = skylens.client("iam", **theirs).create_role(
        RoleName="audit-role", AssumeRolePolicyDocument=json.dumps(trust)
    )["Role"]["Arn"]
    sts = skylens.client("sts", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"])
    session = sts.assume_role(RoleArn=arn, RoleSessionName="trip")["Credentials"]
    key_of = session["AccessKeyId"]
    [mine] = records(eventually(lambda: lookup(skylens.client("cloudtrail"), "ResourceName", key_of)))
    [copy] = records(eventually(lambda: lookup(skylens.client("cloudtrail", **theirs), "ResourceName", key_of)))
    assert (mine["eventName"], mine["readOnly"], mine["userIdentity"]["userName"]) == (
        "AssumeRole",
        True,
        "audit-traveller",
    )
    assert mine["sharedEventID"] == copy["sharedEventID"]
    assert mine["eventID"] != copy["eventID"]
    assert copy["userIdentity"] == {
        "type": "AWSAccount",
        "principalId": mine["userIdentity"]["principalId"],
        "accountId": own,
    }
    assert session["SecretAccessKey"] not in json.dumps([mine, copy])
    as_role = {
        "aws_access_key_id": key_of,
        "aws_secret_access_key": session["SecretAccessKey"],
        "aws_session_token": session["SessionToken"],
    }
    with pytest.raises(ClientError):
        skylens.client("xray", **as_role).create_group(GroupName="audit-not-allowed")
    [denied] = eventually(lambda: lookup(skylens.client("cloudtrail", **theirs), "Username", "trip"))
    identity = records([denied])[0]["userIdentity"]
    assert (identity["type"], identity["sessionContext"]["sessionIssuer"]["userName"]) == ("AssumedRole", "audit-role")
