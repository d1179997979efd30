"""Ingest limits: how many segments a second an account may send, and how large one of its traces may grow."""

from dataclasses import dataclass
from datetime import datetime
from weakref import WeakKeyDictionary

from skylens.caller import Caller
from skylens.store import Store
from skylens.xray.intake import Intake
from skylens.xray.segment import Segment, trace_too_large


@dataclass(slots=True)
class Allowance:
    """How many segments an account may send now: refilled every second, never more than a second's worth.

    >>> from datetime import UTC, datetime, timedelta
    >>> noon = datetime(2026, 7, 1, 12, tzinfo=UTC)
    >>> allowance = Allowance(per_second=10, left=10.0, at=noon)
    >>> allowance.take(8, noon), allowance.take(8, noon), allowance.take(8, noon + timedelta(seconds=0.6))
    (True, False, True)
    """

    per_second: int
    left: float
    at: datetime

    def take(self, count: int, now: datetime) -> bool:
        """Take that many if they are there. A call of more than a second's worth is let in when nothing has been taken."""
        passed = max(0.0, (now - self.at).total_seconds())
        self.left = min(float(self.per_second), self.left + passed * self.per_second)
        self.at = max(self.at, now)
        if self.left < min(count, self.per_second):
            return False
        self.left -= count
        return True


# Of each process: several API nodes let in as many times more.
_ALLOWANCES: WeakKeyDictionary[Store, dict[tuple[str, str], Allowance]] = WeakKeyDictionary()


def is_within_rate(store: Store, caller: Caller, count: int, now: datetime, *, per_second: int) -> bool:
    """Say whether the account may send that many segments now, and count them; zero ``per_second`` is no limit."""
    if not per_second:
        return True
    allowances = _ALLOWANCES.setdefault(store, {})
    key = (caller.account, caller.region)
    allowance = allowances.get(key)
    if allowance is None or allowance.per_second != per_second:
        allowance = allowances[key] = Allowance(per_second, float(per_second), now)
    return allowance.take(count, now)


def fit(intake: Intake, sizes: dict[bytes, int], *, trace_bytes: int) -> Intake:
    """Return the intake with the documents refused that would let their trace grow beyond its limit."""
    room = dict(sizes)
    segments: list[Segment] = []
    refusals = list(intake.refusals)
    for segment in intake.segments:
        size = room.get(segment.trace_id, 0) + segment.size_bytes
        if size > trace_bytes:
            refusals.append(trace_too_large(segment))
        else:
            room[segment.trace_id] = size
            segments.append(segment)
    return Intake(segments, refusals, intake.dropped)
