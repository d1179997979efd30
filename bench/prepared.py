"""Rows of the segments table, prepared beforehand, for what is measured without HTTP and for filling a large store."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from bench.documents import SEGMENTS_PER_TRACE, traces
from skylens.caller import AccountId, Caller, Region
from skylens.config import Limits
from skylens.xray.segment import Bounds, Segment, check
from skylens.xray.trace_store import rows

CALLER = Caller(AccountId("000000000000"), Region("us-east-1"), "arn:aws:iam::000000000000:root", "bench")


def chunks(segments: int, *, newest: float, size: int) -> Iterator[dict[str, Sequence[Any]]]:
    """Yield the columns of that many segments, as ``store.insert`` takes them."""
    now = datetime.fromtimestamp(newest, UTC)
    bounds = Bounds.at(now, Limits())
    group: list[Segment] = []
    for trace in traces(segments // SEGMENTS_PER_TRACE, newest=newest):
        for document in trace.documents:
            (found,) = check(document, bounds)
            if not isinstance(found, Segment):
                raise TypeError(f"the benchmark's own document was refused: {found}")
            group.append(found)
        if len(group) >= size:
            yield _columns(group, now)
            group = []
    if group:
        yield _columns(group, now)


def _columns(group: Sequence[Segment], now: datetime) -> dict[str, Sequence[Any]]:
    ((_, columns),) = rows(CALLER, group, now)
    return columns
