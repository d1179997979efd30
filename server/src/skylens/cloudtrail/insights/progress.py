"""Progress: up to which minute a source has been looked at, and what was unusual then."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec
from sqlalchemy import delete, insert, select, update

from skylens.cloudtrail.insights.calls import Rate  # noqa: TC001  # msgspec reads the types
from skylens.cloudtrail.insights.watch import Unusual  # noqa: TC001
from skylens.store.control.schema.insight_progress import INSIGHT_PROGRESS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sqlalchemy import Connection


class _Noted(NamedTuple):
    rate: Rate
    unusual: Unusual


_DECODE: Final = msgspec.json.Decoder(list[_Noted]).decode


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one source is: ``minute`` is the first one that has not been looked at."""

    source: str
    minute: int
    unusual: Mapping[Rate, Unusual]


def of_source(connection: Connection, source: str) -> Progress | None:
    """Return how far a source is, None where it is new."""
    row = connection.execute(select(INSIGHT_PROGRESS).where(INSIGHT_PROGRESS.c.source == source)).one_or_none()
    return None if row is None else Progress(source, row.minute, dict(_DECODE(row.unusual)))


def begin(connection: Connection, new: Progress) -> None:
    """Note where a source begins."""
    connection.execute(insert(INSIGHT_PROGRESS).values(_row(new)))


def move(connection: Connection, before: Progress, after: Progress) -> bool:
    """Say whether the source is further now: it is not if somebody else has moved it meanwhile."""
    here = (INSIGHT_PROGRESS.c.source == before.source) & (INSIGHT_PROGRESS.c.minute == before.minute)
    return connection.execute(update(INSIGHT_PROGRESS).where(here).values(_row(after))).rowcount == 1


def forget_others(connection: Connection, known: Collection[str]) -> None:
    """Forget sources that nobody wants any more: what was unusual there has no end."""
    connection.execute(delete(INSIGHT_PROGRESS).where(INSIGHT_PROGRESS.c.source.not_in(list(known))))


def _row(progress: Progress) -> dict[str, object]:
    noted = [_Noted(rate, unusual) for rate, unusual in progress.unusual.items()]
    return {
        "source": progress.source,
        "minute": progress.minute,
        "unusual": msgspec.json.encode(noted).decode(),
    }
