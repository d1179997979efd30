"""A request's way through all steps, as a client sees it."""

import asyncio
import gzip
import itertools
import json
import logging
import re
import threading
from dataclasses import replace

import pytest
from gateway.conftest import KEY, Recorded

from skylens.api_events import NotRecorded
from skylens.caller import root_of
from skylens.config import Limits
from skylens.gateway import receive as receiving
from skylens.gateway.asgi import application
from skylens.gateway.receive import Intake
from skylens.gateway.sigv4 import Credential
from skylens.store import StoreBusy, StoreFull
from skylens.wire.errors import ServiceError
from skylens.wire.http import WireRequest
from skylens.xray.errors import InvalidRequest, ResourceNotFound

GROUPS = ("xray", "GetGroups")
REQUEST = WireRequest("POST", "/Groups", "", {"content-type": "application/json"}, b"{}")
LOOKUP = WireRequest(
    "POST",
    "/",
    "",
    {
        "content-type": "application/x-amz-json-1.1",
        "x-amz-target": "com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101.LookupEvents",
    },
    b"{}",
)
IDENTITY = WireRequest(
    "POST",
    "/",
    "",
    {"content-type": "application/x-www-form-urlencoded; charset=utf-8"},
    b"Action=GetCallerIdentity&Version=2011-06-15",
)


def no_groups(_call, _request):
    return {"Groups": []}


def error_name(response):
    """The name of an error in any protocol."""
    if response.headers["content-type"] == "text/xml":
        return re.search(r"<Code>(\w+)</Code>", response.body.decode())[1]
    return told(response)[0]


def told(response):
    """The name and message of an error in JSON."""
    document = json.loads(response.body)
    name = response.headers.get("x-amzn-errortype") or document["__type"].rpartition("#")[2]
    return name, document.get("Message") or document.get("message")


async def test_a_signed_request_is_answered(gateway, signed):
    seen = []
    server = gateway({GROUPS: lambda call, request: seen.append((call, request)) or {"Groups": []}})
    response = await server.send(signed(REQUEST))
    assert (response.status, json.loads(response.body)) == (200, {"Groups": []})
    ((call, request),) = seen
    assert (call.caller.account, call.caller.region) == ("123456789012", "eu-central-1")
    assert call.caller.arn == "arn:aws:iam::123456789012:root"
    assert call.request_id == response.headers["x-amzn-requestid"]
    assert request == {}


async def test_every_call_is_recorded_with_its_outcome(gateway, signed):
    server = gateway({GROUPS: no_groups})
    headers = {**REQUEST.headers, "user-agent": "Boto3/1", "x-amzn-trace-id": "Root=1-2-3"}
    response = await server.send(signed(replace(REQUEST, body=b'{"NextToken": "a"}', headers=headers)))
    await server.send(signed(LOOKUP, "cloudtrail"))
    answered, refused = server.recorded
    call = answered.call
    assert (call.service, call.operation, call.request, call.source_ip) == (
        "xray",
        "GetGroups",
        {"NextToken": "a"},
        "192.0.2.7",
    )
    assert (call.user_agent, call.trace_header, call.host) == ("Boto3/1", "Root=1-2-3", "127.0.0.1:8000")
    assert call.request_id == response.headers["x-amzn-requestid"]
    assert (answered.output, answered.error_code) == ({"Groups": []}, "")
    assert call.caller.access_key_id == "AKIAEXAMPLEEXAMPLE22"
    assert (refused.call.operation, refused.output, refused.error_code) == (
        "LookupEvents",
        None,
        "NotImplementedException",
    )


async def test_a_call_is_answered_only_once_it_is_recorded(gateway, signed):
    order = []

    class Slow(Recorded):
        async def __call__(self, _event):
            await asyncio.sleep(0.01)
            order.append("recorded")

    server = gateway({GROUPS: no_groups}, record=Slow())
    assert (await server.send(signed(REQUEST))).status == 200
    assert order == ["recorded"]


async def test_a_call_that_cannot_be_recorded_is_told_so_instead_of_its_answer(gateway, signed):
    class Full(Recorded):
        async def __call__(self, _event):
            raise NotRecorded("the disk is full")

    response = await gateway({GROUPS: no_groups}, record=Full()).send(signed(REQUEST))
    assert (response.status, told(response)[0]) == (503, "ServiceUnavailableException")
    assert told(response)[1] == "The audit trail cannot take the call: the disk is full"


