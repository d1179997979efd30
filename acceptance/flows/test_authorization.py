"""A user with few permissions, through boto3: what it may do, what it may not, and what it is told then."""

import json
import zlib
from dataclasses import dataclass
from typing import Any

import pytest
from botocore.exceptions import ClientError
from servers import Skylens

REGION = "us-east-1"


def a_policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def a_statement(action, resource="*", effect="Allow", **more):
    return {"Effect": effect, "Action": action, "Resource": resource, **more}


def told(call, **request):
    """The code, the status and the message of a refused call."""
    with pytest.raises(ClientError) as caught:
        call(**request)
    error = caught.value.response
    return error["Error"]["Code"], error["ResponseMetadata"]["HTTPStatusCode"], error["Error"]["Message"]


def code(call, **request):
    return told(call, **request)[0]


@dataclass
class Someone:
    """A user of the account, made by its root user."""

    skylens: Skylens
    name: str
    arn: str
    key: dict[str, str]

    @property
    def account(self) -> str:
        return self.arn.split(":")[4]

    def client(self, service="xray"):
        return self.skylens.client(service, **self.key)

    def allow(self, *statements, name="p"):
        self.root.put_user_policy(UserName=self.name, PolicyName=name, PolicyDocument=a_policy(*statements))

    @property
    def root(self) -> Any:
        return self.skylens.client("iam")


@pytest.fixture
def user(skylens, request):
    """A user with a key and without policies."""
    name = f"u{zlib.crc32(request.node.name.encode())}"
    root = skylens.client("iam")
    arn = root.create_user(UserName=name)["User"]["Arn"]
    made = root.create_access_key(UserName=name)["AccessKey"]
    key = {"aws_access_key_id": made["AccessKeyId"], "aws_secret_access_key": made["SecretAccessKey"]}
    return Someone(skylens, name, arn, key)


def test_a_denial_in_each_protocol(user):
    assert told(user.client("xray").get_groups) == (
        "AccessDeniedException",
        403,
        (
            f"User: {user.arn} is not authorized to perform: xray:GetGroups"
            " because no identity-based policy allows the xray:GetGroups action"
        ),
    )
    assert told(user.client("cloudtrail").lookup_events) == (
        "AccessDeniedException",
        400,
        (
            f"User: {user.arn} is not authorized to perform: cloudtrail:LookupEvents"
            " because no identity-based policy allows the cloudtrail:LookupEvents action"
        ),
    )
    assert told(user.client("iam").get_user, UserName=user.name) == (
        "AccessDenied",
        403,
        (
            f"User: {user.arn} is not authorized to perform: iam:GetUser on resource: {user.arn}"
            " because no identity-based policy allows the iam:GetUser action"
        ),
    )


ENCODED = "x-skylens-encoded-authorization-message"


def test_a_denial_is_decoded_by_who_may_and_by_nobody_else(user):
    group = user.skylens.client("xray").create_group(GroupName=user.name, Tags=[{"Key": "team", "Value": "blue"}])
    arn = group["Group"]["GroupARN"]
    user.allow(a_statement("xray:DeleteGroup", arn, "Deny", Sid="Keep"))
    with pytest.raises(ClientError) as caught:
        user.client().delete_group(GroupName=user.name)
    message = caught.value.response["ResponseMetadata"]["HTTPHeaders"][ENCODED]
    assert code(user.client("sts").decode_authorization_message, EncodedMessage=message) == "AccessDenied"
    decoded = user.skylens.client("sts").decode_authorization_message(EncodedMessage=message)["DecodedMessage"]
    found = json.loads(decoded)
    assert (found["allowed"], found["explicitDeny"]) == (False, True)
    assert [each["statementId"] for each in found["matchedStatements"]["items"]] == ["Keep"]
    about = found["context"]
    assert (about["principal"]["arn"], about["action"], about["resource"]) == (user.arn, "xray:DeleteGroup", arn)
    values = {each["key"]: each["values"]["items"] for each in about["conditions"]["items"]}
    assert values["aws:resourcetag/team"] == [{"value": "blue"}]
    assert values["aws:sourceip"] == [{"value": "127.0.0.1"}]
    wrong = told(user.skylens.client("sts").decode_authorization_message, EncodedMessage=message[:-8])
    assert wrong == ("InvalidAuthorizationMessageException", 400, "Message is not valid")


