"""Each sign of a request names its service; nothing is guessed."""

import pytest

from skylens.gateway.identify import service_of_head
from skylens.wire.http import WireRequest
from skylens.wire.models import SERVICE_NAMES, load

OPERATIONS = [op for name in SERVICE_NAMES for op in load(name).operations.values()]
SCOPE = "AWS4-HMAC-SHA256 Credential=AKIA/20260701/us-east-1/{}/aws4_request, SignedHeaders=host, Signature=0"


def named(request):
    service = service_of_head(request)
    return service and service.name


@pytest.mark.parametrize("name", SERVICE_NAMES)
def test_every_operation_of_every_protocol_is_found_without_a_signature(name):
    service = load(name)
    for op in service.operations.values():
        heads = {
            "json": WireRequest("POST", "/", "", {"x-amz-target": f"{service.target_prefix}.{op.name}"}),
            "rest-json": WireRequest(op.http_method, op.http_uri),
            "smithy-rpc-v2-cbor": WireRequest("POST", f"/service/{service.target_prefix}/operation/{op.name}"),
            "query": WireRequest("GET", "/", f"Action={op.name}&Version={service.api_version}"),
        }
        assert {named(heads[protocol]) for protocol in service.protocols} == {name}


@pytest.mark.parametrize("name", SERVICE_NAMES)
def test_the_scope_of_a_signature_names_the_service(name):
    scope = SCOPE.format(load(name).signing_name)
    assert named(WireRequest("POST", "/", "", {"authorization": scope})) == name


def test_the_scope_of_a_presigned_request_names_the_service():
    query = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIA%2F20260701%2Fus-east-1%2Fsts%2Faws4_request"
    assert named(WireRequest("GET", "/", query)) == "sts"


@pytest.mark.parametrize(
    ("host", "name"),
    [
        ("xray.us-east-1.amazonaws.com", "xray"),
        ("xray-fips.us-east-1.amazonaws.com", "xray"),
        ("monitoring.localhost:8000", "cloudwatch"),
        ("stream-logs.eu-central-1.amazonaws.com", "logs"),
        ("streaming-logs.eu-central-1.amazonaws.com", "logs"),
        ("STS.amazonaws.com", "sts"),
        ("127.0.0.1:8000", None),
        ("localhost:8000", None),
        ("xray", None),
    ],
)
def test_the_host_names_the_service(host, name):
    assert named(WireRequest("POST", "/", "", {"host": host})) == name


def test_a_shortened_target_names_the_service():
    headers = {"x-amz-target": "CloudTrail_20131101.LookupEvents"}
    assert named(WireRequest("POST", "/", "", headers)) == "cloudtrail"


@pytest.mark.parametrize(
    "request_",
    [
        WireRequest("GET", "/"),
        WireRequest("POST", "/NoSuchOperation"),
        WireRequest("GET", "/TraceSegments"),
        WireRequest("GET", "/favicon.ico", "", {"host": "localhost:8000"}),
        WireRequest("POST", "/", "", {"x-amz-target": "DynamoDB_20120810.ListTables"}),
        WireRequest("POST", "/", "", {"authorization": SCOPE.format("sqs")}),
        WireRequest("GET", "/", "Version=2011-06-15"),
        WireRequest("GET", "/", "Action=X&Version=1999-01-01"),
    ],
    ids=lambda request: f"{request.method} {request.raw_path}",
)
def test_a_request_for_nothing_of_ours_has_no_service(request_):
    assert service_of_head(request_) is None


def test_what_only_one_service_has_counts_more_than_the_scope():
    request = WireRequest("POST", "/TraceSegments", "", {"authorization": SCOPE.format("logs")})
    assert named(request) == "xray"
