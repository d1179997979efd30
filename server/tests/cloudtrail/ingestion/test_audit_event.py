"""An application's event: what it may say, and what is made of it."""

import base64
import hashlib
import json
from datetime import UTC, datetime

import pytest
from cloudtrail.ingestion.audit_events_of_tests import event_data
from cloudtrail.trail_calls import ACCOUNT
from hypothesis import given
from hypothesis import strategies as st

from skylens.cloudtrail.ingestion.audit_event import AuditEventRefused, Receipt, read
from skylens.cloudtrail.ingestion.channels import Channel

CHANNEL = Channel("00000000-0000-0000-0000-00000000c001", ACCOUNT, "us-east-1", "shop", "Custom", ())
EVENT_ID = "00000000-0000-0000-0000-000000000001"
RECEIPT = Receipt(CHANNEL, EVENT_ID, datetime(2026, 7, 1, 12, 0, 0, 500_000, tzinfo=UTC))


def refused(text: str, checksum: str | None = None) -> tuple[str, str]:
    with pytest.raises(AuditEventRefused) as caught:
        read(text, checksum, RECEIPT)
    return caught.value.code, str(caught.value)


def test_an_event_is_wrapped_as_cloudtrail_wraps_it():
    text = event_data(errorCode="TooLate", sourceIPAddress="2001:db8::1", requestParameters={"order": "4711"})
    event = read(text, None, RECEIPT)
    assert (event.account, event.region, event.category) == (ACCOUNT, "us-east-1", "ActivityAuditLog")
    assert (event.source, event.name, event.error_code) == ("shop.example.com", "RefundOrder", "TooLate")
    assert event.time == datetime(2026, 7, 1, 11, 59, 58, tzinfo=UTC).timestamp()
    assert json.loads(event.record) == {
        "eventVersion": "1.0",
        "eventCategory": "ActivityAuditLog",
        "eventType": "ActivityLog",
        "eventID": EVENT_ID,
        "eventTime": "2026-07-01T11:59:58Z",
        "awsRegion": "us-east-1",
        "recipientAccountId": ACCOUNT,
        "metadata": {"ingestionTime": "2026-07-01T12:00:00Z", "channelARN": CHANNEL.arn},
        "eventData": json.loads(text),
    }


def test_what_was_sent_stands_in_the_record_as_it_was_sent():
    text = event_data(requestParameters={"cents": 12345678901234567890123, "rate": 1.10})
    assert f'"eventData":{text}' in read(text, None, RECEIPT).record


def test_a_checksum_is_the_digest_of_the_text_in_base64():
    text = event_data(eventName="Bücher")
    checksum = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert read(text, checksum, RECEIPT).name == "Bücher"
    assert refused(text + " ", checksum)[0] == "InvalidChecksum"
    assert refused(text, "")[0] == "InvalidChecksum"


@pytest.mark.parametrize(
    "field", ["version", "userIdentity", "eventSource", "eventName", "eventTime", "UID", "recipientAccountId"]
)
def test_what_an_event_must_say(field):
    expected = ("FieldNotFound", f"{field} is required")
    assert refused(event_data(**{field: None})) == expected
    assert refused(event_data().replace(f'"{field}": ', f'"{field}": null, "x": ')) == expected


@pytest.mark.parametrize("field", ["type", "principalId"])
def test_what_an_identity_must_say(field):
    identity = {"type": "User", "principalId": "erin"} | {field: ""}
    assert refused(event_data(userIdentity=identity)) == ("FieldNotFound", f"userIdentity.{field} is required")


@pytest.mark.parametrize(
    ("field", "most"),
    [
        *(("version", 256), ("errorCode", 256), ("errorMessage", 256)),
        *((name, 1024) for name in ("userAgent", "eventSource", "eventName", "UID")),
    ],
)
def test_texts_are_of_a_certain_length(field, most):
    assert read(event_data(**{field: "ü" * most}), None, RECEIPT)
    code, why = refused(event_data(**{field: "ü" * (most + 1)}))
    assert (code, why) == ("FieldTooLong", f"{field} has {most + 1} characters; it may have {most}")


@pytest.mark.parametrize(
    ("field", "most"), [("requestParameters", 102_400), ("responseElements", 102_400), ("additionalEventData", 28_672)]
)
def test_objects_are_of_a_certain_size_and_are_not_cut(field, most):
    fitting = {"k": "x" * (most - len('{"k": ""}'))}
    assert read(event_data(**{field: fitting}), None, RECEIPT)
    assert refused(event_data(**{field: fitting | {"k": fitting["k"] + "x"}}))[0] == "FieldTooLong"


@pytest.mark.parametrize(
    "fields",
    [
        {"eventTime": "2026-07-01 11:59:58"},
        {"eventTime": "2026-02-30T00:00:00Z"},
        {"eventTime": "1969-12-31T23:59:59Z"},
        {"eventTime": "2026-07-01T11:59:58+02:00"},
        {"eventTime": 1782907198},
        {"sourceIPAddress": "localhost"},
        {"requestParameters": [1]},
        {"userIdentity": "erin"},
        {"userIdentity": {"type": "User", "principalId": "erin", "arn": "arn:x"}},
        {"eventID": "mine"},
    ],
)
def test_what_an_event_cannot_say(fields):
    assert refused(event_data(**fields))[0] == "InvalidData"


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '"x"', "{} {}", "[" * 5_000, '{"version": ' + "[" * 5_000, "\ud800"]
)
def test_what_is_no_event(text):
    assert refused(text)[0] == "InvalidData"


def test_events_of_other_accounts_are_not_taken():
    assert refused(event_data(recipientAccountId="111111111111"))[0] == "InvalidRecipient"


@given(st.text())
def test_whatever_is_sent_is_refused_with_a_reason_or_taken(text):
    try:
        read(text, None, RECEIPT)
    except AuditEventRefused as refusal:
        assert 1 <= len(str(refusal)) <= 1024  # noqa: PT017  # what the model allows an errorMessage
