"""What a trace's summary tells, and the facts that filters ask about."""

import json
from datetime import UTC, datetime
from typing import Any

from builders import START, a_call, a_segment, a_streamed_subsegment, a_subsegment, a_trace_id, an_id
from xray.summaries_on_the_wire import assert_spelled_as_on_the_wire

from skylens.xray.filter_expression.facts import Http, Work
from skylens.xray.node import Node
from skylens.xray.summary import ShownNodes, facts
from skylens.xray.summary import summarize as summarize_for
from skylens.xray.trace import Trace, TraceId, assemble

ACCOUNT = "000000000000"


def assembled(*documents: dict[str, Any]) -> Trace:
    return assemble(TraceId(a_trace_id()), [json.dumps(document) for document in documents])


def summarize(trace: Trace, account: str = "") -> dict[str, Any]:
    return summarize_for(trace, ShownNodes(account))


CHECKOUT = {"Name": "checkout", "Names": ["checkout"], "AccountId": ACCOUNT}


def test_a_plain_segment_has_every_member_that_is_always_there():
    assert summarize(assembled(a_segment()), ACCOUNT) == {
        "Id": a_trace_id(),
        "StartTime": datetime.fromtimestamp(START, UTC),
        "Duration": 0.5,
        "ResponseTime": 0.5,
        "HasFault": False,
        "HasError": False,
        "HasThrottle": False,
        "IsPartial": False,
        "Http": {},
        "Annotations": {},
        "Users": [],
        "ServiceIds": [CHECKOUT],
        "ResourceARNs": [],
        "InstanceIds": [],
        "AvailabilityZones": [],
        "EntryPoint": CHECKOUT,
        "FaultRootCauses": [],
        "ErrorRootCauses": [],
        "ResponseTimeRootCauses": [
            {
                "ClientImpacting": True,
                "Services": [
                    {
                        **CHECKOUT,
                        "Type": "",
                        "Inferred": False,
                        "EntityPath": [{"Name": "checkout", "Coverage": 1.0, "Remote": False}],
                    }
                ],
            }
        ],
        "Revision": 1,
    }


def test_http_and_flags_are_the_roots_and_throttles_anybodys():
    call = a_call("DynamoDB", throttle=True, error=True)
    root = a_segment(
        fault=True,
        http={
            "request": {"method": "GET", "url": "http://a/", "user_agent": "u", "client_ip": "1.1.1.1"},
            "response": {"status": 500},
        },
        subsegments=[call],
    )
    summary = summarize(assembled(root), ACCOUNT)
    assert (summary["HasFault"], summary["HasError"], summary["HasThrottle"]) == (True, False, True)
    assert summary["Http"] == {
        "HttpURL": "http://a/",
        "HttpStatus": 500,
        "HttpMethod": "GET",
        "UserAgent": "u",
        "ClientIp": "1.1.1.1",
    }


def test_an_unfinished_root_has_no_response_time():
    summary = summarize(assembled(a_segment(end_time=None, in_progress=True)), ACCOUNT)
    assert "ResponseTime" not in summary
    assert summary["IsPartial"]


def test_annotations_keep_their_kind_and_name_the_services_once_for_each_value():
    one = a_segment("one", number=1, annotations={"k": True, "n": 1, "s": "1"})
    two = a_segment(
        "two", number=2, parent_id=an_id(1), subsegments=[a_subsegment(number=3, annotations={"k": 1, "n": 1.0})]
    )
    annotations = summarize(assembled(one, two))["Annotations"]
    first, second = {"Name": "one", "Names": ["one"]}, {"Name": "two", "Names": ["two"]}
    assert annotations == {
        "k": [
            {"AnnotationValue": {"BooleanValue": True}, "ServiceIds": [first]},
            {"AnnotationValue": {"NumberValue": 1.0}, "ServiceIds": [second]},
        ],
        "n": [{"AnnotationValue": {"NumberValue": 1.0}, "ServiceIds": [first, second]}],
        "s": [{"AnnotationValue": {"StringValue": "1"}, "ServiceIds": [first]}],
    }


def test_a_page_of_summaries_tells_what_each_would_tell_alone_and_equal_services_are_one_list():
    call = a_call("S3", aws={"bucket_name": "b"})
    traces = [assembled(a_segment(annotations={"n": number}, subsegments=[call])) for number in range(2)]
    traces.append(assembled(a_segment("other", annotations={"n": 0}, subsegments=[call])))
    shown = ShownNodes(ACCOUNT)
    page = [summarize_for(trace, shown) for trace in traces]
    assert page == [summarize(trace, ACCOUNT) for trace in traces]
    [one, same, other] = [summary["ServiceIds"] for summary in page]
    assert one is same
    assert other[1] is one[1]
    assert other[0] == {**CHECKOUT, "Name": "other", "Names": ["other"]}


