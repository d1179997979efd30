"""The metric filters that the CIS AWS Foundations Benchmark wants over a trail find in our records what they are for.

Security Hub's controls CloudWatch.1 to CloudWatch.7; 8 to 14 are of services that are not here. The patterns are theirs, as
they are: https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
"""

import json
import subprocess
import urllib.error
import urllib.request

import pytest
from account import Somebody, a_policy, allow, key_of, trusting
from botocore.exceptions import ClientError
from metric_filter import matches
from servers import SKYLENS

ACCOUNT = "515151515151"
POLICY_CHANGES = (
    "DeleteGroupPolicy", "DeleteRolePolicy", "DeleteUserPolicy", "PutGroupPolicy", "PutRolePolicy", "PutUserPolicy",
    "CreatePolicy", "DeletePolicy", "CreatePolicyVersion", "DeletePolicyVersion", "AttachRolePolicy", "DetachRolePolicy",
    "AttachUserPolicy", "DetachUserPolicy", "AttachGroupPolicy", "DetachGroupPolicy",
)  # fmt: skip
TRAIL_CHANGES = ("CreateTrail", "UpdateTrail", "DeleteTrail", "StartLogging", "StopLogging")
KEY_ENDINGS = ("DisableKey", "ScheduleKeyDeletion")


def any_of(names):
    return " || ".join(f"($.eventName={name})" for name in names)


ROOT = '{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}'
REFUSED = '{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}'
WITHOUT_MFA = (
    '{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") && ($.userIdentity.type = "IAMUser")'
    ' && ($.responseElements.ConsoleLogin = "Success") }'
)
POLICIES = f"{{($.eventSource=iam.amazonaws.com) && ({any_of(POLICY_CHANGES)})}}"
TRAILS = f"{{{any_of(TRAIL_CHANGES)}}}"
FAILED_LOGIN = '{($.eventName=ConsoleLogin) && ($.errorMessage="Failed authentication")}'
KEYS = f"{{($.eventSource=kms.amazonaws.com) && ({any_of(KEY_ENDINGS)})}}"


class Happened:
    """An account in which somebody did what the filters watch for;"""

    def __init__(self, skylens):
        create = [*SKYLENS, "accounts", "create", ACCOUNT, "--name", "watched", "--data", str(skylens.data), "--json"]
        made = json.loads(subprocess.run(create, capture_output=True, text=True, check=True).stdout)
        self.root = Somebody(skylens, key_of(made))
        (skylens.data / "buckets" / ACCOUNT / "audit").mkdir(parents=True)
        iam = self.root.client("iam")
        iam.create_user(UserName="erin")
        key = iam.create_access_key(UserName="erin")["AccessKey"]
        everything = a_policy(allow(["iam:*", "cloudtrail:*", "kms:*"]))
        iam.put_user_policy(UserName="erin", PolicyName="all", PolicyDocument=everything)
        self.erin = Somebody(skylens, key_of(key))
        self._change_policies()
        self._change_a_trail_and_its_key()
        self._be_refused()
        self._let_services_call()
        for secret in ("wrong", key["SecretAccessKey"]):
            self._sign_in(skylens.endpoint, key["AccessKeyId"], secret)

    def records(self):
        """The account's event history."""
        pages = self.root.client("cloudtrail").get_paginator("lookup_events").paginate()
        return [json.loads(event["CloudTrailEvent"]) for page in pages for event in page["Events"]]

    def _change_policies(self):
        iam, document = self.erin.client("iam"), a_policy(allow("s3:GetObject"))
        iam.create_group(GroupName="g")
        iam.create_role(RoleName="r", AssumeRolePolicyDocument=trusting(f"arn:aws:iam::{ACCOUNT}:root"))
        iam.create_user(UserName="u")
        policy = iam.create_policy(PolicyName="p", PolicyDocument=document)["Policy"]["Arn"]
        for kind, name in (("group", "g"), ("role", "r"), ("user", "u")):
            whose = {f"{kind.title()}Name": name}
            getattr(iam, f"put_{kind}_policy")(**whose, PolicyName="inline", PolicyDocument=document)
            getattr(iam, f"delete_{kind}_policy")(**whose, PolicyName="inline")
            getattr(iam, f"attach_{kind}_policy")(**whose, PolicyArn=policy)
            getattr(iam, f"detach_{kind}_policy")(**whose, PolicyArn=policy)
        iam.create_policy_version(PolicyArn=policy, PolicyDocument=document)
        iam.delete_policy_version(PolicyArn=policy, VersionId="v2")
        iam.delete_policy(PolicyArn=policy)

    def _change_a_trail_and_its_key(self):
        kms, cloudtrail = self.erin.client("kms"), self.erin.client("cloudtrail")
        trail_may = allow(
            ["kms:GenerateDataKey*", "kms:DescribeKey"], Principal={"Service": "cloudtrail.amazonaws.com"}
        )
        owner_may = allow("kms:*", Principal={"AWS": f"arn:aws:iam::{ACCOUNT}:root"})
        key = kms.create_key(Policy=a_policy(owner_may, trail_may))["KeyMetadata"]["KeyId"]
        cloudtrail.create_trail(Name="watched", S3BucketName="audit", KmsKeyId=key)
        cloudtrail.start_logging(Name="watched")
        cloudtrail.update_trail(Name="watched", KmsKeyId="")
        cloudtrail.stop_logging(Name="watched")
        cloudtrail.delete_trail(Name="watched")
        kms.disable_key(KeyId=key)
        kms.schedule_key_deletion(KeyId=key, PendingWindowInDays=7)

    def _be_refused(self):
        role = f"arn:aws:iam::{ACCOUNT}:role/r"
        refused = (
            ("xray", "create_group", {"GroupName": "g"}),
            ("sts", "assume_role", {"RoleArn": role, "RoleSessionName": "session"}),
        )
        for service, operation, request in refused:
            with pytest.raises(ClientError, match="not authorized to perform"):
                getattr(self.erin.client(service), operation)(**request)
        with pytest.raises(ClientError, match="NoSuchEntity"):
            self.erin.client("iam").get_user(UserName="nobody")

    def _let_services_call(self):
        """A key of root's, which X-Ray asks for on root's behalf and KMS rotates by itself."""
        kms = self.root.client("kms")
        key = kms.create_key()["KeyMetadata"]["KeyId"]
        self.root.client("xray").put_encryption_config(Type="KMS", KeyId=key)
        kms.rotate_key_on_demand(KeyId=key)

    def _sign_in(self, endpoint, access_key_id, secret):
        typed = json.dumps({"AccessKeyId": access_key_id, "SecretAccessKey": secret}).encode()
        headers = {"Origin": endpoint, "Content-Type": "application/json"}
        try:
            urllib.request.urlopen(
                urllib.request.Request(f"{endpoint}/console/session", typed, headers), timeout=10
            ).close()
        except urllib.error.HTTPError as refused:
            refused.close()
            assert secret == "wrong"


