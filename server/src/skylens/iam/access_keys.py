"""Access keys: an account's root key, made at first start, and the look-up of the key that signed a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sqlalchemy import insert, select

from skylens.store.control.schema.access_keys import ACCESS_KEYS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row

    from skylens.clock import Clock
    from skylens.ids import Ids
    from skylens.store.control import Control

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_ACCOUNT_DIGITS = 12
_RANDOM_BITS = 39
_SECRET_LETTERS = 40
# How long a key that was made inactive on another node may still be used on this one.
_REMEMBERED_SECONDS = 5.0
_MANY_KEYS = 10_000


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key and the principal that it stands for."""

    access_key_id: str
    account: str
    arn: str
    secret: str = field(repr=False)
    is_active: bool = True


class AccessKeys:
    """The keys as the gateway looks them up, a few seconds old at most."""

    def __init__(self, control: Control, clock: Clock) -> None:
        self._control, self._clock = control, clock
        self._known: dict[str, tuple[float, AccessKey]] = {}

    def find(self, access_key_id: str) -> AccessKey | None:
        """Return an active key, or None."""
        now = self._clock.monotonic()
        known = self._known.get(access_key_id)
        if known is None or now - known[0] > _REMEMBERED_SECONDS:
            key = find(self._control, access_key_id)
            # Keys that do not exist are not remembered: whoever tries many must not push out those in use.
            if key is None:
                self._known.pop(access_key_id, None)
                return None
            if len(self._known) >= _MANY_KEYS:
                self._known.clear()
            known = self._known[access_key_id] = (now, key)
        return known[1] if known[1].is_active else None


def find(control: Control, access_key_id: str) -> AccessKey | None:
    """Return the key with its secret, or None when there is no such key."""
    with control.read() as connection:
        return _first(control, connection, ACCESS_KEYS.c.access_key_id == access_key_id)


def root_key(control: Control, account: str) -> AccessKey | None:
    """Return the active key of an account's root user, or None for an account that was never created."""
    with control.read() as connection:
        return _first(control, connection, _is_root_key_of(account))


def ensure_root_key(control: Control, account: str, *, ids: Ids, clock: Clock) -> AccessKey:
    """Return the account's root key, creating the account with it at first."""
    if not (len(account) == _ACCOUNT_DIGITS and account.isascii() and account.isdecimal()):
        raise ValueError(f"an account is twelve digits, not {account!r}")
    with control.begin() as connection:
        key = _first(control, connection, _is_root_key_of(account))
        if key is None:
            key = AccessKey(new_access_key_id(account, ids), account, root_arn(account), ids.letters(_SECRET_LETTERS))
            row = {
                "access_key_id": key.access_key_id,
                "account": account,
                "arn": key.arn,
                "sealed_secret": control.secrets.encrypt(key.secret.encode()),
                "status": "Active",
                "created_at": clock.now(),
            }
            connection.execute(insert(ACCESS_KEYS).values(row))
        return key


def root_arn(account: str) -> str:
    """Return the name of an account's root user."""
    return f"arn:aws:iam::{account}:root"


def new_access_key_id(account: str, ids: Ids) -> str:
    """Return a new key id of a principal that lives on: AKIA and 16 letters, in which tools find the account as in AWS's.

    Behind the prefix stand, in base 32, a one bit, forty bits of account and thirty-nine random ones.
    """
    chance = int(ids.hex(_RANDOM_BITS // 4 + 1), 16) % (1 << _RANDOM_BITS)
    number = ((1 << 40 | int(account)) << _RANDOM_BITS) | chance
    return "AKIA" + "".join(_ALPHABET[number >> shift & 31] for shift in range(75, -1, -5))


def account_of(access_key_id: str) -> str:
    """Return the account in a key id.

    >>> account_of("AKIAQAAAAAAAAAAAAAAB")
    '000000000000'
    """
    number = 0
    for letter in access_key_id[4:]:
        number = number << 5 | _ALPHABET.index(letter)
    return f"{(number >> _RANDOM_BITS) & ((1 << 40) - 1):0{_ACCOUNT_DIGITS}}"


def _is_root_key_of(account: str) -> ColumnElement[bool]:
    table = ACCESS_KEYS.c
    return (table.account == account) & (table.arn == root_arn(account)) & (table.status == "Active")


def _first(control: Control, connection: Connection, condition: ColumnElement[bool]) -> AccessKey | None:
    row = connection.execute(select(ACCESS_KEYS).where(condition).order_by(ACCESS_KEYS.c.created_at)).first()
    return None if row is None else _key(control, row)


def _key(control: Control, row: Row[tuple[object, ...]]) -> AccessKey:
    secret = control.secrets.decrypt(row.sealed_secret).decode()
    return AccessKey(row.access_key_id, row.account, row.arn, secret, row.status == "Active")