async def test_a_call_that_the_trail_does_not_admit_changes_nothing(gateway, signed):
    class Failing(Recorded):
        def admit(self, call):
            raise NotRecorded(f"not {call.operation}")

    calls = []
    server = gateway({GROUPS: lambda call, _request: calls.append(call) or {"Groups": []}}, record=Failing())
    response = await server.send(signed(REQUEST))
    assert (response.status, calls) == (503, [])
    assert [event.error_code for event in server.recorded] == ["ServiceUnavailableException"]


async def test_a_defect_of_the_trail_is_an_internal_failure_and_not_a_broken_connection(gateway, signed, caplog):
    class Broken(Recorded):
        def __call__(self, _event):
            raise KeyError("defect")

    response = await gateway({GROUPS: no_groups}, record=Broken()).send(signed(REQUEST))
    assert (response.status, told(response)[0]) == (500, "InternalFailure")
    assert "event=internal_failure" in caplog.text


@pytest.mark.parametrize(("secret", "recorded"), [(KEY.secret, ["GetGroups"]), ("guessed", [])])
async def test_an_expired_session_is_on_record_if_it_was_whose_it_is(gateway, signed, clock, secret, recorded):
    expired = replace(KEY, expires_at=clock.now())
    server = gateway({GROUPS: no_groups})
    server.world = replace(server.world, find_credential=lambda _key, _token: expired)
    server._application = application(server.world)
    response = await server.send(signed(REQUEST, key=replace(KEY, secret=secret)))
    assert (response.status, told(response)[0]) == (403, "ExpiredTokenException")
    assert [event.call.operation for event in server.recorded] == recorded
    assert [event.error_code for event in server.recorded] == ["ExpiredTokenException"] * len(recorded)


async def test_requests_of_nobody_and_of_no_operation_are_no_calls(gateway, signed):
    server = gateway({GROUPS: no_groups})
    await server.send(REQUEST)
    await server.send(signed(replace(REQUEST, raw_path="/NoSuchOperation")))
    assert server.recorded == []


async def test_whoever_proves_nothing_is_noted_with_what_he_claims(gateway, signed):
    server = gateway({GROUPS: no_groups})
    nobody = Credential("AKIANOBODY", "x", root_of("000000000001"))
    wrong = Credential(KEY.access_key_id, "guessed", KEY.principal)
    for request in (
        REQUEST,
        signed(REQUEST, key=nobody),
        signed(REQUEST, key=wrong),
        signed(REQUEST, "logs"),
        IDENTITY,
    ):
        await server.send(replace(request, headers={**request.headers, "user-agent": "curl/8"}))
    await server.send(signed(REQUEST))
    assert [(each.reason, each.access_key_id, each.service) for each in server.strangers] == [
        ("missing token", "", "xray"),
        ("unknown key", "AKIANOBODY", "xray"),
        ("wrong signature", KEY.access_key_id, "xray"),
        ("wrong signature", KEY.access_key_id, "xray"),
        ("missing token", "", "sts"),
    ]
    assert {(each.source_ip, each.user_agent) for each in server.strangers} == {("192.0.2.7", "curl/8")}


async def test_an_operation_that_is_not_built_names_itself(gateway, signed):
    response = await gateway().send(signed(REQUEST))
    assert response.status == 501
    assert told(response)[0] == "NotImplementedException"
    assert "xray:GetGroups" in told(response)[1]


@pytest.mark.parametrize(
    ("request_", "service", "expected"),
    [
        (REQUEST, "xray", (403, "MissingAuthenticationTokenException")),
        (LOOKUP, "cloudtrail", (400, "MissingAuthenticationTokenException")),
        (IDENTITY, "sts", (403, "MissingAuthenticationToken")),
    ],
)
async def test_a_request_without_a_signature_is_refused_in_its_protocol(gateway, request_, service, expected):
    response = await gateway().send(request_)
    assert (response.status, error_name(response)) == expected
    assert response.headers["x-amzn-requestid"], service


