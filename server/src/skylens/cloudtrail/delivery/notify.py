"""Notify: whom a trail tells of its files, and what it writes to a log group, through the services that do so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from skylens.caller import service_caller
from skylens.cloudtrail.delivery import object_names
from skylens.cloudtrail.preflight import log_group_name
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from skylens.caller import Caller
    from skylens.cloudtrail.event_store import StoredEvent
    from skylens.cloudtrail.trails import Trail
    from skylens.registry import Invoke

SOURCE: Final = "cloudtrail.amazonaws.com"
# Limits of PutLogEvents, each event counted with 26 bytes more; longer records than 256 KB it does not take.
_MOST_EVENTS: Final = 10_000
_MOST_BYTES: Final = 1_048_576
_MOST_BYTES_OF_EVENT: Final = 262_144
_BYTES_BESIDE: Final = 26


def deliverer(trail: Trail) -> Caller:
    """Return CloudTrail itself, at work for a trail's account."""
    return service_caller(trail.account, trail.region, SOURCE)


def publish(invoke: Invoke, trail: Trail, keys: Sequence[str]) -> None:
    """Tell the trail's topic of files, or raise ServiceError."""
    message = json.dumps({"s3Bucket": trail.bucket, "s3ObjectKey": list(keys)}, separators=(",", ":"))
    invoke("sns", "Publish", {"TopicArn": trail.topic_arn, "Message": message})


def put_log_events(invoke: Invoke, trail: Trail, events: Iterable[StoredEvent], now: datetime) -> None:
    """Write the events to the trail's log group, a stream for each region, or raise ServiceError."""
    group = log_group_name(trail.log_group_arn)
    by_region: dict[str, list[str]] = {}
    for event in events:
        by_region.setdefault(event.region, []).append(event.record)
    for region, records in by_region.items():
        stream = {"logGroupName": group, "logStreamName": object_names.log_stream(trail, region)}
        _ensure_stream(invoke, stream)
        timestamp = int(now.timestamp() * 1000)
        for batch in _batches(records):
            invoke(
                "logs", "PutLogEvents", {**stream, "logEvents": [{"timestamp": timestamp, "message": m} for m in batch]}
            )


def _ensure_stream(invoke: Invoke, stream: dict[str, str]) -> None:
    try:
        invoke("logs", "CreateLogStream", stream)
    except ServiceError as error:
        if error.code != "ResourceAlreadyExistsException":
            raise


def _batches(records: Iterable[str]) -> Iterator[list[str]]:
    batch: list[str] = []
    size = 0
    for record in records:
        length = len(record.encode()) + _BYTES_BESIDE
        if length > _MOST_BYTES_OF_EVENT:
            continue  # as in AWS: such records stand in the files only
        if batch and (len(batch) == _MOST_EVENTS or size + length > _MOST_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(record)
        size += length
    if batch:
        yield batch
