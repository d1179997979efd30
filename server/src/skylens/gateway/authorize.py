"""Whether the caller may: the decision is taken elsewhere, here it becomes an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.gateway.api_call import api_call
from skylens.gateway.auth_failure import AuthFailure
from skylens.gateway.authenticate import refusal
from skylens.registry import ACCESS, AccessDenied
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from skylens.gateway.exchange import Exchange
    from skylens.gateway.world import World
    from skylens.registry import ApiCall


def authorize(exchange: Exchange, world: World) -> None:
    """Refuse a call that its caller may not make."""
    call = api_call(exchange)
    if call.caller.principal.type == "Anonymous":
        # Whoever asks with a token of somebody else's signs nothing; the operation itself looks at the token.
        if not is_unsigned(call):
            raise refusal(exchange, world, AuthFailure("missing token"))
        return
    try:
        world.authorize(call)
    except AccessDenied as denied:
        raise denial(denied) from denied


def is_unsigned(call: ApiCall) -> bool:
    """Whether anybody may make a call without signing it."""
    access = ACCESS.get((call.service, call.operation))
    return access is not None and access.is_unsigned


def denial(denied: AccessDenied) -> ServiceError:
    """Return the error of a denial; the wire gives it each protocol's name and status."""
    error = ServiceError("AccessDeniedException", str(denied))
    error.encoded = denied.encoded
    return error
