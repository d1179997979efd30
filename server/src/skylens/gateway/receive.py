"""Take a request's body in, within limits of size, of time and of memory."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import TYPE_CHECKING

from skylens.gateway import metrics
from skylens.gateway.throttle import throttled
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from skylens.gateway.exchange import Exchange
    from skylens.gateway.world import World

BODY_SECONDS = 60.0
# Of all requests together: as many bodies as fit, the others are told to come again.
MEMORY_BYTES = 512 * 1024 * 1024
# A body that is somewhat too long is read to its end, since a client that is still sending cannot hear the answer.
_DISCARDED_BYTES = 8 * 1024 * 1024
_DISCARD_SECONDS = 3.0


class Disconnected(Exception):
    """The client went away; nobody waits for an answer."""


class Intake:
    """How many bytes of bodies are in memory, over all requests of this server."""

    def __init__(self, memory_bytes: int = MEMORY_BYTES) -> None:
        self.memory_bytes = memory_bytes
        self.held_bytes = 0

    def hold(self, exchange: Exchange, size: int) -> None:
        """Count bytes that came in, or raise the throttling error."""
        if size > 0 and self.held_bytes + size > self.memory_bytes:
            raise throttled(exchange.service, "Too many request bodies are in memory; try again.")
        exchange.body_bytes += size
        self.held_bytes += size
        metrics.BODY_BYTES.set(self.held_bytes)

    def release(self, exchange: Exchange) -> None:
        """Give back what an exchange held."""
        self.hold(exchange, -exchange.body_bytes)


async def receive(exchange: Exchange, world: World) -> None:
    """Read the body to its end; refuse it as soon as it is known to be too long."""
    limit = world.limits.request_bytes
    declared = exchange.request.headers.get("content-length", "0")
    if declared.isdecimal() and int(declared) > limit:
        await _discard(exchange)
        raise _too_large(limit)
    try:
        async with asyncio.timeout(BODY_SECONDS):
            body = await _read(exchange, world, limit)
    except TimeoutError:
        sentence = f"The request body did not arrive within {BODY_SECONDS:.0f} seconds"
        raise ServiceError("RequestTimeoutException", sentence, status=408) from None
    exchange.request = replace(exchange.request, body=body)


async def _read(exchange: Exchange, world: World, limit: int) -> bytes:
    pieces: list[bytes] = []
    while True:
        message = await exchange.receive()
        if message["type"] == "http.disconnect":
            raise Disconnected
        piece: bytes = message.get("body", b"")
        world.intake.hold(exchange, len(piece))
        if exchange.body_bytes > limit:
            await _discard(exchange)
            raise _too_large(limit)
        pieces.append(piece)
        if not message.get("more_body", False):
            return pieces[0] if len(pieces) == 1 else b"".join(pieces)


async def _discard(exchange: Exchange) -> None:
    left = _DISCARDED_BYTES
    try:
        async with asyncio.timeout(_DISCARD_SECONDS):
            while left > 0:
                message = await exchange.receive()
                if not message.get("more_body", False):
                    return
                left -= len(message["body"])
    except TimeoutError:
        pass  # whoever sends this slowly does not hear the answer
    exchange.is_cut_off = True


def _too_large(limit: int) -> ServiceError:
    return ServiceError("RequestEntityTooLargeException", f"The request body exceeds {limit} bytes", status=413)
