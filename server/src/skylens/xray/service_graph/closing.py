"""Closing: the job that counts each minute once it is over, and again whenever something came late."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Final, NamedTuple

from skylens.caller import AccountId, Caller, Region
from skylens.store.errors import ReadLimitExceeded
from skylens.store.queries import query
from skylens.xray.service_graph import membership, minutes, reading
from skylens.xray.service_graph.graph import Graph
from skylens.xray.service_graph.minutes import Counted
from skylens.xray.service_graph.slices import FLOAT_SECONDS, MINUTE, Buckets, Slice
from skylens.xray.service_graph.source import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from skylens.store import Store
    from skylens.store.control import Control

LOG = logging.getLogger(__name__)

GRACE_SECONDS: Final = 10  # after its end a minute waits for what daemons batch and SDKs send late
# A segment is stamped when its call arrives and is there to read when its commit has ended.
COMMIT_MS: Final = 15_000
BUDGET_SECONDS: Final = 5  # of one run; what is left waits for the next


class Minute(NamedTuple):
    """A minute of an account and region, by its first second."""

    second: int
    account: str
    region: str


class MinuteCloser:
    """Keeps graph_minutes true. One instance in a cluster runs; whichever it is, it may take over at any time.

    A minute is due when its segments are more than it was counted from. Floating segments can also change the minute
    before or after the one they came to: those minutes are due when a trace that reaches over both got something new.
    """

    def __init__(self, store: Store, control: Control, monotonic: Callable[[], float]) -> None:
        self._store = store
        self._control = control
        self._monotonic = monotonic
        self._due: set[Minute] = set()
        self._overdue: set[Minute] = set()  # to be counted whatever their number of segments
        self._seen_until_ms: int | None = None

    def __repr__(self) -> str:
        return f"<MinuteCloser {len(self._due | self._overdue)} minutes due>"

    def run(self, now: datetime) -> None:
        """Find what is due and count it, newest minutes first, for as long as one run may take."""
        now_ms = int(now.timestamp() * 1000)
        if self._seen_until_ms is None:
            self._due.update(self._uncounted())
            self._seen_until_ms = min(self._latest_version() or now_ms, now_ms)
        since_ms = self._seen_until_ms - COMMIT_MS
        self._notice(since_ms)
        self._seen_until_ms = now_ms
        deadline = self._monotonic() + BUDGET_SECONDS
        closed = [m for m in self._due | self._overdue if m.second + MINUTE + GRACE_SECONDS <= now.timestamp()]
        for minute in sorted(closed, reverse=True):
            if self._monotonic() > deadline:
                break
            self._attempt(minute, now_ms)

    def _uncounted(self) -> list[Minute]:
        rows = self._store.read(query("skylens.xray", "graph_uncounted_minutes").fill())
        return [Minute(second, account, region) for account, region, second in rows]

    def _latest_version(self) -> int:
        return int(self._store.read(query("skylens.xray", "graph_latest_version").fill())[0][0])

    def _notice(self, since_ms: int) -> None:
        received = self._store.read(query("skylens.xray", "graph_received").fill(since=since_ms))
        self._due.update(Minute(second, account, region) for account, region, second, _ in received)
        floating = [second for _, _, second, floats in received if floats]
        if floating:
            self._overdue.update(self._straddled(since_ms, floating))

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

    def _attempt(self, minute: Minute, now_ms: int) -> None:
        """Count one minute. One that is too large to count is left to its readers until something more arrives."""
        try:
            self._close(minute, now_ms)
        except ReadLimitExceeded as exc:
            LOG.error("event=minute_too_large minute=%s error=%s", minute, exc)  # noqa: TRY400  # the store counted it
        self._due.discard(minute)
        self._overdue.discard(minute)

    def _close(self, minute: Minute, now_ms: int) -> None:
        """Count one minute, the groups first: where the account's own count is there, all of them are."""
        caller = _caller(minute)
        whole = Slice(minute.second, minute.second + MINUTE)
        known = minutes.counted(Source(self._store, caller), whole).get(minute.second)
        present = reading.present(Source(self._store, caller), whole).get(minute.second)
        segments = present.segments if present else 0
        if minute in self._overdue or known is None or known.segments != segments:
            # A clock set back must not make the newer count look older.
            counted = Counted(segments, max(now_ms, known.version + 1 if known else 0))
            for each in [*membership.of_all(self._control, caller), membership.EVERYTHING]:
                source = Source(self._store, caller, each)
                graphs = reading.live_graphs(source, [whole], Buckets(minute.second, MINUTE))
                minutes.write(source, minute.second, counted, graphs.get(0, Graph(caller.account)))
            LOG.debug(
                "event=minute_counted account=%s region=%s minute=%s", minute.account, minute.region, minute.second
            )
        self._due.discard(minute)
        self._overdue.discard(minute)


def _caller(minute: Minute) -> Caller:
    return Caller(AccountId(minute.account), Region(minute.region), f"arn:aws:iam::{minute.account}:root", "")
