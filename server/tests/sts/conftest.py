"""STS touches control state only: tests have accounts with users and roles, and call the handlers as any of them."""

import json
from dataclasses import replace

import pytest
from policies import ACCOUNT, BOB, NOW, OTHER

import skylens.sts.access  # noqa: F401  # registers what operations need
from skylens.iam import named, revision
from skylens.iam.roles import Role
from skylens.iam.users import User
from skylens.registry import HANDLERS
from skylens.sts import operations  # noqa: F401  # registers the handlers
from skylens.sts.sessions import Sessions

TRUST = json.dumps(
    {"Statement": {"Effect": "Allow", "Principal": {"AWS": [ACCOUNT, OTHER]}, "Action": ["sts:AssumeRole"]}}
)


class NoStore:
    """Stands where a store would; whatever is asked of it is an error."""

    def __getattr__(self, name):
        raise AssertionError(f"STS used the telemetry store: {name}")


@pytest.fixture
def store():
    return NoStore()


@pytest.fixture
def role(control):
    """A role, and the user bob."""
    made = Role(account=ACCOUNT, name="reader", path="/ops/", id="AROAREADER", created_at=NOW, trust_policy=TRUST)
    with revision.writing(control) as connection:
        named.create(connection, User(account=ACCOUNT, name="bob", id=BOB.id, created_at=NOW))
        return named.create(connection, made)


@pytest.fixture
def sts(call):
    """Run an operation: ``sts("AssumeRole", as_=BOB, RoleArn=…)``, where it matters from an address."""

    def run(operation, as_=BOB, source_ip="", **request):
        made = call("sts", operation)
        caller = replace(made.caller, principal=as_)
        made = replace(made, api_call=replace(made.api_call, caller=caller, request=request, source_ip=source_ip))
        return HANDLERS["sts", operation].function(made, request)

    return run


@pytest.fixture
def sessions(control, clock):
    return Sessions(control, clock)


@pytest.fixture
def session_of(sessions):
    """The principal of credentials that were handed out."""

    def find(answer):
        credentials = answer["Credentials"]
        key = sessions.find(credentials["AccessKeyId"], credentials["SessionToken"])
        assert key.secret == credentials["SecretAccessKey"]
        return key.principal

    return find
