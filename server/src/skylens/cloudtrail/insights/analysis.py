"""Analysis: the rates of one source, looked at minute by minute within a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from skylens.cloudtrail.insights import calls
from skylens.cloudtrail.insights.usual import SPAN
from skylens.cloudtrail.insights.watch import Watch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from skylens.cloudtrail.insights.calls import Rate
    from skylens.cloudtrail.insights.progress import Progress
    from skylens.cloudtrail.insights.source import Source
    from skylens.cloudtrail.insights.watch import Change, Unusual
    from skylens.store import Store

DAY: Final = 24 * 60


class Terms(NamedTuple):
    """What the person who runs Skylens chose: days of the baseline, and calls a minute below which nothing is too many."""

    baseline_days: int = 7
    least_calls: int = 10


class Analysis:
    """Stands at a minute, of which it is told the counts next. It is good until midnight, when the baseline moves on."""

    def __init__(self, store: Store, source: Source, at: Progress, terms: Terms) -> None:
        self.source, self.minute, self._terms = source, at.minute, terms
        self._midnight = at.minute - at.minute % DAY
        self._first = calls.first_minutes(store, source)
        self._watches: dict[Rate, Watch] = {}
        self._remember(store)
        for rate, unusual in at.unusual.items():
            if source.counts(rate):
                self._watch(rate).unusual = unusual

    @property
    def ends(self) -> int:
        """The minute up to which it can go."""
        return self._midnight + DAY

    @property
    def unusual(self) -> Mapping[Rate, Unusual]:
        """What is unusual now."""
        return {rate: watch.unusual for rate, watch in self._watches.items() if watch.unusual is not None}

    def began(self, minute: int, region: str) -> int:
        """Return where the baseline of what happens at a minute begins: as AWS's, at midnight seven days before.

        Where there is no history for so long it begins with the history.
        """
        midnight = minute - minute % DAY - self._terms.baseline_days * DAY
        first = self._first.get(region, minute)
        return max(midnight, first - first % SPAN)

    def go_on(self, counts: Mapping[int, Mapping[Rate, int]], until: int) -> Iterator[tuple[Rate, Change]]:
        """Look at the minutes up to one, and yield what changes by them."""
        for minute in range(self.minute, until):
            seen = counts.get(minute, {})
            for rate in seen:
                self._watch(rate)
            for rate, watch in self._watches.items():
                history = minute - self.began(minute, rate.region)
                change = watch.see(minute, seen.get(rate, 0), history=history, least=self._terms.least_calls)
                if change is not None:
                    yield rate, change
        self.minute = until

    def _watch(self, rate: Rate) -> Watch:
        return self._watches.setdefault(rate, Watch())

    def _remember(self, store: Store) -> None:
        """Fill the tallies with the baseline up to the minute: whole days from the table, the rest by minute."""
        days = self._midnight - self._terms.baseline_days * DAY
        for rate, tally in calls.added_up(store, self.source, days, self._midnight).items():
            self._watch(rate).tally = tally
        counts = calls.by_minute(store, self.source, min(self._midnight, self.minute - SPAN), self.minute)
        for minute, by_rate in sorted(counts.items()):
            if minute >= self._midnight:
                for rate, number in by_rate.items():
                    self._watch(rate).tally.add(minute, number)
        for rate, watch in self._watches.items():
            watch.recent.extend(
                counts.get(minute, {}).get(rate, 0) for minute in range(self.minute - SPAN, self.minute)
            )
