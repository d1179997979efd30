"""What callers may do, by what IAM's tables and the policies of resources say."""

import itertools
import json
import logging
from datetime import UTC, datetime

import pytest
from policies import ACCOUNT, OTHER, a_statement

import skylens.app  # registers what operations need
from skylens.caller import Caller, Issuer, Principal, Region, Session, root_of
from skylens.iam import inline_policies, named, revision
from skylens.iam.authorization import Authorizer
from skylens.iam.policy.named_policy import NamedPolicy
from skylens.iam.policy.policies import ResourcePolicy
from skylens.iam.role_trust import role_trust
from skylens.iam.roles import Role
from skylens.iam.users import User
from skylens.registry import ACCESS, AccessDenied, ApiCall
from skylens.xray import groups, tags
from skylens.xray.arn import group_arn
from skylens.xray.groups import Group

NOW = datetime(2026, 7, 1, tzinfo=UTC)
REGION = Region("eu-west-1")
BOB = User(account=ACCOUNT, name="bob", id="AIDABOB", created_at=NOW, tags={"team": "blue"})
READER = Role(
    account=ACCOUNT,
    name="reader",
    id="AROAREADER",
    created_at=NOW,
    trust_policy='{"Statement": []}',
    tags={"team": "red"},
)
GROUP = Group("Checkout", group_arn(Caller(root_of(ACCOUNT), REGION), "Checkout", "ABC"))


def a_session(*policies, **more):
    issuer = Issuer("Role", READER.id, READER.arn, READER.account, READER.name)
    arn = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/monday"
    return Principal(
        ACCOUNT, arn, "AssumedRole", f"{READER.id}:monday", "monday", Session(issuer, NOW, policies, **more)
    )


class World:
    """An installation with a user, a role and a group, and one who asks what they may do."""

    def __init__(self, control, clock):
        self.control, self.finders, self.ids = control, {}, itertools.count()
        self.authorizer = Authorizer(control, clock, self.finders)
        with revision.writing(control) as connection:
            named.create(connection, BOB)
            named.create(connection, READER)
            caller = Caller(root_of(ACCOUNT), REGION)
            groups.create(connection, caller, GROUP, most=5, now=NOW)
            tags.give(connection, GROUP.arn, {"Stage": "prod"}, most=5)

    def write(self, owner, *statements, name="p"):
        """Write a policy into a user or a role."""
        with revision.writing(self.control) as connection:
            inline_policies.put(connection, owner, name, text(*statements))

    def trust(self, *statements):
        """Let these say who may become the role."""
        with revision.writing(self.control) as connection:
            named.change(connection, READER, trust_policy=text(*statements))

    def may_become_reader(self, principal=None):
        """Whether somebody may assume the role."""
        call = ApiCall(Caller(principal or BOB.principal, REGION), "sts", "AssumeRole", {}, NOW, "id")
        need = skylens.registry.Need("sts:AssumeRole", READER.arn)
        return skylens.iam.policy.evaluate.decide(*self.authorizer.asked(call, need)).is_allowed

    def why_not(self, operation, principal=None, *, service="xray", **request):
        """Ask for one call; return the sentence of the denial, or nothing."""
        more = {name: request.pop(name) for name in ("source_ip", "via", "user_agent") if name in request}
        caller = Caller(principal or BOB.principal, REGION)
        try:
            self.authorizer(ApiCall(caller, service, operation, request, NOW, "id", **more))
        except AccessDenied as denied:
            return str(denied)
        return ""


@pytest.fixture
def world(control, clock):
    return World(control, clock)


def text(*statements):
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def test_a_user_without_policies_may_do_nothing(world):
    assert world.why_not("GetGroups") == (
        f"User: arn:aws:iam::{ACCOUNT}:user/bob is not authorized to perform: xray:GetGroups"
        " because no identity-based policy allows the xray:GetGroups action"
    )


def test_a_root_user_may_do_everything_in_its_account(world):
    root = root_of(ACCOUNT)
    assert world.why_not("GetGroups", root) == ""
    assert world.why_not("DeleteGroup", root, GroupName="Checkout") == ""


def test_a_root_user_may_do_nothing_with_another_account_s_resources(world):
    arn = GROUP.arn.replace(ACCOUNT, OTHER)
    for operation in ("GetGroup", "UpdateGroup", "DeleteGroup"):
        assert f"on resource: {arn} because" in world.why_not(operation, root_of(ACCOUNT), GroupARN=arn)
    for operation in ("TagResource", "UntagResource", "ListTagsForResource"):
        assert f"on resource: {arn} because" in world.why_not(operation, root_of(ACCOUNT), ResourceARN=arn)


