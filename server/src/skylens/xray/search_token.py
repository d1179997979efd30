"""NextToken of a search: how far it has come, bound to what was asked."""

import base64
import binascii
import hashlib
import struct
from dataclasses import dataclass
from typing import Final

from skylens.xray.errors import InvalidRequest

# version, digest of the request, second and trace id of the last trace looked at, milliseconds of the first page
_LAYOUT: Final = struct.Struct(">B8sI16sQ")
_VERSION: Final = 1


@dataclass(frozen=True, slots=True)
class Position:
    """Where a search stands: everything newer than this trace has been looked at.

    ``arrived_ms``: what arrived after the first page was made does not move floating traces.
    """

    second: int
    trace_id: bytes
    arrived_ms: int


def encode(position: Position, question: str) -> str:
    """Return the token for a position in the answer to a question."""
    packed = _LAYOUT.pack(_VERSION, _digest(question), position.second, position.trace_id, position.arrived_ms)
    return base64.urlsafe_b64encode(packed).decode()


def decode(token: str, question: str) -> Position:
    """Return the position; raise InvalidRequest for a token that this question was never answered with."""
    try:
        packed = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        version, digest, second, trace_id, arrived_ms = _LAYOUT.unpack(packed)
    except (binascii.Error, struct.error, UnicodeError) as exc:
        raise InvalidRequest("NextToken is not valid") from exc
    if version != _VERSION or digest != _digest(question):
        raise InvalidRequest("NextToken is not valid for this request")
    return Position(second, trace_id, arrived_ms)


def _digest(question: str) -> bytes:
    return hashlib.sha256(question.encode()).digest()[:8]
