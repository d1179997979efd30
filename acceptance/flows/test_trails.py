"""Trails over real sockets: what was called is delivered, and the unmodified `aws cloudtrail validate-logs` vouches for it.

Digests cover seconds here instead of an hour; everything else is as in a day of AWS (black-box list of CloudTrail).
"""

import gzip
import json
import re
import shutil
import sqlite3
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError
from documents import checkout, put
from servers import Skylens

AWS = shutil.which("aws", path=str(Path(sys.executable).parent)) or shutil.which("aws")
ACCOUNT = "000000000000"
DIGEST_SECONDS = 2
QUICK = ("--trail-delivery-seconds", "1", "--digest-seconds", str(DIGEST_SECONDS))


class Audit:
    """A server with a trail, the folder that it delivers to, and the CLI that checks it."""

    def __init__(self, server: Skylens, eventually: Callable[..., Any]) -> None:
        self.server, self.eventually = server, eventually
        self.cloudtrail, self.xray, self.s3 = (server.client(name) for name in ("cloudtrail", "xray", "s3"))
        self.began = datetime.now(UTC) - timedelta(seconds=5)

    def bucket(self, name: str = "audit") -> Path:
        folder = self.server.data / "buckets" / ACCOUNT / name
        folder.mkdir(parents=True, exist_ok=True)
        return folder

    def log(self, name: str = "main", **settings: Any) -> str:
        """Create a trail that logs."""
        self.bucket()
        given = {"S3BucketName": "audit", "EnableLogFileValidation": True, **settings}
        arn = str(self.cloudtrail.create_trail(Name=name, **given)["TrailARN"])
        self.cloudtrail.start_logging(Name=name)
        return arn

    def files(self, kind: str = "CloudTrail", bucket: str = "audit") -> list[Path]:
        return sorted(path for path in self.bucket(bucket).rglob("*.json.gz") if f"/{kind}/" in str(path))

    def records(self, bucket: str = "audit") -> list[dict[str, Any]]:
        return [
            r for path in self.files(bucket=bucket) for r in json.loads(gzip.decompress(path.read_bytes()))["Records"]
        ]

    def digests(self, region: str = "us-east-1", bucket: str = "audit") -> list[dict[str, Any]]:
        paths = [path for path in self.files("CloudTrail-Digest", bucket) if f"/{region}/" in str(path)]
        found = [json.loads(gzip.decompress(path.read_bytes())) for path in paths]
        return sorted(found, key=lambda digest: digest["digestEndTime"])

    def wait_for_record(self, name: str, bucket: str = "audit") -> dict[str, Any]:
        def found() -> list[dict[str, Any]]:
            return [record for record in self.records(bucket) if record["eventName"] == name]

        return dict(self.eventually(found)[0])

    def wait_until_listed(self) -> None:
        """Wait until every log file that there is now stands in a digest."""
        there = {str(path.relative_to(self.bucket())) for path in self.files()}
        self.eventually(lambda: there <= {f["s3Object"] for digest in self.digests() for f in digest["logFiles"]})

    def wait_for_more_digests(self, more: int) -> None:
        wanted = len(self.digests()) + more
        self.eventually(lambda: len(self.digests()) >= wanted)

    def newest_digest_end(self) -> datetime:
        return datetime.fromisoformat(self.digests()[-1]["digestEndTime"])

    def wait_for_time(self, moment: datetime) -> None:
        self.eventually(lambda: datetime.now(UTC) > moment)

    def validate(self, arn: str, *arguments: str, region: str = "us-east-1") -> subprocess.CompletedProcess[str]:
        start, end = self.began, datetime.now(UTC) + timedelta(seconds=5)
        command = [AWS, "cloudtrail", "validate-logs", "--trail-arn", arn, "--verbose", "--region", region]
        command += [
            "--start-time",
            f"{start:%Y-%m-%dT%H:%M:%SZ}",
            "--end-time",
            f"{end:%Y-%m-%dT%H:%M:%SZ}",
            *arguments,
        ]
        environment = self.server.shell()
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=120, check=False)

    def vouched_for(self, arn: str, **where: str) -> tuple[int, int]:
        """Return how many digests and log files the CLI found valid; it must find nothing else."""
        done = self.validate(arn, **where)
        assert done.returncode == 0, done.stdout + done.stderr
        assert "INVALID" not in done.stdout
        return _all_of(done.stdout, "digest"), _all_of(done.stdout, "log")


