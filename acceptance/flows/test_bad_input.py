"""Bad input gets an answer in AWS's form or a counted drop; the server stays up and nothing accepted is lost."""

import gzip
import http.client
import json
import socket
from contextlib import closing

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from documents import a_segment, put, read


def send(skylens, body, *, secret=None, headers=None, path="/TraceSegments"):
    """Send bytes, signed as a client signs them, and return status, error name and the answer."""
    names = skylens.environment()
    credentials = Credentials(names["AWS_ACCESS_KEY_ID"], secret or names["AWS_SECRET_ACCESS_KEY"])
    request = AWSRequest("POST", skylens.endpoint + path, headers=headers or {}, data=body)
    SigV4Auth(credentials, "xray", names["AWS_REGION"]).add_auth(request)
    connection = http.client.HTTPConnection("127.0.0.1", skylens.port, timeout=10)
    try:
        connection.request("POST", path, body=body, headers=dict(request.headers.items()))
        answer = connection.getresponse()
        content = answer.read()
        return answer.status, answer.headers.get("x-amzn-ErrorType", ""), json.loads(content)
    finally:
        connection.close()


@pytest.fixture(autouse=True)
def still_there(skylens, xray):
    """Whatever a test sends: what was accepted before is there after, and the server answers."""
    kept = a_segment("kept")
    assert put(xray, kept) == []
    yield
    assert list(read(xray, kept["trace_id"])) == [kept["id"]]
    assert skylens.is_ready()


@pytest.mark.parametrize(
    "body",
    [
        b'{"TraceSegmentDocuments": ["{}"',
        b'{"TraceSegmentDocuments": ["\xff\xfe"]}',
        b'{"TraceSegmentDocuments": []} trailing',
        b"[" * 200_000,
        b'{"TraceSegmentDocuments": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        b"\x00\x01\x02",
    ],
    ids=["cut short", "bad UTF-8", "trailing garbage", "deep nesting", "deep nesting in a member", "no text"],
)
def test_a_body_that_cannot_be_read_is_a_client_error(skylens, body):
    status, error, answer = send(skylens, body)
    assert status == 400
    assert error.split(":")[0].endswith("Exception")
    assert answer.get("message") or answer.get("Message")


def test_a_truncated_gzip_body_is_a_client_error(skylens):
    body = gzip.compress(b'{"TraceSegmentDocuments": []}')[:-6]
    status, _, answer = send(skylens, body, headers={"Content-Encoding": "gzip"})
    assert status == 400
    assert answer.get("message") or answer.get("Message")


def test_a_gzip_body_is_accepted(skylens, xray):
    segment = a_segment("gzipped")
    body = gzip.compress(json.dumps({"TraceSegmentDocuments": [json.dumps(segment)]}).encode())
    assert send(skylens, body, headers={"Content-Encoding": "gzip"})[0] == 200
    assert list(read(xray, segment["trace_id"])) == [segment["id"]]


def test_deeply_nested_documents_are_refused_one_by_one(skylens):
    deep = '{"name":"deep","metadata":' + "[" * 50_000 + "]" * 50_000 + "}"
    status, _, answer = send(skylens, json.dumps({"TraceSegmentDocuments": [deep]}).encode())
    assert status == 200
    assert answer["UnprocessedTraceSegments"][0]["ErrorCode"] == "ParseError"


def test_a_body_over_the_limit_is_refused_before_it_is_read(skylens):
    with closing(http.client.HTTPConnection("127.0.0.1", skylens.port, timeout=10)) as connection:
        connection.putrequest("POST", "/TraceSegments")
        connection.putheader("Content-Length", str(10**12))
        connection.endheaders()
        assert connection.getresponse().status == 413


def test_a_wrong_secret_is_refused_and_nothing_is_stored(skylens, xray):
    segment = a_segment("forged")
    body = json.dumps({"TraceSegmentDocuments": [json.dumps(segment)]}).encode()
    status, error, _ = send(skylens, body, secret="x" * 40)
    assert status == 403
    assert error.startswith("InvalidSignatureException")
    assert xray.batch_get_traces(TraceIds=[segment["trace_id"]])["Traces"] == []


def test_an_unsigned_call_is_refused(skylens):
    with closing(http.client.HTTPConnection("127.0.0.1", skylens.port, timeout=10)) as connection:
        connection.request("POST", "/Groups", body=b"{}")
        answer = connection.getresponse()
        assert answer.status == 403
        assert b"Missing Authentication Token" in answer.read()


def test_garbage_datagrams_are_dropped_and_the_daemon_goes_on(skylens, xray, eventually):
    segment = a_segment("after-garbage")
    header = b'{"format":"json","version":1}\n'
    garbage = [
        b"",
        b"\xff" * 500,
        b"{}\n{}",
        b'{"format":"xml","version":1}\n{}',
        header,
        b"no newline",
        header + b"\xff\xfe",
    ]
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        for datagram in garbage:
            udp.sendto(datagram, ("127.0.0.1", skylens.daemon_port))
        udp.sendto(header + json.dumps(segment).encode(), ("127.0.0.1", skylens.daemon_port))
    eventually(lambda: xray.batch_get_traces(TraceIds=[segment["trace_id"]])["Traces"])
