"""Files of a trail of AWS's, imported into an event data store: through kill -9, with a broken one among them, each event once."""
# ruff: noqa: S608  # these queries are what is tested

import gzip
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from account import a_policy, allow
from botocore.exceptions import ClientError

OWNER = "123456789012"  # of the trail, at AWS
FILES, EVENTS = 150, 100  # of them, and in each
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0) - timedelta(days=20)


def a_record(number: int, time: datetime) -> dict[str, Any]:
    return {
        "eventVersion": "1.09",
        "userIdentity": {
            "type": "AssumedRole",
            "principalId": "AROAEXAMPLE7Q2LQ4W6ZN:ci-42",
            "arn": f"arn:aws:sts::{OWNER}:assumed-role/Deployer/ci-{number % 7}",
            "accountId": OWNER,
            "accessKeyId": "ASIAEXAMPLE5KQ7H2TBD",
        },
        "eventTime": f"{time:%Y-%m-%dT%H:%M:%SZ}",
        "eventSource": "ec2.amazonaws.com",
        "eventName": ("RunInstances", "TerminateInstances", "DescribeInstances")[number % 3],
        "awsRegion": "eu-central-1",
        "sourceIPAddress": "198.51.100.7",
        "userAgent": "aws-cli/2.31.0",
        "requestParameters": {"instancesSet": {"items": [{"instanceId": f"i-{number:08x}"}]}},
        "responseElements": None,
        "requestID": str(UUID(int=number, version=4)),
        "eventID": str(UUID(int=(7 << 64) + number, version=4)),
        "readOnly": number % 3 == 2,
        "eventType": "AwsApiCall",
        "managementEvent": True,
        "recipientAccountId": OWNER,
        "eventCategory": "Management",
        "tlsDetails": {"tlsVersion": "TLSv1.3"},
    }


def a_key(number: int, folder: str = "CloudTrail") -> str:
    time = NOON + timedelta(hours=number)
    where = f"AWSLogs/{OWNER}/{folder}/eu-central-1/{time:%Y/%m/%d}"
    return f"{where}/{OWNER}_CloudTrail_eu-central-1_{time:%Y%m%dT%H%M}Z_{number:016X}.json.gz"


def a_file(number: int) -> bytes:
    time = NOON + timedelta(hours=number, minutes=-5)
    records = [a_record(number * EVENTS + each, time) for each in range(EVENTS)]
    return gzip.compress(json.dumps({"Records": records}).encode())


