"""One document: what is accepted, as which row; what is refused, in which words."""

import json
from typing import Any

import pytest
from builders import NOW, START, a_call, a_segment, a_streamed_subsegment, a_subsegment, a_trace_id, as_text, checked

from skylens.config import Limits
from skylens.xray.segment import (
    COLUMNS,
    ERROR,
    FAULT,
    IN_PROGRESS,
    MAX_DEPTH,
    THROTTLE,
    TRACED,
    Bounds,
    Refusal,
    Segment,
    check,
)

BOUNDS = Bounds.at(NOW, Limits())


def row(document: Any) -> dict[str, Any]:
    (segment,) = checked(document)
    return dict(zip(COLUMNS, segment.row, strict=True))


def answers(document: Any, bounds: Bounds = BOUNDS) -> list[tuple[str, str, str]]:
    return [(r.id, r.code, r.message) for r in check(as_text(document), bounds) if isinstance(r, Refusal)]


SEGMENT_ID = a_segment()["id"]


@pytest.mark.parametrize(
    "text", ["", "nonsense", "{", '"text"', "1", "null", "[1]", '{"a": NaN}', '{"a": Infinity}', '{"a": 1e999}', "X1S"]
)
def test_what_is_no_json_object_is_a_parse_error_without_an_id(text):
    assert answers(text) == [("", "ParseError", "Invalid segment. ErrorCode: ParseError")]


@pytest.mark.parametrize("document", ["[]", "{}", a_segment(id=""), '{"id": null}'])
def test_a_document_without_an_id_is_refused_without_an_id(document):
    assert answers(document) == [("", "MissingId", "Invalid segment. ErrorCode: MissingId")]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"id": "xyz"}, "InvalidId"),
        ({"id": "00 0000000000000"}, "InvalidId"),
        ({"id": "00000000000000001"}, "InvalidId"),
        ({"id": 12}, "InvalidId"),
        ({"trace_id": None}, "InvalidTraceId"),
        ({"trace_id": "2-58406520-a006649127e371903a2de979"}, "InvalidTraceId"),
        ({"trace_id": "1-58406520-a006649127e371903a2de97"}, "InvalidTraceId"),
        ({"trace_id": "1-58406520-a006649127e371903a2de9zz"}, "InvalidTraceId"),
        ({"trace_id": "1-58406520-a006649127e37190 3a2de97"}, "InvalidTraceId"),
        ({"trace_id": 5}, "InvalidTraceId"),
        ({"parent_id": "xyz"}, "InvalidParentId"),
        ({"name": None}, "MissingName"),
        ({"name": ""}, "MissingName"),
        ({"name": "what?"}, "InvalidName"),
        ({"name": "x" * 201}, "InvalidName"),
        ({"name": ["x"]}, "InvalidName"),
        ({"start_time": "soon"}, "InvalidStartTime"),
        ({"start_time": True}, "InvalidStartTime"),
        ({"start_time": START * 1000}, "InvalidStartTime"),
        ({"start_time": START - 400 * 86_400}, "InvalidStartTime"),
        ({"start_time": NOW.timestamp() + 2 * 86_400}, "InvalidStartTime"),
        ({"end_time": "later"}, "InvalidEndTime"),
        ({"end_time": 1e300}, "InvalidEndTime"),
        ({"end_time": -1e12}, "InvalidEndTime"),
        ({"start_time": 10**400}, "InvalidStartTime"),
        ({"end_time": None}, "MissingEndTime"),
        ({"end_time": None, "in_progress": False}, "MissingEndTime"),
        ({"subsegments": ["text"]}, "InvalidSegment"),
    ],
)
def test_every_refusal_names_the_document_and_the_reason(change, code):
    document = {**a_segment(trace_id=a_trace_id()), **change}
    document = {key: value for key, value in document.items() if value is not None}
    message = f"Invalid segment. ErrorCode: {code}"
    if "subsegments" in change:
        message = f"Invalid subsegment. ErrorCode: {code}, Cause: null"
    assert answers(document) == [(str(document.get("id", "")), code, message)]


