"""Closing: the job that counts each minute once it is over, and again whenever something came late."""

from __future__ import annotations

import logging
import time
from itertools import groupby
from typing import TYPE_CHECKING, Final, NamedTuple

from skylens.store.errors import ReadLimitExceeded
from skylens.store.limits import ReadLimits
from skylens.store.queries import query
from skylens.xray.document_cipher import as_service
from skylens.xray.errors import KeyAccessDenied, KeyUnusable
from skylens.xray.service_graph import membership, minutes, reading
from skylens.xray.service_graph.graph import Graph
from skylens.xray.service_graph.live import Pace
from skylens.xray.service_graph.minutes import Counted
from skylens.xray.service_graph.slices import FLOAT_SECONDS, MINUTE, Buckets, Slice, joined
from skylens.xray.service_graph.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from skylens.caller import Caller
    from skylens.store import Store
    from skylens.store.control import Control

LOG = logging.getLogger(__name__)

GRACE_SECONDS: Final = 10  # after its end a minute waits for what daemons batch and SDKs send late
# What still comes to a minute that is over makes it wait until nothing does for the time of grace, but no longer than this: at
# 12,500 segments a second that were a minute old, counting at each run took 20 us of CPU a segment and 500 MB.
PATIENCE_SECONDS: Final = 60
# A segment is stamped when its call arrives and is there to read when its commit has ended.
COMMIT_MS: Final = 15_000
_BATCH_SECONDS: Final = 600  # a divisor of a day: what is written together lies in one partition
BUDGET_SECONDS: Final = 5  # of one run; what is left waits for the next
# Nobody waits for a count: it takes one thread, and rests as long as it works. A busy minute takes seconds to count, and with both
# threads at once calls that came then waited for them: 99 % of those at half load were answered within 300 to 960 ms.
_ROWS: Final = 25_000
_LIMITS: Final = ReadLimits(threads=1)
_LONGEST_REST_SECONDS: Final = 1.0


class Minute(NamedTuple):
    """A minute of an account and region, by its first second."""

    second: int
    account: str
    region: str


class Arrivals(NamedTuple):
    """Since when segments came to a minute after its last count, and when the newest did (milliseconds since the epoch)."""

    since: int
    latest: int


