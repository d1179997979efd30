"""What policies would decide, through boto3."""

import json

import pytest
from some_policies import READ, READ_ONLY, TRUST

GROUP = "arn:aws:xray:eu-central-1:{}:group/shop/ABC"


def a_policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, indent=2)


def allow(action, resource="*", **more):
    return {"Effect": "Allow", "Action": action, "Resource": resource, **more}


def verdicts(answer):
    return [
        (each["EvalActionName"], each["EvalResourceName"], each["EvalDecision"]) for each in answer["EvaluationResults"]
    ]


def test_each_action_and_resource_is_decided(iam):
    groups = [GROUP.format(iam.account), GROUP.format(iam.account).replace("shop", "other")]
    text = a_policy(allow("xray:*", groups[0]), {"Effect": "Deny", "Action": "xray:DeleteGroup", "Resource": "*"})
    actions = ["xray:GetGroup", "xray:DeleteGroup"]
    answer = iam.simulate_custom_policy(PolicyInputList=[text], ActionNames=actions, ResourceArns=groups)
    assert verdicts(answer) == [
        ("xray:GetGroup", groups[0], "allowed"),
        ("xray:GetGroup", groups[1], "implicitDeny"),
        ("xray:DeleteGroup", groups[0], "explicitDeny"),
        ("xray:DeleteGroup", groups[1], "explicitDeny"),
    ]
    assert answer["IsTruncated"] is False


def test_the_statements_that_matched_are_found_in_the_text(iam):
    text = a_policy(allow("logs:*"), allow("xray:Get*"))
    answer = iam.simulate_custom_policy(PolicyInputList=[READ, text], ActionNames=["xray:GetGroups"])
    (result,) = answer["EvaluationResults"]
    first, second = result["MatchedStatements"]
    assert (first["SourcePolicyId"], second["SourcePolicyId"]) == ("PolicyInputList.1", "PolicyInputList.2")
    lines = text.splitlines()
    start, end = second["StartPosition"], second["EndPosition"]
    assert lines[start["Line"] - 1][start["Column"] - 1] == "{"
    assert [line for line in lines[start["Line"] - 1 : end["Line"]] if "xray:Get*" in line]


def test_what_a_condition_asks_for_and_nobody_gave_is_told(iam):
    text = a_policy(allow("xray:GetGroups", Condition={"StringEquals": {"aws:RequestTag/team": "blue"}}))
    answer = iam.simulate_custom_policy(PolicyInputList=[text], ActionNames=["xray:GetGroups"])
    (result,) = answer["EvaluationResults"]
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("implicitDeny", ["aws:RequestTag/team"])
    entry = {"ContextKeyName": "aws:RequestTag/team", "ContextKeyValues": ["blue"], "ContextKeyType": "string"}
    answer = iam.simulate_custom_policy(PolicyInputList=[text], ActionNames=["xray:GetGroups"], ContextEntries=[entry])
    (result,) = answer["EvaluationResults"]
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("allowed", [])


def test_a_boundary_narrows_what_is_allowed(iam):
    answer = iam.simulate_custom_policy(
        PolicyInputList=[a_policy(allow("*"))],
        PermissionsBoundaryPolicyInputList=[READ],
        ActionNames=["xray:GetGroups", "xray:CreateGroup"],
    )
    assert [each[2] for each in verdicts(answer)] == ["allowed", "implicitDeny"]
    within = [each["PermissionsBoundaryDecisionDetail"] for each in answer["EvaluationResults"]]
    assert [each["AllowedByPermissionsBoundary"] for each in within] == [True, False]


def test_results_come_in_pages(iam):
    actions = [f"xray:Get{number}" for number in range(5)]
    pages = iam.get_paginator("simulate_custom_policy").paginate(
        PolicyInputList=[READ], ActionNames=actions, PaginationConfig={"PageSize": 2}
    )
    found = [[each["EvalActionName"] for each in page["EvaluationResults"]] for page in pages]
    assert found == [actions[:2], actions[2:4], actions[4:]]


