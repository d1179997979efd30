"""Trace store: documents in, durable when it returns; all documents of given traces out, wherever they lie."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final, TypeAlias

from skylens.caller import Caller
from skylens.store import Store
from skylens.xray.segment import COLUMNS, Segment

_INSERTABLE_SECONDS: Final = 50 * 86_400

Parts: TypeAlias = list[tuple[str, dict[str, Sequence[Any]]]]


async def put(store: Store, caller: Caller, segments: Sequence[Segment], received_at: datetime) -> None:
    """Store the documents; they are durable when this returns. Raises StoreBusy, StoreFull, StoreUnavailable."""
    for group in _insertable(segments):
        await store.append_many(rows(caller, group, received_at))


def _insertable(segments: Sequence[Segment]) -> list[Sequence[Segment]]:
    """Return the documents in groups that one insert can take: the engine refuses more than a hundred days at once."""
    if not segments:
        return []
    seconds = [segment.trace_ts for segment in segments]
    if max(seconds) - min(seconds) < _INSERTABLE_SECONDS:
        return [segments]
    groups: dict[int, list[Segment]] = {}
    for segment in segments:
        groups.setdefault(segment.trace_ts // _INSERTABLE_SECONDS, []).append(segment)
    return list(groups.values())


def rows(caller: Caller, segments: Sequence[Segment], received_at: datetime) -> Parts:
    """Return what ``put`` stores, table by table: where floating rows lie, then the rows themselves."""
    count = len(segments)
    columns: dict[str, Sequence[Any]] = {
        "account": [caller.account] * count,
        "region": [caller.region] * count,
        "received_at": [int(received_at.timestamp() * 1000)] * count,
    }
    columns.update(zip(COLUMNS, zip(*(segment.row for segment in segments), strict=True), strict=True))
    places = sorted({(segment.trace_id, segment.trace_ts) for segment in segments if segment.floating})
    return [*([("trace_locations", _locations(caller, places))] if places else []), ("segments", columns)]


def _locations(caller: Caller, places: Sequence[tuple[bytes, int]]) -> dict[str, Sequence[Any]]:
    return {
        "account": [caller.account] * len(places),
        "region": [caller.region] * len(places),
        "trace_id": [trace_id for trace_id, _ in places],
        "trace_ts": [trace_ts for _, trace_ts in places],
    }
