"""Deliver: the job that writes log files. Every event of a session is delivered, in one file at least.

Files are written first and the session's position moves after them, in one transaction with the list of files that the next
digest names. A node that dies in between leaves files which stand in no digest, and their events come again in others:
readers tell them by eventID. So no event is lost, and no digest ever names a file that is not there.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, NamedTuple

from skylens.buckets.bucket import BucketError
from skylens.cloudtrail import event_store, metrics, trail_deliveries, trail_sessions, trails
from skylens.cloudtrail.delivery import delivered_files, notify
from skylens.cloudtrail.delivery.encryption import encryption
from skylens.cloudtrail.delivery.log_file import LogFile, log_files
from skylens.cloudtrail.wanted import Wanted
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from skylens.buckets.all_buckets import AllBuckets
    from skylens.caller import Caller
    from skylens.clock import Clock
    from skylens.cloudtrail.event_store import Position, StoredEvent
    from skylens.cloudtrail.trail_deliveries import Kind
    from skylens.cloudtrail.trail_sessions import Session
    from skylens.cloudtrail.trails import Trail
    from skylens.ids import Ids
    from skylens.registry import Invoke
    from skylens.store import Store
    from skylens.store.control import Control

LOG = logging.getLogger(__name__)

_PAGE: Final = 2_000  # events of one read
_BATCH_BYTES: Final = 32 * 1024 * 1024  # of records in memory, before files are made of them
_OF_OURS: Final = "InternalError"  # what the status says of a defect; the log says which


class _Batch(NamedTuple):
    """Events that a trail wants, read up to a position. ``is_last``: there were no more; ``is_all``: nor will there be."""

    events: list[StoredEvent]
    position: Position
    is_last: bool
    is_all: bool


@dataclass(frozen=True, slots=True)
class Deliverer:
    """Delivers what trails owe. ``settled_us`` says up to when every event is on record."""

    store: Store
    control: Control
    buckets: AllBuckets
    clock: Clock
    ids: Ids
    settled_us: Callable[[], int]
    invoke_as: Callable[[Caller, str], Invoke]

    def run(self, _now: datetime) -> None:
        """Deliver of every trail what is settled; one that fails keeps none of the others."""
        with self.control.read() as connection:
            owing = [(trail, trail_sessions.of_trail(connection, trail.id)) for trail in trails.all_trails(connection)]
        settled = self.settled_us()
        for trail, sessions in owing:
            try:
                self._deliver(trail, sessions, settled)
            except Exception:  # a trail's defect must not keep other trails' events
                LOG.exception("event=trail_delivery_failed trail=%s", trail.arn)
                self._note_failure(trail, "files", _OF_OURS)

    def _deliver(self, trail: Trail, sessions: list[Session], settled: int) -> None:
        for session in sessions:
            if not session.has_all_files and not self._deliver_files(trail, session, settled):
                break
        for session in sessions:
            if session.logs is not None and not self._deliver_logs(trail, session, settled):
                break

    def _deliver_files(self, trail: Trail, session: Session, settled: int) -> bool:
        """Say whether the session has all files now, so that the one after it may begin."""
        while True:
            batch = self._read(trail, session, session.files, settled)
            files = list(log_files(trail, batch.events, self.clock.now(), self.ids))
            try:
                bucket = self.buckets.find(trail.account, trail.bucket)
                for file in files:
                    sealing = encryption(self._invoke(trail), trail, trail.bucket, file.key)
                    bucket.put(file.key, file.body, encryption=sealing)
            except BucketError as error:
                LOG.warning("event=trail_not_delivered trail=%s code=%s why=%s", trail.arn, error.code, error)
                self._note_failure(trail, "files", error.code)
                return False
            if (batch.position != session.files or batch.is_all) and not self._move(trail, session, batch, files):
                return False
            self._notify(trail, files)
            session = replace(session, files=batch.position)
            if batch.is_last:
                return batch.is_all

    def _move(self, trail: Trail, session: Session, batch: _Batch, files: list[LogFile]) -> bool:
        """Note that the files are delivered, unless another node has delivered the same events meanwhile."""
        now = self.clock.now()
        with self.control.begin() as connection:
            if not trail_sessions.move_files(connection, session, batch.position, is_all=batch.is_all):
                return False
            if files:
                trail_deliveries.note_success(connection, trail.id, "files", now)
                if trail.has_digests:
                    delivered_files.note(connection, trail, files, now)
        metrics.DELIVERED_FILES.labels("files").inc(len(files))
        if files:
            LOG.info("event=trail_delivered trail=%s files=%s events=%s", trail.arn, len(files), len(batch.events))
        return True

    def _deliver_logs(self, trail: Trail, session: Session, settled: int) -> bool:
        """Say whether the log group has everything of the session now."""
        while session.logs is not None:
            batch = self._read(trail, session, session.logs, settled)
            try:
                if batch.events:
                    notify.put_log_events(self._invoke(trail), trail, batch.events, self.clock.now())
            except ServiceError as error:
                self._note_failure(trail, "logs", error.code)
                return False
            with self.control.begin() as connection:
                if batch.position != session.logs or batch.is_all:
                    trail_sessions.move_logs(connection, session, None if batch.is_all else batch.position)
                if batch.events:
                    trail_deliveries.note_success(connection, trail.id, "logs", self.clock.now())
            session = replace(session, logs=None if batch.is_all else batch.position)
            if batch.is_last:
                break
        return session.logs is None

    def _read(self, trail: Trail, session: Session, position: Position, settled: int) -> _Batch:
        until = settled if session.stopped_us is None else min(settled, session.stopped_us)
        wanted = Wanted(trail)
        events: list[StoredEvent] = []
        size = 0
        while size < _BATCH_BYTES:
            page, position = event_store.read_since(
                self.store, trail.account, wanted.regions, position, until_us=until, limit=_PAGE
            )
            chosen = [event for event in page if wanted.wants(event)]
            events += chosen
            size += sum(len(event.record) for event in chosen)
            if len(page) < _PAGE:
                is_over = session.stopped_us is not None and settled >= session.stopped_us
                return _Batch(events, position, is_last=True, is_all=is_over)
        return _Batch(events, position, is_last=False, is_all=False)

    def _notify(self, trail: Trail, files: list[LogFile]) -> None:
        if not files or not trail.topic:
            return
        try:
            notify.publish(self._invoke(trail), trail, [file.key for file in files])
        except ServiceError as error:
            self._note_failure(trail, "notification", error.code)
            return
        with self.control.begin() as connection:
            trail_deliveries.note_success(connection, trail.id, "notification", self.clock.now())

    def _invoke(self, trail: Trail) -> Invoke:
        return self.invoke_as(notify.deliverer(trail), notify.SOURCE)

    def _note_failure(self, trail: Trail, kind: Kind, code: str) -> None:
        metrics.FAILED_DELIVERIES.labels(kind).inc()
        with self.control.begin() as connection:
            trail_deliveries.note_failure(connection, trail.id, kind, self.clock.now(), error=code)
