"""Audit events: what an application may say of what was done in it, and the record that is made of it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-integration-event-schema.html
"""

from __future__ import annotations

import base64
import hashlib
import ipaddress
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, Literal, NamedTuple, TypeAlias

import msgspec

from skylens.cloudtrail.ingestion.lake_events import LakeEvent
from skylens.cloudtrail.lake.event_data_stores import AUDIT_CATEGORY
from skylens.cloudtrail.record import event_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.cloudtrail.ingestion.channels import Channel

Code: TypeAlias = Literal["FieldTooLong", "FieldNotFound", "InvalidChecksum", "InvalidData", "InvalidRecipient"]

_KB: Final = 1024
_TIME: Final = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ?")
_LAST: Final = datetime(2106, 1, 1, tzinfo=UTC)  # behind which the store has no times
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)


class _Field(NamedTuple):
    """A field: how long it may be (characters of a text, bytes of an object), what it is, whether it must be there."""

    most: int = 1024
    is_object: bool = False
    is_required: bool = False


_IDENTITY: Final = {
    "type": _Field(128, is_required=True),
    "principalId": _Field(is_required=True),
    "details": _Field(1024 * _KB, is_object=True),
}
_FIELDS: Final = {
    "version": _Field(256, is_required=True),
    "userIdentity": _Field(1024 * _KB, is_object=True, is_required=True),
    "userAgent": _Field(),
    "eventSource": _Field(is_required=True),
    "eventName": _Field(is_required=True),
    "eventTime": _Field(is_required=True),
    "UID": _Field(is_required=True),
    "requestParameters": _Field(100 * _KB, is_object=True),
    "responseElements": _Field(100 * _KB, is_object=True),
    "errorCode": _Field(256),
    "errorMessage": _Field(256),
    "sourceIPAddress": _Field(),
    "recipientAccountId": _Field(is_required=True),
    "additionalEventData": _Field(28 * _KB, is_object=True),
}
_OBJECT: Final = msgspec.json.Decoder(dict[str, msgspec.Raw]).decode
_STRING: Final = msgspec.json.Decoder(str).decode


class AuditEventRefused(ValueError):
    """An audit event that cannot be taken; the others of its request can."""

    def __init__(self, code: Code, why: str) -> None:
        self.code = code
        super().__init__(why)


@dataclass(frozen=True, slots=True)
class Receipt:
    """What an event is given on its way in."""

    channel: Channel
    event_id: str
    now: datetime


def read(event_data: str, checksum: str | None, receipt: Receipt) -> LakeEvent:
    """Return an application's event as it is stored, or raise AuditEventRefused."""
    text = _encoded(event_data)
    if checksum is not None and checksum != checksum_of(text):
        raise AuditEventRefused("InvalidChecksum", "The checksum is not the SHA-256 digest of eventData in base64")
    data = _texts(_members(text, "eventData"), _FIELDS, "")
    _texts(_members(data["userIdentity"].encode(), "userIdentity"), _IDENTITY, "userIdentity.")
    time = _time(data["eventTime"])
    _check_address(data.get("sourceIPAddress", ""))
    if data["recipientAccountId"] != receipt.channel.account:
        raise AuditEventRefused("InvalidRecipient", "recipientAccountId must be the account that owns the channel")
    return LakeEvent(
        account=receipt.channel.account,
        region=receipt.channel.region,
        category=AUDIT_CATEGORY,
        time=int(time.timestamp()),
        id=receipt.event_id,
        source=data["eventSource"],
        name=data["eventName"],
        record=_record(text, time, receipt),
        error_code=data.get("errorCode", ""),
    )


def checksum_of(text: bytes) -> str:
    """Return what eventDataChecksum has to be.

    >>> checksum_of(b"{}")
    'RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o='
    """
    return base64.b64encode(hashlib.sha256(text).digest()).decode()


def _encoded(event_data: str) -> bytes:
    try:
        return event_data.encode()
    except UnicodeEncodeError as error:
        raise AuditEventRefused("InvalidData", "eventData is not well-formed Unicode") from error


def _members(text: bytes, what: str) -> Mapping[str, msgspec.Raw]:
    """Return an object's members as they are written: no number is too large for them, no nesting too deep."""
    try:
        return _OBJECT(text)
    except msgspec.ValidationError as error:
        raise AuditEventRefused("InvalidData", f"{what} must be an object") from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise AuditEventRefused("InvalidData", f"{what} is no JSON: {error}") from error


def _texts(members: Mapping[str, msgspec.Raw], fields: Mapping[str, _Field], where: str) -> dict[str, str]:
    """Return what the fields say, objects as JSON; those that say nothing are left out."""
    found: dict[str, str] = {}
    for name, field in fields.items():
        text = _text(members[name], field, where + name) if name in members else ""
        if text:
            found[name] = text
        elif field.is_required:
            raise AuditEventRefused("FieldNotFound", f"{where}{name} is required")
    if unknown := sorted(members.keys() - fields.keys()):
        raise AuditEventRefused("InvalidData", f"There is no field {where}{unknown[0][:256]}")
    return found


def _text(raw: msgspec.Raw, field: _Field, name: str) -> str:
    written = bytes(raw)
    if written == b"null":
        return ""
    if field.is_object:
        if not written.startswith(b"{"):
            raise AuditEventRefused("InvalidData", f"{name} must be an object")
        _refuse_long(len(written), field, f"{name} has {{}} bytes")
        return written.decode()
    try:
        text = _STRING(written)
    except msgspec.DecodeError as error:
        raise AuditEventRefused("InvalidData", f"{name} must be a string") from error
    _refuse_long(len(text), field, f"{name} has {{}} characters")
    return text


def _refuse_long(length: int, field: _Field, sentence: str) -> None:
    if length > field.most:
        raise AuditEventRefused("FieldTooLong", f"{sentence.format(length)}; it may have {field.most}")


def _time(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text).replace(tzinfo=UTC) if _TIME.fullmatch(text) else None
    except ValueError:
        moment = None
    if moment is None:
        raise AuditEventRefused("InvalidData", f"eventTime must be a time as yyyy-MM-ddTHH:mm:ssZ, not {text[:64]!r}")
    if not _FIRST <= moment < _LAST:
        raise AuditEventRefused("InvalidData", f"eventTime must lie between {_FIRST.year} and {_LAST.year}")
    return moment


def _check_address(text: str) -> None:
    try:
        if text:
            ipaddress.ip_address(text)
    except ValueError:
        why = f"sourceIPAddress must be an IPv4 or IPv6 address, not {text!r}"
        raise AuditEventRefused("InvalidData", why[:1024]) from None


def _record(text: bytes, time: datetime, receipt: Receipt) -> str:
    """Return the record; what the application sent stands in it as it was sent."""
    record = {
        "eventVersion": "1.0",
        "eventCategory": AUDIT_CATEGORY,
        "eventType": "ActivityLog",
        "eventID": receipt.event_id,
        "eventTime": event_time(time),
        "awsRegion": receipt.channel.region,
        "recipientAccountId": receipt.channel.account,
        "metadata": {"ingestionTime": event_time(receipt.now), "channelARN": receipt.channel.arn},
        "eventData": msgspec.Raw(text),
    }
    return msgspec.json.encode(record).decode()
