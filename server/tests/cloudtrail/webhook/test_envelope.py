"""Envelopes: what EventBridge would deliver, the record in it byte for byte."""

import json
from dataclasses import replace

import pytest
from cloudtrail.events_of_tests import NOON, an_event_id
from hypothesis import given, settings
from hypothesis import strategies as st

from skylens.cloudtrail.event_store import Position, StoredEvent
from skylens.cloudtrail.webhook.envelope import envelope

RECORD = '{"eventVersion":"1.11","eventSource":"xray.amazonaws.com","eventName":"CreateGroup","eventType":"AwsApiCall"}'
EVENT = StoredEvent(
    account="111122223333",
    region="eu-west-1",
    category="Management",
    time=int(NOON.timestamp()),
    position=Position(5, bytes(15) + b"\7"),
    source="xray.amazonaws.com",
    name="CreateGroup",
    read_only=False,
    record=RECORD,
)


def test_an_api_call_has_aws_form():
    assert envelope(EVENT).decode() == (
        f'{{"version":"0","id":"{an_event_id(7)}","detail-type":"AWS API Call via CloudTrail","source":"aws.xray",'
        f'"account":"111122223333","time":"2026-07-01T12:00:00Z","region":"eu-west-1","resources":[],"detail":{RECORD}}}'
    )


@pytest.mark.parametrize(
    ("kind", "event_source", "detail_type", "source"),
    [
        ("AwsApiCall", "monitoring.amazonaws.com", "AWS API Call via CloudTrail", "aws.monitoring"),
        ("AwsConsoleSignIn", "signin.amazonaws.com", "AWS Console Sign In via CloudTrail", "aws.signin"),
        ("AwsServiceEvent", "kms.amazonaws.com", "AWS Service Event via CloudTrail", "aws.kms"),
        ("AwsCloudTrailInsight", "xray.amazonaws.com", "AWS Insight via CloudTrail", "aws.cloudtrail"),
    ],
)
def test_each_kind_of_record_has_its_detail_type_and_source(kind, event_source, detail_type, source):
    made = json.loads(envelope(replace(EVENT, source=event_source, record=json.dumps({"eventType": kind}))))
    assert (made["detail-type"], made["source"]) == (detail_type, source)


@settings(max_examples=50)
@given(
    st.dictionaries(st.text(), st.recursive(st.none() | st.booleans() | st.integers() | st.text(), st.lists)),
    st.booleans(),
)
def test_a_record_stays_as_it_was_written(record, is_ascii):
    text = json.dumps(record | {"eventType": "AwsApiCall"}, ensure_ascii=is_ascii, indent=1)
    made = envelope(replace(EVENT, record=text))
    assert made.endswith(b',"detail":' + text.encode() + b"}")
    assert json.loads(made)["detail"] == json.loads(text)
