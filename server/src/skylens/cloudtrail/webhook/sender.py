"""Sender: the job that tells the receiver of each event, until it has it.

The position moves after the events: whoever dies in between has them sent again, with the same ids. Events of one account
and region are sent one after the other, so that what was done first is told first; those of others at the same time.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from typing import TYPE_CHECKING, Final

import httpx

from skylens.cloudtrail import event_store, metrics
from skylens.cloudtrail.event_store import START, Position
from skylens.cloudtrail.webhook import progress
from skylens.cloudtrail.webhook.progress import Progress
from skylens.cloudtrail.webhook.receiver import Receiver

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence
    from datetime import datetime

    from skylens.clock import Clock
    from skylens.cloudtrail.event_store import StoredEvent
    from skylens.cloudtrail.webhook.target import Target
    from skylens.store import Store
    from skylens.store.control import Control

LOG = logging.getLogger(__name__)

_PAGE: Final = 100  # events that are sent a second time at most, after a crash
_AT_ONCE: Final = 8
_RUN_SECONDS: Final = 2.0  # after which no page and no request is begun: a server that stops should not wait for long
_LONGEST_REST_SECONDS: Final = 60.0
_NOTED_EVERY_US: Final = 30_000_000  # how far reading may be ahead of what is noted, while there is nothing to send
_UNKNOWN: Final = Progress(START)


class WebhookSender:
    """Sends what the target should know. ``settled_us`` says up to when every event is on record."""

    def __init__(
        self, target: Target, store: Store, control: Control, clock: Clock, *, settled_us: Callable[[], int]
    ) -> None:
        self._store, self._control, self._clock = store, control, clock
        self._settled_us = settled_us
        self._reads = target.reads
        self._receiver = Receiver(target, clock)
        self._trust = ssl.create_default_context()  # 20 ms: not for each round
        self._stored = self._at = _UNKNOWN  # as the database has it, and how far reading is: as far, or further
        self._done: set[Position] = set()  # behind the position: the receiver has these, but not one before them
        self._rest_seconds = 0.0
        self._rests_until = 0.0

    def run(self, _now: datetime) -> None:
        """Send what is settled; after a failure, only when the receiver has been left alone for a while."""
        began = self._clock.monotonic()
        if began < self._rests_until:
            return
        with self._control.read() as connection:
            stored = progress.find(connection)
        if stored is None:
            raise RuntimeError("a webhook's progress begins before its job")
        if stored != self._stored:  # at the start, or another node was at work
            self._stored = self._at = stored
            self._done.clear()
        while self._send_page() and self._clock.monotonic() < began + _RUN_SECONDS:
            pass

    def note_expiring(self, first_kept: datetime, kept_accounts: Collection[str]) -> None:
        """Count what retention is about to delete before the receiver has it; the events of some accounts are kept."""
        with self._control.read() as connection:
            at = progress.find(connection)
        if at is None:
            return
        lost = event_store.count_since(self._store, at.position, first_kept, kept_accounts, reads=self._reads)
        if lost:
            metrics.WEBHOOK_DROPPED.labels("expired").inc(lost)
            LOG.error("event=webhook_events_expired events=%s before=%s", lost, first_kept.isoformat())

    def _send_page(self) -> bool:
        """Send the next events, note how far that went, and say whether to go on."""
        settled = self._settled_us()
        events = event_store.read_all_since(
            self._store, self._at.position, until_us=settled, limit=_PAGE, reads=self._reads
        )
        is_last = len(events) < _PAGE
        failure = asyncio.run(self._send(events)) if events else ""
        waiting = [number for number, event in enumerate(events) if event.position not in self._done]
        if waiting:
            first = waiting[0]
            position = events[first - 1].position if first else self._at.position
            owed_us: int | None = events[first].position.received_us
        elif is_last:
            position, owed_us = max(self._at.position, Position(settled, bytes(16))), None
        else:
            position, owed_us = events[-1].position, events[-1].position.received_us
        if not self._note(Progress(position, owed_us, failure), is_quiet=not events):
            return False
        self._rest(failure)
        return not (failure or is_last or waiting)

    async def _send(self, events: Sequence[StoredEvent]) -> str:
        """Send the events, each account's and region's in their order; return what kept the receiver from one."""
        lanes: dict[tuple[str, str], list[StoredEvent]] = {}
        for event in events:
            if event.position not in self._done:
                lanes.setdefault((event.account, event.region), []).append(event)
        waiting, deadline = iter(lanes.values()), self._clock.monotonic() + _RUN_SECONDS
        failures: list[str] = []

        async def work() -> None:
            for lane in waiting:
                for event in lane:
                    if failures or self._clock.monotonic() > deadline:
                        return
                    if failure := await self._tell(client, event):
                        failures.append(failure)

        async with httpx.AsyncClient(verify=self._trust, timeout=None) as client:  # noqa: S113  # the receiver has its own
            await asyncio.gather(*(work() for _ in range(min(_AT_ONCE, len(lanes)))))
        return failures[0] if failures else ""

    async def _tell(self, client: httpx.AsyncClient, event: StoredEvent) -> str:
        answer = await self._receiver.tell(client, event)
        if answer.verdict == "ask again":
            metrics.WEBHOOK_FAILED.inc()
            return answer.why
        self._done.add(event.position)
        if answer.verdict == "has it":
            metrics.WEBHOOK_DELIVERED.inc()
        else:
            metrics.WEBHOOK_DROPPED.labels("refused").inc()
            LOG.error("event=webhook_event_refused id=%s name=%s status=%s", event.id, event.name, answer.why)
        return ""

    def _note(self, now: Progress, *, is_quiet: bool) -> bool:
        """Note how far it is and say whether this node is still the one that is at work; quiet times need few notes."""
        stored = self._stored
        if now.failure and now.failure != stored.failure:  # told once, not with every try
            LOG.warning("event=webhook_receiver_fails why=%s", now.failure)
        elif stored.failure and not now.failure:
            LOG.info("event=webhook_receiver_is_well")
        self._at = now
        self._done = {position for position in self._done if position > now.position}
        is_near = now.position.received_us - stored.position.received_us < _NOTED_EVERY_US
        if now == stored or (is_quiet and is_near and stored.owed_us is None):
            return True
        with self._control.begin() as connection:
            is_ours = progress.move(connection, stored, now)
        self._stored = now if is_ours else _UNKNOWN
        return is_ours

    def _rest(self, failure: str) -> None:
        """Leave a receiver that fails alone for a second, then two, at last for a minute."""
        self._rest_seconds = min(_LONGEST_REST_SECONDS, 2 * self._rest_seconds or 1.0) if failure else 0.0
        self._rests_until = self._clock.monotonic() + self._rest_seconds
