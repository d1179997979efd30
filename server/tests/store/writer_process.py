"""A program that writes batches without end and says after each that it was acknowledged; tests kill it.

    writer_process.py <folder> <first batch> <segments per batch>

A batch is one append with as many rows in every table there is: its number is the trace id, all its segments float, and each
has its location. SIGTERM drains.
"""

import asyncio
import signal
import sys
from pathlib import Path

from store.rows_of_tests import NOON, some_locations, some_rows, some_segments

from skylens.clock import SystemClock
from skylens.store import Store, open_store

# Of each table: what names the batch, and what tells its rows apart.
NAMED_BY = {
    "trace_locations": ("trace_id", "trace_ts"),
    "segments": ("trace_id", "trace_ts"),
    "trace_limits": ("region", "trace_id"),
    "graph_minutes": ("group_id", "name"),
    "api_events": ("username", "event_id"),
    "query_results": ("query_id", "number"),
    "lake_events": ("store", "event_id"),
}


async def write(store: Store, first: int, size: int) -> None:
    """Write with eight callers at once; each says its batch's number when it is durable."""
    stopped = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopped.set)
    numbers = iter(range(first, 2**32))

    async def caller() -> None:
        for number in numbers:
            await store.append_many([*batch(number, size), *everywhere_else(store, number, size)])
            print(number, flush=True)  # noqa: T201  # the acknowledgement
            if stopped.is_set():
                return

    await asyncio.gather(*(caller() for _ in range(8)))


def batch(number: int, size: int) -> list[tuple[str, dict[str, list[object]]]]:
    """Return the rows of one batch: given with the segments first, written with the locations first."""
    trace_id = number.to_bytes(16, "big")
    seconds = [NOON + i for i in range(size)]
    return [
        ("segments", some_segments(size, trace_id=trace_id, trace_ts=seconds, floating=True, document="x" * 1000)),
        ("trace_locations", some_locations(size, trace_id=trace_id, trace_ts=seconds)),
    ]


def everywhere_else(store: Store, number: int, size: int) -> list[tuple[str, dict[str, list[object]]]]:
    """Return as many rows of the same batch for every other table."""
    others = [name for name in NAMED_BY if name not in {"segments", "trace_locations"}]
    return [(name, some_rows(store.tables[name], size, *NAMED_BY[name], str(number))) for name in others]


def main() -> None:
    folder, first, size = sys.argv[1:]
    store = open_store(f"chdb://{Path(folder)}", clock=SystemClock())
    print("open", flush=True)  # noqa: T201
    try:
        asyncio.run(write(store, int(first), int(size)))
    finally:
        store.close()
    print("closed", flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