@pytest.mark.parametrize(
    ("request_", "service", "expected"),
    [
        (REQUEST, "xray", (403, "UnrecognizedClientException")),
        (LOOKUP, "cloudtrail", (400, "UnrecognizedClientException")),
        (IDENTITY, "sts", (403, "InvalidClientTokenId")),
    ],
)
async def test_an_unknown_key_is_refused_in_its_protocol(gateway, signed, request_, service, expected):
    response = await gateway().send(
        signed(request_, service, key=Credential("AKIANOBODY", "x", root_of("000000000001")))
    )
    assert (response.status, error_name(response)) == expected
    assert b"The security token included in the request is invalid." in response.body


async def test_a_signature_for_another_service_is_told_which_one_to_use(gateway, signed):
    response = await gateway().send(signed(REQUEST, "logs"))
    assert told(response) == ("InvalidSignatureException", "Credential should be scoped to correct service: 'xray'. ")


async def test_nothing_of_a_body_is_interpreted_before_the_signature(gateway, signed):
    request = signed(replace(REQUEST, body=b"{}"))
    response = await gateway().send(replace(request, body=b"not json"))
    assert told(response)[0] == "InvalidSignatureException"


async def test_a_gzipped_body_is_signed_as_sent_and_read_whole(gateway, signed):
    seen = []
    server = gateway({GROUPS: lambda _call, request: seen.append(request) or {"Groups": []}})
    headers = {**REQUEST.headers, "content-encoding": "gzip"}
    body = gzip.compress(b'{"NextToken": "a"}')
    assert (await server.send(signed(replace(REQUEST, headers=headers, body=body)))).status == 200
    assert seen == [{"NextToken": "a"}]


async def test_malformed_json_is_a_serialization_exception(gateway, signed):
    response = await gateway({GROUPS: no_groups}).send(signed(replace(REQUEST, body=b"{")))
    assert (response.status, told(response)[0]) == (400, "SerializationException")


@pytest.mark.parametrize(
    ("request_", "service", "expected"),
    [
        (replace(REQUEST, raw_path="/NoSuch"), "xray", (404, "UnknownOperationException")),
        (replace(REQUEST, method="GET"), "xray", (404, "UnknownOperationException")),
        (
            replace(LOOKUP, headers={"x-amz-target": "CloudTrail_20131101.NoSuch"}),
            "cloudtrail",
            (400, "UnknownOperationException"),
        ),
        (replace(IDENTITY, body=b"Action=NoSuch&Version=2011-06-15"), "sts", (400, "InvalidAction")),
        (replace(REQUEST, raw_path="/bucket"), "s3control", (404, "UnknownOperationException")),
    ],
)
async def test_an_unknown_operation_is_told_in_its_protocol(gateway, signed, request_, service, expected):
    response = await gateway().send(signed(request_, service))
    assert (response.status, error_name(response)) == expected


@pytest.mark.parametrize(("method", "path"), [("GET", "/"), ("HEAD", "/"), ("GET", "/favicon.ico"), ("DELETE", "/x/y")])
async def test_a_browser_is_told_what_this_is(gateway, method, path):
    response = await gateway().send(WireRequest(method, path))
    assert (response.status, response.headers["x-amzn-errortype"]) == (404, "UnknownOperationException")
    if method == "HEAD":
        assert (response.body, int(response.headers["content-length"]) > 0) == (b"", True)
    else:
        assert told(response)[1].startswith(f"{method} {path} is no AWS operation.")


async def test_a_declared_length_over_the_limit_is_refused_before_it_is_read(gateway, signed):
    server = gateway({GROUPS: no_groups}, limits=Limits(request_bytes=100))
    request = signed(REQUEST)
    response = await server.send(replace(request, headers={**request.headers, "content-length": "101"}), b"x" * 101)
    assert (response.status, told(response)[0]) == (413, "RequestEntityTooLargeException")
    assert server.world.intake.held_bytes == 0


async def test_a_streamed_body_is_refused_as_soon_as_it_is_over_the_limit(gateway, signed):
    server = gateway({GROUPS: no_groups}, limits=Limits(request_bytes=100))
    request = signed(REQUEST)
    chunked = replace(request, headers={**request.headers, "content-length": "0"})
    response = await server.send(chunked, b"x" * 60, b"x" * 60, b"x" * 60)
    assert (response.status, "connection" in response.headers) == (413, False)