def test_a_user_is_simulated_with_its_groups_and_its_boundary(iam):
    user = iam.create_user(UserName="bob", Tags=[{"Key": "team", "Value": "blue"}])["User"]["Arn"]
    iam.create_group(GroupName="staff")
    iam.add_user_to_group(GroupName="staff", UserName="bob")
    iam.put_group_policy(GroupName="staff", PolicyName="all", PolicyDocument=a_policy(allow("*")))
    mine = allow("iam:GetUser", "arn:aws:iam::*:user/${aws:username}")
    iam.put_user_policy(UserName="bob", PolicyName="me", PolicyDocument=a_policy(mine))

    def simulated(*actions, **more):
        answer = iam.simulate_principal_policy(PolicySourceArn=user, ActionNames=list(actions), **more)
        return [each[2] for each in verdicts(answer)]

    assert simulated("xray:CreateGroup", "iam:GetUser", ResourceArns=[user]) == ["allowed", "allowed"]
    iam.put_user_permissions_boundary(UserName="bob", PermissionsBoundary=READ_ONLY)
    assert simulated("xray:CreateGroup", "xray:GetGroups") == ["implicitDeny", "allowed"]
    deny = a_policy({"Effect": "Deny", "Action": "xray:*", "Resource": "*"})
    assert simulated("xray:GetGroups", PolicyInputList=[deny]) == ["explicitDeny"]
    of_group = {"InlinePolicyIdentifier": {"PolicyName": "all", "AttachmentType": "group", "AttachmentName": "staff"}}
    assert simulated("xray:GetGroups", PolicyExclusionList=[of_group]) == ["implicitDeny"]
    assert simulated("xray:GetGroups", PolicyExclusionList=[{"PolicyType": "inline"}]) == ["implicitDeny"]
    assert simulated("xray:CreateGroup", PolicyExclusionList=[{"PolicyType": "permission-boundary"}]) == ["allowed"]


def test_a_role_and_a_group_are_simulated(iam):
    role = iam.create_role(RoleName="r", AssumeRolePolicyDocument=TRUST)["Role"]["Arn"]
    group = iam.create_group(GroupName="g")["Group"]["Arn"]
    iam.attach_role_policy(RoleName="r", PolicyArn=READ_ONLY)
    iam.attach_group_policy(GroupName="g", PolicyArn=READ_ONLY)
    for arn in (role, group):
        answer = iam.simulate_principal_policy(PolicySourceArn=arn, ActionNames=["xray:GetGroups", "xray:PutThing"])
        assert [each[2] for each in verdicts(answer)] == ["allowed", "implicitDeny"]
        (statement,) = answer["EvaluationResults"][0]["MatchedStatements"]
        assert (statement["SourcePolicyId"], statement["SourcePolicyType"]) == ("AWSXrayReadOnlyAccess", "aws-managed")


@pytest.mark.parametrize(
    ("parameters", "part"),
    [
        ({"ActionNames": ["GetGroups"]}, "Invalid Entity Action: GetGroups"),
        ({"ActionNames": ["xray:Get*"]}, "Invalid Entity Action: xray:Get*"),
        ({"PolicyInputList": ["{"]}, "This policy contains invalid Json"),
        ({"ResourceOwner": "arn:aws:iam::123456789012:root"}, "ResourceOwner is not simulated"),
        ({"ResourcePolicy": READ}, "CallerArn must say who"),
        ({"CallerArn": "arn:aws:iam::123456789012:user/nobody"}, "CallerArn must be the ARN of a user"),
    ],
)
def test_what_cannot_be_simulated_is_refused(iam, refused, parameters, part):
    code, status, message = refused(
        iam.simulate_custom_policy, **{"PolicyInputList": [READ], "ActionNames": ["xray:GetGroups"], **parameters}
    )
    assert (code, status) == ("InvalidInput", 400)
    assert part in message


def test_somebody_of_another_account_cannot_be_simulated(iam, root, refused):
    theirs = root().create_user(UserName="bob")["User"]["Arn"]
    code, status, message = refused(
        iam.simulate_principal_policy, PolicySourceArn=theirs, ActionNames=["xray:GetGroups"]
    )
    assert (code, status) == ("AccessDenied", 403)
    assert f"perform: iam:SimulatePrincipalPolicy on resource: {theirs}" in message
    nobody = f"arn:aws:iam::{iam.account}:user/nobody"
    told = refused(iam.simulate_principal_policy, PolicySourceArn=nobody, ActionNames=["xray:GetGroups"])
    assert told == ("NoSuchEntity", 404, f"The principal {nobody} cannot be found.")


def test_the_keys_that_policies_ask_for_are_told(iam):
    text = a_policy(
        allow("xray:*", "arn:aws:xray:*:*:group/${aws:username}/*", Condition={"Bool": {"aws:SecureTransport": "true"}})
    )
    assert iam.get_context_keys_for_custom_policy(PolicyInputList=[text])["ContextKeyNames"] == [
        "aws:SecureTransport",
        "aws:username",
    ]
    user = iam.create_user(UserName="bob")["User"]["Arn"]
    iam.put_user_policy(UserName="bob", PolicyName="p", PolicyDocument=text)
    told = iam.get_context_keys_for_principal_policy(PolicySourceArn=user)["ContextKeyNames"]
    assert told == ["aws:SecureTransport", "aws:username"]
