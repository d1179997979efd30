import pytest
from hypothesis import given
from hypothesis import strategies as st
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, ArrayValue, KeyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from skylens.otlp.traces import InvalidExport, to_documents

TRACE = bytes.fromhex("58406520a006649127e371903a2de979")
SPAN = bytes.fromhex("70de5b6f19ff9a0a")
PARENT = bytes.fromhex("53995c3f42cd8ad8")


def any_value(value):
    match value:
        case bool():
            return AnyValue(bool_value=value)
        case int():
            return AnyValue(int_value=value)
        case list():
            return AnyValue(array_value=ArrayValue(values=[any_value(item) for item in value]))
        case _:
            return AnyValue(string_value=value)


def key_values(attributes):
    return [KeyValue(key=key, value=any_value(value)) for key, value in attributes.items()]


def an_export(*spans, **resource):
    request = ExportTraceServiceRequest()
    group = request.resource_spans.add()
    group.resource.attributes.extend(key_values({name.replace("__", "."): value for name, value in resource.items()}))
    group.scope_spans.add().spans.extend(spans)
    return request.SerializeToString()


def a_span(kind=Span.SPAN_KIND_SERVER, attributes=None, **fields):
    defaults = {
        "trace_id": TRACE,
        "span_id": SPAN,
        "name": "GET /cart",
        "start_time_unix_nano": 1_779_384_848_120_000_000,
        "end_time_unix_nano": 1_779_384_848_975_000_000,
    }
    return Span(kind=kind, attributes=key_values(attributes or {}), **defaults | fields)


def one(span, **resource):
    (document,) = to_documents(an_export(span, **resource))
    return document


def test_a_span_that_serves_a_request_is_a_segment_named_after_its_service():
    document = one(a_span(parent_span_id=PARENT), service__name="checkout", service__version="2.4")
    assert document["name"] == "checkout"
    assert document["id"] == "70de5b6f19ff9a0a"
    assert document["trace_id"] == "1-58406520-a006649127e371903a2de979"
    assert document["parent_id"] == "53995c3f42cd8ad8"
    assert document["service"] == {"version": "2.4"}
    assert (document["start_time"], document["end_time"]) == (1779384848.12, 1779384848.975)
    assert "type" not in document
    assert "namespace" not in document


def test_an_internal_span_is_a_subsegment_without_namespace():
    document = one(a_span(Span.SPAN_KIND_INTERNAL, name="pack", parent_span_id=PARENT))
    assert (document["type"], document["name"]) == ("subsegment", "pack")
    assert "namespace" not in document


def test_a_parentless_internal_span_is_a_segment():
    assert "type" not in one(a_span(Span.SPAN_KIND_INTERNAL), service__name="batch")


@pytest.mark.parametrize(
    "attributes",
    [
        {"http.request.method": "GET", "url.full": "http://pay.test/x", "http.response.status_code": 200, "server.address": "pay.test"},
        {"http.method": "GET", "http.url": "http://pay.test/x", "http.status_code": 200, "net.peer.name": "pay.test"},
    ],
    ids=["new names", "old names"],
)  # fmt: skip
def test_an_http_call_is_a_remote_subsegment_named_after_the_host(attributes):
    document = one(a_span(Span.SPAN_KIND_CLIENT, attributes, parent_span_id=PARENT))
    assert (document["namespace"], document["name"]) == ("remote", "pay.test")
    assert document["http"] == {"request": {"method": "GET", "url": "http://pay.test/x"}, "response": {"status": 200}}


def test_an_aws_call_names_its_service_and_its_table():
    attributes = {
        "rpc.system": "aws-api",
        "rpc.service": "DynamoDB",
        "rpc.method": "GetItem",
        "aws.table_name": "carts",
    }
    document = one(a_span(Span.SPAN_KIND_CLIENT, attributes, parent_span_id=PARENT))
    assert (document["namespace"], document["name"]) == ("aws", "DynamoDB")
    assert document["aws"] == {"operation": "GetItem", "table_name": "carts", "xray": {"sdk": "opentelemetry"}}


def test_a_database_call_carries_its_query():
    attributes = {"db.system": "postgresql", "db.name": "shop", "db.statement": "select 1", "server.address": "db.test"}
    document = one(a_span(Span.SPAN_KIND_CLIENT, attributes, parent_span_id=PARENT))
    assert document["name"] == "shop@db.test"
    assert document["sql"] == {"url": "db.test/shop", "database_type": "postgresql", "sanitized_query": "select 1"}


@pytest.mark.parametrize(
    ("status", "flags"),
    [
        (404, {"error": True}),
        (429, {"error": True, "throttle": True}),
        (503, {"fault": True}),
        (200, {}),
    ],
)
def test_flags_follow_the_http_status(status, flags):
    document = one(a_span(attributes={"http.response.status_code": status}))
    assert {k: document[k] for k in ("error", "throttle", "fault") if k in document} == flags


def test_an_error_without_http_status_is_a_fault():
    assert one(a_span(status=Status(code=Status.STATUS_CODE_ERROR)))["fault"] is True


def test_a_status_that_says_ok_wins_over_the_http_status():
    document = one(a_span(attributes={"http.response.status_code": 404}, status=Status(code=Status.STATUS_CODE_OK)))
    assert "error" not in document


def test_named_attributes_are_annotations_and_all_others_metadata():
    document = one(a_span(attributes={"tenant": "acme", "size": 3, "aws.xray.annotations": ["tenant"]}), host__id="i-1")
    assert document["annotations"] == {"tenant": "acme"}
    assert document["metadata"] == {"default": {"size": 3, "otel.resource.host.id": "i-1"}}


def test_an_exception_event_is_a_cause():
    event = Span.Event(
        name="exception",
        attributes=key_values({"exception.type": "E", "exception.message": "no", "exception.stacktrace": "a\n b\n"}),
    )
    document = one(a_span(events=[event]))
    assert document["cause"]["exceptions"] == [
        {"id": "70de5b6f19ff9a0b", "type": "E", "message": "no", "stack": [{"label": "a"}, {"label": "b"}]}
    ]


def test_a_container_on_fargate_has_its_origin_and_block():
    document = one(a_span(), cloud__platform="aws_ecs", aws__ecs__launchtype="fargate", container__name="web")
    assert document["origin"] == "AWS::ECS::Fargate"
    assert document["aws"]["ecs"] == {"container": "web", "launch_type": "fargate"}


def test_a_span_that_has_not_ended_is_in_progress():
    document = one(a_span(end_time_unix_nano=0))
    assert document["in_progress"] is True
    assert "end_time" not in document


@pytest.mark.parametrize("fields", [{"trace_id": b"short"}, {"span_id": bytes(8)}, {"parent_span_id": b"abc"}])
def test_a_span_with_unusable_ids_is_refused(fields):
    with pytest.raises(InvalidExport, match="GET /cart"):
        to_documents(an_export(a_span(**fields)))


@given(st.binary(min_size=1, max_size=200))
def test_bytes_that_are_no_export_are_refused_or_decoded_but_never_crash(payload):
    try:
        documents = to_documents(payload)
    except InvalidExport:
        return
    assert all(len(document["id"]) == 16 for document in documents)
