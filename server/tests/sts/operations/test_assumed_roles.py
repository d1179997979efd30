"""AssumeRole: what a session is made of, and what it is refused for."""

import json
from dataclasses import replace

import pytest
from policies import ACCOUNT, BOB

from skylens.caller import root_of
from skylens.iam import named, revision
from skylens.registry import ACCESS, AccessDenied
from skylens.sts.errors import (
    InvalidParameterValue,
    MalformedPolicyDocument,
    PackedPolicyTooLarge,
    ValidationError,
)

POLICY = json.dumps({"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "xray:*", "Resource": "*"}})


@pytest.fixture
def assume(sts, role):
    return lambda as_=BOB, **more: sts("AssumeRole", as_, **{"RoleArn": role.arn, "RoleSessionName": "monday", **more})


def a_tag(key, value):
    return {"Key": key, "Value": value}


def test_a_session_is_named_for_role_and_session_without_the_role_s_path(assume, session_of, role):
    answer = assume()
    assert answer["AssumedRoleUser"] == {
        "Arn": f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/monday",
        "AssumedRoleId": f"{role.id}:monday",
    }
    principal = session_of(answer)
    assert (principal.type, principal.id) == ("AssumedRole", "AROAREADER:monday")
    assert principal.session.issuer.arn == role.arn
    assert answer["Credentials"]["AccessKeyId"].startswith("ASIA")


def test_the_root_user_may_not(assume):
    with pytest.raises(AccessDenied, match="Roles may not be assumed by root accounts"):
        assume(root_of(ACCOUNT))


def test_a_session_lasts_as_long_as_its_role_lets_it(assume, role, control):
    with pytest.raises(ValidationError, match="exceeds the MaxSessionDuration set for this role"):
        assume(DurationSeconds=3601)
    with revision.writing(control) as connection:
        named.change(connection, role, max_session_seconds=7200)
    assert assume(DurationSeconds=7200)


def test_a_chained_session_lasts_an_hour_at_the_most(assume, session_of, role, control):
    with revision.writing(control) as connection:
        named.change(connection, role, max_session_seconds=7200)
    chained = session_of(assume())
    with pytest.raises(ValidationError, match="exceeds the 1 hour session limit for roles assumed by role chaining"):
        assume(chained, DurationSeconds=3601)
    assert assume(chained, DurationSeconds=3600)


def test_tags_go_on_only_where_they_are_transitive(assume, session_of):
    tags = [a_tag("team", "blue"), a_tag("stage", "prod")]
    first = session_of(assume(Tags=tags, TransitiveTagKeys=["team"]))
    assert first.session.tags == {"team": "blue", "stage": "prod"}
    second = session_of(assume(first, Tags=[a_tag("more", "x")]))
    assert (second.session.tags, second.session.transitive_tag_keys) == ({"team": "blue", "more": "x"}, ("team",))
    with pytest.raises(InvalidParameterValue, match="conflicts with a transitive tag key"):
        assume(first, Tags=[a_tag("Team", "red")])


def test_tags_that_differ_in_case_only_and_transitive_keys_of_no_tag_are_refused(assume):
    with pytest.raises(InvalidParameterValue, match="Duplicate tag keys found"):
        assume(Tags=[a_tag("team", "a"), a_tag("Team", "b")])
    with pytest.raises(InvalidParameterValue, match="must be included"):
        assume(TransitiveTagKeys=["team"])


def test_a_source_identity_stays_through_a_chain(assume, session_of):
    first = session_of(assume(SourceIdentity="alice"))
    answer = assume(first)
    assert (session_of(answer).session.source_identity, answer["SourceIdentity"]) == ("alice", "alice")
    with pytest.raises(AccessDenied):
        assume(first, SourceIdentity="mallory")


def test_a_session_policy_is_checked_and_counted(assume, session_of):
    answer = assume(Policy=POLICY)
    assert session_of(answer).session.policies == (POLICY,)
    assert answer["PackedPolicySize"] == 4
    assert assume()["PackedPolicySize"] is None
    with pytest.raises(MalformedPolicyDocument):
        assume(Policy='{"Statement": 1}')
    with pytest.raises(PackedPolicyTooLarge, match=r"Packed policy consumes \d+% of allotted space"):
        assume(Tags=[a_tag(f"k{number}", "v" * 250) for number in range(20)])


def test_a_managed_session_policy_must_be_there(assume):
    with pytest.raises(ValidationError, match="nobody is invalid"):
        assume(PolicyArns=[{"arn": f"arn:aws:iam::{ACCOUNT}:policy/nobody"}])


def test_nobody_has_a_second_factor(assume):
    with pytest.raises(AccessDenied, match="MultiFactorAuthentication failed"):
        assume(SerialNumber="arn:aws:iam::111122223333:mfa/bob", TokenCode="123456")


def needs(call, principal, request):
    made = call("sts", "AssumeRole")
    caller = replace(made.caller, principal=principal)
    return [need.action for need in ACCESS["sts", "AssumeRole"].needs(made.control, caller, request)]


def test_what_is_passed_on_must_be_allowed_too_even_if_it_is_only_inherited(call, assume, session_of):
    assert needs(call, BOB, {}) == ["sts:AssumeRole"]
    asked = {"Tags": [a_tag("a", "b")], "SourceIdentity": "alice"}
    everything = ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"]
    assert needs(call, BOB, asked) == everything
    chained = session_of(assume(Tags=[a_tag("a", "b")], TransitiveTagKeys=["a"], SourceIdentity="alice"))
    assert needs(call, chained, {}) == everything