def test_a_document_without_a_start_is_refused():
    document = a_segment()
    del document["start_time"]
    assert answers(document) == [(SEGMENT_ID, "MissingStartTime", "Invalid segment. ErrorCode: MissingStartTime")]


@pytest.mark.parametrize(
    ("child", "code"),
    [
        (a_subsegment("a?b"), "InvalidName"),
        (a_subsegment(end_time=None), "MissingEndTime"),
        (a_subsegment(start_time=1e200, end_time=1e300), "InvalidStartTime"),
        (a_subsegment(id=None), "MissingId"),
        (a_subsegment(id="x"), "InvalidId"),
        (a_subsegment(subsegments=[a_subsegment(end_time=None)]), "MissingEndTime"),
    ],
)
def test_a_bad_embedded_subsegment_refuses_the_whole_document_under_its_id(child, code):
    message = f"Invalid subsegment. ErrorCode: {code}, Cause: null"
    assert answers(a_segment(subsegments=[child])) == [(SEGMENT_ID, code, message)]


def test_an_independent_subsegment_is_refused_as_a_subsegment():
    streamed = a_streamed_subsegment(a_segment())
    refused = {**streamed, "name": "a?b"}
    assert answers(refused) == [
        (streamed["id"], "InvalidName", "Invalid subsegment. ErrorCode: InvalidName, Cause: null")
    ]
    del streamed["parent_id"]
    assert [code for _, code, _ in answers(streamed)] == ["MissingParentId"]


def test_a_document_over_the_limit_is_refused_with_its_trace_remembered():
    bounds = Bounds.at(NOW, Limits(segment_document_bytes=500))
    fitting, document = a_segment(), a_segment(metadata={"default": {"text": "ü" * 200}})
    text = json.dumps(document, ensure_ascii=False)
    assert len(text) < 500 < len(text.encode())
    (refusal,) = check(text, bounds)
    assert isinstance(refusal, Refusal)
    assert refusal[:3] == ("InvalidSegment", "Invalid segment. ErrorCode: InvalidSegment", SEGMENT_ID)
    assert refusal.oversized == checked(fitting)[0].trace_id


def test_nesting_that_would_exhaust_the_stack_is_refused_and_less_is_not():
    def nested(levels: int) -> str:
        text = json.dumps(a_segment(metadata={"default": "HERE"}))
        return text.replace('"HERE"', "[" * levels + "]" * levels)

    assert answers(nested(100_000)) == answers("nonsense")
    assert answers(nested(MAX_DEPTH)) == answers("nonsense")
    assert answers(nested(MAX_DEPTH - 20)) == []
    many_but_flat = a_segment(metadata={"default": [{} for _ in range(1000)]})
    assert answers(many_but_flat) == []


def test_an_array_holds_a_document_in_each_item():
    parent = a_segment()
    items = [a_streamed_subsegment(parent, number=2), a_streamed_subsegment(parent, "a?", number=3), 7]
    found = check(json.dumps(items), BOUNDS)
    assert [type(item).__name__ for item in found] == ["Segment", "Refusal", "Refusal"]
    assert json.loads(found[0].row[-1]) == items[0]


