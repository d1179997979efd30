"""Log file: events of one account and region as one gzipped line of JSON, as AWS delivers them.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-examples.html
"""

from __future__ import annotations

import gzip
import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import groupby
from typing import TYPE_CHECKING, Final

from skylens.cloudtrail.delivery import object_names

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from skylens.cloudtrail.event_store import StoredEvent
    from skylens.cloudtrail.trails import Trail
    from skylens.ids import Ids

MOST_BYTES: Final = 50 * 1024 * 1024  # of a file before compression
_COMPRESSION: Final = 6


@dataclass(frozen=True, slots=True)
class LogFile:
    """One file to be delivered. ``sha256`` is that of the bytes before compression, in hexadecimal."""

    key: str
    region: str
    body: bytes = field(repr=False)
    sha256: str
    oldest: datetime
    newest: datetime


def log_files(trail: Trail, events: Iterable[StoredEvent], at: datetime, ids: Ids) -> Iterator[LogFile]:
    """Return the files that hold the events: one for each region and folder, or several where there is much."""

    def place(event: StoredEvent) -> tuple[str, str]:
        return object_names.FOLDERS[event.category], event.region

    for (folder, region), together in groupby(sorted(events, key=place), key=place):
        for piece in _pieces(together):
            suffix = ids.letters(object_names.SUFFIX_LETTERS)
            yield _log_file(object_names.log_file(trail, folder, region, at, suffix), region, piece)


def compressed(data: bytes) -> bytes:
    """Return the bytes as one gzip member without a time: ``validate-logs`` refuses files of several."""
    return gzip.compress(data, _COMPRESSION, mtime=0)


def _pieces(events: Iterable[StoredEvent]) -> Iterator[list[StoredEvent]]:
    piece: list[StoredEvent] = []
    size = 0
    for event in events:
        if piece and size + len(event.record) > MOST_BYTES:
            yield piece
            piece, size = [], 0
        piece.append(event)
        size += len(event.record)
    if piece:
        yield piece


def _log_file(key: str, region: str, events: Sequence[StoredEvent]) -> LogFile:
    text = ",".join(event.record for event in events)
    data = f'{{"Records":[{text}]}}'.encode()
    times = [event.time for event in events]
    return LogFile(
        key,
        region,
        compressed(data),
        hashlib.sha256(data).hexdigest(),
        datetime.fromtimestamp(min(times), UTC),
        datetime.fromtimestamp(max(times), UTC),
    )
