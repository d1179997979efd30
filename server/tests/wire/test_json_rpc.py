"""awsJson, exact to the byte: CloudTrail, KMS, Logs and CloudWatch."""

from datetime import UTC, datetime

import pytest

from skylens.wire import json_rpc, models
from skylens.wire.errors import ServiceError
from skylens.wire.http import WireRequest, WireResponse

TRAIL, LOGS, KMS, CLOUDWATCH = (models.load(name) for name in ("cloudtrail", "logs", "kms", "cloudwatch"))
REQUEST = WireRequest("POST", "/")
QUERY_MODE = WireRequest("POST", "/", headers={"x-amzn-query-mode": "true"})


def target(value: str) -> WireRequest:
    return WireRequest("POST", "/", headers={"x-amz-target": value})


def parse(service: models.Service, operation: str, body: bytes) -> dict:
    return json_rpc.parse(WireRequest("POST", "/", body=body), service.operations[operation])


def error(service: models.Service, failure: ServiceError, request: WireRequest = REQUEST) -> WireResponse:
    return json_rpc.serialize_error(service, None, failure, "id-1", request)


def test_the_target_names_the_operation_with_a_long_and_a_short_prefix():
    long = target("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents")
    assert json_rpc.operation(long, TRAIL) == "LookupEvents"
    assert json_rpc.operation(target("CloudTrail_20131101.LookupEvents"), TRAIL) == "LookupEvents"
    assert json_rpc.operation(target("CloudTrail_20131101.NoSuch"), TRAIL) == "NoSuch"


@pytest.mark.parametrize("value", ["", "LookupEvents", ".LookupEvents", "Logs_20140328.LookupEvents"])
def test_a_target_of_another_service_is_not_ours(value):
    assert json_rpc.operation(target(value), TRAIL) is None


def test_describe_trails_has_its_members_in_lower_camel_case():
    body = b'{"trailNameList":["a"],"includeShadowTrails":false,"TrailNameList":["b"]}'
    assert parse(TRAIL, "DescribeTrails", body) == {"trailNameList": ["a"], "includeShadowTrails": False}
    response = json_rpc.serialize(TRAIL.operations["DescribeTrails"], {"trailList": [{"Name": "a"}]}, "id-1", REQUEST)
    assert response.body == b'{"trailList":[{"Name":"a"}]}'


def test_an_empty_output_is_an_empty_object_and_no_output_an_empty_body():
    empty = json_rpc.serialize(TRAIL.operations["StartLogging"], {}, "id-1", REQUEST)
    assert empty == WireResponse(200, {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": "id-1"}, b"{}")
    assert json_rpc.serialize(LOGS.operations["CreateLogGroup"], {}, "id-1", REQUEST).body == b""


def test_cloudwatch_is_json_1_0_with_float_seconds():
    at = datetime(2026, 7, 1, 12, tzinfo=UTC)
    output = {
        "MetricDataResults": [
            {"Id": "m", "Timestamps": [at], "Values": [41, float("nan"), float("inf"), float("-inf")]}
        ]
    }
    response = json_rpc.serialize(CLOUDWATCH.operations["GetMetricData"], output, "id-1", REQUEST)
    assert response.headers["Content-Type"] == "application/x-amz-json-1.0"
    assert response.body == (
        b'{"MetricDataResults":[{"Id":"m","Timestamps":[1782907200.0],"Values":[41.0,"NaN","Infinity","-Infinity"]}]}'
    )


def test_special_numbers_and_an_empty_union_member_are_read():
    body = b'{"Namespace":"n","MetricData":[{"MetricName":"m","Values":["NaN","Infinity","-Infinity",3]}]}'
    values = parse(CLOUDWATCH, "PutMetricData", body)["MetricData"][0]["Values"]
    assert list(map(str, values)) == ["nan", "inf", "-inf", "3.0"]


def test_blobs_are_base64_strings():
    assert parse(KMS, "Encrypt", b'{"KeyId":"k","Plaintext":"AAH/"}')["Plaintext"] == b"\x00\x01\xff"
    response = json_rpc.serialize(KMS.operations["Encrypt"], {"CiphertextBlob": b"\x00\x01\xff"}, "id-1", REQUEST)
    assert response.body == b'{"CiphertextBlob":"AAH/"}'


@pytest.mark.parametrize("blob", [b'"AAH"', b'"A*H/"', b"5", '"é"'.encode()])
def test_what_is_not_base64_is_refused(blob):
    with pytest.raises(ServiceError, match="at 'Plaintext'"):
        parse(KMS, "Encrypt", b'{"KeyId":"k","Plaintext":%b}' % blob)


def test_null_in_a_map_is_absent():
    body = b'{"KeyId":"k","Plaintext":"AAH/","EncryptionContext":{"a":"b","c":null}}'
    assert parse(KMS, "Encrypt", body)["EncryptionContext"] == {"a": "b"}


def test_an_error_without_members_in_the_model_has_both_spellings_of_message():
    assert error(TRAIL, ServiceError("TrailNotFoundException", "Unknown trail: a")) == WireResponse(
        400,
        {"Content-Type": "application/x-amz-json-1.1", "x-amzn-RequestId": "id-1"},
        b'{"__type":"TrailNotFoundException","Message":"Unknown trail: a","message":"Unknown trail: a"}',
    )


def test_whatever_the_caller_did_is_400():
    for code in (
        "AccessDeniedException",
        "UnrecognizedClientException",
        "UnknownOperationException",
        "ThrottlingException",
    ):
        assert error(KMS, ServiceError(code, "no")).status == 400
    assert error(KMS, ServiceError("InternalFailure", "oh")).status == 500
    assert error(KMS, ServiceError("NotImplementedException", "later", status=501)).status == 501


def test_cloudwatch_tells_query_codes_and_statuses_to_those_who_ask():
    failure = ServiceError("DashboardNotFoundError", "Dashboard ops does not exist")
    asked = error(CLOUDWATCH, failure, QUERY_MODE)
    assert asked == WireResponse(
        404,
        {
            "Content-Type": "application/x-amz-json-1.0",
            "x-amzn-RequestId": "id-1",
            "x-amzn-query-error": "ResourceNotFound;Sender",
        },
        b'{"__type":"com.amazonaws.cloudwatch.v2010_08_01#DashboardNotFoundError","message":"Dashboard ops does not exist"}',
    )
    plain = error(CLOUDWATCH, failure)
    assert (plain.status, "x-amzn-query-error" in plain.headers) == (400, False)


def test_a_service_that_never_spoke_query_has_no_query_mode():
    assert "x-amzn-query-error" not in error(KMS, ServiceError("NotFoundException", "x"), QUERY_MODE).headers


@pytest.mark.parametrize(
    ("code", "told"),
    [
        ("ValidationException", b"com.amazon.coral.validate#ValidationException"),
        ("InvalidParameterCombinationException", b"com.amazon.coral.service#InvalidParameterCombinationException"),
        ("AccessDeniedException", b"com.amazon.coral.service#AccessDeniedException"),
        ("InternalServiceFault", b"com.amazonaws.cloudwatch.v2010_08_01#InternalServiceFault"),
    ],
)
def test_cloudwatch_names_its_errors_with_their_namespace(code, told):
    assert error(CLOUDWATCH, ServiceError(code)).body == b'{"__type":"%b"}' % told
