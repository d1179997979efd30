"""Facts: what selectors may look at in an event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


class Subject(NamedTuple):
    """A resource as the event's record names it; what has no ARN (a trace) has the empty one."""

    type: str
    arn: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One event, as far as selectors are about it. What the record does not have is empty."""

    category: str  # "Management", "Data", "NetworkActivity", …
    source: str
    name: str
    read_only: bool
    event_type: str = "AwsApiCall"
    subjects: tuple[Subject, ...] = ()
    error_code: str = ""
    user_arn: str = ""
    vpc_endpoint_id: str = ""
    is_from_console: bool = False


def text(value: bool) -> str:  # noqa: FBT001  # the value itself
    """Return a boolean as selectors spell it.

    >>> text(True)
    'true'
    """
    return "true" if value else "false"


def _given(value: str) -> tuple[str, ...]:
    return (value,) if value else ()


# Every field that a selector may name, and the values it has in an event. Of ``resources`` there may be several.
FIELDS: Final[Mapping[str, Callable[[Facts], tuple[str, ...]]]] = {
    "eventCategory": lambda facts: (facts.category,),
    "eventSource": lambda facts: (facts.source,),
    "eventName": lambda facts: (facts.name,),
    "eventType": lambda facts: (facts.event_type,),
    "readOnly": lambda facts: (text(facts.read_only),),
    "resources.type": lambda facts: tuple(subject.type for subject in facts.subjects),
    "resources.ARN": lambda facts: tuple(subject.arn for subject in facts.subjects if subject.arn),
    "errorCode": lambda facts: _given(facts.error_code),
    "userIdentity.arn": lambda facts: _given(facts.user_arn),
    "vpcEndpointId": lambda facts: _given(facts.vpc_endpoint_id),
    "sessionCredentialFromConsole": lambda facts: (text(facts.is_from_console),),
}