def test_a_policy_counts_from_the_next_call_on(world):
    assert world.why_not("GetGroups")
    world.write(BOB, a_statement(action="xray:Get*"))
    assert world.why_not("GetGroups") == ""
    world.write(BOB, a_statement("Deny", "xray:GetGroups"), name="limits")
    assert "explicit deny" in world.why_not("GetGroups")


def test_what_another_process_changed_counts_after_seconds(world, clock):
    assert world.why_not("GetGroups")
    with world.control.begin() as connection:
        inline_policies.put(connection, BOB, "p", text(a_statement()))
    assert world.why_not("GetGroups")
    clock.advance(6)
    assert world.why_not("GetGroups") == ""


def test_a_group_is_found_by_its_name(world):
    world.write(BOB, a_statement(action="xray:*", resource=GROUP.arn))
    assert world.why_not("GetGroup", GroupName="Checkout") == ""
    assert world.why_not("GetGroup", GroupARN=GROUP.arn) == ""
    assert "group/Cart/*" in world.why_not("GetGroup", GroupName="Cart")


def test_a_group_that_is_not_there_yet_has_a_name(world):
    world.write(BOB, a_statement(action="xray:CreateGroup", resource=f"arn:aws:xray:*:{ACCOUNT}:group/team-*/*"))
    assert world.why_not("CreateGroup", GroupName="team-a") == ""
    assert world.why_not("CreateGroup", GroupName="other")


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("CreateSamplingRule", {"SamplingRule": {"RuleName": "mine"}}),
        ("UpdateSamplingRule", {"SamplingRuleUpdate": {"RuleName": "mine"}}),
        ("DeleteSamplingRule", {"RuleName": "mine"}),
        ("DeleteSamplingRule", {"RuleARN": f"arn:aws:xray:{REGION}:{ACCOUNT}:sampling-rule/mine"}),
    ],
)
def test_sampling_rules_have_names(world, operation, request_):
    world.write(BOB, a_statement(resource=f"arn:aws:xray:{REGION}:{ACCOUNT}:sampling-rule/mine"))
    assert world.why_not(operation, **request_) == ""
    world.write(BOB, a_statement(resource=f"arn:aws:xray:{REGION}:{ACCOUNT}:sampling-rule/theirs"))
    assert "sampling-rule/mine" in world.why_not(operation, **request_)


def test_an_operation_without_resources_is_not_allowed_by_a_policy_about_one(world):
    world.write(BOB, a_statement(action="xray:*", resource="arn:aws:xray:*:*:group/*"))
    assert world.why_not("PutTraceSegments")


def test_tagging_while_creating_needs_a_permission_of_its_own(world):
    world.write(BOB, a_statement(action="xray:CreateGroup"))
    given = [{"Key": "Stage", "Value": "prod"}]
    assert world.why_not("CreateGroup", GroupName="a") == ""
    assert "perform: xray:TagResource on resource" in world.why_not("CreateGroup", GroupName="a", Tags=given)
    assert world.why_not("CreateSamplingRule", SamplingRule={"RuleName": "a"}, Tags=given)
    world.write(BOB, a_statement(action=["xray:CreateGroup", "xray:TagResource"]))
    assert world.why_not("CreateGroup", GroupName="a", Tags=given) == ""


def when(operator, **keys):
    return a_statement(Condition={operator: {name.replace("__", ":"): value for name, value in keys.items()}})


def test_a_condition_on_the_tags_of_the_request(world):
    world.write(BOB, when("StringEquals", **{"aws__RequestTag/Stage": "test"}))
    given = {"ResourceARN": GROUP.arn, "Tags": [{"Key": "Stage", "Value": "test"}]}
    assert world.why_not("TagResource", **given) == ""
    given["Tags"][0]["Value"] = "prod"
    assert world.why_not("TagResource", **given)


def test_a_condition_on_the_keys_of_the_tags(world):
    world.write(BOB, when("ForAllValues:StringEquals", aws__TagKeys=["a", "b"]))
    assert world.why_not("UntagResource", ResourceARN=GROUP.arn, TagKeys=["a"]) == ""
    assert world.why_not("UntagResource", ResourceARN=GROUP.arn, TagKeys=["a", "c"])


@pytest.mark.parametrize("asked", [{"GroupName": "Checkout"}, {"GroupARN": GROUP.arn}])
def test_a_condition_on_the_tags_of_the_resource(world, asked):
    world.write(BOB, when("StringEquals", **{"aws__ResourceTag/stage": "prod"}))
    assert world.why_not("DeleteGroup", **asked) == ""
    world.write(BOB, when("StringEquals", **{"aws__ResourceTag/Stage": "test"}))
    assert world.why_not("DeleteGroup", **asked)


