"""What is written in Go: the X-Ray SDK and the original daemon."""

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest
from documents import a_segment, read
from ports import free_port

SOURCES = Path(__file__).parent / "go_app"
DAEMON = "github.com/aws/aws-xray-daemon/cmd/tracing@latest"


def go() -> str:
    found = shutil.which("go")
    if found is None:
        pytest.skip("no Go toolchain on this machine")
    return found


@pytest.fixture(scope="module")
def sdk_app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("go")
    shutil.copytree(SOURCES, folder / "source")
    subprocess.run([go(), "build", "-o", folder / "app", "."], cwd=folder / "source", check=True, timeout=280)
    return folder / "app"


@pytest.fixture(scope="module")
def original_daemon(tmp_path_factory):
    """The daemon of AWS: the file that SKYLENS_TEST_XRAY_DAEMON names, or built from its module."""
    if given := os.environ.get("SKYLENS_TEST_XRAY_DAEMON"):
        return Path(given)
    folder = tmp_path_factory.mktemp("daemon")
    environment = os.environ | {"GOBIN": str(folder)}
    done = subprocess.run([go(), "install", DAEMON], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        reason = done.stderr.strip().splitlines()[-1]
        pytest.skip(f"the original daemon cannot be had ({reason}); SKYLENS_TEST_XRAY_DAEMON may name its binary")
    return folder / "tracing"


def test_the_sdk_for_go(skylens, xray, sdk_app, eventually):
    done = subprocess.run([sdk_app], env=skylens.shell(), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    trace_id = done.stdout.strip().splitlines()[-1]
    eventually(lambda: xray.batch_get_traces(TraceIds=[trace_id])["Traces"])
    (segment,) = [d for d in read(xray, trace_id).values() if not d.get("inferred")]
    assert segment["name"] == "go-front"
    assert segment["aws"]["xray"]["sdk"] == "X-Ray for Go"
    assert "Dummy" not in segment
    assert "work" in {s["name"] for s in segment["subsegments"]}


def test_the_original_daemon_forwards_to_us(skylens, xray, original_daemon, tmp_path, eventually):
    port = free_port()
    config = tmp_path / "cfg.yaml"
    config.write_text(f"Version: 2\nEndpoint: {skylens.endpoint}\nLocalMode: true\nNoVerifySSL: true\n")
    command = [original_daemon, "-c", config, "-b", f"127.0.0.1:{port}", "-t", f"127.0.0.1:{port}", "-l", "debug"]
    command += ["-n", "us-east-1", "-f", tmp_path / "daemon.log"]
    segment = a_segment("through-the-original")
    daemon = subprocess.Popen(command, env=skylens.shell())
    try:
        time.sleep(1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
            datagram = b'{"format":"json","version":1}\n' + json.dumps(segment).encode()
            udp.sendto(datagram, ("127.0.0.1", port))
        eventually(lambda: xray.batch_get_traces(TraceIds=[segment["trace_id"]])["Traces"])
        assert list(read(xray, segment["trace_id"])) == [segment["id"]]
        rules = subprocess.run(
            ["curl", "-s", "-X", "POST", f"http://127.0.0.1:{port}/GetSamplingRules"], capture_output=True, check=True
        )
        assert json.loads(rules.stdout)["SamplingRuleRecords"]
    finally:
        daemon.send_signal(signal.SIGTERM)
        daemon.wait(10)
    assert "Successfully sent batch of 1 segments" in (tmp_path / "daemon.log").read_text()
