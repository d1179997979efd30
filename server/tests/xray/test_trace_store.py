"""Documents in and out of the real engine."""

import json
from itertools import count

import pytest
from builders import CALLER, NOW, START, a_segment, a_subsegment, a_trace_id, an_id, checked, store_documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skylens.sql import Sql
from skylens.store import Store
from skylens.xray import trace_store
from skylens.xray.trace_id import TraceId, second, to_bytes, to_text

FLOATING = TraceId("1-e0000000-000000000000000000000001")


@pytest.mark.usefixtures("call")  # which lets the store's documents go through a cipher
async def test_documents_are_there_when_put_returns(store: Store):
    await trace_store.put(store, CALLER, checked(a_segment()), NOW)
    (document,) = trace_store.fetch(store, CALLER, [TraceId(a_trace_id())])[TraceId(a_trace_id())]
    assert json.loads(document) == a_segment()


async def test_nothing_to_put_is_nothing_to_do(store: Store):
    await trace_store.put(store, CALLER, [], NOW)
    assert trace_store.fetch(store, CALLER, []) == {}
    assert trace_store.fetch_traces(store, CALLER, []) == []


def test_where_floating_rows_lie_is_stored_before_them_and_once():
    segments = checked(*(a_segment(trace_id=FLOATING, number=n, start_time=START + n % 2) for n in range(1, 5)))
    parts = trace_store.rows(CALLER, segments, NOW)
    assert [table for table, _ in parts] == ["trace_locations", "segments"]
    assert parts[0][1]["trace_ts"] == [int(START), int(START) + 1]


def test_traces_come_in_the_order_asked_for(store: Store):
    store_documents(store, *(a_segment(trace=n) for n in range(1, 4)), a_segment(trace_id=FLOATING))
    wanted = [TraceId(a_trace_id(3)), FLOATING, TraceId(a_trace_id(8)), TraceId(a_trace_id(1))]
    assert [trace.id for trace in trace_store.fetch_traces(store, CALLER, wanted)] == [wanted[0], wanted[1], wanted[3]]


def test_more_traces_than_one_read_takes_are_all_found_whole(store: Store):
    how_many = 2 * trace_store._READ_TOGETHER + 1
    elsewhere = [a_segment(trace_id=FLOATING, number=n, start_time=START + n * 3_600) for n in (1, 2)]
    store_documents(store, *(a_segment(trace=n, number=n) for n in range(1, how_many)), *elsewhere)
    wanted = [FLOATING, *(TraceId(a_trace_id(n)) for n in range(1, how_many))]
    found = trace_store.fetch_traces(store, CALLER, wanted)
    assert [trace.id for trace in found] == wanted
    assert [len(trace.segments) for trace in found] == [2, *[1] * (how_many - 1)]


def test_only_a_trace_that_came_once_and_lies_in_one_place_is_plain(store: Store):
    once, twice, split = a_segment(trace=1), a_segment(trace=2), a_segment(trace=3)
    streamed = a_subsegment(trace_id=split["trace_id"], parent_id=split["id"], type="subsegment", number=9)
    floating = a_segment(trace_id=FLOATING)
    store_documents(store, once, twice, twice, split, streamed, floating)
    ids = [TraceId(each["trace_id"]) for each in (once, twice, split, floating)]
    assert [trace.is_plain for trace in trace_store.fetch_traces(store, CALLER, ids)] == [True, False, False, False]


async def test_what_lies_elsewhere_or_was_refused_is_looked_up_anew_with_each_read(store: Store):
    plain = TraceId(a_trace_id())
    store_documents(store, a_segment())
    (trace,) = trace_store.fetch_traces(store, CALLER, [plain, FLOATING])
    assert (trace.id, trace.is_plain, trace.limit_exceeded) == (plain, True, False)
    store_documents(store, a_segment(trace_id=FLOATING))
    assert [each.id for each in trace_store.fetch_traces(store, CALLER, [plain, FLOATING])] == [plain, FLOATING]
    await trace_store.put_limits(store, CALLER, [to_bytes(plain)], NOW)
    assert [each.limit_exceeded for each in trace_store.fetch_traces(store, CALLER, [plain, FLOATING])] == [True, False]


def test_the_sizes_of_traces_count_every_document(store: Store):
    store_documents(store, *(a_segment(number=n) for n in (1, 2)), a_segment(trace_id=FLOATING))
    key = to_bytes(a_trace_id())
    sizes = trace_store.sizes(store, CALLER, [key, to_bytes(FLOATING), bytes(16)])
    assert sizes.keys() == {key, to_bytes(FLOATING)}
    assert store.read(Sql("SELECT sum(length(document)) FROM segments")) == [(sum(sizes.values()),)]


# Seconds of ids and starts around which a row begins to float: a trace may then lie in any number of places.
moments = st.sampled_from(
    [START, START - 86_400, START - 86_401, START + 300, START + 301, START + 3_600, START - 9 * 86_400]
)


numbers = count(10, 2)  # the store is the same for all examples


@settings(
    max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.data())
def test_every_row_of_a_trace_is_found_wherever_it_lies(store: Store, data: st.DataObject):
    number = next(numbers)
    trace_id = TraceId(a_trace_id(number, start=data.draw(moments)))
    starts = data.draw(st.lists(moments, min_size=1, max_size=5))
    segments = [a_segment(trace_id=trace_id, number=at, start_time=start) for at, start in enumerate(starts, start=1)]
    store_documents(store, *segments, a_segment(trace=number + 1))
    (trace,) = trace_store.fetch_traces(store, CALLER, [trace_id])
    assert {segment.id for segment in trace.segments} == {an_id(at) for at in range(1, len(starts) + 1)}


def test_a_trace_id_has_two_written_forms_and_a_second():
    key = to_bytes("1-58406520-a006649127e371903a2de979")
    assert key == to_bytes("58406520A006649127E371903A2DE979")
    assert to_text(key) == "1-58406520-a006649127e371903a2de979"
    assert second(key) == 0x58406520


@pytest.mark.parametrize(
    "text", ["", None, 7, "1-5840652-a006649127e371903a2de979", "58406520 006649127e371903a2de979 "]
)
def test_anything_else_is_no_trace_id(text):
    with pytest.raises(ValueError, match=r"trace id|hexadecimal"):
        to_bytes(text)