def _all_of(text: str, kind: str) -> int:
    found = re.search(rf"(\d+)/(\d+) {kind} files valid", text)
    if found is None:
        return 0
    assert found[1] == found[2], text
    return int(found[1])


@pytest.fixture
def audit(own_skylens, eventually):
    return Audit(own_skylens(*QUICK), eventually)


@contextmanager
def changed(path: Path, body: bytes | None):
    """Give a file other bytes, or none at all, for a while."""
    before = path.read_bytes()
    if body is None:
        path.unlink()
    else:
        path.write_bytes(body)
    yield
    path.write_bytes(before)


def test_what_was_called_is_delivered_and_all_of_it_is_vouched_for(audit):
    arn = audit.log()
    audit.xray.create_group(GroupName="checkout", FilterExpression="fault")
    with pytest.raises(ClientError):
        audit.xray.delete_group(GroupName="nothing")
    created = audit.wait_for_record("CreateGroup")
    assert created["requestParameters"] == {"groupName": "checkout", "filterExpression": "fault"}
    assert (created["userIdentity"]["type"], created["awsRegion"]) == ("Root", "us-east-1")
    assert audit.wait_for_record("StartLogging")["eventSource"] == "cloudtrail.amazonaws.com"
    assert audit.wait_for_record("DeleteGroup")["errorCode"] == "InvalidRequestException"
    audit.wait_until_listed()
    audit.wait_for_more_digests(3)
    assert any(digest["logFiles"] == [] for digest in audit.digests())
    digests, logs = audit.vouched_for(arn)
    assert digests >= 3
    assert logs >= 1
    status = audit.cloudtrail.get_trail_status(Name="main")
    assert status["IsLogging"] is True
    assert not [name for name in status if name.endswith("Error")]
    assert status["LatestDigestDeliveryTime"] > status["StartLoggingTime"]


