"""Recorder: a write is answered when its event is durable, a read soon after; what cannot be stored is not forgotten."""

import asyncio
import logging

import pytest
from cloudtrail.calls_of_tests import ACCOUNT, OTHER, a_call, an_outcome

import skylens.app  # registers what the operations of every service need
from skylens.api_events import NotRecorded
from skylens.cloudtrail import metrics
from skylens.cloudtrail import recorder as recording
from skylens.cloudtrail.api_call_event import ApiCallEvents
from skylens.cloudtrail.consumer import Consumers
from skylens.cloudtrail.event_store import START, LookUp, look_up, read_since
from skylens.cloudtrail.recorder import Recorder
from skylens.sql import Sql
from skylens.store import Store, StoreFull

assert skylens.app


class SomeStore(Store):
    """A store whose commits fail, or take their time, while a test wants it so."""

    failure: Exception | None = None
    is_late = False  # the rows are stored before the failure
    gate: asyncio.Event | None = None

    async def append(self, table, columns):
        if self.gate is not None:
            await self.gate.wait()
        if self.is_late:
            await super().append(table, columns)
        if self.failure is not None:
            raise self.failure
        await super().append(table, columns)


@pytest.fixture
def some_store(embedded_engine, clock):
    opened = SomeStore(embedded_engine, clock=clock)
    yield opened
    opened.drain()


@pytest.fixture
def consumers():
    return Consumers()


@pytest.fixture
def recorder(some_store, clock, ids, consumers):
    return Recorder(some_store, clock, ApiCallEvents(ids), consumers)


def a_write(number: int = 1):
    return an_outcome(a_call("CreateGroup", request_id=an_id(number)))


def a_read(number: int = 1):
    return an_outcome(a_call("GetGroups", request={}, request_id=an_id(number)))


def an_id(number: int) -> str:
    return f"00000000-0000-0000-0000-{number:012x}"


def on_record(store) -> list[str]:
    wanted = LookUp(ACCOUNT, "eu-west-1", "Management", 0, 2**32 - 2)
    return [event.id for event in look_up(store, wanted, most=100)]


async def until(holds, *, seconds: float = 5) -> None:
    for _ in range(int(seconds / 0.02)):
        if holds():
            return
        await asyncio.sleep(0.02)
    raise AssertionError(f"not within {seconds} s")


async def test_a_write_is_durable_when_it_may_be_answered(recorder, some_store):
    await recorder(a_write())
    assert on_record(some_store) == [an_id(1)]


async def test_a_read_waits_for_nothing_and_is_there_within_a_second(recorder, some_store):
    assert recorder(a_read()) is None
    await until(lambda: on_record(some_store) == [an_id(1)], seconds=1)


async def test_reads_ride_along_with_a_write(recorder, some_store):
    recorder(a_read(1))
    recorder(a_read(2))
    await recorder(a_write(3))
    assert on_record(some_store) == [an_id(number) for number in (3, 2, 1)]


async def test_data_events_are_recorded_only_where_somebody_wants_them(recorder, some_store, consumers):
    segments = an_outcome(a_call("PutTraceSegments", request={"TraceSegmentDocuments": []}))
    assert recorder(segments) is None
    await recorder.close()
    assert read_since(some_store, ACCOUNT, (), START, until_us=2**62, limit=9)[0] == []
    asked = []

    def wants(facts):
        asked.append((facts.category, facts.name, facts.subjects))
        return facts.name == "PutTraceSegments"

    consumers.register(lambda account, _region: wants if account == ACCOUNT else None)
    recorder(segments)
    recorder(an_outcome(a_call("GetSamplingTargets", request={"SamplingStatisticsDocuments": []})))
    await recorder.close()
    [event], _ = read_since(some_store, ACCOUNT, (), START, until_us=2**62, limit=9)
    assert (event.name, event.category) == ("PutTraceSegments", "Data")
    assert asked[0] == ("Data", "PutTraceSegments", (("AWS::XRay::Trace", ""),))
    assert on_record(some_store) == []


