"""Watch: one rate, minute by minute: when it becomes unusual, and when it is usual again."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field, replace
from itertools import dropwhile
from typing import Final, Literal, NamedTuple, TypeAlias

from skylens.cloudtrail.insights.usual import SPAN, Usual

State: TypeAlias = Literal["Start", "End"]

QUIET_MINUTES: Final = 5  # of a usual rate end what was unusual
LONGEST_MINUTES: Final = 24 * 60  # what goes on for longer is becoming usual: it ends, and begins anew if it must
LEAST_HISTORY_MINUTES: Final = 24 * 60


class Change(NamedTuple):
    """A rate that became unusual, or ended being so. Times are minutes since the epoch; ``end`` is the first one after it."""

    state: State
    start: int
    end: int
    calls: int  # from start to end
    usual: Usual

    @property
    def average(self) -> float:
        """Calls a minute while it was unusual: in its first minutes at the start, in all of them at the end."""
        return self.calls / (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Unusual:
    """What is unusual now."""

    start: int
    end: int  # behind the last unusual minute
    is_few: bool
    usual: Usual  # before it
    calls: int  # from start to end
    calls_since: int = 0


@dataclass(slots=True)
class Tally:
    """Counts of the baseline, added up."""

    calls: int = 0
    squares: int = 0
    span_squares: int = 0
    _span: int = -1
    _calls_of_span: int = 0

    def add(self, minute: int, calls: int) -> None:
        """Add a minute, later than all before."""
        self.calls += calls
        self.squares += calls * calls
        if minute // SPAN != self._span:
            self._span, self._calls_of_span = minute // SPAN, 0
        # The span's square grows with it: (a + b)² - a².
        self.span_squares += calls * (2 * self._calls_of_span + calls)
        self._calls_of_span += calls

    def usual(self, minutes: int) -> Usual:
        """Return what is usual, if this is of so many minutes."""
        return Usual(minutes, self.calls, self.squares, self.span_squares)


@dataclass(slots=True)
class Watch:
    """One rate. ``tally`` has what came before the minutes that ``see`` is told."""

    tally: Tally = field(default_factory=Tally)
    recent: deque[int] = field(default_factory=lambda: deque(maxlen=SPAN))
    unusual: Unusual | None = None

    def remember(self, minute: int, calls: int) -> None:
        """Add a minute of the baseline."""
        self.recent.append(calls)
        self.tally.add(minute, calls)

    def see(self, minute: int, calls: int, *, history: int, least: int) -> Change | None:
        """Look at the next minute and return what changes by it.

        ``history`` is the number of minutes before it that the tally is of; fewer calls than ``least`` are never too many.
        """
        usual = self.tally.usual(history)
        self.remember(minute, calls)
        if self.unusual is not None:
            return self._go_on(self.unusual, minute, calls, least)
        if history < LEAST_HISTORY_MINUTES:
            return None
        if calls >= least and usual.is_too_many(calls):
            return self._begin(Unusual(minute, minute + 1, is_few=False, usual=usual, calls=calls))
        if len(self.recent) == SPAN and usual.is_too_few(sum(self.recent)):
            return self._begin(self._few(minute, usual))
        return None

    def _few(self, minute: int, usual: Usual) -> Unusual:
        """Return a rate that fell in the newest minutes: from the first one below the average on."""
        low = list(dropwhile(lambda calls: calls >= usual.average, self.recent))
        before = usual.before(sum(low[:-1]), len(low) - 1)
        return Unusual(minute + 1 - len(low), minute + 1, is_few=True, usual=before, calls=sum(low))

    def _begin(self, unusual: Unusual) -> Change:
        self.unusual = unusual
        return Change("Start", unusual.start, unusual.end, unusual.calls, unusual.usual)

    def _go_on(self, unusual: Unusual, minute: int, calls: int, least: int) -> Change | None:
        since = unusual.calls_since + calls
        if unusual.is_few:
            is_still = calls < unusual.usual.average and unusual.usual.is_too_few(sum(self.recent))
        else:
            is_still = calls >= least and unusual.usual.is_too_many(calls)
        if is_still:
            unusual = replace(unusual, end=minute + 1, calls=unusual.calls + since, calls_since=0)
        else:
            unusual = replace(unusual, calls_since=since)
        is_over = minute + 1 - unusual.end >= QUIET_MINUTES or unusual.end - unusual.start >= LONGEST_MINUTES
        self.unusual = None if is_over else unusual
        if not is_over:
            return None
        return Change("End", unusual.start, unusual.end, unusual.calls, unusual.usual)
