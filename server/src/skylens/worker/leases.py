"""Leases: of several nodes over one control database, one does a job."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from skylens.store.control.schema.leases import LEASES
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.store.control import Control


def take(control: Control, name: str, holder: str, now: datetime, seconds: float) -> bool:
    """Say whether the holder has the lease now; one that is free, expired or half used up is taken for that long.

    Nodes' clocks differ: a lease should last long against that difference.
    """
    until = now + timedelta(seconds=seconds)
    with control.read() as connection:
        row = connection.execute(select(LEASES).where(LEASES.c.name == name)).one_or_none()
    if row is not None and row.valid_until > now:
        if row.holder != holder:
            return False
        if row.valid_until > now + timedelta(seconds=seconds / 2):
            return True  # spares a synchronous write at each tick
    with control.begin() as connection:
        row = connection.execute(select(LEASES).where(LEASES.c.name == name)).one_or_none()
        if row is not None and row.holder != holder and row.valid_until > now:
            return False
        upsert(connection, LEASES, [{"name": name, "holder": holder, "valid_until": until}])
    return True


def release(control: Control, holder: str, now: datetime) -> None:
    """Give back all leases of the holder, so that another node takes over at once."""
    with control.begin() as connection:
        connection.execute(
            update(LEASES).where(LEASES.c.holder == holder, LEASES.c.valid_until > now).values(valid_until=now)
        )


def free_all(control: Control, now: datetime) -> None:
    """Free every lease: for a node that is the only one, whose predecessor was killed and could not give its leases back."""
    with control.begin() as connection:
        connection.execute(update(LEASES).where(LEASES.c.valid_until > now).values(valid_until=now))
