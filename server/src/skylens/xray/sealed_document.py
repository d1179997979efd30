"""Sealed documents: a document compressed and encrypted with a data key, as a text that says which one opens it."""

from __future__ import annotations

import base64
import os
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidTag

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# No document begins so: they begin with a brace or blanks.
_MARK: Final = "enc1:"
_ID_DIGITS: Final = 16
_BODY_AT: Final = len(_MARK) + _ID_DIGITS
_NONCE_BYTES: Final = 12
_RAW_DEFLATE: Final = -15
# Half of what zlib takes by itself, in both: all of it may be two new stretches of memory from the kernel for each document,
# which cost a process of its own 63 us instead of 18, and makes a document no smaller.
_FAST: Final = {"level": 1, "wbits": -14, "memLevel": 7}
# What most documents say, so that even a small one gets much smaller before it is encrypted; afterwards nothing compresses it.
# Part of the format: another dictionary needs another mark.
_DICTIONARY: Final = (
    b'"cause":{"working_directory":"/app","exceptions":[{"id":"","message":"","type":"","remote":false,"stack":[{"path":"",'
    b'"line":,"label":""}]}]}"sql":{"url":"","preparation":"statement","database_type":"PostgreSQL","database_version":"",'
    b'"driver_version":"","user":"","sanitized_query":"SELECT  FROM  WHERE "}"links":[]"aws":{"xray":{"sdk":"X-Ray for ",'
    b'"sdk_version":"","sampling_rule_name":"Default","auto_instrumentation":false},"operation":"","region":"us-east-1",'
    b'"request_id":"","table_name":"","resource_names":[""],"account_id":"","retries":0,"cloudwatch_logs":[{"log_group":""}]}'
    b'"service":{"runtime":"CPython","runtime_version":"","version":""},"metadata":{"default":{"":""}},"annotations":{"":""},'
    b'"http":{"request":{"method":"GET","url":"https://","user_agent":"Mozilla/5.0","client_ip":"10.0.","x_forwarded_for":true},'
    b'"response":{"status":200,"content_length":0}},"namespace":"remote","namespace":"aws","origin":"AWS::EC2::Instance",'
    b'"fault":true,"error":true,"throttle":true,"in_progress":false,"type":"subsegment","parent_id":"","subsegments":[{"id":"",'
    b'"name":"","start_time":17,"end_time":17}],{"id":"","trace_id":"1-6","name":"","start_time":17,"end_time":17'
)


class Unreadable(ValueError):
    """A sealed document is damaged, or stands where it was not put."""


@dataclass(frozen=True, slots=True)
class DataKey:
    """A key that documents are encrypted with, and its id."""

    id: str
    cipher: AESGCM = field(repr=False)


def is_sealed(text: str) -> bool:
    """Whether a stored text is a sealed document and not a document."""
    return text.startswith(_MARK)


def key_id(text: str) -> str:
    """Return the id of the data key that opens a sealed document."""
    return text[len(_MARK) : _BODY_AT]


def seal(key: DataKey, document: str, place: bytes) -> str:
    """Return the document sealed; it can be opened only where it is put, which ``place`` says."""
    compressor = zlib.compressobj(**_FAST, zdict=_DICTIONARY)
    compressed = compressor.compress(document.encode()) + compressor.flush()
    nonce = os.urandom(_NONCE_BYTES)  # must never come twice; tests never depend on it
    return f"{_MARK}{key.id}{base64.b64encode(nonce + key.cipher.encrypt(nonce, compressed, place)).decode()}"


def unseal(key: DataKey, text: str, place: bytes) -> str:
    """Return the document, or raise Unreadable."""
    body = base64.b64decode(text[_BODY_AT:])
    try:
        compressed = key.cipher.decrypt(body[:_NONCE_BYTES], body[_NONCE_BYTES:], place)
    except InvalidTag as exc:
        raise Unreadable("a stored document is damaged") from exc
    decompressor = zlib.decompressobj(wbits=_RAW_DEFLATE, zdict=_DICTIONARY)
    return (decompressor.decompress(compressed) + decompressor.flush()).decode()
