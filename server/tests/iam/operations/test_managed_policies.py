"""Managed policies and their versions, through boto3."""

import json

import pytest
from some_policies import READ, READ_ONLY


@pytest.fixture
def policy(iam):
    return iam.create_policy(PolicyName="read", Path="/team/", PolicyDocument=READ, Description="reads")["Policy"]


def test_a_policy_is_created_read_and_deleted(iam, policy, refused):
    assert policy["Arn"] == f"arn:aws:iam::{iam.account}:policy/team/read"
    assert (policy["PolicyId"][:4], policy["DefaultVersionId"], policy["AttachmentCount"]) == ("ANPA", "v1", 0)
    read = iam.get_policy(PolicyArn=policy["Arn"])["Policy"]
    assert (read["Description"], read["IsAttachable"], read["Tags"]) == ("reads", True, [])
    assert "Description" not in iam.list_policies(Scope="Local")["Policies"][0]
    iam.delete_policy(PolicyArn=policy["Arn"])
    missing = ("NoSuchEntity", 404, f"Policy {policy['Arn']} was not found.")
    assert refused(iam.get_policy, PolicyArn=policy["Arn"]) == missing


@pytest.mark.usefixtures("policy")
def test_names_are_unique_whatever_path_and_case(iam, refused):
    told = refused(iam.create_policy, PolicyName="READ", PolicyDocument=READ)
    assert told == ("EntityAlreadyExists", 409, "A policy called READ already exists. Duplicate names are not allowed.")


def test_versions_count_up_and_one_is_in_force(iam, policy, refused):
    arn, second = policy["Arn"], READ.replace("Get", "Put")
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=second)["PolicyVersion"]
    assert (made["VersionId"], made["IsDefaultVersion"], "Document" in made) == ("v2", False, False)
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v2"
    told = refused(iam.delete_policy_version, PolicyArn=arn, VersionId="v2")
    assert told == ("DeleteConflict", 409, "Cannot delete the default version of a policy.")
    iam.delete_policy_version(PolicyArn=arn, VersionId="v1")
    iam.create_policy_version(PolicyArn=arn, PolicyDocument=READ, SetAsDefault=True)
    versions = iam.list_policy_versions(PolicyArn=arn)["Versions"]
    assert [(each["VersionId"], each["IsDefaultVersion"]) for each in versions] == [("v3", True), ("v2", False)]
    found = iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]
    assert found["Document"] == json.loads(second)
    assert refused(iam.get_policy_version, PolicyArn=arn, VersionId="v1")[:2] == ("NoSuchEntity", 404)
    assert refused(iam.delete_policy, PolicyArn=arn)[:2] == ("DeleteConflict", 409)


def test_a_policy_has_five_versions_at_the_most(iam, policy, refused):
    for _ in range(4):
        iam.create_policy_version(PolicyArn=policy["Arn"], PolicyDocument=READ)
    code, status, message = refused(iam.create_policy_version, PolicyArn=policy["Arn"], PolicyDocument=READ)
    assert (code, status) == ("LimitExceeded", 409)
    assert message.startswith("A managed policy can have up to 5 versions.")
    pages = list(
        iam.get_paginator("list_policy_versions").paginate(PolicyArn=policy["Arn"], PaginationConfig={"PageSize": 2})
    )
    assert [[each["VersionId"] for each in page["Versions"]] for page in pages] == [["v5", "v4"], ["v3", "v2"], ["v1"]]


def test_a_policy_has_its_size(iam, refused):
    long = json.loads(READ)
    long["Statement"][0]["Resource"] = ["arn:aws:xray:*:*:group/" + "x" * 100] * 60
    told = refused(iam.create_policy, PolicyName="long", PolicyDocument=json.dumps(long))
    assert told == ("LimitExceeded", 409, "Cannot exceed quota for PolicySize: 6144")


def test_policies_of_aws_are_there_and_are_not_ours_to_change(iam, refused):
    policy = iam.get_policy(PolicyArn=READ_ONLY)["Policy"]
    assert policy["PolicyName"] == "AWSXrayReadOnlyAccess"
    version = iam.get_policy_version(PolicyArn=READ_ONLY, VersionId=policy["DefaultVersionId"])["PolicyVersion"]
    (statement,) = version["Document"]["Statement"]
    assert "xray:GetTraceSummaries" in statement["Action"]
    for call in (iam.delete_policy, lambda **p: iam.create_policy_version(PolicyDocument=READ, **p)):
        assert refused(call, PolicyArn=READ_ONLY)[:2] == ("InvalidInput", 400)


def test_policies_are_listed_by_scope_path_and_use(iam, policy):
    iam.create_policy(PolicyName="other", PolicyDocument=READ)
    iam.create_user(UserName="bob", PermissionsBoundary=policy["Arn"])
    iam.attach_user_policy(UserName="bob", PolicyArn=READ_ONLY)

    def names(**parameters):
        return [each["PolicyName"] for each in iam.list_policies(**parameters)["Policies"]]

    assert names(Scope="Local") == ["other", "read"]
    assert names(Scope="Local", PathPrefix="/team/") == ["read"]
    assert names(Scope="AWS", OnlyAttached=True) == ["AWSXrayReadOnlyAccess"]
    assert names(PolicyUsageFilter="PermissionsBoundary") == ["read"]
    everything = [
        each
        for page in iam.get_paginator("list_policies").paginate(PaginationConfig={"PageSize": 10})
        for each in page["Policies"]
    ]
    found = [each["PolicyName"] for each in everything]
    assert found == sorted(found)
    assert {"other", "read", "AdministratorAccess", "CloudWatchAgentServerPolicy"} <= set(found)


def test_a_policy_that_somebody_has_is_not_deleted(iam, policy, refused):
    conflict = ("DeleteConflict", 409, "Cannot delete a policy attached to entities.")
    iam.create_user(UserName="bob")
    iam.attach_user_policy(UserName="bob", PolicyArn=policy["Arn"])
    assert refused(iam.delete_policy, PolicyArn=policy["Arn"]) == conflict
    iam.detach_user_policy(UserName="bob", PolicyArn=policy["Arn"])
    iam.put_user_permissions_boundary(UserName="bob", PermissionsBoundary=policy["Arn"])
    assert refused(iam.delete_policy, PolicyArn=policy["Arn"]) == conflict


def test_the_waiter_for_a_policy_ends(iam, policy):
    iam.get_waiter("policy_exists").wait(PolicyArn=policy["Arn"], WaiterConfig={"Delay": 0, "MaxAttempts": 1})
