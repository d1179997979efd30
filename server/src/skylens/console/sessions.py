"""Sessions: browsers that are signed in. What a cookie says only the browser knows; the database has its hash."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, insert, select

from skylens.console.secret_hash import secret_hash
from skylens.store.control.schema.console_sessions import CONSOLE_SESSIONS

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from skylens.ids import Ids
    from skylens.store.control.secrets import Secrets

SECONDS: Final = 12 * 3600
_ID_DIGITS: Final = 64


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is signed in: with which key, whose session token it has where it is temporary, and until when."""

    account: str
    access_key_id: str
    expires_at: datetime
    session_token: str = field(default="", repr=False)


def last_until(now: datetime, key_expires_at: datetime | None) -> datetime:
    """Return when a session ends that is opened now: never after its key."""
    ends_at = now + timedelta(seconds=SECONDS)
    return ends_at if key_expires_at is None else min(ends_at, key_expires_at)


def begin(connection: Connection, secrets: Secrets, ids: Ids, session: Session, now: datetime) -> str:
    """Store a session and return what the cookie says; forget those that are over."""
    table = CONSOLE_SESSIONS
    connection.execute(delete(table).where(table.c.expires_at <= now))
    session_id = ids.hex(_ID_DIGITS)
    row = {
        "id_hash": secret_hash(session_id),
        "account": session.account,
        "access_key_id": session.access_key_id,
        "sealed_session_token": secrets.encrypt(session.session_token.encode()) if session.session_token else None,
        "expires_at": session.expires_at,
    }
    connection.execute(insert(table).values(row))
    return session_id


def find(connection: Connection, secrets: Secrets, session_id: str, now: datetime) -> Session | None:
    """Return the session of a cookie, or None where it is over or never was."""
    table = CONSOLE_SESSIONS.c
    found = select(CONSOLE_SESSIONS).where(table.id_hash == secret_hash(session_id), table.expires_at > now)
    row = connection.execute(found).one_or_none()
    if row is None:
        return None
    token = secrets.decrypt(row.sealed_session_token).decode() if row.sealed_session_token else ""
    return Session(row.account, row.access_key_id, row.expires_at, token)


def end(connection: Connection, session_id: str) -> None:
    """End the session of a cookie."""
    connection.execute(delete(CONSOLE_SESSIONS).where(CONSOLE_SESSIONS.c.id_hash == secret_hash(session_id)))


def end_all(connection: Connection, account: str) -> int:
    """End every session of an account; return how many there were."""
    return connection.execute(delete(CONSOLE_SESSIONS).where(CONSOLE_SESSIONS.c.account == account)).rowcount
