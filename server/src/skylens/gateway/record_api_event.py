"""Note every API call, the failed ones too, on the queue that the audit trail reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.api_events import ApiEvent
from skylens.wire.errors import answer_of
from skylens.wire.models import load

if TYPE_CHECKING:
    from skylens.gateway.exchange import Exchange
    from skylens.gateway.world import World
    from skylens.registry import Call, Input
    from skylens.wire.errors import ServiceError

# Longer requests carry telemetry, which is stored already; kept here, a full queue of them would be gigabytes.
PARAMETER_BYTES = 16 * 1024
_LONGEST_TEXT = 1024  # of a user agent or a message, as in CloudTrail's records


def record_api_event(exchange: Exchange, world: World) -> None:
    """Queue the call with its outcome. Requests that name no operation of ours are no calls: the metrics count them."""
    if exchange.service is None or exchange.response is None or exchange.operation is None:
        return
    error = exchange.error
    world.api_events.put(
        ApiEvent(
            time=exchange.time,
            request_id=exchange.request_id,
            service=exchange.service.name,
            operation=exchange.operation.name,
            caller=exchange.caller,
            source_ip=exchange.source_ip,
            user_agent=exchange.request.headers.get("user-agent", "")[:_LONGEST_TEXT],
            status=exchange.response.status,
            error_code=error.code if error else "",
            error_message=error.message[:_LONGEST_TEXT] if error else "",
            parameters=exchange.input if exchange.body_bytes <= PARAMETER_BYTES else None,
        )
    )


def inner_event(call: Call, source: str, request: Input, error: ServiceError | None) -> ApiEvent:
    """Return the event of a call that a service made for its caller, recorded as coming from that service."""
    return ApiEvent(
        time=call.now,
        request_id=call.request_id,
        service=call.service,
        operation=call.operation,
        caller=call.caller,
        source_ip=source,
        user_agent=source,
        status=answer_of(load(call.service), error).status if error else 200,
        error_code=error.code if error else "",
        error_message=error.message[:_LONGEST_TEXT] if error else "",
        parameters=request,
    )
