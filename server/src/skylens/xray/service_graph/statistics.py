"""Statistics: what is counted of the requests at a node or along an edge. They add up in any order."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from skylens.xray.service_graph.histogram import Histogram, bin_of

Outcome: TypeAlias = Literal["ok", "throttle", "error", "fault"]

_NEVER: Final = 2**32 - 1  # the largest DateTime


@dataclass(slots=True)
class Statistics:
    """Counts by outcome, summed response times, histograms, and the whole seconds between which all of it happened.

    ``response`` counts how long a request took until it was answered, ``duration`` until its last asynchronous work ended
    (only nodes have it). Along a link edge ``response`` counts how old the message was when it was received.
    """

    ok: int = 0
    throttle: int = 0
    error: int = 0
    fault: int = 0
    total_us: int = 0
    started: int = _NEVER
    ended: int = 0
    response: Histogram = field(default_factory=Counter)
    duration: Histogram = field(default_factory=Counter)

    @property
    def total(self) -> int:
        """How many requests were completed."""
        return self.ok + self.throttle + self.error + self.fault

    def see(self, started: int, ended: int) -> None:
        """Widen the time range; all there is to do for a request that is still in progress."""
        self.started, self.ended = min(self.started, started), max(self.ended, ended)

    def count(self, outcome: Outcome, response_us: int) -> None:
        """Count one completed request."""
        setattr(self, outcome, getattr(self, outcome) + 1)
        self.total_us += response_us
        self.response[bin_of(response_us)] += 1

    def merge(self, other: "Statistics") -> None:
        """Add what the other counted."""
        self.ok += other.ok
        self.throttle += other.throttle
        self.error += other.error
        self.fault += other.fault
        self.total_us += other.total_us
        self.see(other.started, other.ended)
        self.response.update(other.response)
        self.duration.update(other.duration)

    def summary(self) -> dict[str, Any]:
        """Return EdgeStatistics or ServiceStatistics, which have the same members.

        https://docs.aws.amazon.com/xray/latest/api/API_ServiceStatistics.html
        """
        return {
            "OkCount": self.ok,
            "ErrorStatistics": {
                "ThrottleCount": self.throttle,
                "OtherCount": self.error,
                "TotalCount": self.throttle + self.error,
            },
            "FaultStatistics": {"OtherCount": self.fault, "TotalCount": self.fault},
            "TotalCount": self.total,
            "TotalResponseTime": round(self.total_us / 1e6, 3),
        }


def outcome_of(*, fault: bool, error: bool, throttle: bool) -> Outcome:
    """Return the one class a request is counted in: a fault first, then a throttle, then any other error.

    >>> outcome_of(fault=False, error=True, throttle=True)
    'throttle'
    """
    return "fault" if fault else "throttle" if throttle else "error" if error else "ok"
