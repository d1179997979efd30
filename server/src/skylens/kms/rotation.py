"""Rotation: a key gets a new material, by the calendar or when asked; the older ones go on decrypting."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from skylens.kms import key, material
from skylens.kms.errors import LimitExceeded, Unsupported
from skylens.kms.key_spec import SYMMETRIC
from skylens.kms.revision import changing

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from skylens.kms.key import Key
    from skylens.kms.material import Material
    from skylens.store.control import Control
    from skylens.store.control.secrets import Secrets

DEFAULT_DAYS: Final = 365
_MOST_ON_DEMAND: Final = 10


def check_rotates(found: Key) -> None:
    """Raise where such a key has no rotation."""
    if found.spec_name != SYMMETRIC:
        raise Unsupported(f"{found.arn} is {found.spec_name}: only keys for symmetric encryption rotate.")


def enable(connection: Connection, found: Key, days: int, now: datetime) -> Key:
    """Let a key rotate by itself every so many days, the first time so many days from now."""
    return key.save(connection, found, rotation_days=days, rotation_at=now + timedelta(days=days))


def disable(connection: Connection, found: Key) -> Key:
    """End a key's rotation by the calendar."""
    return key.save(connection, found, rotation_days=None, rotation_at=None)


def rotate_on_demand(connection: Connection, secrets: Secrets, found: Key, now: datetime) -> Key:
    """Give a key a new material now; the calendar's next one stays where it is."""
    done = [m for m in material.all_of(connection, found) if m.rotation_type == "ON_DEMAND"]
    if len(done) >= _MOST_ON_DEMAND:
        raise LimitExceeded(
            f"The on-demand rotations limit has been reached for the given keyId {found.arn}: {_MOST_ON_DEMAND}."
        )
    return _rotate(connection, found, material.new(secrets, found, now, _next(connection, found), "ON_DEMAND"))


def rotate_due(control: Control, now: datetime) -> list[Key]:
    """Rotate every key whose day has come and return them; one that is disabled waits until it is enabled."""
    with control.read() as connection:
        if not _due(connection, now):
            return []
    with changing(control) as connection:
        return [_rotate_by_calendar(connection, control.secrets, found, now) for found in _due(connection, now)]


def _due(connection: Connection, now: datetime) -> list[Key]:
    return [found for found in key.due(connection, "rotation_at", now) if found.state == "Enabled"]


def _rotate_by_calendar(connection: Connection, secrets: Secrets, found: Key, now: datetime) -> Key:
    new = material.new(secrets, found, now, _next(connection, found), "AUTOMATIC")
    following = now + timedelta(days=found.rotation_days or DEFAULT_DAYS)
    return _rotate(connection, replace(found, rotation_at=following), new)


def _next(connection: Connection, found: Key) -> int:
    return material.newest_number(connection, found) + 1


def _rotate(connection: Connection, found: Key, new: Material) -> Key:
    material.add(connection, found, new)
    return key.save(connection, found, material_id=new.material_id)
