"""Importing: the job that reads the files of imports into event data stores, a second of each at a time.

What was read is stored before the import's position moves. Whoever dies in between has stored events that the next one finds
in the store, and leaves out: an event is in a store once, however often its file is read.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from skylens.buckets.object_key import sort_key
from skylens.cloudtrail import metrics
from skylens.cloudtrail.ingestion import import_failures, import_prefixes, imports, lake_events
from skylens.cloudtrail.ingestion.import_batch import Batch
from skylens.cloudtrail.ingestion.import_failures import ImportFailure
from skylens.cloudtrail.ingestion.import_source import SourceError, source
from skylens.cloudtrail.ingestion.new_events import new_events
from skylens.cloudtrail.ingestion.trail_objects import folder_of, is_log_file, may_hold
from skylens.cloudtrail.lake import event_data_stores

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.buckets.all_buckets import AllBuckets
    from skylens.clock import Clock
    from skylens.cloudtrail.ingestion.import_source import ImportRoles, ImportSource
    from skylens.cloudtrail.ingestion.imports import Import
    from skylens.store import Store
    from skylens.store.control import Control

LOG = logging.getLogger(__name__)

_SLICE_SECONDS: Final = 1.0  # of one import, before others have their turn and a server may stop
_OF_OURS: Final = "InternalError"  # what is told of a defect; the log says which


@dataclass(frozen=True, slots=True)
class Importer:
    """Carries imports on, whichever node began them."""

    store: Store
    control: Control
    buckets: AllBuckets
    clock: Clock
    roles: ImportRoles

    def run(self, _now: datetime) -> None:
        """Carry every import on for a while; one that fails keeps none of the others."""
        with self.control.read() as connection:
            under_way = imports.under_way(connection)
        for imported in under_way:
            try:
                self._carry_on(imported)
            except SourceError as error:
                self._give_up(imported, error.code, str(error))
            except Exception:  # an import's defect must not keep the others
                LOG.exception("event=import_failed import=%s", imported.id)
                self._give_up(imported, _OF_OURS, "The import has failed because of an unknown error")

    def _carry_on(self, imported: Import) -> None:
        deadline = self.clock.monotonic() + _SLICE_SECONDS
        files = source(imported, self.buckets, self.roles)
        going_on: Import | None = imported
        while going_on is not None and self.clock.monotonic() <= deadline:
            going_on = self._read(going_on, files) if going_on.is_listed else self._count(going_on, files)

    def _count(self, imported: Import, files: ImportSource) -> Import | None:
        """Count the files of a page, by their folders; return the import as it is then, None where it is not ours any more."""
        page = files.page(imported.listed)
        counted = Counter(folder_of(key) for key in page.keys if _is_wanted(imported, key))
        after = replace(
            imported,
            listed=page.keys[-1] if page.keys else imported.listed,
            is_listed=page.is_last,
            status="IN_PROGRESS" if page.is_last else "INITIALIZING",
            updated_at=self.clock.now(),
        )
        with self.control.begin() as connection:
            if not imports.move(connection, imported, after):
                return None
            import_prefixes.add(connection, imported.id, counted)
            import_failures.resolve(connection, imported.id, imported.location, after.updated_at)
        return after

    def _read(self, imported: Import, files: ImportSource) -> Import | None:
        """Read some files; return the import as it is then, None where it is over or not ours any more."""
        with self.control.read() as connection:
            again = import_failures.of_import(connection, imported.id, "RETRY")
        batch = self._batch(imported, files)
        if again:
            failed = again[0]
            batch.add(failed.location.removeprefix(imported.place("")))
            batch.files.clear()  # it was counted when it failed
            return self._store(imported, batch, counted_before=failed.events)
        is_over = self._fill(imported, files, batch)
        after = self._store(imported, batch)
        if after is None or not is_over:
            return after
        self._finish(after)
        return None

    def _batch(self, imported: Import, files: ImportSource) -> Batch:
        now = self.clock.now()
        with self.control.read() as connection:
            target = event_data_stores.by_id(connection, imported.store)
        if target is None:
            raise SourceError("EventDataStoreNotFound", f"There is no event data store {imported.store}")
        return Batch(files, target.first_kept(now), now, imported.position)

    def _fill(self, imported: Import, files: ImportSource, batch: Batch) -> bool:
        """Read files of a page until there are enough; say whether there are no others."""
        page = files.page(imported.position)
        for key in page.keys:
            if sort_key(key) > sort_key(imported.listed):
                return True  # it came after the files were counted
            if batch.is_full:
                return False
            if _is_wanted(imported, key):
                batch.add(key)
            batch.position = key
        return page.is_last

    def _store(self, imported: Import, batch: Batch, *, counted_before: int = 0) -> Import | None:
        """Store what a batch has and move the import; None where it is not ours any more."""
        self._insert(imported, batch)
        after = replace(
            imported,
            position=batch.position,
            files_completed=imported.files_completed + len(batch.whole),
            events_completed=imported.events_completed + len(batch.events) - counted_before,
            updated_at=batch.now,
        )
        with self.control.begin() as connection:
            if not imports.move(connection, imported, after):
                return None
            import_prefixes.add(connection, imported.id, {folder: -count for folder, count in batch.files.items()})
            for failure in batch.failures:
                import_failures.note(connection, failure)
            for place in batch.whole:
                import_failures.resolve(connection, imported.id, place, batch.now)
        metrics.FAILED_FILES.inc(len(batch.failures))
        return after

    def _insert(self, imported: Import, batch: Batch) -> None:
        if not batch.events:
            return
        with self.control.read() as connection:
            target = event_data_stores.by_id(connection, imported.store)
            sessions = event_data_stores.sessions(connection, target) if target else []
        if target is None:
            return
        missing = new_events(self.store, target, sessions, batch.events, batch.now)
        if missing:
            self.store.insert(lake_events.TABLE, lake_events.columns_of(missing, [target.id]))
            metrics.IMPORTED.inc(len(missing))

    def _finish(self, imported: Import) -> None:
        with self.control.begin() as connection:
            failed = import_failures.count(connection, imported.id)
            after = replace(imported, status="FAILED" if failed else "COMPLETED", updated_at=self.clock.now())
            if imports.move(connection, imported, after):
                import_prefixes.finish(connection, imported.id)
        LOG.info(
            "event=import_ended import=%s files=%s events=%s failed=%s",
            imported.id,
            imported.files_completed,
            imported.events_completed,
            failed,
        )

    def _give_up(self, imported: Import, error_type: str, why: str) -> None:
        """End an import whose files cannot be had, or with which something is wrong here; it can be tried again."""
        now = self.clock.now()
        with self.control.begin() as connection:
            if imports.fail(connection, imported.id, now):
                failure = ImportFailure(imported.id, imported.location, "FAILED", error_type, why, 0, now)
                import_failures.note(connection, failure)


def _is_wanted(imported: Import, key: str) -> bool:
    return is_log_file(key, imported.prefix) and may_hold(key, imported.start_at, imported.end_at)
