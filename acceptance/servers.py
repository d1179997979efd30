"""A Skylens of its own process, started as a user starts it."""

import json
import os
import ssl
import subprocess
import sys
import time
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from ports import free_port

START_SECONDS = STOP_SECONDS = 60  # of a machine that has other work, too
SKYLENS = [sys.executable, "-m", "skylens.cli"]


@dataclass
class Skylens:
    """One server process; it can be stopped or killed, and started again on the same data."""

    data: Path
    port: int
    daemon_port: int
    flags: tuple[str, ...] = ()
    authority: str = ""  # file of who signed its certificate; "": it speaks plain HTTP
    process: subprocess.Popen[bytes] | None = None
    told: dict[str, str] = field(default_factory=dict)

    @property
    def endpoint(self) -> str:
        return f"{'https' if self.authority else 'http'}://127.0.0.1:{self.port}"

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
            trust = ssl.create_default_context(cafile=self.authority) if self.authority else None
            with urllib.request.urlopen(f"{self.endpoint}/readyz", timeout=2, context=trust) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False

    def stop(self) -> int:
        assert self.process is not None
        self.process.terminate()
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

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
        if not self.told:
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            self.told = json.loads(done.stdout)
        return dict(self.told)

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
            "verify": self.authority or None,
            "config": Config(retries={"max_attempts": 1, "mode": "standard"}, parameter_validation=True),
        }
        return boto3.client(service, **arguments | overrides)


def new_server(folder: Path, *flags: str) -> Skylens:
    return Skylens(folder, free_port(), free_port(), flags)
