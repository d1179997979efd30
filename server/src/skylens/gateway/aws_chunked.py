"""Bodies that come in chunks with a signature each (Content-Encoding: aws-chunked).

https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming-trailers.html
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from skylens.gateway.auth_failure import AuthFailure
from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from collections.abc import Callable

    from skylens.wire.http import WireRequest

SIGNED = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_WITH_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_WITH_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
FORMS = frozenset((SIGNED, SIGNED_WITH_TRAILER, UNSIGNED_WITH_TRAILER))

_EMPTY_HASH = hashlib.sha256(b"").hexdigest()
_SIZE_LINE = re.compile(rb"([0-9a-fA-F]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?")
_TRAILER_SIGNATURE = "x-amz-trailer-signature"

_CHECKSUMS: dict[str, Callable[[bytes], bytes]] = {
    "x-amz-checksum-crc32": lambda body: zlib.crc32(body).to_bytes(4, "big"),
    "x-amz-checksum-sha1": lambda body: hashlib.sha1(body, usedforsecurity=False).digest(),
    "x-amz-checksum-sha256": lambda body: hashlib.sha256(body).digest(),
}


class Chain:
    """The signatures of a body's chunks, each of which covers the one before it; the request's own is the first."""

    def __init__(self, key: bytes, moment: str, scope: str, signature: str) -> None:
        self._key, self._moment, self._scope, self._previous = key, moment, scope, signature

    def chunk(self, data: bytes, signature: str) -> None:
        """Check the next chunk, or raise AuthFailure."""
        self._check("AWS4-HMAC-SHA256-PAYLOAD", f"{_EMPTY_HASH}\n{hashlib.sha256(data).hexdigest()}", signature)

    def trailer(self, lines: bytes, signature: str) -> None:
        """Check the trailing headers, or raise AuthFailure."""
        self._check("AWS4-HMAC-SHA256-TRAILER", hashlib.sha256(lines).hexdigest(), signature)

    def _check(self, algorithm: str, hashes: str, signature: str) -> None:
        text = f"{algorithm}\n{self._moment}\n{self._scope}\n{self._previous}\n{hashes}"
        expected = hmac.digest(self._key, text.encode("latin-1"), "sha256").hex()
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            raise AuthFailure("wrong signature")
        self._previous = expected


def unframed(request: WireRequest, form: str, chain: Chain | None) -> WireRequest:
    """Return the request as if its body had come whole: the content encoding no longer says aws-chunked."""
    encodings = [e.strip() for e in request.headers.get("content-encoding", "").split(",")]
    kept = ",".join(e for e in encodings if e and e != "aws-chunked")
    headers = {name: value for name, value in request.headers.items() if name != "content-encoding"}
    if kept:
        headers["content-encoding"] = kept
    return replace(request, headers=headers, body=decode(request, form, chain))


def decode(request: WireRequest, form: str, chain: Chain | None) -> bytes:
    """Return the body without its framing. Signatures are checked against the chain; without one they are passed over."""
    signed = form != UNSIGNED_WITH_TRAILER
    body, rest = _chunks(request.body, signed=signed, chain=chain if signed else None)
    if form == SIGNED:
        if rest != b"\r\n":
            raise _malformed("bytes follow the last chunk")
    else:
        trailer = _trailer(rest)
        if form == SIGNED_WITH_TRAILER:
            _check_trailer_signature(trailer, chain)
        _check_checksums(trailer, body)
    if request.headers.get("x-amz-decoded-content-length", str(len(body))) != str(len(body)):
        raise _malformed("the decoded body is not as long as X-Amz-Decoded-Content-Length says")
    return body


def _chunks(body: bytes, *, signed: bool, chain: Chain | None) -> tuple[bytes, bytes]:
    """Return the data of all chunks, and what follows the size line of the last, empty one."""
    pieces: list[bytes] = []
    at = 0
    while True:
        end = body.find(b"\r\n", at)
        line = _SIZE_LINE.fullmatch(body[at:end]) if end >= 0 else None
        if line is None or (line[2] is not None) != signed:
            raise _malformed("a chunk does not begin with its size" + (" and its signature" if signed else ""))
        size, start = int(line[1], 16), end + 2
        data, at = body[start : start + size], start + size
        if len(data) != size:
            raise _malformed("a chunk is shorter than it says")
        if chain is not None:
            chain.chunk(data, line[2].decode())
        if not size:
            return b"".join(pieces), body[at:]
        if body[at : at + 2] != b"\r\n":
            raise _malformed("a chunk is longer than it says")
        pieces.append(data)
        at += 2


def _trailer(text: bytes) -> dict[str, str]:
    lines = text.replace(b"\r\n", b"\n").split(b"\n")
    named = [line.decode("latin-1").partition(":") for line in lines if line]
    if not text.endswith(b"\r\n") or any(not colon for _, colon, _ in named):
        raise _malformed("the trailing headers are cut off")
    return {name.strip().lower(): value.strip() for name, _, value in named}


def _check_trailer_signature(trailer: dict[str, str], chain: Chain | None) -> None:
    signature = trailer.pop(_TRAILER_SIGNATURE, "")
    lines = "".join([f"{name}:{value}\n" for name, value in trailer.items()])
    if chain is not None:
        chain.trailer(lines.encode("latin-1"), signature)


def _check_checksums(trailer: dict[str, str], body: bytes) -> None:
    for name, declared in trailer.items():
        if name not in _CHECKSUMS:
            known = ", ".join(_CHECKSUMS)
            raise ServiceError("InvalidRequest", f"The trailer {name} is not checked here; use {known}", status=400)
        if base64.b64encode(_CHECKSUMS[name](body)).decode() != declared:
            raise ServiceError("BadDigest", f"The {name} you specified did not match what we received.", status=400)


def _malformed(why: str) -> ServiceError:
    return ServiceError("IncompleteBody", f"The body is no valid aws-chunked content: {why}", status=400)
