"""CloudTrail Lake over the network: what a user may not query is refused, and hostile statements reach nothing."""
# ruff: noqa: S608  # these queries are what is tested

import csv
import gzip
import hashlib
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from cryptography.hazmat.primitives.serialization import load_der_public_key

AWS = shutil.which("aws", path=str(Path(sys.executable).parent)) or shutil.which("aws")
HOSTILE = [
    "SELECT * FROM system.tables",
    "SELECT * FROM file('/etc/passwd', 'CSV', 'x String')",
    "SELECT 1 FROM {s}; DROP TABLE api_events",
    "SELECT * FROM {s} UNION ALL SELECT name FROM system.users",
    "SELECT * FROM {s} SETTINGS readonly = 0",
    "SELECT eventname FROM {s} WHERE eventname = '' OR sleep(3) = 0",
]


@pytest.fixture
def store(skylens) -> str:
    """A new event data store."""
    cloudtrail = skylens.client("cloudtrail")
    name = "lake-" + str(len(cloudtrail.list_event_data_stores()["EventDataStores"]))
    arn: str = cloudtrail.create_event_data_store(Name=name)["EventDataStoreArn"]
    return arn


def test_a_call_is_found_by_sql_a_second_later(skylens, xray, store, eventually):
    cloudtrail = skylens.client("cloudtrail")
    xray.create_group(GroupName="in-the-lake", FilterExpression="fault")
    statement = (
        f"SELECT count(*) AS n FROM {store} WHERE eventName = 'CreateGroup' "
        "AND element_at(requestParameters, 'groupName') = 'in-the-lake'"
    )

    def answer() -> Any:
        query = cloudtrail.start_query(QueryStatement=statement)["QueryId"]
        finished = eventually(
            lambda: cloudtrail.get_query_results(QueryId=query), lambda a: a["QueryStatus"] == "FINISHED"
        )
        return finished["QueryResultRows"]

    assert eventually(answer, lambda rows: rows == [[{"n": "1"}]])


def test_the_aws_cli_queries_the_lake(skylens, xray, store, eventually):
    def aws(*words: str) -> Any:
        command = [str(AWS), "cloudtrail", *words, "--output", "json"]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=skylens.shell())
        return json.loads(done.stdout)

    xray.create_group(GroupName="in-the-lake-of-the-cli")
    statement = (
        f"SELECT eventName, userIdentity.type FROM {store.rpartition('/')[2]} WHERE eventName = 'CreateGroup' LIMIT 1"
    )

    def rows() -> Any:
        query = aws("start-query", "--query-statement", statement)["QueryId"]
        eventually(lambda: aws("describe-query", "--query-id", query), lambda told: told["QueryStatus"] == "FINISHED")
        return aws("get-query-results", "--query-id", query)["QueryResultRows"]

    assert eventually(rows) == [[{"eventName": "CreateGroup"}, {"type": "Root"}]]
    assert store in json.dumps(aws("list-event-data-stores"))


def test_a_user_queries_the_stores_that_a_policy_names(skylens, store):
    cloudtrail, iam = skylens.client("cloudtrail"), skylens.client("iam")
    other = cloudtrail.create_event_data_store(Name="not-for-the-auditor")["EventDataStoreArn"]
    iam.create_user(UserName="auditor")
    actions = ["cloudtrail:StartQuery", "cloudtrail:GetQueryResults"]
    policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": store}]}
    iam.put_user_policy(UserName="auditor", PolicyName="lake", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="auditor")["AccessKey"]
    auditor = skylens.client(
        "cloudtrail", aws_access_key_id=key["AccessKeyId"], aws_secret_access_key=key["SecretAccessKey"]
    )
    query = auditor.start_query(QueryStatement=f"SELECT 1 FROM {store}")["QueryId"]
    auditor.get_query_results(QueryId=query)
    for call in (
        lambda: auditor.start_query(
            QueryStatement=f"SELECT a.eventid FROM {store} a JOIN {other} b ON a.eventid = b.eventid"
        ),
        lambda: auditor.start_query(
            QueryStatement=f"SELECT 1 FROM {store} WHERE eventid IN (SELECT eventid FROM {other.upper()[-36:]})"
        ),
        lambda: auditor.describe_query(QueryId=query),
        lambda: auditor.delete_event_data_store(EventDataStore=store),
    ):
        with pytest.raises(ClientError, match="AccessDenied"):
            call()


