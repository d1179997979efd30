"""protocols.py: which protocol a request speaks."""

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skylens.wire import models, protocols
from skylens.wire.errors import ServiceError
from skylens.wire.http import WireRequest

CLOUDWATCH = models.load("cloudwatch")
CBOR_PATH = "/service/GraniteServiceVersion20100801/operation/ListMetrics"
TARGET = {"x-amz-target": "GraniteServiceVersion20100801.ListMetrics"}


@pytest.mark.parametrize(
    ("request_", "name"),
    [
        (WireRequest("POST", CBOR_PATH), "smithy-rpc-v2-cbor"),
        (WireRequest("POST", "/", headers=TARGET, body=b"{}"), "json"),
        (WireRequest("POST", "/", body=b"Action=ListMetrics&Version=2010-08-01"), "query"),
        (WireRequest("GET", "/", "Action=ListMetrics"), "query"),
    ],
)
def test_cloudwatch_is_understood_in_three_protocols(request_, name):
    protocol, operation = protocols.match(request_, CLOUDWATCH)
    assert (protocol.NAME, operation) == (name, "ListMetrics")


@pytest.mark.parametrize(
    ("service", "headers", "name"),
    [
        ("cloudwatch", {"smithy-protocol": "rpc-v2-cbor"}, "smithy-rpc-v2-cbor"),
        ("cloudwatch", {"content-type": "application/cbor"}, "smithy-rpc-v2-cbor"),
        ("cloudwatch", {"content-type": "application/x-amz-json-1.0"}, "json"),
        ("cloudwatch", {"x-amz-target": "Other.Thing"}, "json"),
        ("cloudwatch", {}, "query"),
        ("iam", {"content-type": "application/x-amz-json-1.0"}, "query"),
        ("xray", {}, "rest-json"),
        ("kms", {}, "json"),
    ],
)
def test_a_request_without_an_operation_is_refused_in_the_protocol_it_seems_to_speak(service, headers, name):
    protocol, operation = protocols.match(WireRequest("POST", "/none", headers=headers), models.load(service))
    assert (protocol.NAME, operation) == (name, None)


# What is near to a real request reaches deeper into the readers than bytes alone.
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["MetricData", "Namespace", "Dimensions", "Value", "x"]), inner, max_size=3)
    ),
    max_leaves=12,
)
_forms = st.lists(st.tuples(st.text("MetricData.member1=&%é", max_size=30), st.text(max_size=9)), max_size=5).map(
    lambda pairs: "&".join(f"{key}={value}" for key, value in pairs).encode()
)
_cbor = _json.map(cbor2.dumps)


@settings(max_examples=150, deadline=None)
@given(body=st.binary(max_size=60) | _forms | _cbor | _json.map(lambda value: repr(value).replace("'", '"').encode()))
@pytest.mark.parametrize("name", ["smithy-rpc-v2-cbor", "json", "query"])
def test_whatever_the_body_it_is_an_input_or_refused_in_the_protocol(name, body):
    op = CLOUDWATCH.operations["PutMetricData"]
    request = WireRequest("POST", "/", body=body)
    protocol = protocols.PROTOCOLS[name]
    try:
        value = protocol.parse(request, op)
    except ServiceError as refusal:
        failure = refusal
    else:
        assert set(value) <= set(op.input.members)
        return
    assert failure.code in {"SerializationException", "ValidationException"}
    assert protocol.serialize_error(CLOUDWATCH, op, failure, "id-1", request).status == 400
