"""Where faults, errors and time come from."""

import json
from typing import Any

from builders import START, a_call, a_segment, a_subsegment, a_trace_id, an_id

from skylens.xray.filter_expression.facts import RootCause
from skylens.xray.root_cause import MOST_ROOT_CAUSES, failure_root_causes, response_time_root_causes
from skylens.xray.trace import Trace, TraceId, assemble


def assembled(*documents: dict[str, Any]) -> Trace:
    return assemble(TraceId(a_trace_id()), [json.dumps(document) for document in documents])


def path(cause: RootCause) -> list[tuple[str, list[str]]]:
    return [(service.name, [entity.name for entity in service.entity_path]) for service in cause.services]


def an_exception(kind: str, message: str = "", **fields: Any) -> dict[str, Any]:
    return {"exceptions": [{"id": "00aa11bb22cc33dd", "type": kind, "message": message, **fields}]}


def test_a_healthy_trace_has_no_failure_root_causes():
    trace = assembled(a_segment(subsegments=[a_subsegment()]))
    assert failure_root_causes(trace, "fault") == ()
    assert failure_root_causes(trace, "error") == ()


def test_a_path_leads_through_the_failing_call_into_the_inferred_service():
    call = a_call("pay.test", namespace="remote", fault=True, cause=an_exception("UpstreamError", "no reply"))
    work = a_subsegment("work", number=5, fault=True, subsegments=[call])
    trace = assembled(a_segment("checkout", fault=True, origin="AWS::ECS::Container", subsegments=[work]))
    (cause,) = failure_root_causes(trace, "fault", "000000000000")
    assert cause.client_impacting
    assert path(cause) == [("checkout", ["checkout", "work", "pay.test"]), ("pay.test", ["pay.test"])]
    entry, other = cause.services
    assert (entry.type, entry.account_id, entry.inferred) == ("AWS::ECS::Container", "000000000000", False)
    assert (other.type, other.account_id, other.inferred) == ("remote", "", True)
    assert [entity.remote for entity in entry.entity_path] == [False, False, True]
    assert [[each.name for each in entity.exceptions] for entity in entry.entity_path] == [[], [], []]
    assert [(each.name, each.message) for each in other.entity_path[0].exceptions] == [("UpstreamError", "no reply")]


def test_a_path_goes_on_in_the_segment_that_answered_the_call():
    caller = a_segment("shop", fault=True, subsegments=[a_call("pay.test", namespace="remote", fault=True)])
    callee = a_segment("pay", number=3, parent_id=an_id(2), fault=True, cause=an_exception("Boom"))
    (cause,) = failure_root_causes(assembled(caller, callee), "fault")
    assert path(cause) == [("shop", ["shop", "pay.test"]), ("pay", ["pay"])]
    assert cause.services[1].entity_path[0].exceptions[0].name == "Boom"


def test_a_failure_that_somebody_dealt_with_does_not_reach_the_client():
    caller = a_segment("shop", subsegments=[a_call("pay.test", namespace="remote", fault=True)])
    (cause,) = failure_root_causes(assembled(caller), "fault")
    assert not cause.client_impacting
    assert path(cause) == [("shop", ["shop", "pay.test"]), ("pay.test", ["pay.test"])]


def test_every_last_failure_is_a_root_cause_of_its_own():
    first, second = a_subsegment("first", number=2, error=True), a_subsegment("second", number=3, error=True)
    causes = failure_root_causes(assembled(a_segment(error=True, subsegments=[first, second])), "error")
    assert [path(cause) for cause in causes] == [[("checkout", ["checkout", name])] for name in ("first", "second")]


def test_a_failure_with_nothing_failed_below_is_its_own_root_cause():
    (cause,) = failure_root_causes(assembled(a_segment(fault=True, subsegments=[a_subsegment()])), "fault")
    assert path(cause) == [("checkout", ["checkout"])]


def test_a_cause_given_as_an_id_is_the_exception_recorded_elsewhere():
    inner = a_subsegment("inner", fault=True, cause=an_exception("Boom", "inside"))
    trace = assembled(a_segment(fault=True, cause="00AA11BB22CC33DD", subsegments=[inner]))
    (cause,) = failure_root_causes(trace, "fault")
    assert [[each.message for each in e.exceptions] for e in cause.services[0].entity_path] == [["inside"], ["inside"]]


def test_segments_that_call_each_other_end_nowhere_and_are_told_once():
    first = a_segment("a", number=1, parent_id=an_id(2), fault=True)
    second = a_segment("b", number=2, parent_id=an_id(1), fault=True)
    (cause,) = failure_root_causes(assembled(first, second), "fault")
    assert path(cause) == [("a", ["a"]), ("b", ["b"])]


def test_a_trace_of_thousands_of_failures_tells_the_first():
    failures = [a_subsegment(f"s{n}", number=n, fault=True) for n in range(2, 2000)]
    causes = failure_root_causes(assembled(a_segment(fault=True, subsegments=failures)), "fault")
    assert len(causes) == MOST_ROOT_CAUSES


def test_time_is_followed_to_where_it_is_spent_with_the_part_of_the_root_it_covers():
    call = a_call("S3", number=3, start_time=START + 0.1, duration=0.6)
    work = a_subsegment("work", number=2, duration=0.8, subsegments=[call])
    short = a_subsegment("short", number=4, duration=0.1)
    (cause,) = response_time_root_causes(assembled(a_segment("shop", duration=1, subsegments=[short, work])))
    assert cause.client_impacting
    assert path(cause) == [("shop", ["shop", "work", "S3"]), ("S3", ["S3"])]
    coverage = [entity.coverage for service in cause.services for entity in service.entity_path]
    assert coverage == [1.0, 0.8, 0.6, 0.6]


def test_time_that_is_spread_out_is_the_entrys_own():
    children = [a_subsegment(f"s{n}", number=n, duration=0.3) for n in (2, 3)]
    (cause,) = response_time_root_causes(assembled(a_segment("shop", duration=1, subsegments=children)))
    assert path(cause) == [("shop", ["shop"])]


def test_late_work_covers_only_the_time_before_the_answer():
    late = a_subsegment("late", start_time=START + 0.9, end_time=START + 9)
    (cause,) = response_time_root_causes(assembled(a_segment("shop", duration=1, subsegments=[late])))
    assert path(cause) == [("shop", ["shop"])]


def test_a_root_that_has_not_answered_has_no_response_time_root_cause():
    assert response_time_root_causes(assembled(a_segment(end_time=None, in_progress=True))) == ()
