"""When keys and roles were used last."""

from datetime import timedelta

from skylens.caller import ANYBODY, Caller, Issuer, Principal, Region, Session, root_of
from skylens.iam import access_keys, named, revision, service_uses
from skylens.iam.access_keys import LastUse, ensure_root_key
from skylens.iam.key_uses import KeyUses
from skylens.iam.roles import Role
from skylens.ids import RandomIds

ACCOUNT = "123456789012"


def test_the_newest_use_of_a_key_is_written_down(control, clock):
    key = ensure_root_key(control, ACCOUNT, ids=RandomIds(), clock=clock)
    uses, caller = KeyUses(control), Caller(key.principal, Region("eu-west-1"), key.access_key_id)
    uses.note(caller, "xray", clock.now())
    later = clock.now() + timedelta(seconds=1)
    uses.note(caller, "kms", later)
    with control.read() as connection:
        assert access_keys.last_use(connection, key.access_key_id) == LastUse()
    uses.flush()
    uses.flush()
    with control.read() as connection:
        assert access_keys.last_use(connection, key.access_key_id) == LastUse(later, "eu-west-1", "kms")


def test_a_session_counts_as_a_use_of_its_role(control, clock):
    role = Role(account=ACCOUNT, name="r", id="AROAR", created_at=clock.now(), trust_policy="{}")
    with revision.writing(control) as connection:
        named.create(connection, role)
    session = Session(Issuer("Role", role.id, role.arn, role.account, role.name), clock.now())
    principal = Principal(ACCOUNT, "arn", "AssumedRole", "AROAR:s", "s", session)
    uses = KeyUses(control)
    uses.note(Caller(principal, Region("us-east-1"), "ASIAEXAMPLE"), "xray", clock.now())
    uses.flush()
    with control.read() as connection:
        used = named.get(connection, Role, ACCOUNT, "r")
    assert (used.last_used_at, used.last_used_region) == (clock.now(), "us-east-1")


def test_the_newest_use_of_each_service_is_written_down_by_user_and_by_role_but_not_of_root_users(control, clock):
    uses, now = KeyUses(control), clock.now()
    bob = Principal(ACCOUNT, "arn", "IAMUser", "AIDABOB", "bob")
    of_bob = Session(Issuer("IAMUser", "AIDABOB", "arn", ACCOUNT, "bob"), now)
    of_role = Session(Issuer("Role", "AROAR", "arn", ACCOUNT, "r"), now)
    callers = {
        "kms": bob,
        "xray": Principal(ACCOUNT, "arn", "IAMUser", "AIDABOB", "bob", of_bob),
        "iam": Principal(ACCOUNT, "arn", "AssumedRole", "AROAR:s", "s", of_role),
        "sts": root_of(ACCOUNT),
        "s3": ANYBODY,
    }
    for service, principal in callers.items():
        uses.note(Caller(principal, Region("us-east-1"), "ASIA"), service, now)
        uses.flush()
    uses.note(Caller(bob, Region("eu-west-1"), "AKIA"), "kms", now + timedelta(seconds=1))
    uses.flush()
    with control.read() as connection:
        found = {
            (use.principal_id, use.service): use.region for use in service_uses.of(connection, ["AIDABOB", "AROAR"])
        }
    assert found == {
        ("AIDABOB", "kms"): "eu-west-1",
        ("AIDABOB", "xray"): "us-east-1",
        ("AROAR", "iam"): "us-east-1",
    }


def test_what_is_left_is_written_down_at_the_end(control, clock):
    key = ensure_root_key(control, ACCOUNT, ids=RandomIds(), clock=clock)
    uses = KeyUses(control)
    uses.start()
    uses.note(Caller(key.principal, Region("us-east-1"), key.access_key_id), "xray", clock.now())
    uses.stop()
    with control.read() as connection:
        assert access_keys.last_use(connection, key.access_key_id).at == clock.now()
