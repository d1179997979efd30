"""A lake for tests: an account's store with events, and queries that are run at once."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from cloudtrail.events_of_tests import an_event as an_unstored_event
from cloudtrail.events_of_tests import an_event_id, store_events

from skylens.cloudtrail.lake.run_queries import QueryRunner
from skylens.config import Limits

RECORD: dict[str, Any] = {
    "eventVersion": "1.11",
    "userIdentity": {
        "type": "IAMUser",
        "arn": "arn:aws:iam::000000000000:user/erin",
        "sessionContext": {"attributes": {"creationDate": "2026-07-01T11:00:00Z", "mfaAuthenticated": "false"}},
    },
    "requestParameters": {
        "groupName": "checkout",
        "roleArn": "arn:r",
        "nested": {"list": [1, {"z": "q"}]},
        "none": None,
    },
    "resources": [
        {"accountId": "000000000000", "type": "AWS::IAM::Role", "ARN": "arn:r"},
        {"type": "AWS::XRay::Trace"},
    ],
    "eventType": "AwsApiCall",
}


def an_event(number: int, *, record: Any = None, **fields: Any) -> Any:
    """The number-th event with a record as calls have it; fields of the record are replaced by those of ``record``."""
    whole = RECORD | {"eventID": an_event_id(number)} | (record or {})
    return an_unstored_event(number, record=json.dumps(whole), **fields)


class Lake:
    """Calls of one account, and the runner that its queries wait for."""

    def __init__(self, cloudtrail: Any, store: Any, control: Any, clock: Any, limits: Limits | None = None) -> None:
        self.cloudtrail, self.store, self.control, self.clock = cloudtrail, store, control, clock
        self.limits = limits or Limits()

    def new_store(self, name: str = "lake", **settings: Any) -> str:
        """Create a store and return its id."""
        given = {"Name": name, "TerminationProtectionEnabled": False, **settings}
        arn: str = self.cloudtrail("CreateEventDataStore", **given)["EventDataStoreArn"]
        return arn.rpartition("/")[2]

    def put(self, events: Iterable[Any], *, after_seconds: float = 1) -> None:
        """Store events that come so long after now."""
        store_events(self.store, events, first_us=int((self.clock.now().timestamp() + after_seconds) * 1_000_000))

    def run(self) -> None:
        """Run what waits."""
        runner = QueryRunner(self.store, self.control, self.clock, self.limits)
        runner._is_first = False
        runner.run(self.clock.now())
        runner._threads.shutdown()

    def start(self, statement: str) -> str:
        """Start a query and return its id."""
        query: str = self.cloudtrail("StartQuery", QueryStatement=statement)["QueryId"]
        return query

    def ask(self, statement: str) -> list[list[dict[str, str]]]:
        """Return the rows of a query."""
        query = self.start(statement)
        self.run()
        answer = self.cloudtrail("GetQueryResults", QueryId=query)
        assert answer["QueryStatus"] == "FINISHED", answer
        rows: list[list[dict[str, str]]] = answer["QueryResultRows"]
        return rows

    def cells(self, statement: str) -> list[list[str]]:
        """Return the cells of a query's rows without their names."""
        return [[next(iter(cell.values())) for cell in row] for row in self.ask(statement)]

    def refusal(self, statement: str) -> str:
        """Return why a query is refused."""
        code, message = self.cloudtrail.refusal("StartQuery", QueryStatement=statement)
        assert code == "InvalidQueryStatementException", (code, message)
        return message


MakeLake = Callable[..., Lake]
