"""Putting a trace together: the same from any order and repetition of its documents, with nothing lost."""

import json
from typing import Any

import msgspec
import pytest
from builders import START, a_call, a_segment, a_streamed_subsegment, a_subsegment, a_trace_id, an_id
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skylens.xray.node import Node
from skylens.xray.trace import MAX_NESTING, Entity, Trace, TraceId, assemble, to_document
from skylens.xray.usual_trace import assemble_usual

TRACE = TraceId(a_trace_id())


def assembled(*documents: Any) -> Trace:
    texts = [document if isinstance(document, str) else json.dumps(document) for document in documents]
    return assemble(TRACE, texts)


def output(trace: Trace) -> bytes:
    shown = [to_document(segment) for segment in trace.segments]
    numbers = (trace.root.id, trace.duration, trace.response_time, trace.is_partial, trace.revision, trace.start)
    nodes = {key: (node.name, node.type) for key, node in sorted(trace.nodes.items())}
    downstream = {key: [segment.id for segment in called] for key, called in sorted(trace.downstream.items())}
    return msgspec.json.encode([shown, numbers, nodes, downstream])


def outline(entity: Entity) -> Any:
    return {entity.name: [outline(child) for child in entity.children]} if entity.children else entity.name


# A small world of ids in which everything can be everything's parent, come twice, or be in progress.
ids = st.integers(1, 6).map(an_id)
times = st.sampled_from([START, START + 0.5, START + 1])
names = st.sampled_from(["a", "b"])
flags = st.fixed_dictionaries(
    {},
    optional={
        "fault": st.booleans(),
        "namespace": st.sampled_from(["aws", "remote", "local"]),
        "traced": st.booleans(),
        "annotations": st.dictionaries(names, st.integers(0, 3)),
    },
)


@st.composite
def entities(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    document = {"id": draw(ids), "name": draw(names), "start_time": draw(times), **draw(flags)}
    if draw(st.booleans()):
        document["end_time"] = document["start_time"] + draw(st.sampled_from([0, 0.25, 2]))
    else:
        document["in_progress"] = True
    if depth and draw(st.booleans()):
        document["subsegments"] = draw(st.lists(entities(depth - 1), max_size=2))
    return document


@st.composite
def sent(draw: st.DrawFn) -> dict[str, Any]:
    document = {**draw(entities()), "trace_id": TRACE}
    if draw(st.booleans()):
        return {**document, "type": "subsegment", "parent_id": draw(ids)}
    return {**document, "parent_id": draw(ids)} if draw(st.booleans()) else document


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_order_and_repetition_change_nothing(data):
    documents = data.draw(st.lists(sent(), min_size=1, max_size=5))
    again = data.draw(st.permutations(documents + data.draw(st.lists(st.sampled_from(documents), max_size=3))))
    assert output(assembled(*again)) == output(assembled(*documents))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(sent(), min_size=1, max_size=5))
def test_nothing_that_was_sent_is_lost_and_nothing_comes_twice(documents):
    def ids_in(document: dict[str, Any]) -> set[str]:
        return {document["id"]}.union(*(ids_in(child) for child in document.get("subsegments", ())))

    trace = assembled(*documents)
    shown = [entity for segment in trace.segments if not segment.inferred for entity in segment.walk()]
    assert {entity.id for entity in shown} == set[str]().union(*(ids_in(document) for document in documents))
    assert len(shown) == len({(entity.id, entity.is_subsegment) for entity in shown})
    assert trace.nodes.keys() == {segment.id for segment in trace.segments}
    assert trace.root in trace.segments


def test_a_streamed_subsegment_goes_into_its_parent_without_what_stands_on_the_segment():
    segment = a_segment(subsegments=[a_subsegment("outer", number=2)])
    inner = a_streamed_subsegment({"id": an_id(2), "trace_id": TRACE}, "inner", number=3)
    (top,) = assembled(inner, segment).segments
    assert outline(top) == {"checkout": [{"outer": ["inner"]}]}
    shown = to_document(top)
    assert shown["trace_id"] == TRACE
    assert shown["subsegments"][0]["subsegments"] == [
        {"name": "inner", "id": an_id(3), "start_time": START, "end_time": START + 0.1}
    ]


def test_a_subsegment_whose_parent_never_comes_is_an_entry_of_its_own():
    orphan = a_streamed_subsegment({"id": an_id(99)}, "lost", number=3)
    trace = assembled(orphan)
    assert [to_document(segment) for segment in trace.segments] == [orphan]
    assert trace.root.name == "lost"
    assert trace.nodes == {an_id(3): Node("lost")}


def test_children_stand_by_their_start():
    late, early = a_subsegment("late", number=2, start_time=START + 0.2), a_subsegment("early", number=3)
    assert outline(assembled(a_segment(subsegments=[late, early])).segments[0]) == {"checkout": ["early", "late"]}


def test_children_of_the_same_start_stand_as_they_were_sent():
    children = [a_subsegment(name, number=9 - at) for at, name in enumerate("abc")]
    assert outline(assembled(a_segment(subsegments=children)).segments[0]) == {"checkout": ["a", "b", "c"]}


