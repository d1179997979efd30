"""Wanted: which of the events on record a trail delivers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import msgspec

from skylens.cloudtrail.selector.facts import Facts, Subject
from skylens.cloudtrail.trails import GLOBAL_REGION

if TYPE_CHECKING:
    from skylens.cloudtrail.event_store import StoredEvent
    from skylens.cloudtrail.trails import Trail

# Services that have no region of their own; their records stand in us-east-1.
GLOBAL_SOURCES: Final = frozenset(
    {
        "cloudfront.amazonaws.com",
        "iam.amazonaws.com",
        "organizations.amazonaws.com",
        "route53.amazonaws.com",
        "signin.amazonaws.com",
    }
)
_INSIGHTS: Final = frozenset({"Insight", "DataInsight"})
_DELIVERER: Final = "cloudtrail.amazonaws.com"
# What delivery itself calls. A trail that delivered these would never be done; event history has those that are events.
_OWN_CALLS: Final = frozenset(
    {
        ("sns.amazonaws.com", "Publish"),
        ("logs.amazonaws.com", "PutLogEvents"),
        ("logs.amazonaws.com", "CreateLogStream"),
        (
            "kms.amazonaws.com",
            "GenerateDataKey",
        ),  # for each file: AWS's trails deliver these, and need the next file for it
    }
)
_RECURSIVE_CALLS: Final = frozenset({("s3.amazonaws.com", "PutObject"), ("logs.amazonaws.com", "PutLogEvents")})


class _Identity(msgspec.Struct):
    arn: str = ""
    invokedBy: str = ""  # noqa: N815  # the record's name


class _Resource(msgspec.Struct):
    type: str = ""
    ARN: str = ""


class _InsightDetails(msgspec.Struct):
    insightType: str = ""  # noqa: N815
    sourceEventCategory: str = "Management"  # noqa: N815
    insightSource: str = ""  # noqa: N815  # the trail whose data events it is on


class _Record(msgspec.Struct):
    """What selectors ask of a record and the store has no column for."""

    userIdentity: _Identity | None = None  # noqa: N815
    eventType: str = ""  # noqa: N815
    errorCode: str = ""  # noqa: N815
    resources: list[_Resource] = []
    vpcEndpointId: str = ""  # noqa: N815
    sessionCredentialFromConsole: str = ""  # noqa: N815
    insightDetails: _InsightDetails | None = None  # noqa: N815


_DECODE: Final = msgspec.json.Decoder(_Record).decode


@dataclass(frozen=True, slots=True)
class Wanted:
    """One trail's choice."""

    trail: Trail

    @property
    def regions(self) -> frozenset[str]:
        """The regions whose events are to be looked at; none named are all."""
        if self.trail.is_multi_region:
            return frozenset()
        return frozenset({self.trail.region, *([GLOBAL_REGION] if self.trail.has_global_events else [])})

    def wants(self, event: StoredEvent) -> bool:
        """Say whether the trail delivers the event."""
        if not self._is_of_its_regions(event):
            return False
        record = _DECODE(event.record)
        if self._is_delivery_itself(event, record):
            return False
        if event.category in _INSIGHTS:
            return self._wants_insight(event, record)
        return self.trail.selectors.wants(facts_of(event, record))

    def _is_of_its_regions(self, event: StoredEvent) -> bool:
        if event.region == GLOBAL_REGION and event.source in GLOBAL_SOURCES:
            return self.trail.has_global_events
        return self.trail.is_in(event.region)

    def _is_delivery_itself(self, event: StoredEvent, record: _Record) -> bool:
        call, identity = (event.source, event.name), record.userIdentity
        if identity is None or identity.invokedBy != _DELIVERER:
            return False
        return call in _OWN_CALLS or (not self.trail.is_recursive and call in _RECURSIVE_CALLS)

    def _wants_insight(self, event: StoredEvent, record: _Record) -> bool:
        """Say whether the trail wants such Insights, and the events that they are on."""
        details = record.insightDetails
        if details is None or details.insightSource not in {"", self.trail.arn}:
            return False
        category = details.sourceEventCategory
        if not any(s.type == details.insightType and category in s.categories for s in self.trail.insights):
            return False
        on_own_data = category == "Data"  # which were chosen when they were counted
        return on_own_data or self.trail.selectors.wants(Facts(category, event.source, event.name, event.read_only))


def facts_of(event: StoredEvent, record: _Record) -> Facts:
    """Return an event as selectors look at it."""
    return Facts(
        category=event.category,
        source=event.source,
        name=event.name,
        read_only=event.read_only,
        event_type=record.eventType,
        subjects=tuple(Subject(resource.type, resource.ARN) for resource in record.resources),
        error_code=record.errorCode,
        user_arn=record.userIdentity.arn if record.userIdentity else "",
        vpc_endpoint_id=record.vpcEndpointId,
        is_from_console=record.sessionCredentialFromConsole == "true",
    )


def decode(record: str) -> _Record:
    """Return what selectors ask of a record."""
    return _DECODE(record)
