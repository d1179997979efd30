"""AWS's own limits and refusals of the control plane (black-box list 11 as far as it belongs here, and 14)."""

import json
import time

import pytest
from botocore.exceptions import ClientError
from documents import a_segment, a_streamed_subsegment, put

RULE = {
    "ResourceARN": "*",
    "Priority": 5,
    "FixedRate": 0.1,
    "ReservoirSize": 1,
    "ServiceName": "*",
    "ServiceType": "*",
    "Host": "*",
    "HTTPMethod": "*",
    "URLPath": "*",
    "Version": 1,
}


@pytest.fixture
def strict(own_skylens):
    return own_skylens("--limits", "aws").client()


def code_of(call, **members):
    with pytest.raises(ClientError) as refusal:
        call(**members)
    return refusal.value.response["Error"]["Code"]


def test_a_trace_that_grows_too_large_is_cut_off_and_says_so(strict):
    trace = a_segment("grows", start=time.time() - 360)
    assert put(strict, trace) == []
    refused = []
    for minute in range(6):  # six minutes of a long job, a megabyte in all
        parts = [
            a_streamed_subsegment(f"step {minute}.{part}", of=trace, metadata={"n": {"blob": "x" * 55_000}})
            for part in range(3)
        ]
        refused += [refusal for part in parts for refusal in put(strict, part)]
    assert 5 < len(refused) < 18
    assert {refusal["ErrorCode"] for refusal in refused} == {"InvalidSegment"}
    assert {refusal["Message"] for refusal in refused} == {
        "Trace Size Exceeded. Reduce the number of segments per trace and the size of your segment documents."
    }
    (read,) = strict.batch_get_traces(TraceIds=[trace["trace_id"]])["Traces"]
    assert read["LimitExceeded"] is True


def test_a_document_of_more_than_64_kb_is_refused_alone(strict):
    large = a_segment("large", metadata={"n": {"blob": "x" * 65_536}})
    other = a_segment("other")
    (refusal,) = put(strict, large, other)
    assert (refusal["Id"], refusal["ErrorCode"]) == (large["id"], "InvalidSegment")
    assert strict.batch_get_traces(TraceIds=[other["trace_id"]])["Traces"]


def test_without_limits_the_same_documents_are_taken(xray):
    large = a_segment("large", metadata={"n": {"blob": "x" * 65_536}})
    assert put(xray, large) == []
    (read,) = xray.batch_get_traces(TraceIds=[large["trace_id"]])["Traces"]
    assert json.loads(read["Segments"][0]["Document"])["metadata"] == large["metadata"]


def test_a_twenty_sixth_rule_and_group_are_refused(strict):
    for number in range(25):
        strict.create_sampling_rule(SamplingRule=RULE | {"RuleName": f"rule {number}", "Priority": number + 1})
        strict.create_group(GroupName=f"group-{number}")
    assert (
        code_of(strict.create_sampling_rule, SamplingRule=RULE | {"RuleName": "rule 25"})
        == "RuleLimitExceededException"
    )
    assert code_of(strict.create_group, GroupName="group-25") == "InvalidRequestException"
    assert len(strict.get_sampling_rules()["SamplingRuleRecords"]) == 26
    assert len(strict.get_groups()["Groups"]) == 26


def test_what_is_always_there_stays(xray):
    change = {"RuleName": "Default", "Priority": 7}
    assert code_of(xray.update_sampling_rule, SamplingRuleUpdate=change) == "InvalidRequestException"
    assert code_of(xray.delete_sampling_rule, RuleName="Default") == "InvalidRequestException"
    assert code_of(xray.delete_group, GroupName="Default") == "InvalidRequestException"
    assert "Default" in {group["GroupName"] for group in xray.get_groups()["Groups"]}


def test_a_fifty_first_tag_is_refused(xray):
    arn = xray.create_group(GroupName="tagged")["Group"]["GroupARN"]
    fifty = [{"Key": f"key-{number}", "Value": "v"} for number in range(50)]
    xray.tag_resource(ResourceARN=arn, Tags=fifty)
    assert (
        code_of(xray.tag_resource, ResourceARN=arn, Tags=[{"Key": "one-more", "Value": "v"}]) == "TooManyTagsException"
    )
    assert len(xray.list_tags_for_resource(ResourceARN=arn)["Tags"]) == 50
    unknown = arn.replace("/tagged/", "/unknown/")
    assert code_of(xray.list_tags_for_resource, ResourceARN=unknown) == "ResourceNotFoundException"


def test_more_than_five_trace_ids_are_refused(strict):
    ids = [a_segment()["trace_id"] for _ in range(6)]
    assert code_of(strict.batch_get_traces, TraceIds=ids) == "InvalidRequestException"
