"""Recorder: makes events of calls and puts them on record, those of writes before the calls are answered.

A write is answered when its event is durable. Reads wait for nothing: their events are gathered for a fifth of a second,
and ride along with a write's commit where one comes sooner. What a commit fails to store waits for the next one; while
commits fail, writes are refused before they change anything.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from skylens.api_events import NotRecorded
from skylens.cloudtrail import event_store, metrics
from skylens.cloudtrail.api_call_event import ApiCallEvents, access_of, facts_of, owners_of, region_of
from skylens.store import StoreBusy, StoreError
from skylens.store.queries import query

if TYPE_CHECKING:
    from collections.abc import Awaitable, Sequence

    from skylens.api_events import ApiEvent
    from skylens.clock import Clock
    from skylens.cloudtrail.consumer import Consumers
    from skylens.cloudtrail.event import Event
    from skylens.registry import Access, ApiCall
    from skylens.store import Store

LOG = logging.getLogger(__name__)

GATHER_SECONDS: Final = 0.2
# Beyond these, calls that only read wait as well.
MOST_WAITING: Final = 20_000
MOST_WAITING_BYTES: Final = 64 * 1024 * 1024
_PATIENCE_SECONDS: Final = 10.0  # of a call that waits for room, or for a busy store
_RETRY_SECONDS: Final = 1.0
_NEWEST: Final = query("skylens.cloudtrail", "newest_event")
# Another node's clock may be behind, and its commit under way, by so much before readers would pass over its events.
_OTHER_NODES_US: Final = 10_000_000


class Recorder:
    """The audit trail as the gateway knows it.

    It belongs to one event loop; ``settled_us`` and ``put_from_thread`` may be called from any thread.
    """

    def __init__(self, store: Store, clock: Clock, events: ApiCallEvents, consumers: Consumers) -> None:
        self._store, self._clock = store, clock
        self._events, self._consumers = events, consumers
        self._waiting = _Waiting()
        self._commits: dict[int, None] = {}  # under way, by the time of their first event, oldest first
        self._last_us: int = store.read(_NEWEST.fill())[0][0]  # a clock that was set back must not hide new events
        self._stamping = threading.Lock()  # of the two above: readers ask from threads of their own
        self._failure = ""
        self._flusher: asyncio.Task[None] | None = None
        self._room = asyncio.Condition()
        self._closing = False
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self) -> None:
        """Remember the loop on which events of other threads are taken."""
        self._loop = asyncio.get_running_loop()

    def admit(self, call: ApiCall) -> None:
        """Refuse a write while events cannot be stored: it would change something that then is not on record."""
        if self._failure and _is_awaited(access_of(call)):
            metrics.REFUSED.inc()
            raise NotRecorded(self._failure)

    def __call__(self, event: ApiEvent) -> Awaitable[None] | None:
        """Put a call on record. Data events are recorded only where somebody selects them."""
        access = access_of(event.call)
        if access.data_resource:
            made = self._wanted(event, access)
            if not made:
                return None
        else:
            made = self._events.of(event, access)
        if not _is_awaited(access):
            return self._later(made)
        if event.error_code and self._failure and self._waiting.is_full:
            # It changed nothing and is told so; whoever goes on asking during a long failure must not fill the memory.
            metrics.UNRECORDED.inc()
            raise NotRecorded(self._failure)
        return self.put(made)

    async def put(self, events: Sequence[Event]) -> None:
        """Put events on record; they are durable when this returns, or NotRecorded says that they are not yet."""
        if self._failure:  # which the next try finds out about: not one for each call
            self._waiting.add(events)
            self._flush_later()
            raise NotRecorded(self._failure)
        try:
            await self._commit(events)
        except StoreError as error:
            self._flush_later()  # the events are kept, and tried again
            raise NotRecorded(str(error)) from error

    def put_from_thread(self, events: Sequence[Event]) -> None:
        """Put events on record from a thread of its own; what cannot be stored now is stored later."""
        if self._loop is None:
            raise RuntimeError("recording needs a recorder that was started")
        try:
            asyncio.run_coroutine_threadsafe(self.put(events), self._loop).result()
        except NotRecorded as error:
            LOG.warning("event=recorded_later events=%s why=%s", len(events), error)

    def settled_us(self) -> int:
        """Return the time from which on events may still come: what ``read_since`` is asked up to. From any thread."""
        with self._stamping:
            now = _us(self._clock)
            if not self._commits:
                self._last_us = max(self._last_us, now - 1)  # whatever comes from here on is stamped later than this
            oldest = next(iter(self._commits), self._last_us + 1)
        return min(oldest, now - _OTHER_NODES_US) if self._store.is_shared else oldest

    async def close(self) -> None:
        """Store what waits. An event that cannot be stored even now is written to the log, whole."""
        self._closing = True
        if self._flusher is not None:
            await asyncio.wait([self._flusher])
        try:
            await self._commit([])
        except StoreError as error:
            for event in self._waiting.take()[0]:
                LOG.critical("event=not_recorded why=%s record=%s", error, event.record)

    def _wanted(self, event: ApiEvent, access: Access) -> Sequence[Event]:
        """Return a data event for each account that it concerns and where somebody selects it."""
        region = region_of(event.call)
        concerned = {event.call.caller.account, *owners_of(event, access)}
        asking = {account: found for account in concerned if (found := self._consumers.asking(account, region))}
        if not asking:
            return ()
        facts = facts_of(event, access)
        selecting = {account for account, found in asking.items() if any(wants(facts) for wants in found)}
        if not selecting:
            return ()
        return [made for made in self._events.of(event, access) if made.account in selecting]

    def _later(self, events: Sequence[Event]) -> Awaitable[None] | None:
        if self._waiting.is_full:
            return self._when_there_is_room(events)
        self._waiting.add(events)
        self._flush_later()
        return None

    async def _when_there_is_room(self, events: Sequence[Event]) -> None:
        try:
            async with asyncio.timeout(_PATIENCE_SECONDS), self._room:
                await self._room.wait_for(lambda: not self._waiting.is_full)
        except TimeoutError:
            metrics.REFUSED.inc()
            raise NotRecorded(self._failure or "too many events wait to be stored") from None
        self._waiting.add(events)
        self._flush_later()

    def _flush_later(self) -> None:
        if self._flusher is None or self._flusher.done():
            self._flusher = asyncio.get_running_loop().create_task(self._flush())

    async def _flush(self) -> None:
        while self._waiting.events and not self._closing:
            await asyncio.sleep(_RETRY_SECONDS if self._failure else GATHER_SECONDS)
            with suppress(StoreError):  # the commit has noted it
                await self._commit([])

    async def _commit(self, events: Sequence[Event]) -> None:
        """Store what waits, and these; whatever cannot be stored waits again."""
        waited, tried = self._waiting.take()
        taken = [*waited, *events]
        if not taken:
            return
        with self._stamping:
            first = max(self._last_us + 1, _us(self._clock))
            self._commits[first] = None
            self._last_us = first + len(taken) - 1
        try:
            await self._put(taken, first, tried)
        except BaseException as error:
            self._waiting.put_back(taken)
            if isinstance(error, StoreError):
                self._note_failure(str(error))
            raise
        finally:
            with self._stamping:
                del self._commits[first]
        self._failure = ""
        metrics.RECORDED.inc(len(taken))
        async with self._room:
            self._room.notify_all()

    def _note_failure(self, why: str) -> None:
        metrics.FAILED.inc()
        if not self._failure:  # told once, not with every try
            LOG.error("event=events_not_stored waiting=%s why=%s", len(self._waiting.events), why)
        self._failure = why

    async def _put(self, events: Sequence[Event], first: int, tried: int) -> None:
        """Store the events, however long the store is busy with others within reason."""
        stamps = range(first, first + len(events))
        deadline = self._clock.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                return await event_store.put(self._store, events, stamps, tried=tried)
            except StoreBusy:
                tried = len(events)
                if self._closing or self._clock.monotonic() > deadline:
                    raise
                await asyncio.sleep(GATHER_SECONDS)


class _Waiting:
    """Events that wait for a commit, oldest first, how much they are, and how many of them were tried to store before."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self._bytes = self._tried = 0

    @property
    def is_full(self) -> bool:
        """Whether further events should wait for a commit to end."""
        return len(self.events) >= MOST_WAITING or self._bytes >= MOST_WAITING_BYTES

    def add(self, events: Sequence[Event]) -> None:
        self.events += events
        self._bytes += sum(len(event.record) for event in events)
        metrics.WAITING.set(len(self.events))

    def put_back(self, events: Sequence[Event]) -> None:
        later, tried = self.take()
        self.add([*events, *later])
        self._tried = len(events) + tried  # what was put back before stands at the front of what came later

    def take(self) -> tuple[list[Event], int]:
        """Return the events, and how many of them, the first ones, may be stored already."""
        taken, tried, self.events, self._bytes, self._tried = self.events, self._tried, [], 0, 0
        metrics.WAITING.set(0)
        return taken, tried


def _is_awaited(access: Access) -> bool:
    """Whether a call is answered only when its event is durable: those that change something."""
    return not access.read_only and not access.data_resource


def _us(clock: Clock) -> int:
    return int(clock.now().timestamp() * 1_000_000)
