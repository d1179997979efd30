"""Whose session a token is, and what makes it worth nothing."""

from datetime import timedelta

import pytest
from policies import ACCOUNT, BOB

from skylens.iam import managed, named, revision
from skylens.iam.managed import ManagedPolicy
from skylens.iam.roles import revoke_sessions
from skylens.iam.users import User


@pytest.fixture
def assumed(sts, role):
    """Credentials of the role."""
    return sts("AssumeRole", RoleArn=role.arn, RoleSessionName="monday")


def find(sessions, answer):
    return sessions.find(answer["Credentials"]["AccessKeyId"], answer["Credentials"]["SessionToken"])


def test_a_token_belongs_to_one_key(sessions, assumed, sts, role):
    other = sts("AssumeRole", RoleArn=role.arn, RoleSessionName="monday")["Credentials"]
    assert sessions.find(other["AccessKeyId"], assumed["Credentials"]["SessionToken"]) is None
    assert sessions.find(assumed["Credentials"]["AccessKeyId"], "") is None


def test_a_session_ends_when_it_was_told_to(sessions, assumed, clock):
    assert find(sessions, assumed).expires_at == clock.now() + timedelta(hours=1)


def test_the_sessions_of_a_deleted_role_end_at_once_even_if_another_takes_its_name(sessions, assumed, role, control):
    assert find(sessions, assumed)
    with revision.writing(control) as connection:
        named.delete(connection, role)
    assert find(sessions, assumed) is None


@pytest.mark.usefixtures("role")
def test_the_sessions_of_a_deleted_user_end_at_once(sessions, sts, control):
    answer = sts("GetSessionToken")
    assert find(sessions, answer).principal.arn == BOB.arn
    with revision.writing(control) as connection:
        named.delete(connection, named.get(connection, User, ACCOUNT, "bob"))
    assert find(sessions, answer) is None


def test_sessions_from_before_a_revocation_have_ended(sessions, assumed, role, control, clock):
    clock.advance(10)
    with revision.writing(control) as connection:
        revoke_sessions(connection, role, clock.now())
    assert find(sessions, assumed).expires_at == clock.now()


def test_sessions_from_after_a_revocation_have_not(sessions, role, sts, control, clock):
    with revision.writing(control) as connection:
        revoke_sessions(connection, role, clock.now())
    later = sts("AssumeRole", RoleArn=role.arn, RoleSessionName="monday")
    assert find(sessions, later).expires_at == clock.now() + timedelta(hours=1)


def test_what_another_process_revoked_is_known_after_five_seconds(sessions, assumed, role, control, clock):
    assert find(sessions, assumed)
    with control.begin() as connection:
        named.delete(connection, role)
    assert find(sessions, assumed)
    clock.advance(5.1)
    assert find(sessions, assumed) is None


def test_managed_session_policies_count_as_they_are_now(sessions, sts, role, control, clock):
    first, second = '{"Statement": []}', '{"Statement": [{"Effect": "Deny", "Action": "*", "Resource": "*"}]}'
    policy = ManagedPolicy(account=ACCOUNT, name="p", id="ANPAP", created_at=clock.now(), updated_at=clock.now())
    with revision.writing(control) as connection:
        managed.create(connection, policy, first)
    answer = sts("AssumeRole", RoleArn=role.arn, RoleSessionName="monday", PolicyArns=[{"arn": policy.arn}])
    assert find(sessions, answer).principal.session.policies == (first,)
    with revision.writing(control) as connection:
        managed.add_version(connection, policy, second, clock.now(), is_default=True)
    assert find(sessions, answer).principal.session.policies == (second,)
    with revision.writing(control) as connection:
        managed.delete(connection, policy)
    # Gone, it must still narrow the session: to nothing.
    assert "sts:Nothing" in find(sessions, answer).principal.session.policies[0]


def test_a_key_is_found_without_asking_the_database_again(sessions, assumed, control, monkeypatch):
    found = find(sessions, assumed)
    monkeypatch.setattr(control, "read", None)
    assert find(sessions, assumed) is found
