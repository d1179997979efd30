"""Trail deliveries: how the latest of each kind went. Each kind fails and succeeds for itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from sqlalchemy import delete, select

from skylens.store.control.schema.trail_deliveries import TRAIL_DELIVERIES
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

Kind: TypeAlias = Literal["files", "notification", "logs", "digest"]


@dataclass(frozen=True, slots=True)
class Delivery:
    """The latest attempt and the latest success; ``error`` is S3's, SNS's or Logs's code where the latest failed."""

    attempted_at: datetime | None = None
    delivered_at: datetime | None = None
    error: str = ""


def note_success(connection: Connection, trail_id: str, kind: Kind, now: datetime) -> None:
    """Note that a delivery went well; the error of an earlier one is over."""
    _note(connection, trail_id, kind, {"attempted_at": now, "delivered_at": now, "error": ""})


def note_failure(connection: Connection, trail_id: str, kind: Kind, now: datetime, *, error: str) -> None:
    """Note that a delivery failed."""
    _note(connection, trail_id, kind, {"attempted_at": now, "error": error})


def of_trail(connection: Connection, trail_id: str) -> dict[str, Delivery]:
    """Return the deliveries of a trail by kind, every kind included."""
    table = TRAIL_DELIVERIES
    rows = connection.execute(select(table).where(table.c.trail_id == trail_id))
    found = {row.kind: Delivery(row.attempted_at, row.delivered_at, row.error) for row in rows}
    return {kind: found.get(kind, Delivery()) for kind in ("files", "notification", "logs", "digest")}


def forget(connection: Connection, trail_id: str) -> None:
    """Remove what is known of a trail that is no more."""
    connection.execute(delete(TRAIL_DELIVERIES).where(TRAIL_DELIVERIES.c.trail_id == trail_id))


def _note(connection: Connection, trail_id: str, kind: Kind, values: dict[str, Any]) -> None:
    upsert(connection, TRAIL_DELIVERIES, [{"trail_id": trail_id, "kind": kind, **values}])
