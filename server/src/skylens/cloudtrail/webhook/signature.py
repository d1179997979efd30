"""Signature: the headers by which a receiver knows who sent a body, and when.

They are those of Standard Webhooks, for which there are libraries in most languages.
https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md
"""

from __future__ import annotations

import base64
import hashlib
import hmac


def signed_headers(secret: bytes, message_id: str, sent_at: int, body: bytes) -> dict[str, str]:
    """Return the headers of a body that is sent at a time, in seconds since the epoch.

    >>> signed_headers(b"k" * 24, "5", 1_700_000_000, b"{}")["webhook-signature"]
    'v1,2J+Jbtos2doQ443C1e8KeQcqwDJPo58OEcVpg1nS9tU='
    """
    signed = b".".join([message_id.encode(), str(sent_at).encode(), body])
    digest = hmac.new(secret, signed, hashlib.sha256).digest()
    return {
        "content-type": "application/json",
        "webhook-id": message_id,
        "webhook-timestamp": str(sent_at),
        "webhook-signature": f"v1,{base64.b64encode(digest).decode()}",
    }