async def test_a_body_far_over_the_limit_ends_the_connection(gateway, signed, monkeypatch):
    monkeypatch.setattr(receiving, "_DISCARDED_BYTES", 100)
    server = gateway({GROUPS: no_groups}, limits=Limits(request_bytes=100))
    response = await server.send(signed(REQUEST), *[b"x" * 90] * 9)
    assert (response.status, response.headers["connection"]) == (413, "close")


async def test_too_many_bodies_at_once_are_throttled(gateway, signed):
    server = gateway({GROUPS: no_groups}, intake=Intake(memory_bytes=10))
    request = signed(replace(REQUEST, body=b'{"NextToken":"a"}'))
    response = await server.send(request)
    assert (response.status, told(response)[0]) == (429, "ThrottledException")
    assert (await server.send(signed(REQUEST))).status == 200


async def test_an_account_that_calls_too_often_is_throttled(gateway, signed, clock):
    server = gateway({GROUPS: no_groups}, limits=Limits(requests_per_second=1))
    responses = [await server.send(signed(REQUEST)) for _ in range(2)]
    assert [r.status for r in responses] == [200, 429]
    assert told(responses[1]) == ("ThrottledException", "Rate exceeded")
    clock.advance(1)
    assert (await server.send(signed(REQUEST))).status == 200


def raising(error):
    def handler(_call, _request):
        raise error

    return handler


@pytest.mark.parametrize(
    ("error", "status", "answer"),
    [
        (InvalidRequest("no such group"), 400, ("InvalidRequestException", "no such group")),
        (ServiceError("ThrottledException", "slowly"), 429, ("ThrottledException", "slowly")),
        (StoreBusy("busy"), 429, ("ThrottledException", "busy")),
        (StoreFull("full"), 503, ("ServiceUnavailableException", "full")),
    ],
)
async def test_what_a_handler_raises_becomes_its_aws_error(gateway, signed, error, status, answer):
    response = await gateway({GROUPS: raising(error)}).send(signed(REQUEST))
    assert (response.status, told(response)) == (status, answer)


async def test_an_error_about_a_resource_names_it(gateway, signed):
    request = replace(REQUEST, raw_path="/ListTagsForResource", body=b'{"ResourceARN": "arn:a"}')
    response = await gateway({("xray", "ListTagsForResource"): raising(ResourceNotFound("arn:a"))}).send(
        signed(request)
    )
    assert (response.status, json.loads(response.body)["ResourceName"]) == (404, "arn:a")


async def test_a_defect_is_logged_under_the_request_id_and_tells_nothing(gateway, signed, caplog):
    with caplog.at_level(logging.ERROR):
        response = await gateway({GROUPS: raising(KeyError("the password is swordfish"))}).send(signed(REQUEST))
    assert (response.status, told(response)[0]) == (500, "InternalFailure")
    assert b"swordfish" not in response.body
    assert response.headers["x-amzn-requestid"] in caplog.text


async def test_an_output_that_is_not_the_models_is_a_defect(gateway, signed, caplog):
    with caplog.at_level(logging.CRITICAL):
        response = await gateway({GROUPS: lambda _call, _request: {"Grops": []}}).send(signed(REQUEST))
    assert (response.status, told(response)[0]) == (500, "InternalFailure")


async def test_handlers_run_beside_the_loop_and_awaiting_ones_on_it(gateway, signed):
    threads = []

    def blocking(_call, _request):
        threads.append(threading.current_thread())
        return {"Groups": []}

    async def awaiting(call, request):
        await asyncio.sleep(0)
        return blocking(call, request)

    assert (await gateway({GROUPS: blocking}).send(signed(REQUEST))).status == 200
    assert (await gateway({GROUPS: awaiting}).send(signed(REQUEST))).status == 200
    assert [thread is threading.main_thread() for thread in threads] == [False, True]


async def test_calls_beyond_what_may_wait_are_throttled(gateway, signed):
    release = threading.Event()

    def slow(_call, _request):
        release.wait(20)
        return {"Groups": []}

    server = gateway({GROUPS: slow}, threads=1)
    request = signed(REQUEST)
    calls = [asyncio.create_task(server.send(request)) for _ in range(40)]
    refused = [(await call).status for call in itertools.islice(asyncio.as_completed(calls), 7)]
    release.set()
    statuses = [(await call).status for call in calls]
    assert refused == [429] * 7
    assert (statuses.count(200), statuses.count(429)) == (33, 7)


