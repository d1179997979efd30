"""Event store: what was put is found by every attribute, newest first, and is read once in the order it came."""

from datetime import timedelta

import pytest
from cloudtrail.events_of_tests import ACCOUNT, NOON, an_event, an_event_id, store_events

from skylens.cloudtrail import event_store
from skylens.cloudtrail.event import Resource, entry_of
from skylens.cloudtrail.event_store import START, LookUp, Position, look_up, read_since
from skylens.store import Store

NOON_SECONDS = int(NOON.timestamp())
LATE = 2**62


def wanted(key: str = "", **fields) -> LookUp:
    given = {"account": ACCOUNT, "region": "us-east-1", "category": "Management", "start": 0, "end": NOON_SECONDS + 60}
    return LookUp(**{**given, "keys": (key,) if key else (), **fields})


def ids(events) -> list[str]:
    return [event.id for event in events]


async def test_an_event_comes_out_as_it_went_in(store: Store):
    event = an_event(7, resources=(Resource("AWS::XRay::Group", "checkout"), Resource("AWS::XRay::Group", "arn:x")))
    await event_store.put(store, [event], [5])
    position = Position(5, bytes(15) + b"\7")
    [found] = look_up(store, wanted(), most=10)
    assert (found.id, found.event_time, found.position) == (event.id, NOON, position)
    assert (found.entry, found.record) == (entry_of(event), event.record)
    [read], _ = read_since(store, ACCOUNT, (), START, until_us=LATE, limit=1)
    assert (read.id, read.name, read.source, read.time) == (event.id, event.name, event.source, NOON_SECONDS)
    assert (read.read_only, read.record, read.position) == (False, event.record, position)


@pytest.mark.parametrize(
    ("key", "numbers"),
    [
        (f"id={an_event_id(2)}", [2]),
        ("name=DeleteGroup", [2]),
        ("source=iam.amazonaws.com", [3]),
        ("readonly=true", [4]),
        ("user=zoë, of ops", [5]),
        ("user=root", []),
        ("type=AWS::IAM::Role", [6]),
        ("resource=Deployer", [6]),
        ("key=ASIA", [7]),
        ("name=deletegroup", []),
        ("resource=DeleteGroup", []),
    ],
)
def test_an_event_is_found_by_each_of_its_attributes(store: Store, key: str, numbers: list[int]):
    role = Resource("AWS::IAM::Role", "Deployer")
    store_events(
        store,
        [
            an_event(1),
            an_event(2, name="DeleteGroup"),
            an_event(3, source="iam.amazonaws.com"),
            an_event(4, read_only=True),
            an_event(5, username="zoë, of ops"),
            an_event(6, resources=(role, role)),
            an_event(7, access_key_id="ASIA"),
        ],
    )
    assert ids(look_up(store, wanted(key), most=10)) == [an_event_id(number) for number in numbers]


def test_the_newest_come_first_and_of_one_second_those_that_came_last(store: Store):
    times = {1: NOON, 2: NOON + timedelta(seconds=5), 3: NOON, 4: NOON - timedelta(days=40)}
    store_events(store, [an_event(number, time=time) for number, time in times.items()])
    assert ids(look_up(store, wanted(), most=10)) == [an_event_id(number) for number in (2, 3, 1, 4)]


def test_frequent_events_are_found_however_far_back_they_begin(store: Store):
    times = [NOON - timedelta(days=day, seconds=day) for day in range(90)]
    store_events(store, [an_event(number, time=time) for number, time in enumerate(times, start=1)])
    store_events(store, [an_event(number, time=NOON, account="111111111111") for number in range(1000, 4000)])
    found = look_up(store, wanted("name=CreateGroup"), most=80)
    assert ids(found) == [an_event_id(number) for number in range(1, 81)]
    assert ids(look_up(store, wanted(), most=100)) == [an_event_id(number) for number in range(1, 91)]


def test_an_event_that_was_stored_twice_is_shown_once(store: Store):
    store_events(store, [an_event(1), an_event(2)], first_us=10)
    store_events(store, [an_event(1)], first_us=20)
    assert ids(look_up(store, wanted(), most=10)) == [an_event_id(1), an_event_id(2)]


def test_both_ends_of_a_range_belong_to_it(store: Store):
    store_events(store, [an_event(second, time=NOON + timedelta(seconds=second)) for second in range(1, 6)])
    found = look_up(store, wanted(start=NOON_SECONDS + 2, end=NOON_SECONDS + 4), most=10)
    assert ids(found) == [an_event_id(number) for number in (4, 3, 2)]


def test_pages_go_on_behind_the_last_event_even_within_a_second(store: Store):
    store_events(store, [an_event(number) for number in range(1, 8)])
    seen, before = [], None
    while page := look_up(store, wanted(before=before), most=2):
        seen += ids(page)
        before = (page[-1].time, *page[-1].position)
    assert seen == [an_event_id(number) for number in range(7, 0, -1)]


def test_accounts_regions_and_categories_do_not_see_each_other(store: Store):
    store_events(
        store,
        [
            an_event(1),
            an_event(2, account="111111111111"),
            an_event(3, region="eu-west-1"),
            an_event(4, category="Data"),
        ],
    )
    assert ids(look_up(store, wanted(), most=10)) == [an_event_id(1)]
    assert ids(look_up(store, wanted(account="111111111111"), most=10)) == [an_event_id(2)]
    assert ids(look_up(store, wanted(category="Data"), most=10)) == [an_event_id(4)]


def test_a_reader_gets_every_event_once_in_the_order_they_came(store: Store):
    store_events(
        store, [an_event(number, time=NOON - timedelta(seconds=number)) for number in range(1, 6)], first_us=10
    )
    store_events(store, [an_event(6), an_event(7, region="eu-west-1")], first_us=14)  # two at 14: 5 and 6
    position, read = START, []
    while True:
        events, position = read_since(store, ACCOUNT, {"us-east-1"}, position, until_us=LATE, limit=2)
        if not events:
            break
        read += ids(events)
    assert read == [an_event_id(number) for number in range(1, 7)]
    store_events(store, [an_event(8)], first_us=20)
    events, position = read_since(store, ACCOUNT, {"us-east-1"}, position, until_us=LATE, limit=2)
    assert (ids(events), position.received_us) == ([an_event_id(8)], 20)
    assert read_since(store, ACCOUNT, {"us-east-1"}, position, until_us=LATE, limit=2) == ([], position)


def test_a_reader_waits_for_what_is_not_settled_and_may_read_all_regions(store: Store):
    store_events(store, [an_event(1), an_event(2, region="eu-west-1"), an_event(3, category="Data")], first_us=10)
    events, position = read_since(store, ACCOUNT, (), START, until_us=12, limit=10)
    assert (ids(events), position.received_us) == ([an_event_id(1), an_event_id(2)], 11)
    events, _ = read_since(store, ACCOUNT, (), position, until_us=13, limit=10)
    assert [(event.id, event.category) for event in events] == [(an_event_id(3), "Data")]
