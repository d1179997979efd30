"""What was sent is what is read: documents, inferred nodes, refusals, permutations (black-box list 1, 2, 3, 13)."""

import itertools
import json
import random

import pytest
from documents import (
    a_segment,
    a_streamed_subsegment,
    a_subsegment,
    checkout,
    new_id,
    new_trace_id,
    put,
    read,
    summaries,
)

OTHER_DOCUMENT = "another document of the same call is accepted"


def test_a_segment_comes_back_with_the_nodes_inferred_from_its_calls(xray):
    sent = checkout()
    assert put(xray, sent) == []

    (trace,) = xray.batch_get_traces(TraceIds=[sent["trace_id"]])["Traces"]
    assert trace["Id"] == sent["trace_id"]
    assert trace["LimitExceeded"] is False
    assert trace["Duration"] == pytest.approx(0.855, abs=0.001)
    documents = {s["Id"]: json.loads(s["Document"]) for s in trace["Segments"]}
    assert all(document["id"] == key for key, document in documents.items())

    segment = documents.pop(sent["id"])
    for field in ("name", "start_time", "end_time", "http", "user", "annotations", "metadata", "origin", "fault"):
        assert segment[field] == sent[field]
    assert [s["id"] for s in segment["subsegments"]] == [s["id"] for s in sent["subsegments"]]

    inferred = {document.get("origin", "remote"): document for document in documents.values()}
    assert set(inferred) == {"AWS::DynamoDB::Table", "Database::SQL", "remote"}
    assert all(document["inferred"] is True for document in inferred.values())
    assert inferred["AWS::DynamoDB::Table"]["parent_id"] == sent["subsegments"][0]["id"]
    assert inferred["Database::SQL"]["sql"] == sent["subsegments"][1]["sql"]
    assert inferred["remote"]["fault"] is True


def test_any_order_and_repetition_gives_the_same_trace(xray):
    segment = a_segment("ordered")
    parts = [
        {k: v for k, v in segment.items() if k != "end_time"} | {"in_progress": True},
        segment,
        a_streamed_subsegment("first", of=segment, namespace="remote"),
        a_streamed_subsegment("second", of=segment),
    ]
    answers = set()
    orders = random.Random(7).sample(list(itertools.permutations(parts)), 7)
    for order in orders:
        trace_id = new_trace_id(segment["start_time"])
        for part in order:
            assert put(xray, part | {"trace_id": trace_id}) == []
        (trace,) = xray.batch_get_traces(TraceIds=[trace_id])["Traces"]
        inferred = {
            json.loads(s["Document"])["id"] for s in trace["Segments"] if json.loads(s["Document"]).get("inferred")
        }
        assert len(inferred) == 1
        text = json.dumps(trace["Segments"]).replace(trace_id, "TRACE")
        answers.add(text.replace(inferred.pop(), "INFERRED"))
    assert len(answers) == 1


REFUSALS = [
    ("no JSON", lambda s: "{not json", None, "ParseError", "Invalid segment. ErrorCode: ParseError"),
    ("no id", lambda s: s | {"id": ...}, None, "MissingId", "Invalid segment. ErrorCode: MissingId"),
    ("an empty array", lambda s: "[]", None, "MissingId", "Invalid segment. ErrorCode: MissingId"),
    (
        "a bad trace id",
        lambda s: s | {"trace_id": "1-x"},
        "id",
        "InvalidTraceId",
        "Invalid segment. ErrorCode: InvalidTraceId",
    ),
    (
        "no trace id",
        lambda s: s | {"trace_id": ...},
        "id",
        "InvalidTraceId",
        "Invalid segment. ErrorCode: InvalidTraceId",
    ),
    ("no name", lambda s: s | {"name": ...}, "id", "MissingName", "Invalid segment. ErrorCode: MissingName"),
    (
        "an illegal name of a streamed subsegment",
        lambda s: a_streamed_subsegment("a?b", of=s) | {"id": s["id"]},
        "id",
        "InvalidName",
        "Invalid subsegment. ErrorCode: InvalidName, Cause: null",
    ),
    (
        "a streamed subsegment without end",
        lambda s: a_streamed_subsegment(of=s, end_time=...) | {"id": s["id"]},
        "id",
        "MissingEndTime",
        "Invalid subsegment. ErrorCode: MissingEndTime, Cause: null",
    ),
    ("an illegal name", lambda s: s | {"name": "a?b"}, "id", "InvalidName", "Invalid segment. ErrorCode: InvalidName"),
    (
        "an illegal name inside",
        lambda s: s | {"subsegments": [a_subsegment("a?b", of=s)]},
        "id",
        "InvalidName",
        "Invalid subsegment. ErrorCode: InvalidName, Cause: null",
    ),
    (
        "a subsegment without end",
        lambda s: s | {"subsegments": [a_subsegment(of=s, end_time=...)]},
        "id",
        "MissingEndTime",
        "Invalid subsegment. ErrorCode: MissingEndTime, Cause: null",
    ),
]


@pytest.mark.parametrize(("spoil", "named", "code", "message"), [r[1:] for r in REFUSALS], ids=[r[0] for r in REFUSALS])
def test_a_refused_document_is_named_and_the_others_are_kept(xray, spoil, named, code, message):
    segment, other = a_segment("refused"), a_segment(OTHER_DOCUMENT.replace(" ", "-"))
    spoilt = spoil(segment)
    if isinstance(spoilt, dict):
        spoilt = {k: v for k, v in spoilt.items() if v is not ...}
    (refused,) = put(xray, spoilt, other)
    assert refused.get("Id") == (segment["id"] if named else None)
    assert (refused["ErrorCode"], refused["Message"]) == (code, message)
    assert list(read(xray, other["trace_id"])) == [other["id"]]


def test_raw_hexadecimal_trace_ids_are_those_of_w3c(xray):
    digits = "f" + new_id() + new_id()[1:]
    segment = a_segment("w3c", trace_id=digits)
    assert put(xray, segment) == []
    canonical = f"1-{digits[:8]}-{digits[8:]}"
    assert list(read(xray, canonical)) == [segment["id"]]
    assert list(read(xray, digits)) == [segment["id"]]


def test_a_trace_of_subsegments_alone_is_visible(xray, eventually):
    facade = a_segment("facade")
    name = f"handler-{new_id()}"
    parts = [a_streamed_subsegment(name, of=facade, namespace="remote"), a_streamed_subsegment("inner", of=facade)]
    assert put(xray, *parts) == []
    assert {part["id"] for part in parts} <= set(read(xray, facade["trace_id"]))
    summary = eventually(lambda: [s for s in summaries(xray, "") if s["Id"] == facade["trace_id"]])[0]
    assert summary["EntryPoint"]["Name"]
    assert summary["Duration"] > 0


def test_an_unknown_trace_is_absent_and_a_malformed_id_is_refused(xray):
    answer = xray.batch_get_traces(TraceIds=[new_trace_id()])
    assert (answer["Traces"], answer["UnprocessedTraceIds"]) == ([], [])
    with pytest.raises(xray.exceptions.InvalidRequestException):
        xray.batch_get_traces(TraceIds=["not-a-trace-id"])
