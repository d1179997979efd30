"""Durable ingest through HTTP, against the engine alone with the same rows."""

import asyncio
import json
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

from bench.documents import SEGMENTS_PER_TRACE, TRACES_PER_HOUR_AT_FULL_SPEED, traces
from bench.prepared import CHUNK, chunks
from bench.server import Server, running

BATCH = 50
CONNECTIONS = 256
# One round ends after a merge, another just before it (50,000 to 67,000 rows a second); twice four gave 56,400 and 56,100.
YARDSTICK_ROUNDS = 4
# What was stored is not paid for before it is merged: a process has settled when it is quiet for so long.
QUIET_SECONDS, QUIET_SHARE = 1.0, 0.15
LONGEST_SETTLING = 60.0


@dataclass(frozen=True, slots=True)
class Sent:
    """How one run of the load went: seconds in all, and of each call."""

    seconds: float
    calls: list[float]

    def percentile(self, share: float) -> float:
        """Return the duration that this share of the calls stayed within, in milliseconds."""
        ordered = sorted(self.calls)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


def measure(segments: int) -> dict[str, float]:
    """Return the figures of durable ingest, with the engine's own rate for the same rows beside them."""
    engine = _in_process_of_its_own(_engine_rate, segments)
    with tempfile.TemporaryDirectory() as folder, running(Path(folder) / "data") as server:
        warm_up = requests_of(server, segments // 10, seed=3)
        asyncio.run(send(server.port, warm_up, pause=0))
        requests = requests_of(server, segments, seed=1)
        settling(server.process.pid)
        full = asyncio.run(send(server.port, requests, pause=0))
        rate = len(requests) * BATCH / full.seconds
        settled = len(requests) * BATCH / (full.seconds + settling(server.process.pid))
        half_requests = requests_of(server, segments // 2, seed=2)
        half = asyncio.run(send(server.port, half_requests, pause=BATCH / (rate / 2)))
        rss = server.rss_mb
    return {
        "engine_rows_per_second": engine,
        "ingest_segments_per_second": rate,
        "ingest_settled_per_second": settled,
        "ingest_ratio": settled / engine,
        "ingest_p50_ms": full.percentile(0.5),
        "ingest_p99_ms": full.percentile(0.99),
        "ingest_p50_ms_at_half_load": half.percentile(0.5),
        "ingest_p99_ms_at_half_load": half.percentile(0.99),
        "ingest_rss_mb": rss,
    }


def requests_of(server: Server, segments: int, *, seed: int) -> list[bytes]:
    """Return signed calls with that many segments, made before the clock runs."""
    documents = [
        d
        for t in traces(
            segments // SEGMENTS_PER_TRACE, newest=time.time(), seed=seed, per_hour=TRACES_PER_HOUR_AT_FULL_SPEED
        )
        for d in t.documents
    ]
    groups = [documents[at : at + BATCH] for at in range(0, len(documents), BATCH)]
    return [server.signed("/TraceSegments", json.dumps({"TraceSegmentDocuments": group}).encode()) for group in groups]


class _Connection(asyncio.Protocol):
    """One keep-alive connection that sends a request and waits for the answer's last byte."""

    def __init__(self) -> None:
        self._answer = b""
        self._done: asyncio.Future[int] | None = None
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def ask(self, request: bytes) -> "asyncio.Future[int]":
        assert self._transport is not None
        self._answer = b""
        self._done = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return self._done

    def data_received(self, data: bytes) -> None:
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found or self._done is None:
            return
        length = next(
            int(line.split(b":")[1]) for line in head.split(b"\r\n") if line.lower().startswith(b"content-length")
        )
        if len(body) >= length:
            if b'"UnprocessedTraceSegments":[]' not in body.replace(b" ", b""):
                self._done.set_exception(RuntimeError(f"refused: {self._answer[:500]!r}"))
            else:
                self._done.set_result(length)

    def connection_lost(self, exc: Exception | None) -> None:
        if self._done is not None and not self._done.done():
            self._done.set_exception(exc or ConnectionResetError("the server closed the connection"))


async def send(port: int, requests: Sequence[bytes], *, pause: float) -> Sent:
    """Send all requests; with a pause, each at its own time, late or not, so that a stall shows in the calls behind it."""
    loop = asyncio.get_running_loop()
    waiting = iter(enumerate(requests))
    calls: list[float] = []
    started = time.perf_counter()

    async def work() -> None:
        _, connection = await loop.create_connection(_Connection, "127.0.0.1", port)
        for number, request in waiting:
            due = started + number * pause
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            asked = due if pause else time.perf_counter()
            await connection.ask(request)
            calls.append(time.perf_counter() - asked)

    await asyncio.gather(*(work() for _ in range(CONNECTIONS)))
    return Sent(time.perf_counter() - started, calls)


def _engine_rate(segments: int) -> float:
    """Return rows a second of the engine alone, merged: prepared columns, the store's own insert, commits of 20,000."""
    from skylens.clock import SystemClock
    from skylens.store import open_store

    prepared = list(chunks(segments, newest=time.time()))
    seconds = 0.0
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"chdb://{folder}/store", clock=SystemClock())
        store.insert("segments", prepared[0])
        settling(os.getpid())
        for _ in range(YARDSTICK_ROUNDS):
            started = time.perf_counter()
            for columns in prepared:
                store.insert("segments", columns)
            seconds += time.perf_counter() - started + settling(os.getpid())
        store.close()
    return YARDSTICK_ROUNDS * len(prepared) * CHUNK / seconds


def settling(pid: int) -> float:
    """Wait until the process has nothing left to do, and return how long it still had."""
    process = psutil.Process(pid)
    started = busy_until = time.perf_counter()
    used = sum(process.cpu_times()[:2])
    while (now := time.perf_counter()) - busy_until < QUIET_SECONDS:
        if now - started > LONGEST_SETTLING:
            raise RuntimeError("the process does not come to rest")
        time.sleep(0.1)
        before, used = used, sum(process.cpu_times()[:2])
        if used - before > QUIET_SHARE * (time.perf_counter() - now):
            busy_until = time.perf_counter()
    return busy_until - started


def _in_process_of_its_own(function: Callable[..., float], *arguments: object) -> float:
    # The embedded engine allows one folder per process, and no fork after it was loaded.
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()
