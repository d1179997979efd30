"""When documents leave the buffer: fifty at a time, or whatever is there one second after the first came."""

import asyncio
import json.encoder
from collections.abc import Callable, Iterable

from skylens_daemon.buffer import Buffer

BATCH_SIZE = 50
IDLE_SECONDS = 1.0

# The C function quotes a 1.3 KB document in about 2 us; a document is never parsed on its way through.
_quote: Callable[[str], str] = json.encoder.encode_basestring


class Batches:
    """Hands out the buffer's documents in batches; one consumer."""

    def __init__(self, buffer: Buffer, *, size: int = BATCH_SIZE, idle_seconds: float = IDLE_SECONDS) -> None:
        self._buffer = buffer
        self._size = size
        self._idle_seconds = idle_seconds
        self._changed = asyncio.Event()
        self._first_at = 0.0
        self._closed = False

    def add(self, documents: Iterable[bytes]) -> int:
        """Put documents into the buffer and return how many old ones were dropped for them."""
        before = len(self._buffer)
        dropped = sum([self._buffer.push(document) for document in documents])
        after = len(self._buffer)
        if before == 0 and after:
            self._first_at = asyncio.get_running_loop().time()
            self._changed.set()
        elif before < self._size <= after:
            self._changed.set()
        return dropped

    def close(self) -> None:
        """Let what is there leave at once; next() returns nothing once the buffer is empty."""
        self._closed = True
        self._changed.set()

    async def next(self) -> list[bytes]:
        """Return the next batch when it is due; an empty one means closed and drained."""
        while not self._due():
            self._changed.clear()
            try:
                async with asyncio.timeout(self._wait_seconds()):
                    await self._changed.wait()
            except TimeoutError:
                break
        batch = self._buffer.take(self._size)
        self._first_at = asyncio.get_running_loop().time()
        return batch

    def _due(self) -> bool:
        return self._closed or len(self._buffer) >= self._size

    def _wait_seconds(self) -> float | None:
        if not len(self._buffer):
            return None
        return self._first_at + self._idle_seconds - asyncio.get_running_loop().time()


def request_body(documents: Iterable[bytes]) -> bytes:
    r"""Return the body of PutTraceSegments; bytes that are no UTF-8 become U+FFFD, as in the original.

    >>> request_body([b'{"id":"1"}', b"\xff"])
    b'{"TraceSegmentDocuments":["{\\"id\\":\\"1\\"}","\xef\xbf\xbd"]}'
    """
    quoted = ",".join([_quote(document.decode("utf-8", "replace")) for document in documents])
    return f'{{"TraceSegmentDocuments":[{quoted}]}}'.encode()
