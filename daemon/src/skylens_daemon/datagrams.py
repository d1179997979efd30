"""Reading a UDP socket in bulk.

Each ``recv`` gives up the interpreter's lock, and where another thread computes it takes 5 ms to get it back: inside
``skylens up``, next to one busy thread, one call per datagram read 1,300 a second and the kernel dropped the rest.
``recvmmsg`` takes many datagrams in one call, here without giving up the lock (it never waits).
"""

import ctypes
import errno
import os
import socket
import sys
from collections.abc import Callable

DATAGRAM_BYTES = 64 * 1024
DATAGRAMS_PER_CALL = 128

# Both return the datagrams that are there, at most DATAGRAMS_PER_CALL, without waiting.
Read = Callable[[], list[bytes]]


class _Vector(ctypes.Structure):
    _fields_ = (("base", ctypes.c_void_p), ("length", ctypes.c_size_t))


class _Header(ctypes.Structure):
    """Linux's struct msghdr."""

    _fields_ = (
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("vectors", ctypes.POINTER(_Vector)),
        ("vector_count", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    )


class _Message(ctypes.Structure):
    """Linux's struct mmsghdr."""

    _fields_ = (("header", _Header), ("received", ctypes.c_uint32))


def reader(listener: socket.socket) -> Read:
    """Return the fastest way to read this socket on this machine."""
    return many_at_once(listener) or one_by_one(listener)


def one_by_one(listener: socket.socket) -> Read:
    """Return a reader that works everywhere."""
    space = bytearray(DATAGRAM_BYTES)

    def read() -> list[bytes]:
        datagrams: list[bytes] = []
        try:
            while len(datagrams) < DATAGRAMS_PER_CALL:
                size = listener.recv_into(space)
                datagrams.append(bytes(memoryview(space)[:size]))
        except BlockingIOError:
            pass
        return datagrams

    return read


def many_at_once(listener: socket.socket) -> Read | None:
    """Return a reader on recvmmsg, or None where there is none."""
    if sys.platform != "linux":  # elsewhere the structs are laid out differently
        return None
    try:
        receive = ctypes.PyDLL(None, use_errno=True).recvmmsg
    except (AttributeError, OSError, TypeError):
        return None
    # The pages of a place are only occupied once a datagram reached into them.
    space = bytearray(DATAGRAM_BYTES * DATAGRAMS_PER_CALL)
    window = memoryview(space)
    start = ctypes.addressof(ctypes.c_char.from_buffer(space))
    places = [start + DATAGRAM_BYTES * index for index in range(DATAGRAMS_PER_CALL)]
    vectors = (_Vector * DATAGRAMS_PER_CALL)(*[_Vector(place, DATAGRAM_BYTES) for place in places])
    messages = (_Message * DATAGRAMS_PER_CALL)()
    for message, vector in zip(messages, vectors, strict=True):
        message.header.vectors, message.header.vector_count = ctypes.pointer(vector), 1

    def read() -> list[bytes]:
        count = receive(listener.fileno(), messages, DATAGRAMS_PER_CALL, socket.MSG_DONTWAIT, None)
        if count < 0:
            number = ctypes.get_errno()
            if number in {errno.EAGAIN, errno.EWOULDBLOCK, errno.EINTR}:
                return []
            raise OSError(number, os.strerror(number))
        sizes = [messages[index].received for index in range(count)]
        return [
            bytes(window[at : at + size]) for at, size in zip(range(0, len(space), DATAGRAM_BYTES), sizes, strict=False)
        ]

    return read
