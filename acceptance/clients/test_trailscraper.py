"""trailscraper, unmodified: it downloads a trail's log files and writes the policy of what a role did."""

import gzip
import json
import subprocess

import pytest
from account import a_policy, allow, key_of, trusting
from packages import programs_of

ACCOUNT = "000000000000"


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    return programs_of("trailscraper", tmp_path_factory.mktemp("trailscraper")) / "trailscraper"


@pytest.mark.waits_long
def test_it_writes_the_policy_of_what_a_role_did(program, own_skylens, eventually, tmp_path):
    skylens = own_skylens("--trail-delivery-seconds", "1")
    bucket = skylens.data / "buckets" / ACCOUNT / "audit"
    bucket.mkdir(parents=True)
    cloudtrail, iam = skylens.client("cloudtrail"), skylens.client("iam")
    cloudtrail.create_trail(Name="main", S3BucketName="audit")
    cloudtrail.start_logging(Name="main")
    trust = trusting(f"arn:aws:iam::{ACCOUNT}:root")
    role = iam.create_role(RoleName="deployer", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName="deployer", PolicyName="all", PolicyDocument=a_policy(allow("xray:*")))
    iam.create_user(UserName="ci")
    iam.put_user_policy(UserName="ci", PolicyName="all", PolicyDocument=a_policy(allow("sts:AssumeRole")))
    key = key_of(iam.create_access_key(UserName="ci")["AccessKey"])
    given = skylens.client("sts", **key).assume_role(RoleArn=role, RoleSessionName="ci")["Credentials"]
    xray = skylens.client("xray", **key_of(given), aws_session_token=given["SessionToken"])
    xray.create_group(GroupName="checkout")
    xray.get_group(GroupName="checkout")
    xray.delete_group(GroupName="checkout")

    def run(*arguments, told=None):
        command = [program, *arguments]
        done = subprocess.run(
            command, input=told, env=skylens.shell(), capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    folder = tmp_path / "logs"
    where = ("--bucket", "audit", "--account-id", ACCOUNT, "--region", "us-east-1", "--log-dir", folder)
    eventually(lambda: any(b"DeleteGroup" in gzip.decompress(path.read_bytes()) for path in bucket.rglob("*.json.gz")))
    run("download", *where)
    records = json.loads(run("select", "--log-dir", folder, "--filter-assumed-role-arn", role))["Records"]
    assert sorted(record["eventName"] for record in records) == ["CreateGroup", "DeleteGroup", "GetGroup"]
    policy = json.loads(run("generate", told=json.dumps({"Records": records})))
    (statement,) = policy["Statement"]
    assert statement["Action"] == ["xray:CreateGroup", "xray:DeleteGroup", "xray:GetGroup"]
