"""JSON bodies, of requests and of answers."""

from __future__ import annotations

import re
from typing import Any

import msgspec

from skylens.wire.document import malformed

_BRACKETS = re.compile(rb'"(?:[^"\\]|\\.)*"|[\[\]{}]')
_DEEP = 200  # no shape is nested deeper; where this level opens is the place that a refusal names


def decode(body: bytes) -> Any:
    """Return the document in a JSON body, which must be one whole JSON text; an empty body is an empty document."""
    if not body.strip():
        return {}
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        raise malformed(f"the JSON is nested too deeply (byte {_deep_at(body)})") from None
    except UnicodeDecodeError as wrong:
        raise malformed(f"the body is not UTF-8: {wrong.reason} (byte {_undecodable_at(body)})") from None
    except ValueError as wrong:
        at = "" if "(byte " in str(wrong) else f" (byte {len(body)})" if "truncated" in str(wrong) else ""
        raise malformed(f"{wrong}{at}") from None


def _undecodable_at(body: bytes) -> int:
    # msgspec counts from the start of the string it stands in.
    try:
        body.decode()
    except UnicodeDecodeError as wrong:
        return wrong.start
    return 0


def _deep_at(body: bytes) -> int:
    depth = 0
    for token in _BRACKETS.finditer(body):
        depth += {b"[": 1, b"{": 1, b"]": -1, b"}": -1}.get(token[0], 0)
        if depth > _DEEP:
            return token.start()
    return len(body)


def encode(document: Any) -> bytes:
    """Return a document as a JSON body."""
    return msgspec.json.encode(document)
