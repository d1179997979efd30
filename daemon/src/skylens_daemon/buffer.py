"""The documents that wait to be sent: bounded by bytes, and the oldest go first when it is full."""

from collections import deque

# What a document costs beside its bytes: the bytes object's header and its place in the deque.
OVERHEAD_BYTES = 48


class Buffer:
    """A queue of documents that never holds more than its limit."""

    def __init__(self, limit_bytes: int) -> None:
        self.limit_bytes = limit_bytes
        self._documents: deque[bytes] = deque()
        self._bytes = 0

    def push(self, document: bytes) -> int:
        """Add the newest document and return how many of the oldest had to go for it."""
        self._documents.append(document)
        self._bytes += len(document) + OVERHEAD_BYTES
        dropped = 0
        while self._bytes > self.limit_bytes and len(self._documents) > 1:
            self._bytes -= len(self._documents.popleft()) + OVERHEAD_BYTES
            dropped += 1
        return dropped

    def take(self, count: int) -> list[bytes]:
        """Remove and return up to that many documents, oldest first."""
        documents = self._documents
        taken = [documents.popleft() for _ in range(min(count, len(documents)))]
        self._bytes -= sum(map(len, taken)) + OVERHEAD_BYTES * len(taken)
        return taken

    @property
    def held_bytes(self) -> int:
        """What the waiting documents occupy."""
        return self._bytes

    def __len__(self) -> int:
        return len(self._documents)

    def __repr__(self) -> str:
        return f"<Buffer {len(self)} documents, {self._bytes} of {self.limit_bytes} bytes>"
