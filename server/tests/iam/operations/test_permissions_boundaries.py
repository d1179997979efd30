"""Permissions boundaries, through boto3."""

import pytest
from some_policies import READ, READ_ONLY, TRUST


@pytest.fixture(params=["user", "role"])
def bounded(request, iam):
    """Call an operation on a user or role: ``bounded("put_{}_permissions_boundary", …)``."""
    if request.param == "user":
        iam.create_user(UserName="it")
    else:
        iam.create_role(RoleName="it", AssumeRolePolicyDocument=TRUST)
    noun = request.param.title()
    return lambda name, **more: getattr(iam, name.format(request.param))(**{f"{noun}Name": "it"}, **more).get(noun)


def test_a_boundary_is_put_and_deleted(bounded):
    bounded("put_{}_permissions_boundary", PermissionsBoundary=READ_ONLY)
    told = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": READ_ONLY}
    assert bounded("get_{}")["PermissionsBoundary"] == told
    bounded("delete_{}_permissions_boundary")
    assert "PermissionsBoundary" not in bounded("get_{}")


def test_a_boundary_is_a_policy_that_the_account_can_see(bounded, refused, root):
    theirs = root().create_policy(PolicyName="theirs", PolicyDocument=READ)["Policy"]["Arn"]
    told = refused(bounded, name="put_{}_permissions_boundary", PermissionsBoundary=theirs)
    assert told == ("NoSuchEntity", 404, f"Scope ARN: {theirs} does not exist or is not attachable.")
