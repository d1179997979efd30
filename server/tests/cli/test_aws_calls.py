"""AWS calls of a trace: every request that could be one of ours, once, however deep."""

import json

from skylens.cli.aws_calls import AwsCall, aws_calls

ID = "a7a01f85-99e2-40bd-83bd-307650be0506"


def test_calls_are_found_with_their_operation_and_region():
    call = {"name": "XRay", "aws": {"operation": "GetGroups", "region": "eu-west-1", "request_id": ID}}
    other = {"name": "S3", "aws": {"operation": "GetObject", "request_id": "D4B0A7A3CB43D7A1"}}
    work = {"name": "work", "subsegments": [call, other]}
    segments = [{"Document": json.dumps({"name": "shop", "subsegments": [work]})}, {"Document": json.dumps(call)}]
    assert aws_calls(segments) == [AwsCall(ID, "GetGroups", "eu-west-1")]


def test_an_operation_that_is_not_named_goes_by_the_name_of_its_subsegment():
    assert aws_calls([{"Document": json.dumps({"name": "XRay", "aws": {"request_id": ID}})}]) == [
        AwsCall(ID, "XRay", "")
    ]
