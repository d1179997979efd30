"""The whole server, in this process and as a user starts it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.config import Config

from skylens.app import UnsafeSettings, build, refuse_unsafe
from skylens.clock import SystemClock
from skylens.config import Settings

SEGMENT = {"name": "shop", "id": "70de5b6f19ff9a0a"}


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.9.10"])
def test_authentication_may_be_off_on_this_machine(host):
    refuse_unsafe(Settings(host=host, auth="off"))


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", "127.0.0.1.example.com"])  # noqa: S104
def test_authentication_may_not_be_off_for_others(host):
    with pytest.raises(UnsafeSettings, match="--auth off"):
        refuse_unsafe(Settings(host=host, auth="off"))
    refuse_unsafe(Settings(host=host))


@pytest.mark.usefixtures("no_embedded_engine")
async def test_an_app_keeps_its_account_over_a_restart(tmp_path):
    keys = []
    for _ in range(2):
        app = build(Settings(data=tmp_path / "data", account="123456789012"))
        await app.start()
        keys.append(app.root_key)
        await app.stop()
    assert keys[0] == keys[1]
    assert keys[0].account == "123456789012"


class Server:
    """``skylens up`` as a process of its own."""

    def __init__(self, data, process):
        self.data, self.process = data, process

    def environment(self):
        command = [sys.executable, "-m", "skylens.cli", "env", "--json", "--data", str(self.data)]
        return json.loads(subprocess.run(command, capture_output=True, check=True, env=bare()).stdout)

    def client(self, names=None, **overrides):
        names = names or self.environment()
        arguments = {
            "endpoint_url": names["AWS_ENDPOINT_URL"],
            "region_name": names["AWS_REGION"],
            "aws_access_key_id": names["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": names["AWS_SECRET_ACCESS_KEY"],
            "config": Config(retries={"max_attempts": 1, "mode": "standard"}),
        }
        return boto3.client("xray", **arguments | overrides)

    def terminate(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(30)


def bare():
    return {name: value for name, value in os.environ.items() if not name.startswith(("SKYLENS_", "AWS_"))}


def command(data, *flags):
    free = ("--port", "0", "--daemon-address", "127.0.0.1:0")
    return [sys.executable, "-m", "skylens.cli", "up", *free, "--data", str(data), *flags]


@contextmanager
def running(data, *flags):
    with (data.parent / "log").open("ab") as log:
        process = subprocess.Popen(command(data, *flags), stdout=log, stderr=log, env=bare())
    try:
        deadline = time.monotonic() + 30
        while not (data / "running.json").exists():
            assert process.poll() is None, (data.parent / "log").read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        yield Server(data, process)
    finally:
        process.kill()
        process.wait()


def get(endpoint, path):
    with closing(HTTPConnection(urlsplit(endpoint).netloc)) as connection:
        connection.request("GET", path)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()


def a_trace_id():
    return f"1-{int(SystemClock().now().timestamp()):08x}-{os.urandom(12).hex()}"


def a_segment(trace_id):
    now = SystemClock().now().timestamp()
    return json.dumps({**SEGMENT, "trace_id": trace_id, "start_time": now - 1, "end_time": now})


def test_a_server_answers_boto3_and_ends_cleanly(tmp_path):
    trace_id = a_trace_id()
    with running(tmp_path / "data") as server:
        xray = server.client()
        assert xray.put_trace_segments(TraceSegmentDocuments=[a_segment(trace_id)])["UnprocessedTraceSegments"] == []
        assert [t["Id"] for t in xray.batch_get_traces(TraceIds=[trace_id])["Traces"]] == [trace_id]
        wrong = server.client(aws_secret_access_key="wrong")
        with pytest.raises(wrong.exceptions.ClientError, match="InvalidSignatureException"):
            wrong.get_groups()
        assert server.terminate() == 0
        assert not (tmp_path / "data" / "running.json").exists()


def test_what_the_daemon_has_received_is_stored_before_the_end(tmp_path):
    trace_id = a_trace_id()
    with running(tmp_path / "data") as server:
        host, port = server.environment()["AWS_XRAY_DAEMON_ADDRESS"].split(":")
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            udp.sendto(b'{"format":"json","version":1}\n' + a_segment(trace_id).encode(), (host, int(port)))
        time.sleep(0.2)  # in the daemon's buffer, not yet a second old
        assert server.terminate() == 0
    with running(tmp_path / "data") as server:
        assert [t["Id"] for t in server.client().batch_get_traces(TraceIds=[trace_id])["Traces"]] == [trace_id]


def test_health_metrics_and_unknown_paths_are_answered(tmp_path):
    with running(tmp_path / "data", "--auth", "off", "--daemon-address", "off") as server:
        names = server.environment()
        assert "AWS_XRAY_DAEMON_ADDRESS" not in names
        endpoint = names["AWS_ENDPOINT_URL"]
        for path in ("/healthz", "/readyz"):
            assert get(endpoint, path) == (200, "ok\n")
        server.client(names, aws_access_key_id="210987654321").get_groups()
        _, metrics = get(endpoint, "/metrics")
        assert 'skylens_gateway_calls_total{operation="GetGroups",service="xray",status="200"} 1.0' in metrics
        assert "skylens_cloudtrail_events_recorded_total" in metrics
        status, text = get(endpoint, "/favicon.ico")
        assert (status, "GET /favicon.ico is no AWS operation" in text) == (404, True)


@pytest.mark.parametrize("setting", ["--port", "--daemon-address"])
def test_an_address_that_is_taken_is_said_in_one_line(tmp_path, setting):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = ended(tmp_path / "data", setting, str(port) if setting == "--port" else f"127.0.0.1:{port}")
    assert done.returncode == 1
    assert done.stderr.startswith("Skylens cannot start:")
    assert setting in done.stderr
    assert "Traceback" not in done.stderr


def test_a_data_folder_has_one_server(tmp_path):
    with running(tmp_path / "data") as server:
        done = ended(tmp_path / "data")
        assert (done.returncode, "Skylens cannot start:" in done.stderr) == (1, True)
        assert "Traceback" not in done.stderr
        server.client().get_groups()


def ended(data, *flags):
    return subprocess.run(command(data, *flags), capture_output=True, text=True, check=False, env=bare())
