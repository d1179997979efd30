"""Event selectors of trails: set and read them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from skylens.cloudtrail import trails
from skylens.cloudtrail.selector.invalid import InvalidSelectors
from skylens.cloudtrail.selector.selectors import parse_advanced, parse_basic
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from skylens.cloudtrail.selector.selectors import Selectors


@operation("cloudtrail", "PutEventSelectors")
def put_event_selectors(call: Call, request: Input) -> Output:
    """Replace a trail's selectors by basic or by advanced ones.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_PutEventSelectors.html
    """
    chosen = _chosen(request)
    with call.control.begin() as connection:
        trail = trails.find_at_home(connection, call.caller, request["TrailName"])
        trails.update(connection, trail, replace(trail, selectors=chosen))
    advanced = [selector.to_document() for selector in chosen.advanced]
    return {"TrailARN": trail.arn, **_basic(chosen), "AdvancedEventSelectors": advanced or None}


@operation("cloudtrail", "GetEventSelectors")
def get_event_selectors(call: Call, request: Input) -> Output:
    """Return a trail's selectors; the fields of advanced ones by name.

    https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_GetEventSelectors.html
    """
    with call.control.read() as connection:
        trail = trails.find(connection, call.caller, request["TrailName"])
    advanced = [selector.sorted().to_document() for selector in trail.selectors.advanced]
    return {"TrailARN": trail.arn, **_basic(trail.selectors), "AdvancedEventSelectors": advanced or None}


def _chosen(request: Input) -> Selectors:
    basic, advanced = request.get("EventSelectors"), request.get("AdvancedEventSelectors")
    if bool(basic) == bool(advanced):
        raise InvalidSelectors(
            "Give EventSelectors or AdvancedEventSelectors, one of the two, with at least one selector"
        )
    return parse_advanced(advanced) if advanced else parse_basic(basic or ())


def _basic(selectors: Selectors) -> Output:
    documents = [selector.to_document() for selector in selectors.basic]
    return {"EventSelectors": documents or None}
