"""Tell the audit trail of every call, the failed ones too; its answer waits for as long as the trail says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.api_events import ApiEvent, NotRecorded
from skylens.gateway.api_call import api_call
from skylens.gateway.dispatch import internal_failure, not_recorded
from skylens.gateway.respond import respond

if TYPE_CHECKING:
    from skylens.gateway.exchange import Exchange
    from skylens.gateway.world import World


async def record_api_event(exchange: Exchange, world: World) -> None:
    """Record the call with its outcome; one that could not be recorded answers so, whatever it did.

    Requests that name no operation of ours are no calls: the metrics count them. Whose they are was not proved by those
    without a caller: ``authenticate`` has noted them for the operator.
    """
    if exchange.operation is None or exchange.caller is None:
        return
    error = exchange.error
    event = ApiEvent(
        call=api_call(exchange),
        completed=world.clock.now(),
        output=None if error else exchange.output,
        error_code=error.code if error else "",
        error_message=error.message if error else "",
    )
    try:
        waiting = world.record(event)
        if waiting is not None:
            await waiting
    except NotRecorded as failure:
        exchange.error = not_recorded(failure)
        respond(exchange, world)
    except Exception as defect:  # noqa: BLE001  # of ours: the caller must not believe that its call is on record
        exchange.error = internal_failure(defect, exchange.request_id)
        respond(exchange, world)
