"""The quick way and the thorough way give the same row; whatever is unusual is left to the thorough one."""

import json
from copy import deepcopy
from typing import Any

import pytest
from builders import NOW, START, a_call, a_segment, a_streamed_subsegment, a_subsegment, a_trace_id, an_id, as_text
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skylens.config import Limits
from skylens.xray.segment import MAX_DEPTH, Bounds, Segment, check
from skylens.xray.usual_document import read_usual

BOUNDS = Bounds.at(NOW, Limits())
# An answer for most of what a client may write at a place; None and nothing at all are answers too.
texts = st.sampled_from(["", "a", "aws", "remote", "subsegment", "200", "1.5", "ü", "Amazon S3", an_id(3), "x" * 300])
numbers = st.sampled_from([0, 1, -1, 200, 502.0, 70_000, 2**63, 10**16, 1.5, 1e15, START, START + 0.25])
wrong = st.none() | st.booleans() | numbers | texts | st.just([]) | st.just({}) | st.just(["a"]) | st.just([{}])


@st.composite
def objects(draw: st.DrawFn, members: dict[str, Any]) -> dict[str, Any]:
    """Objects with some of the members, one in thirty of them of any kind."""
    return {
        name: draw(wrong if draw(st.integers(0, 30)) == 0 else usual)
        for name, usual in members.items()
        if draw(st.booleans())
    }


requests = objects(
    {
        "url": texts,
        "method": texts,
        "user_agent": texts,
        "client_ip": texts,
        "traced": st.booleans(),
        "x_forwarded_for": wrong,
    }
)
http = objects({"request": requests, "response": objects({"status": numbers, "content_length": numbers})})
places = objects({"instance_id": texts, "availability_zone": texts, "container_arn": texts})
aws = objects(
    {"account_id": texts, "table_name": texts, "table_names": st.lists(texts, max_size=2), "bucket_name": texts}
    | {"function_arn": texts, "ec2": places, "ecs": places, "operation": texts}
)
flags = {name: st.booleans() for name in ("fault", "error", "throttle", "in_progress")}
shared = flags | {
    "http": http,
    "aws": aws,
    "annotations": st.dictionaries(texts, st.booleans() | numbers | texts, max_size=4),
    "user": texts,
    "metadata": wrong,
    "cause": wrong,
    "precursor_ids": wrong,
}
calls = {"namespace": texts, "traced": st.booleans(), "sql": objects({"url": texts}), "type": texts, "parent_id": wrong}
whole = {
    "parent_id": texts,
    "origin": texts,
    "resource_arn": texts,
    "links": st.lists(objects({"id": texts}), max_size=1),
}
names = st.sampled_from(["a", "S3", "dynamodb", "SQS", "shop@db"])


