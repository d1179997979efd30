"""Rows of the segments table, prepared beforehand, for what is measured without HTTP and for filling a large store."""

import functools
import multiprocessing
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from typing import Any

from bench.documents import SEGMENTS_PER_TRACE, TRACES_PER_HOUR, BenchTrace, traces
from skylens.caller import Caller, Region, root_of
from skylens.config import Limits
from skylens.xray.segment import Bounds, Segment, check
from skylens.xray.trace_store import rows

CALLER = Caller(root_of("000000000000"), Region("us-east-1"), "bench")
CHUNK = 20_000
TRACES = CHUNK // SEGMENTS_PER_TRACE
AHEAD = 4


def chunks(segments: int, *, newest: float) -> Iterator[dict[str, Sequence[Any]]]:
    """Yield the columns of that many segments in chunks, oldest first; another process prepares them meanwhile."""
    count = segments // CHUNK
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        prepare = functools.partial(columns_of, count, newest)
        ready = [pool.submit(prepare, number) for number in range(min(AHEAD, count))]
        for number in range(count):
            columns = ready.pop(0).result()
            if number + AHEAD < count:
                ready.append(pool.submit(prepare, number + AHEAD))
            yield columns


def traces_of(count: int, newest: float, number: int) -> Iterator[BenchTrace]:
    """Yield the traces of one chunk of so many, the same whoever asks."""
    end = newest - (count - 1 - number) * TRACES * 3600 / TRACES_PER_HOUR
    return traces(TRACES, newest=end, seed=number)


def columns_of(count: int, newest: float, number: int) -> dict[str, Sequence[Any]]:
    """Return the columns of one chunk of so many, as ``store.insert`` takes them."""
    now = datetime.fromtimestamp(newest, UTC)
    bounds = Bounds.at(now, Limits())
    group: list[Segment] = []
    for trace in traces_of(count, newest, number):
        for document in trace.documents:
            (found,) = check(document, bounds)
            if not isinstance(found, Segment):
                raise TypeError(f"the benchmark's own document was refused: {found}")
            group.append(found)
    ((_, columns),) = rows(CALLER, group, now)
    return columns
