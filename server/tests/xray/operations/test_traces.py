"""Segments in, traces and summaries out, through the handlers."""

import asyncio
import json
from base64 import b64encode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from builders import (
    NOW,
    START,
    a_call,
    a_segment,
    a_streamed_subsegment,
    a_subsegment,
    a_trace_id,
    an_id,
    store_documents,
)
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from prometheus_client import REGISTRY

from skylens.clock import ManualClock
from skylens.config import Limits
from skylens.language import LanguageError
from skylens.registry import Call
from skylens.sql import Sql
from skylens.store import ReadLimits, Store
from skylens.store.insert_buffer import BufferLimits
from skylens.xray import document_cipher, trace_store
from skylens.xray.errors import InvalidRequest, Throttled
from skylens.xray.operations import traces as operations

MakeCall = Callable[..., Call]

TOO_LARGE = "Trace Size Exceeded. Reduce the number of segments per trace and the size of your segment documents."


async def put(call: Call, *documents: Any) -> list[dict[str, Any]]:
    texts = [each if isinstance(each, str) else json.dumps(each) for each in documents]
    answer = await operations.put_trace_segments(call, {"TraceSegmentDocuments": texts})
    return answer["UnprocessedTraceSegments"]


def get(call: Call, *trace_ids: str, **members: Any) -> Any:
    return operations.batch_get_traces(call, {"TraceIds": list(trace_ids), **members})


def summaries(call: Call, filter_expression: str = "", **members: Any) -> Any:
    window = {"StartTime": NOW - timedelta(hours=1), "EndTime": NOW, "FilterExpression": filter_expression}
    return operations.get_trace_summaries(call, {**window, **members})


def found(answer: Any) -> list[str]:
    return [each["Id"] for each in answer["TraceSummaries"]]


async def test_what_was_acknowledged_can_be_read_at_once(call: MakeCall):
    segment = a_segment(subsegments=[a_call("dynamodb", aws={"table_name": "carts"})])
    assert await put(call("xray", "PutTraceSegments"), segment) == []
    answer = get(call("xray", "BatchGetTraces"), a_trace_id())
    assert answer["UnprocessedTraceIds"] == []
    assert "NextToken" not in answer
    (trace,) = answer["Traces"]
    assert (trace["Id"], trace["Duration"], trace["LimitExceeded"]) == (a_trace_id(), 0.5, False)
    documents = [json.loads(each["Document"]) for each in trace["Segments"]]
    assert [document["id"] for document in documents] == [each["Id"] for each in trace["Segments"]]
    assert [document.get("origin") for document in documents] == [None, "AWS::DynamoDB::Table"]


async def test_refused_documents_are_named_and_all_others_kept(call: MakeCall):
    refused = await put(call("xray", "PutTraceSegments"), "nonsense", a_segment(), a_segment("a?b", number=7))
    assert refused == [
        {"ErrorCode": "ParseError", "Message": "Invalid segment. ErrorCode: ParseError"},
        {"Id": an_id(7), "ErrorCode": "InvalidName", "Message": "Invalid segment. ErrorCode: InvalidName"},
    ]
    assert len(get(call("xray", "BatchGetTraces"), a_trace_id())["Traces"]) == 1


async def test_a_call_without_documents_is_answered(call: MakeCall):
    assert await put(call("xray", "PutTraceSegments")) == []


async def test_thousands_of_documents_fit_one_call(call: MakeCall, store: Store):
    many = [json.dumps(a_segment(number=n)) for n in range(1, 1201)]
    assert await put(call("xray", "PutTraceSegments"), *many) == []
    assert store.read(Sql("SELECT count() FROM segments")) == [(1200,)]


async def test_more_documents_than_a_call_may_have_are_refused(call: MakeCall):
    limited = call("xray", "PutTraceSegments", limits=Limits(documents_per_call=2))
    with pytest.raises(InvalidRequest, match="3 items; at most 2"):
        await put(limited, a_segment(), a_segment(), a_segment())


async def test_documents_a_year_apart_are_stored_in_one_call(call: MakeCall, store: Store):
    days = [a_segment(number=n, start_time=START - n * 3 * 86_400) for n in range(1, 121)]
    assert await put(call("xray", "PutTraceSegments"), *days) == []
    assert store.read(Sql("SELECT count() FROM segments")) == [(120,)]


