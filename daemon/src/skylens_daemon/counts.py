"""What became of every segment: one set of counters behind the telemetry records, /metrics and the log."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Rejection = Literal["no newline", "empty body", "invalid header", "unprocessed"]
Loss = Literal["buffer full", "gave up", "refused", "shutdown"]
BackendError = Literal["timeout", "refused", "4xx", "5xx", "unknown host", "other"]


@dataclass(slots=True)
class Counts:
    """Totals since the start; they only grow."""

    received: int = 0
    sent: int = 0
    batches: int = 0
    retries: int = 0
    rejected: Counter[Rejection] = field(default_factory=Counter)
    dropped: Counter[Loss] = field(default_factory=Counter)
    backend_errors: Counter[BackendError] = field(default_factory=Counter)
    proxied: Counter[int] = field(default_factory=Counter)

    def __repr__(self) -> str:
        return (
            f"<Counts received {self.received} sent {self.sent} rejected {self.rejected.total()}"
            f" dropped {self.dropped.total()}>"
        )