CHANNEL = f"arn:aws:cloudtrail:eu-west-1:{OTHER}:channel/00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize(
    "case",
    [
        ({OTHER}, "", {OTHER}),
        ({ACCOUNT}, "", {ACCOUNT}),
        ({ACCOUNT, OTHER}, "", {ACCOUNT, OTHER}),
        (set(), "", set()),
        ({ACCOUNT, OTHER}, "AccessDeniedException", {ACCOUNT}),  # it did not reach the owner
    ],
)
async def test_a_data_event_is_recorded_for_the_owner_of_what_it_used(recorder, some_store, consumers, case):
    selecting, error, recorded = case
    consumers.register(lambda account, _: (lambda _: True) if account in selecting else None)
    request = {"channelArn": CHANNEL, "auditEvents": [{"id": "1", "eventData": "secret"}]}
    answer = None if error else {"successful": [{"id": "1", "eventID": an_id(7)}], "failed": []}
    recorder(an_outcome(a_call("PutAuditEvents", "cloudtrail-data", request), answer, error))
    await recorder.close()
    found = [
        event
        for account in (ACCOUNT, OTHER)
        for event in read_since(some_store, account, [], START, until_us=2**62, limit=9)[0]
    ]
    assert {event.account for event in found} == recorded
    assert all("secret" not in event.record for event in found)


async def test_a_write_that_cannot_be_stored_says_so_and_is_stored_later(recorder, some_store, monkeypatch, caplog):
    monkeypatch.setattr(recording, "_RETRY_SECONDS", 0.01)
    some_store.failure = StoreFull("no room")
    with caplog.at_level(logging.ERROR), pytest.raises(NotRecorded, match="no room"):
        await recorder(a_write())
    assert "event=events_not_stored" in caplog.text
    some_store.failure = None
    await until(lambda: on_record(some_store) == [an_id(1)], seconds=2)


async def test_rows_of_events_that_were_tried_before_are_marked(recorder, some_store, monkeypatch):
    monkeypatch.setattr(recording, "_RETRY_SECONDS", 0.05)
    some_store.failure, some_store.is_late = StoreFull("stored all the same"), True
    for number in (1, 2):  # the second waits behind the first and is not tried yet
        with pytest.raises(NotRecorded):
            await recorder(a_write(number))
    some_store.failure, some_store.is_late = None, False
    await until(lambda: len(on_record(some_store)) == 2)
    rows = some_store.read(Sql("SELECT event_id, may_repeat FROM api_events ORDER BY event_id, may_repeat"))
    assert [(key[-1], repeats) for key, repeats in rows] == [(1, False), (1, True), (2, False)]


async def test_while_nothing_can_be_stored_writes_are_refused_before_they_happen(recorder, some_store, monkeypatch):
    monkeypatch.setattr(recording, "_RETRY_SECONDS", 0.01)
    recorder.admit(a_call())
    some_store.failure = StoreFull("no room")
    with pytest.raises(NotRecorded):
        await recorder(a_write())
    with pytest.raises(NotRecorded, match="no room"):
        recorder.admit(a_call("DeleteGroup"))
    recorder.admit(a_call("GetGroups"))
    recorder.admit(a_call("PutTraceSegments"))
    some_store.failure = None
    await until(lambda: on_record(some_store) == [an_id(1)], seconds=2)
    await until(lambda: not recorder._failure)
    recorder.admit(a_call("DeleteGroup"))


async def test_refused_writes_do_not_pile_up_and_what_was_done_is_kept(recorder, some_store, monkeypatch):
    monkeypatch.setattr(recording, "MOST_WAITING", 3)
    some_store.failure = StoreFull("no room")
    before = metrics.UNRECORDED._value.get()

    async def told(event):
        with pytest.raises(NotRecorded, match="no room"):
            await recorder(event)

    await told(a_write(1))
    for number in range(2, 10):
        await told(an_outcome(a_call("CreateGroup", request_id=an_id(number)), None, "ServiceUnavailableException"))
    await told(a_write(10))  # it was under way when the failure began
    assert metrics.UNRECORDED._value.get() - before == 6
    some_store.failure = None
    await recorder.close()
    assert sorted(on_record(some_store)) == [an_id(number) for number in (1, 2, 3, 10)]