def test_a_row_tells_what_queries_ask_about():
    document = a_segment(
        "checkout",
        trace=7,
        parent_id="00000000000000ff",
        origin="AWS::ECS::Container",
        user="u-1",
        fault=True,
        http={
            "request": {
                "method": "POST",
                "url": "https://shop.test/cart",
                "user_agent": "curl/8",
                "client_ip": "10.1.2.3",
            },
            "response": {"status": 502},
        },
        aws={
            "account_id": "000000000001",
            "ec2": {"instance_id": "i-1", "availability_zone": "local-1a"},
            "ecs": {"container_arn": "arn:container", "availability_zone": "local-1a"},
            "function_arn": "arn:function",
        },
        resource_arn="arn:resource",
        annotations={"tenant": "acme", "items": 3, "vip": True, "dropped": [1], "not indexed": 1},
        links=[{"trace_id": a_trace_id(9), "id": "7766554433221100"}],
    )
    values = row(document)
    assert values.pop("document") == json.dumps(document)
    assert {key: value for key, value in values.items() if not key.startswith("sub.")} == {
        "trace_ts": int(START),
        "trace_id": bytes.fromhex(a_trace_id(7)[2:].replace("-", "")),
        "id": bytes.fromhex(document["id"]),
        "floating": False,
        "parent_id": bytes.fromhex("00000000000000ff"),
        "is_subsegment": False,
        "in_progress": False,
        "partial": False,
        "has_links": True,
        "start_us": int(START * 1e6),
        "duration_us": 500_000,
        "full_duration_us": 500_000,
        "name": "checkout",
        "origin": "AWS::ECS::Container",
        "account_id": "000000000001",
        "fault": True,
        "error": False,
        "throttle": False,
        "any_throttle": False,
        "http_url": "https://shop.test/cart",
        "http_method": "POST",
        "http_status": 502,
        "http_user_agent": "curl/8",
        "http_client_ip": "10.1.2.3",
        "users": ["u-1"],
        "annotations": ["tenant=s:acme", "items=n:3", "vip=b:true"],
        "resource_arns": ["arn:resource", "arn:container", "arn:function"],
        "instance_ids": ["i-1"],
        "availability_zones": ["local-1a"],
    }


def test_embedded_subsegments_stand_depth_first_with_the_node_each_call_goes_to():
    inner = a_call("shop@db", number=3, namespace="remote", sql={}, throttle=True, error=True)
    outer = a_subsegment("work", number=2, subsegments=[inner], annotations={"a": 1, "b": 2}, user="u-2")
    last = a_call(
        "dynamodb",
        number=4,
        aws={"table_name": "carts", "account_id": "000000000009"},
        fault=True,
        end_time=None,
        in_progress=True,
        http={"request": {"traced": True}},
    )
    values = row(a_segment(subsegments=[outer, last], annotations={"a": 1}, user="u-1"))
    assert values["sub.name"] == ["work", "shop@db", "dynamodb"]
    assert values["sub.id"] == [bytes.fromhex(f"{number:016x}") for number in (2, 3, 4)]
    assert values["sub.node_name"] == ["", "shop@db", "carts"]
    assert values["sub.node_type"] == ["", "Database::SQL", "AWS::DynamoDB::Table"]
    assert values["sub.node_account"] == ["", "", "000000000009"]
    assert values["sub.duration_us"] == [100_000, 100_000, 0]
    assert values["sub.flags"] == [0, ERROR | THROTTLE, FAULT | TRACED | IN_PROGRESS]
    assert (values["partial"], values["in_progress"], values["any_throttle"], values["throttle"]) == (
        True,
        False,
        True,
        False,
    )
    assert values["annotations"] == ["a=n:1", "b=n:2"]
    assert values["users"] == ["u-1", "u-2"]


def test_a_streamed_subsegment_is_the_first_of_its_own_calls():
    streamed = a_streamed_subsegment(a_segment(), "S3", namespace="aws", subsegments=[a_subsegment("inner", number=3)])
    values = row(streamed)
    assert values["sub.name"] == ["S3", "inner"]
    assert values["is_subsegment"]


def test_late_work_counts_in_the_full_duration_only():
    late = a_subsegment(start_time=START + 0.4, end_time=START + 2)
    values = row(a_segment(duration=0.5, subsegments=[late]))
    assert (values["duration_us"], values["full_duration_us"]) == (500_000, 2_000_000)