class Importing:
    """A server with a bucket of files, a store for them, and a role that reads."""

    def __init__(self, server: Any, eventually: Any) -> None:
        self.server, self.eventually = server, eventually
        self.account = server.client("sts").get_caller_identity()["Account"]
        self.bucket = server.data / "buckets" / self.account / "from-aws"
        cloudtrail = server.client("cloudtrail")
        self.store = cloudtrail.create_event_data_store(Name="from-aws", StartIngestion=False)["EventDataStoreArn"]
        condition = {"StringEquals": {"aws:SourceArn": self.store, "aws:SourceAccount": self.account}}
        principal = {"Service": "cloudtrail.amazonaws.com"}
        trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
        iam = server.client("iam")
        made = iam.create_role(RoleName="importer", AssumeRolePolicyDocument=a_policy(trust))
        self.role = made["Role"]["Arn"]
        arns = ["arn:aws:s3:::from-aws", "arn:aws:s3:::from-aws/*"]
        reading = a_policy(allow(["s3:ListBucket", "s3:GetObject"], arns, Condition=condition))
        iam.put_role_policy(RoleName="importer", PolicyName="read", PolicyDocument=reading)

    def write(self, key: str, body: bytes) -> str:
        path = self.bucket / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
        return f"s3://from-aws/{key}"

    def start(self, **more: Any) -> str:
        source = {"S3LocationUri": "s3://from-aws/", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": self.role}
        new = {"Destinations": [self.store], "ImportSource": {"S3": source}}
        import_id: str = self.server.client("cloudtrail").start_import(**(more or new))["ImportId"]
        return import_id

    def until(self, import_id: str, hoped: Any, seconds: float = 60) -> dict[str, Any]:
        ask = self.server.client("cloudtrail").get_import
        found: dict[str, Any] = self.eventually(lambda: ask(ImportId=import_id), hoped, seconds)
        return found

    def ended(self, import_id: str) -> dict[str, Any]:
        return self.until(import_id, lambda found: found["ImportStatus"] in {"FAILED", "COMPLETED"})

    def ask(self, statement: str) -> list[list[str]]:
        cloudtrail = self.server.client("cloudtrail")
        query = cloudtrail.start_query(QueryStatement=statement)["QueryId"]
        answer = self.eventually(
            lambda: cloudtrail.get_query_results(QueryId=query), lambda told: told["QueryStatus"] == "FINISHED", 60
        )
        return [[value for cell in row for value in cell.values()] for row in answer["QueryResultRows"]]


def test_an_import_survives_kill_9_and_names_what_is_broken(own_skylens, eventually):
    server = own_skylens()
    world = Importing(server, eventually)
    for number in range(FILES):
        world.write(a_key(number), a_file(number))
    broken = world.write(a_key(FILES // 2), a_file(FILES // 2)[:-100])
    world.write(a_key(1, "CloudTrail-Digest"), gzip.compress(b'{"awsAccountId": "1"}'))
    import_id = world.start()
    begun = world.until(import_id, lambda found: found["ImportStatistics"]["FilesCompleted"] > 0)
    server.kill()
    assert begun["ImportStatus"] == "IN_PROGRESS"
    server.start()
    done = world.ended(import_id)
    assert done["ImportStatus"] == "FAILED"
    days = len({a_key(number).rpartition("/")[0] for number in range(FILES)})
    expected = {
        "PrefixesFound": days,
        "PrefixesCompleted": days,
        "FilesCompleted": FILES - 1,
        "EventsCompleted": (FILES - 1) * EVENTS,
        "FailedEntries": 1,
    }
    assert done["ImportStatistics"] == expected
    cloudtrail = server.client("cloudtrail")
    [failure] = (
        cloudtrail.get_paginator("list_import_failures").paginate(ImportId=import_id).build_full_result()["Failures"]
    )
    assert (failure["Location"], failure["Status"], failure["ErrorType"]) == (broken, "FAILED", "InvalidCompression")

    world.write(a_key(FILES // 2), a_file(FILES // 2))
    assert world.start(ImportId=import_id) == import_id
    done = world.ended(import_id)
    assert done["ImportStatus"] == "COMPLETED"
    assert done["ImportStatistics"]["EventsCompleted"] == FILES * EVENTS
    # Once more: nothing is there twice.
    assert world.ended(world.start())["ImportStatus"] == "COMPLETED"
    store = world.store[-36:]
    total = str(FILES * EVENTS)
    assert world.ask(f"SELECT count(*), count(DISTINCT eventid) FROM {store}") == [[total, total]]
    rows = world.ask(f"SELECT eventname, count(*) FROM {store} WHERE readonly = false GROUP BY 1 ORDER BY 1")
    assert rows == [["RunInstances", str(FILES * EVENTS // 3)], ["TerminateInstances", str(FILES * EVENTS // 3)]]
    listed = cloudtrail.get_paginator("list_imports").paginate(Destination=world.store).build_full_result()["Imports"]
    assert [each["ImportStatus"] for each in listed] == ["COMPLETED", "COMPLETED"]


def test_a_user_hands_only_roles_on_that_he_may(skylens, eventually):
    world = Importing(skylens, eventually)
    world.write(a_key(0), a_file(0))
    iam = skylens.client("iam")
    iam.create_user(UserName="importing-user")
    key = iam.create_access_key(UserName="importing-user")["AccessKey"]
    user = skylens.client(
        "cloudtrail", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )
    source = {"S3LocationUri": "s3://from-aws/", "S3BucketRegion": "us-east-1", "S3BucketAccessRoleArn": world.role}
    new = {"Destinations": [world.store], "ImportSource": {"S3": source}}
    may_start = allow(["cloudtrail:StartImport", "cloudtrail:GetImport"])
    iam.put_user_policy(UserName="importing-user", PolicyName="import", PolicyDocument=a_policy(may_start))
    with pytest.raises(ClientError, match="not authorized to perform: iam:PassRole on resource"):
        user.start_import(**new)
    both = a_policy(may_start, allow("iam:PassRole", world.role))
    iam.put_user_policy(UserName="importing-user", PolicyName="import", PolicyDocument=both)
    import_id = user.start_import(**new)["ImportId"]
    assert world.ended(import_id)["ImportStatistics"]["EventsCompleted"] == EVENTS
    # Without its trust the role is not assumed, whoever asks.
    nobody = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName="untrusting", AssumeRolePolicyDocument=a_policy(nobody))
    source["S3BucketAccessRoleArn"] = world.role.replace("importer", "untrusting")
    import_id = skylens.client("cloudtrail").start_import(**new)["ImportId"]
    assert world.ended(import_id)["ImportStatus"] == "FAILED"
    [failure] = skylens.client("cloudtrail").list_import_failures(ImportId=import_id)["Failures"]
    assert (failure["Location"], failure["ErrorType"]) == ("s3://from-aws/", "AccessDenied")
