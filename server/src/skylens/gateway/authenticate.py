"""Who is asking, and in which region: the credential of the request says both."""

from __future__ import annotations

from contextlib import suppress
from functools import cache
from typing import TYPE_CHECKING

from skylens.caller import ANYBODY, Caller, Region, root_of
from skylens.gateway import aws_chunked
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
        protocol = exchange.protocol.NAME if exchange.protocol else ""
        if failure.sender is not None:
            _take(exchange, failure.sender)
            with suppress(ServiceError):
                parse(exchange, world)  # so that it can be on record what was asked for
        raise auth_error(failure, protocol) from failure
    _take(exchange, verified)


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
