"""UDP intake: datagram → header check → document."""

import asyncio
import json
import logging
import socket
import struct
import sys
from collections.abc import Callable
from functools import lru_cache

from skylens_daemon import datagrams
from skylens_daemon.counts import Counts, Rejection

logger = logging.getLogger(__name__)

# Every SDK sends exactly this line; anything else is read as JSON.
CANONICAL_HEADER = b'{"format":"json","version":1}'

# A burst waits here while the loop is busy: 8 MB hold about 3,500 documents of 1.3 KB as the kernel counts them.
RECEIVE_BUFFER_BYTES = 8 * 1024 * 1024
# Linux only: ignores net.core.rmem_max where the process has CAP_NET_ADMIN.
_SO_RCVBUFFORCE = 33
# Linux only: nine counters of the socket, the last of them how many datagrams the kernel dropped.
_SO_MEMINFO = 55
_MEMINFO = struct.Struct("9I")

# The loop's other work gets its turn after this many calls, 512 datagrams.
_READS_PER_TURN = 4


class Receiver:
    """Reads the socket in bulk and hands each turn's documents on."""

    def __init__(self, listener: socket.socket, counts: Counts, deliver: Callable[[list[bytes]], None]) -> None:
        self._socket = listener
        self._counts = counts
        self._deliver = deliver
        self._read = datagrams.reader(listener)

    def start(self) -> None:
        """Begin to read on the running loop."""
        asyncio.get_running_loop().add_reader(self._socket, self._turn)

    def stop(self) -> None:
        """Take what the kernel already holds, then close the socket."""
        asyncio.get_running_loop().remove_reader(self._socket)
        while self._turn():
            pass
        self.close()

    def close(self) -> None:
        """Give the port back."""
        self._socket.close()

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens."""
        host, port, *_ = self._socket.getsockname()
        return host, port

    @property
    def is_open(self) -> bool:
        """Whether datagrams are still taken."""
        return self._socket.fileno() >= 0

    @property
    def kernel_drops(self) -> int:
        """How many datagrams the kernel dropped because the socket's buffer was full; 0 where it does not say."""
        if sys.platform != "linux" or not self.is_open:
            return 0
        try:
            figures = self._socket.getsockopt(socket.SOL_SOCKET, _SO_MEMINFO, _MEMINFO.size)
            return int(_MEMINFO.unpack(figures)[-1])
        except (OSError, struct.error):
            return 0

    def _turn(self) -> int:
        """Read what is there, leave the loop to others, and return how many datagrams came."""
        taken = self._take()
        self._counts.received += len(taken)
        documents: list[bytes] = []
        refused: dict[Rejection, list[bytes]] = {}
        for datagram in taken:
            document = check(datagram)
            if isinstance(document, bytes):
                documents.append(document)
            else:
                refused.setdefault(document.reason, []).append(document.excerpt)
        for reason, excerpts in refused.items():
            self._counts.rejected[reason] += len(excerpts)
            # One line a turn, so that a flood of garbage does not become a flood of lines.
            logger.warning("Rejected %d datagrams, %s: %r", len(excerpts), reason, excerpts[0])
        if documents:
            self._deliver(documents)
        return len(taken)

    def _take(self) -> list[bytes]:
        taken: list[bytes] = []
        for _ in range(_READS_PER_TURN):
            try:
                more = self._read()
            except OSError as exc:
                logger.error("Reading the UDP socket failed: %s", exc)  # noqa: TRY400  # the trace says nothing more
                break
            taken += more
            if len(more) < datagrams.DATAGRAMS_PER_CALL:
                break
        return taken


class Refused:
    """A datagram that carries no document, and why."""

    __slots__ = ("excerpt", "reason")

    def __init__(self, reason: Rejection, datagram: bytes) -> None:
        self.reason: Rejection = reason
        self.excerpt = datagram[:200]


def check(datagram: bytes) -> bytes | Refused:
    r"""Return the document of a datagram: what follows the header line. It is not parsed.

    >>> check(b'{"format":"json","version":1}\n{}')
    b'{}'
    >>> check(b"no header").reason
    'no newline'
    """
    header, newline, document = datagram.partition(b"\n")
    if not newline:
        return Refused("no newline", datagram)
    if not document:
        return Refused("empty body", datagram)
    if header == CANONICAL_HEADER or is_header(header):
        return document
    return Refused("invalid header", datagram)


@lru_cache(maxsize=256)
def is_header(line: bytes) -> bool:
    """Whether the line announces JSON in version 1; names and the format count in any case, as Go reads them.

    >>> is_header(b'{"Format": "JSON", "version": 1}'), is_header(b'{"format":"json","version":"1"}')
    (True, False)
    """
    try:
        header = json.loads(line.decode())
    except (ValueError, RecursionError):
        return False
    if not isinstance(header, dict):
        return False
    fields = {str(name).lower(): value for name, value in header.items()}
    version = fields.get("version")
    return str(fields.get("format")).lower() == "json" and type(version) is int and version == 1


def listen_udp(host: str, port: int) -> socket.socket:
    """Return a bound, non-blocking UDP socket with a receive buffer as large as the machine grants."""
    family, kind, protocol, _, address = socket.getaddrinfo(
        host or None, port, type=socket.SOCK_DGRAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setblocking(False)
        _widen(listener)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    return listener


def _widen(listener: socket.socket) -> None:
    for option in (_SO_RCVBUFFORCE, socket.SO_RCVBUF) if sys.platform == "linux" else (socket.SO_RCVBUF,):
        try:
            listener.setsockopt(socket.SOL_SOCKET, option, RECEIVE_BUFFER_BYTES)
        except OSError:
            continue
        return
