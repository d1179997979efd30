"""Roles, through boto3."""

import json

import pytest
from some_policies import READ, TRUST


def a_role(iam, name="reader", **more):
    return iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST, **more)["Role"]


def test_a_role_is_created_read_changed_and_deleted(iam, refused):
    made = a_role(iam, Path="/ops/", Description="reads", MaxSessionDuration=7200, Tags=[{"Key": "a", "Value": "b"}])
    assert (made["Arn"], made["RoleId"][:4]) == (f"arn:aws:iam::{iam.account}:role/ops/reader", "AROA")
    assert made["AssumeRolePolicyDocument"] == json.loads(TRUST)
    read = iam.get_role(RoleName="reader")["Role"]
    assert (read["MaxSessionDuration"], read["Tags"], read["RoleLastUsed"]) == (
        7200,
        [{"Key": "a", "Value": "b"}],
        {},
    )
    iam.update_role(RoleName="reader", Description="still reads", MaxSessionDuration=3600)
    iam.update_assume_role_policy(RoleName="reader", PolicyDocument=TRUST.replace("ec2", "lambda"))
    changed = iam.get_role(RoleName="reader")["Role"]
    assert (changed["Description"], changed["MaxSessionDuration"]) == ("still reads", 3600)
    assert "lambda" in json.dumps(changed["AssumeRolePolicyDocument"])
    assert iam.update_role_description(RoleName="reader", Description="")["Role"]["RoleName"] == "reader"
    iam.delete_role(RoleName="reader")
    missing = ("NoSuchEntity", 404, "The role with name reader cannot be found.")
    assert refused(iam.get_role, RoleName="reader") == missing


def test_a_list_of_roles_leaves_out_what_aws_leaves_out(iam):
    a_role(iam, Tags=[{"Key": "a", "Value": "b"}], PermissionsBoundary="arn:aws:iam::aws:policy/ReadOnlyAccess")
    (role,) = iam.list_roles()["Roles"]
    assert {"Tags", "PermissionsBoundary", "RoleLastUsed"} & set(role) == set()
    assert iam.get_role(RoleName="reader")["Role"]["PermissionsBoundary"] == {
        "PermissionsBoundaryType": "Policy",
        "PermissionsBoundaryArn": "arn:aws:iam::aws:policy/ReadOnlyAccess",
    }


def test_a_role_with_something_left_is_not_deleted(iam, refused):
    a_role(iam)
    iam.put_role_policy(RoleName="reader", PolicyName="p", PolicyDocument=READ)
    message = "Cannot delete entity, must delete policies first."
    assert refused(iam.delete_role, RoleName="reader") == ("DeleteConflict", 409, message)
    iam.attach_role_policy(RoleName="reader", PolicyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    message = "Cannot delete entity, must detach all policies first."
    assert refused(iam.delete_role, RoleName="reader") == ("DeleteConflict", 409, message)
    iam.create_instance_profile(InstanceProfileName="machine")
    iam.add_role_to_instance_profile(InstanceProfileName="machine", RoleName="reader")
    message = "Cannot delete entity, must remove roles from instance profile first."
    assert refused(iam.delete_role, RoleName="reader") == ("DeleteConflict", 409, message)


@pytest.mark.parametrize("seconds", [3599, 43201])
def test_a_session_may_last_from_one_hour_to_twelve(iam, refused, seconds):
    code, status, _ = refused(iam.create_role, RoleName="r", AssumeRolePolicyDocument=TRUST, MaxSessionDuration=seconds)
    assert (code, status) == ("ValidationError", 400)


def test_a_trust_policy_has_its_size(iam, refused):
    long = json.loads(TRUST)
    long["Statement"][0]["Sid"] = "x" * 2_048
    told = refused(iam.create_role, RoleName="r", AssumeRolePolicyDocument=json.dumps(long))
    assert told == ("LimitExceeded", 409, "Cannot exceed quota for ACLSizePerRole: 2048")


def test_the_path_of_services_is_theirs(iam, refused):
    code, *_ = refused(
        iam.create_role, RoleName="r", AssumeRolePolicyDocument=TRUST, Path="/aws-service-role/x.amazonaws.com/"
    )
    assert code == "ValidationError"


def test_the_waiter_for_a_role_ends(iam):
    a_role(iam)
    iam.get_waiter("role_exists").wait(RoleName="reader", WaiterConfig={"Delay": 0, "MaxAttempts": 1})
