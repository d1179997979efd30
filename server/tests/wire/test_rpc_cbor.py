"""rpc-v2-CBOR, exact to the byte: CloudWatch."""

import math
from datetime import UTC, datetime

import cbor2
import pytest

from skylens.wire import models, rpc_cbor
from skylens.wire.errors import ServiceError
from skylens.wire.http import WireRequest, WireResponse

CLOUDWATCH = models.load("cloudwatch")
PUT, DESCRIBE = CLOUDWATCH.operations["PutMetricData"], CLOUDWATCH.operations["DescribeAlarms"]
REQUEST = WireRequest("POST", "/")
HEADERS = {"Content-Type": "application/cbor", "Smithy-Protocol": "rpc-v2-cbor", "x-amzn-RequestId": "id-1"}


def parse(operation: models.Operation, body: bytes) -> dict:
    return rpc_cbor.parse(WireRequest("POST", "/", body=body), operation)


def refused(operation: models.Operation, body: bytes) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        parse(operation, body)
    assert caught.value.status == 400
    return caught.value


@pytest.mark.parametrize("prefix", ["", "/v1", "/any/thing"])
def test_the_path_names_the_operation_behind_any_prefix(prefix):
    path = f"{prefix}/service/GraniteServiceVersion20100801/operation/PutMetricData"
    assert rpc_cbor.operation(WireRequest("POST", path), CLOUDWATCH) == "PutMetricData"


@pytest.mark.parametrize(
    "path", ["/", "/service/Other/operation/PutMetricData", "/service/GraniteServiceVersion20100801"]
)
def test_another_path_is_not_ours(path):
    assert rpc_cbor.operation(WireRequest("POST", path), CLOUDWATCH) is None


@pytest.mark.parametrize("body", [b"", b"\xa0", b"\xbf\xff", b"\xf6", cbor2.dumps({"Unknown": [1], "NextToken": None})])
def test_what_clients_send_for_nothing_is_an_empty_input(body):
    assert parse(DESCRIBE, body) == {}


def test_undefined_is_absent():
    assert parse(DESCRIBE, b"\xa1\x69NextToken\xf7") == {}


def test_definite_and_indefinite_lengths_are_read():
    definite = cbor2.dumps({"AlarmNames": ["a", "b"]})
    indefinite = b"\xbf\x6aAlarmNames\x9f\x61a\x7f\x61b\xff\xff\xff"
    assert parse(DESCRIBE, definite) == parse(DESCRIBE, indefinite) == {"AlarmNames": ["a", "b"]}


@pytest.mark.parametrize(
    "number", [b"\xfb\x3f\xf8\0\0\0\0\0\0", b"\xfa\x3f\xc0\0\0", b"\xf9\x3e\x00"], ids=["double", "single", "half"]
)
def test_doubles_are_read_at_every_width(number):
    body = b"\xa2\x69Namespace\x61n\x6aMetricData\x81\xa2\x6aMetricName\x61m\x65Value" + number
    assert parse(PUT, body)["MetricData"][0]["Value"] == 1.5


def test_nan_and_infinity_are_read_and_left_to_the_handler():
    body = cbor2.dumps({"Namespace": "n", "MetricData": [{"MetricName": "m", "Values": [1]}]})
    half = b"\x83\xf9\x7e\x00\xf9\x7c\x00\xf9\xfc\x00"
    nan, *infinities = parse(PUT, body.replace(b"\x81\x01", half))["MetricData"][0]["Values"]
    assert math.isnan(nan)
    assert infinities == [math.inf, -math.inf]


@pytest.mark.parametrize("number", [1782907200, 1782907200.0, 1782907200000])
def test_timestamps_are_tagged_numbers(number):
    body = cbor2.dumps({"StartTime": cbor2.CBORTag(1, number), "EndTime": number, "MetricDataQueries": []})
    value = parse(CLOUDWATCH.operations["GetMetricData"], body)
    assert value["StartTime"] == value["EndTime"] == datetime(2026, 7, 1, 12, tzinfo=UTC)


def test_a_timestamp_that_is_nan_is_refused():
    body = b"\xa1\x69StartTime\xc1\xf9\x7e\x00"
    assert refused(CLOUDWATCH.operations["GetMetricData"], body).code == "SerializationException"


def test_output_is_written_with_tagged_float_times_and_byte_strings():
    output = {"Datapoints": [{"Timestamp": datetime(2026, 7, 1, 12, tzinfo=UTC), "Average": 41}]}
    response = rpc_cbor.serialize(CLOUDWATCH.operations["GetMetricStatistics"], output, "id-1", REQUEST)
    assert response == WireResponse(
        200,
        HEADERS,
        b"\xa1\x6aDatapoints\x81\xa2\x69Timestamp\xc1\xfb\x41\xda\x91\x40\x50\x00\x00\x00\x67Average\xfb\x40\x44\x80\0\0\0\0\0",
    )
    image = rpc_cbor.serialize(
        CLOUDWATCH.operations["GetMetricWidgetImage"], {"MetricWidgetImage": b"\x89PNG"}, "id-1", REQUEST
    )
    assert image.body == b"\xa1\x71MetricWidgetImage\x44\x89PNG"


def test_no_output_is_an_empty_map():
    assert rpc_cbor.serialize(PUT, {}, "id-1", REQUEST) == WireResponse(200, HEADERS, b"\xa0")


def test_an_error_names_the_protocol_and_no_errortype_header():
    response = rpc_cbor.serialize_error(CLOUDWATCH, None, ServiceError("ResourceNotFound", "gone"), "id-1", REQUEST)
    assert (response.status, response.headers) == (400, HEADERS)
    assert cbor2.loads(response.body) == {
        "__type": "com.amazonaws.cloudwatch.v2010_08_01#ResourceNotFound",
        "message": "gone",
    }


def test_an_error_in_query_mode_carries_the_query_code():
    request = WireRequest("POST", "/", headers={"x-amzn-query-mode": "true"})
    response = rpc_cbor.serialize_error(CLOUDWATCH, None, ServiceError("LimitExceededFault"), "id-1", request)
    assert response.headers["x-amzn-query-error"] == "LimitExceeded;Sender"


@pytest.mark.parametrize(
    "body",
    [
        b"\xa0\xff",
        b"\xbf",
        b"\x81" * 100_000,
        b"\x9b\x7f\xff\xff\xff\xff\xff\xff\xff\x00",
        b"\x5b\x7f\xff\xff\xff\xff\xff\xff\xff\x00",
        b"\xa1\x01\x02",
        b"\xa1\xa0\xa0",
        b"\xa1\x62\xff\xfe\x00",
        b"\x81\xff",
        b"\xd8\x1c\x81\xd8\x1d\x00",
        b"\xa1\x6aAlarmNames\x81\xf6",
        b"\xa1\x6aAlarmNames\x81\x41a",
        b"\xa1\x6aMaxRecords\xc2\x49\x01\0\0\0\0\0\0\0\0",
    ],
)
def test_malformed_cbor_is_refused(body):
    assert refused(DESCRIBE, body).code == "SerializationException"


def test_trailing_bytes_are_refused_with_their_position():
    assert refused(DESCRIBE, b"\xa0\xa0").message == "the CBOR is malformed: trailing bytes (byte 1)"