async def test_more_segments_than_the_account_may_send_in_a_second_are_throttled(call: MakeCall, clock: ManualClock):
    limits = Limits(segments_per_second=3)
    assert await put(call("xray", "PutTraceSegments", limits=limits), a_segment(), a_segment()) == []
    with pytest.raises(Throttled, match="Rate exceeded"):
        await put(call("xray", "PutTraceSegments", limits=limits), a_segment(), a_segment())
    other = call("xray", "PutTraceSegments", limits=limits, account="000000000001")
    assert await put(other, a_segment(), a_segment()) == []
    clock.advance(1)
    assert await put(call("xray", "PutTraceSegments", limits=limits), a_segment(), a_segment()) == []


async def test_a_trace_grows_to_its_limit_and_says_that_it_has(call: MakeCall):
    limits = Limits(trace_bytes=1100)
    big = {"metadata": {"default": {"text": "x" * 250}}}
    first = [a_segment(number=n, **big) for n in (1, 2)]
    assert await put(call("xray", "PutTraceSegments", limits=limits), *first) == []
    later = [a_segment(number=3, **big), a_segment(number=4), a_segment(number=5, trace=2, **big)]
    assert await put(call("xray", "PutTraceSegments", limits=limits), *later) == [
        {"Id": an_id(3), "ErrorCode": "InvalidSegment", "Message": TOO_LARGE}
    ]
    answer = get(call("xray", "BatchGetTraces"), a_trace_id(1), a_trace_id(2))
    assert [(trace["LimitExceeded"], len(trace["Segments"])) for trace in answer["Traces"]] == [(True, 3), (False, 1)]


async def test_the_rows_of_a_trace_without_time_in_its_id_count_towards_its_limit(call: MakeCall):
    limits, floating = Limits(trace_bytes=500), "1-e0000000-000000000000000000000001"
    big = {"metadata": {"default": {"text": "x" * 200}}, "trace_id": floating}
    assert await put(call("xray", "PutTraceSegments", limits=limits), a_segment(number=1, **big)) == []
    refused = await put(call("xray", "PutTraceSegments", limits=limits), a_segment(number=2, **big))
    assert [each["Message"] for each in refused] == [TOO_LARGE]


async def test_a_document_over_the_limit_marks_its_trace(call: MakeCall):
    limits = Limits(segment_document_bytes=1000)
    large = a_segment(number=2, metadata={"default": {"text": "x" * 1000}})
    refused = await put(call("xray", "PutTraceSegments", limits=limits), a_segment(), large)
    assert refused == [
        {"Id": an_id(2), "ErrorCode": "InvalidSegment", "Message": "Invalid segment. ErrorCode: InvalidSegment"}
    ]
    (trace,) = get(call("xray", "BatchGetTraces"), a_trace_id())["Traces"]
    assert trace["LimitExceeded"]


def an_export(name: str = "work", *, span_id: str = an_id(1)) -> str:
    request = ExportTraceServiceRequest()
    span = request.resource_spans.add().scope_spans.add().spans.add()
    span.name, span.kind = name, 2
    span.trace_id = bytes.fromhex(a_trace_id()[2:].replace("-", ""))
    span.span_id = bytes.fromhex(span_id)
    span.start_time_unix_nano, span.end_time_unix_nano = int(START * 1e9), int((START + 0.25) * 1e9)
    return b64encode(request.SerializeToString()).decode()


def dropped(reason: str) -> float:
    return REGISTRY.get_sample_value("skylens_xray_dropped_documents_total", {"reason": reason}) or 0.0


async def test_spans_of_adot_in_base64_are_segments(call: MakeCall):
    assert await put(call("xray", "PutTraceSegments"), "T1S" + an_export("work")) == []
    (trace,) = get(call("xray", "BatchGetTraces"), a_trace_id())["Traces"]
    document = json.loads(trace["Segments"][0]["Document"])
    assert (document["name"], document["id"], trace["Duration"]) == ("work", an_id(1), 0.25)


