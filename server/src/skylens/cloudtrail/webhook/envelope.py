"""Envelope: a record as EventBridge hands it to the targets of a rule.

https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-service-event-cloudtrail.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from skylens.cloudtrail.event_store import StoredEvent

DETAIL_TYPES: Final = {
    "AwsApiCall": "AWS API Call via CloudTrail",
    "AwsConsoleSignIn": "AWS Console Sign In via CloudTrail",
    "AwsServiceEvent": "AWS Service Event via CloudTrail",
    "AwsCloudTrailInsight": "AWS Insight via CloudTrail",
}
_INSIGHT: Final = "AwsCloudTrailInsight"


class _Record(msgspec.Struct, rename="camel"):
    event_type: str


class _Envelope(msgspec.Struct, rename={"detail_type": "detail-type"}):
    version: str
    id: str
    detail_type: str
    source: str
    account: str
    time: str
    region: str
    resources: list[str]
    detail: msgspec.Raw


_TYPE: Final = msgspec.json.Decoder(_Record).decode


def envelope(event: StoredEvent) -> bytes:
    """Return the JSON of what EventBridge would deliver, the record in it byte for byte as it is kept.

    Its id is the record's, so that it is the same whenever it is sent again. Events of CloudTrail name no resources there.
    """
    kind = _TYPE(event.record).event_type
    made = _Envelope(
        version="0",
        id=event.id,
        detail_type=DETAIL_TYPES[kind],
        source="aws.cloudtrail" if kind == _INSIGHT else source_of(event.source),
        account=event.account,
        time=datetime.fromtimestamp(event.time, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        region=event.region,
        resources=[],
        detail=msgspec.Raw(event.record.encode()),
    )
    return msgspec.json.encode(made)


def source_of(event_source: str) -> str:
    """Return what EventBridge calls a service that CloudTrail calls by its host.

    >>> source_of("xray.amazonaws.com")
    'aws.xray'
    """
    return f"aws.{event_source.partition('.')[0]}"
