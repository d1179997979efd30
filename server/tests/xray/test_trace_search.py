import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import CALLER, NOW, a_segment, a_trace_id, store_documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skylens.caller import Caller, Region, root_of
from skylens.clock import ManualClock
from skylens.store import Store
from skylens.xray.errors import InvalidRequest
from skylens.xray.filter_expression.parser import parse
from skylens.xray.trace import TraceId
from skylens.xray.trace_search import Sampling, SearchPage, SearchRequest, search

_regions = itertools.count()
HOUR = SearchRequest(NOW - timedelta(hours=1), NOW)


def everyone(ids: list[TraceId]) -> list[TraceId]:
    return ids


def traces(store: Store, *seconds_ago: float, first: int = 1, name: str = "shop", caller: Caller = CALLER) -> list[str]:
    """Store one trace for each age; return their ids."""
    documents = [
        a_segment(name, trace=number, start_time=NOW.timestamp() - ago) for number, ago in enumerate(seconds_ago, first)
    ]
    store_documents(store, *documents, caller=caller)
    return [document["trace_id"] for document in documents]


def pages(store: Store, request: SearchRequest, *, admit=everyone, most: int = 200) -> list[SearchPage]:
    found = [search(store, CALLER, request, admit=admit)]
    while found[-1].next is not None:
        assert len(found) < most, "the search does not come to an end"
        found.append(search(store, CALLER, replace(request, after=found[-1].next), admit=admit))
    return found


def all_ids(found: list[SearchPage]) -> list[TraceId]:
    return [trace_id for page in found for trace_id in page.trace_ids]


def test_newest_come_first(store: Store):
    oldest, newest, middle = traces(store, 500, 100, 300)
    assert all_ids(pages(store, HOUR)) == [newest, middle, oldest]


def test_traces_of_one_second_are_ordered_by_id(store: Store):
    ids = traces(store, *[60] * 5)
    assert all_ids(pages(store, replace(HOUR, page_size=2))) == ids[::-1]


def test_the_range_includes_its_start_and_not_its_end(store: Store):
    at_start, _before, inside, _at_end = traces(store, 3600, 3601, 1, 0)
    assert all_ids(pages(store, HOUR)) == [inside, at_start]


def test_a_fraction_of_a_second_counts_as_part_of_the_range(store: Store):
    [_early, late] = traces(store, 10, 9)
    request = replace(HOUR, start=NOW - timedelta(seconds=9.5), end=NOW - timedelta(seconds=8.5))
    assert all_ids(pages(store, request)) == [late]


@settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
@given(st.lists(st.integers(1, 3_599), min_size=1, max_size=40), st.integers(1, 7))
def test_pages_skip_nothing_and_repeat_nothing_while_new_traces_arrive(store: Store, ages, page_size):
    caller = replace(CALLER, region=Region(f"region-{next(_regions)}"))
    ids = traces(store, *ages, caller=caller)
    expected = [trace_id for _, trace_id in sorted(zip([-age for age in ages], ids, strict=True), reverse=True)]
    request, found, number = replace(HOUR, page_size=page_size), [], 1_000
    while True:
        page = search(store, caller, request, admit=everyone)
        found += page.trace_ids
        if page.next is None:
            break
        request = replace(request, after=page.next)
        traces(store, 0.5, first=number, caller=caller)
        number += 1
    assert [trace_id for trace_id in found if int(trace_id[-24:], 16) < 1_000] == expected


def test_full_pages_are_full_whatever_is_admitted(store: Store):
    ids = traces(store, *range(1, 101))
    admitted = set(ids[::7])
    found = pages(store, replace(HOUR, page_size=4), admit=lambda batch: [i for i in batch if i in admitted])
    assert [len(page.trace_ids) for page in found] == [4, 4, 4, 3]
    assert all_ids(found) == [i for i in ids if i in admitted]


def test_a_month_with_one_trace_takes_few_reads(store: Store, monkeypatch: pytest.MonkeyPatch):
    documents = a_segment(start_time=NOW.timestamp() - 29 * 86_400)
    store_documents(store, documents)
    reads, read = [], store.read
    monkeypatch.setattr(store, "read", lambda query, **limits: reads.append(query) or read(query, **limits))
    request = replace(HOUR, start=NOW - timedelta(days=30))
    assert all_ids(pages(store, request)) == [documents["trace_id"]]
    assert len(reads) <= 12


def test_an_empty_store_gives_an_empty_last_page(store: Store):
    [page] = pages(store, HOUR)
    assert (page.trace_ids, page.next, page.processed) == ([], None, 0)


def test_effort_has_an_end_and_the_next_page_goes_on(store: Store, clock: ManualClock):
    [wanted] = traces(store, 3_000, name="rare")
    traces(store, *range(1, 50), first=100)

    def slow(batch: list[TraceId]) -> list[TraceId]:
        clock.advance(5)
        return [trace_id for trace_id in batch if trace_id == wanted]

    found = pages(store, replace(HOUR, page_size=10), admit=slow)
    assert found[0].trace_ids == []
    assert found[0].next is not None
    assert all_ids(found) == [wanted]


