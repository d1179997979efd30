"""Principals, policies and questions of tests."""

import json
from datetime import UTC, datetime

from skylens.caller import AccountId, Issuer, Principal, Session
from skylens.iam.policy.context import context
from skylens.iam.policy.evaluate import Question, decide
from skylens.iam.policy.named_policy import NamedPolicy
from skylens.iam.policy.policies import Policies, parsed

ACCOUNT, OTHER = AccountId("111122223333"), AccountId("444455556666")
NOW = datetime(2026, 7, 1, tzinfo=UTC)
USER_ARN = f"arn:aws:iam::{ACCOUNT}:user/bob"
ROLE_ARN = f"arn:aws:iam::{ACCOUNT}:role/reader"
SESSION_ARN = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/monday"
FEDERATED_ARN = f"arn:aws:sts::{ACCOUNT}:federated-user/guest"
GROUP_ARN = f"arn:aws:xray:eu-west-1:{ACCOUNT}:group/Checkout/ABC"
ROOT_NAME = f"arn:aws:iam::{ACCOUNT}:root"

BOB = Principal(ACCOUNT, USER_ARN, "IAMUser", "AIDABOB", "bob")
READER = Principal(
    ACCOUNT,
    SESSION_ARN,
    "AssumedRole",
    "AROAREADER:monday",
    "monday",
    Session(Issuer("Role", "AROAREADER", ROLE_ARN, ACCOUNT, "reader"), NOW),
)
GUEST = Principal(
    ACCOUNT,
    FEDERATED_ARN,
    "FederatedUser",
    f"{ACCOUNT}:guest",
    "guest",
    Session(Issuer("IAMUser", "AIDABOB", USER_ARN, ACCOUNT, "bob"), NOW),
)


def a_statement(effect="Allow", action="xray:*", resource="*", **more):
    """Return a statement; an element of None is left out."""
    statement = {"Effect": effect, "Action": action, "Resource": resource, **more}
    return {name: value for name, value in statement.items() if value is not None}


def a_policy(*statements, name="p", arn="", version="2012-10-17"):
    """Return a policy of these statements."""
    return NamedPolicy(json.dumps({"Version": version, "Statement": list(statements)}), name, arn)


def allowing(*actions, resource="*", **more):
    """Return a policy that allows the actions."""
    return a_policy(a_statement(action=list(actions) or "*", resource=resource, **more))


def denying(*actions, resource="*", **more):
    """Return a policy that denies the actions."""
    return a_policy(a_statement("Deny", list(actions) or "*", resource, **more))


def on_resource(principal, effect="Allow", action="*", resource="*", **more):
    """Return a resource policy that names a principal."""
    return a_policy(a_statement(effect, action, resource, Principal=principal, **more))


def policies(*identity, boundary=None, session=(), resource=(), **more):
    """Return the policies of a decision."""
    return Policies(
        identity=parsed(identity),
        boundary=parsed([boundary])[0] if boundary else None,
        session=parsed(session),
        resource=parsed(resource),
        **more,
    )


def ask(principal=BOB, action="xray:GetGroup", resource=GROUP_ARN, **keys):
    """Return a question; context keys have ``__`` where AWS has a colon."""
    return Question(principal, action, resource, context({k.replace("__", ":"): v for k, v in keys.items()}))


def allows(given, question=None):
    """Whether the policies let the question pass."""
    return decide(question or ask(), given).is_allowed
