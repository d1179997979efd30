"""Which policies a decision about a principal reads."""

from datetime import UTC, datetime

import pytest

from skylens.caller import Issuer, Principal, Session, root_of
from skylens.iam import attachments, groups, inline_policies, managed, named
from skylens.iam.groups import Group
from skylens.iam.managed import ManagedPolicy
from skylens.iam.policies_of import NONE, policies_of, role_by_arn
from skylens.iam.policy.named_policy import NamedPolicy
from skylens.iam.roles import Role
from skylens.iam.users import User

ACCOUNT = "111122223333"
NOW = datetime(2026, 7, 1, tzinfo=UTC)
TEXT = '{"Version": "2012-10-17", "Statement": []}'
DAEMON = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"
USER = User(account=ACCOUNT, name="bob", id="AIDABOB", created_at=NOW, tags={"team": "blue"})
ROLE = Role(account=ACCOUNT, name="reader", path="/ops/", id="AROAREADER", created_at=NOW, trust_policy=TEXT)


@pytest.fixture
def connection(control):
    with control.begin() as opened:
        yield opened


def names(policies):
    return [(policy.type, policy.name) for policy in policies.identity]


def a_policy(name, account=ACCOUNT):
    return ManagedPolicy(account=account, name=name, id=f"ANPA{name}", created_at=NOW, updated_at=NOW)


def session_of(role):
    issuer = Issuer("Role", role.id, role.arn, role.account, role.name)
    arn = f"arn:aws:sts::{role.account}:assumed-role/{role.name}/s"
    return Principal(role.account, arn, "AssumedRole", f"{role.id}:s", "s", Session(issuer, NOW))


def test_a_user_has_its_own_policies_and_those_of_its_groups(connection):
    named.create(connection, USER)
    group = named.create(connection, Group(account=ACCOUNT, name="staff", id="AGPASTAFF", created_at=NOW))
    groups.add(connection, group, USER)
    inline_policies.put(connection, USER, "mine", TEXT)
    inline_policies.put(connection, group, "ours", TEXT)
    attachments.attach(connection, USER, managed.create(connection, a_policy("local"), TEXT))
    attachments.attach(connection, group, managed.get(connection, ACCOUNT, DAEMON))
    found = policies_of(connection, USER.principal)
    assert names(found) == [
        ("user", "mine"),
        ("user-managed", "local"),
        ("group", "ours"),
        ("aws-managed", "AWSXRayDaemonWriteAccess"),
    ]
    assert (found.boundary, found.tags) == (None, {"team": "blue"})
    assert found.identity[0] == NamedPolicy(TEXT, "mine", "", "user")


def test_the_default_version_is_in_force(connection):
    named.create(connection, USER)
    policy = managed.create(connection, a_policy("local"), TEXT)
    policy, _ = managed.add_version(connection, policy, "second", NOW, is_default=False)
    attachments.attach(connection, USER, policy)
    assert [each.text for each in policies_of(connection, USER.principal).identity] == [TEXT]
    named.change(connection, policy, default_version=2)
    assert [each.text for each in policies_of(connection, USER.principal).identity] == ["second"]


def test_a_session_has_those_of_its_role(connection):
    named.create(connection, ROLE)
    inline_policies.put(connection, ROLE, "read", TEXT)
    assert names(policies_of(connection, session_of(ROLE))) == [("role", "read")]


def test_nobody_inherits_from_a_namesake(connection):
    named.create(connection, ROLE)
    inline_policies.put(connection, ROLE, "read", TEXT)
    old = Role(account=ACCOUNT, name="reader", path="/ops/", id="AROAOLD", created_at=NOW, trust_policy=TEXT)
    assert policies_of(connection, session_of(old)) == NONE


def test_a_root_user_has_none(connection):
    assert policies_of(connection, root_of(ACCOUNT)) == NONE


def test_a_boundary_comes_with_the_policies(connection):
    policy = managed.create(connection, a_policy("edge"), TEXT)
    named.create(connection, User(account=ACCOUNT, name="eve", id="AIDAEVE", created_at=NOW, boundary_arn=policy.arn))
    user = named.get(connection, User, ACCOUNT, "eve")
    assert policies_of(connection, user.principal).boundary == NamedPolicy(TEXT, "edge", policy.arn, "user-managed")


def test_within_a_boundary_that_is_gone_lies_nothing(connection):
    gone = "arn:aws:iam::aws:policy/NoSuchPolicy"
    named.create(connection, User(account=ACCOUNT, name="eve", id="AIDAEVE", created_at=NOW, boundary_arn=gone))
    boundary = policies_of(connection, named.get(connection, User, ACCOUNT, "eve").principal).boundary
    assert boundary is not None
    assert '"Deny"' in boundary.text


def test_another_accounts_policy_is_not_seen(connection):
    policy = managed.create(connection, a_policy("theirs", account="999999999999"), TEXT)
    assert managed.find(connection, ACCOUNT, policy.arn) is None
    assert managed.find(connection, "999999999999", policy.arn) == policy


@pytest.mark.parametrize(
    "arn",
    [
        f"arn:aws:iam::{ACCOUNT}:role/reader",  # without its path
        f"arn:aws:iam::{ACCOUNT}:role/ops/Reader",
        "arn:aws:iam::999999999999:role/ops/reader",
        f"arn:aws:sts::{ACCOUNT}:role/ops/reader",
        f"arn:aws:iam::{ACCOUNT}:user/ops/reader",
        "reader",
        "",
    ],
)
def test_a_role_is_found_by_its_whole_arn_only(connection, arn):
    named.create(connection, ROLE)
    assert role_by_arn(connection, f"arn:aws:iam::{ACCOUNT}:role/ops/reader") == ROLE
    assert role_by_arn(connection, arn) is None
