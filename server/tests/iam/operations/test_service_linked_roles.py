"""Roles that services make for themselves, through boto3."""

import pytest
from some_policies import READ, TRUST


@pytest.fixture
def role(iam):
    return iam.create_service_linked_role(AWSServiceName="cloudtrail.amazonaws.com", Description="trails")["Role"]


def test_a_role_is_made_for_its_service(iam, role):
    assert role["RoleName"] == "AWSServiceRoleForCloudTrail"
    assert role["Path"] == "/aws-service-role/cloudtrail.amazonaws.com/"
    (statement,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert statement["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    (policy,) = iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"]
    assert policy["PolicyName"] == "CloudTrailServiceRolePolicy"


@pytest.mark.usefixtures("role")
def test_a_role_is_made_once_for_each_suffix(iam, refused):
    told = refused(iam.create_service_linked_role, AWSServiceName="cloudtrail.amazonaws.com")
    assert told[:2] == ("InvalidInput", 400)
    second = iam.create_service_linked_role(AWSServiceName="cloudtrail.amazonaws.com", CustomSuffix="two")["Role"]
    assert second["RoleName"] == "AWSServiceRoleForCloudTrail_two"


@pytest.mark.parametrize(
    "change",
    [
        lambda iam, name: iam.delete_role(RoleName=name),
        lambda iam, name: iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=READ),
        lambda iam, name: iam.update_assume_role_policy(RoleName=name, PolicyDocument=TRUST),
        lambda iam, name: iam.update_role(RoleName=name, MaxSessionDuration=7200),
        lambda iam, name: iam.attach_role_policy(RoleName=name, PolicyArn="arn:aws:iam::aws:policy/IAMFullAccess"),
        lambda iam, name: iam.put_role_permissions_boundary(
            RoleName=name, PermissionsBoundary="arn:aws:iam::aws:policy/IAMFullAccess"
        ),
    ],
)
def test_nobody_else_changes_it(iam, role, refused, change):
    name = role["RoleName"]
    code, status, message = refused(lambda: change(iam, name))
    assert (code, status) == ("UnmodifiableEntity", 400)
    assert f"protected role '{name}'" in message


def test_a_role_is_deleted_with_a_task_to_ask_after(iam, role, refused, root):
    task = iam.delete_service_linked_role(RoleName=role["RoleName"])["DeletionTaskId"]
    assert iam.get_service_linked_role_deletion_status(DeletionTaskId=task)["Status"] == "SUCCEEDED"
    assert refused(iam.get_role, RoleName=role["RoleName"])[0] == "NoSuchEntity"
    assert refused(root().get_service_linked_role_deletion_status, DeletionTaskId=task)[0] == "NoSuchEntity"


def test_other_roles_are_not_deleted_this_way(iam, refused):
    iam.create_role(RoleName="mine", AssumeRolePolicyDocument=TRUST)
    assert refused(iam.delete_service_linked_role, RoleName="mine")[:2] == ("NoSuchEntity", 404)
