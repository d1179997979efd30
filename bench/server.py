"""A Skylens server of its own for a measurement: start, ask, look at its memory, stop."""

import json
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

START_SECONDS = 60
SKYLENS = (sys.executable, "-m", "skylens.cli")


@dataclass(frozen=True, slots=True)
class Server:
    """A running server and what a client needs of it."""

    port: int
    process: "subprocess.Popen[bytes]"
    environment: dict[str, str]
    start_seconds: float

    @property
    def rss_mb(self) -> float:
        """Resident memory of the process."""
        return float(psutil.Process(self.process.pid).memory_info().rss) / 2**20

    def signed(self, path: str, body: bytes) -> bytes:
        """Return the bytes of a signed POST, ready to be written to a socket."""
        names = self.environment
        credentials = Credentials(names["AWS_ACCESS_KEY_ID"], names["AWS_SECRET_ACCESS_KEY"])
        request = AWSRequest("POST", f"http://127.0.0.1:{self.port}{path}", data=body)
        SigV4Auth(credentials, "xray", names["AWS_REGION"]).add_auth(request)
        lines = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{self.port}", f"Content-Length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        return "\r\n".join([*lines, "", ""]).encode() + body

    def metric(self, name: str) -> float:
        """Return the sum of a metric over its labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:  # our own server
            lines = answer.read().decode().splitlines()
        return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith((f"{name} ", f"{name}{{")))


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@contextmanager
def running(data: Path, *, daemon_address: str = "off") -> Iterator[Server]:
    """Start a server on a data folder and stop it in the end."""
    port = free_port()
    flags = ["--port", str(port), "--data", str(data)]
    started = time.perf_counter()
    with (data.parent / f"{data.name}.log").open("ab") as log:
        command = [*SKYLENS, "up", *flags, "--daemon-address", daemon_address]
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _wait_until_ready(port, process)
        seconds = time.perf_counter() - started
        told = subprocess.run([*SKYLENS, "env", "--json", *flags], capture_output=True, check=True)
        yield Server(port, process, json.loads(told.stdout), seconds)
    finally:
        process.terminate()
        process.wait(60)


def _wait_until_ready(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.perf_counter() + START_SECONDS
    while time.perf_counter() < deadline and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):  # our own server
                return
        except OSError:
            time.sleep(0.02)
    raise RuntimeError("skylens up did not become ready; see the log beside its data folder")
