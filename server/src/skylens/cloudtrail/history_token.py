"""NextToken of a look-up: the last event that was shown, bound to what was asked."""

from __future__ import annotations

import base64
import binascii
import hashlib
import struct
from typing import TYPE_CHECKING, Final

from skylens.cloudtrail.errors import InvalidNextToken

if TYPE_CHECKING:
    from skylens.cloudtrail.event_store import FoundEvent

# version, digest of the request, second, arrival and id of the last event shown
_LAYOUT: Final = struct.Struct(">B8sIq16s")
_VERSION: Final = 1


def encode(last: FoundEvent, question: str) -> str:
    """Return the token that goes on behind an event in the answer to a question."""
    packed = _LAYOUT.pack(_VERSION, _digest(question), last.time, *last.position)
    return base64.urlsafe_b64encode(packed).decode()


def decode(token: str, question: str) -> tuple[int, int, bytes]:
    """Return what was shown last; raise InvalidNextToken for a token that this question was never answered with."""
    try:
        packed = base64.b64decode(token.encode(), altchars=b"-_", validate=True)
        version, digest, second, received_us, event_id = _LAYOUT.unpack(packed)
    except (binascii.Error, struct.error, UnicodeError) as exc:
        raise InvalidNextToken("Invalid token in request: it is none of ours") from exc
    if version != _VERSION or digest != _digest(question):
        raise InvalidNextToken("Invalid token in request: it belongs to a request with other parameters")
    return second, received_us, event_id


def _digest(question: str) -> bytes:
    return hashlib.sha256(question.encode()).digest()[:8]