def test_what_is_allowed_counts_from_the_next_call_on_and_so_does_what_is_denied(user):
    xray = user.client()
    assert code(xray.get_groups) == "AccessDeniedException"
    user.allow(a_statement("xray:*"))
    assert xray.get_groups()["Groups"]
    user.allow(a_statement("xray:GetGroups", effect="Deny"), name="limits")
    assert told(xray.get_groups)[2].endswith("with an explicit deny in an identity-based policy")
    user.root.delete_user_policy(UserName=user.name, PolicyName="limits")
    assert xray.get_groups()["Groups"]


def test_a_policy_about_one_team_s_groups(user):
    user.allow(
        a_statement(
            ["xray:CreateGroup", "xray:GetGroup", "xray:DeleteGroup"], f"arn:aws:xray:*:*:group/{user.name}-*/*"
        )
    )
    xray = user.client()
    made = xray.create_group(GroupName=f"{user.name}-a", FilterExpression="fault")["Group"]
    assert xray.get_group(GroupARN=made["GroupARN"])["Group"] == made
    assert code(xray.update_group, GroupName=made["GroupName"]) == "AccessDeniedException"
    assert code(xray.get_group, GroupName="Default") == "AccessDeniedException"
    assert code(xray.create_group, GroupName="other") == "AccessDeniedException"
    tags = [{"Key": "a", "Value": "b"}]
    assert "xray:TagResource" in told(xray.create_group, GroupName=f"{user.name}-b", Tags=tags)[2]
    xray.delete_group(GroupName=made["GroupName"])


def test_a_policy_about_what_carries_a_tag(user):
    ours, theirs = (
        user.skylens.client().create_group(GroupName=f"{user.name}{team}", Tags=[{"Key": "team", "Value": team}])[
            "Group"
        ]["GroupARN"]
        for team in ("blue", "red")
    )
    user.root.tag_user(UserName=user.name, Tags=[{"Key": "team", "Value": "blue"}])
    same_team = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    user.allow(a_statement("xray:*", Condition=same_team))
    user.client().delete_group(GroupARN=ours)
    assert code(user.client().delete_group, GroupARN=theirs) == "AccessDeniedException"


def test_a_condition_on_the_address(user):
    user.allow(a_statement("xray:GetGroups", Condition={"IpAddress": {"aws:SourceIp": "127.0.0.0/8"}}))
    assert user.client().get_groups()["Groups"]
    user.allow(a_statement("xray:GetGroups", Condition={"NotIpAddress": {"aws:SourceIp": "127.0.0.0/8"}}))
    assert code(user.client().get_groups) == "AccessDeniedException"


def test_nobody_gives_himself_more_than_he_has(user):
    iam = user.client("iam")
    admin = "arn:aws:iam::aws:policy/AdministratorAccess"
    user.allow(a_statement(["xray:*", "iam:Get*", "iam:List*"]))
    attempts = [
        (iam.put_user_policy, {"UserName": user.name, "PolicyName": "x", "PolicyDocument": a_policy(a_statement("*"))}),
        (iam.attach_user_policy, {"UserName": user.name, "PolicyArn": admin}),
        (iam.create_access_key, {"UserName": user.name}),
        (iam.create_group, {"GroupName": "admins"}),
        (iam.add_user_to_group, {"GroupName": "admins", "UserName": user.name}),
        (iam.create_policy, {"PolicyName": "x", "PolicyDocument": a_policy(a_statement("*"))}),
        (iam.delete_user_permissions_boundary, {"UserName": user.name}),
        (iam.create_role, {"RoleName": "x", "AssumeRolePolicyDocument": a_policy()}),
    ]
    assert [code(call, **request) for call, request in attempts] == ["AccessDenied"] * len(attempts)