class MinuteCloser:
    """Keeps graph_minutes true. One instance in a cluster runs; whichever it is, it may take over at any time.

    A minute is due when its segments are more than it was counted from, and counted when nothing comes to it any more.
    Floating segments can also change the minute before or after the one they came to: those minutes are due when a trace
    that reaches over both got something new.
    """

    def __init__(
        self,
        store: Store,
        control: Control,
        monotonic: Callable[[], float],
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._store = store
        self._control = control
        self._monotonic = monotonic
        self._sleep = sleep
        self._works_since = 0.0
        self._due: dict[Minute, Arrivals] = {}
        self._overdue: set[Minute] = set()  # to be counted whatever their number of segments
        self._seen_until_ms: int | None = None

    def __repr__(self) -> str:
        return f"<MinuteCloser {self.due} minutes due>"

    @property
    def due(self) -> int:
        """How many minutes wait to be counted, those that are not over yet included."""
        return len(self._due.keys() | self._overdue)

    def run(self, now: datetime) -> None:
        """Find what is due and count it, newest minutes first, for as long as one run may take."""
        now_ms = int(now.timestamp() * 1000)
        if self._seen_until_ms is None:
            self._due.update(dict.fromkeys(self._uncounted(), Arrivals(0, 0)))
            self._seen_until_ms = min(self._latest_version() or now_ms, now_ms)
        self._notice(self._seen_until_ms - COMMIT_MS, now_ms)
        self._seen_until_ms = now_ms
        deadline = self._monotonic() + BUDGET_SECONDS
        for batch in _batches(self._ready(now_ms)):
            if self._monotonic() > deadline:
                break
            self._attempt(batch, now_ms)

    def _uncounted(self) -> list[Minute]:
        rows = self._store.read(query("skylens.xray", "graph_uncounted_minutes").fill())
        return [Minute(second, account, region) for account, region, second in rows]

    def _latest_version(self) -> int:
        return int(self._store.read(query("skylens.xray", "graph_latest_version").fill())[0][0])

    def _notice(self, since_ms: int, now_ms: int) -> None:
        received = self._store.read(query("skylens.xray", "graph_received").fill(since=since_ms))
        for account, region, second, _, latest_ms in received:
            minute = Minute(second, account, region)
            self._due[minute] = Arrivals(self._due[minute].since if minute in self._due else now_ms, latest_ms)
        floating = [second for _, _, second, floats, _ in received if floats]
        if floating:
            self._overdue.update(self._straddled(since_ms, floating))

    def _ready(self, now_ms: int) -> Iterator[Minute]:
        """Yield the minutes that are over and to which nothing comes any more, or for long enough."""
        grace_ms, patience_ms = GRACE_SECONDS * 1000, PATIENCE_SECONDS * 1000
        for minute in self._due.keys() | self._overdue:
            since, latest = self._due.get(minute, (0, 0))
            settled = minute in self._overdue or latest <= now_ms - grace_ms or since <= now_ms - patience_ms
            if settled and (minute.second + MINUTE) * 1000 <= now_ms - grace_ms:
                yield minute

    def _straddled(self, since_ms: int, seconds: Iterable[int]) -> list[Minute]:
        """Return the minutes of traces that reach over several and got something that their count may not have seen."""
        filled = query("skylens.xray", "graph_straddling").fill(
            since=since_ms, start=max(0, min(seconds) - FLOAT_SECONDS), end=max(seconds) + MINUTE + FLOAT_SECONDS
        )
        found = []
        for account, region, second, latest_ms in self._store.read(filled):
            minute = Minute(second, account, region)
            known = minutes.counted(Source(self._store, _caller(minute)), Slice(second, second + 1)).get(second)
            if known is not None and latest_ms > known.version - COMMIT_MS:
                found.append(minute)
        return found

    def _attempt(self, batch: Sequence[Minute], now_ms: int) -> None:
        """Count minutes. One that is too large even alone is left to its readers until something more arrives."""
        try:
            self._close(batch, now_ms)
        except ReadLimitExceeded as exc:
            if len(batch) > 1:
                for minute in batch:
                    self._attempt([minute], now_ms)
            else:
                LOG.error("event=minute_too_large minute=%s error=%s", batch[0], exc)  # noqa: TRY400  # the store counted it
        except (KeyUnusable, KeyAccessDenied) as exc:
            # Of one account and region, whose key is disabled: the others' minutes are counted all the same.
            LOG.warning("event=minutes_encrypted account=%s region=%s error=%s", batch[0].account, batch[0].region, exc)
        for minute in batch:
            self._due.pop(minute, None)
        self._overdue.difference_update(batch)

    def _close(self, batch: Sequence[Minute], now_ms: int) -> None:
        """Count what is due of one account's minutes, the groups first: where its own count is, all of them are."""
        caller = _caller(batch[0])
        everything = Source(self._store, caller)
        span = Slice(batch[-1].second, batch[0].second + MINUTE)
        known, present = minutes.counted(everything, span), reading.present(everything, span)
        marks: dict[int, Counted] = {}
        for minute in batch:
            before = known.get(minute.second)
            segments = present[minute.second].segments if minute.second in present else 0
            if minute in self._overdue or before is None or before.segments != segments:
                # A clock set back must not make the newer count look older.
                marks[minute.second] = Counted(segments, max(now_ms, before.version + 1 if before else 0))
        if marks:
            for each in [*membership.of_all(self._control, caller), membership.EVERYTHING]:
                self._works_since = self._monotonic()
                _count(Source(self._store, caller, each), marks, Pace(_ROWS, _LIMITS, self._rest))
            LOG.debug(
                "event=minutes_counted account=%s region=%s minutes=%s", caller.account, caller.region, list(marks)
            )

    def _rest(self) -> None:
        worked = self._monotonic() - self._works_since
        self._sleep(min(worked, _LONGEST_REST_SECONDS))
        self._works_since = self._monotonic()


def _batches(closed: Iterable[Minute]) -> Iterator[Sequence[Minute]]:
    """Return minutes of one account and region and one stretch of time together, newest first: they share their cost."""

    def stretch(minute: Minute) -> tuple[int, str, str]:
        return (minute.second // _BATCH_SECONDS, minute.account, minute.region)

    newest_first = sorted(closed, key=lambda minute: (*stretch(minute), minute.second), reverse=True)
    return (list(batch) for _, batch in groupby(newest_first, stretch))


def _count(source: Source, marks: Mapping[int, Counted], pace: Pace) -> None:
    origin = min(marks)
    graphs = reading.live_graphs(source, joined(marks), Buckets(origin, MINUTE), pace)
    empty = Graph(source.caller.account)
    counts = {second: (mark, graphs.get((second - origin) // MINUTE, empty)) for second, mark in marks.items()}
    minutes.write(source, counts)


def _caller(minute: Minute) -> Caller:
    return as_service(minute.account, minute.region)
