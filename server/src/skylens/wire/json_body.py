"""JSON bodies, of requests and of answers."""

from __future__ import annotations

from typing import Any

import msgspec

from skylens.wire.document import malformed


def decode(body: bytes) -> Any:
    """Return the document in a JSON body, which must be one whole JSON text; an empty body is an empty document."""
    if not body.strip():
        return {}
    try:
        return msgspec.json.decode(body)
    except RecursionError:
        raise malformed("the JSON is nested too deeply") from None
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


def encode(document: Any) -> bytes:
    """Return a document as a JSON body."""
    return msgspec.json.encode(document)
