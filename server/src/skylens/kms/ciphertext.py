"""Ciphertext: AES-256-GCM in a blob that says which material of which key opens it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from skylens.kms.encryption_context import check_size, encoded
from skylens.kms.errors import InvalidCiphertext

if TYPE_CHECKING:
    from collections.abc import Mapping

# Version, kind of the key's id, the id, the material's number; then salt, ciphertext and tag.
_VERSION: Final = b"\xa5\x01"
_MULTI_REGION: Final = "mrk-"
_KINDS: Final = {b"\x00": "", b"\x01": _MULTI_REGION}
_KIND_AT, _ID_AT, _NUMBER_AT, _SALT_AT = 2, 3, 19, 23
_SALT_BYTES: Final = 28
_TAG_BYTES: Final = 16
_BODY_AT: Final = _SALT_AT + _SALT_BYTES
_NONCE_BYTES: Final = 12
_KEY_BYTES: Final = 32


@dataclass(frozen=True, slots=True)
class Blob:
    """What stands in clear at the head of a blob, and the rest."""

    key_id: str
    number: int  # of the key's material
    head: bytes
    salt: bytes
    body: bytes


def seal(key_id: str, number: int, secret: bytes, plaintext: bytes, context: Mapping[str, str]) -> bytes:
    """Return the plaintext encrypted with a key's material of that number."""
    check_size(context)
    kind = next(kind for kind, prefix in reversed(_KINDS.items()) if key_id.startswith(prefix))
    identity = UUID(hex=key_id.removeprefix(_MULTI_REGION)).bytes
    head = _VERSION + kind + identity + number.to_bytes(_SALT_AT - _NUMBER_AT)
    salt = os.urandom(_SALT_BYTES)  # must be unpredictable; tests never depend on it
    cipher, nonce = _cipher(secret, salt)
    return head + salt + cipher.encrypt(nonce, plaintext, head + encoded(context))


def parse(blob: bytes) -> Blob:
    """Return what a blob says of itself, or raise InvalidCiphertext where it is none of ours."""
    prefix = _KINDS.get(blob[_KIND_AT:_ID_AT])
    if blob[:_KIND_AT] != _VERSION or prefix is None or len(blob) < _BODY_AT + _TAG_BYTES:
        raise InvalidCiphertext
    identity = UUID(bytes=blob[_ID_AT:_NUMBER_AT])
    key_id = f"{prefix}{identity.hex}" if prefix else str(identity)
    number = int.from_bytes(blob[_NUMBER_AT:_SALT_AT])
    return Blob(key_id, number, blob[:_SALT_AT], blob[_SALT_AT:_BODY_AT], blob[_BODY_AT:])


def unseal(blob: Blob, secret: bytes, context: Mapping[str, str]) -> bytes:
    """Return the plaintext, or raise InvalidCiphertext for another key, another context or a damaged blob."""
    check_size(context)
    cipher, nonce = _cipher(secret, blob.salt)
    try:
        return cipher.decrypt(nonce, blob.body, blob.head + encoded(context))
    except InvalidTag:
        raise InvalidCiphertext from None


def _cipher(secret: bytes, salt: bytes) -> tuple[AESGCM, bytes]:
    # A key of its own for each message: random nonces of 96 bits alone would wear one key out after 2^32 messages.
    derived = HKDF(SHA256(), _KEY_BYTES + _NONCE_BYTES, salt, b"skylens kms 1").derive(secret)
    return AESGCM(derived[:_KEY_BYTES]), derived[_KEY_BYTES:]
