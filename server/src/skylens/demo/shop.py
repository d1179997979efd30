"""The shop as a set of processes: free ports, who knows whom, start, watch, stop."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

NODE_SOURCES = Path(__file__).parent / "node"
PYTHON_SERVICES = ("storefront", "catalog", "cart", "payment", "orders")
WITHOUT_PORT = ("fulfilment",)
STARTUP_SECONDS = 30
STOP_SECONDS = 5


class ShopError(RuntimeError):
    """The shop cannot be opened; the message says what to do."""


@dataclass(slots=True)
class Shop:
    """The running shop; ``ports`` are those of its services."""

    ports: dict[str, int]
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def ended(self) -> list[str]:
        """Return the services that are no longer running."""
        return [name for name, process in self.processes.items() if process.poll() is not None]

    def close(self) -> None:
        """End every process that was started, politely first."""
        for process in self.processes.values():
            _signal(process, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()


def node_program(name: str) -> str | None:
    """Return ``node`` or ``npm``: the machine's own, or the one that came with ``skylens[demo]``."""
    return shutil.which(name) or shutil.which(name, path=str(Path(sys.executable).parent))


def install_node_packages(folder: Path) -> None:
    """Put the Node.js service and the SDK for Node into a folder, once."""
    npm = node_program("npm")
    if npm is None:
        raise ShopError("the service in Node.js needs node and npm: install them, or pip install 'skylens[demo]'")
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json", "recommendations.js"):
        shutil.copy(NODE_SOURCES / name, folder / name)
    marker = folder / "node_modules" / ".package-lock.json"
    if marker.exists():
        return
    command = [npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603  # our own list
    if done.returncode:
        raise ShopError(f"npm could not install the X-Ray SDK for Node:\n{done.stderr.strip()}")


def open_shop(data: Path, environment: Mapping[str, str]) -> Shop:
    """Start every service with the environment (endpoint, credentials, daemon) and return when all of them answer."""
    node_folder = data / "node"
    install_node_packages(node_folder)
    names = (*PYTHON_SERVICES, "aws_stand_in", "recommendations")
    shop = Shop(dict(zip(names, _free_ports(len(names)), strict=True)))
    shared = {**os.environ, **environment, **_addresses(shop.ports), "SHOP_DATA": str(data)}
    log = (data / "shop.log").open("ab")
    try:
        for name in ("aws_stand_in", *PYTHON_SERVICES, *WITHOUT_PORT):
            command = [sys.executable, "-m", f"skylens.demo.{name}"]
            shop.processes[name] = _start(command, shared | {"PORT": str(shop.ports.get(name, 0))}, log)
        node = [str(node_program("node")), str(node_folder / "recommendations.js")]
        shop.processes["recommendations"] = _start(node, shared | {"PORT": str(shop.ports["recommendations"])}, log)
        _wait_until_open(shop)
    except BaseException:
        shop.close()
        raise
    finally:
        log.close()
    return shop


def _addresses(ports: Mapping[str, int]) -> dict[str, str]:
    outside = f"http://127.0.0.1:{ports['aws_stand_in']}"
    return {f"SHOP_{name.upper()}_PORT": str(port) for name, port in ports.items()} | {
        "AWS_ENDPOINT_URL_DYNAMODB": outside,
        "AWS_ENDPOINT_URL_SQS": outside,
        "SHOP_QUEUE_URL": f"{outside}/000000000000/shop-orders",
    }


def _start(command: list[str], environment: Mapping[str, str], log: IO[bytes]) -> "subprocess.Popen[bytes]":
    # In a session of its own: PyPI's node is a program that starts Node.js, and would leave it behind.
    return subprocess.Popen(  # noqa: S603  # our own list
        command, env=dict(environment), stdout=log, stderr=log, start_new_session=True
    )


def _signal(process: "subprocess.Popen[bytes]", number: signal.Signals) -> None:
    """Send it to the process and to all that it has started; one that has ended before may have left others."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)


def _free_ports(count: int) -> list[int]:
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def _wait_until_open(shop: Shop) -> None:
    deadline = time.monotonic() + STARTUP_SECONDS
    for name, port in shop.ports.items():
        while True:
            if name in shop.ended():
                raise ShopError(f"{name} ended at once; its last words are in shop.log")
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise ShopError(f"{name} did not start within {STARTUP_SECONDS} s; see shop.log") from None
                time.sleep(0.1)
