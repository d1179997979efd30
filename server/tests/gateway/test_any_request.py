"""Whatever bytes come in, the answer is an AWS error and never a defect."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skylens.wire.http import WireRequest
from skylens.wire.models import SERVICE_NAMES, load

OPERATIONS = [op for name in SERVICE_NAMES for op in load(name).operations.values()]

latin_1 = st.text(st.characters(max_codepoint=255), max_size=40)
paths = st.sampled_from([op.http_uri for op in OPERATIONS]) | latin_1.map(lambda text: f"/{text}")
targets = st.sampled_from([f"{op.service.target_prefix}.{op.name}" for op in OPERATIONS]) | latin_1
headers = st.fixed_dictionaries(
    {},
    optional={
        "authorization": latin_1 | latin_1.map(lambda text: f"AWS4-HMAC-SHA256 Credential={text}/20260701/a/xray/b"),
        "content-encoding": st.sampled_from(["gzip", "aws-chunked", "gzip, gzip", "br"]) | latin_1,
        "content-type": st.sampled_from(
            ["application/json", "application/x-amz-json-1.1", "application/cbor", "application/x-www-form-urlencoded"]
        )
        | latin_1,
        "host": latin_1,
        "smithy-protocol": st.just("rpc-v2-cbor"),
        "x-amz-content-sha256": st.sampled_from(
            ["UNSIGNED-PAYLOAD", "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"]
        )
        | latin_1,
        "x-amz-date": st.just("20260701T120000Z") | latin_1,
        "x-amz-security-token": latin_1,
        "x-amz-target": targets,
        "x-amzn-query-mode": st.just("true"),
    },
)
queries = st.sampled_from([f"Action={op.name}&Version={op.service.api_version}" for op in OPERATIONS]) | latin_1
bodies = (
    st.binary(max_size=200) | st.sampled_from([b"{}", b"[]", b"null", b"\xa0", b"0\r\n\r\n"]) | queries.map(str.encode)
)
requests = st.builds(
    WireRequest,
    st.sampled_from(["GET", "POST", "PUT", "HEAD", "OPTIONS"]),
    paths,
    queries | st.just(""),
    headers,
    bodies,
)


@pytest.mark.parametrize("auth", ["required", "off"])
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=300)
@given(request=requests)
def test_no_request_brings_out_a_defect(gateway, auth, request):
    response = asyncio.run(gateway(auth=auth).send(request))
    assert response.status in {200, 400, 403, 404, 413, 501}
    assert response.headers.get("x-amzn-requestid") or response.status == 200
