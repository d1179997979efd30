"""Trail file: a log file of a trail, read back into events."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

import msgspec

from skylens.cloudtrail.ingestion.lake_events import LakeEvent

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_BYTES: Final = 256 * 1024 * 1024  # of a file's text
_GZIP: Final = 31  # what zlib calls the format
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2106, 1, 1, tzinfo=UTC)  # behind which the store has no times


class UnreadableFile(ValueError):
    """A file that cannot be read, as a whole or in part; ``error_type`` says what for a list of failures."""

    def __init__(self, error_type: str, why: str) -> None:
        self.error_type = error_type
        super().__init__(why)


class _File(msgspec.Struct):
    Records: list[msgspec.Raw]


class _Identity(msgspec.Struct):
    accountId: str = ""  # noqa: N815  # the record's name


class _Record(msgspec.Struct):
    """What the table has columns for. Records of early versions lack some."""

    eventTime: str  # noqa: N815
    eventID: str  # noqa: N815
    eventSource: str = ""  # noqa: N815
    eventName: str = ""  # noqa: N815
    awsRegion: str = ""  # noqa: N815
    recipientAccountId: str = ""  # noqa: N815
    userIdentity: _Identity | None = None  # noqa: N815
    eventType: str = ""  # noqa: N815
    eventCategory: str = ""  # noqa: N815
    managementEvent: bool | None = None  # noqa: N815
    errorCode: str | None = None  # noqa: N815


@dataclass(frozen=True, slots=True)
class TrailFile:
    """The events of a file, each once, and what is wrong with the rest of it."""

    events: list[LakeEvent]
    failure: UnreadableFile | None


_DECODE_FILE: Final = msgspec.json.Decoder(_File).decode
_DECODE: Final = msgspec.json.Decoder(_Record).decode


def read(body: bytes) -> TrailFile:
    """Return the events of a log file, or raise UnreadableFile for what is none."""
    try:
        records = _DECODE_FILE(_unzipped(body)).Records
    except (msgspec.DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise UnreadableFile("InvalidFormat", f"This is no log file of CloudTrail: {error}") from error
    events: dict[str, LakeEvent] = {}
    reasons: list[str] = []
    for number, record in enumerate(records, 1):
        try:
            event = _event(bytes(record))
        except ValueError as error:
            reasons.append(f"record {number}: {error}")
        else:
            events[event.id] = event
    failure = (
        UnreadableFile("InvalidRecord", f"{len(reasons)} of {len(records)} records: {reasons[0]}") if reasons else None
    )
    return TrailFile(list(events.values()), failure)


def _event(text: bytes) -> LakeEvent:
    """Return a record as an event, or raise ValueError (as msgspec's and Unicode's errors are)."""
    record = _DECODE(text)
    time = datetime.fromisoformat(record.eventTime)
    if time.tzinfo is None or not _FIRST <= time < _LAST:
        raise ValueError(f"eventTime {record.eventTime!r} is no time that can be kept")
    return LakeEvent(
        account=record.recipientAccountId or (record.userIdentity.accountId if record.userIdentity else ""),
        region=record.awsRegion,
        category=_category(record),
        time=int(time.timestamp()),
        id=str(UUID(record.eventID)),
        source=record.eventSource,
        name=record.eventName,
        record=text.decode(),
        error_code=record.errorCode or "",
    )


def _category(record: _Record) -> str:
    if record.eventCategory:
        return record.eventCategory
    if record.eventType == "AwsCloudTrailInsight":
        return "Insight"
    return "Data" if record.managementEvent is False else "Management"


def _unzipped(body: bytes) -> bytes:
    pieces: list[bytes] = []
    size = 0
    for piece in _members(body):
        size += len(piece)
        if size > MOST_BYTES:
            raise UnreadableFile("FileTooLarge", f"The file has more than {MOST_BYTES} bytes of text")
        pieces.append(piece)
    return b"".join(pieces)


def _members(body: bytes) -> Iterator[bytes]:
    """Yield the text of each gzip member, no more of it than a file may have and a byte."""
    rest = body
    while rest:
        unzip = zlib.decompressobj(_GZIP)
        try:
            yield unzip.decompress(rest, MOST_BYTES + 1)
        except zlib.error as error:
            raise UnreadableFile("InvalidCompression", f"The file is not compressed with gzip: {error}") from error
        if not unzip.eof and not unzip.unconsumed_tail:
            raise UnreadableFile("InvalidCompression", "The file ends in the middle of its gzip stream")
        rest = unzip.unused_data
