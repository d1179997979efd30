"""Audit events for tests, and an account that sends them."""

import asyncio
import json
from typing import Any

from cloudtrail.trail_calls import ACCOUNT, Account

from skylens.registry import HANDLERS, error_code
from skylens.wire.models import load
from skylens.wire.validate import check

AUDIT_SELECTORS = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["ActivityAuditLog"]}]}]


def event_data(**fields: Any) -> str:
    """What an application says; ``None`` leaves a field out."""
    whole = {
        "version": "1",
        "userIdentity": {"type": "User", "principalId": "erin@example.com", "details": {"team": "shop"}},
        "eventSource": "shop.example.com",
        "eventName": "RefundOrder",
        "eventTime": "2026-07-01T11:59:58Z",
        "UID": "refund-1",
        "recipientAccountId": ACCOUNT,
        **fields,
    }
    return json.dumps({name: value for name, value in whole.items() if value is not None})


class Sender:
    """Sends events to channels as one account does."""

    def __init__(self, account: Account) -> None:
        self.account = account

    def __call__(self, channel: str, *entries: dict[str, Any], **more: Any) -> dict[str, Any]:
        request = {"channelArn": channel, "auditEvents": list(entries), **more}
        check(load("cloudtrail-data").operations["PutAuditEvents"], request)
        call = self.account.make_call("cloudtrail-data", "PutAuditEvents", **self.account.where)
        awaited: Any = HANDLERS["cloudtrail-data", "PutAuditEvents"].function(call, request)
        answer: dict[str, Any] = asyncio.run(awaited)
        return answer

    def refusal(self, channel: str, *entries: dict[str, Any]) -> str:
        """Return the code of the error that a request ends with."""
        try:
            answer = self(channel, *entries)
        except Exception as error:
            code = error_code(error)
            if code is None:
                raise
            return code
        raise AssertionError(f"PutAuditEvents answered {answer}")


def audit_store(account: Account, name: str = "shop") -> str:
    """Create an event data store for audit events and return its ARN."""
    settings = {"TerminationProtectionEnabled": False, "AdvancedEventSelectors": AUDIT_SELECTORS}
    arn: str = account("CreateEventDataStore", Name=name, **settings)["EventDataStoreArn"]
    return arn


def a_channel(account: Account, *stores: str, name: str = "shop", **more: Any) -> str:
    """Create a channel and return its ARN."""
    destinations = [{"Type": "EVENT_DATA_STORE", "Location": store} for store in stores]
    arn: str = account("CreateChannel", Name=name, Source="Custom", Destinations=destinations, **more)["ChannelArn"]
    return arn
