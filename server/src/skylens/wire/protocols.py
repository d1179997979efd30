"""Which protocol a request speaks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, cast

from skylens.wire import json_rpc, query_xml, rest_json, rest_xml, rpc_cbor

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.wire.errors import ServiceError
    from skylens.wire.http import WireRequest, WireResponse
    from skylens.wire.models import Operation, Service


class WireProtocol(Protocol):
    """What each protocol's file offers."""

    NAME: str

    def operation(self, request: WireRequest, service: Service) -> str | None:
        """Return the operation that a request asks for, or None if it is not a request of this protocol."""

    def parse(self, request: WireRequest, op: Operation) -> dict[str, Any]:
        """Return the validated input or raise the ServiceError that refuses it."""

    def serialize(
        self, op: Operation, output: Mapping[str, Any], request_id: str, request: WireRequest
    ) -> WireResponse:
        """Return the answer that carries an operation's output."""

    def serialize_error(
        self, service: Service, op: Operation | None, error: ServiceError, request_id: str, request: WireRequest
    ) -> WireResponse:
        """Return the answer that tells an error."""


# In the order in which a request is asked whether it is theirs: the path is surer than a header, a header than a form.
PROTOCOLS: Mapping[str, WireProtocol] = {
    module.NAME: cast("WireProtocol", module) for module in (rpc_cbor, json_rpc, rest_json, rest_xml, query_xml)
}


def match(request: WireRequest, service: Service) -> tuple[WireProtocol, str | None]:
    """Return the protocol that a request to ``service`` speaks, and the operation it names; None where it names none."""
    for protocol in _spoken(service):
        if (name := protocol.operation(request, service)) is not None:
            return protocol, name
    return error_protocol(request, service), None


def error_protocol(request: WireRequest, service: Service) -> WireProtocol:
    """Return the protocol that errors are told in when nothing else of a request can be understood."""
    spoken = {protocol.NAME: protocol for protocol in _spoken(service)}
    if "smithy-protocol" in request.headers and rpc_cbor.NAME in spoken:
        return spoken[rpc_cbor.NAME]
    content_type = request.headers.get("content-type", "")
    is_json = "x-amz-target" in request.headers or "json" in content_type
    preferred = (json_rpc.NAME,) if is_json else (rpc_cbor.NAME,) if "cbor" in content_type else (query_xml.NAME,)
    return next((spoken[name] for name in preferred if name in spoken), next(iter(spoken.values())))


def _spoken(service: Service) -> list[WireProtocol]:
    return [protocol for name, protocol in PROTOCOLS.items() if name in service.protocols]