async def test_one_service_calls_another_as_the_same_caller(gateway, signed):
    callers = []

    def outer(call, _request):
        return {"Groups": [], **call.invoke("sts", "GetCallerIdentity", {})}

    def inner(call, _request):
        callers.append(call.caller.account)
        return {}

    server = gateway({GROUPS: outer, ("sts", "GetCallerIdentity"): inner})
    assert (await server.send(signed(REQUEST))).status == 200
    first, second = server.recorded
    assert callers == ["123456789012"]
    assert (first.call.operation, first.call.source_ip, first.output) == ("GetCallerIdentity", "xray.amazonaws.com", {})
    assert (first.call.via, first.call.user_agent) == (("xray.amazonaws.com",), "xray.amazonaws.com")
    assert second.call.operation == "GetGroups"


async def test_a_service_may_call_an_awaiting_operation(gateway, signed):
    async def inner(_call, _request):
        await asyncio.sleep(0)
        return {}

    def outer(call, _request):
        call.invoke("xray", "PutTelemetryRecords", {})
        return {"Groups": []}

    server = gateway({GROUPS: outer, ("xray", "PutTelemetryRecords"): inner})
    server.world.dispatcher.start()
    assert (await server.send(signed(REQUEST))).status == 200


async def test_a_failed_inner_call_is_recorded_and_raised(gateway, signed):
    server = gateway({GROUPS: lambda call, _request: call.invoke("sts", "GetCallerIdentity", {})})
    response = await server.send(signed(REQUEST))
    assert response.status == 501
    inner, _outer = server.recorded
    assert (inner.call.operation, inner.error_code) == ("GetCallerIdentity", "NotImplementedException")


@pytest.mark.parametrize(
    ("key", "account"),
    [("210987654321", "210987654321"), ("AKIAWHATEVER", "000000000000"), ("21098765432x", "000000000000")],
)
async def test_without_authentication_a_key_of_twelve_digits_names_its_account(gateway, signed, key, account):
    callers = []
    server = gateway({GROUPS: lambda call, _request: callers.append(call.caller) or {"Groups": []}}, auth="off")
    assert (await server.send(signed(REQUEST, key=Credential(key, "wrong", root_of("000000000001"))))).status == 200
    assert [(c.account, c.region) for c in callers] == [(account, "eu-central-1")]


@pytest.mark.parametrize("headers", [{}, {"authorization": "nonsense"}])
async def test_without_authentication_nobody_needs_a_signature(gateway, headers):
    callers = []
    server = gateway(
        {GROUPS: lambda call, _request: callers.append(call.caller) or {"Groups": []}}, auth="off", region="eu-west-1"
    )
    assert (await server.send(replace(REQUEST, headers=headers))).status == 200
    assert [(c.account, c.region) for c in callers] == [("000000000000", "eu-west-1")]


async def test_without_authentication_a_form_is_identified_by_its_version(gateway):
    server = gateway({("sts", "GetCallerIdentity"): lambda call, _: {"Account": call.caller.account}}, auth="off")
    response = await server.send(IDENTITY)
    assert (response.status, b"<Account>000000000000</Account>" in response.body) == (200, True)


async def test_a_body_in_chunks_is_put_together_without_authentication(gateway):
    seen = []
    server = gateway({GROUPS: lambda _call, request: seen.append(request) or {"Groups": []}}, auth="off")
    headers = {"x-amz-content-sha256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER", "content-encoding": "aws-chunked"}
    response = await server.send(replace(REQUEST, headers=headers, body=b'11\r\n{"NextToken":"a"}\r\n0\r\n\r\n'))
    assert (response.status, seen) == (200, [{"NextToken": "a"}])


async def test_the_health_paths_need_no_signature(gateway):
    server = gateway()
    assert (await server.send(WireRequest("GET", "/healthz"))).body == b"ok\n"
    assert (await server.send(WireRequest("GET", "/readyz"))).body == b"ok\n"
    await server.send(REQUEST)
    assert b"skylens_gateway_calls_total" in (await server.send(WireRequest("GET", "/metrics"))).body
