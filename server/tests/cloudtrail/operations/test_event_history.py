"""LookupEvents: what is found, in which order and pages, and what is refused."""

from datetime import timedelta

import pytest
from cloudtrail.events_of_tests import NOON, an_event, an_event_id, store_events

from skylens.cloudtrail.errors import InvalidLookupAttributes, InvalidNextToken, InvalidTimeRange
from skylens.cloudtrail.event import ATTRIBUTES, Resource
from skylens.cloudtrail.operations.event_history import lookup_events
from skylens.wire.models import load


@pytest.fixture
def look_up(call):
    """Ask as a caller of the account 000000000000 in us-east-1."""

    def ask(attribute="", value="", **request):
        if attribute:
            request["LookupAttributes"] = [{"AttributeKey": attribute, "AttributeValue": value}]
        where = {name: request.pop(name) for name in ("account", "region") if name in request}
        return lookup_events(call("cloudtrail", "LookupEvents", **where), request)

    return ask


def ids(answer):
    return [event["EventId"] for event in answer["Events"]]


def numbered(*numbers):
    return [an_event_id(number) for number in numbers]


def test_an_event_is_told_as_aws_tells_it(store, look_up):
    event = an_event(1, resources=(Resource("AWS::XRay::Group", "checkout"),))
    store_events(store, [event])
    assert look_up() == {
        "Events": [
            {
                "EventId": an_event_id(1),
                "EventName": "CreateGroup",
                "ReadOnly": "false",
                "AccessKeyId": "AKIAEXAMPLE",
                "EventTime": NOON,
                "EventSource": "xray.amazonaws.com",
                "Username": "erin",
                "Resources": [{"ResourceType": "AWS::XRay::Group", "ResourceName": "checkout"}],
                "CloudTrailEvent": event.record,
            }
        ]
    }


def test_the_event_of_a_service_has_no_user_and_no_key(store, look_up):
    store_events(store, [an_event(1, username="", access_key_id="")])
    [event] = look_up()["Events"]
    assert ("Username" in event, "AccessKeyId" in event, event["Resources"]) == (False, False, [])


def test_every_attribute_of_the_model_can_be_looked_up(store, look_up):
    attributes = load("cloudtrail").operations["LookupEvents"].input.members["LookupAttributes"].shape
    names = attributes.members["member"].shape.members["AttributeKey"].shape.enum
    assert set(ATTRIBUTES) == set(names)
    role = Resource("AWS::IAM::Role", "Deployer")
    store_events(store, [an_event(1, resources=(role,)), an_event(2, read_only=True, username="zoe", name="GetGroups")])
    values = {
        "EventId": an_event_id(1),
        "EventName": "CreateGroup",
        "ReadOnly": "false",
        "Username": "erin",
        "ResourceType": "AWS::IAM::Role",
        "ResourceName": "Deployer",
    }
    for name, value in values.items():
        assert ids(look_up(name, value)) == numbered(1), name
    assert ids(look_up("EventSource", "xray.amazonaws.com")) == numbered(2, 1)
    assert ids(look_up("AccessKeyId", "AKIAEXAMPLE")) == numbered(2, 1)


@pytest.mark.parametrize(
    "value", ["createGroup", "CreateGrou", "CreateGroup ", "' OR 1=1 --", "%", "{key:String}", "?"]
)
def test_only_the_very_value_is_found(store, look_up, value):
    store_events(store, [an_event(1)])
    assert look_up("EventName", value) == {"Events": []}


def test_pages_are_whole_though_events_come_in_between(store, look_up):
    store_events(store, [an_event(number) for number in range(1, 6)], first_us=100)
    first = look_up(MaxResults=2)
    store_events(store, [an_event(9, time=NOON + timedelta(seconds=1))], first_us=200)
    second = look_up(MaxResults=3, NextToken=first["NextToken"])
    assert (ids(first), ids(second)) == (numbered(5, 4), numbered(3, 2, 1))
    assert "NextToken" not in second