def test_what_was_tampered_with_is_named(audit):
    arn = audit.log()
    audit.xray.create_group(GroupName="checkout")
    audit.wait_for_record("CreateGroup")
    audit.wait_until_listed()
    audit.wait_for_more_digests(2)
    log, digest = audit.files()[0], audit.files("CloudTrail-Digest")[-2]

    def complaint(path: Path, body: bytes | None) -> str:
        with changed(path, body):
            done = audit.validate(arn)
        assert done.returncode == 1, done.stdout + done.stderr
        key = str(path.relative_to(audit.bucket()))
        lines = [line for line in done.stderr.splitlines() if key in line and "INVALID" in line]
        assert len(lines) == 1, done.stdout + done.stderr
        return lines[0]

    other = gzip.compress(gzip.decompress(log.read_bytes()).replace(b"checkout", b"checkin!"))
    flipped = bytearray(log.read_bytes())
    flipped[len(flipped) // 2] ^= 1
    assert "hash value doesn't match" in complaint(log, other)
    assert "INVALID" in complaint(log, bytes(flipped))
    assert "not found" in complaint(log, None)
    forged = gzip.compress(gzip.decompress(digest.read_bytes()).replace(b'"logFiles":[', b'"logFiles": ['))
    assert "signature verification failed" in complaint(digest, forged)
    assert "not found" in complaint(digest, None)
    moved = audit.files("CloudTrail-Digest")[-3].read_bytes()
    assert "has been moved from its original location" in complaint(digest, moved)
    audit.vouched_for(arn)


def test_a_restart_of_logging_and_one_of_the_server_leave_everything_valid(audit):
    arn = audit.log()
    audit.xray.create_group(GroupName="before")
    audit.wait_for_record("CreateGroup")
    audit.cloudtrail.stop_logging(Name="main")
    stopped = audit.cloudtrail.get_trail_status(Name="main")["StopLoggingTime"]
    audit.wait_for_time(stopped + timedelta(seconds=2.1))  # so long what comes is still delivered: the stop itself is
    audit.xray.create_group(GroupName="unseen")
    audit.wait_for_record("StopLogging")
    audit.wait_until_listed()
    audit.wait_for_time(audit.newest_digest_end() + timedelta(seconds=1))
    audit.cloudtrail.start_logging(Name="main")
    audit.xray.update_group(GroupName="before", FilterExpression="error")
    audit.wait_for_record("UpdateGroup")
    assert audit.server.stop() == 0
    audit.wait_for_time(audit.newest_digest_end() + timedelta(seconds=2 * DIGEST_SECONDS))  # one digest is missed
    audit.server.start()
    audit.xray.delete_group(GroupName="before")
    audit.wait_for_record("DeleteGroup")
    audit.wait_until_listed()
    done = audit.validate(arn)
    assert (done.returncode, "INVALID" in done.stdout) == (0, False), done.stdout + done.stderr
    assert "No log files were delivered by CloudTrail" in done.stderr
    names = [r["requestParameters"]["groupName"] for r in audit.records() if r["eventName"] == "CreateGroup"]
    assert names == ["before"]
    firsts = [digest for digest in audit.digests() if digest["previousDigestS3Object"] is None]
    assert len(firsts) == 2


def test_a_server_that_stops_delivers_what_it_has(own_skylens, eventually):
    audit = Audit(own_skylens("--trail-delivery-seconds", "3600"), eventually)
    audit.log()
    audit.xray.create_group(GroupName="last")
    assert audit.server.stop() == 0
    assert "last" in [(r["requestParameters"] or {}).get("groupName") for r in audit.records()]


def test_nothing_that_was_answered_is_lost_when_the_server_is_killed(audit):
    arn = audit.log()
    answered = []
    for number in range(30):
        audit.xray.create_group(GroupName=f"group-{number}")
        answered.append(f"group-{number}")
        if number % 10 == 9:
            audit.server.kill()
            audit.server.start()
    audit.wait_for_record("CreateGroup")

    def delivered() -> set[str]:
        return {r["requestParameters"]["groupName"] for r in audit.records() if r["eventName"] == "CreateGroup"}

    audit.eventually(lambda: delivered() == set(answered))
    audit.wait_for_more_digests(2)
    audit.vouched_for(arn)


def test_another_bucket_continues_the_chain(audit):
    arn = audit.log()
    audit.xray.create_group(GroupName="first")
    audit.wait_for_record("CreateGroup")
    audit.wait_until_listed()
    audit.bucket("second")
    audit.cloudtrail.update_trail(Name="main", S3BucketName="second")
    audit.xray.delete_group(GroupName="first")
    audit.wait_for_record("DeleteGroup", "second")
    audit.eventually(lambda: any(digest["logFiles"] for digest in audit.digests(bucket="second")))
    first = audit.digests(bucket="second")[0]
    assert (first["previousDigestS3Bucket"], first["digestS3Bucket"]) == ("audit", "second")
    digests, logs = audit.vouched_for(arn)
    assert digests >= len(audit.digests()) + 1
    assert logs >= 2


def test_a_signing_key_that_another_took_over_from_still_vouches(audit):
    arn = audit.log()
    audit.wait_for_more_digests(2)
    audit.server.stop()
    with sqlite3.connect(audit.server.data / "state.sqlite") as state:  # the key grows old: its last hour has begun
        state.execute("UPDATE signing_keys SET valid_until = ?", ((time.time() + 3600) * 1000,))
    state.close()
    audit.server.start()
    audit.wait_for_more_digests(2)
    assert len({digest["digestPublicKeyFingerprint"] for digest in audit.digests()}) == 2
    assert audit.vouched_for(arn)[0] >= 4


def test_every_region_has_its_files_and_its_chain(audit):
    arn = audit.log(IsMultiRegionTrail=True, S3KeyPrefix="org/logs")
    europe = audit.server.client("xray", region_name="eu-west-1")
    europe.create_group(GroupName="far")
    record = audit.wait_for_record("CreateGroup")
    assert record["awsRegion"] == "eu-west-1"
    audit.eventually(lambda: any(digest["logFiles"] for digest in audit.digests("eu-west-1")))
    assert audit.vouched_for(arn, region="eu-west-1")[1] >= 1
    assert audit.vouched_for(arn)[1] >= 1
    shadows = audit.server.client("cloudtrail", region_name="eu-west-1").describe_trails()["trailList"]
    assert [(trail["TrailARN"], trail["HomeRegion"]) for trail in shadows] == [(arn, "us-east-1")]


def test_data_events_are_recorded_once_a_trail_selects_them(audit):
    audit.log()
    put(audit.xray, checkout("unseen"))
    selectors = [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::XRay::Trace"]},
        {"Field": "readOnly", "Equals": ["false"]},
    ]
    audit.cloudtrail.put_event_selectors(TrailName="main", AdvancedEventSelectors=[{"FieldSelectors": selectors}])
    sent = []

    def recorded() -> list[str]:
        """Send one more, until the server knows of the selectors, and another behind the read that nobody selected."""
        document = checkout("seen")
        sent.append(f"trace_id:{document['trace_id']}")
        put(audit.xray, document)
        audit.xray.get_groups()
        found = [r for r in audit.records() if r["eventName"] in {"PutTraceSegments", "GetGroups"}]
        told = [(r["requestParameters"] or {}).get("traceSegmentDocuments", [r["eventName"]]) for r in found]
        return [one for each in told for one in each]

    told = audit.eventually(recorded, lambda ids: len(ids) > 1)
    assert set(told) <= set(sent)


def test_clients_of_s3_find_the_files(audit, tmp_path):
    audit.log()
    audit.xray.create_group(GroupName="checkout")
    audit.wait_for_record("CreateGroup")
    key = str(audit.files()[0].relative_to(audit.bucket()))
    pages = audit.s3.get_paginator("list_objects_v2").paginate(Bucket="audit", Prefix="AWSLogs/")
    assert key in [found["Key"] for page in pages for found in page["Contents"]]
    found = audit.s3.get_object(Bucket="audit", Key=key)
    assert found["Body"].read() == audit.files()[0].read_bytes()
    signer = audit.server.client("s3", config=Config(signature_version="s3v4"))
    link = signer.generate_presigned_url("get_object", Params={"Bucket": "audit", "Key": key})
    with urllib.request.urlopen(link) as answer:
        assert answer.read() == audit.files()[0].read_bytes()
    command = [AWS, "s3", "cp", "--recursive", "s3://audit/AWSLogs", str(tmp_path / "copy")]
    subprocess.run(command, env=audit.server.shell(), capture_output=True, timeout=120, check=True)
    assert (tmp_path / "copy" / key.removeprefix("AWSLogs/")).read_bytes() == audit.files()[0].read_bytes()
    audit.s3.get_bucket_location(Bucket="audit")
    wanted = [{"AttributeKey": "EventName", "AttributeValue": "GetBucketLocation"}]
    [event] = audit.eventually(lambda: audit.cloudtrail.lookup_events(LookupAttributes=wanted)["Events"])
    assert json.loads(event["CloudTrailEvent"])["requestParameters"] == {"bucketName": "audit"}
    assert event["Resources"] == [{"ResourceType": "AWS::S3::Bucket", "ResourceName": "audit"}]
    (audit.bucket().parent.parent / "secret").write_text("secret")
    for hostile in ("../../secret", "../../../state.sqlite", "/etc/passwd"):
        with pytest.raises(ClientError, match="NoSuchKey"):
            audit.s3.get_object(Bucket="audit", Key=hostile)
    with pytest.raises(ClientError, match="NotImplemented"):
        audit.s3.put_object(Bucket="audit", Key="mine", Body=b"")


def test_who_may_not_read_the_bucket_is_refused_and_on_record(audit):
    audit.log()
    iam = audit.server.client("iam")
    iam.create_user(UserName="reader")
    key = iam.create_access_key(UserName="reader")["AccessKey"]
    credentials = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    reader = audit.server.client("s3", **credentials)
    audit.bucket().joinpath("a").write_text("x")
    with pytest.raises(ClientError, match="is not authorized to perform: s3:GetObject") as refused:
        reader.get_object(Bucket="audit", Key="a")
    assert refused.value.response["Error"]["Code"] == "AccessDenied"
    with pytest.raises(ClientError, match="is not authorized to perform: cloudtrail:StopLogging"):
        audit.server.client("cloudtrail", **credentials).stop_logging(Name="main")
    allow = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::audit/*"}
    policy = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_user_policy(UserName="reader", PolicyName="read", PolicyDocument=policy)
    assert reader.get_object(Bucket="audit", Key="a")["Body"].read() == b"x"
    with pytest.raises(ClientError, match="AccessDenied"):
        reader.list_objects(Bucket="audit")
    audit.eventually(lambda: [r for r in audit.records() if r["eventName"] == "StopLogging" and r.get("errorCode")])


def test_a_topic_and_a_log_group_that_are_not_built_show_in_the_status(audit):
    group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:trail:*"
    role = f"arn:aws:iam::{ACCOUNT}:role/trail"
    audit.log(SnsTopicName="alerts", CloudWatchLogsLogGroupArn=group, CloudWatchLogsRoleArn=role)
    audit.xray.create_group(GroupName="checkout")
    audit.wait_for_record("CreateGroup")

    def status() -> dict[str, Any]:
        return dict(audit.cloudtrail.get_trail_status(Name="main"))

    audit.eventually(lambda: "LatestNotificationAttemptTime" in status() and status()["LatestNotificationAttemptTime"])
    assert status()["LatestNotificationError"] == "NotImplementedException"
    assert status()["LatestCloudWatchLogsDeliveryError"] == "NotImplementedException"
    assert "LatestDeliveryError" not in status()


def test_files_encrypted_with_a_key_are_vouched_for_and_unreadable_without_it(audit):
    kms = audit.server.client("kms")
    audit.bucket()
    key = kms.create_key(Description="trail")["KeyMetadata"]["Arn"]
    with pytest.raises(ClientError, match="InsufficientEncryptionPolicyException"):
        audit.log(KmsKeyId=key)
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    statement = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Action": ["kms:GenerateDataKey*", "kms:DescribeKey"],
        "Resource": "*",
        "Condition": {
            "StringLike": {"kms:EncryptionContext:aws:cloudtrail:arn": f"arn:aws:cloudtrail:*:{ACCOUNT}:trail/*"}
        },
    }
    describe = {**statement, "Action": "kms:DescribeKey"}
    del describe["Condition"]
    policy["Statement"] += [statement, describe]
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    kms.create_alias(AliasName="alias/trail", TargetKeyId=key)
    arn = audit.log(KmsKeyId="alias/trail")
    assert audit.cloudtrail.get_trail(Name="main")["Trail"]["KmsKeyId"] == key
    audit.xray.create_group(GroupName="confidential")
    path = audit.eventually(audit.files)[0]
    assert not path.read_bytes().startswith(b"\x1f\x8b")
    found = audit.s3.get_object(Bucket="audit", Key=str(path.relative_to(audit.bucket())))
    assert found["SSEKMSKeyId"] == key
    assert json.loads(gzip.decompress(found["Body"].read()))["Records"]
    audit.eventually(lambda: len(audit.files("CloudTrail-Digest")) >= 2)
    digests, logs = audit.vouched_for(arn)
    assert digests >= 2
    assert logs >= 1
    kms.disable_key(KeyId=key)
    with pytest.raises(ClientError, match=r"KMS\.DisabledException"):
        audit.s3.get_object(Bucket="audit", Key=str(path.relative_to(audit.bucket())))
    audit.xray.delete_group(GroupName="confidential")
    audit.eventually(
        lambda: audit.cloudtrail.get_trail_status(Name="main").get("LatestDeliveryError") == "KMS.DisabledException"
    )
    kms.enable_key(KeyId=key)
    audit.eventually(lambda: "LatestDeliveryError" not in audit.cloudtrail.get_trail_status(Name="main"))
