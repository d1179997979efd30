"""Compressed request bodies, undone within a limit."""

from __future__ import annotations

import zlib
from dataclasses import replace
from typing import TYPE_CHECKING

from skylens.wire.errors import ServiceError

if TYPE_CHECKING:
    from skylens.wire.http import WireRequest

_GZIP_WINDOW = 16 + zlib.MAX_WBITS
_PIECE = 1 << 20


def decompressed(request: WireRequest, *, limit: int) -> WireRequest:
    """Return the request with gzip undone; a body that is then longer than ``limit`` is refused, before it is unpacked.

    https://smithy.io/2.0/spec/behavior-traits.html#requestcompression-trait: SDKs append gzip to the encodings there are.
    """
    encodings = [e for e in (part.strip().lower() for part in _encodings(request).split(",")) if e]
    body = request.body
    while encodings and encodings[-1] in ("gzip", "x-gzip", "identity"):
        if encodings.pop() != "identity":
            body = _gunzip(body, limit)
    if len(body) > limit:
        raise _too_large(limit)
    if body is request.body:
        return request
    headers = {name: value for name, value in request.headers.items() if name != "content-encoding"}
    return replace(
        request, body=body, headers=headers | ({"content-encoding": ",".join(encodings)} if encodings else {})
    )


def _encodings(request: WireRequest) -> str:
    return request.headers.get("content-encoding", "")


def _gunzip(body: bytes, limit: int) -> bytes:
    pieces: list[bytes] = []
    size = 0
    rest = body
    while rest or not pieces:  # a gzip file may have several members
        inflate = zlib.decompressobj(_GZIP_WINDOW)
        while not inflate.eof:
            try:
                piece = inflate.decompress(rest, min(_PIECE, limit - size + 1))
            except zlib.error as wrong:
                raise _malformed(f"the gzip data is damaged: {wrong}") from None
            rest = inflate.unconsumed_tail or inflate.unused_data
            size += len(piece)
            pieces.append(piece)
            if size > limit:
                raise _too_large(limit)
            if not rest and not piece and not inflate.eof:
                raise _malformed("the gzip data is truncated")
    return b"".join(pieces)


def _too_large(limit: int) -> ServiceError:
    return ServiceError("RequestEntityTooLargeException", f"The request body exceeds {limit} bytes", status=413)


def _malformed(reason: str) -> ServiceError:
    return ServiceError(
        "MalformedHttpRequestException", f"The request body could not be decompressed: {reason}", status=400
    )