def test_the_tags_of_a_user_as_a_resource(world):
    world.finders.clear()
    question, _ = world.authorizer.asked(
        ApiCall(Caller(BOB.principal, REGION), "iam", "GetUser", {}, NOW, "id"),
        skylens.registry.Need("iam:GetUser", BOB.arn),
    )
    assert question.context.get("aws:resourcetag/team") == "blue"
    assert question.context.get("aws:resourcetag/other") is None


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("StringEquals", "aws:PrincipalTag/Team", "blue"),
        ("StringEquals", "aws:username", "bob"),
        ("StringEquals", "aws:userid", "AIDABOB"),
        ("StringEquals", "aws:PrincipalType", "User"),
        ("StringEquals", "aws:PrincipalAccount", ACCOUNT),
        ("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:user/b*"),
        ("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
        ("StringEquals", "aws:RequestedRegion", "eu-west-1"),
        ("StringLike", "aws:UserAgent", "Boto3*"),
        ("DateLessThan", "aws:CurrentTime", "2026-07-01T00:00:01Z"),
        ("NumericEquals", "aws:EpochTime", str(int(NOW.timestamp()))),
        ("Bool", "aws:SecureTransport", "false"),
        ("Bool", "aws:ViaAWSService", "false"),
        ("Null", "aws:MultiFactorAuthPresent", "true"),
        ("Null", "aws:TokenIssueTime", "true"),
        ("Null", "aws:CalledVia", "true"),
        ("Null", "aws:Referer", "true"),
    ],
)
def test_what_a_user_s_call_says_of_itself(world, operator, key, value):
    world.write(BOB, when(operator, **{key: value}))
    assert world.why_not("GetGroups", source_ip="203.0.113.7", user_agent="Boto3/1") == ""


@pytest.mark.parametrize(
    ("operator", "key", "value"),
    [
        ("ArnEquals", "aws:PrincipalArn", READER.arn),
        ("StringEquals", "aws:userid", "AROAREADER:monday"),
        ("StringEquals", "aws:PrincipalType", "AssumedRole"),
        ("StringEquals", "aws:PrincipalTag/team", "green"),
        ("StringEquals", "aws:SourceIdentity", "alice"),
        ("DateEquals", "aws:TokenIssueTime", "2026-07-01T00:00:00Z"),
        ("Bool", "aws:MultiFactorAuthPresent", "true"),
        ("NumericEquals", "aws:MultiFactorAuthAge", "0"),
        ("Null", "aws:username", "true"),
        ("Bool", "aws:ViaAWSService", "true"),
        ("ForAnyValue:StringEquals", "aws:CalledVia", "xray.amazonaws.com"),
        ("StringEquals", "aws:CalledViaFirst", "cloudtrail.amazonaws.com"),
        ("StringEquals", "aws:CalledViaLast", "xray.amazonaws.com"),
        ("Null", "aws:SourceIp", "true"),
    ],
)
def test_what_a_session_s_call_through_services_says_of_itself(world, operator, key, value):
    world.write(READER, when(operator, **{key: value}))
    session = a_session(tags={"Team": "green"}, source_identity="alice", has_mfa=True)
    via = ("cloudtrail.amazonaws.com", "xray.amazonaws.com")
    assert world.why_not("GetGroups", session, source_ip="xray.amazonaws.com", via=via) == ""


def test_a_session_has_the_role_s_policies_within_its_own(world):
    world.write(READER, a_statement(action="xray:Get*"))
    assert world.why_not("GetGroups", a_session()) == ""
    assert world.why_not("GetGroups", a_session(text(a_statement(action="xray:GetGroups")))) == ""
    assert "no session policy allows" in world.why_not(
        "GetGroup", a_session(text(a_statement(action="xray:GetGroups")))
    )


def test_a_boundary_counts(world):
    with revision.writing(world.control) as connection:
        named.change(connection, BOB, boundary_arn="arn:aws:iam::aws:policy/AWSXrayReadOnlyAccess")
    world.write(BOB, a_statement(action="*"))
    assert world.why_not("GetGroups") == ""
    assert "no permissions boundary allows" in world.why_not("DeleteGroup", GroupName="Checkout")


def test_a_policy_on_a_resource_is_asked(world):
    def on_key(_control, arn):
        return ResourcePolicy(
            (NamedPolicy(text(a_statement(action="*", Principal={"AWS": BOB.arn})), arn),), is_mandatory=True
        )

    key = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"
    world.finders["kms"] = on_key
    need = skylens.registry.Need("kms:Decrypt", key)
    call = ApiCall(Caller(BOB.principal, REGION), "kms", "Decrypt", {}, NOW, "id")
    question, policies = world.authorizer.asked(call, need)
    assert skylens.iam.policy.evaluate.decide(question, policies).is_allowed


