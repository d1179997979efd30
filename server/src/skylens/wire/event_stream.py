"""Event streams out: frames of application/vnd.amazon.eventstream in the JSON protocols.

https://smithy.io/2.0/aws/amazon-eventstream.html
"""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Any

from skylens.wire import json_body
from skylens.wire.document import write_error, write_output
from skylens.wire.errors import ModelMisuse, answer_of
from skylens.wire.http import WireResponse
from skylens.wire.scalars import JSON

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.wire.errors import ServiceError
    from skylens.wire.models import Operation, Shape

CONTENT_TYPE = "application/vnd.amazon.eventstream"

_STRING_HEADER = 7
_AROUND = 16  # the prelude, its checksum, and the checksum of the whole


def open_stream(op: Operation, output: Mapping[str, Any], request_id: str) -> WireResponse:
    """Return the head of a streaming answer: its body is the first frame, to be followed by those of ``event``."""
    if op.output is None or not op.output_stream:
        raise ModelMisuse(f"{op} has no event stream in its output")
    body = json_body.encode(write_output(op.output, output, JSON))
    headers = {"Content-Type": CONTENT_TYPE, "x-amzn-RequestId": request_id}
    return WireResponse(op.status, headers, _event("initial-response", body))


def event(op: Operation, value: Mapping[str, Any]) -> bytes:
    """Return the frame of one event: the stream's union with exactly one member set."""
    document = write_output(_stream(op), value, JSON)
    if len(document) != 1:
        raise ModelMisuse(f"an event has exactly one member set, not {len(document)}")
    ((name, payload),) = document.items()
    return _event(name, json_body.encode(payload))


def error(op: Operation, failure: ServiceError) -> bytes:
    """Return the frame that ends a stream: an exception that the stream declares, else an error by code and message."""
    answer = answer_of(op.service, failure)
    name = next((n for n, m in _stream(op).members.items() if m.shape is answer.shape), "")
    if not name:
        return frame({":message-type": "error", ":error-code": answer.name, ":error-message": failure.message}, b"")
    headers = {":message-type": "exception", ":exception-type": name, ":content-type": "application/json"}
    return frame(headers, json_body.encode(write_error(answer, failure, JSON)))


def _stream(op: Operation) -> Shape:
    if op.output is None or not op.output_stream:
        raise ModelMisuse(f"{op} has no event stream in its output")
    return op.output.members[op.output_stream].shape


def _event(name: str, payload: bytes) -> bytes:
    return frame({":message-type": "event", ":event-type": name, ":content-type": "application/json"}, payload)


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """Return one message with headers of type string, both checksums in place."""
    head = b"".join(_header(name, value) for name, value in headers.items())
    prelude = struct.pack("!II", _AROUND + len(head) + len(payload), len(head))
    message = prelude + struct.pack("!I", zlib.crc32(prelude)) + head + payload
    return message + struct.pack("!I", zlib.crc32(message))


def _header(name: str, value: str) -> bytes:
    key, text = name.encode(), value.encode()
    return struct.pack("!B", len(key)) + key + struct.pack("!BH", _STRING_HEADER, len(text)) + text
