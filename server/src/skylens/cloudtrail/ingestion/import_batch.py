"""Import batch: some files of an import, read: their events, and what could not be read."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from skylens.cloudtrail.ingestion import trail_file
from skylens.cloudtrail.ingestion.import_failures import ImportFailure
from skylens.cloudtrail.ingestion.import_source import SourceError
from skylens.cloudtrail.ingestion.trail_file import UnreadableFile
from skylens.cloudtrail.ingestion.trail_objects import folder_of

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.cloudtrail.ingestion.import_source import ImportSource
    from skylens.cloudtrail.ingestion.lake_events import LakeEvent

_MOST_EVENTS: Final = 5_000
_MOST_FILES: Final = 200


@dataclass(slots=True)
class Batch:
    """What was read up to a key; events from before ``first_kept`` are too old for their store."""

    source: ImportSource
    first_kept: datetime
    now: datetime
    position: str
    events: list[LakeEvent] = field(default_factory=list)
    files: Counter[str] = field(default_factory=Counter)  # by folder
    whole: list[str] = field(default_factory=list)  # places of those that were read whole
    failures: list[ImportFailure] = field(default_factory=list)

    @property
    def is_full(self) -> bool:
        """Whether it is time to store it."""
        return len(self.events) >= _MOST_EVENTS or self.files.total() >= _MOST_FILES

    def add(self, key: str) -> None:
        """Read a file."""
        self.files[folder_of(key)] += 1
        try:
            found = trail_file.read(self.source.read(key))
        except SourceError as error:
            self._fail(key, error.code, str(error))
            return
        except UnreadableFile as error:
            self._fail(key, error.error_type, str(error))
            return
        events = [event for event in found.events if self._is_wanted(event)]
        self.events += events
        if found.failure is None:
            self.whole.append(self.source.imported.place(key))
        else:
            self._fail(key, found.failure.error_type, str(found.failure), events=len(events))

    def _fail(self, key: str, error_type: str, why: str, *, events: int = 0) -> None:
        imported = self.source.imported
        failure = ImportFailure(imported.id, imported.place(key), "FAILED", error_type, why, events, self.now)
        self.failures.append(failure)

    def _is_wanted(self, event: LakeEvent) -> bool:
        start, end = self.source.imported.start_at, self.source.imported.end_at
        return (
            event.time >= self.first_kept.timestamp()
            and (start is None or event.time >= start.timestamp())
            and (end is None or event.time <= end.timestamp())
        )

    def __repr__(self) -> str:
        return f"<Batch of {self.files.total()} files up to {self.position}>"
