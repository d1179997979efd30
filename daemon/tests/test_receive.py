"""receive.py and datagrams.py: what is a segment and what is not."""

import asyncio
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens_daemon import datagrams
from skylens_daemon.counts import Counts
from skylens_daemon.receive import Receiver, Refused, check, listen_udp

HEADER = b'{"format":"json","version":1}\n'


@pytest.mark.parametrize(
    "header",
    [
        b'{"format":"json","version":1}',
        b'{"format": "json", "version": 1}',
        b' {"version":1,"format":"JSON"} ',
        b'{"Format":"JSON","VERSION":1}',
        b'{"format":"json","version":1,"a":2}',
    ],
)
def test_a_header_that_the_original_takes_is_taken(header):
    assert check(header + b"\nanything") == b"anything"


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b"garbage",
        b'{"format":"json"}',
        b'{"format":"json","version":2}',
        b'{"format":"json","version":1.0}',
        b'{"format":"json","version":true}',
        b'{"format":"json","version":"1"}',
        b'{"format":"xml","version":1}',
        b'{"format":"json","version":1} x',
        b"\xff\xfe",
        b"[" * 5000,
    ],
)
def test_a_header_that_the_original_refuses_is_refused(header):
    refused = check(header + b"\nanything")
    assert isinstance(refused, Refused)
    assert refused.reason == "invalid header"


@pytest.mark.parametrize(
    ("datagram", "reason"),
    [(b"", "no newline"), (HEADER[:-1], "no newline"), (HEADER, "empty body"), (b"\n", "empty body")],
)
def test_a_datagram_without_a_document_is_refused_with_the_reason(datagram, reason):
    refused = check(datagram)
    assert isinstance(refused, Refused)
    assert refused.reason == reason


@given(st.binary(min_size=1))
def test_any_bytes_pass_as_a_document(document):
    assert check(HEADER + document) == document


@given(st.binary())
def test_no_datagram_breaks_the_check(datagram):
    assert isinstance(check(datagram), (bytes, Refused))


@pytest.mark.parametrize("make", [datagrams.one_by_one, datagrams.many_at_once])
def test_a_reader_returns_the_datagrams_whole_and_in_order(make):
    sent = [b"first", b"", b"x" * 65_507, b"\x00\xff", *[f"{n}".encode() for n in range(100)]]
    listener = listen_udp("127.0.0.1", 0)
    sender = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    try:
        read = make(listener)
        if read is None:
            pytest.skip("this machine has no recvmmsg")
        for datagram in sent:
            sender.sendto(datagram, listener.getsockname())
        assert read() == sent
        assert read() == []
    finally:
        sender.close()
        listener.close()


@pytest.mark.parametrize("make", [datagrams.one_by_one, datagrams.many_at_once])
def test_a_reader_says_when_the_socket_is_gone(make):
    listener = listen_udp("127.0.0.1", 0)
    read = make(listener)
    listener.close()
    if read is None:
        pytest.skip("this machine has no recvmmsg")
    with pytest.raises(OSError, match="Bad file descriptor"):
        read()


def test_ipv6_can_be_listened_on():
    try:
        listener = listen_udp("::1", 0)
    except OSError as exc:
        pytest.skip(f"no IPv6 here: {exc}")
    with listener:
        assert listener.getsockname()[0] == "::1"


async def test_what_the_kernel_drops_is_counted(monkeypatch):
    monkeypatch.setattr("skylens_daemon.receive.RECEIVE_BUFFER_BYTES", 4096)
    counts, delivered = Counts(), []
    receiver = Receiver(listen_udp("127.0.0.1", 0), counts, delivered.extend)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for _ in range(500):
            sender.sendto(HEADER + b"x" * 1000, receiver.address)
    receiver.start()
    await asyncio.sleep(0.05)
    drops = receiver.kernel_drops
    receiver.stop()
    assert drops > 0
    assert counts.received + drops == 500
    assert len(delivered) == counts.received


async def test_stopping_takes_what_the_kernel_holds():
    counts, delivered = Counts(), []
    receiver = Receiver(listen_udp("127.0.0.1", 0), counts, delivered.extend)
    receiver.start()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
        for number in range(900):
            sender.sendto(HEADER + str(number).encode(), receiver.address)
    receiver.stop()
    assert delivered == [str(number).encode() for number in range(900)]
    assert not receiver.is_open
