"""Service uses: when users and roles called a service last."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import delete, select

from skylens.store.control.schema.iam_service_uses import IAM_SERVICE_USES

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from sqlalchemy import Connection


class ServiceUse(NamedTuple):
    """The last call that a user or a role made to a service."""

    principal_id: str
    service: str
    at: datetime
    region: str


def of(connection: Connection, principal_ids: Collection[str]) -> list[ServiceUse]:
    """Return the last uses of these users and roles, the newest first."""
    table = IAM_SERVICE_USES
    found = select(table).where(table.c.principal_id.in_(list(principal_ids))).order_by(table.c.last_at.desc())
    return [ServiceUse(*row) for row in connection.execute(found)]


def forget(connection: Connection, principal_id: str) -> None:
    """Remove the uses of one that is no more."""
    connection.execute(delete(IAM_SERVICE_USES).where(IAM_SERVICE_USES.c.principal_id == principal_id))
