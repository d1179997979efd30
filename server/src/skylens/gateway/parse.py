"""From bytes to an operation and its input."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.wire.content_encoding import decompressed
from skylens.wire.errors import ServiceError
from skylens.wire.protocols import match

if TYPE_CHECKING:
    from skylens.gateway.exchange import Exchange
    from skylens.gateway.world import World
    from skylens.wire.models import Service


def parse(exchange: Exchange, world: World) -> None:
    """Find the operation and read its input, both as the model has them."""
    exchange.request = decompressed(exchange.request, limit=world.limits.request_bytes)
    service = exchange.identified
    exchange.protocol, name = match(exchange.request, service)
    exchange.operation = service.operations.get(name or "")
    if exchange.operation is None:
        raise _unknown_operation(service, name, f"{exchange.request.method} {exchange.request.raw_path}")
    exchange.input = exchange.protocol.parse(exchange.request, exchange.operation)


def _unknown_operation(service: Service, name: str | None, asked: str) -> ServiceError:
    if name is None:
        return ServiceError("UnknownOperationException", f"{asked} is no operation of {service.name}")
    sentence = f"Could not find operation {name} for version {service.api_version}"
    return ServiceError("UnknownOperationException", sentence)
