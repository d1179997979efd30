"""What IAM's operations need, as the policy engine is told."""

import pytest
from some_policies import READ, READ_ONLY, TRUST

from skylens.caller import Caller, Region, root_of
from skylens.iam import access_keys, managed, named, revision
from skylens.iam.access import ACCESS
from skylens.iam.instance_profiles import InstanceProfile
from skylens.iam.managed import ManagedPolicy
from skylens.iam.roles import Role
from skylens.iam.users import User
from skylens.ids import RandomIds
from skylens.registry import Need

ACCOUNT = "123456789012"
ROOT = Caller(root_of(ACCOUNT), Region("us-east-1"), "AKIA")


@pytest.fixture
def needs(control, clock):
    """Return an operation's needs, over a user, a role, a policy and an instance profile with paths and tags."""
    now = clock.now()
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/edge"
    user = User(account=ACCOUNT, name="bob", path="/a/", id="AIDABOB", created_at=now, tags={"team": "blue"})
    with revision.writing(control) as connection:
        named.create(connection, user)
        role = Role(account=ACCOUNT, name="r", path="/b/", id="AROAR", created_at=now, trust_policy=TRUST)
        named.create(connection, role)
        named.change(connection, role, boundary_arn=boundary)
        managed.create(
            connection,
            ManagedPolicy(account=ACCOUNT, name="p", path="/c/", id="ANPAP", created_at=now, updated_at=now),
            READ,
        )
        named.create(connection, InstanceProfile(account=ACCOUNT, name="i", path="/d/", id="AIPAI", created_at=now))
        key = access_keys.create(connection, control.secrets, user.principal, ids=RandomIds(), now=now)

    def ask(operation, request=None, caller=ROOT):
        return list(ACCESS[operation].needs(control, caller, {"AccessKeyId": key.access_key_id} | (request or {})))

    ask.user = Caller(user.principal, Region("us-east-1"), key.access_key_id)
    return ask


def arn(resource):
    return f"arn:aws:iam::{ACCOUNT}:{resource}"


@pytest.mark.parametrize(
    ("operation", "request_", "resource"),
    [
        ("GetUser", {"UserName": "bob"}, arn("user/a/bob")),
        ("GetUser", {"UserName": "nobody"}, arn("user/nobody")),
        ("GetUser", {}, arn("root")),
        ("CreateUser", {"UserName": "eve", "Path": "/x/"}, arn("user/x/eve")),
        ("DeleteAccessKey", {"UserName": "bob"}, arn("user/a/bob")),
        ("GetAccessKeyLastUsed", {}, arn("user/a/bob")),
        ("ListUsers", {}, arn("user/")),
        ("ListUsers", {"PathPrefix": "/a/"}, arn("user/a/")),
        ("PutGroupPolicy", {"GroupName": "g"}, arn("group/g")),
        ("PutRolePolicy", {"RoleName": "r"}, arn("role/b/r")),
        ("CreateRole", {"RoleName": "new", "Path": "/z/"}, arn("role/z/new")),
        ("CreatePolicy", {"PolicyName": "q"}, arn("policy/q")),
        ("SetDefaultPolicyVersion", {"PolicyArn": arn("policy/c/p")}, arn("policy/c/p")),
        ("GetInstanceProfile", {"InstanceProfileName": "i"}, arn("instance-profile/d/i")),
        ("CreateOpenIDConnectProvider", {"Url": "https://a.example.com/x/"}, arn("oidc-provider/a.example.com/x")),
        (
            "CreateServiceLinkedRole",
            {"AWSServiceName": "cloudtrail.amazonaws.com"},
            arn("role/aws-service-role/cloudtrail.amazonaws.com/AWSServiceRoleForCloudTrail"),
        ),
        (
            "GetServiceLinkedRoleDeletionStatus",
            {"DeletionTaskId": "task/aws-service-role/x.amazonaws.com/R/id"},
            arn("role/aws-service-role/x.amazonaws.com/R"),
        ),
        ("GetAccountSummary", {}, "*"),
    ],
)
def test_the_resource_is_named_with_its_path(needs, operation, request_, resource):
    (need,) = needs(operation, request_)
    assert (need.action, need.resource) == (f"iam:{operation}", resource)


def test_a_user_without_a_name_is_the_caller(needs):
    (need,) = needs("CreateAccessKey", caller=needs.user)
    assert need.resource == arn("user/a/bob")


def test_conditions_may_ask_for_tags_of_the_resource_and_the_request(needs):
    (need,) = needs("TagUser", {"UserName": "bob", "Tags": [{"Key": "stage", "Value": "prod"}]})
    assert need.conditions == {
        "aws:ResourceTag/team": "blue",
        "iam:ResourceTag/team": "blue",
        "aws:RequestTag/stage": "prod",
        "aws:TagKeys": ["stage"],
    }
    (need,) = needs("UntagUser", {"UserName": "bob", "TagKeys": ["team"]})
    assert need.conditions["aws:TagKeys"] == ["team"]


def test_who_creates_with_tags_must_be_allowed_to_tag(needs):
    found = needs("CreateRole", {"RoleName": "new", "Tags": [{"Key": "a", "Value": "b"}]})
    assert [(need.action, need.resource) for need in found] == [
        ("iam:CreateRole", arn("role/new")),
        ("iam:TagRole", arn("role/new")),
    ]


def test_conditions_may_ask_for_the_boundary_that_will_be_and_that_is(needs):
    (need,) = needs("CreateUser", {"UserName": "eve", "PermissionsBoundary": READ_ONLY})
    assert need.conditions["iam:PermissionsBoundary"] == READ_ONLY
    (need,) = needs("PutRolePolicy", {"RoleName": "r"})
    assert need.conditions["iam:PermissionsBoundary"] == arn("policy/edge")


def test_conditions_may_ask_which_policy_is_attached(needs):
    (need,) = needs("AttachRolePolicy", {"RoleName": "r", "PolicyArn": READ_ONLY})
    assert need.conditions["iam:PolicyARN"] == READ_ONLY
    (need,) = needs("DeletePolicy", {"PolicyArn": arn("policy/c/p")})
    assert "iam:PolicyARN" not in need.conditions


def test_a_role_in_an_instance_profile_is_handed_on(needs):
    found = needs("AddRoleToInstanceProfile", {"InstanceProfileName": "i", "RoleName": "r"})
    assert found == [
        Need("iam:AddRoleToInstanceProfile", arn("instance-profile/d/i")),
        Need(
            "iam:PassRole",
            arn("role/b/r"),
            {"iam:PermissionsBoundary": arn("policy/edge"), "iam:PassedToService": "ec2.amazonaws.com"},
        ),
    ]


def test_another_name_is_needed_like_the_old_one(needs):
    found = needs("UpdateUser", {"UserName": "bob", "NewUserName": "rob"})
    assert [need.resource for need in found] == [arn("user/a/bob"), arn("user/a/rob")]
    found = needs("UpdateUser", {"UserName": "bob", "NewPath": "/z/"})
    assert [need.resource for need in found] == [arn("user/a/bob"), arn("user/z/bob")]
    found = needs("UpdateGroup", {"GroupName": "g", "NewGroupName": "h"})
    assert [need.resource for need in found] == [arn("group/g"), arn("group/h")]


def test_reading_and_writing_are_told_apart():
    reading = {name for name, access in ACCESS.items() if access.read_only}
    assert {"GetUser", "ListRoles", "SimulateCustomPolicy", "GenerateCredentialReport"} <= reading
    assert {"CreateUser", "PutUserPolicy", "TagRole", "AddRoleToInstanceProfile"} & reading == set()
