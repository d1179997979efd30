from datetime import UTC, datetime, timedelta

import pytest
from builders import (
    CALLER,
    NOW,
    START,
    a_call,
    a_segment,
    an_id,
    as_text,
    store_documents,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xray.service_graph.some_traces import simple_traces
from xray.service_graph.test_live import a_caller

from skylens.sql import Sql
from skylens.xray import groups
from skylens.xray.arn import group_arn
from skylens.xray.service_graph import closing, membership, minutes, reading
from skylens.xray.service_graph.closing import GRACE_SECONDS, PATIENCE_SECONDS, MinuteCloser
from skylens.xray.service_graph.graph import Graph, add
from skylens.xray.service_graph.slices import Buckets, Slice
from skylens.xray.service_graph.source import Source
from skylens.xray.trace import assemble

MINUTE = int(START) // 60 * 60
HOUR = Slice(MINUTE - 1800, MINUTE + 1800)
LATER = NOW + timedelta(minutes=5)
SETTLED = timedelta(seconds=GRACE_SECONDS)


@pytest.fixture
def closer(store, control, clock):
    return MinuteCloser(store, control, clock.monotonic)


def counted(store, group_id="", caller=CALLER):
    """The counted minutes with the number of segments each was counted from."""
    source = Source(store, caller, membership.Membership(group_id))
    return {m: c.segments for m, c in minutes.counted(source, Slice(MINUTE - 86_400, MINUTE + 86_400)).items()}


def stored_graph(store, minute=MINUTE, member=membership.EVERYTHING, caller=CALLER):
    """What the table alone says of the minute."""
    return minutes.read(Source(store, caller, member), [minute], Buckets(minute, 60)).get(0, Graph(caller.account))


def names(graph):
    return {node.name for node in graph.services}


def test_a_minute_is_counted_once_it_is_over(store, closer):
    store_documents(store, a_segment())

    closer.run(datetime.fromtimestamp(MINUTE + 69, UTC))
    assert counted(store) == {}

    closer.run(datetime.fromtimestamp(MINUTE + 70, UTC))
    assert counted(store) == {MINUTE: 1}


@settings(max_examples=6, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.tuples(*(simple_traces(number, spread=150) for number in (1, 2, 3))), st.data())
def test_minutes_are_true_whatever_came_when(store, control, clock, traces, data):
    caller = a_caller()
    expected = Graph(caller.account)
    for documents in traces:
        add(expected, assemble(documents[0]["trace_id"], [as_text(d) for d in documents]))
    batches = [[], [], []]
    for document in (d for documents in traces for d in documents):
        batches[data.draw(st.integers(0, 2))].append(document)
    closer = MinuteCloser(store, control, clock.monotonic)
    first = LATER + timedelta(hours=int(caller.account))  # later than whatever came in the examples before

    for number, batch in enumerate(batches):
        arrival = first + timedelta(minutes=number)
        if batch:
            store_documents(store, *batch, caller=caller, received_at=arrival)
        closer.run(arrival + SETTLED)

    whole = range(HOUR.start, HOUR.end, 60)
    kept = minutes.read(Source(store, caller), whole, Buckets(HOUR.start, 3600))[0]
    assert kept.services == expected.services
    assert kept.edges == expected.edges
    shown = reading.read(Source(store, caller), HOUR, Buckets(HOUR.start, 3600))[0]
    assert shown.services == expected.services
    assert shown.edges == expected.edges


def test_minutes_and_what_is_not_counted_yet_add_up(store, closer):
    store_documents(store, a_segment(start_time=START), a_segment(trace=2, start_time=START + 60))
    closer.run(LATER)
    store_documents(store, a_segment(trace=3, start_time=START + 120), a_segment(trace=4, start_time=START + 121))

    graph = reading.read(Source(store, CALLER), HOUR, Buckets(HOUR.start, 3600))[0]

    (service,) = graph.services.values()
    assert service.statistics.total == 4
    assert (service.statistics.started, service.statistics.ended) == (int(START), int(START) + 122)


def test_a_window_need_not_begin_or_end_at_a_minute(store, closer):
    store_documents(store, *(a_segment(trace=n, start_time=MINUTE + 10 * n) for n in range(30)))
    closer.run(LATER)

    def requests(start, end):
        graphs = reading.read(Source(store, CALLER), Slice(MINUTE + start, MINUTE + end), Buckets(MINUTE + start, 3600))
        return sum(service.statistics.total for service in graphs[0].services.values())

    assert requests(0, 300) == 30
    assert requests(35, 245) == 21
    assert requests(35, 45) == 1
    assert requests(55, 65) == 1


def test_late_segments_show_at_once_and_are_counted_when_nothing_more_comes(store, closer):
    store_documents(store, a_segment("early"))
    closer.run(LATER)
    store_documents(store, a_segment("late", trace=2), received_at=LATER)

    live = reading.read(Source(store, CALLER), HOUR, Buckets(HOUR.start, 3600))[0]
    assert names(live) == {"early", "late"}
    assert names(stored_graph(store)) == {"early"}

    closer.run(LATER + SETTLED)
    assert names(stored_graph(store)) == {"early", "late"}
    assert counted(store) == {MINUTE: 2}


def test_a_minute_to_which_segments_keep_coming_late_is_not_counted_each_time_but_once_a_minute(store, closer):
    store_documents(store, a_segment())
    closer.run(LATER)

    counts = []
    for seconds in range(5, PATIENCE_SECONDS + 20, 5):
        arrival = LATER + timedelta(seconds=seconds)
        store_documents(store, a_segment(trace=seconds), received_at=arrival)
        closer.run(arrival)
        counts.append(counted(store)[MINUTE])

    before, after = 1, 1 + (PATIENCE_SECONDS + 5) // 5
    assert counts == [*[before] * (PATIENCE_SECONDS // 5), *[after] * (len(counts) - PATIENCE_SECONDS // 5)]
    assert names(reading.read(Source(store, CALLER), HOUR, Buckets(HOUR.start, 3600))[0]) == {"checkout"}


def test_a_node_that_a_later_count_does_not_have_is_gone(store, closer):
    pay_call = a_call("pay.test", number=2, namespace="remote")
    store_documents(store, a_segment("shop", subsegments=[pay_call]))
    closer.run(LATER)
    assert names(stored_graph(store)) == {"shop", "pay.test"}

    store_documents(store, a_segment("pay", number=3, parent_id=an_id(2)), received_at=LATER)
    closer.run(LATER + SETTLED)

    assert names(stored_graph(store)) == {"shop", "pay"}


def test_counting_again_replaces_and_does_not_add(store, control, clock, closer):
    store_documents(store, a_segment())
    closer.run(LATER)
    store_documents(store, a_segment(), received_at=LATER)  # the same document again
    closer.run(LATER + SETTLED)
    MinuteCloser(store, control, clock.monotonic).run(LATER + timedelta(seconds=10))

    (service,) = stored_graph(store).services.values()
    assert service.statistics.total == 1


def test_a_minute_that_nothing_came_to_is_not_counted_again(store, closer):
    store_documents(store, a_segment(), received_at=LATER)
    closer.run(LATER)
    before = version(store)
    closer.run(LATER + SETTLED)

    assert version(store) == before


def version(store):
    (counted_minute,) = minutes.counted(Source(store, CALLER), Slice(MINUTE, MINUTE + 60)).values()
    return counted_minute.version


def test_a_fresh_worker_counts_what_another_left_undone(store, control, clock, closer):
    store_documents(store, a_segment(), received_at=NOW - timedelta(days=1))
    closer.run(LATER)
    store_documents(store, a_segment("missed", trace=2), received_at=LATER - timedelta(hours=1))
    store_documents(store, a_segment("never", trace=3, start_time=START - 7200), received_at=LATER - timedelta(hours=1))

    MinuteCloser(store, control, clock.monotonic).run(LATER + timedelta(minutes=1))

    assert names(stored_graph(store)) == {"checkout", "missed"}
    assert counted(store) == {MINUTE: 2, MINUTE - 7200: 1}


def test_a_minute_of_which_only_the_mark_is_missing_is_counted_again(store, control, clock, closer):
    store_documents(store, a_segment())
    closer.run(LATER)
    store.delete("graph_minutes", Sql("kind = 'minute'"))
    assert names(reading.read(Source(store, CALLER), HOUR, Buckets(HOUR.start, 3600))[0]) == {"checkout"}

    MinuteCloser(store, control, clock.monotonic).run(LATER + timedelta(minutes=1))

    assert counted(store) == {MINUTE: 1}


def test_accounts_and_regions_are_counted_apart(store, closer):
    other = a_caller()
    store_documents(store, a_segment("ours"))
    store_documents(store, a_segment("theirs"), caller=other)
    closer.run(LATER)

    assert names(stored_graph(store)) == {"ours"}
    assert names(stored_graph(store, caller=other)) == {"theirs"}


def test_a_trace_with_a_random_id_counts_in_the_minute_it_began(store, closer):
    w3c = "1-ffffffff-000000000000000000000001"
    call_to_b = a_call("b.test", number=2, namespace="remote", start_time=MINUTE + 59.5)
    store_documents(store, a_segment("a", trace_id=w3c, start_time=MINUTE + 59, duration=3, subsegments=[call_to_b]))
    closer.run(LATER)
    assert names(stored_graph(store)) == {"a", "b.test"}

    late = a_segment("b", trace_id=w3c, number=3, parent_id=an_id(2), start_time=MINUTE + 61)
    store_documents(store, late, received_at=LATER + timedelta(seconds=1))
    closer.run(LATER + timedelta(seconds=5))  # no reader can see by numbers that it is missing: it is not waited with

    assert names(stored_graph(store)) == {"a", "b"}
    assert names(stored_graph(store, MINUTE + 60)) == set()


@pytest.fixture
def group(control):
    """Make a group as of an hour before now, or of another time, and return its membership."""

    def make(name, expression, at=NOW - timedelta(hours=1)):
        new = groups.Group(name, group_arn(CALLER, name, f"{name.upper():A<52}"), expression)
        with control.begin() as connection:
            return groups.create(connection, CALLER, new, most=25, now=at)

    return make


def test_each_group_is_counted_with_the_expression_in_force_when_the_minute_ended(store, control, closer, group):
    faults = group("faults", "fault")
    with control.begin() as connection:
        change = groups.GroupChange(filter_expression="ok")
        groups.update(connection, CALLER, faults, change, now=datetime.fromtimestamp(MINUTE + 90, UTC))
    for second, trace in ((MINUTE, 1), (MINUTE + 61, 3)):
        store_documents(store, a_segment("bad", trace=trace, start_time=second, fault=True))
        store_documents(store, a_segment("good", trace=trace + 1, start_time=second))
    closer.run(LATER)

    member = membership.of(control, CALLER, faults)
    assert names(stored_graph(store, MINUTE, member)) == {"bad"}
    assert names(stored_graph(store, MINUTE + 60, member)) == {"good"}
    assert names(stored_graph(store)) == {"good", "bad"}


def test_a_group_that_nothing_came_for_since_it_exists_needs_no_count(store, control, closer, group):
    store_documents(store, a_segment(fault=True), received_at=NOW)
    closer.run(LATER)
    late = group("late", "fault", at=LATER)
    member = membership.of(control, CALLER, late)

    assert dict(reading.read(Source(store, CALLER, member), HOUR, Buckets(HOUR.start, 3600))) == {}


def test_a_clock_that_was_set_back_does_not_hide_the_newer_count(store, closer):
    store_documents(store, a_segment("early"))
    closer.run(LATER)
    store_documents(store, a_segment("late", trace=2), received_at=LATER)
    closer.run(LATER - timedelta(minutes=2))
    closer.run(LATER + SETTLED)

    assert names(stored_graph(store)) == {"early", "late"}


def test_many_minutes_are_counted_newest_first_and_each_by_itself(store, control):
    store_documents(store, *(a_segment(trace=n, start_time=MINUTE - 60 * n) for n in range(1, 40)))
    times = iter(range(0, 1000, 2))  # each look at the clock takes two seconds
    closer = MinuteCloser(store, control, lambda: next(times))

    closer.run(LATER)
    first = counted(store)
    assert 0 < len(first) < 39
    assert max(first) == MINUTE - 60

    for _ in range(5):
        closer.run(LATER)
    assert counted(store) == {MINUTE - 60 * n: 1 for n in range(1, 40)}
    assert repr(closer) == "<MinuteCloser 0 minutes due>"


def test_a_busy_minute_is_counted_in_parts_with_a_rest_as_long_as_the_work_before_each(store, control, monkeypatch):
    monkeypatch.setattr(closing, "_ROWS", 10)
    store_documents(store, *(a_segment(trace=n, start_time=MINUTE + n) for n in range(30)))
    rests = []
    times = iter(range(1000))  # each look at the clock takes a quarter of a second
    MinuteCloser(store, control, lambda: next(times) / 4, rests.append).run(LATER)

    assert counted(store) == {MINUTE: 30}
    assert sum(service.statistics.total for service in stored_graph(store).services.values()) == 30
    assert rests == [0.25] * 3


def test_a_group_is_counted_beside_the_account_in_every_minute_of_a_batch(store, control, closer, group):
    faults = group("faults", "fault")
    for minute in range(3):
        store_documents(store, a_segment(trace=minute + 1, start_time=MINUTE + 60 * minute, fault=minute != 1))
    closer.run(LATER)

    member = membership.of(control, CALLER, faults)
    assert counted(store, member.group_id) == counted(store) == {MINUTE + 60 * n: 1 for n in range(3)}
    assert [len(stored_graph(store, MINUTE + 60 * n, member).services) for n in range(3)] == [1, 0, 1]


def test_two_workers_at_the_same_moment_count_once(store):
    store_documents(store, a_segment())
    source = Source(store, CALLER)
    graph = reading.live_graphs(source, [Slice(MINUTE, MINUTE + 60)], Buckets(MINUTE, 60))[0]
    for _ in range(2):
        minutes.write(source, {MINUTE: (minutes.Counted(1, 7), graph)})

    (service,) = stored_graph(store).services.values()
    assert service.statistics.total == 1
