"""Audit events: what applications say was done in them."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skylens.cloudtrail import metrics
from skylens.cloudtrail.ingestion import channels, lake_events
from skylens.cloudtrail.ingestion.audit_event import AuditEventRefused, Receipt, read
from skylens.cloudtrail.ingestion.channels import Channel, Ingestion
from skylens.cloudtrail.ingestion.ingestion_errors import (
    DuplicatedEvent,
    InvalidTargetArn,
    TargetNotFound,
    TooMuchEventData,
)
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from skylens.cloudtrail.ingestion.lake_events import LakeEvent

_MOST_BYTES: Final = 1024 * 1024  # of a request


@dataclass(frozen=True, slots=True)
class _Sorted:
    """The events of a request: those to be stored, what the answer says of each, and how the last one fared."""

    channel: Channel
    events: list[LakeEvent]
    answer: dict[str, list[dict[str, str]]]
    last: Ingestion


@operation("cloudtrail-data", "PutAuditEvents")
async def put_audit_events(call: Call, request: Input) -> Output:
    """Store an application's events; each one that cannot be is named with the reason, the others are durable.

    https://docs.aws.amazon.com/awscloudtraildata/latest/APIReference/API_PutAuditEvents.html
    """
    found = await asyncio.to_thread(_sort, call, request)
    await call.store.append(lake_events.TABLE, lake_events.columns_of(found.events, found.channel.stores))
    await asyncio.to_thread(_note, call, found)
    return found.answer


def _sort(call: Call, request: Input) -> _Sorted:
    entries = request["auditEvents"]
    channel = _channel(call, request["channelArn"])
    _refuse_request(entries)
    events: list[LakeEvent] = []
    successful: list[dict[str, str]] = []
    failed: list[dict[str, str]] = []
    for entry in entries:
        receipt = Receipt(channel, call.ids.uuid(), call.now)
        try:
            events.append(read(entry["eventData"], entry.get("eventDataChecksum"), receipt))
        except AuditEventRefused as refused:
            failed.append({"id": entry["id"], "errorCode": refused.code, "errorMessage": str(refused)})
        else:
            successful.append({"id": entry["id"], "eventID": receipt.event_id})
    error = failed[-1]["errorCode"] if failed and failed[-1]["id"] == entries[-1]["id"] else ""
    newest = events[-1].id if events else ""
    last = Ingestion(call.now if events else None, newest, error, call.now, receipt.event_id)
    return _Sorted(channel, events, {"successful": successful, "failed": failed}, last)


def _channel(call: Call, arn: str) -> Channel:
    if not channels.is_arn(arn):
        raise InvalidTargetArn(arn)
    with call.control.read() as connection:
        channel = channels.by_arn(connection, arn)
    if channel is None or channel.region != call.caller.region:
        raise TargetNotFound(arn)
    return channel


def _refuse_request(entries: list[Input]) -> None:
    seen: set[str] = set()
    for entry in entries:
        if entry["id"] in seen:
            raise DuplicatedEvent(entry["id"])
        seen.add(entry["id"])
    size = sum(len(entry["eventData"].encode(errors="surrogatepass")) for entry in entries)
    if size > _MOST_BYTES:
        raise TooMuchEventData(f"The eventData of a request has {size} bytes; it may have {_MOST_BYTES}")


def _note(call: Call, found: _Sorted) -> None:
    metrics.AUDIT_EVENTS.labels("taken").inc(len(found.events))
    for entry in found.answer["failed"]:
        metrics.AUDIT_EVENTS.labels(entry["errorCode"]).inc()
    with call.control.begin(durable=False) as connection:  # the events are; this says how the last ones fared
        channels.note_ingestion(connection, found.channel, found.last)