def test_a_complete_document_wins_over_one_in_progress_and_keeps_what_only_that_one_knew():
    begun = a_segment("begun", end_time=None, in_progress=True, subsegments=[a_subsegment("streamed")])
    done = a_segment("done")
    for documents in ([begun, done], [done, begun]):
        trace = assembled(*documents)
        assert outline(trace.segments[0]) == {"done": ["streamed"]}
        assert not trace.is_partial
        assert "in_progress" not in to_document(trace.segments[0])


def test_a_subsegment_completed_on_its_own_replaces_the_embedded_one_in_progress():
    embedded = a_subsegment("work", end_time=None, in_progress=True)
    segment = a_segment(subsegments=[embedded])
    assert assembled(segment).is_partial
    done = a_streamed_subsegment(segment, "work", number=2, annotations={"a": 1})
    trace = assembled(segment, done)
    assert not trace.is_partial
    assert to_document(trace.segments[0])["subsegments"][0]["annotations"] == {"a": 1}


def test_of_two_complete_versions_the_richer_one_stays():
    poor, rich = a_segment("poor"), a_segment("rich", metadata={"default": {"more": 1}})
    assert assembled(rich, poor).segments[0].name == "rich"


def test_a_segment_is_linked_to_the_call_it_answers_and_nothing_is_inferred_then():
    caller = a_segment("shop", number=1, subsegments=[a_call("pay.test", number=2, namespace="remote")])
    callee = a_segment("pay", number=3, parent_id=an_id(2), start_time=START + 0.01)
    trace = assembled(callee, caller)
    assert [segment.name for segment in trace.segments] == ["shop", "pay"]
    assert {key: [e.name for e in called] for key, called in trace.downstream.items()} == {an_id(2): ["pay"]}
    assert to_document(trace.segments[1])["parent_id"] == an_id(2)


def test_a_call_that_nobody_answers_for_is_inferred_with_the_same_id_every_time():
    call = a_call(
        "dynamodb",
        aws={"table_name": "carts", "operation": "GetItem"},
        http={"response": {"status": 200}},
        annotations={"a": 1},
        metadata={"default": {}},
        fault=True,
    )
    trace = assembled(a_segment(subsegments=[call]))
    inferred = trace.segments[1]
    assert to_document(inferred) == {
        "id": inferred.id,
        "name": "dynamodb",
        "start_time": call["start_time"],
        "end_time": call["end_time"],
        "parent_id": call["id"],
        "inferred": True,
        "http": {"response": {"status": 200}},
        "aws": {"table_name": "carts", "operation": "GetItem", "resource_names": ["carts"]},
        "fault": True,
        "trace_id": TRACE,
        "origin": "AWS::DynamoDB::Table",
    }
    assert inferred.id == assembled(a_segment(subsegments=[call])).segments[1].id
    assert len(inferred.id) == 16
    assert trace.nodes[inferred.id] == Node("carts", "AWS::DynamoDB::Table")
    assert trace.downstream == {call["id"]: [inferred]}


def test_an_sql_call_infers_its_database_and_a_web_call_a_node_without_origin():
    sql = a_call("shop@db", number=2, namespace="remote", sql={"user": "app", "sanitized_query": "select 1"})
    web = a_call("pay.test", number=3, namespace="remote")
    shown = [to_document(segment) for segment in assembled(a_segment(subsegments=[sql, web])).segments[1:]]
    by_name = {document["name"]: document for document in shown}
    assert by_name["shop@db"]["sql"] == {"user": "app", "sanitized_query": "select 1"}
    assert by_name["shop@db"]["origin"] == "Database::SQL"
    assert "origin" not in by_name["pay.test"]


@pytest.mark.parametrize("traced", [{"http": {"request": {"traced": True}}}, {"traced": True}])
def test_a_traced_call_waits_for_the_other_side(traced):
    trace = assembled(a_segment(subsegments=[a_call("pay.test", namespace="remote", **traced)]))
    assert [segment.name for segment in trace.segments] == ["checkout"]
    assert trace.segments[0].children[0].fields["http"] == {"request": {"traced": True}}


def test_the_call_of_an_orphan_is_inferred_too():
    orphan = a_streamed_subsegment({"id": an_id(99)}, "S3", namespace="aws", aws={"bucket_name": "b"})
    trace = assembled(orphan)
    assert [(segment.name, segment.inferred) for segment in trace.segments] == [("S3", False), ("S3", True)]
    assert trace.root is trace.segments[0]


def test_a_segment_may_name_a_segment_as_its_parent_as_lambda_does():
    service = a_segment("f", number=1, origin="AWS::Lambda")
    function = a_segment("f", number=2, origin="AWS::Lambda::Function", parent_id=an_id(1))
    trace = assembled(function, service)
    assert {key: [e.id for e in called] for key, called in trace.downstream.items()} == {an_id(1): [an_id(2)]}
    assert trace.root.id == an_id(1)