def test_a_boundary_holds_even_an_administrator(user):
    root = user.root
    root.attach_user_policy(UserName=user.name, PolicyArn="arn:aws:iam::aws:policy/AdministratorAccess")
    boundary = "arn:aws:iam::aws:policy/AWSXrayReadOnlyAccess"
    root.put_user_permissions_boundary(UserName=user.name, PermissionsBoundary=boundary)
    assert user.client().get_groups()["Groups"]
    assert "no permissions boundary allows" in told(user.client().create_group, GroupName="x")[2]
    assert code(user.client("iam").delete_user_permissions_boundary, UserName=user.name) == "AccessDenied"


def test_a_daemon_s_policy_lets_it_write_only(user):
    arn = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
    user.root.attach_user_policy(UserName=user.name, PolicyArn=arn)
    xray = user.client()
    assert xray.put_trace_segments(TraceSegmentDocuments=["{}"])["UnprocessedTraceSegments"]
    assert xray.get_sampling_rules()["SamplingRuleRecords"]
    assert code(xray.batch_get_traces, TraceIds=["1-58406520-a006649127e371903a2de979"]) == "AccessDeniedException"


def test_another_account_s_arn_is_refused_to_root_as_well(user):
    xray, other = user.skylens.client(), "999988887777"
    group = f"arn:aws:xray:{REGION}:{other}:group/Default/X"
    rule = f"arn:aws:xray:{REGION}:{other}:sampling-rule/Default"
    attempts = [
        (xray.get_group, {"GroupARN": group}),
        (xray.update_group, {"GroupARN": group}),
        (xray.delete_group, {"GroupARN": group}),
        (xray.delete_sampling_rule, {"RuleARN": rule}),
        (xray.update_sampling_rule, {"SamplingRuleUpdate": {"RuleARN": rule}}),
        (xray.tag_resource, {"ResourceARN": group, "Tags": [{"Key": "a", "Value": "b"}]}),
        (xray.untag_resource, {"ResourceARN": rule, "TagKeys": ["a"]}),
        (xray.list_tags_for_resource, {"ResourceARN": group}),
    ]
    assert [code(call, **request) for call, request in attempts] == ["AccessDeniedException"] * len(attempts)


def test_a_key_policy_decides_about_its_key(user):
    kms = user.skylens.client("kms")
    key = kms.create_key()["KeyMetadata"]
    user.allow(a_statement("kms:*"))
    mine = user.client("kms")
    blob = mine.encrypt(KeyId=key["KeyId"], Plaintext=b"x")["CiphertextBlob"]
    root = {"AWS": f"arn:aws:iam::{user.account}:root"}
    # Only the root user by name, and nothing handed on: other users' own policies are then worth nothing.
    only_root = a_statement("kms:*", Principal=root, Condition={"ArnEquals": {"aws:PrincipalArn": root["AWS"]}})
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=a_policy(only_root))
    assert "no resource-based policy allows the kms:Decrypt action" in told(mine.decrypt, CiphertextBlob=blob)[2]
    assert kms.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"
    named = a_statement("kms:Decrypt", Principal={"AWS": user.arn})
    kms.put_key_policy(KeyId=key["KeyId"], PolicyName="default", Policy=a_policy(only_root, named))
    user.root.delete_user_policy(UserName=user.name, PolicyName="p")
    assert mine.decrypt(CiphertextBlob=blob)["Plaintext"] == b"x"


def test_a_denied_call_is_on_record_with_its_sentence(user, eventually):
    code(user.client().create_group, GroupName="never")
    trail = user.skylens.client("cloudtrail")
    wanted = [{"AttributeKey": "Username", "AttributeValue": user.name}]
    (event,) = eventually(lambda: trail.lookup_events(LookupAttributes=wanted)["Events"])
    record = json.loads(event["CloudTrailEvent"])
    assert (record["eventName"], record["errorCode"]) == ("CreateGroup", "AccessDeniedException")
    assert record["errorMessage"].startswith(f"User: {user.arn} is not authorized to perform: xray:CreateGroup")
