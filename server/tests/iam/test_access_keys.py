"""The root key of an account: made once, kept sealed, found again."""

import base64
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update

from skylens.caller import root_of
from skylens.iam import access_keys, accounts, named, revision
from skylens.iam.access_keys import AccessKeys, account_of, ensure_root_key, find, new_access_key_id, root_key
from skylens.iam.users import User
from skylens.ids import CountingIds, RandomIds
from skylens.store.control.schema.access_keys import ACCESS_KEYS

ACCOUNT = "123456789012"


def test_the_root_key_is_made_once(control, clock):
    made = ensure_root_key(control, ACCOUNT, ids=RandomIds(), clock=clock)
    assert ensure_root_key(control, ACCOUNT, ids=RandomIds(), clock=clock) == made
    assert root_key(control, ACCOUNT) == made
    assert find(control, made.access_key_id) == made


def test_a_key_looks_like_one_of_aws(control, clock):
    key = ensure_root_key(control, ACCOUNT, ids=RandomIds(), clock=clock)
    assert (key.access_key_id[:4], len(key.access_key_id), len(key.secret)) == ("AKIA", 20, 40)
    assert set(key.access_key_id + key.secret) <= set(string.ascii_uppercase + string.digits)
    assert key.principal == root_of(ACCOUNT)


def test_the_secret_is_neither_stored_nor_shown_in_the_clear(control, clock):
    key = ensure_root_key(control, ACCOUNT, ids=RandomIds(), clock=clock)
    with control.read() as connection:
        (sealed,) = connection.scalars(select(ACCESS_KEYS.c.sealed_secret)).all()
    assert key.secret.encode() not in sealed
    assert key.secret not in repr(key)


def test_an_account_that_was_never_created_has_no_key(control):
    assert root_key(control, ACCOUNT) is None
    assert find(control, "AKIAEXAMPLEEXAMPLE22") is None


@pytest.mark.parametrize("account", ["", "12345678901", "1234567890123", "12345678901x", "１23456789012"])  # noqa: RUF001
def test_an_account_is_twelve_digits(control, clock, account):
    with pytest.raises(ValueError, match="twelve digits"):
        ensure_root_key(control, account, ids=CountingIds(), clock=clock)


@given(st.integers(0, 10**12 - 1))
def test_the_account_can_be_read_from_the_key_as_from_those_of_aws(number):
    key = new_access_key_id(f"{number:012}", RandomIds())
    # How security tools read it: https://awsteele.com/blog/2020/09/26/aws-access-key-format.html
    first = int.from_bytes(base64.b32decode(key[4:])[:6], "big")
    assert (first & 0x7FFFFFFFFF80) >> 7 == number
    assert account_of(key) == f"{number:012}"


def test_the_account_is_written_down_with_its_root_key(control, clock):
    ensure_root_key(control, ACCOUNT, ids=RandomIds(), clock=clock)
    with control.read() as connection:
        assert [account.number for account in accounts.everything(connection)] == [ACCOUNT]


def test_a_key_is_found_with_its_user_whatever_the_user_is_called_now(control, clock):
    user = User(account=ACCOUNT, name="bob", id="AIDABOB", created_at=clock.now())
    with revision.writing(control) as connection:
        named.create(connection, user)
        key = access_keys.create(connection, control.secrets, user.principal, ids=RandomIds(), now=clock.now())
    keys = AccessKeys(control, clock)
    assert keys.find(key.access_key_id) == key
    with revision.writing(control) as connection:
        renamed = named.rename(connection, user, "rob", "/staff/")
    found = keys.find(key.access_key_id)
    assert found is not None
    assert (found.principal, found.principal.arn) == (renamed.principal, f"arn:aws:iam::{ACCOUNT}:user/staff/rob")


def test_what_this_process_changes_is_in_force_at_once(control, clock):
    key = ensure_root_key(control, ACCOUNT, ids=RandomIds(), clock=clock)
    keys = AccessKeys(control, clock)
    assert keys.find(key.access_key_id) == key
    with revision.writing(control) as connection:
        access_keys.set_status(connection, key, "Inactive")
    assert keys.find(key.access_key_id) is None


def test_a_key_made_inactive_by_another_process_is_refused_after_five_seconds(control, clock):
    key = ensure_root_key(control, ACCOUNT, ids=RandomIds(), clock=clock)
    keys = AccessKeys(control, clock)
    assert keys.find(key.access_key_id) == key
    with control.begin() as connection:
        connection.execute(update(ACCESS_KEYS).values(status="Inactive"))
    clock.advance(5.1)
    assert keys.find(key.access_key_id) is None


def test_an_unknown_key_is_looked_up_each_time(control, clock):
    keys = AccessKeys(control, clock)
    assert keys.find("AKIANONE") is None
    key = ensure_root_key(control, ACCOUNT, ids=RandomIds(), clock=clock)
    assert keys.find(key.access_key_id) == key