def test_of_segments_that_start_in_the_same_microsecond_the_id_decides_as_it_does_in_the_columns():
    one, other = (a_segment(number=number, start_time=START + late) for number, late in ((1, 2e-7), (2, 0.0)))
    assert one["start_time"] > other["start_time"]
    assert assembled(one, other).root.id == one["id"]
    usual = assemble_usual(TRACE, [json.dumps(one), json.dumps(other)])
    assert usual is not None
    assert usual.root.id == one["id"]


def test_the_root_is_a_segment_without_parent_before_any_other():
    later_root = a_segment("root", number=3, start_time=START + 1, trace_id=TRACE)
    child = a_segment("child", number=2, parent_id=an_id(50))
    orphan = a_streamed_subsegment({"id": an_id(99)}, "orphan", number=1)
    assert assembled(orphan, child, later_root).root.name == "root"
    assert assembled(orphan, child).root.name == "child"


def test_duration_includes_late_work_and_response_time_does_not():
    late = a_subsegment(start_time=START + 0.4, end_time=START + 2.000001)
    trace = assembled(a_segment(duration=0.5, subsegments=[late]))
    assert (trace.duration, trace.response_time) == (2.000001, 0.5)


def test_what_is_in_progress_tells_its_start_only():
    trace = assembled(a_segment(end_time=None, in_progress=True))
    assert (trace.duration, trace.response_time, trace.is_partial) == (0, None, True)


def test_subsegments_that_claim_each_other_as_parent_are_not_lost():
    first = a_streamed_subsegment({"id": an_id(2)}, "first", number=1)
    second = a_streamed_subsegment({"id": an_id(1)}, "second", number=2)
    own_parent = a_streamed_subsegment({"id": an_id(3)}, "alone", number=3)
    trace = assembled(second, first, own_parent)
    assert [outline(segment) for segment in trace.segments] == [{"first": ["second"]}, "alone"]


def test_a_chain_of_streamed_subsegments_is_given_out_in_pieces_that_can_be_read():
    segment = a_segment()
    chain = [a_streamed_subsegment({"id": an_id(n - 1)}, f"s{n}", number=n) for n in range(2, 5 * MAX_NESTING)]
    trace = assembled(segment, *chain)
    assert sum(1 for top in trace.segments for _ in top.walk()) == len(chain) + 1
    assert len(trace.segments) == 5
    for top in trace.segments:
        assert msgspec.json.decode(msgspec.json.encode(to_document(top)))["id"] == top.id


def test_output_documents_are_cleaned():
    segment = a_segment(
        id="00000000000000AA",
        user="",
        origin="",
        Dummy=False,
        counter=3,
        http={"request": {"method": "GET", "odd": 1}, "response": {"status": 200, "content_length": "12"}},
        cause={"id": "00AA11BB22CC33DD", "exceptions": []},
        service={"version": "1", "odd": 1},
        annotations={"a": "b", "list": [1]},
        metadata={"default": {"any": [None, 10**30]}},
        aws={"whatever": {"a": None}},
        subsegments=[
            a_subsegment(
                type="subsegment",
                trace_id=TRACE,
                parent_id=an_id(1),
                in_progress=False,
                namespace="local",
                precursor_ids=[an_id(9), 3],
                cause={
                    "working_directory": "/app",
                    "exceptions": [
                        {"message": "no", "type": "E", "stack": [{"path": "a.js", "line": None, "label": "anonymous"}]},
                        {"id": "00AA11BB22CC33DE", "remote": True, "truncated": 2, "odd": 1},
                    ],
                },
            )
        ],
    )
    shown = to_document(assembled(segment).segments[0])
    (inner,) = shown.pop("subsegments")
    assert shown == {
        "name": "checkout",
        "id": "00000000000000aa",
        "trace_id": TRACE,
        "start_time": START,
        "end_time": START + 0.5,
        "http": {"request": {"method": "GET"}, "response": {"status": 200, "content_length": 12}},
        "cause": "00aa11bb22cc33dd",
        "service": {"version": "1"},
        "annotations": {"a": "b"},
        "metadata": {"default": {"any": [None, 10**30]}},
        "aws": {"whatever": {"a": None}},
    }
    generated = inner["cause"]["exceptions"][0].pop("id")
    assert len(generated) == 16
    assert inner == {
        "name": "work",
        "id": an_id(2),
        "start_time": START,
        "end_time": START + 0.1,
        "precursor_ids": [an_id(9)],
        "cause": {
            "working_directory": "/app",
            "exceptions": [
                {"message": "no", "type": "E", "stack": [{"path": "a.js", "label": "anonymous"}]},
                {"id": "00aa11bb22cc33de", "remote": True, "truncated": 2},
            ],
        },
    }


def test_revision_counts_the_documents_that_differ():
    segment = a_segment()
    assert assembled(segment, segment).revision == 1
    assert assembled(segment, a_streamed_subsegment(segment)).revision == 2


def test_a_trace_needs_a_document():
    with pytest.raises(ValueError, match="at least one document"):
        assembled()
