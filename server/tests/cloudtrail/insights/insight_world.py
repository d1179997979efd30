"""A world for tests of Insights: an account's calls of the past, a finder, and what it finds."""

import json
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cloudtrail.events_of_tests import an_event, store_events
from cloudtrail.trail_calls import Account

from skylens.cloudtrail.event import Event
from skylens.cloudtrail.event_store import START, StoredEvent, read_since
from skylens.cloudtrail.insights.analysis import Terms
from skylens.cloudtrail.insights.finder import InsightFinder
from skylens.cloudtrail.trail_sessions import microseconds

ERIN = {"type": "IAMUser", "arn": "arn:aws:iam::000000000000:user/erin"}
DEPLOYER = {"type": "AssumedRole", "arn": "arn:aws:sts::000000000000:assumed-role/Deployer/ci-42"}


class InsightWorld:
    """Time, calls and the finder. Calls are of minutes, counted from now: -1 is the last one that has ended."""

    def __init__(self, account: Account, store: Any, control: Any, clock: Any) -> None:
        self.cloudtrail, self.store, self.control, self.clock = account, store, control, clock
        self.made = 0
        self.finder = self.new_finder()

    def new_finder(self, terms: Terms = Terms()) -> InsightFinder:  # noqa: B008  # immutable
        """A finder that remembers nothing, as after a start."""
        return InsightFinder(self.store, self.control, self.settled_us, self.put, terms)

    def settled_us(self) -> int:
        return microseconds(self.clock.now())

    def put(self, events: Sequence[Event]) -> None:
        store_events(self.store, events, first_us=microseconds(self.clock.now()) + self.made)
        self.made += len(events)

    def calls(
        self, minutes: Iterable[int], number: int = 1, *, identity: Any = None, more: Any = None, **fields: Any
    ) -> None:
        """Let so many calls be made in each of these minutes; their records have ``more``."""
        events = []
        for minute in minutes:
            for second in range(number):
                self.made += 1
                time = self.clock.now() + timedelta(minutes=minute, seconds=second % 60)
                record = {
                    "eventID": str(self.made),
                    "userIdentity": identity or ERIN,
                    "userAgent": "aws-cli/2",
                    **(more or {}),
                    **({"errorCode": fields["error_code"]} if "error_code" in fields else {}),
                }
                events.append(an_event(self.made, time=time, record=json.dumps(record), **fields))
        store_events(self.store, events, first_us=microseconds(self.clock.now()) + self.made)

    def usual_week(self, every_minutes: int = 30, **fields: Any) -> None:
        """A call every so often, for eight days until an hour before now."""
        self.calls(range(-8 * 1440, -60, every_minutes), **fields)

    def pass_minutes(self, minutes: int, *, step: int = 1) -> None:
        """Let time pass, and the finder run."""
        for _ in range(0, minutes, step):
            self.clock.advance(60 * step)
            self.finder.run(self.clock.now())

    def found(self, category: str = "Insight") -> list[dict[str, Any]]:
        """The records of Insights, in the order in which they were found."""
        return [json.loads(event.record) for event in self.events(category)]

    def events(self, category: str = "Insight") -> list[StoredEvent]:
        events, _ = read_since(self.store, "000000000000", (), START, until_us=2**62, limit=1_000_000)
        return [event for event in events if event.category == category]

    def states(self, category: str = "Insight") -> list[tuple[str, str]]:
        """State and time of each that was found."""
        return [
            (record.get("insightState") or record["insightDetails"]["state"], record["eventTime"][11:16])
            for record in self.found(category)
        ]

    def want(self, *selectors: Any, **trail: Any) -> str:
        """Let a trail log, with these Insights."""
        arn = self.cloudtrail.trail(**trail)
        self.cloudtrail("StartLogging", Name=arn)
        wanted = selectors or ({"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"})
        self.cloudtrail("PutInsightSelectors", TrailName=arn, InsightSelectors=list(wanted))
        return arn


def minutes_since_epoch(time: datetime) -> int:
    return int((time - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) // 60
