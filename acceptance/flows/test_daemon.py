"""The stand-alone daemon between applications and the server (black-box list 4 and 12)."""

import base64
import json
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest
from documents import a_segment, new_id, new_trace_id, read
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue, KeyValue
from ports import free_port

HEADER = b'{"format":"json","version":1}\n'


@pytest.fixture(scope="module")
def daemon(skylens):
    """Our daemon in a process of its own, forwarding to the shared server; yields its port and that of its health."""
    port, health = free_port(), free_port()
    command = [sys.executable, "-m", "skylens_daemon", "-b", f"127.0.0.1:{port}", "-t", f"127.0.0.1:{port}", "-o"]
    command += ["-n", "us-east-1", "--health-address", f"127.0.0.1:{health}", "-l", "warn"]
    process = subprocess.Popen(command, env=skylens.shell())
    deadline = time.monotonic() + 20
    while not answers(f"http://127.0.0.1:{health}/healthz"):
        assert process.poll() is None
        assert time.monotonic() < deadline
        time.sleep(0.1)
    yield port, health
    process.terminate()
    assert process.wait(20) == 0


def answers(url):
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.read().decode()
    except OSError:
        return ""


def send(port, *datagrams):
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        for datagram in datagrams:
            udp.sendto(datagram, ("127.0.0.1", port))


def post(port, path, body):
    request = urllib.request.Request(f"http://127.0.0.1:{port}{path}", body, method="POST")
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read()


def counted(health, name):
    lines = answers(f"http://127.0.0.1:{health}/metrics").splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))


def test_a_datagram_of_64_kb_passes_and_a_larger_one_cannot_be_sent(daemon, xray, eventually):
    segment = a_segment("full", metadata={"n": {"blob": ""}})
    room = 65_507 - len(HEADER) - len(json.dumps(segment))
    segment["metadata"]["n"]["blob"] = "x" * room
    datagram = HEADER + json.dumps(segment).encode()
    assert len(datagram) == 65_507
    send(daemon[0], datagram)
    eventually(lambda: xray.batch_get_traces(TraceIds=[segment["trace_id"]])["Traces"])
    with pytest.raises(OSError, match="too long"):
        send(daemon[0], datagram + b"x")


def test_garbage_is_counted_and_what_follows_arrives(daemon, xray, eventually):
    port, health = daemon
    before = counted(health, "skylens_daemon_segments_rejected_total")
    segment = a_segment("after-garbage")
    send(port, b"\x00" * 100, b"no header", b'{"format":"xml","version":1}\n{}', HEADER + json.dumps(segment).encode())
    eventually(lambda: xray.batch_get_traces(TraceIds=[segment["trace_id"]])["Traces"])
    assert counted(health, "skylens_daemon_segments_rejected_total") == before + 3


def test_spans_in_a_t1s_datagram_become_a_trace(daemon, xray, eventually):
    export = ExportTraceServiceRequest()
    group = export.resource_spans.add()
    group.resource.attributes.append(KeyValue(key="service.name", value=AnyValue(string_value="adot-lambda")))
    span = group.scope_spans.add().spans.add(name="GET /", kind=2)
    trace_id, span_id = new_trace_id(), new_id()
    span.trace_id, span.span_id = bytes.fromhex(trace_id[2:].replace("-", "")), bytes.fromhex(span_id)
    span.start_time_unix_nano = int((time.time() - 1) * 1e9)
    span.end_time_unix_nano = span.start_time_unix_nano + 20_000_000
    send(daemon[0], HEADER + b"T1S" + base64.b64encode(export.SerializeToString()))
    eventually(lambda: xray.batch_get_traces(TraceIds=[trace_id])["Traces"])
    assert read(xray, trace_id)[span_id]["name"] == "adot-lambda"


def test_telemetry_with_empty_strings_is_accepted_and_shown(daemon, skylens):
    record = {
        "Timestamp": time.time(),
        "SegmentsReceivedCount": 7,
        "SegmentsSentCount": 5,
        "SegmentsSpilloverCount": 1,
        "SegmentsRejectedCount": 1,
        "BackendConnectionErrors": {},
    }
    body = {"TelemetryRecords": [record], "EC2InstanceId": "", "Hostname": "", "ResourceARN": ""}
    assert post(daemon[0], "/TelemetryRecords", json.dumps(body).encode()) == (200, b"{}")
    assert "skylens_reported_daemon_segments_spillover_total" in answers(f"{skylens.endpoint}/metrics")


def test_the_proxy_passes_any_path_and_the_answers_status_unchanged(daemon):
    assert post(daemon[0], "/GetSamplingRules", b"")[0] == 200
    assert post(daemon[0], "/Groups", b"{}")[0] == 200
    status, answer = post(daemon[0], "/DeleteGroup", json.dumps({"GroupName": "never-was"}).encode())
    assert status == 400
    assert b"essage" in answer
    assert post(daemon[0], "/no/such/path?a=b", b"{}")[0] == 404


def test_without_a_server_the_proxy_says_bad_gateway(tmp_path):
    port = free_port()
    environment = os.environ | {
        "AWS_ACCESS_KEY_ID": "AKIDEXAMPLE",
        "AWS_SECRET_ACCESS_KEY": "secret",
        "AWS_ENDPOINT_URL": f"http://127.0.0.1:{free_port()}",
    }
    command = [sys.executable, "-m", "skylens_daemon", "-b", f"127.0.0.1:{port}", "-t", f"127.0.0.1:{port}", "-o"]
    process = subprocess.Popen([*command, "-n", "us-east-1", "-f", tmp_path / "log"], env=environment)
    try:
        deadline = time.monotonic() + 20
        while True:
            try:
                status, _ = post(port, "/GetSamplingRules", b"{}")
                break
            except OSError:
                assert time.monotonic() < deadline
                time.sleep(0.1)
        assert status == 502
    finally:
        process.terminate()
        process.wait(20)
