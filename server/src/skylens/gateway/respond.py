"""The answer as bytes: an output or an error, in the protocol of the request."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING, Final

from skylens.gateway import metrics
from skylens.gateway.dispatch import internal_failure
from skylens.wire.http import WireResponse

if TYPE_CHECKING:
    from prometheus_client import Counter, Histogram

    from skylens.gateway.exchange import Exchange
    from skylens.gateway.world import World
    from skylens.wire.errors import ServiceError


_ENCODED: Final = "x-skylens-encoded-authorization-message"


def respond(exchange: Exchange, _world: World) -> None:
    """Write the output, or the error that some step raised; every answer carries the request id."""
    response = _response(exchange)
    if exchange.error is not None and exchange.error.encoded:
        # Beside AWS's sentence, which stays as it is: most services of AWS tell nothing encoded.
        response = replace(response, headers={**response.headers, _ENCODED: exchange.error.encoded})
    if exchange.is_cut_off:
        response = replace(response, headers={**response.headers, "Connection": "close"})
    exchange.response = response


def count(exchange: Exchange, world: World) -> None:
    """Count the call with the status that is really sent."""
    if exchange.response is not None:
        _count(exchange, exchange.response, (world.clock.now() - exchange.time).total_seconds())


def _response(exchange: Exchange) -> WireResponse:
    op, protocol = exchange.operation, exchange.protocol
    if exchange.error is None and op and protocol:
        try:
            return protocol.serialize(op, exchange.output, exchange.request_id, exchange.request)
        except Exception as error:  # noqa: BLE001  # an output that is not the model's is a defect of the handler
            exchange.error = internal_failure(error, exchange.request_id)
    if exchange.error is None:
        raise AssertionError("the steps end with an output or an error")
    if exchange.service is None or protocol is None:
        return _without_service(exchange.error, exchange.request_id)
    return protocol.serialize_error(exchange.service, op, exchange.error, exchange.request_id, exchange.request)


def _without_service(error: ServiceError, request_id: str) -> WireResponse:
    """Return the answer to a request that names no service of ours, in the form that most clients can show."""
    headers = {"Content-Type": "application/json", "x-amzn-RequestId": request_id, "x-amzn-ErrorType": error.code}
    document = {"__type": error.code, "message": error.message}
    return WireResponse(error.status or 400, headers, json.dumps(document).encode())


def _count(exchange: Exchange, response: WireResponse, seconds: float) -> None:
    if exchange.service is None or exchange.operation is None:
        metrics.UNIDENTIFIED.inc()
        return
    service, operation = exchange.service.name, exchange.operation.name
    _calls(service, operation, response.status).inc()
    _call_seconds(service, operation).observe(max(0.0, seconds))


# Looking a labelled number up anew each time would cost as much as counting.
@cache
def _calls(service: str, operation: str, status: int) -> Counter:
    return metrics.CALLS.labels(service, operation, str(status))


@cache
def _call_seconds(service: str, operation: str) -> Histogram:
    return metrics.CALL_SECONDS.labels(service, operation)
