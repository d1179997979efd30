"""Encryption context: pairs that are no secret and that a ciphertext cannot be decrypted without."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

from skylens.kms.errors import InvalidRequest

if TYPE_CHECKING:
    from collections.abc import Mapping

_MOST_BYTES: Final = 8192
_LENGTH_BYTES: Final = 4


def encoded(context: Mapping[str, str]) -> bytes:
    """Return the pairs as bytes that no other pairs have: sorted, each text with its length before it.

    >>> encoded({"ab": "c"}) == encoded({"a": "bc"})
    False
    """
    pairs = sorted((key.encode(), value.encode()) for key, value in context.items())
    return b"".join(len(text).to_bytes(_LENGTH_BYTES) + text for pair in pairs for text in pair)


def check_size(context: Mapping[str, str]) -> None:
    """Raise where a context is larger than AWS takes."""
    if sum(len(text.encode()) for pair in context.items() for text in pair) > _MOST_BYTES:
        raise InvalidRequest(f"The encryption context has more than {_MOST_BYTES} bytes.")


def digest(context: Mapping[str, str]) -> str:
    """Return 64 digits that no other context has."""
    return hashlib.sha256(encoded(context)).hexdigest()
