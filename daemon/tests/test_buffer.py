"""buffer.py: bounded, and the oldest go first."""

from hypothesis import given
from hypothesis import strategies as st

from skylens_daemon.buffer import OVERHEAD_BYTES, Buffer


@given(st.lists(st.binary(min_size=1, max_size=50)), st.integers(min_value=100, max_value=1000))
def test_a_buffer_keeps_the_newest_that_fit_in_order_and_counts_the_rest(documents, limit):
    buffer = Buffer(limit)
    dropped = sum(buffer.push(document) for document in documents)
    assert buffer.held_bytes <= limit
    kept = buffer.take(len(documents))
    assert kept == documents[dropped:]
    size = sum(len(document) + OVERHEAD_BYTES for document in documents[dropped - 1 :])
    assert dropped == 0 or size > limit, "one more would have fitted"
    assert (len(buffer), buffer.held_bytes) == (0, 0)


def test_a_document_larger_than_the_buffer_is_still_sent():
    buffer = Buffer(10)
    assert [buffer.push(b"x" * 100), buffer.push(b"y" * 100)] == [0, 1]
    assert buffer.take(5) == [b"y" * 100]


def test_a_buffer_says_what_it_holds():
    buffer = Buffer(1000)
    buffer.push(b"12")
    assert repr(buffer) == "<Buffer 1 documents, 50 of 1000 bytes>"
