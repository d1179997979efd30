"""The user that the daemon beside the server signs as."""

import pytest

from skylens.iam import access_keys, attachments, named, revision
from skylens.iam.daemon_user import NAME, DaemonKeyInactive, ensure_daemon_key
from skylens.iam.policies_of import policies_of
from skylens.iam.users import User
from skylens.ids import RandomIds

ACCOUNT = "123456789012"


@pytest.fixture
def ensure(control, clock):
    return lambda: ensure_daemon_key(control, ACCOUNT, ids=RandomIds(), clock=clock)


def test_it_is_made_once_and_may_send_segments_only(control, ensure):
    key = ensure()
    assert ensure() == key
    assert (key.principal.type, key.principal.arn) == ("IAMUser", f"arn:aws:iam::{ACCOUNT}:user/skylens/{NAME}")
    with control.read() as connection:
        policies = policies_of(connection, key.principal)
    assert [policy.name for policy in policies.identity] == ["AWSXRayDaemonWriteAccess"]


def test_what_somebody_took_from_it_stays_taken(control, ensure):
    key = ensure()
    with revision.writing(control) as connection:
        user = named.get(connection, User, ACCOUNT, NAME)
        attachments.detach(connection, user, "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess")
        access_keys.set_status(connection, key, "Inactive")
    with pytest.raises(DaemonKeyInactive, match="inactive"):
        ensure()
    with control.read() as connection:
        assert policies_of(connection, key.principal).identity == ()


def test_a_key_that_was_deleted_is_made_anew(control, ensure):
    key = ensure()
    with revision.writing(control) as connection:
        access_keys.delete(connection, key)
    assert ensure().access_key_id != key.access_key_id