def test_another_account_and_another_region_see_nothing(store: Store):
    traces(store, 10)
    for account, region in (("000000000001", "us-east-1"), ("000000000000", "eu-west-1")):
        caller = Caller(root_of(account), Region(region))
        assert search(store, caller, HOUR, admit=everyone).trace_ids == []


@pytest.mark.parametrize(
    "expression", ['service("rare")', "annotation.k = 1", 'user = "ann"', "http.status = 500", "fault"]
)
def test_a_rare_trace_is_found_among_many(store: Store, expression: str):
    traces(store, *[age * 5 for age in range(1, 600)], first=2)
    rare = a_segment(
        "rare", trace=1, start_time=NOW.timestamp() - 2_500, user="ann", fault=True, annotations={"k": 1},
        http={"response": {"status": 500}},
    )  # fmt: skip
    store_documents(store, rare)
    found = pages(store, replace(HOUR, expression=parse(expression)))
    assert all_ids(found) == [rare["trace_id"]]
    assert sum(page.processed for page in found) == 600


# --- tokens


def a_token(store: Store) -> str:
    traces(store, 1, 2, 3)
    token = search(store, CALLER, replace(HOUR, page_size=2), admit=everyone).next
    assert token is not None
    return token


@pytest.mark.parametrize("token", ["", "x", "AAAA", "é", "!" * 52, "A" * 52])
def test_a_wrong_token_is_refused(store: Store, token: str):
    with pytest.raises(InvalidRequest):
        search(store, CALLER, replace(HOUR, after=token), admit=everyone)


@pytest.mark.parametrize(
    "change",
    [
        {"start": NOW - timedelta(hours=2)},
        {"end": NOW - timedelta(seconds=1)},
        {"time_range_type": "Event"},
        {"expression": parse("fault")},
        {"sampling": Sampling("FixedRate", 0.5)},
    ],
    ids=lambda change: next(iter(change)),
)
def test_a_token_of_another_request_is_refused(store: Store, change):
    with pytest.raises(InvalidRequest):
        search(store, CALLER, replace(HOUR, after=a_token(store), **change), admit=everyone)


def test_a_token_of_another_account_is_refused(store: Store):
    token = a_token(store)
    caller = replace(CALLER, principal=root_of("000000000001"))
    with pytest.raises(InvalidRequest):
        search(store, caller, replace(HOUR, after=token), admit=everyone)


def test_the_page_size_may_change_between_pages(store: Store):
    page = search(store, CALLER, replace(HOUR, page_size=50, after=a_token(store)), admit=everyone)
    assert len(page.trace_ids) == 1


def test_a_range_must_have_an_inside(store: Store):
    with pytest.raises(InvalidRequest):
        search(store, CALLER, replace(HOUR, start=NOW), admit=everyone)


# --- what time means


def test_event_time_is_when_parts_arrived(store: Store):
    old = a_segment(trace=1, start_time=NOW.timestamp() - 86_400)
    store_documents(store, old, received_at=NOW - timedelta(days=1))
    request = replace(HOUR, time_range_type="Event")
    assert all_ids(pages(store, request)) == []
    late = {**old, "id": "00000000000000ff", "parent_id": old["id"]}
    store_documents(store, late, received_at=NOW - timedelta(minutes=5))
    [page] = pages(store, request)
    assert page.trace_ids == [old["trace_id"]]
    assert page.matched_at == {old["trace_id"]: NOW - timedelta(minutes=5)}


def test_a_filter_sees_all_of_a_trace_that_was_updated_in_the_range(store: Store):
    old = a_segment("front", trace=1, start_time=NOW.timestamp() - 86_400)
    store_documents(store, old, received_at=NOW - timedelta(days=1))
    store_documents(store, {**old, "name": "late", "id": "00000000000000ff"}, received_at=NOW - timedelta(minutes=5))
    request = replace(HOUR, time_range_type="Event", expression=parse('service("front") service("late")'))
    assert all_ids(pages(store, request)) == [old["trace_id"]]


def test_service_time_is_when_segments_ended(store: Store):
    long = a_segment(trace=1, start_time=NOW.timestamp() - 7_200, duration=5_400)
    short = a_segment(trace=2, start_time=NOW.timestamp() - 7_200, duration=1)
    open_ended = a_segment(trace=3, start_time=NOW.timestamp() - 1_200, end_time=None, in_progress=True)
    store_documents(store, long, short, open_ended)
    assert all_ids(pages(store, replace(HOUR, time_range_type="Service"))) == [long["trace_id"]]


# --- ids without a time


def floating(number: int) -> str:
    return f"1-f0000000-{number:024x}"


