"""Is the server alive, is it ready, what does it count: for orchestrators and Prometheus, without a signature."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest

from skylens.wire.http import WireResponse

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

READY_SECONDS = 10.0
_TEXT = "text/plain; charset=utf-8"


@dataclass(slots=True)
class Health:
    """``obstacles`` are checks, each of which returns what is wrong or nothing; they may take time."""

    obstacles: Mapping[str, Callable[[], str]]
    collectors: CollectorRegistry = field(default_factory=CollectorRegistry)
    is_draining: bool = False

    def routes(self) -> Mapping[str, Callable[[], Awaitable[WireResponse]]]:
        """Return what answers each path."""
        return {"/healthz": self.healthz, "/readyz": self.readyz, "/metrics": self.metrics}

    async def healthz(self) -> WireResponse:
        """Alive: the loop turns."""
        return _text(200, "ok\n")

    async def readyz(self) -> WireResponse:
        """Ready: what every call needs works now; otherwise each obstacle has its line."""
        if self.is_draining:
            return _text(503, "the server is stopping\n")
        found = await asyncio.gather(*(self._ask(name, check) for name, check in self.obstacles.items()))
        lines = [line for line in found if line]
        return _text(503, "\n".join(lines) + "\n") if lines else _text(200, "ok\n")

    async def metrics(self) -> WireResponse:
        """Every number that the rooms count, in Prometheus's text format."""
        # Collecting may read the control store.
        body = await asyncio.to_thread(lambda: generate_latest(REGISTRY) + generate_latest(self.collectors))
        return WireResponse(200, {"Content-Type": CONTENT_TYPE_LATEST}, body)

    async def _ask(self, name: str, check: Callable[[], str]) -> str:
        try:
            async with asyncio.timeout(READY_SECONDS):
                obstacle = await asyncio.to_thread(check)
        except TimeoutError:
            obstacle = f"no answer within {READY_SECONDS:.0f} seconds"
        except Exception as error:  # noqa: BLE001  # whatever it is, it is an obstacle
            obstacle = str(error) or type(error).__name__
        return f"{name}: {obstacle}" if obstacle else ""


def _text(status: int, text: str) -> WireResponse:
    return WireResponse(status, {"Content-Type": _TEXT}, text.encode())
