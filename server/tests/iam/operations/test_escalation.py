"""What a user is not allowed, it does not get by a detour; and a change is in force with the next call."""

import json

import pytest
from botocore.exceptions import ClientError
from some_policies import READ, READ_ONLY, TRUST

ADMIN = "arn:aws:iam::aws:policy/AdministratorAccess"


def a_policy(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def allow(*actions, resource="*", **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


@pytest.fixture
def eve(iam, connect):
    """Make the user eve with these statements; return a client of hers."""

    def make(*statements):
        iam.create_user(UserName="eve")
        if statements:
            iam.put_user_policy(UserName="eve", PolicyName="given", PolicyDocument=a_policy(*statements))
        key = iam.create_access_key(UserName="eve")["AccessKey"]
        return connect((key["AccessKeyId"], key["SecretAccessKey"]))

    return make


def outcome(operation, **parameters):
    try:
        operation(**parameters)
    except ClientError as error:
        return error.response["Error"]["Code"]
    return "done"


def test_a_denial_is_told_in_awss_sentence(iam, eve, refused):
    user = eve()
    code, status, message = refused(user.create_group, GroupName="g")
    assert (code, status) == ("AccessDenied", 403)
    assert message == (
        f"User: arn:aws:iam::{iam.account}:user/eve is not authorized to perform: iam:CreateGroup on resource: "
        f"arn:aws:iam::{iam.account}:group/g because no identity-based policy allows the iam:CreateGroup action"
    )


def test_nobody_gives_themselves_more(iam, eve):
    admin = iam.create_policy(PolicyName="admin", PolicyDocument=READ)["Policy"]["Arn"]
    iam.create_policy_version(PolicyArn=admin, PolicyDocument=a_policy(allow("*")))
    iam.create_role(RoleName="strong", AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(InstanceProfileName="machine")
    iam.create_group(GroupName="admins")
    iam.create_user(UserName="boss")
    user = eve(allow("xray:*", "iam:Get*", "iam:List*"))
    iam.attach_user_policy(UserName="eve", PolicyArn=admin)
    iam.put_user_permissions_boundary(UserName="eve", PermissionsBoundary=READ_ONLY)
    everything = a_policy(allow("*"))
    attempts = [
        (user.put_user_policy, {"UserName": "eve", "PolicyName": "more", "PolicyDocument": everything}),
        (user.attach_user_policy, {"UserName": "eve", "PolicyArn": ADMIN}),
        (user.delete_user_policy, {"UserName": "eve", "PolicyName": "given"}),
        (user.create_policy_version, {"PolicyArn": admin, "PolicyDocument": everything, "SetAsDefault": True}),
        (user.set_default_policy_version, {"PolicyArn": admin, "VersionId": "v2"}),
        (user.put_group_policy, {"GroupName": "admins", "PolicyName": "p", "PolicyDocument": everything}),
        (user.attach_group_policy, {"GroupName": "admins", "PolicyArn": ADMIN}),
        (user.add_user_to_group, {"GroupName": "admins", "UserName": "eve"}),
        (user.put_role_policy, {"RoleName": "strong", "PolicyName": "p", "PolicyDocument": everything}),
        (user.attach_role_policy, {"RoleName": "strong", "PolicyArn": ADMIN}),
        (user.update_assume_role_policy, {"RoleName": "strong", "PolicyDocument": TRUST}),
        (user.add_role_to_instance_profile, {"RoleName": "strong", "InstanceProfileName": "machine"}),
        (user.create_access_key, {"UserName": "boss"}),
        (user.create_access_key, {}),
        (user.update_user, {"UserName": "eve", "NewUserName": "boss2"}),
        (user.delete_user_permissions_boundary, {"UserName": "eve"}),
        (user.put_user_permissions_boundary, {"UserName": "eve", "PermissionsBoundary": ADMIN}),
        (user.create_service_linked_role, {"AWSServiceName": "cloudtrail.amazonaws.com"}),
        (user.tag_user, {"UserName": "eve", "Tags": [{"Key": "team", "Value": "admin"}]}),
        (user.get_account_authorization_details, {}),
    ]
    assert [call.__name__ for call, parameters in attempts if outcome(call, **parameters) != "AccessDenied"] == []
    assert iam.list_user_policies(UserName="eve")["PolicyNames"] == ["given"]
    assert iam.get_policy(PolicyArn=admin)["Policy"]["DefaultVersionId"] == "v1"


def test_a_role_is_handed_on_only_by_who_may_pass_it(iam, eve):
    for name in ("weak", "strong"):
        iam.create_role(RoleName=name, AssumeRolePolicyDocument=TRUST)
    iam.create_instance_profile(InstanceProfileName="machine")
    passing = allow("iam:PassRole", resource=f"arn:aws:iam::{iam.account}:role/weak")
    user = eve(allow("iam:AddRoleToInstanceProfile"), passing)
    strong = {"InstanceProfileName": "machine", "RoleName": "strong"}
    assert outcome(user.add_role_to_instance_profile, **strong) == "AccessDenied"
    assert outcome(user.add_role_to_instance_profile, **(strong | {"RoleName": "weak"})) == "done"


def test_who_may_make_bounded_users_only_makes_no_others(iam, eve):
    within = {"StringEquals": {"iam:PermissionsBoundary": READ_ONLY}}
    actions = ("iam:CreateUser", "iam:AttachUserPolicy", "iam:PutUserPolicy", "iam:PutUserPermissionsBoundary")
    user = eve(allow(*actions, Condition=within))
    iam.create_user(UserName="free")
    assert outcome(user.create_user, UserName="new") == "AccessDenied"
    assert outcome(user.create_user, UserName="new", PermissionsBoundary=ADMIN) == "AccessDenied"
    assert outcome(user.create_user, UserName="new", PermissionsBoundary=READ_ONLY) == "done"
    assert outcome(user.attach_user_policy, UserName="new", PolicyArn=ADMIN) == "done"
    assert outcome(user.attach_user_policy, UserName="free", PolicyArn=ADMIN) == "AccessDenied"
    assert outcome(user.put_user_permissions_boundary, UserName="new", PermissionsBoundary=ADMIN) == "AccessDenied"
    assert outcome(user.delete_user_permissions_boundary, UserName="new") == "AccessDenied"


def test_only_some_policies_may_be_attached(eve):
    only = {"ArnEquals": {"iam:PolicyARN": READ_ONLY}}
    user = eve(allow("iam:AttachUserPolicy", "iam:DetachUserPolicy", Condition=only))
    assert outcome(user.attach_user_policy, UserName="eve", PolicyArn=ADMIN) == "AccessDenied"
    assert outcome(user.attach_user_policy, UserName="eve", PolicyArn=READ_ONLY) == "done"


def test_a_path_is_denied_though_calls_name_none(iam, eve):
    iam.create_user(UserName="boss", Path="/admins/")
    iam.create_user(UserName="bob")
    user = eve(allow("iam:*"), {"Effect": "Deny", "Action": "iam:*", "Resource": "arn:aws:iam::*:user/admins/*"})
    assert outcome(user.get_user, UserName="bob") == "done"
    assert outcome(user.get_user, UserName="boss") == "AccessDenied"
    assert outcome(user.create_access_key, UserName="boss") == "AccessDenied"
    assert outcome(user.get_user, UserName="BOSS") == "NoSuchEntity"
    assert outcome(user.update_user, UserName="bob", NewPath="/admins/") == "AccessDenied"


def test_tags_decide(iam, eve):
    iam.create_user(UserName="blue", Tags=[{"Key": "team", "Value": "blue"}])
    iam.create_user(UserName="red", Tags=[{"Key": "team", "Value": "red"}])
    own = {"StringEquals": {"aws:ResourceTag/team": "${aws:PrincipalTag/team}"}}
    user = eve(allow("iam:DeleteUser", Condition=own))
    iam.tag_user(UserName="eve", Tags=[{"Key": "team", "Value": "blue"}])
    assert outcome(user.delete_user, UserName="red") == "AccessDenied"
    assert outcome(user.delete_user, UserName="blue") == "done"


def test_a_change_is_in_force_with_the_next_call(iam, eve):
    user = eve()
    iam.create_group(GroupName="readers")
    iam.attach_group_policy(GroupName="readers", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")

    def now():
        return outcome(user.list_users)

    assert now() == "AccessDenied"
    iam.add_user_to_group(GroupName="readers", UserName="eve")
    assert now() == "done"
    iam.detach_group_policy(GroupName="readers", PolicyArn="arn:aws:iam::aws:policy/IAMReadOnlyAccess")
    assert now() == "AccessDenied"
    iam.put_user_policy(UserName="eve", PolicyName="p", PolicyDocument=a_policy(allow("iam:ListUsers")))
    assert now() == "done"
    iam.put_user_permissions_boundary(UserName="eve", PermissionsBoundary=READ_ONLY)
    assert now() == "AccessDenied"


def test_the_daemons_user_may_send_and_nothing_else(state, connect):
    from skylens.clock import SystemClock
    from skylens.iam.daemon_user import ensure_daemon_key
    from skylens.ids import RandomIds

    key = ensure_daemon_key(state, "000000000000", ids=RandomIds(), clock=SystemClock())
    pair = (key.access_key_id, key.secret)
    xray, iam = connect(pair, "xray"), connect(pair)
    assert outcome(xray.get_sampling_rules) == "done"
    assert outcome(xray.put_trace_segments, TraceSegmentDocuments=["{}"]) == "done"
    for call, parameters in (
        (xray.get_groups, {}),
        (xray.batch_get_traces, {"TraceIds": ["1-58406520-a006649127e371903a2de979"]}),
        (xray.delete_sampling_rule, {"RuleName": "x"}),
    ):
        assert outcome(call, **parameters) == "AccessDeniedException"
    assert outcome(iam.list_users) == "AccessDenied"
