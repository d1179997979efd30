"""The queue between the gateway, which notes every API call, and the audit trail, which reads them."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from skylens.caller import Caller


@dataclass(frozen=True, slots=True)
class ApiEvent:
    """One API call after its answer: who, what, from where, with which outcome."""

    time: datetime
    request_id: str
    service: str
    operation: str
    caller: Caller | None
    source_ip: str
    user_agent: str
    status: int
    error_code: str = ""
    error_message: str = ""
    parameters: Mapping[str, Any] | None = field(default=None, repr=False)


class ApiEvents:
    """A bounded queue; when nobody reads, the oldest events go and are counted in ``dropped``."""

    def __init__(self, capacity: int = 10_000) -> None:
        self._events: deque[ApiEvent] = deque()
        self._capacity = capacity
        self.recorded = 0
        self.dropped = 0

    def put(self, event: ApiEvent) -> None:
        """Append an event, making room where the queue is full."""
        if len(self._events) >= self._capacity:
            self._events.popleft()
            self.dropped += 1
        self._events.append(event)
        self.recorded += 1

    def drain(self) -> list[ApiEvent]:
        """Take everything that waits, oldest first."""
        taken = []
        while self._events:
            taken.append(self._events.popleft())
        return taken

    def __len__(self) -> int:
        return len(self._events)
