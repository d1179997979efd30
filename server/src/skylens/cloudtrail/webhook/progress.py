"""Progress: up to which event the receiver has everything, and since when it owes us an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import insert, select, update

from skylens.cloudtrail.event_store import Position
from skylens.store.control.schema.webhook_progress import WEBHOOK_PROGRESS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_client.core import Metric
    from sqlalchemy import Connection

    from skylens.clock import Clock
    from skylens.store.control import Control

_NAME: Final = "records"  # of the one row
_MICROSECONDS: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Progress:
    """``owed_us`` is when the first event came that the receiver does not have, None when it has all that it wants."""

    position: Position
    owed_us: int | None = None
    failure: str = ""  # of the last try

    def __repr__(self) -> str:
        return f"<Progress {self.position.received_us} {self.failure or 'well'}>"


def find(connection: Connection) -> Progress | None:
    """Return how far the webhook is; None: it has never been on."""
    row = connection.execute(select(WEBHOOK_PROGRESS).where(WEBHOOK_PROGRESS.c.name == _NAME)).one_or_none()
    if row is None:
        return None
    return Progress(Position(row.received_us, bytes.fromhex(row.event_id)), row.owed_us, row.failure)


def begin(control: Control, clock: Clock) -> None:
    """Send what comes from now on, unless the webhook has been on before: it then goes on where it was."""
    with control.begin() as connection:
        if find(connection) is None:
            first = Progress(Position(int(clock.now().timestamp() * _MICROSECONDS), bytes(16)))
            connection.execute(insert(WEBHOOK_PROGRESS).values(name=_NAME, **_values(first)))


def move(connection: Connection, before: Progress, after: Progress) -> bool:
    """Note how far it is now. False: another node has moved it meanwhile."""
    table = WEBHOOK_PROGRESS.c
    here = (
        (table.name == _NAME)
        & (table.received_us == before.position.received_us)
        & (table.event_id == before.position.event_id.hex())
    )
    return connection.execute(update(WEBHOOK_PROGRESS).where(here).values(_values(after))).rowcount == 1


def metrics(control: Control, clock: Clock, *, is_on: bool) -> Iterator[Metric]:
    """Return whether the receiver takes events, and how far it is behind, as every node knows it."""
    up = GaugeMetricFamily("skylens_cloudtrail_webhook_up", "1 while the webhook's receiver takes events, else 0.")
    lag = GaugeMetricFamily(
        "skylens_cloudtrail_webhook_lag_seconds", "Age of the oldest event that the webhook's receiver does not have."
    )
    if is_on:
        with control.read() as connection:
            at = find(connection)
        if at is not None:
            now = clock.now().timestamp()
            up.add_metric([], 0 if at.failure else 1)
            lag.add_metric([], 0 if at.owed_us is None else max(0, now - at.owed_us / _MICROSECONDS))
    yield from (up, lag)


def _values(progress: Progress) -> dict[str, Any]:
    position = progress.position
    return {
        "received_us": position.received_us,
        "event_id": position.event_id.hex(),
        "owed_us": progress.owed_us,
        "failure": progress.failure,
    }
