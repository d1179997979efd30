"""The health port: /healthz (alive), /readyz (can forward), /metrics."""

from typing import Protocol

from aiohttp import web
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.registry import Collector

from skylens_daemon.credentials import NoCredentials
from skylens_daemon.forward import Forwarder
from skylens_daemon.transport import Unreachable
from skylens_daemon.upstream import Upstream

# An upload that ended this recently says enough; without one the service is asked.
FRESH_SECONDS = 5.0
_PROBE_PATH = "/GetSamplingRules"


class Alive(Protocol):
    """What /healthz asks of the daemon."""

    def ailment(self) -> str:
        """Return what is broken beyond repair, or nothing."""


class Readiness:
    """Whether segments can be forwarded: judged by the last upload or, when that is old, by a cheap signed call."""

    def __init__(self, upstream: Upstream, forwarder: Forwarder) -> None:
        self._upstream = upstream
        self._forwarder = forwarder
        self._asked_at = float("-inf")
        self._obstacle = ""

    async def obstacle(self) -> str:
        """Return what stands in the way of forwarding, or nothing."""
        now = self._upstream.clock.monotonic()
        if now - self._forwarder.settled_at < FRESH_SECONDS:
            return self._forwarder.last_failure
        if now - self._asked_at >= FRESH_SECONDS:
            self._obstacle = await self._ask()
            self._asked_at = self._upstream.clock.monotonic()
        return self._obstacle

    async def _ask(self) -> str:
        try:
            answer = await self._upstream.call(_PROBE_PATH, b"{}")
        except (Unreachable, NoCredentials) as exc:
            return f"{self._upstream.url}: {exc}"
        if answer.status >= 300:  # noqa: PLR2004  # not a success
            return f"{self._upstream.url} answered {answer.status}: {answer.body[:300].decode('utf-8', 'replace')}"
        return ""


def application(alive: Alive, readiness: Readiness, collector: Collector) -> web.Application:
    """Return the application of the health port."""
    registry = CollectorRegistry()
    registry.register(collector)

    async def healthz(_: web.Request) -> web.Response:
        return _verdict(alive.ailment())

    async def readyz(_: web.Request) -> web.Response:
        return _verdict(alive.ailment() or await readiness.obstacle())

    async def metrics(_: web.Request) -> web.Response:
        return web.Response(body=generate_latest(registry), headers={"Content-Type": "text/plain; version=0.0.4"})

    app = web.Application()
    app.router.add_get("/healthz", healthz)
    app.router.add_get("/readyz", readyz)
    app.router.add_get("/metrics", metrics)
    return app


def _verdict(reason: str) -> web.Response:
    return web.json_response(
        {"status": "failing", "reason": reason} if reason else {"status": "ok"}, status=503 if reason else 200
    )
