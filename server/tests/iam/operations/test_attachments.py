"""Which managed policies users, groups and roles have, through boto3."""

import pytest
from some_policies import READ, READ_ONLY, TRUST


@pytest.fixture
def owners(iam):
    """One owner of each kind, all called it: what attaches, detaches and lists for each."""
    iam.create_user(UserName="it", Path="/a/")
    iam.create_group(GroupName="it")
    iam.create_role(RoleName="it", AssumeRolePolicyDocument=TRUST)
    kinds = {"user": "UserName", "group": "GroupName", "role": "RoleName"}

    def call(verb, kind, **parameters):
        operation = f"list_attached_{kind}_policies" if verb == "list" else f"{verb}_{kind}_policy"
        return getattr(iam, operation)(**{kinds[kind]: "it"}, **parameters)

    return call


@pytest.mark.parametrize("kind", ["user", "group", "role"])
def test_a_policy_is_attached_once_and_detached_once(owners, refused, kind):
    for _ in range(2):
        owners("attach", kind, PolicyArn=READ_ONLY)
    listed = [{"PolicyName": "AWSXrayReadOnlyAccess", "PolicyArn": READ_ONLY}]
    assert owners("list", kind)["AttachedPolicies"] == listed
    assert owners("list", kind, PathPrefix="/job-function/")["AttachedPolicies"] == []
    owners("detach", kind, PolicyArn=READ_ONLY)
    told = refused(owners, verb="detach", kind=kind, PolicyArn=READ_ONLY)
    assert told == ("NoSuchEntity", 404, f"Policy {READ_ONLY} was not found.")


@pytest.mark.parametrize("kind", ["user", "group", "role"])
def test_ten_policies_are_attached_at_the_most(iam, owners, refused, kind):
    arns = [iam.create_policy(PolicyName=f"p{n}", PolicyDocument=READ)["Policy"]["Arn"] for n in range(11)]
    for arn in arns[:10]:
        owners("attach", kind, PolicyArn=arn)
    told = refused(owners, verb="attach", kind=kind, PolicyArn=arns[10])
    assert told == ("LimitExceeded", 409, f"Cannot exceed quota for PoliciesPer{kind.title()}: 10")


def test_a_policy_that_is_not_there_or_not_ours_cannot_be_attached(owners, refused, root):
    other = root()
    theirs = other.create_policy(PolicyName="theirs", PolicyDocument=READ)["Policy"]["Arn"]
    for arn in (theirs, "arn:aws:iam::aws:policy/NoSuchPolicy", theirs.replace("policy/", "policy/x/")):
        told = refused(owners, verb="attach", kind="user", PolicyArn=arn)
        assert told == ("NoSuchEntity", 404, f"Policy {arn} does not exist or is not attachable.")


def test_a_policy_for_a_services_own_role_cannot_be_attached(owners, refused):
    arn = "arn:aws:iam::aws:policy/aws-service-role/CloudTrailServiceRolePolicy"
    told = refused(owners, verb="attach", kind="role", PolicyArn=arn)
    assert told == ("PolicyNotAttachable", 400, "Cannot attach a Service Role Policy to a Customer Role.")


def test_those_who_have_a_policy_are_listed(iam, owners):
    arn = iam.create_policy(PolicyName="p", PolicyDocument=READ)["Policy"]["Arn"]
    for kind in ("user", "group", "role"):
        owners("attach", kind, PolicyArn=arn)
    iam.create_user(UserName="bounded", PermissionsBoundary=arn)

    def found(**parameters):
        answer = iam.list_entities_for_policy(PolicyArn=arn, **parameters)
        nouns = ("User", "Group", "Role")
        return {noun: [each[f"{noun}Name"] for each in answer[f"Policy{noun}s"]] for noun in nouns}

    assert found() == {"User": ["bounded", "it"], "Group": ["it"], "Role": ["it"]}
    assert found(EntityFilter="Group") == {"User": [], "Group": ["it"], "Role": []}
    assert found(PolicyUsageFilter="PermissionsBoundary") == {"User": ["bounded"], "Group": [], "Role": []}
    assert found(PolicyUsageFilter="PermissionsPolicy")["User"] == ["it"]
    assert found(PathPrefix="/a/") == {"User": ["it"], "Group": [], "Role": []}
    pages = list(
        iam.get_paginator("list_entities_for_policy").paginate(PolicyArn=arn, PaginationConfig={"PageSize": 1})
    )
    assert [page["IsTruncated"] for page in pages] == [True, True, True, False]
    policy = iam.get_policy(PolicyArn=arn)["Policy"]
    assert (policy["AttachmentCount"], policy["PermissionsBoundaryUsageCount"]) == (3, 1)
