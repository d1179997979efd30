"""Event history: the management events of an account and region, newest first."""

from __future__ import annotations

import json
import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import msgspec

from skylens.cloudtrail import history_token
from skylens.cloudtrail.errors import InvalidLookupAttributes, InvalidTimeRange
from skylens.cloudtrail.event import ATTRIBUTES
from skylens.cloudtrail.event_store import HISTORY_DAYS, TABLE, LookUp, look_up
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.cloudtrail.event_store import FoundEvent

_PAGE: Final = 50
_LONGEST_VALUE: Final = 2000
_COUNTED_TWICE: Final = frozenset("_ ,\n")
_OF_INSIGHTS: Final = ("EventId", "EventName", "EventSource")
_FOR_EVER: Final = 2**32 - 2


@operation("cloudtrail", "LookupEvents")
def lookup_events(call: Call, request: Input) -> Output:
    """Return the events of the caller's account and region, newest first: all, or those with one attribute.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_LookupEvents.html
    """
    question = _question(call, request)
    most = request.get("MaxResults") or _PAGE
    token = request.get("NextToken")
    before = history_token.decode(token, question) if token else None
    found = look_up(call.store, _look_up(call, request, before), most=most + 1)
    answer: dict[str, Any] = {"Events": [document_of(event) for event in found[:most]]}
    if len(found) > most:
        answer["NextToken"] = history_token.encode(found[most - 1], question)
    return answer


def _look_up(call: Call, request: Input, before: tuple[int, int, bytes] | None) -> LookUp:
    start, end = request.get("StartTime"), request.get("EndTime")
    if start and end and start > end:
        raise InvalidTimeRange("The start time must not be after the end time")
    kept = call.now - timedelta(days=call.store.own_days.get(TABLE, HISTORY_DAYS))
    is_insight = request.get("EventCategory") == "insight"
    return LookUp(
        account=call.caller.account,
        region=call.caller.region,
        category="Insight" if is_insight else "Management",
        start=math.ceil(_seconds(max(start, kept) if start else kept)),
        end=math.floor(_seconds(end)) if end else _FOR_EVER,
        keys=_keys(request.get("LookupAttributes") or (), is_insight=is_insight),
        before=before,
    )


def _keys(attributes: Any, *, is_insight: bool) -> tuple[str, ...]:
    """Return what the store finds the attribute by; AWS's API has a list for it, which may hold one."""
    if not attributes:
        return ()
    if len(attributes) > 1:
        raise InvalidLookupAttributes(f"You can look up events by one attribute at a time, not by {len(attributes)}")
    [attribute] = attributes
    name, value = attribute["AttributeKey"], attribute["AttributeValue"]
    if is_insight and name not in _OF_INSIGHTS:
        raise InvalidLookupAttributes(f"Insights events are looked up by {', '.join(_OF_INSIGHTS)}, not by {name}")
    if len(value) + sum(letter in _COUNTED_TWICE for letter in value) > _LONGEST_VALUE:
        raise InvalidLookupAttributes(
            f"The value of {name} is longer than {_LONGEST_VALUE} characters; _, space, comma and newline count twice"
        )
    return (f"{ATTRIBUTES[name]}={value}",)


def _question(call: Call, request: Input) -> str:
    """Return what a token is bound to: everything but the size of the page."""
    asked = {name: value for name, value in request.items() if name not in {"NextToken", "MaxResults"}}
    return json.dumps([call.caller.account, call.caller.region, asked], sort_keys=True, default=str)


def _seconds(moment: datetime) -> float:
    return min(max(moment.timestamp(), 0), _FOR_EVER)


def document_of(event: FoundEvent) -> dict[str, Any]:
    """Return an event as lists of events have it."""
    entry: dict[str, Any] = msgspec.json.decode(event.entry)
    entry.setdefault("Resources", [])
    return entry | {"EventId": event.id, "EventTime": event.event_time, "CloudTrailEvent": event.record}
