"""The quick way to what a summary tells gives what the thorough one gives, or nothing."""

import json
from typing import Any

import pytest
from builders import START, a_call, a_segment, a_streamed_subsegment, a_subsegment, a_trace_id, an_id
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xray.summaries_on_the_wire import assert_spelled_as_on_the_wire

from skylens.xray.filter_expression.facts import RootCause
from skylens.xray.root_cause import response_time_root_causes
from skylens.xray.summary import ShownNodes, summarize
from skylens.xray.trace import MAX_NESTING, assemble
from skylens.xray.trace_id import TraceId
from skylens.xray.usual_trace import UsualTrace, assemble_usual

TRACE = TraceId(a_trace_id())
ACCOUNT = "000000000000"


def quickly(*documents: dict[str, Any]) -> UsualTrace | None:
    return assemble_usual(TRACE, [json.dumps(document) for document in documents])


def summary_of(*documents: dict[str, Any]) -> dict[str, Any]:
    stored = [json.dumps(document) for document in documents]
    return summarize(assemble(TRACE, stored), ShownNodes(ACCOUNT))


texts = st.sampled_from(["", "a", "b"])
both = {
    "start_time": st.sampled_from([START, START + 0.1, START + 0.25, int(START)]),
    "end_time": st.sampled_from([START + 0.2, START + 0.5, START + 0.75, START + 1, START - 1]),
}
members = {
    "namespace": st.sampled_from(["aws", "remote", "local", ""]),
    "throttle": st.booleans(),
    "fault": st.just(value=False),
    "user": texts,
    "http": st.fixed_dictionaries(
        {},
        optional={
            "request": st.fixed_dictionaries(
                {}, optional={"url": texts, "method": texts, "user_agent": texts, "client_ip": texts}
            ),
            "response": st.fixed_dictionaries({}, optional={"status": st.sampled_from([200, 502, 0, -1, 2**20])}),
        },
    ),
    "aws": st.fixed_dictionaries(
        {},
        optional={
            "account_id": st.sampled_from(["000000000001", 2, None]),
            "table_name": texts,
            "table_names": st.lists(texts, max_size=2),
            "queue_url": texts,
            "ec2": st.fixed_dictionaries({}, optional={"instance_id": texts, "availability_zone": texts}),
            "function_arn": texts,
        },
    ),
    "annotations": st.dictionaries(
        st.sampled_from(["a", "b", "no key"]), texts | st.booleans() | st.sampled_from([0, 1, 1.0, 2**1030, 2**70])
    ),
    "metadata": st.just({"a": [1, None, 1e300]}),
    "in_progress": st.booleans(),
}
of_segments = {"origin": texts, "resource_arn": texts, "parent_id": st.integers(1, 14).map(an_id), "type": texts}
of_calls = {"traced": st.booleans(), "sql": st.sampled_from([{}, {"url": "u"}])}


@st.composite
def traces(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw the documents of a trace: segments with subsegments within subsegments, of which some call other segments."""
    documents: list[dict[str, Any]] = []
    everything: list[dict[str, Any]] = []
    for number in range(1, draw(st.integers(2, 14))):
        is_segment = not documents or draw(st.integers(0, 2)) == 0
        optional = members | (of_segments if is_segment else of_calls)
        names = {"name": st.sampled_from(["a", "dynamodb", "SQS", "lambda"])}
        entity = draw(st.fixed_dictionaries(names | both, optional=optional)) | {"id": an_id(number)}
        if is_segment:
            documents.append(entity)
        else:
            draw(st.sampled_from(everything)).setdefault("subsegments", []).append(entity)
        everything.append(entity)
    return draw(st.permutations(documents))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(traces())
def test_a_usual_trace_is_summarized_as_it_would_be_the_thorough_way(documents):
    usual = quickly(*documents)
    assert usual is not None
    summary = summarize(usual, ShownNodes(ACCOUNT))
    assert summary == summary_of(*documents)
    assert_spelled_as_on_the_wire(summary)
    assert summary["ResponseTimeRootCauses"] == [told(cause) for cause in response_time_root_causes(usual, ACCOUNT)]


def told(cause: RootCause) -> dict[str, Any]:
    services = [
        {
            "Name": service.name,
            "Names": [service.name],
            "Type": service.type,
            "EntityPath": [
                {"Name": entity.name, "Coverage": entity.coverage, "Remote": entity.remote}
                for entity in service.entity_path
            ],
            "Inferred": service.inferred,
            **({"AccountId": service.account_id} if service.account_id else {}),
        }
        for service in cause.services
    ]
    return {"Services": services, "ClientImpacting": cause.client_impacting}


CALL = a_call(number=3, aws={"table_name": "carts"})
ROOT = a_segment(number=1, subsegments=[CALL], annotations={"a": 1}, aws={"ecs": {"container": "c"}})


def test_what_sdks_send_is_usual():
    assert quickly(ROOT, a_segment("cart", number=2, parent_id=CALL["id"])) is not None


@pytest.mark.parametrize(
    "unusual",
    [
        a_segment(number=2, fault=True),
        a_segment(number=2, subsegments=[a_subsegment(number=4, error=True)]),
        a_segment(number=2, end_time=None, in_progress=True),
        a_segment(number=2, subsegments=[a_subsegment(number=4, end_time=None, in_progress=True)]),
        {**a_segment(number=2), "start_time": str(START)},
        a_streamed_subsegment(ROOT, number=2),
        ROOT,
        a_segment(number=2, subsegments=[a_subsegment(number=2)]),
        a_segment(number=2, subsegments=[a_subsegment(number=100 + n) for n in range(MAX_NESTING)]),
        a_segment(number=2, annotations={"a": None}),
        a_segment(number=2, http={"response": {"status": "200"}}),
        {**a_segment(number=2), "id": "ABCDEF0123456789"},
    ],
)
def test_anything_unusual_is_left_to_the_thorough_way(unusual):
    assert quickly(ROOT, unusual) is None