def test_an_end_before_the_start_is_a_skewed_clock_and_no_time_at_all():
    assert row(a_segment(end_time=START - 1))["duration_us"] == 0


def test_a_segment_in_progress_has_no_duration():
    values = row(a_segment(end_time=None, in_progress=True))
    assert (values["in_progress"], values["partial"], values["duration_us"]) == (True, True, 0)


def test_a_segment_that_has_ended_is_not_in_progress_whatever_it_says():
    assert row(a_segment(in_progress=True))["in_progress"] is False


@pytest.mark.parametrize(
    ("id_second", "floating"),
    [
        (START, False),
        (START - 86_400, False),
        (START - 86_401, True),
        (START + 300, False),
        (START + 301, True),
        (0, True),
    ],
)
def test_the_second_in_the_trace_id_places_the_row_where_it_can_be_believed(id_second, floating):
    values = row(a_segment(trace_id=a_trace_id(1, start=id_second)))
    assert (values["floating"], values["trace_ts"]) == (floating, int(START if floating else id_second))


@pytest.mark.parametrize(
    ("quirk", "column", "expected"),
    [
        ({"trace_id": a_trace_id()[2:].replace("-", "").upper()}, "trace_ts", int(START)),
        ({"trace_id": "1-00000000-000000000000000000000000"}, "trace_ts", int(START)),
        ({"id": "00000000000000AA"}, "id", bytes.fromhex("00000000000000aa")),
        ({"start_time": str(START)}, "start_us", int(START * 1e6)),
        ({"start_time": int(START)}, "start_us", int(START * 1e6)),
        ({"parent_id": ""}, "parent_id", bytes(8)),
        ({"user": ""}, "users", []),
        ({"http": ""}, "http_status", 0),
        ({"http": {"request": "", "response": {"status": "404"}}}, "http_status", 404),
        ({"http": {"response": {"status": 404.0}}}, "http_status", 404),
        ({"http": {"response": {"status": "99999"}}}, "http_status", 0),
        ({"http": {"response": {"status": -1, "content_length": "12"}}}, "http_status", 0),
        ({"http": {"request": {"client_ip": "10.0.0.1, 10.0.0.2"}}}, "http_client_ip", "10.0.0.1, 10.0.0.2"),
        ({"aws": {"account_id": 123456789012}}, "account_id", "123456789012"),
        ({"aws": None, "cause": None, "subsegments": None}, "account_id", ""),
        ({"annotations": ""}, "annotations", []),
        ({"annotations": {"big": 10**400, "n": -0.0, "long": "x" * 1001}}, "annotations", ["n=n:0"]),
        ({"Dummy": False, "counter": 1, "notTraced": False, "noOp": True, "additionalTraceData": {}}, "fault", False),
        ({"cause": {"id": "00aa11bb22cc33dd"}}, "fault", False),
        ({"error": False, "throttle": False, "origin": "", "namespace": "", "links": []}, "has_links", False),
        ({"name": "Größe 1.2:/%&#=+\\-@_"}, "name", "Größe 1.2:/%&#=+\\-@_"),
    ],
)
def test_the_quirks_of_producers_are_read_as_what_they_mean(quirk, column, expected):
    assert row(json.dumps({**a_segment(), **quirk}))[column] == expected


def test_blanks_around_a_document_and_repeated_keys_are_legal():
    text = json.dumps(a_segment("first"))
    values = row(f' {text[:-1]}, "name": "last"}}\n')
    assert values["name"] == "last"


def test_at_most_fifty_annotations_of_a_document_are_indexed():
    assert len(row(a_segment(annotations={f"k{i}": i for i in range(60)}))["annotations"]) == 50


def test_bytes_are_checked_as_text_is():
    (segment,) = check(json.dumps(a_segment()).encode(), BOUNDS)
    assert isinstance(segment, Segment)
    assert check(b'{"id": "\xff"}', BOUNDS)[0] == check("nonsense", BOUNDS)[0]
