"""rpc-v2-CBOR: the operation is in the path, the body is CBOR.

https://smithy.io/2.0/additional-specs/protocols/smithy-rpc-v2.html
"""
# ruff: noqa: ARG001 — every protocol has the same four functions, whatever it needs of their arguments

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import cbor2

from skylens.wire.document import malformed, read_input, write_error, write_output
from skylens.wire.errors import answer_of, query_error_header
from skylens.wire.http import WireResponse
from skylens.wire.json_rpc import type_name
from skylens.wire.scalars import CBOR

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.wire.errors import ServiceError
    from skylens.wire.http import WireRequest
    from skylens.wire.models import Operation, Service

NAME = "smithy-rpc-v2-cbor"

_PATH_PARTS = 4  # service/{target prefix}/operation/{name}, behind any prefix


def operation(request: WireRequest, service: Service) -> str | None:
    """Return the operation named by the path, be it known or not, or None if the path is not this service's."""
    match request.raw_path.rsplit("/", _PATH_PARTS):
        case [_, "service", prefix, "operation", name] if prefix == service.target_prefix:
            return name
    return None


def parse(request: WireRequest, op: Operation) -> dict[str, Any]:
    """Return the validated input."""
    return read_input(op, _decode(request.body), CBOR)


def _decode(body: bytes) -> Any:
    """Return the document in a CBOR body, which must be one whole item; an empty body is an empty document."""
    if not body:
        return {}
    stream = BytesIO(body)
    decoder = cbor2.CBORDecoder(stream, semantic_decoders={1: _epoch}, strict_hashable_types=True)
    try:
        document = decoder.decode()
    except (cbor2.CBORDecodeError, RecursionError, MemoryError) as wrong:
        raise malformed(f"the CBOR is malformed: {wrong} (byte {stream.tell()})") from None
    if stream.tell() != len(body):
        raise malformed(f"the CBOR is malformed: trailing bytes (byte {stream.tell()})")
    return document


def _epoch(number: Any, _immutable: bool) -> Any:  # noqa: FBT001 — cbor2 calls it so
    # The shape decides what a tagged number means: cbor2 itself would refuse milliseconds and crash on NaN.
    return number


def serialize(op: Operation, output: Mapping[str, Any], request_id: str, request: WireRequest) -> WireResponse:
    """Return the answer that carries an operation's output; an empty map where the model has none."""
    document = write_output(op.output, output, CBOR) if op.output else {}
    return WireResponse(op.status, _headers(request_id), cbor2.dumps(document))


def serialize_error(
    service: Service, op: Operation | None, error: ServiceError, request_id: str, request: WireRequest
) -> WireResponse:
    """Return the answer that tells an error; its name stands in ``__type``."""
    answer = answer_of(service, error)
    document = {"__type": type_name(service, answer), **write_error(answer, error, CBOR)}
    headers = {**_headers(request_id), **query_error_header(service, answer, request)}
    return WireResponse(answer.rpc_status(service, request), headers, cbor2.dumps(document))


def _headers(request_id: str) -> dict[str, str]:
    # Go's SDK refuses an answer, an error included, that does not name the protocol.
    return {"Content-Type": "application/cbor", "Smithy-Protocol": "rpc-v2-cbor", "x-amzn-RequestId": request_id}
