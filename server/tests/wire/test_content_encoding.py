"""content_encoding.py: gzip undone within a limit."""

import gzip
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.wire.content_encoding import decompressed
from skylens.wire.errors import ServiceError
from skylens.wire.http import WireRequest


def request(body: bytes, encoding: str = "gzip") -> WireRequest:
    return WireRequest("POST", "/", headers={"content-encoding": encoding, "a": "b"}, body=body)


def refused(sent: WireRequest, limit: int) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        decompressed(sent, limit=limit)
    return caught.value


@given(st.binary(max_size=5_000))
def test_a_compressed_body_is_the_body_again(body):
    assert decompressed(request(gzip.compress(body)), limit=5_000) == WireRequest(
        "POST", "/", headers={"a": "b"}, body=body
    )


def test_a_plain_request_is_left_alone():
    plain = WireRequest("POST", "/", body=b"x")
    assert decompressed(plain, limit=1) is plain
    identity = request(b"x", "identity")
    assert decompressed(identity, limit=1) is identity


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "identity, gzip", " gzip ,identity"])
def test_gzip_is_known_in_every_spelling(encoding):
    assert decompressed(request(gzip.compress(b"x"), encoding), limit=99).body == b"x"


def test_encodings_below_gzip_are_left_to_others():
    undone = decompressed(request(gzip.compress(b"x"), "aws-chunked,gzip"), limit=99)
    assert (undone.body, undone.headers["content-encoding"]) == (b"x", "aws-chunked")


def test_several_members_are_one_body():
    assert decompressed(request(gzip.compress(b"a") + gzip.compress(b"b")), limit=99).body == b"ab"


def test_a_body_of_just_the_limit_is_taken_and_one_more_is_not():
    assert len(decompressed(request(gzip.compress(b"x" * 1_000)), limit=1_000).body) == 1_000
    failure = refused(request(gzip.compress(b"x" * 1_001)), 1_000)
    assert (failure.code, failure.status) == ("RequestEntityTooLargeException", 413)
    assert refused(WireRequest("POST", "/", body=b"xx"), 1).status == 413


def test_a_bomb_is_refused_without_being_unpacked():
    bomb = gzip.compress(b"\0" * 200_000_000, compresslevel=1)
    tracemalloc.start()
    assert refused(request(bomb), 1_000_000).status == 413
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 5_000_000


def test_a_bomb_within_a_bomb_is_refused():
    assert refused(request(gzip.compress(gzip.compress(b"\0" * 5_000_000)), "gzip,gzip"), 1_000_000).status == 413


WHOLE = gzip.compress(b"hello " * 100)


@pytest.mark.parametrize(
    "body",
    [b"", b"plain", WHOLE[:-1], WHOLE[:20], WHOLE + b"x", WHOLE[:30] + b"?" + WHOLE[31:]],
    ids=["nothing", "text", "last byte missing", "cut off", "more behind it", "other byte"],
)
def test_what_is_no_whole_gzip_is_refused(body):
    failure = refused(request(body), 1_000)
    assert (failure.code, failure.status) == ("MalformedHttpRequestException", 400)