async def test_reads_wait_once_too_many_events_do(recorder, some_store, monkeypatch):
    monkeypatch.setattr(recording, "MOST_WAITING", 3)
    monkeypatch.setattr(recording, "GATHER_SECONDS", 0.01)
    some_store.gate = asyncio.Event()
    first = asyncio.create_task(recorder.put(ApiCallEvents(None).of(a_write(9), recording.access_of(a_write().call))))
    await asyncio.sleep(0)
    some_store.failure = StoreFull("no room")
    assert [recorder(a_read(number)) for number in (1, 2, 3)] == [None] * 3
    waiting = asyncio.ensure_future(recorder(a_read(4)))
    await asyncio.sleep(0.05)
    assert not waiting.done()
    some_store.failure = None
    some_store.gate.set()
    await first
    async with asyncio.timeout(5):
        await waiting
    await recorder.close()
    assert sorted(on_record(some_store)) == [an_id(number) for number in (1, 2, 3, 4, 9)]


async def test_a_read_that_waits_in_vain_is_told(recorder, some_store, monkeypatch):
    monkeypatch.setattr(recording, "MOST_WAITING", 1)
    monkeypatch.setattr(recording, "_PATIENCE_SECONDS", 0.05)
    some_store.failure = StoreFull("no room")
    recorder(a_read(1))
    with pytest.raises(NotRecorded):
        await recorder(a_read(2))
    some_store.failure = None
    await recorder.close()
    assert on_record(some_store) == [an_id(1)]


async def test_what_is_settled_never_passes_an_event_that_is_on_its_way(recorder, some_store):
    some_store.gate = asyncio.Event()
    slow = asyncio.create_task(recorder.put(ApiCallEvents(None).of(a_write(1), recording.access_of(a_write().call))))
    await asyncio.sleep(0)
    fast_gate, some_store.gate = some_store.gate, None
    await recorder(a_write(2))
    first, position = read_since(some_store, ACCOUNT, (), START, until_us=recorder.settled_us(), limit=9)
    assert (first, position) == ([], START)
    fast_gate.set()
    await slow
    both, position = read_since(some_store, ACCOUNT, (), START, until_us=recorder.settled_us(), limit=9)
    assert [event.id for event in both] == [an_id(1), an_id(2)]
    await recorder(a_write(3))
    last, _ = read_since(some_store, ACCOUNT, (), position, until_us=recorder.settled_us(), limit=9)
    assert [event.id for event in last] == [an_id(3)]


async def test_events_keep_their_order_over_a_restart_even_if_the_clock_was_set_back(recorder, some_store, clock, ids):
    await recorder(a_write(1))
    _, position = read_since(some_store, ACCOUNT, (), START, until_us=recorder.settled_us(), limit=9)
    clock.advance(-3600)
    again = Recorder(some_store, clock, ApiCallEvents(ids), Consumers())
    await again(a_write(2))
    later, _ = read_since(some_store, ACCOUNT, (), position, until_us=again.settled_us(), limit=9)
    assert [event.id for event in later] == [an_id(2)]


async def test_closing_stores_what_waits(recorder, some_store):
    recorder(a_read())
    await recorder.close()
    assert on_record(some_store) == [an_id(1)]


async def test_what_cannot_be_stored_in_the_end_is_in_the_log(recorder, some_store, caplog):
    recorder(a_read())
    some_store.failure = StoreFull("no room")
    with caplog.at_level(logging.CRITICAL):
        await recorder.close()
    assert f'"eventID":"{an_id(1)}"' in caplog.text


async def test_time_settles_while_nothing_happens_and_what_comes_then_is_later(recorder, some_store, clock):
    clock.advance(100)
    settled = recorder.settled_us()
    assert settled == int(clock.now().timestamp() * 1_000_000)
    await recorder(a_write())
    [event], _ = read_since(some_store, ACCOUNT, (), START, until_us=recorder.settled_us(), limit=9)
    assert event.position.received_us >= settled


async def test_time_does_not_settle_past_a_commit_under_way(recorder, some_store, clock):
    some_store.gate = asyncio.Event()
    writing = asyncio.create_task(recorder(a_write()))
    await asyncio.sleep(0)
    began = recorder.settled_us()
    clock.advance(100)
    assert recorder.settled_us() == began
    some_store.gate.set()
    await writing
    assert recorder.settled_us() > began