@pytest.fixture(scope="module")
def happened(skylens):
    return Happened(skylens)


@pytest.fixture(scope="module")
def records(happened, eventually):
    """What is on record, once the last of it is: the sign-in."""
    return eventually(happened.records, lambda found: any(matches(WITHOUT_MFA, record) for record in found))


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        pytest.param(REFUSED, {"CreateGroup", "AssumeRole"}, id="unauthorized calls"),
        pytest.param(WITHOUT_MFA, {"ConsoleLogin"}, id="sign-in without MFA"),
        pytest.param(POLICIES, set(POLICY_CHANGES), id="changes of policies"),
        pytest.param(TRAILS, set(TRAIL_CHANGES), id="changes of trails"),
        pytest.param(FAILED_LOGIN, {"ConsoleLogin"}, id="failed sign-in"),
        pytest.param(KEYS, set(KEY_ENDINGS), id="ends of keys"),
    ],
)
def test_a_filter_finds_what_it_is_for_and_nothing_else(records, pattern, names):
    erins = [record for record in records if record["userIdentity"].get("userName") == "erin"]
    assert {record["eventName"] for record in erins if matches(pattern, record)} == names


def test_each_sign_in_is_found_by_one_filter(records):
    found = [[pattern for pattern in (WITHOUT_MFA, FAILED_LOGIN) if matches(pattern, record)] for record in records]
    assert sorted(each for each in found if each) == sorted([[FAILED_LOGIN], [WITHOUT_MFA]])


def test_what_root_does_itself_is_found_and_what_is_done_for_it_is_not(records):
    found = [record for record in records if matches(ROOT, record)]
    assert {"CreateUser", "PutUserPolicy", "RotateKeyOnDemand"} <= {record["eventName"] for record in found}
    assert {record["userIdentity"]["arn"] for record in found} == {f"arn:aws:iam::{ACCOUNT}:root"}
    others = [record for record in records if record not in found]
    for_root = [record["userIdentity"] for record in others if record["userIdentity"].get("type") == "Root"]
    assert {who["invokedBy"] for who in for_root} == {"xray.amazonaws.com"}
    assert [record["eventName"] for record in others if record["eventType"] == "AwsServiceEvent"] == ["RotateKey"]
