"""Insert buffer: gathers the rows of all requests and commits them in groups; a request is answered when its rows are durable."""

from __future__ import annotations

import asyncio
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

from skylens.store import metrics
from skylens.store.errors import RowsRefused, StoreBusy, StoreUnavailable
from skylens.store.rows import Rows

Parts: TypeAlias = Sequence[Rows]
Commit: TypeAlias = Callable[[Sequence[Parts]], None]
"""Store the rows of several requests, table by table; RowsRefused says that some of the rows cannot be stored."""

_MIB = 1024 * 1024

# The name of a column that says of a row that an earlier one may be the same: whoever stores rows again says so in it, and so
# does the buffer.
MAY_REPEAT = "may_repeat"


@dataclass(frozen=True, slots=True)
class BufferLimits:
    """How much one commit takes, how much may wait, and how long and how many rows a group gathers.

    A commit has a fixed cost of 10 to 20 ms, and small parts are merged again and again (with its merges a row costs 65 us of
    CPU in commits of 500 rows, 41 in commits of 1,000, 34 in commits of 2,000): a group gathers for as long as the commit
    before it took, within these bounds, unless it has enough rows sooner. After a commit of few rows it gathers for less, in
    proportion: then few clients are sending, and they would wait for nobody. (Where 4,000 rows were
    few, half of what a server can take came in commits of 460 rows and cost 124 us of CPU a row; where 500 are, in commits of 700
    rows and 104 us.)
    """

    commit_rows: int = 20_000
    commit_bytes: int = 32 * _MIB
    waiting_rows: int = 100_000
    waiting_bytes: int = 192 * _MIB
    least_pause_seconds: float = 0.005
    most_pause_seconds: float = 0.1
    enough_rows: int = 8_000
    busy_rows: int = 500


@dataclass(frozen=True, slots=True)
class _Request:
    parts: Parts
    rows: int
    size: int
    loop: asyncio.AbstractEventLoop
    done: asyncio.Future[None]


class InsertBuffer:
    """One writer thread; everything that waits goes into the next commit, up to its limits."""

    def __init__(self, commit: Commit, limits: BufferLimits = BufferLimits()) -> None:  # frozen
        self._commit = commit
        self._limits = limits
        self._waiting: deque[_Request] = deque()
        self._rows = self._bytes = 0  # waiting and being committed
        self._awaited_rows = 1  # what the writer sleeps for: each needless wake-up takes the interpreter from a request
        self._closing = False
        self._lock = threading.Condition()
        self._writer = threading.Thread(target=self._write, name="skylens-writer", daemon=True)
        self._writer.start()

    def put(self, parts: Parts, rows: int, size: int) -> asyncio.Future[None]:
        """Add rows to the next commit; the future is done when they are durable. Call it on the event loop."""
        loop = asyncio.get_running_loop()
        request = _Request(parts, rows, size, loop, loop.create_future())
        with self._lock:
            if self._closing:
                raise StoreUnavailable("the store is closing")
            full = self._rows + rows > self._limits.waiting_rows or self._bytes + size > self._limits.waiting_bytes
            if full and self._rows:  # one request alone is always taken: it would never get in otherwise
                metrics.REFUSED_ROWS.inc(rows)
                raise StoreBusy(f"{self._rows} rows wait for their commit")
            self._waiting.append(request)
            self._rows += rows
            self._bytes += size
            metrics.WAITING_ROWS.set(self._rows)
            if self._rows >= self._awaited_rows:
                self._lock.notify()
        return request.done

    def close(self) -> None:
        """Commit everything that waits, then end the writer. Later rows are refused."""
        with self._lock:
            self._closing = True
            self._lock.notify()
        self._writer.join()

    def _write(self) -> None:
        while group := self._next_group():
            started = time.perf_counter()
            outcomes = list(self._outcomes(group))
            metrics.COMMIT_SECONDS.observe(time.perf_counter() - started)
            with self._lock:
                self._rows -= sum(request.rows for request in group)
                self._bytes -= sum(request.size for request in group)
                metrics.WAITING_ROWS.set(self._rows)
            _answer(outcomes)
            self._gather(time.perf_counter() - started, sum(request.rows for request in group))

    def _gather(self, commit_seconds: float, committed_rows: int) -> None:
        """Let those who were just answered come again, and others join them, before the next commit."""
        limits = self._limits
        worthwhile = commit_seconds * min(1.0, committed_rows / limits.busy_rows)
        pause = min(max(worthwhile, limits.least_pause_seconds), limits.most_pause_seconds)
        with self._lock:
            self._awaited_rows = limits.enough_rows
            self._lock.wait_for(lambda: self._rows >= limits.enough_rows or self._closing, timeout=pause)
            self._awaited_rows = 1

    def _next_group(self) -> list[_Request]:
        """Wait for rows and take what fits; nothing once the buffer is closed and empty."""
        with self._lock:
            self._lock.wait_for(lambda: self._waiting or self._closing)
            group: list[_Request] = []
            rows = size = 0
            while self._waiting and (
                not group
                or (
                    rows + self._waiting[0].rows <= self._limits.commit_rows
                    and size + self._waiting[0].size <= self._limits.commit_bytes
                )
            ):
                group.append(self._waiting.popleft())
                rows += group[-1].rows
                size += group[-1].size
            return group

    def _outcomes(self, group: Sequence[_Request]) -> Iterable[tuple[_Request, Exception | None]]:
        """Commit the group and yield what became of each request.

        Rows that cannot be stored must not take the other requests of the group down with them: then each goes alone.
        """
        error = self._attempt(group)
        if isinstance(error, RowsRefused) and len(group) > 1:
            for request in group:
                yield request, self._attempt([replace(request, parts=[_again(rows) for rows in request.parts])])
        else:
            for request in group:
                yield request, error

    def _attempt(self, group: Sequence[_Request]) -> Exception | None:
        try:
            self._commit([request.parts for request in group])
        except Exception as exc:  # noqa: BLE001  # it is the requests' to raise; the writer goes on
            metrics.FAILED_ROWS.inc(sum(request.rows for request in group))
            return exc
        metrics.COMMITTED_ROWS.inc(sum(request.rows for request in group))
        return None


def _again(rows: Rows) -> Rows:
    """Return rows that were tried to store before, and may be there."""
    return rows.with_true(MAY_REPEAT) if MAY_REPEAT in rows.columns else rows


def _answer(outcomes: Sequence[tuple[_Request, Exception | None]]) -> None:
    """Resolve the futures, each on its own loop, with one wake-up per loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[tuple[_Request, Exception | None]]] = {}
    for request, error in outcomes:
        by_loop.setdefault(request.loop, []).append((request, error))
    for loop, answers in by_loop.items():
        if not loop.is_closed():  # whoever waited is gone with its loop
            loop.call_soon_threadsafe(_resolve, answers)


def _resolve(answers: Sequence[tuple[_Request, Exception | None]]) -> None:
    for request, error in answers:
        if request.done.done():  # cancelled meanwhile
            continue
        if error is None:
            request.done.set_result(None)
        else:
            request.done.set_exception(error)
