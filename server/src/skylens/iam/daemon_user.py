"""The user that the daemon inside ``skylens up`` signs as: it may send segments and read sampling rules, nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.iam import access_keys, attachments, managed, named, revision
from skylens.iam.named import new_id
from skylens.iam.users import User
from skylens.iam.whole_seconds import whole_seconds

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.clock import Clock
    from skylens.iam.access_keys import AccessKey
    from skylens.ids import Ids
    from skylens.store.control import Control

NAME: Final = "skylens-daemon"
PATH: Final = "/skylens/"
_POLICY: Final = "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"


class DaemonKeyInactive(ValueError):
    """Somebody made every key of the daemon's user inactive; that is not undone behind their back."""


def ensure_daemon_key(control: Control, account: str, *, ids: Ids, clock: Clock) -> AccessKey:
    """Return a key of the daemon's user, which is made at first with its policy and key; later changes to it stay."""
    with revision.writing(control) as connection:
        user = named.find(connection, User, account, NAME) or _create(connection, account, ids, clock)
        keys = access_keys.of(connection, control.secrets, user.principal)
        if not keys:
            now = whole_seconds(clock.now())
            return access_keys.create(connection, control.secrets, user.principal, ids=ids, now=now)
    for key in keys:
        if key.is_active:
            return key
    raise DaemonKeyInactive(f"every key of the user {NAME} in account {account} is inactive")


def _create(connection: Connection, account: str, ids: Ids, clock: Clock) -> User:
    now = whole_seconds(clock.now())
    user = User(account=account, name=NAME, path=PATH, id=new_id(User, ids), created_at=now)
    named.create(connection, user)
    attachments.attach(connection, user, managed.get(connection, account, _POLICY))
    return user
