"""Insights events: what was unusual, in the records that trails and event data stores have of it.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-trails.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-insights-fields-lake.html
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final, TypeAlias
from uuid import UUID, uuid5

import msgspec

from skylens.caller import AccountId, Region
from skylens.cloudtrail.event import Event, Resource
from skylens.cloudtrail.record import event_time

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.cloudtrail.insights.calls import Rate
    from skylens.cloudtrail.insights.source import Source
    from skylens.cloudtrail.insights.watch import Change

# Of each attribute the most frequent values, with their number: in the baseline, and while it was unusual.
Attributions: TypeAlias = "Mapping[str, tuple[list[tuple[str, int]], list[tuple[str, int]]]]"

EVENT_VERSION: Final = "1.09"  # AWS numbers the records of Insights by themselves
_TYPE: Final = "AwsCloudTrailInsight"
_DIGITS: Final = 10  # as AWS's averages have
_IDS: Final = UUID("5d4bd6d4-2b0c-5a53-9c1c-3f0a3f3dd0b5")
_TRAIL: Final = "AWS::CloudTrail::Trail"


def event_id(source: Source, rate: Rate, change: Change) -> str:
    """Return the id of the event of a change: the same whenever it is found again."""
    return str(uuid5(UUID(shared_id(source, rate, change)), change.state))


def shared_id(source: Source, rate: Rate, change: Change) -> str:
    """Return the id that the two events of a start and its end have in common."""
    facts = [source.id, source.account, *rate, change.start]
    return str(uuid5(_IDS, msgspec.json.encode(facts).decode()))


def insight_event(source: Source, rate: Rate, change: Change, attributions: Attributions, began: int) -> Event:
    """Return the event of a change. ``began`` is the first minute of the baseline."""
    minute = change.start if change.state == "Start" else change.end
    time = datetime.fromtimestamp(minute * 60, UTC)
    common = {
        "eventVersion": EVENT_VERSION,
        "eventTime": event_time(time),
        "awsRegion": rate.region,
        "eventID": event_id(source, rate, change),
        "eventType": _TYPE,
        "recipientAccountId": source.account,
        "sharedEventID": shared_id(source, rate, change),
    }
    details = _of_store if source.destination else _of_trail
    record = {
        **common,
        **details(source, rate, change, _shown(attributions, change, began)),
        "eventCategory": "Insight",
    }
    return Event(
        account=AccountId(source.account),
        region=Region(rate.region),
        category=source.stored_as,
        time=time,
        id=common["eventID"],
        source=rate.event_source,
        name=rate.event_name,
        read_only=rate.read_only,
        record=msgspec.json.encode(record).decode(),
        error_code=rate.error_code,
        resources=(Resource(_TRAIL, source.arn),) if source.category == "Data" else (),
    )


def _of_trail(source: Source, rate: Rate, change: Change, shown: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "insightDetails": {
            "state": change.state,
            "eventSource": rate.event_source,
            "eventName": rate.event_name,
            "insightType": rate.type,
            **({"errorCode": rate.error_code} if rate.error_code else {}),
            "sourceEventCategory": source.category,
            "insightContext": {
                "statistics": {
                    "baseline": {"average": shown["baselineAverage"]},
                    "insight": {"average": shown["insightAverage"]},
                    "insightDuration": shown["insightDuration"],
                    "baselineDuration": shown["baselineDuration"],
                },
                "attributions": shown["attributions"],
            },
            **({"insightSource": source.arn} if source.arn else {}),
        }
    }


def _of_store(source: Source, rate: Rate, change: Change, shown: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "insightSource": source.arn,
        "insightState": change.state,
        "insightEventSource": rate.event_source,
        "insightEventName": rate.event_name,
        **({"insightErrorCode": rate.error_code} if rate.error_code else {}),
        "insightType": rate.type,
        "insightContext": shown,
    }


def _shown(attributions: Attributions, change: Change, began: int) -> dict[str, Any]:
    minutes, minutes_before = change.end - change.start, change.start - began
    return {
        "baselineAverage": round(change.usual.average, _DIGITS),
        "insightAverage": round(change.average, _DIGITS),
        "baselineDuration": minutes_before,
        "insightDuration": minutes,
        "attributions": [
            {
                "attribute": attribute,
                "insight": [{"value": value, "average": round(calls / minutes, _DIGITS)} for value, calls in unusual],
                "baseline": [
                    {"value": value, "average": round(calls / minutes_before, _DIGITS)} for value, calls in usual
                ],
            }
            for attribute, (usual, unusual) in attributions.items()
        ],
    }
