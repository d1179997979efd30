"""A running Skylens for every acceptance test, started as a user starts it."""

import json
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.config import Config

START_SECONDS = 30
PATIENCE_SECONDS = 15
SKYLENS = [sys.executable, "-m", "skylens.cli"]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


@dataclass
class Skylens:
    """One server process; it can be stopped or killed, and started again on the same data."""

    data: Path
    port: int
    daemon_port: int
    flags: tuple[str, ...] = ()
    process: subprocess.Popen[bytes] | None = None

    @property
    def endpoint(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def daemon_address(self) -> str:
        return f"127.0.0.1:{self.daemon_port}"

    def start(self) -> None:
        command = [*SKYLENS, "up", "--port", str(self.port), "--daemon-address", self.daemon_address]
        command += ["--data", str(self.data), *self.flags]
        with (self.data.parent / f"{self.data.name}.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log)
        deadline = time.monotonic() + START_SECONDS
        while not self.is_ready():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise AssertionError(f"skylens up did not start:\n{self.log()}")
            time.sleep(0.05)

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.endpoint}/readyz", timeout=2) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        return self.process.wait(30)

    def kill(self) -> None:
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def log(self) -> str:
        return (self.data.parent / f"{self.data.name}.log").read_text(errors="replace")[-4000:]

    def environment(self) -> dict[str, str]:
        """What ``skylens env`` gives to a shell."""
        command = [*SKYLENS, "env", "--json", "--port", str(self.port), "--data", str(self.data)]
        command += ["--daemon-address", self.daemon_address]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        return dict(json.loads(done.stdout))

    def shell(self) -> dict[str, str]:
        """An environment for a child process: this one's, with the server's endpoint and credentials."""
        keep = {k: v for k, v in os.environ.items() if not k.startswith(("AWS_", "SKYLENS_"))}
        return keep | self.environment()

    def client(self, service: str = "xray", **overrides: Any) -> Any:
        names = self.environment()
        arguments = {
            "endpoint_url": self.endpoint,
            "region_name": names["AWS_REGION"],
            "aws_access_key_id": names["AWS_ACCESS_KEY_ID"],
            "aws_secret_access_key": names["AWS_SECRET_ACCESS_KEY"],
            "config": Config(retries={"max_attempts": 1, "mode": "standard"}, parameter_validation=True),
        }
        return boto3.client(service, **arguments | overrides)


def new_server(folder: Path, *flags: str) -> Skylens:
    return Skylens(folder, free_port(), free_port(), flags)


@pytest.fixture(scope="session")
def skylens(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Skylens]:
    """The server that most tests share; each test uses trace ids and names of its own."""
    server = new_server(tmp_path_factory.mktemp("skylens"))
    server.start()
    yield server
    server.stop()


@pytest.fixture
def own_skylens(tmp_path: Path) -> Iterator[Callable[..., Skylens]]:
    """Start servers of a test's own: ``own_skylens("--limits", "aws")``."""
    started: list[Skylens] = []

    def start(*flags: str) -> Skylens:
        server = new_server(tmp_path / f"server-{len(started)}", *flags)
        server.data.mkdir()
        server.start()
        started.append(server)
        return server

    yield start
    for server in started:
        if server.process is not None and server.process.poll() is None:
            server.stop()


@pytest.fixture(scope="session")
def xray(skylens: Skylens) -> Any:
    """boto3's X-Ray client for the shared server."""
    return skylens.client("xray")


@pytest.fixture(scope="session")
def eventually() -> Callable[..., Any]:
    """Ask again until the answer is one that was hoped for; the last answer is part of the failure."""

    def wait(ask: Callable[[], Any], hoped: Callable[[Any], Any] = bool, seconds: float = PATIENCE_SECONDS) -> Any:
        deadline = time.monotonic() + seconds
        while not hoped(answer := ask()):
            assert time.monotonic() < deadline, f"still {answer!r} after {seconds} s"
            time.sleep(0.1)
        return answer

    return wait