@st.composite
def entities(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    """Documents that are right in what every document has, and at times are not."""
    start = START + draw(st.integers(-3, 3)) / 8
    must = {"id": an_id(draw(st.integers(0, 9))), "name": draw(names), "start_time": start, "end_time": start + 1}
    must |= draw(objects(dict.fromkeys(must, wrong))) if draw(st.integers(0, 15)) == 0 else {}
    if draw(st.integers(0, 5)) == 0:
        must |= {"end_time": None, "in_progress": True}
    inside = [draw(entities(depth - 1)) for _ in range(draw(st.integers(0, 2)))] if depth else []
    return must | draw(objects(shared | (whole if depth == 2 else calls))) | ({"subsegments": inside} if inside else {})


def thorough(text: str, bounds: Bounds = BOUNDS) -> Any:
    (found,) = check(text, bounds)
    return found


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(entities(), st.sampled_from([a_trace_id(), "5" * 32, "1-58406520-a006649127e371903a2de979"]))
def test_what_the_quick_way_reads_the_thorough_way_reads_alike(document, trace_id):
    text = json.dumps({"trace_id": trace_id, **document})
    found = read_usual(text, BOUNDS)
    assert found is None or found == thorough(text)


def typed(row: tuple[Any, ...]) -> list[Any]:
    return [[type(item), *map(type, item)] if isinstance(item, list) else type(item) for item in row]


def nested(levels: int) -> list[Any]:
    """Return lists within each other, so many in all, with something in the innermost."""
    return [1] if levels == 1 else [nested(levels - 1)]


def chain(length: int) -> dict[str, Any]:
    """Return so many subsegments, each within the one before, the innermost with what may be nested deepest."""
    found = a_subsegment(http={"request": {"x_forwarded_for": nested(6)}})
    for _ in range(length - 1):
        found = a_subsegment(subsegments=[found])
    return found


FULL = a_segment(
    parent_id=an_id(9),
    origin="AWS::ECS::Container",
    resource_arn="arn:aws:ecs:one",
    user="ann",
    http={"request": {"url": "u", "method": "GET", "user_agent": "x", "client_ip": "::1"}, "response": {"status": 429}},
    aws={"account_id": 123456789012, "function_arn": "arn:f", "ec2": {"instance_id": "i-1", "availability_zone": "z"}},
    annotations={"a": "text", "b": 3, "c": 1.5, "d": True, "e e": "no", "f": None, "g": 10**400, "h": -(10**15)},
    metadata={"default": {"deep": [1, {"a": None}]}},
    links=[{"trace_id": a_trace_id(), "id": an_id(1)}],
    error=True,
    throttle=True,
    subsegments=[
        a_call("DynamoDB", aws={"table_name": "carts", "account_id": "000000000002"}, fault=True, throttle=True),
        a_subsegment(
            annotations={"a": "text", "z": 1},
            user="ann",
            subsegments=[
                a_subsegment("db", namespace="remote", sql={}, aws={"account_id": "000000000003"}),
                a_subsegment("other", namespace="remote", http={"request": {"traced": True}}, error=True),
            ],
        ),
        a_subsegment(traced=True, end_time=None, in_progress=True),
    ],
)
WHOLE_TIMES = a_segment(start_time=int(START), end_time=int(START) + 1, annotations={})
USUAL = {
    "full": FULL,
    "least": a_segment(),
    "whole times": WHOLE_TIMES,
    "in progress": a_segment(end_time=None, in_progress=True),
    "ends before it starts": a_segment(end_time=START - 1),
    "floats": a_segment(trace_id="1-00000001-" + "0" * 24),
    "with other letters": a_segment(user="müller"),
    "upper-case ids": a_segment(id="ABCDEF0123456789"),
    "a status beyond": a_segment(http={"response": {"status": 70_000}}),
    "many brackets": a_segment(metadata=[[]] * MAX_DEPTH),
    "deep": a_segment(metadata=nested(6), aws={"a": nested(6)}),
    "as deep as can be": a_segment(subsegments=[chain(123)]),
}


@pytest.mark.parametrize("document", USUAL.values(), ids=USUAL.keys())
def test_what_sdks_send_is_read_the_quick_way_into_the_same_row_of_the_same_types(document):
    text = json.dumps(document, ensure_ascii=False)
    found, expected = read_usual(text, BOUNDS), thorough(text)
    assert isinstance(found, Segment)
    assert found == expected
    assert typed(found.row) == typed(expected.row)


UNUSUAL = [
    "[]",
    "nonsense",
    '"\ud800"',
    as_text([a_segment()]),
    as_text(a_streamed_subsegment(a_segment())),
    as_text(a_segment(id="00 0000000000000")),
    as_text(a_segment(id="000000000000000g")),
    as_text(a_segment(id="ä" * 16)),
    as_text(a_segment(parent_id="0" * 15)),
    as_text(a_segment(trace_id="5" * 32)),
    as_text(a_segment(trace_id="1-58406520-a006649127e37190 3a2de97")),
    as_text(a_segment(trace_id="2-58406520-a006649127e371903a2de979")),
    as_text(a_segment() | {"start_time": str(START)}),
    as_text(a_segment(start_time=START * 1000)),
    as_text(a_segment(end_time=1e12)),
    as_text(a_segment(end_time=None)),
    as_text(a_segment(name="what?")),
    as_text(a_segment(nobody_knows=1)),
    as_text(a_segment(fault="true")),
    as_text(a_segment(subsegments=[a_subsegment(id="0" * 15)])),
    as_text(a_segment(subsegments=[a_subsegment(name="what?")])),
    as_text(a_segment(subsegments=[a_subsegment(end_time=None)])),
    as_text(a_segment(subsegments=[a_subsegment(start_time=1e12)])),
    as_text(a_segment(subsegments=[[]])),
    as_text(a_segment(metadata="x" * 1_100_000)),
    as_text(a_segment(metadata=nested(7))),
    as_text(a_segment(metadata={"a": nested(6)})),
    as_text(a_segment(subsegments=[chain(124)])),
    as_text(a_segment(subsegments=[a_subsegment()] * 124)),
    as_text(a_segment()).replace("}", ',"subsegments":' + "[{" * 5_000 + "}]" * 5_000 + "}"),
    as_text(a_segment(metadata=1)).replace("1}", "1e999}"),
    as_text(a_segment(metadata=1)).replace("1}", "9" * 5000 + "}"),
]


@pytest.mark.parametrize("text", UNUSUAL, ids=range(len(UNUSUAL)))
def test_whatever_is_unusual_or_wrong_is_left_to_the_thorough_way(text):
    assert read_usual(text, BOUNDS) is None


def test_no_more_annotations_are_indexed_than_the_limit_says():
    bounds = Bounds.at(NOW, Limits(indexed_annotations_per_document=2))
    text = as_text(a_segment(annotations={"a": 1, "b": 2, "c": 3}))
    assert read_usual(text, bounds) == thorough(text, bounds)


def test_rows_share_no_list_that_anybody_changes():
    found = read_usual(as_text(a_segment()), BOUNDS)
    assert found is not None
    before = deepcopy(found.row)
    read_usual(as_text(FULL), BOUNDS)
    assert found.row == before
