"""awsJson 1.0 and 1.1: the operation is in X-Amz-Target, the body is JSON.

https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
"""
# ruff: noqa: ARG001 — every protocol has the same four functions, whatever it needs of their arguments

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from skylens.wire import json_body
from skylens.wire.document import read_input, write_error, write_output
from skylens.wire.errors import answer_of, query_error_header
from skylens.wire.http import WireResponse
from skylens.wire.scalars import JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.wire.errors import ErrorAnswer, ServiceError
    from skylens.wire.http import WireRequest
    from skylens.wire.models import Operation, Service

NAME = "json"

# The namespaces of CloudWatch's errors; the other services send bare names.
_NAMESPACES = {"cloudwatch": "com.amazonaws.cloudwatch.v2010_08_01#"}


def operation(request: WireRequest, service: Service) -> str | None:
    """Return the operation named by X-Amz-Target, be it known or not, or None if the target is not this service's.

    The prefix may be shortened to its last part: some SDKs send ``CloudTrail_20131101.LookupEvents``.
    """
    prefix, _, name = request.headers.get("x-amz-target", "").rpartition(".")
    return name if prefix and prefix in (service.target_prefix, service.target_prefix.rpartition(".")[2]) else None


def parse(request: WireRequest, op: Operation) -> dict[str, Any]:
    """Return the validated input."""
    return read_input(op, json_body.decode(request.body), JSON)


def serialize(op: Operation, output: Mapping[str, Any], request_id: str, request: WireRequest) -> WireResponse:
    """Return the answer that carries an operation's output; the body is empty where the model has none."""
    body = json_body.encode(write_output(op.output, output, JSON)) if op.output else b""
    return WireResponse(op.status, _headers(op.service, request_id), body)


def serialize_error(
    service: Service, op: Operation | None, error: ServiceError, request_id: str, request: WireRequest
) -> WireResponse:
    """Return the answer that tells an error; its name stands in ``__type``."""
    answer = answer_of(service, error)
    document = {"__type": type_name(service, answer), **write_error(answer, error, JSON)}
    headers = {**_headers(service, request_id), **query_error_header(service, answer, request)}
    return WireResponse(answer.rpc_status(service, request), headers, json_body.encode(document))


def type_name(service: Service, answer: ErrorAnswer) -> str:
    """Return an error's name as ``__type`` has it; SDKs cut everything up to ``#``."""
    if service.name not in _NAMESPACES:
        return answer.name
    if answer.name == "ValidationException":
        return f"com.amazon.coral.validate#{answer.name}"
    return f"{'com.amazon.coral.service#' if answer.is_common else _NAMESPACES[service.name]}{answer.name}"


def _headers(service: Service, request_id: str) -> dict[str, str]:
    return {"Content-Type": f"application/x-amz-json-{service.json_version}", "x-amzn-RequestId": request_id}
