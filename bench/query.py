"""Queries through the API over stores of growing size, and what a span takes on disk."""

import json
import multiprocessing
import os
import socket
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bench.documents import SEGMENTS_PER_TRACE, SPANS_PER_SEGMENT
from bench.prepared import CHUNK, chunks, traces_of
from bench.server import Server, running

SETTLE_SECONDS = 120
REPETITIONS, WARM_UP = 21, 3
HOUR = 3600


def measure(sizes: list[int], report: Callable[[str], None], stores: Path | None = None) -> dict[str, float]:
    """Return the median milliseconds of each query at each size, growth from first to last, and bytes per span.

    Queries find the files of the store in the kernel's memory; by its id a trace is also looked for without that.
    Stores are kept in the folder ``stores`` and used again; without one they are gone afterwards.
    """
    figures: dict[str, float] = {}
    for size in sizes:
        report(f"queries over {size:,} segments")
        with _folder(stores, size) as data:
            figures |= {f"{name}@{size}": figure for name, figure in _at(data, size).items()}
    for name in QUERIES:
        figures[f"{name}_ms"] = figures[f"{name}@{_judged(sizes)}"]
    figures["bytes_per_span"] = figures[f"bytes_per_span@{_judged(sizes)}"]
    for name in GROWING:
        figures[f"growth_of_{name}"] = figures[f"{name}@{sizes[-1]}"] / figures[f"{name}@{sizes[0]}"]
    figures["growth"] = max(figures[f"growth_of_{name}"] for name in GROWING)
    return figures


def _judged(sizes: list[int]) -> int:
    """Return the size whose figures the budgets are for: a million segments, or the largest there is."""
    return 1_000_000 if 1_000_000 in sizes else sizes[-1]


@contextmanager
def _folder(stores: Path | None, size: int) -> Iterator[Path]:
    if stores is not None:
        yield stores / str(size)
        return
    with tempfile.TemporaryDirectory(prefix="skylens-bench-") as folder:
        yield Path(folder) / "data"


def _at(data: Path, segments: int) -> dict[str, float]:
    newest, bytes_on_disk = filled(data, segments)
    _read_through(data)
    with running(data) as server:
        found = {name: _median_ms(server, ask, segments, newest) for name, ask in QUERIES.items()}
        found["rss_mb"] = server.rss_mb
        _forget(data)
        found["trace_by_id_from_disk"] = _median_ms(server, _trace_by_id, segments, newest)
    return found | {"bytes_per_span": bytes_on_disk / segments / SPANS_PER_SEGMENT}


def _read_through(data: Path) -> None:
    """Read every file, so that the kernel has all of a store in memory, whatever its size and whatever ran before."""
    for path in _files(data):
        with path.open("rb", buffering=0) as file:
            while file.read(1 << 20):
                pass


def _forget(data: Path) -> None:
    """Make the kernel forget every file, so that it is read from the disk."""
    for path in _files(data):
        with path.open("rb") as file:
            os.fdatasync(file.fileno())
            os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def _files(data: Path) -> list[Path]:
    return [path for path in data.rglob("*") if path.is_file()]


def filled(data: Path, segments: int) -> tuple[float, float]:
    """Fill the store unless it was filled before; return the time of its newest trace and its bytes on disk."""
    known = data / "filled.json"
    if not known.exists():
        data.mkdir(parents=True)
        # The newest traces are some minutes old: what is measured is a store at rest, with all its minutes counted.
        newest = float(int(time.time()) - 600)
        with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
            bytes_on_disk = pool.submit(fill, str(data / "store"), segments, newest).result()
        known.write_text(json.dumps([newest, bytes_on_disk]), encoding="utf-8")
    newest, bytes_on_disk = json.loads(known.read_text(encoding="utf-8"))
    return newest, bytes_on_disk


