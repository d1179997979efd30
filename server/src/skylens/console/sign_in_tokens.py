"""Sign-in tokens: each opens the console once, within ten minutes, for the holder of a key who can reach the server's data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select, update

from skylens.console.secret_hash import secret_hash
from skylens.store.control.schema.console_sign_in_tokens import CONSOLE_SIGN_IN_TOKENS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from skylens.iam.access_keys import AccessKey
    from skylens.ids import Ids

SECONDS: Final = 600
_DIGITS: Final = 64
# What is used up or too old is kept so long, to tell whose it was when somebody tries it again.
_KEPT: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Shown:
    """A token that somebody showed: for which key it stands, and whether it was good this time."""

    account: str
    access_key_id: str
    is_good: bool


def create(connection: Connection, ids: Ids, key: AccessKey, now: datetime) -> str:
    """Return a new token that stands for a key."""
    table = CONSOLE_SIGN_IN_TOKENS
    connection.execute(delete(table).where(table.c.expires_at <= now - _KEPT))
    token = ids.hex(_DIGITS)
    row = {
        "token_hash": secret_hash(token),
        "account": key.account,
        "access_key_id": key.access_key_id,
        "is_used": False,
        "expires_at": now + timedelta(seconds=SECONDS),
    }
    connection.execute(insert(table).values(row))
    return token


def use(connection: Connection, token: str, now: datetime) -> Shown | None:
    """Use a token up, in a write transaction; None is for one that was never made, or long ago."""
    table = CONSOLE_SIGN_IN_TOKENS
    is_this = table.c.token_hash == secret_hash(token)
    row = connection.execute(select(table).where(is_this)).one_or_none()
    if row is None:
        return None
    connection.execute(update(table).where(is_this).values(is_used=True))
    return Shown(row.account, row.access_key_id, is_good=not row.is_used and now < row.expires_at)


def path(token: str) -> str:
    """Return where on the server a token opens the console.

    >>> path("0a1b")
    '/console/sign-in?token=0a1b'
    """
    return f"/console/sign-in?token={token}"