def test_a_resource_s_policy_counts_from_the_next_call_on(world):
    found = {"policy": None}
    world.finders["xray"] = lambda _control, _about: found["policy"]
    world.write(BOB, a_statement())
    assert world.why_not("GetGroups") == ""
    found["policy"] = ResourcePolicy((NamedPolicy(text(a_statement("Deny", Principal="*")), "r"),))
    assert world.why_not("GetGroups") == ""
    with world.control.begin():
        pass
    assert "explicit deny in a resource-based policy" in world.why_not("GetGroups")


def test_a_finder_is_asked_about_the_account_where_the_call_is_about_no_resource(world):
    asked = []
    world.finders["xray"] = lambda _control, about: asked.append(about)
    world.why_not("GetGroups")
    world.why_not("GetGroup", GroupARN=GROUP.arn)
    assert asked == [f"arn:aws:xray:eu-west-1:{ACCOUNT}:*", GROUP.arn]


def test_a_role_that_trusts_nobody_is_not_told_from_one_that_is_not_there(world):
    world.finders["sts"] = role_trust
    world.trust(assuming({"AWS": OTHER}))
    world.write(BOB, a_statement(action="*"))
    call = ApiCall(Caller(BOB.principal, REGION), "sts", "AssumeRole", {}, NOW, "id")

    def sentence(arn):
        question, policies = world.authorizer.asked(call, skylens.registry.Need("sts:AssumeRole", arn))
        decision = skylens.iam.policy.evaluate.decide(question, policies)
        return skylens.iam.policy.denial.sentence(question, decision).replace(arn, "")

    assert sentence(READER.arn) == sentence(READER.arn + "x")


def test_an_open_operation_is_open_to_everybody(world, monkeypatch):
    monkeypatch.setitem(ACCESS, ("xray", "GetGroups"), skylens.registry.Access(is_open=True))
    world.write(BOB, a_statement("Deny", "*"))
    assert world.why_not("GetGroups") == ""


def test_an_answered_operation_of_which_nobody_says_what_it_needs_is_denied(world, monkeypatch):
    monkeypatch.delitem(ACCESS, ("xray", "GetGroups"))
    assert "Nothing says what xray:GetGroups needs" in world.why_not("GetGroups", root_of(ACCOUNT))


def test_a_deleted_user_may_do_nothing_whoever_has_its_name_now(world):
    world.write(BOB, a_statement())
    gone = Principal(ACCOUNT, BOB.arn, "IAMUser", "AIDAGONE", "bob")
    assert world.why_not("GetGroups", gone)


def test_a_denial_is_logged_with_the_statement_that_decided(world, caplog):
    world.write(BOB, a_statement(), a_statement("Deny"), name="mine")
    with caplog.at_level(logging.INFO):
        world.why_not("GetGroups")
    (record,) = caplog.records
    assert "event=access_denied" in record.message
    assert "statement=mine:1" in record.message


def test_the_managed_policy_of_daemons_lets_them_write_and_nothing_else(world):
    from skylens.iam import attachments, managed

    with revision.writing(world.control) as connection:
        daemon = managed.get(connection, ACCOUNT, "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess")
        attachments.attach(connection, BOB, daemon)
    for operation in ("PutTraceSegments", "PutTelemetryRecords", "GetSamplingRules", "GetSamplingTargets"):
        assert world.why_not(operation) == ""
    for operation in ("BatchGetTraces", "GetGroups", "CreateGroup"):
        assert world.why_not(operation, GroupName="a")


def assuming(principal):
    return a_statement(action="sts:AssumeRole", resource=None, Principal=principal)


def test_a_role_is_assumed_by_whom_it_names_and_by_whom_the_account_it_names_allows(world):
    world.finders["sts"] = role_trust
    assert not world.may_become_reader()
    world.trust(assuming({"AWS": BOB.arn}))
    assert world.may_become_reader()
    world.trust(assuming({"AWS": ACCOUNT}))
    assert not world.may_become_reader()
    world.write(BOB, a_statement(action="sts:AssumeRole", resource=READER.arn))
    assert world.may_become_reader()
    world.trust(assuming({"AWS": OTHER}))
    assert not world.may_become_reader()


def test_a_role_of_another_account_needs_both_sides(world):
    world.finders["sts"] = role_trust
    stranger = User(account=OTHER, name="eve", id="AIDAEVE", created_at=NOW)
    with revision.writing(world.control) as connection:
        named.create(connection, stranger)
    world.trust(assuming({"AWS": stranger.arn}))
    assert not world.may_become_reader(stranger.principal)
    world.write(stranger, a_statement(action="sts:AssumeRole", resource="*"))
    assert world.may_become_reader(stranger.principal)
