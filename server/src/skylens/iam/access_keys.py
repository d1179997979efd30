"""Access keys of users and of root users: made, listed, and found again when one has signed a request."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal, cast

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select, update

from skylens.caller import root_of
from skylens.iam import accounts, named, revision
from skylens.iam.users import User
from skylens.iam.whole_seconds import whole_seconds
from skylens.store.control.schema.access_keys import ACCESS_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection, Row

    from skylens.caller import Principal
    from skylens.clock import Clock
    from skylens.ids import Ids
    from skylens.store.control import Control
    from skylens.store.control.secrets import Secrets

_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_ACCOUNT_DIGITS = 12
_RANDOM_BITS = 39
_SECRET_LETTERS = 40
# How long a key that was made inactive by another process may still be used on this one.
_REMEMBERED_SECONDS = 5.0
_MANY_KEYS = 10_000
MOST_KEYS: Final = 2  # of one user

Status = Literal["Active", "Inactive"]


@dataclass(frozen=True, slots=True)
class AccessKey:
    """A key and the principal that it stands for."""

    access_key_id: str
    principal: Principal
    status: Status
    created_at: datetime
    secret: str = field(repr=False)

    @property
    def account(self) -> str:
        """Account of the principal."""
        return self.principal.account

    @property
    def is_active(self) -> bool:
        """Whether it may be used."""
        return self.status == "Active"


@dataclass(frozen=True, slots=True)
class LastUse:
    """When, where and for which service a key was used last; None: never."""

    at: datetime | None = None
    region: str = "N/A"
    service: str = "N/A"


class AccessKeys:
    """The keys as the gateway looks them up; what this process changes is in force at once."""

    def __init__(self, control: Control, clock: Clock) -> None:
        self._control, self._clock = control, clock
        self._known: dict[str, tuple[float, int, AccessKey]] = {}

    def find(self, access_key_id: str) -> AccessKey | None:
        """Return an active key, or None."""
        now, revised = self._clock.monotonic(), revision.current()
        known = self._known.get(access_key_id)
        if known is None or known[1] != revised or now - known[0] > _REMEMBERED_SECONDS:
            key = find(self._control, access_key_id)
            # Keys that do not exist are not remembered: whoever tries many must not push out those in use.
            if key is None:
                self._known.pop(access_key_id, None)
                return None
            if len(self._known) >= _MANY_KEYS:
                self._known.clear()
            known = self._known[access_key_id] = (now, revised, key)
        return known[2] if known[2].is_active else None


def find(control: Control, access_key_id: str) -> AccessKey | None:
    """Return the key with its secret, or None when there is no such key."""
    with control.read() as connection:
        found = _all(connection, control.secrets, ACCESS_KEYS.c.access_key_id == access_key_id)
    return found[0] if found else None


def of(connection: Connection, secrets: Secrets, principal: Principal) -> list[AccessKey]:
    """Return the keys of a user or a root user, the oldest first."""
    table = ACCESS_KEYS.c
    return _all(connection, secrets, (table.account == principal.account) & (table.principal_id == principal.id))


def owner(connection: Connection, account: str, access_key_id: str) -> Principal | None:
    """Return whose key of an account it is, or None when the account has no such key."""
    table = ACCESS_KEYS.c
    found = select(ACCESS_KEYS).where(table.access_key_id == access_key_id, table.account == account)
    row = connection.execute(found).one_or_none()
    return None if row is None else _principal(connection, row)


def owners(connection: Connection, access_key_ids: Iterable[str]) -> dict[str, str]:
    """Return the ARNs of those whose keys these are; keys that nobody has are left out."""
    found = {key: select(ACCESS_KEYS).where(ACCESS_KEYS.c.access_key_id == key) for key in set(access_key_ids)}
    rows = {key: connection.execute(query).one_or_none() for key, query in found.items()}
    return {key: _principal(connection, row).arn for key, row in rows.items() if row is not None}


def root_key(control: Control, account: str) -> AccessKey | None:
    """Return the active key of an account's root user, or None for an account that was never created."""
    with control.read() as connection:
        return _active(connection, control.secrets, root_of(account))


def ensure_root_key(control: Control, account: str, *, ids: Ids, clock: Clock) -> AccessKey:
    """Return the account's root key, creating the account with it at first."""
    accounts.check_number(account)
    with control.begin() as connection:
        accounts.ensure(connection, account, clock.now())
        key = _active(connection, control.secrets, root_of(account))
        return key or create(connection, control.secrets, root_of(account), ids=ids, now=clock.now())


def create(connection: Connection, secrets: Secrets, principal: Principal, *, ids: Ids, now: datetime) -> AccessKey:
    """Store a new key of a user or a root user."""
    key_id = new_access_key_id(principal.account, ids)
    key = AccessKey(key_id, principal, "Active", whole_seconds(now), ids.letters(_SECRET_LETTERS))
    row = {
        "access_key_id": key.access_key_id,
        "account": key.account,
        "principal_id": principal.id,
        "sealed_secret": secrets.encrypt(key.secret.encode()),
        "status": key.status,
        "created_at": key.created_at,
    }
    connection.execute(insert(ACCESS_KEYS).values(row))
    return key


def set_status(connection: Connection, key: AccessKey, status: Status) -> None:
    """Let a key be used, or no more."""
    table = ACCESS_KEYS
    connection.execute(update(table).where(table.c.access_key_id == key.access_key_id).values(status=status))


def delete(connection: Connection, key: AccessKey) -> None:
    """Remove a key."""
    connection.execute(delete_from(ACCESS_KEYS).where(ACCESS_KEYS.c.access_key_id == key.access_key_id))


def last_use(connection: Connection, access_key_id: str) -> LastUse:
    """Return what is known of a key's last use."""
    table = ACCESS_KEYS.c
    columns = select(table.last_used_at, table.last_used_region, table.last_used_service)
    row = connection.execute(columns.where(table.access_key_id == access_key_id)).one()
    return LastUse() if row[0] is None else LastUse(*row)


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


def _active(connection: Connection, secrets: Secrets, principal: Principal) -> AccessKey | None:
    return next((key for key in of(connection, secrets, principal) if key.is_active), None)


def _all(connection: Connection, secrets: Secrets, condition: ColumnElement[bool]) -> list[AccessKey]:
    order = (ACCESS_KEYS.c.created_at, ACCESS_KEYS.c.access_key_id)
    rows = connection.execute(select(ACCESS_KEYS).where(condition).order_by(*order))
    return [_key(connection, secrets, row) for row in rows.all()]


def _key(connection: Connection, secrets: Secrets, row: Row[Any]) -> AccessKey:
    secret = secrets.decrypt(row.sealed_secret).decode()
    status = cast("Status", row.status)
    return AccessKey(row.access_key_id, _principal(connection, row), status, row.created_at, secret)


def _principal(connection: Connection, row: Row[Any]) -> Principal:
    if row.principal_id == row.account:
        return root_of(row.account)
    user = named.by_id(connection, User, row.principal_id)
    if user is None:
        raise AssertionError(f"{row.access_key_id} is of a user that was deleted without it")
    return user.principal
