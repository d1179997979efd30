"""restJson: the operation is the method and the path, the body is JSON.

https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
"""

# ruff: noqa: ARG001 — every protocol has the same four functions, whatever it needs of their arguments

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from skylens.wire import json_body
from skylens.wire.document import malformed, read_input, write_error, write_output
from skylens.wire.errors import answer_of
from skylens.wire.http import WireResponse
from skylens.wire.scalars import JSON, TEXT, Misfit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.wire.errors import ServiceError
    from skylens.wire.http import WireRequest
    from skylens.wire.models import Operation, Service

NAME = "rest-json"


def operation(request: WireRequest, service: Service) -> str | None:
    """Return the operation that lives at the request's method and path, or None."""
    return _routes(service).get((request.method, request.raw_path))


@cache
def _routes(service: Service) -> dict[tuple[str, str], str]:
    return {(op.http_method, op.http_uri): op.name for op in service.operations.values()}


def parse(request: WireRequest, op: Operation) -> dict[str, Any]:
    """Return the validated input: the body's members and those of the query string."""
    return read_input(op, json_body.decode(request.body), JSON, _query_string(request, op))


def _query_string(request: WireRequest, op: Operation) -> dict[str, Any]:
    values: dict[str, Any] = {}
    members = op.input.members if op.input else {}
    names = {m.wire_name: (name, m) for name, m in members.items() if m.in_query_string}
    for key, text in request.query_items() if names else ():
        if key not in names:
            continue
        name, member = names[key]
        if name in values:
            raise malformed(f"the query parameter {key} is given twice")
        try:
            values[name] = TEXT.readers[member.shape.type](text)
        except Misfit as wrong:
            raise malformed(f"{wrong} at '{key}'") from None
    return values


def serialize(op: Operation, output: Mapping[str, Any], request_id: str, request: WireRequest) -> WireResponse:
    """Return the answer that carries an operation's output."""
    document = write_output(op.output, output, JSON) if op.output else {}
    return WireResponse(op.status, _headers(request_id), json_body.encode(document))


def serialize_error(
    service: Service, op: Operation | None, error: ServiceError, request_id: str, request: WireRequest
) -> WireResponse:
    """Return the answer that tells an error; its name stands in a header."""
    answer = answer_of(service, error)
    headers = {**_headers(request_id), "x-amzn-ErrorType": answer.name}
    return WireResponse(answer.status, headers, json_body.encode(write_error(answer, error, JSON)))


def _headers(request_id: str) -> dict[str, str]:
    return {"Content-Type": "application/json", "x-amzn-RequestId": request_id}
