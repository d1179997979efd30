"""Message authentication codes: HMAC with a key that nobody else has."""

from __future__ import annotations

import hmac

from skylens.kms.errors import InvalidMac


def code(secret: bytes, algorithm: str, message: bytes) -> bytes:
    """Return the code of a message.

    >>> len(code(b"secret", "HMAC_SHA_224", b"text"))
    28
    """
    return hmac.digest(secret, message, algorithm.removeprefix("HMAC_").replace("_", "").lower())


def check(secret: bytes, algorithm: str, message: bytes, given: bytes) -> None:
    """Raise InvalidMac unless the code is that of the message."""
    if not hmac.compare_digest(code(secret, algorithm, message), given):
        raise InvalidMac