async def test_metrics_and_unsampled_spans_are_dropped_and_counted(call: MakeCall):
    before = dropped("metrics"), dropped("unsampled")
    assert await put(call("xray", "PutTraceSegments"), "M1anything", "T1U" + an_export()) == []
    assert (dropped("metrics"), dropped("unsampled")) == (before[0] + 1, before[1] + 1)
    assert get(call("xray", "BatchGetTraces"), a_trace_id())["Traces"] == []


@pytest.mark.parametrize(
    "document", ["T1S", "T1S!!!", "T1S" + b64encode(b"nonsense").decode(), "T1Unope", "Text", "More"]
)
async def test_what_only_looks_like_a_span_is_a_parse_error(call: MakeCall, document: str):
    refused = await put(call("xray", "PutTraceSegments"), document)
    assert refused == (
        [] if document == "T1S" else [{"ErrorCode": "ParseError", "Message": "Invalid segment. ErrorCode: ParseError"}]
    )


async def test_concurrent_calls_are_all_stored(call: MakeCall, store: Store):
    await asyncio.gather(*(put(call("xray", "PutTraceSegments"), a_segment(number=n)) for n in range(1, 41)))
    assert store.read(Sql("SELECT count() FROM segments")) == [(40,)]


def test_traces_come_in_the_order_asked_for_and_unknown_ones_not_at_all(call: MakeCall, store: Store):
    store_documents(store, a_segment(trace=1), a_segment(trace=2))
    raw = a_trace_id(2)[2:].replace("-", "").upper()
    answer = get(call("xray", "BatchGetTraces"), raw, a_trace_id(9), a_trace_id(1), a_trace_id(2))
    assert [trace["Id"] for trace in answer["Traces"]] == [a_trace_id(2), a_trace_id(1)]
    assert answer["UnprocessedTraceIds"] == []


@pytest.mark.parametrize("text", ["", "x", "1-58406520-xyz", a_trace_id() + "0"])
def test_a_malformed_trace_id_is_an_invalid_request(call: MakeCall, text: str):
    with pytest.raises(InvalidRequest, match="Invalid trace id"):
        get(call("xray", "BatchGetTraces"), text)


def test_more_ids_than_a_call_may_have_are_refused(call: MakeCall):
    with pytest.raises(InvalidRequest, match="6 items; at most 5"):
        get(call("xray", "BatchGetTraces", limits=Limits(trace_ids_per_call=5)), *map(a_trace_id, range(6)))


def test_another_account_or_region_sees_nothing(call: MakeCall, store: Store):
    store_documents(store, a_segment())
    assert get(call("xray", "BatchGetTraces", account="000000000001"), a_trace_id())["Traces"] == []
    assert get(call("xray", "BatchGetTraces", region="eu-west-1"), a_trace_id())["Traces"] == []
    assert found(summaries(call("xray", "GetTraceSummaries", account="000000000001"))) == []