def test_users_places_and_services_are_those_of_the_whole_trace():
    aws = {"ec2": {"instance_id": "i-1", "availability_zone": "z"}, "ecs": {"container_arn": "arn:c"}}
    root = a_segment(user="u-1", aws=aws, resource_arn="arn:r", subsegments=[a_call("S3", aws={"bucket_name": "b"})])
    worker = a_segment(
        "worker", number=9, parent_id=an_id(77), user="u-1", aws=aws, subsegments=[a_subsegment(user="u-2", number=8)]
    )
    summary = summarize(assembled(root, worker), ACCOUNT)
    worker_id = {"Name": "worker", "Names": ["worker"], "AccountId": ACCOUNT}
    assert summary["Users"] == [
        {"UserName": "u-1", "ServiceIds": [CHECKOUT, worker_id]},
        {"UserName": "u-2", "ServiceIds": [worker_id]},
    ]
    assert summary["ResourceARNs"] == [{"ARN": "arn:r"}, {"ARN": "arn:c"}]
    assert summary["InstanceIds"] == [{"Id": "i-1"}]
    assert summary["AvailabilityZones"] == [{"Name": "z"}]
    bucket = {"Name": "b", "Names": ["b"], "Type": "AWS::S3::Bucket"}
    assert summary["ServiceIds"] == [CHECKOUT, worker_id, bucket]


def test_a_lambda_facade_of_subsegments_alone_has_an_entry_point():
    orphan = a_streamed_subsegment({"id": an_id(99)}, "## handler", number=3)
    summary = summarize(assembled(orphan), ACCOUNT)
    assert summary["EntryPoint"]["Name"] == "## handler"
    assert summary["ResponseTime"] == 0.1


def test_what_a_summary_vouches_for_is_spelled_as_on_the_wire():
    cause = {"working_directory": "/", "exceptions": [{"id": an_id(9), "type": "Broken", "message": "no"}]}
    call = a_call("S3", fault=True, cause=cause, aws={"bucket_name": "b", "account_id": 7})
    values = {"text": "t", "whole": 3, "real": 0.5, "yes": True, "none of it": 1, "large": 2**70}
    root = a_segment("one", number=1, error=True, annotations=values, subsegments=[call])
    assert_spelled_as_on_the_wire(summarize(assembled(root, a_segment("two", number=2, annotations=values)), ACCOUNT))


def test_failures_are_told_with_their_exceptions():
    cause = {"exceptions": [{"type": "E", "message": "m"}]}
    summary = summarize(assembled(a_segment(fault=True, error=True, cause=cause)), ACCOUNT)
    expected = {
        "ClientImpacting": True,
        "Services": [
            {
                **CHECKOUT,
                "Type": "",
                "Inferred": False,
                "EntityPath": [{"Name": "checkout", "Remote": False, "Exceptions": [{"Name": "E", "Message": "m"}]}],
            }
        ],
    }
    assert summary["FaultRootCauses"] == [expected]
    assert summary["ErrorRootCauses"] == [expected]


def test_facts_tell_visits_as_their_own_records_and_edges_as_the_caller_does():
    call = a_call(
        "pay.test", number=2, namespace="remote", duration=0.3, http={"response": {"status": 500}}, fault=True
    )
    sql = a_call("db", number=4, namespace="remote", sql={}, end_time=None, in_progress=True)
    caller = a_segment("shop", user="u", subsegments=[call, sql])
    late = a_subsegment("late", number=5, start_time=START + 0.2, end_time=START + 2)
    callee = a_segment("pay", number=3, parent_id=an_id(2), start_time=START + 0.1, duration=0.2, subsegments=[late])
    told = facts(assembled(caller, callee), ACCOUNT)
    assert {visit.node.name: visit.work for visit in told.visits} == {
        "shop": Work(response_time=0.5, duration=0.5, partial=True, users=("u",)),
        "pay": Work(response_time=0.2, duration=1.9),
        "db": Work(in_progress=True, partial=True),
    }
    assert [(edge.caller.name, edge.callee.name, edge.work, edge.inferred) for edge in told.edges] == [
        ("shop", "pay", Work(fault=True, response_time=0.3, duration=0.3, http=Http(status=500)), False),
        ("shop", "db", Work(in_progress=True, partial=True), True),
    ]
    assert told.root.node == Node("shop")
    assert (told.account, told.duration, told.partial) == (ACCOUNT, 2.0, True)


def test_facts_hold_every_annotation_value_with_its_kind():
    segment = a_segment(annotations={"k": True}, subsegments=[a_subsegment(annotations={"k": 1, "bad key": 2})])
    assert facts(assembled(segment), ACCOUNT).annotations == {"k": (True, 1)}


def test_the_edge_of_a_lambda_function_is_its_own_record():
    service = a_segment("f", number=1, origin="AWS::Lambda")
    function = a_segment("f", number=2, origin="AWS::Lambda::Function", parent_id=an_id(1), duration=0.2)
    (edge,) = facts(assembled(service, function), ACCOUNT).edges
    assert (edge.caller.type, edge.callee.type) == ("AWS::Lambda", "AWS::Lambda::Function")
    assert edge.work.response_time == 0.2
