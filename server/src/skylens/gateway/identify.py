"""Which service a request is for. The endpoint is ours, so nothing is guessed: each sign either names a service or not.

https://smithy.io/2.0/aws/protocols/index.html
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from skylens.gateway.claim import claimed_service
from skylens.wire import json_rpc, rest_json, rpc_cbor, s3_model
from skylens.wire.errors import ServiceError
from skylens.wire.models import SERVICE_NAMES, Service, load
from skylens.wire.protocols import error_protocol

if TYPE_CHECKING:
    from skylens.gateway.exchange import Exchange
    from skylens.gateway.world import World
    from skylens.wire.http import WireRequest

_FORM = "application/x-www-form-urlencoded"
_VERSION = re.compile(r"(?:^|&)Version=([0-9-]+)(?:&|$)")
# Before April 2026 SDKs put "streaming-" before the host of two operations of Logs whose model now says "stream-".
_OLD_HOST_PREFIXES = ("streaming-",)


def identify(exchange: Exchange, _world: World) -> None:
    """Find the service by the request's head; a form may still name it in its body."""
    exchange.service = service_of_head(exchange.request)
    if exchange.service is not None:
        exchange.protocol = error_protocol(exchange.request, exchange.service)
    elif not _is_form(exchange.request):
        raise _unknown(exchange.request)


def identify_form(exchange: Exchange, _world: World) -> None:
    """Find the service of an unsigned form by the Version it carries."""
    if exchange.service is None:
        exchange.service = _service_of_version(exchange.request.body.decode("latin-1"))
        if exchange.service is None:
            raise _unknown(exchange.request)
        exchange.protocol = error_protocol(exchange.request, exchange.service)


def service_of_head(request: WireRequest) -> Service | None:
    """Return the service by what only one service has (target, path), then by the signature's scope, host, version."""
    signed_for = claimed_service(request)
    if signed_for == s3_model.NAME:
        return load(s3_model.NAME)  # any path may be a bucket's: only the signature tells
    return (
        _service_of_target(request)
        or _service_of_path(request)
        or _by_signing_name().get(signed_for)
        or _service_of_host(request.headers.get("host", ""))
        or _service_of_version(request.query)
    )


def _service_of_target(request: WireRequest) -> Service | None:
    if "x-amz-target" not in request.headers:
        return None
    return next((s for s in _services() if s.target_prefix and json_rpc.operation(request, s) is not None), None)


def _service_of_path(request: WireRequest) -> Service | None:
    if request.raw_path == "/":
        return None
    for service in _services():
        for protocol in (rest_json, rpc_cbor):
            if protocol.NAME in service.protocols and protocol.operation(request, service) is not None:
                return service
    return None


def _service_of_host(host: str) -> Service | None:
    first = host.partition(".")[0].lower() if "." in host else ""
    for prefix in _host_prefixes():
        first = first.removeprefix(prefix)
    return _by_endpoint_prefix().get(first.removesuffix("-fips"))


def _service_of_version(form: str) -> Service | None:
    found = _VERSION.search(form) if "Action=" in form else None
    return _by_version().get(found[1]) if found else None


@cache
def _services() -> tuple[Service, ...]:
    return tuple(load(name) for name in SERVICE_NAMES)


@cache
def _by_signing_name() -> dict[str, Service]:
    return {service.signing_name: service for service in _services()}


@cache
def _by_endpoint_prefix() -> dict[str, Service]:
    return {service.endpoint_prefix: service for service in _services()}


@cache
def _host_prefixes() -> tuple[str, ...]:
    named = {op.host_prefix for service in _services() for op in service.operations.values()} - {""}
    return (*sorted(named), *_OLD_HOST_PREFIXES)


@cache
def _by_version() -> dict[str, Service]:
    versions: dict[str, Service] = {}
    for service in _services():
        if "query" in service.protocols and versions.setdefault(service.api_version, service) is not service:
            raise ValueError(f"{service} has the same Version as {versions[service.api_version]}")
    return versions


def _is_form(request: WireRequest) -> bool:
    return request.headers.get("content-type", "").lower().startswith(_FORM)


def _unknown(request: WireRequest) -> ServiceError:
    if signed_for := claimed_service(request):
        return ServiceError("UnknownOperationException", f"There is no service '{signed_for}' here.", status=404)
    asked = f"{request.method} {request.raw_path}"
    advice = "This is Skylens, an endpoint for AWS clients: set AWS_ENDPOINT_URL to its address."
    return ServiceError("UnknownOperationException", f"{asked} is no AWS operation. {advice}", status=404)
