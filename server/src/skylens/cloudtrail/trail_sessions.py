"""Trail sessions: a trail delivers the events between StartLogging and StopLogging, however late it comes to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete, func, insert, select, update

from skylens.cloudtrail.event_store import Position
from skylens.store.control.schema.trail_sessions import TRAIL_SESSIONS

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, Connection, Row

    from skylens.cloudtrail.trails import Trail

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# The record of the StopLogging call itself, which auditors look for, comes after the call: it still belongs to the session.
LAST_WORDS: Final = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Session:
    """One session, and how far its events are delivered. ``logs`` is None where no log group waits for any."""

    trail_id: str
    number: int
    started_us: int
    stopped_us: int | None
    files: Position
    logs: Position | None
    has_all_files: bool

    def __repr__(self) -> str:
        return f"<Session {self.number} of {self.trail_id}>"


def microseconds(time: datetime) -> int:
    """Return a time as events have it.

    >>> microseconds(datetime(1970, 1, 1, 0, 0, 1, 5, tzinfo=UTC))
    1000005
    """
    return (time - EPOCH) // timedelta(microseconds=1)


def begin(connection: Connection, trail: Trail, now: datetime) -> None:
    """Begin a session; one that has just been stopped ends before it."""
    table = TRAIL_SESSIONS.c
    number, stopped_us = connection.execute(
        select(func.max(table.number), func.max(table.stopped_us)).where(table.trail_id == trail.id)
    ).one()
    started_us = max(microseconds(now), stopped_us or 0)
    row = {
        "trail_id": trail.id,
        "number": (number or 0) + 1,
        "started_us": started_us,
        "files_us": started_us,
        "files_id": bytes(16).hex(),
        "has_all_files": False,
        "logs_us": started_us if trail.log_group_arn else None,
        "logs_id": bytes(16).hex(),
    }
    connection.execute(insert(TRAIL_SESSIONS).values(row))


def end(connection: Connection, trail: Trail, now: datetime) -> None:
    """End the trail's session, if there is one."""
    stopped_us = microseconds(now + LAST_WORDS)
    connection.execute(update(TRAIL_SESSIONS).where(*_open(trail)).values(stopped_us=stopped_us))


def begin_logs(connection: Connection, trail: Trail, now: datetime) -> None:
    """Deliver to a log group from now on."""
    values = {"logs_us": microseconds(now), "logs_id": bytes(16).hex()}
    connection.execute(update(TRAIL_SESSIONS).where(*_open(trail)).values(values))


def end_logs(connection: Connection, trail: Trail) -> None:
    """Owe the log group nothing any more."""
    table = TRAIL_SESSIONS.c
    connection.execute(update(TRAIL_SESSIONS).where(table.trail_id == trail.id).values(logs_us=None))


def of_trail(connection: Connection, trail_id: str) -> list[Session]:
    """Return the sessions that still owe something, the oldest first."""
    table = TRAIL_SESSIONS
    rows = connection.execute(select(table).where(table.c.trail_id == trail_id).order_by(table.c.number))
    return [_session(row) for row in rows]


def move_files(connection: Connection, session: Session, position: Position, *, is_all: bool) -> bool:
    """Note how far files are delivered. False: another node was faster, and its files are the ones that count."""
    values = {"files_us": position.received_us, "files_id": position.event_id.hex(), "has_all_files": is_all}
    table = TRAIL_SESSIONS.c
    before = (table.files_us == session.files.received_us) & (table.files_id == session.files.event_id.hex())
    return _move(connection, session, before, values)


def move_logs(connection: Connection, session: Session, position: Position | None) -> bool:
    """Note how far the log group has events; None: it has them all."""
    if session.logs is None:
        return False
    values: dict[str, Any] = {"logs_us": None}
    if position is not None:
        values = {"logs_us": position.received_us, "logs_id": position.event_id.hex()}
    table = TRAIL_SESSIONS.c
    before = (table.logs_us == session.logs.received_us) & (table.logs_id == session.logs.event_id.hex())
    return _move(connection, session, before, values)


def forget(connection: Connection, session: Session) -> None:
    """Remove a session that owes nothing any more."""
    connection.execute(delete(TRAIL_SESSIONS).where(*_is(session)))


def _move(connection: Connection, session: Session, before: ColumnElement[bool], values: dict[str, Any]) -> bool:
    moved = connection.execute(update(TRAIL_SESSIONS).where(*_is(session), before).values(values))
    return moved.rowcount == 1


def _is(session: Session) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return TRAIL_SESSIONS.c.trail_id == session.trail_id, TRAIL_SESSIONS.c.number == session.number


def _open(trail: Trail) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return TRAIL_SESSIONS.c.trail_id == trail.id, TRAIL_SESSIONS.c.stopped_us.is_(None)


def _session(row: Row[Any]) -> Session:
    return Session(
        row.trail_id,
        row.number,
        row.started_us,
        row.stopped_us,
        Position(row.files_us, bytes.fromhex(row.files_id)),
        None if row.logs_us is None else Position(row.logs_us, bytes.fromhex(row.logs_id)),
        row.has_all_files,
    )
