"""Bodies in signed chunks: the manual's own example, and every way to damage one."""

import base64
import hashlib
import zlib
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.caller import root_of
from skylens.gateway.auth_failure import AuthFailure
from skylens.gateway.aws_chunked import (
    SIGNED,
    SIGNED_WITH_TRAILER,
    UNSIGNED_WITH_TRAILER,
    Chain,
    decode,
    unframed,
)
from skylens.gateway.claim import Scope
from skylens.gateway.sigv4 import Credential, sign, signing_key, verify
from skylens.wire.errors import ServiceError
from skylens.wire.http import WireRequest

# https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html#example-signature-calculations-streaming
SECRET, MOMENT = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524T000000Z"
SEED = "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9"
CHUNKS = (
    (65536, "ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648"),
    (1024, "0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497"),
    (0, "b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9"),
)
SCOPE = Scope("20130524", "us-east-1", "s3", "aws4_request")
CREDENTIAL = Credential("AKIAIOSFODNN7EXAMPLE", SECRET, root_of("000000000000"))


def example() -> WireRequest:
    headers = {
        "host": "s3.amazonaws.com",
        "content-encoding": "aws-chunked",
        "content-length": "66824",
        "x-amz-content-sha256": SIGNED,
        "x-amz-date": MOMENT,
        "x-amz-decoded-content-length": "66560",
        "x-amz-storage-class": "REDUCED_REDUNDANCY",
        "authorization": "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
        "SignedHeaders=content-encoding;content-length;host;x-amz-content-sha256;x-amz-date;"
        f"x-amz-decoded-content-length;x-amz-storage-class,Signature={SEED}",
    }
    body = b"".join(b"%x;chunk-signature=%s\r\n%s\r\n" % (n, s.encode(), b"a" * n) for n, s in CHUNKS)
    return WireRequest("PUT", "/examplebucket/chunkObject.txt", "", headers, body)


def checked(request: WireRequest) -> WireRequest:
    return verify(request, "s3", lambda _key, _token: CREDENTIAL, datetime(2013, 5, 24, tzinfo=UTC)).request


def test_the_example_of_the_manual_is_decoded():
    request = checked(example())
    assert request.body == b"a" * 66560
    assert "content-encoding" not in request.headers


@given(st.integers(0, 66823), st.integers(0, 7))
def test_one_flipped_bit_of_a_signed_body_is_refused(at, bit):
    request = example()
    flipped = request.body[:at] + bytes([request.body[at] ^ (1 << bit)]) + request.body[at + 1 :]
    if flipped.lower() == request.body.lower():
        return  # a size in capital hexadecimal digits is the same size
    with pytest.raises((AuthFailure, ServiceError)):
        checked(WireRequest("PUT", request.raw_path, "", request.headers, flipped))


@given(st.integers(0, 66823))
def test_a_cut_off_body_is_refused(length):
    request = example()
    with pytest.raises((AuthFailure, ServiceError)):
        checked(WireRequest("PUT", request.raw_path, "", request.headers, request.body[:length]))


def chain() -> Chain:
    return Chain(signing_key(SECRET, SCOPE), MOMENT, str(SCOPE), SEED)


def signed_body(pieces: list[bytes], trailer: bytes) -> bytes:
    """A body with a trailer, signed as the manual says, independently of the code under test."""
    key, previous, body = signing_key(SECRET, SCOPE), SEED, b""
    empty = hashlib.sha256(b"").hexdigest()
    for piece in (*pieces, b""):
        hashes = f"{empty}\n{hashlib.sha256(piece).hexdigest()}"
        previous = sign(key, f"AWS4-HMAC-SHA256-PAYLOAD\n{MOMENT}\n{SCOPE}\n{previous}\n{hashes}")
        body += b"%x;chunk-signature=%s\r\n" % (len(piece), previous.encode())
        body += piece + b"\r\n" if piece else b""
    trailer_hash = hashlib.sha256(trailer + b"\n").hexdigest()
    text = f"AWS4-HMAC-SHA256-TRAILER\n{MOMENT}\n{SCOPE}\n{previous}\n{trailer_hash}"
    return body + trailer + b"\r\nx-amz-trailer-signature:" + sign(key, text).encode() + b"\r\n\r\n"


def crc32(body: bytes) -> bytes:
    return b"x-amz-checksum-crc32:" + base64.b64encode(zlib.crc32(body).to_bytes(4, "big"))


def test_a_signed_trailer_is_verified():
    body = signed_body([b"abc" * 3000, b"d"], crc32(b"abc" * 3000 + b"d"))
    request = WireRequest("PUT", "/", body=body)
    assert decode(request, SIGNED_WITH_TRAILER, chain()) == b"abc" * 3000 + b"d"
    tampered = WireRequest("PUT", "/", body=body.replace(b"checksum-crc32:", b"checksum-sha1:"))
    with pytest.raises(AuthFailure):
        decode(tampered, SIGNED_WITH_TRAILER, chain())


def test_an_unsigned_body_is_held_against_its_checksum():
    good = b"3\r\nabc\r\n0\r\n" + crc32(b"abc") + b"\r\n\r\n"
    assert decode(WireRequest("PUT", "/", body=good), UNSIGNED_WITH_TRAILER, None) == b"abc"
    with pytest.raises(ServiceError, match="BadDigest"):
        decode(WireRequest("PUT", "/", body=good.replace(b"abc", b"abd")), UNSIGNED_WITH_TRAILER, None)


def test_a_checksum_that_is_not_checked_is_refused():
    body = b"0\r\nx-amz-checksum-crc64nvme:AAAAAAAAAAA=\r\n\r\n"
    with pytest.raises(ServiceError, match="crc64nvme is not checked here"):
        decode(WireRequest("PUT", "/", body=body), UNSIGNED_WITH_TRAILER, None)


def test_chunks_without_signatures_are_no_signed_body():
    with pytest.raises(ServiceError, match="IncompleteBody"):
        decode(WireRequest("PUT", "/", body=b"3\r\nabc\r\n0\r\n\r\n"), SIGNED, chain())


def test_a_length_other_than_the_declared_one_is_refused():
    request = WireRequest("PUT", "/", "", {"x-amz-decoded-content-length": "4"}, b"3\r\nabc\r\n0\r\n\r\n")
    with pytest.raises(ServiceError, match="X-Amz-Decoded-Content-Length"):
        decode(request, UNSIGNED_WITH_TRAILER, None)


@pytest.mark.parametrize(("sent", "left"), [("aws-chunked", None), ("gzip, aws-chunked", "gzip"), ("gzip", "gzip")])
def test_other_content_encodings_stay(sent, left):
    request = WireRequest("PUT", "/", "", {"content-encoding": sent}, b"3\r\nabc\r\n0\r\n\r\n")
    whole = unframed(request, UNSIGNED_WITH_TRAILER, None)
    assert (whole.headers.get("content-encoding"), whole.body) == (left, b"abc")
