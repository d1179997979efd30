"""Events that are no API calls: what a service does by itself, and signing in to the console.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/non-api-aws-service-events.html
https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-aws-console-sign-in-events.html
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal

import msgspec

from skylens.cloudtrail.event import Event, Resource
from skylens.cloudtrail.record import EVENT_VERSION, LONGEST_TEXT, MOST_BYTES, event_time, tls_details
from skylens.cloudtrail.resources import arn_account, arn_type
from skylens.cloudtrail.user_identity import HIDDEN, user_identity, username

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from skylens.caller import AccountId, Caller, Region
    from skylens.tls import Tls

SIGN_IN_SOURCE: Final = "signin.amazonaws.com"
_BY_AWS: Final = "AWS Internal"


@dataclass(frozen=True, slots=True)
class Origin:
    """Whose event it is, where and when it happened, and under which id it is on record."""

    account: AccountId
    region: Region
    time: datetime
    id: str


@dataclass(frozen=True, slots=True)
class Visit:
    """Where somebody signs in from, and to what."""

    source_ip: str
    user_agent: str
    login_to: str
    host: str = ""
    tls: Tls | None = None
    used_mfa: bool = False


def service_event(
    origin: Origin, source: str, name: str, details: Mapping[str, Any], arns: Sequence[str] = ()
) -> Event:
    """Return the event of what a service (``kms.amazonaws.com``) did by itself: ``RotateKey``, ``DeleteKey``."""
    record = {
        "eventVersion": EVENT_VERSION,
        "userIdentity": {"accountId": origin.account, "invokedBy": _BY_AWS},
        "eventTime": event_time(origin.time),
        "eventSource": source,
        "eventName": name,
        "awsRegion": origin.region,
        "sourceIPAddress": _BY_AWS,
        "userAgent": _BY_AWS,
        "requestParameters": None,
        "responseElements": None,
        "eventID": origin.id,
        "readOnly": False,
        **({"resources": [_resource(arn) for arn in arns]} if arns else {}),
        "eventType": "AwsServiceEvent",
        "managementEvent": True,
        "recipientAccountId": origin.account,
        "serviceEventDetails": _bounded(details),
        "eventCategory": "Management",
    }
    resources = tuple(Resource(arn_type(arn), arn) for arn in arns)
    return _event(origin, record, resources=resources)


def sign_in(
    origin: Origin, visit: Visit, caller: Caller | None, failure: Literal["", "password", "user"] = ""
) -> Event:
    """Return the ConsoleLogin event of somebody who signed in, or failed to.

    ``caller`` is None where the name is nobody's: it is not written down, since people type passwords there.
    """
    identity = (
        user_identity(caller)
        if caller is not None
        else {"type": "IAMUser", "accountId": origin.account, "accessKeyId": "", "userName": HIDDEN}
    )
    messages = {"password": "Failed authentication", "user": "No username found in supplied account"}
    record = {
        "eventVersion": EVENT_VERSION,
        "userIdentity": identity,
        "eventTime": event_time(origin.time),
        "eventSource": SIGN_IN_SOURCE,
        "eventName": "ConsoleLogin",
        "awsRegion": origin.region,
        "sourceIPAddress": visit.source_ip,
        "userAgent": visit.user_agent[:LONGEST_TEXT],
        **({"errorMessage": messages[failure]} if failure else {}),
        "requestParameters": None,
        "responseElements": {"ConsoleLogin": "Failure" if failure else "Success"},
        "additionalEventData": {
            "LoginTo": visit.login_to[:LONGEST_TEXT],
            "MobileVersion": "No",
            "MFAUsed": "Yes" if visit.used_mfa else "No",
        },
        "eventID": origin.id,
        "readOnly": False,
        "eventType": "AwsConsoleSignIn",
        "managementEvent": True,
        "recipientAccountId": origin.account,
        "eventCategory": "Management",
        **({"tlsDetails": tls_details(visit.tls, visit.host)} if visit.tls else {}),
    }
    if caller is None:
        return _event(origin, record, username=HIDDEN)
    return replace(_event(origin, record, username=username(caller)), access_key_id=caller.access_key_id)


def _event(
    origin: Origin, record: Mapping[str, Any], *, username: str = "", resources: tuple[Resource, ...] = ()
) -> Event:
    return Event(
        account=origin.account,
        region=origin.region,
        category="Management",
        time=origin.time,
        id=origin.id,
        source=record["eventSource"],
        name=record["eventName"],
        read_only=False,
        record=msgspec.json.encode(record).decode(),
        username=username,
        resources=resources,
    )


def _resource(arn: str) -> dict[str, str]:
    return {"accountId": arn_account(arn), "type": arn_type(arn), "ARN": arn}


def _bounded(details: Mapping[str, Any]) -> Mapping[str, Any]:
    return details if len(msgspec.json.encode(details)) <= MOST_BYTES else {"omitted": True}
