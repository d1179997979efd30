"""A real service to send to, and daemons that send to it."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from aiohttp import web

from skylens_daemon.app import Daemon
from skylens_daemon.config import Config
from skylens_daemon.sign import Key

KEY = Key("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY")
HEADER = b'{"format":"json","version":1}\n'
NOTHING_UNPROCESSED = b'{"UnprocessedTraceSegments":[]}'


@dataclass
class Seen:
    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    status: int = 200
    body: bytes = NOTHING_UNPROCESSED
    headers: dict[str, str] = field(default_factory=dict)
    after: float = 0.0


class Sink:
    """A service that notes every request and answers as told: the next of ``replies``, else ``always``."""

    Reply = Reply

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self.replies: list[Reply] = []
        self.always = Reply()
        self.by_path: dict[str, Reply] = {}
        self.at_once = self.most_at_once = 0
        self.port = 0
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        app = web.Application(client_max_size=1 << 30)
        app.router.add_route("*", "/{path:.*}", self._answer)
        self._runner = web.AppRunner(app, auto_decompress=False, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self.port, reuse_address=True)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def batches(self) -> list[list[str]]:
        return [seen.json["TraceSegmentDocuments"] for seen in self.to("/TraceSegments")]

    @property
    def documents(self) -> list[str]:
        return [document for batch in self.batches for document in batch]

    def to(self, path: str) -> list[Seen]:
        return [seen for seen in self.seen if seen.path == path]

    async def _answer(self, request: web.Request) -> web.Response:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.seen.append(Seen(request.method, request.raw_path, dict(request.headers), await request.read()))
            fallback = self.by_path.get(request.path, self.always)
            reply = self.replies.pop(0) if self.replies and request.path == "/TraceSegments" else fallback
            await asyncio.sleep(reply.after)
            return web.Response(status=reply.status, body=reply.body, headers=reply.headers)
        finally:
            self.at_once -= 1


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    made = Sink()
    await made.start()
    yield made
    await made.stop()


StartDaemon = Callable[..., Awaitable[Daemon]]


@pytest.fixture
async def start_daemon(sink: Sink) -> AsyncIterator[StartDaemon]:
    """Start daemons on free ports that forward to the sink; they are stopped at the end."""
    running: list[Daemon] = []

    async def start(*, environ: dict[str, str] | None = None, key: Key | None = KEY, **settings: Any) -> Daemon:
        chosen: dict[str, Any] = {
            "udp_address": "127.0.0.1:0",
            "tcp_address": "127.0.0.1:0",
            "region": "us-east-1",
            "endpoint": sink.url,
            "local_mode": True,
            "flush_seconds": 2,
        }
        daemon = Daemon(Config(**(chosen | settings)), environ=environ or {}, key=key)
        await daemon.start()
        running.append(daemon)
        return daemon

    yield start
    for daemon in running:
        if not daemon.ailment():
            await daemon.stop()


class Sender:
    """A UDP socket that sends to a daemon."""

    def __init__(self, daemon: Daemon) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.connect(daemon.addresses.udp)

    def raw(self, datagram: bytes) -> None:
        self._socket.send(datagram)

    def documents(self, *documents: bytes | str) -> None:
        for document in documents:
            self.raw(HEADER + (document.encode() if isinstance(document, str) else document))

    def close(self) -> None:
        self._socket.close()


@pytest.fixture
def sender() -> AsyncIterator[Callable[[Daemon], Sender]]:
    made: list[Sender] = []

    def make(daemon: Daemon) -> Sender:
        made.append(Sender(daemon))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def until() -> Callable[[Callable[[], bool]], Awaitable[None]]:
    """Wait for something to become true, at most ten seconds."""

    async def wait(condition: Callable[[], bool]) -> None:
        for _ in range(1000):
            if condition():
                return
            await asyncio.sleep(0.01)
        pytest.fail("it did not happen within ten seconds")

    return wait


class StandingClock:
    """Time that is moved by the test; chance is one half."""

    def __init__(self, now: float = 1_795_506_247.886) -> None:
        self.time = now

    def now(self) -> float:
        return self.time

    def monotonic(self) -> float:
        return self.time

    def fraction(self) -> float:
        return 0.5


@pytest.fixture
def standing_clock() -> StandingClock:
    return StandingClock()
