"""Finder: the job that looks at each closed minute and puts on record what became unusual, and what ended being so."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final
from uuid import UUID

from skylens.cloudtrail import metrics
from skylens.cloudtrail.ingestion import lake_events
from skylens.cloudtrail.ingestion.lake_events import LakeEvent
from skylens.cloudtrail.insights import calls, progress
from skylens.cloudtrail.insights.analysis import Analysis, Terms
from skylens.cloudtrail.insights.attributions import attributions
from skylens.cloudtrail.insights.insight_event import insight_event
from skylens.cloudtrail.insights.progress import Progress
from skylens.cloudtrail.insights.sources import sources
from skylens.store.queries import query

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from skylens.cloudtrail.event import Event
    from skylens.cloudtrail.insights.calls import Rate
    from skylens.cloudtrail.insights.source import Source
    from skylens.cloudtrail.insights.watch import Change
    from skylens.store import Store
    from skylens.store.control import Control

LOG = logging.getLogger(__name__)

CLOSED_AFTER_SECONDS: Final = 60  # a call is of the minute in which it came, and on record when it is answered
FIRST_MINUTES: Final = 60  # that are looked at when Insights are switched on: what is going on then is found at once
_KNOWN: Final = query("skylens.cloudtrail", "known_events")


@dataclass(slots=True)
class InsightFinder:
    """Finds Insights for every source. ``settled_us`` says up to when every event is on record, ``put`` records more."""

    store: Store
    control: Control
    settled_us: Callable[[], int]
    put: Callable[[Sequence[Event]], None]
    terms: Terms
    _analyses: dict[str, Analysis] = field(default_factory=dict)
    _known: frozenset[str] | None = None

    def run(self, _now: datetime) -> None:
        """Look at what has been closed; a source that fails keeps none of the others."""
        with self.control.read() as connection:
            wanted = sources(connection)
        self._forget_others(frozenset(source.id for source in wanted))
        until = (self.settled_us() // 1_000_000 - CLOSED_AFTER_SECONDS) // 60
        for source in wanted:
            try:
                self._look_at(source, until)
            except Exception:  # the error of one source must not keep the others' Insights
                self._analyses.pop(source.id, None)
                metrics.FAILED_INSIGHTS.inc()
                LOG.exception("event=insights_not_found source=%s", source.id)

    def _look_at(self, source: Source, until: int) -> None:
        at = self._progress(source, until)
        while at.minute < until:
            analysis = self._analysis(source, at)
            end = min(until, analysis.ends)
            counts = calls.by_minute(self.store, source, at.minute, end)
            found = self._events(source, analysis, analysis.go_on(counts, end))
            after = Progress(source.id, end, analysis.unusual)
            if not self._record(source, found) or not self._move(at, after):
                self._analyses.pop(source.id)  # it is ahead of what is noted
                return
            at = after

    def _progress(self, source: Source, until: int) -> Progress:
        with self.control.read() as connection:
            found = progress.of_source(connection, source.id)
        if found is None:
            found = Progress(source.id, until - FIRST_MINUTES, {})
            with self.control.begin() as connection:
                progress.begin(connection, found)
        return found

    def _analysis(self, source: Source, at: Progress) -> Analysis:
        """Return the analysis that stands where the source does: another node may have been at work, or midnight passed."""
        analysis = self._analyses.get(source.id)
        if analysis is None or analysis.source != source or not at.minute == analysis.minute < analysis.ends:
            analysis = self._analyses[source.id] = Analysis(self.store, source, at, self.terms)
        return analysis

    def _events(self, source: Source, analysis: Analysis, changes: Iterable[tuple[Rate, Change]]) -> list[Event]:
        events = []
        for rate, change in changes:
            began = analysis.began(change.start, rate.region)
            shown = attributions(self.store, source, rate, change, began)
            events.append(insight_event(source, rate, change, shown, began))
        return events

    def _record(self, source: Source, events: Sequence[Event]) -> bool:
        """Put events on record that are not yet, and say whether all are: a node that died here begins the minutes anew.

        An event data store keeps one of several with the same id.
        """
        if source.destination:
            if events:
                self.store.insert(lake_events.TABLE, lake_events.columns_of(_given(events), [source.destination]))
                _tell(source, events)
            return True
        new = self._unknown(source, events)
        if not new:
            return True
        self.put(new)
        _tell(source, new)
        return not self._unknown(source, new)

    def _unknown(self, source: Source, events: Sequence[Event]) -> list[Event]:
        if not events:
            return []
        times = [int(event.time.timestamp()) for event in events]
        rows = self.store.read(
            _KNOWN.fill(
                account=source.account,
                category=source.stored_as,
                first=min(times),
                last=max(times),
                ids=[UUID(event.id).hex for event in events],
            ),
            limits=calls.LIMITS,
        )
        known = {key for (key,) in rows}
        return [event for event in events if UUID(event.id).hex not in known]

    def _move(self, before: Progress, after: Progress) -> bool:
        with self.control.begin() as connection:
            return progress.move(connection, before, after)

    def _forget_others(self, wanted: frozenset[str]) -> None:
        if wanted == self._known:
            return
        with self.control.begin() as connection:
            progress.forget_others(connection, wanted)
        self._analyses = {key: analysis for key, analysis in self._analyses.items() if key in wanted}
        self._known = wanted


def _given(events: Iterable[Event]) -> list[LakeEvent]:
    """Return events as event data stores keep them."""
    return [
        LakeEvent(
            account=event.account,
            region=event.region,
            category=event.category,
            time=int(event.time.timestamp()),
            id=event.id,
            source=event.source,
            name=event.name,
            record=event.record,
            error_code=event.error_code,
        )
        for event in events
    ]


def _tell(source: Source, events: Sequence[Event]) -> None:
    for event in events:
        LOG.info("event=insight source=%s api=%s:%s at=%s", source.id, event.source, event.name, event.time)
    metrics.INSIGHTS.inc(len(events))