class Audited:
    """A delivered result in the hands of an auditor, who follows AWS's page on validating it and trusts nothing else.

    https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-query-results-validation.html
    """

    def __init__(self, cloudtrail: Any, s3: Any, prefix: str) -> None:
        self.cloudtrail = cloudtrail
        self.sign = json.loads(s3.get_object(Bucket="results", Key=f"{prefix}/result_sign.json")["Body"].read())
        names = [file["fileName"] for file in self.sign["files"]]
        self.files = {name: s3.get_object(Bucket="results", Key=f"{prefix}/{name}")["Body"].read() for name in names}

    def is_valid(self) -> bool:
        completed = datetime.strptime(self.sign["queryCompleteTime"], "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
        listed = self.cloudtrail.list_public_keys(StartTime=completed, EndTime=completed + timedelta(days=20))
        [der] = [k["Value"] for k in listed["PublicKeyList"] if k["Fingerprint"] == self.sign["publicKeyFingerprint"]]
        signed = " ".join(file["fileHashValue"] for file in self.sign["files"])
        try:
            load_der_public_key(der).verify(
                bytes.fromhex(self.sign["hashSignature"]), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
        except InvalidSignature:
            return False
        return all(
            hashlib.sha256(self.files[file["fileName"]]).hexdigest() == file["fileHashValue"]
            for file in self.sign["files"]
        )


def test_a_delivered_result_is_vouched_for_and_what_was_changed_is_not(skylens, xray, store, eventually):
    cloudtrail, s3 = skylens.client("cloudtrail"), skylens.client("s3")
    account = skylens.client("sts").get_caller_identity()["Account"]
    (skylens.data / "buckets" / account / "results").mkdir(parents=True, exist_ok=True)
    xray.create_group(GroupName="delivered", FilterExpression="fault")
    statement = f"SELECT eventName, count(*) AS n FROM {store} WHERE eventName = 'CreateGroup' GROUP BY eventName"

    def finished(query: str) -> Any:
        described = cloudtrail.describe_query(QueryId=query)
        return described["DeliveryStatus"] != "PENDING" and described

    def deliver() -> tuple[Any, str]:
        query = cloudtrail.start_query(QueryStatement=statement, DeliveryS3Uri="s3://results/of/lake")["QueryId"]
        described = eventually(lambda: finished(query))
        assert (described["DeliveryStatus"], described["DeliveryS3Uri"]) == ("SUCCESS", "s3://results/of/lake")
        day = f"{described['QueryStatistics']['CreationTime'].astimezone(UTC):%Y/%m/%d}"
        found = Audited(cloudtrail, s3, f"of/lake/AWSLogs/{account}/CloudTrail-Lake/Query/{day}/{query}")
        return found, gzip.decompress(found.files["result_1.csv.gz"]).decode()

    found, text = eventually(deliver, lambda delivered: "CreateGroup" in delivered[1])
    assert list(csv.reader(text.splitlines())) == [["eventName", "n"], ["CreateGroup", "1"]]
    assert found.sign["region"] == "us-east-1"
    assert found.is_valid()
    body = found.files["result_1.csv.gz"]
    found.files["result_1.csv.gz"] = gzip.compress(text.replace(",1", ",0").encode())
    assert not found.is_valid()
    found.sign["files"][0]["fileHashValue"] = hashlib.sha256(found.files["result_1.csv.gz"]).hexdigest()
    assert not found.is_valid()
    found.files["result_1.csv.gz"] = body
    assert not found.is_valid()
    with pytest.raises(cloudtrail.exceptions.S3BucketDoesNotExistException):
        cloudtrail.start_query(QueryStatement=statement, DeliveryS3Uri="s3://nobody-has-this-bucket")


@pytest.mark.parametrize("statement", HOSTILE)
def test_hostile_statements_are_refused(skylens, store, statement):
    cloudtrail = skylens.client("cloudtrail")
    with pytest.raises(cloudtrail.exceptions.InvalidQueryStatementException):
        cloudtrail.start_query(QueryStatement=statement.format(s=store))
