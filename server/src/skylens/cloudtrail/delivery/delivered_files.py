"""Delivered files: the log files that the next digest will list."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, insert, select

from skylens.store.control.schema.trail_files import TRAIL_FILES

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Row

    from skylens.cloudtrail.delivery.log_file import LogFile
    from skylens.cloudtrail.trails import Trail


def note(connection: Connection, trail: Trail, files: Sequence[LogFile], now: datetime) -> None:
    """Remember files that were delivered."""
    rows = [
        {
            "trail_id": trail.id,
            "bucket": trail.bucket,
            "key": file.key,
            "region": file.region,
            "sha256": file.sha256,
            "oldest": file.oldest,
            "newest": file.newest,
            "delivered_at": now,
        }
        for file in files
    ]
    if rows:
        connection.execute(insert(TRAIL_FILES), rows)


def of_trail(connection: Connection, trail_id: str) -> list[Row[Any]]:
    """Return the files that stand in no digest yet, in the order of their delivery."""
    table = TRAIL_FILES
    found = select(table).where(table.c.trail_id == trail_id).order_by(table.c.delivered_at, table.c.key)
    return list(connection.execute(found))


def forget(connection: Connection, files: Sequence[Row[Any]]) -> None:
    """Forget files that now stand in a digest."""
    for file in files:
        same = (TRAIL_FILES.c.trail_id == file.trail_id) & (TRAIL_FILES.c.bucket == file.bucket)
        connection.execute(delete(TRAIL_FILES).where(same & (TRAIL_FILES.c.key == file.key)))


def forget_trail(connection: Connection, trail_id: str) -> None:
    """Forget the files of a trail that has no digests any more."""
    connection.execute(delete(TRAIL_FILES).where(TRAIL_FILES.c.trail_id == trail_id))