def test_a_page_is_fifty_events_unless_fewer_are_asked_for(store, look_up):
    store_events(store, [an_event(number) for number in range(1, 121)])
    found, token = [], None
    while True:
        answer = look_up("EventName", "CreateGroup", **({"NextToken": token} if token else {}))
        found.append(ids(answer))
        token = answer.get("NextToken")
        if token is None:
            break
    assert [len(page) for page in found] == [50, 50, 20]
    assert [each for page in found for each in page] == numbered(*range(120, 0, -1))


@pytest.mark.parametrize(
    "other",
    [
        {"attribute": "EventName", "value": "DeleteGroup"},
        {"StartTime": NOON - timedelta(days=1)},
        {"region": "eu-west-1"},
        {"account": "111111111111"},
        {"EventCategory": "insight"},
    ],
    ids=str,
)
def test_a_token_belongs_to_its_request(store, look_up, other):
    store_events(store, [an_event(number) for number in range(1, 4)])
    token = look_up(MaxResults=1)["NextToken"]
    with pytest.raises(InvalidNextToken):
        look_up(**other, MaxResults=1, NextToken=token)


def test_both_ends_of_a_range_are_included(store, look_up):
    store_events(store, [an_event(second, time=NOON - timedelta(seconds=10 - second)) for second in range(1, 9)])
    answer = look_up(StartTime=NOON - timedelta(seconds=8), EndTime=NOON - timedelta(seconds=5))
    assert ids(answer) == numbered(5, 4, 3, 2)
    exact = look_up(StartTime=NOON - timedelta(seconds=8), EndTime=NOON - timedelta(seconds=8))
    assert ids(exact) == numbered(2)
    between = look_up(StartTime=NOON - timedelta(seconds=8.5), EndTime=NOON - timedelta(seconds=7.5))
    assert ids(between) == numbered(2)


def test_what_is_older_than_ninety_days_is_not_shown(store, look_up):
    store_events(store, [an_event(day, time=NOON - timedelta(days=day)) for day in (1, 89, 90, 91)])
    assert ids(look_up()) == numbered(1, 89, 90)
    assert ids(look_up(StartTime=NOON - timedelta(days=400))) == numbered(1, 89, 90)
    assert look_up(StartTime=NOON - timedelta(days=400), EndTime=NOON - timedelta(days=91)) == {"Events": []}


def test_a_range_that_ends_before_it_begins_is_refused(look_up):
    with pytest.raises(InvalidTimeRange):
        look_up(StartTime=NOON, EndTime=NOON - timedelta(seconds=1))


def test_accounts_and_regions_see_their_own(store, look_up):
    store_events(store, [an_event(1), an_event(2, region="eu-west-1"), an_event(3, account="111111111111")])
    assert ids(look_up()) == numbered(1)
    assert ids(look_up(region="eu-west-1")) == numbered(2)
    assert ids(look_up("EventName", "CreateGroup", account="111111111111")) == numbered(3)
    assert look_up("EventId", an_event_id(3)) == {"Events": []}


def test_insights_are_found_only_where_they_are_asked_for(store, look_up):
    store_events(store, [an_event(1), an_event(2, category="Insight"), an_event(3, category="Data")])
    assert ids(look_up()) == numbered(1)
    assert ids(look_up(EventCategory="insight")) == numbered(2)
    assert ids(look_up("EventId", an_event_id(2), EventCategory="insight")) == numbered(2)
    with pytest.raises(InvalidLookupAttributes, match="EventId, EventName, EventSource"):
        look_up("Username", "erin", EventCategory="insight")


def test_one_attribute_at_a_time(look_up):
    attributes = [{"AttributeKey": "EventName", "AttributeValue": value} for value in ("a", "b")]
    with pytest.raises(InvalidLookupAttributes, match="one attribute at a time"):
        look_up(LookupAttributes=attributes)


@pytest.mark.parametrize(("value", "fits"), [("x" * 2000, True), ("_" * 1000, True), ("_" * 1001, False)])
def test_some_letters_of_a_value_count_twice(look_up, value, fits):
    if fits:
        assert look_up("EventName", value) == {"Events": []}
    else:
        with pytest.raises(InvalidLookupAttributes, match="longer than 2000"):
            look_up("EventName", value)