def test_traces_with_random_ids_are_found_whole_and_once(store: Store):
    start = NOW.timestamp() - 1_000
    front = a_segment("front", trace_id=floating(1), start_time=start)
    back = a_segment("back", trace_id=floating(1), number=2, start_time=start + 400)
    store_documents(store, front, back)
    request = replace(HOUR, expression=parse('service("front") service("back")'))
    assert all_ids(pages(store, request)) == [floating(1)]


@pytest.mark.parametrize("expression", ['service("front") service("back")', "fault", "annotation.k = 1", "!fault"])
def test_a_filter_sees_parts_of_a_trace_that_began_hours_later(store: Store, expression: str):
    start = NOW.timestamp() - 3_000
    front = a_segment("front", trace_id=floating(1), start_time=start - 6 * 3600, fault=expression == "fault")
    back = a_segment("back", trace_id=floating(1), number=2, start_time=start, annotations={"k": 1})
    store_documents(store, front, back)
    request = replace(HOUR, start=NOW - timedelta(hours=8), expression=parse(expression))
    assert all_ids(pages(store, request)) == [floating(1)]
    assert all_ids(pages(store, replace(request, start=NOW - timedelta(hours=1)))) == []  # it began before


def test_a_trace_spread_over_half_an_hour_is_found_at_its_beginning_only(store: Store):
    parts = [
        a_segment(trace_id=floating(1), number=1 + at, start_time=NOW.timestamp() - 3_000 + 700 * at) for at in range(4)
    ]
    store_documents(store, *parts)
    assert all_ids(pages(store, replace(HOUR, page_size=1))) == [floating(1)]
    later = replace(HOUR, start=NOW - timedelta(seconds=2_500))
    assert all_ids(pages(store, later)) == []


def test_an_earlier_part_that_arrives_between_pages_does_not_move_a_trace(store: Store, clock: ManualClock):
    for number, ago in ((1, 100), (2, 200), (3, 300)):
        document = a_segment(trace_id=floating(number), start_time=NOW.timestamp() - ago)
        store_documents(store, document, received_at=NOW - timedelta(seconds=50))
    first = search(store, CALLER, replace(HOUR, page_size=1), admit=everyone)
    clock.advance(10)
    early = a_segment(trace_id=floating(1), number=7, start_time=NOW.timestamp() - 250)
    store_documents(store, early, received_at=NOW + timedelta(seconds=10))
    rest = pages(store, replace(HOUR, page_size=1, after=first.next))
    assert [*first.trace_ids, *all_ids(rest)] == [floating(1), floating(2), floating(3)]


def test_a_late_row_of_a_plausible_id_changes_nothing(store: Store):
    trace_id = a_trace_id(1, start=NOW.timestamp() - 1_000)
    skewed = a_segment(trace_id=trace_id, start_time=NOW.timestamp() - 2_000)
    punctual = a_segment(trace_id=trace_id, number=2, start_time=NOW.timestamp() - 1_000)
    store_documents(store, skewed, punctual)
    assert all_ids(pages(store, HOUR)) == [trace_id]


# --- sampling


def test_a_fixed_rate_takes_the_same_share_every_time(store: Store):
    ids = traces(store, *[age / 2 for age in range(2, 1_002)])
    request = replace(HOUR, sampling=Sampling("FixedRate", 0.3))
    found = all_ids(pages(store, request))
    assert 200 < len(found) < 400
    assert set(found) < set(ids)
    assert found == all_ids(pages(store, request))
    assert set(all_ids(pages(store, replace(HOUR, sampling=Sampling("FixedRate", 0.1))))) < set(found)


@pytest.mark.parametrize(("rate", "share"), [(0.0, 0), (1.0, 20)])
def test_rates_of_nothing_and_all(store: Store, rate: float, share: int):
    traces(store, *range(1, 21))
    assert len(all_ids(pages(store, replace(HOUR, sampling=Sampling("FixedRate", rate))))) == share


def test_a_partial_scan_looks_at_the_newest_part_of_the_range(store: Store):
    new, _old = traces(store, 100, 3_000)
    assert all_ids(pages(store, replace(HOUR, sampling=Sampling("PartialScan", 0.5)))) == [new]


def test_a_partial_scan_ends_when_its_effort_is_used_up(store: Store, clock: ManualClock):
    traces(store, *range(1, 40))

    def slow(_: list[TraceId]) -> list[TraceId]:
        clock.advance(60)
        return []

    [page] = pages(store, replace(HOUR, page_size=5, sampling=Sampling()), admit=slow)
    assert page.next is None


def test_a_page_says_how_far_back_it_reaches(store: Store):
    traces(store, 10, 20, 30)
    first, last = pages(store, replace(HOUR, page_size=2))
    assert first.start == NOW - timedelta(seconds=20)
    assert last.start == HOUR.start
    assert repr(first) == "<SearchPage 2 of 2 traces since 11:59:40>"