def fill(folder: str, segments: int, newest: float) -> float:
    """Store the benchmark's segments, count their minutes, let parts merge, and return the bytes on disk."""
    from skylens.clock import SystemClock
    from skylens.sql import Sql
    from skylens.store import open_store
    from skylens.store.control import open_control
    from skylens.xray.service_graph.closing import MinuteCloser

    store = open_store(f"chdb://{folder}", clock=SystemClock())
    for columns in chunks(segments, newest=newest):
        store.insert("segments", columns)
    deadline = time.monotonic() + SETTLE_SECONDS
    while store.read(Sql("SELECT count() FROM system.merges"))[0][0] and time.monotonic() < deadline:
        time.sleep(0.5)
    control = open_control(f"sqlite:///{Path(folder).parent}/state.sqlite", Path(folder).parent)
    closer = MinuteCloser(store, control, time.monotonic)
    closer.run(datetime.now(UTC))
    while closer.due:
        closer.run(datetime.now(UTC))
    control.close()
    ((size,),) = store.read(
        Sql("SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = currentDatabase()")
    )
    store.close()
    return float(size)


Ask = Callable[[int, float, int], tuple[str, dict[str, Any], Callable[[dict[str, Any]], bool]]]


def _trace_by_id(
    segments: int, newest: float, number: int
) -> tuple[str, dict[str, Any], Callable[[dict[str, Any]], bool]]:
    wanted = _TRACE_IDS.setdefault((segments, newest), _some_ids(segments, newest))
    trace_id = wanted[number % len(wanted)]
    return (
        "/Traces",
        {"TraceIds": [trace_id]},
        lambda answer: len(answer["Traces"][0]["Segments"]) >= SEGMENTS_PER_TRACE,
    )


_TRACE_IDS: dict[tuple[int, float], list[str]] = {}


def _some_ids(segments: int, newest: float) -> list[str]:
    count = segments // CHUNK
    return [next(traces_of(count, newest, number)).id for number in range(0, count, max(1, count // 40))]


def _summaries(expression: str) -> Ask:
    def ask(_segments: int, newest: float, number: int) -> tuple[str, dict[str, Any], Callable[[dict[str, Any]], bool]]:
        body = {
            "StartTime": newest - 24 * HOUR,
            "EndTime": newest + number / 1000,
            "FilterExpression": expression.format(number=number * 37 % 1000),
        }
        return "/TraceSummaries", body, lambda answer: 0 < len(answer["TraceSummaries"]) <= 100

    return ask


def _service_graph(seconds: int) -> Ask:
    def ask(
        _segments: int, newest: float, _number: int
    ) -> tuple[str, dict[str, Any], Callable[[dict[str, Any]], bool]]:
        body = {"StartTime": newest - seconds, "EndTime": newest}
        return "/ServiceGraph", body, lambda answer: len(answer["Services"]) > 5

    return ask


QUERIES: dict[str, Ask] = {
    "trace_by_id": _trace_by_id,
    "summaries_by_service_and_duration": _summaries('service("catalog") AND duration > 0.2'),
    "summaries_by_annotation": _summaries('annotation.tenant = "t-{number}"'),
    "service_graph_ten_minutes": _service_graph(600),
    "service_graph_hour": _service_graph(HOUR),
}
# The smallest store does not hold a whole hour: for growth, the graph is that of ten minutes.
GROWING = ("trace_by_id", "summaries_by_service_and_duration", "summaries_by_annotation", "service_graph_ten_minutes")


def _median_ms(server: Server, ask: Ask, segments: int, newest: float) -> float:
    timings = []
    with socket.create_connection(("127.0.0.1", server.port), timeout=60) as connection:
        for number in range(WARM_UP + REPETITIONS):
            path, body, is_right = ask(segments, newest, number)
            request = server.signed(path, json.dumps(body).encode())
            started = time.perf_counter()
            connection.sendall(request)
            answer = _read(connection)
            timings.append((time.perf_counter() - started) * 1000)
            if not is_right(answer):
                raise RuntimeError(f"{path} {body} was answered with {str(answer)[:300]}")
    return statistics.median(timings[WARM_UP:])


def _read(connection: socket.socket) -> dict[str, Any]:
    content = b""
    while b"\r\n\r\n" not in content:
        content += connection.recv(1 << 20)
    head, _, body = content.partition(b"\r\n\r\n")
    length = next(
        int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
    )
    while len(body) < length:
        body += connection.recv(1 << 20)
    return dict(json.loads(body))
