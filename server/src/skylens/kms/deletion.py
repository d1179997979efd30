"""Deletion: a key waits for a while, in which it can be called back, and is then gone with all that it encrypted."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from skylens.kms import alias, grant, key, material, tag
from skylens.kms.errors import InvalidRequest, InvalidState
from skylens.kms.revision import changing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from skylens.kms.key import Key
    from skylens.store.control import Control

DEFAULT_DAYS: Final = 30
# The model allows 1 to 365; the service does not.
_FEWEST_DAYS: Final = 7


def schedule(connection: Connection, found: Key, days: int, now: datetime) -> Key:
    """Let a key be deleted after so many days, in which nobody can use it."""
    found.check_not_pending()
    if not _FEWEST_DAYS <= days <= DEFAULT_DAYS:
        raise InvalidRequest(f"PendingWindowInDays is {days}; it must be between {_FEWEST_DAYS} and {DEFAULT_DAYS}.")
    return key.save(connection, found, state="PendingDeletion", deletion_at=now + timedelta(days=days))


def cancel(connection: Connection, found: Key) -> Key:
    """Call a key back that waits for its deletion; it is disabled then."""
    if found.state != "PendingDeletion":
        raise InvalidState(f"{found.arn} is not pending deletion.")
    return key.save(connection, found, state="Disabled", deletion_at=None)


def delete_due(control: Control, now: datetime) -> list[Key]:
    """Delete every key whose time has come, with its materials, aliases, grants and tags, and return them."""
    with control.read() as connection:
        if not key.due(connection, "deletion_at", now):
            return []
    with changing(control) as connection:
        deleted = key.due(connection, "deletion_at", now)
        for found in deleted:
            for table in (material, alias, grant, tag):
                table.forget(connection, found)
            key.remove(connection, found)
    return deleted