def test_large_traces_are_paged_whole(call: MakeCall, store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(operations, "_PAGE_BYTES", 600)
    store_documents(store, *(a_segment(trace=n, number=n, metadata={"default": "x" * 200}) for n in range(1, 6)))
    wanted = [a_trace_id(n) for n in range(1, 6)]
    pages, token = [], None
    while True:
        answer = get(call("xray", "BatchGetTraces"), *wanted, NextToken=token)
        pages.append([trace["Id"] for trace in answer["Traces"]])
        token = answer.get("NextToken")
        if token is None:
            break
    assert pages == [wanted[:2], wanted[2:4], wanted[4:]]


@pytest.mark.parametrize("token", ["x", "bm90aGluZw==", "MSBhYmM=", "ü"])
def test_a_token_of_another_request_is_an_invalid_request(call: MakeCall, token: str):
    with pytest.raises(InvalidRequest, match="NextToken"):
        get(call("xray", "BatchGetTraces"), a_trace_id(), a_trace_id(2), NextToken=token)


def test_a_trace_that_takes_more_than_a_read_may_is_unprocessed_and_the_others_are_not(
    call: MakeCall, store: Store, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(trace_store, "_BY_KEY", ReadLimits(result_rows=3))
    store_documents(store, *(a_segment(trace=1, number=n) for n in range(1, 6)), a_segment(trace=2))
    answer = get(call("xray", "BatchGetTraces"), a_trace_id(1), a_trace_id(2))
    assert answer["UnprocessedTraceIds"] == [a_trace_id(1)]
    assert [trace["Id"] for trace in answer["Traces"]] == [a_trace_id(2)]


async def test_a_store_with_no_room_for_more_rows_throttles(call: MakeCall, store: Store, clock: ManualClock):
    busy = Store(store.engine, clock=clock, limits=BufferLimits(waiting_rows=1))
    document_cipher.use(busy, document_cipher.cipher_of(store))
    calls = [replace(call("xray", "PutTraceSegments"), store=busy) for _ in range(2)]
    outcomes = await asyncio.gather(*(put(each, a_segment()) for each in calls), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {list, Throttled}, "whichever comes first"
    busy.drain()


def test_a_trace_is_found_by_rows_that_lie_elsewhere_than_its_id_says(call: MakeCall, store: Store):
    trace_id = "1-e0000000-000000000000000000000001"
    store_documents(
        store,
        a_segment(trace_id=trace_id, number=1),
        a_segment(trace_id=trace_id, number=2, parent_id=an_id(1), start_time=START + 90),
    )
    (trace,) = get(call("xray", "BatchGetTraces"), trace_id)["Traces"]
    assert [segment["Id"] for segment in trace["Segments"]] == [an_id(1), an_id(2)]


def test_a_trace_of_endless_documents_is_shown_in_part(call: MakeCall, store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(trace_store, "MOST_DOCUMENTS", 3)
    store_documents(store, *(a_segment(number=n) for n in range(1, 6)))
    (trace,) = get(call("xray", "BatchGetTraces"), a_trace_id())["Traces"]
    assert (len(trace["Segments"]), trace["LimitExceeded"]) == (3, True)


def test_summaries_are_newest_first_with_what_was_looked_at(call: MakeCall, store: Store):
    store_documents(store, *(a_segment(trace=n, number=n, start_time=START + n) for n in range(1, 4)))
    answer = summaries(call("xray", "GetTraceSummaries"))
    assert found(answer) == [a_trace_id(n, start=START + n) for n in (3, 2, 1)]
    assert answer["TracesProcessedCount"] == 3
    assert "NextToken" not in answer
    assert answer["ApproximateTime"] <= datetime.fromtimestamp(START + 1, UTC)
    assert "MatchedEventTime" not in answer["TraceSummaries"][0]


def test_summaries_are_paged_by_a_token(call: MakeCall, store: Store):
    store_documents(store, *(a_segment(trace=n, number=n, start_time=START + n) for n in range(1, 251)))
    seen, token = [], None
    while True:
        answer = summaries(call("xray", "GetTraceSummaries"), NextToken=token)
        seen += found(answer)
        token = answer.get("NextToken")
        if token is None:
            break
    assert seen == [a_trace_id(n, start=START + n) for n in range(250, 0, -1)]


@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ("", {1, 2, 3}),
        ("fault", {2}),
        ('service("pay.test")', {2}),
        ('edge("shop", "pay.test") { fault }', {2}),
        ('annotation.tenant = "acme"', {3}),
        ("!annotation.tenant", {1, 2}),
        ('rootcause.fault.entity { name = "pay.test" }', {2}),
        ('group.name = "broken"', {2}),
        ("responsetime > 1", {3}),
    ],
)
def test_a_filter_chooses_the_traces(call: MakeCall, store: Store, expression: str, expected: set[int]):
    from skylens.xray.operations.groups import create_group

    create_group(call("xray", "CreateGroup"), {"GroupName": "broken", "FilterExpression": "fault"})
    paying = a_call("pay.test", namespace="remote", fault=True)
    store_documents(
        store,
        a_segment("shop", trace=1),
        a_segment("shop", trace=2, fault=True, subsegments=[paying]),
        a_segment("shop", trace=3, annotations={"tenant": "acme"}, duration=2),
    )
    assert set(found(summaries(call("xray", "GetTraceSummaries"), expression))) == {a_trace_id(n) for n in expected}


@pytest.mark.parametrize("expression", ["duration < 1", "duration > 1"])
def test_a_trace_of_two_versions_is_judged_by_the_better_one(call: MakeCall, store: Store, expression: str):
    document = a_segment(duration=2)
    early = {key: value for key, value in document.items() if key != "end_time"} | {"in_progress": True}
    store_documents(store, early, document)
    assert bool(found(summaries(call("xray", "GetTraceSummaries"), expression))) == (">" in expression)


def test_an_annotation_beyond_those_that_are_indexed_is_there_all_the_same(call: MakeCall, store: Store):
    store_documents(store, a_segment(annotations={f"k{n}": n for n in range(60)}))
    for expression in ("!annotation.k59", "annotation.k59 != 59"):
        assert found(summaries(call("xray", "GetTraceSummaries"), expression)) == []


def test_a_streamed_call_is_found_though_its_segment_does_not_hold_it(call: MakeCall, store: Store):
    segment = a_segment("shop")
    store_documents(store, segment, a_streamed_subsegment(segment, "pay.test", namespace="remote", number=2))
    assert found(summaries(call("xray", "GetTraceSummaries"), 'edge("shop", "pay.test")')) == [a_trace_id()]


def test_an_expression_that_says_nothing_is_refused_with_its_place(call: MakeCall):
    with pytest.raises(LanguageError, match="at position 6"):
        summaries(call("xray", "GetTraceSummaries"), "fault nonsense")
    with pytest.raises(LanguageError, match="unknown group"):
        summaries(call("xray", "GetTraceSummaries"), 'group.name = "nobody"')


def test_a_range_that_is_too_long_or_ends_before_it_starts_is_refused(call: MakeCall):
    day = call("xray", "GetTraceSummaries", limits=Limits(trace_summaries_range_hours=24))
    with pytest.raises(InvalidRequest, match=r"^Time range cannot be longer than 24 hours$"):
        summaries(day, StartTime=NOW - timedelta(hours=24, seconds=1))
    with pytest.raises(InvalidRequest):
        summaries(day, StartTime=NOW, EndTime=NOW)


def test_a_trace_that_was_updated_in_the_range_is_found_by_event_with_the_time(call: MakeCall, store: Store):
    arrived = NOW - timedelta(minutes=1)
    store_documents(store, a_segment(start_time=START - 86_400), received_at=arrived)
    assert found(summaries(call("xray", "GetTraceSummaries"))) == []
    (summary,) = summaries(call("xray", "GetTraceSummaries"), TimeRangeType="Event")["TraceSummaries"]
    assert summary["MatchedEventTime"] == arrived


def test_a_trace_is_found_by_the_end_of_its_segment(call: MakeCall, store: Store):
    store_documents(store, a_segment(start_time=NOW.timestamp() - 5400, duration=3600))
    assert found(summaries(call("xray", "GetTraceSummaries"))) == []
    assert len(found(summaries(call("xray", "GetTraceSummaries"), TimeRangeType="Service"))) == 1


def test_a_fixed_rate_returns_about_that_part_and_no_sampling_everything(call: MakeCall, store: Store):
    store_documents(store, *(a_segment(trace=n, number=n) for n in range(1, 81)))
    sampled = {"Sampling": True, "SamplingStrategy": {"Name": "FixedRate", "Value": 0.5}}
    assert 20 <= len(found(summaries(call("xray", "GetTraceSummaries"), **sampled))) <= 60
    assert len(found(summaries(call("xray", "GetTraceSummaries"), Sampling=True))) == 80
    with pytest.raises(InvalidRequest, match="fraction from 0 to 1"):
        summaries(
            call("xray", "GetTraceSummaries"), Sampling=True, SamplingStrategy={"Name": "FixedRate", "Value": 2.0}
        )


def test_a_summary_tells_of_the_account_that_owns_the_trace(call: MakeCall, store: Store):
    store_documents(store, a_segment(subsegments=[a_subsegment(annotations={"a": 1})]))
    (summary,) = summaries(call("xray", "GetTraceSummaries"))["TraceSummaries"]
    assert summary["EntryPoint"] == {"Name": "checkout", "Names": ["checkout"], "AccountId": "000000000000"}
