"""Stored events: the condition in SQL is true of the events that the selectors want, and of no others."""

import json

from cloudtrail.events_of_tests import an_event, store_events
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skylens.cloudtrail.event_store import START, read_since
from skylens.cloudtrail.lake.stored_events import wanted_by
from skylens.cloudtrail.selector.selectors import parse_advanced
from skylens.cloudtrail.wanted import decode, facts_of
from skylens.sql import Sql

NAMES = ("GetGroup", "PutGroup", "PutTraceSegments")
SOURCES = ("xray.amazonaws.com", "kms.amazonaws.com")
ARNS = ("arn:aws:iam::000000000000:user/erin", "arn:aws:s3:::shop/a")
TYPES = ("AWS::XRay::Trace", "AWS::S3::Object")


def some_events():
    numbers = iter(range(1, 10_000))
    for category in ("Management", "Data", "ActivityAuditLog"):
        for name in NAMES:
            for number, arn in enumerate(("", *ARNS)):
                resources = [
                    {"type": TYPES[number % 2], **({"ARN": arn} if arn else {})},
                    {"type": TYPES[0], "ARN": "arn:x"},
                ]
                record = {"eventType": "AwsApiCall", "resources": resources[: number + 1]}
                if arn:
                    record["userIdentity"] = {"arn": arn}
                if number == 2:
                    record["sessionCredentialFromConsole"] = "true"
                yield an_event(
                    next(numbers),
                    name=name,
                    category=category,
                    source=SOURCES[number % 2],
                    read_only=number > 0,
                    record=json.dumps(record),
                )


def operators(values):
    return st.dictionaries(
        st.sampled_from(["Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith"]),
        st.lists(st.sampled_from(values), min_size=1, max_size=2),
        min_size=1,
        max_size=3,
    )


FIELDS = {
    "eventName": operators([*NAMES, "Put", "Group", "Get"]),
    "eventSource": operators([*SOURCES, "kms", ".com"]),
    "eventType": operators(["AwsApiCall", "Aws", "AwsServiceEvent"]),
    "userIdentity.arn": operators([*ARNS, "arn:aws:iam", "erin"]),
    "readOnly": st.sampled_from([{"Equals": ["true"]}, {"Equals": ["false"]}]),
    "sessionCredentialFromConsole": st.sampled_from([{"Equals": ["true"]}, {"NotEquals": ["true"]}]),
}


@st.composite
def selectors(draw):
    chosen = []
    for _ in range(draw(st.integers(1, 2))):
        is_data = draw(st.booleans())
        fields = [{"Field": "eventCategory", "Equals": ["Data" if is_data else "Management"]}]
        names = draw(st.sets(st.sampled_from(sorted(FIELDS)), max_size=3))
        fields += [{"Field": name, **draw(FIELDS[name])} for name in sorted(names)]
        if is_data:
            fields.append({"Field": "resources.type", "Equals": [draw(st.sampled_from(TYPES))]})
            if draw(st.booleans()):
                fields.append({"Field": "resources.ARN", **draw(operators([*ARNS, "arn:x", "arn:aws:s3"]))})
        chosen.append({"FieldSelectors": fields})
    return parse_advanced(chosen, "event data store")


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=selectors())
def test_sql_wants_what_selectors_want(store, chosen):
    if not store.read(Sql("SELECT count() FROM api_events"))[0][0]:
        store_events(store, some_events())
    events, _ = read_since(store, "000000000000", (), START, until_us=2**62, limit=1000)
    assert len(events) == 27
    wanted = {event.position.event_id for event in events if chosen.wants(facts_of(event, decode(event.record)))}
    condition = wanted_by(chosen)
    found = store.read(Sql(f"SELECT event_id FROM api_events WHERE {condition.text}", condition.params))  # noqa: S608
    assert {event_id for (event_id,) in found} == wanted
