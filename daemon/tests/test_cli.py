"""cli.py: the program as people start it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from ports import free_port

HEADER = b'{"format":"json","version":1}\n'


def run(*arguments: str, **environ: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "skylens_daemon", *arguments],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": os.pathsep.join(sys.path), "TZ": "UTC"} | environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_version_names_the_original_too():
    done = run("--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert re.fullmatch(r"skylens-daemon version: 0\.1\.0 \(AWS X-Ray daemon version: 3\.6\.6\)\n", done.stdout)


def test_help_names_every_flag_and_succeeds():
    done = run("-h")
    assert done.returncode == 0
    assert "\t-t\t--bind-tcp" in done.stdout
    assert "--health-address" in done.stdout


def test_a_bad_flag_prints_the_usage_and_fails_with_two():
    done = run("-x")
    assert (done.returncode, done.stderr) == (2, "flag provided but not defined: -x\n")
    assert "Usage: skylens-daemon [options]" in done.stdout


def test_a_bad_file_fails_with_one_and_is_said_in_the_log_file_too(tmp_path):
    (tmp_path / "cfg.yaml").write_text("Region: x\n")
    done = run("-c", str(tmp_path / "cfg.yaml"), "-f", str(tmp_path / "xray.log"))
    assert done.returncode == 1
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \[Error\] Config Version is missing\.", done.stderr)
    assert (tmp_path / "xray.log").read_text() == done.stderr


def test_without_a_region_it_fails_with_one():
    done = run("-o", "-b", "127.0.0.1:0", "-t", "127.0.0.1:0")
    assert done.returncode == 1
    assert "[Error] Cannot fetch region variable" in done.stdout


def test_a_port_that_is_taken_fails_with_one():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as taken:
        taken.bind(("127.0.0.1", 0))
        done = run("-o", "-n", "us-east-1", "-b", f"127.0.0.1:{taken.getsockname()[1]}", "-t", "127.0.0.1:0")
    assert done.returncode == 1
    assert "already in use" in done.stdout


@pytest.fixture
def service():
    """A plain HTTP server that notes the bodies of uploads."""
    bodies = []

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            if self.path == "/TraceSegments":
                bodies.append(body)
            self.send_response(200)
            self.send_header("Content-Length", "31")
            self.end_headers()
            self.wfile.write(b'{"UnprocessedTraceSegments":[]}')

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", bodies
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_flushes_and_ends_it_well(service, tmp_path, number):
    endpoint, bodies = service
    port, health, log = free_port(), free_port(), tmp_path / "xray.log"
    command = ["-o", "-n", "us-east-1", "-b", f"127.0.0.1:{port}", "-t", f"127.0.0.1:{port}", "-f", str(log)]
    environ = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join(sys.path),
        "TZ": "UTC",
        "AWS_ACCESS_KEY_ID": "A",
        "AWS_SECRET_ACCESS_KEY": "s",
        "SKYLENS_DAEMON_ENDPOINT": endpoint,
        "SKYLENS_DAEMON_HEALTH_ADDRESS": f"127.0.0.1:{health}",
    }
    process = subprocess.Popen([sys.executable, "-m", "skylens_daemon", *command], env=environ)
    try:
        wait_for_health(health)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            for _ in range(3):
                sender.sendto(HEADER + b'{"id":"1"}', ("127.0.0.1", port))
        process.send_signal(number)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.wait()
    assert b"".join(bodies).count(b'{\\"id\\":\\"1\\"}') == 3
    lines = log.read_text().splitlines()
    assert all(re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ \[(Info|Warn)\] ", line) for line in lines)
    assert any(line.endswith(f"Got shutdown signal: {number.name}") for line in lines)


def wait_for_health(port: int) -> None:
    for _ in range(300):
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5) as answer:
                assert answer.status == 200
                return
        except OSError:
            time.sleep(0.05)
    pytest.fail("the daemon did not become ready")
