"""STEPS: what happens to a request, in this order."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from skylens.gateway.authenticate import authenticate
from skylens.gateway.authorize import authorize
from skylens.gateway.dispatch import dispatch, internal_failure
from skylens.gateway.foreign_pages import refuse_foreign_pages
from skylens.gateway.identify import identify, identify_form
from skylens.gateway.parse import parse
from skylens.gateway.receive import Disconnected, receive
from skylens.gateway.record_api_event import record_api_event
from skylens.gateway.respond import count, respond
from skylens.gateway.throttle import throttle
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from skylens.gateway.exchange import Exchange
    from skylens.gateway.world import World

Step: TypeAlias = "Callable[[Exchange, World], Awaitable[None] | None]"

# Each step may end the call with a ServiceError; the rest of them is then left out.
STEPS: tuple[Step, ...] = (
    identify,  # first, since the service decides in which protocol every error is told
    receive,  # the body whole, within its limits: the signature covers it
    identify_form,  # an unsigned form names its service nowhere else
    authenticate,  # before any byte of the body is interpreted, decompressed included
    parse,  # the operation and its input, as the model has them
    refuse_foreign_pages,  # needs the operation: what only reads may be asked for by a presigned URL
    throttle,  # needs the caller and the operation; refused calls cost no thread
    authorize,  # needs the input, which names the resources; asked last, since it may read the databases
    dispatch,  # the handler
)
# These two happen to every call, however it went.
ENDING: tuple[Step, ...] = (
    respond,  # the bytes of the answer; an output that is not the model's still becomes an error here
    record_api_event,  # before the caller can act on the answer; a call that is not on record answers an error
    count,  # with the status that is really sent
)


async def run(exchange: Exchange, world: World) -> None:
    """Take a request through all steps; afterwards the exchange has its response. Raises Disconnected only."""
    try:
        for step in STEPS:
            waiting = step(exchange, world)
            if waiting is not None:
                await waiting
    except ServiceError as error:
        exchange.error = error
    except Disconnected:
        raise
    except Exception as error:  # noqa: BLE001  # a defect of ours must not take the connection with it
        exchange.error = internal_failure(error, exchange.request_id)
    for step in ENDING:
        waiting = step(exchange, world)
        if waiting is not None:
            await waiting
