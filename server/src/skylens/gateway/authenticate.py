"""Who is asking, and in which region: the credential of the request says both."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from skylens.api_events import UnattributedCall
from skylens.caller import ANYBODY, Caller, Region, root_of
from skylens.gateway import aws_chunked, metrics
from skylens.gateway.auth_failure import AuthFailure, auth_error
from skylens.gateway.claim import Claim, is_signed, read_claim
from skylens.gateway.parse import parse
from skylens.gateway.sigv4 import Verified, is_region, verify
from skylens.registry import ACCESS
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from skylens.config import Settings
    from skylens.gateway.exchange import Exchange
    from skylens.gateway.world import World
    from skylens.wire.http import WireRequest

_ACCOUNT_DIGITS = 12


def authenticate(exchange: Exchange, world: World) -> None:
    """Verify the signature, or take the caller at its word where authentication is off."""
    if world.settings.auth == "off":
        exchange.caller = claimed_caller(exchange.request, world.settings)
        exchange.request = _unframed(exchange.request)
        return
    if not is_signed(exchange.request) and _has_unsigned_operations(exchange.identified.name):
        exchange.caller = Caller(ANYBODY, Region(world.settings.region))
        return
    try:
        verified = verify(exchange.request, exchange.identified.signing_name, world.find_credential, exchange.time)
    except AuthFailure as failure:
        if failure.sender is None:
            raise refusal(exchange, world, failure) from failure
        _take(exchange, failure.sender)
        with suppress(ServiceError):
            parse(exchange, world)  # so that it can be on record what was asked for
        raise auth_error(failure, _protocol(exchange)) from failure
    _take(exchange, verified)


def refusal(exchange: Exchange, world: World, failure: AuthFailure) -> ServiceError:
    """Return the error for a request that does not prove whose it is, and note it for the operator."""
    request = exchange.request
    claim = _readable_claim(request)
    metrics.UNATTRIBUTED.labels(failure.reason).inc()
    world.note_unattributed(
        UnattributedCall(
            reason=failure.reason,
            time=exchange.time,
            source_ip=exchange.source_ip,
            access_key_id=claim.access_key_id if claim else "",
            service=exchange.identified.name,
            user_agent=request.headers.get("user-agent", ""),
        )
    )
    return auth_error(failure, _protocol(exchange))


def _protocol(exchange: Exchange) -> str:
    return exchange.protocol.NAME if exchange.protocol else ""


def _take(exchange: Exchange, verified: Verified) -> None:
    exchange.request = verified.request
    credential = verified.credential
    exchange.caller = Caller(credential.principal, Region(verified.region), credential.access_key_id)


@cache
def _has_unsigned_operations(service: str) -> bool:
    return any(access.is_unsigned for (owner, _), access in ACCESS.items() if owner == service)


def claimed_caller(request: WireRequest, settings: Settings) -> Caller:
    """Return the caller that the request names. An access key id of twelve digits is the account's, as in emulators."""
    claim = _readable_claim(request)
    key = claim.access_key_id if claim else ""
    account = key if len(key) == _ACCOUNT_DIGITS and key.isascii() and key.isdecimal() else settings.account
    region = claim.scope.region if claim and is_region(claim.scope.region) else settings.region
    return Caller(root_of(account), Region(region), key)


def _readable_claim(request: WireRequest) -> Claim | None:
    if not is_signed(request):
        return None
    try:
        return read_claim(request)
    except AuthFailure:
        return None  # nothing is verified here: a signature that cannot be read is as good as none


def _unframed(request: WireRequest) -> WireRequest:
    form = request.headers.get("x-amz-content-sha256", "")
    return aws_chunked.unframed(request, form, chain=None) if form in aws_chunked.FORMS else request
