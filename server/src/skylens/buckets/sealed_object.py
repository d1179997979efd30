"""Sealed object: an object in a folder that is encrypted under a KMS key, as S3 does it: AES-256-GCM with a data key of its own.

The file begins with everything that is needed to ask KMS for the data key: the key's ARN, the context, the wrapped key.
"""

from __future__ import annotations

import json
import os
import struct
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from skylens.buckets.bucket import BucketError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.buckets.bucket import Encryption

LONGEST_HEADER: Final = 16 * 1024
_MAGIC: Final = b"SKYLENS-SSE-KMS\x01"
_LENGTHS: Final = struct.Struct(">HHHQ")  # of the ARN, the context, the wrapped key; of the bytes in clear
_NONCE_BYTES: Final = 12


@dataclass(frozen=True, slots=True)
class Header:
    """What a sealed object's file begins with; ``body_at`` is where the rest is."""

    key_arn: str
    context: Mapping[str, str]
    wrapped: bytes = field(repr=False)
    size: int
    body_at: int


def seal(body: bytes, encryption: Encryption) -> bytes:
    """Return the bytes as they are stored."""
    data_key = encryption.make_data_key()
    arn = encryption.key_arn.encode()
    context = json.dumps(dict(encryption.context)).encode()
    lengths = _LENGTHS.pack(len(arn), len(context), len(data_key.wrapped), len(body))
    head = b"".join([_MAGIC, lengths, arn, context, data_key.wrapped])
    nonce = os.urandom(_NONCE_BYTES)  # unpredictable, and no test depends on it
    return b"".join([head, nonce, AESGCM(data_key.plain).encrypt(nonce, body, head)])


def header(data: bytes) -> Header | None:
    """Return what an object begins with, or None for one that is not sealed. So many bytes as LONGEST_HEADER are enough."""
    if not data.startswith(_MAGIC) or len(data) < len(_MAGIC) + _LENGTHS.size:
        return None
    *lengths, size = _LENGTHS.unpack_from(data, len(_MAGIC))
    at = len(_MAGIC) + _LENGTHS.size
    parts = []
    for length in lengths:
        parts.append(data[at : at + length])
        at += length
    arn, context, wrapped = parts
    try:
        return Header(arn.decode(), json.loads(context), wrapped, size, at)
    except ValueError:
        return None  # a file of somebody else's that begins alike


def unseal(data: bytes, found: Header, plain_key: bytes) -> bytes:
    """Return the bytes in clear, or raise BucketError where they were changed."""
    nonce_ends = found.body_at + _NONCE_BYTES
    nonce, head = data[found.body_at : nonce_ends], data[: found.body_at]
    try:
        return AESGCM(plain_key).decrypt(nonce, data[nonce_ends:], head)
    except (InvalidTag, ValueError) as error:
        raise BucketError("InternalError", "the object was changed since it was encrypted") from error
