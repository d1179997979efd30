"""Stored events: what an event data store holds, as a relation over the event table.

Events are kept once, in the table of the history. A store is those of its account that came in one of its sessions and
that the session's selectors want, as far back as its retention goes.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.cloudtrail.lake.columns import EVENT_COLUMNS
from skylens.cloudtrail.lake.scope import Named, Relation
from skylens.sql import Param, Sql, all_of, any_of, negate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from skylens.cloudtrail.lake.event_data_stores import EventDataStore, Session
    from skylens.cloudtrail.selector.advanced import AdvancedSelector, FieldSelector
    from skylens.cloudtrail.selector.selectors import Selectors

# The values that selectors look at, as selector/facts.py has them of an event before it is stored.
_FIELDS: Final = {
    "eventCategory": "toString(category)",
    "eventSource": "toString(event_source)",
    "eventName": "toString(event_name)",
    "eventType": "JSONExtractString(record, 'eventType')",
    "readOnly": "if(read_only, 'true', 'false')",
    "errorCode": "toString(error_code)",
    "userIdentity.arn": "JSONExtractString(record, 'userIdentity', 'arn')",
    "vpcEndpointId": "JSONExtractString(record, 'vpcEndpointId')",
    "sessionCredentialFromConsole": "if(JSONExtractString(record, 'sessionCredentialFromConsole') = 'true', 'true', 'false')",
}
_TESTS: Final = {"Equals": "{} = ?", "StartsWith": "startsWith({}, ?)", "EndsWith": "endsWith({}, ?)"}
_RESOURCES: Final = "JSONExtractArrayRaw(record, 'resources')"
_TYPE, _ARN = "JSONExtractString(r, 'type')", "JSONExtractString(r, 'ARN')"


def relation(store: EventDataStore, sessions: Sequence[Session], now: datetime) -> Relation:
    """Return a store's events with the columns that queries may ask for. An event that was stored twice is there once."""
    columns = ", ".join(f"{column.expression} AS e_{column.name}" for column in EVENT_COLUMNS)
    held = held_by(store, sessions, now)
    sql = Sql(f"(SELECT {columns} FROM api_events WHERE {held.text} LIMIT 1 BY event_id)", held.params)  # noqa: S608
    return Relation(sql, tuple(Named(column.name, column.type, f"e_{column.name}") for column in EVENT_COLUMNS))


def held_by(store: EventDataStore, sessions: Sequence[Session], now: datetime) -> Sql:
    """Return the condition of the events that a store holds."""
    first = Param("DateTime('UTC')", max(0, int(store.first_kept(now).timestamp())))
    whose = Sql("account = ? AND event_time >= ?", (Param("String", store.account), first))
    return all_of([whose, any_of([_in_session(store, session) for session in sessions])])


def wanted_by(selectors: Selectors) -> Sql:
    """Return the condition of the events that advanced selectors want."""
    return any_of(
        [all_of([_of_field(field, selector) for field in selector.fields]) for selector in selectors.advanced]
    )


def _in_session(store: EventDataStore, session: Session) -> Sql:
    conditions = [Sql("received_us >= ?", (Param("Int64", session.began_us),))]
    if session.ended_us is not None:
        conditions.append(Sql("received_us < ?", (Param("Int64", session.ended_us),)))
    if not session.is_multi_region:
        conditions.append(Sql("region = ?", (Param("String", store.region),)))
    return all_of([*conditions, wanted_by(session.selectors)])


def _of_field(field: FieldSelector, selector: AdvancedSelector) -> Sql:
    admitted = [_any(field.field, name, values, selector) for name, values in field.operators.items() if name in _TESTS]
    vetoed = [
        negate(_any(field.field, name.removeprefix("Not"), values, selector))
        for name, values in field.operators.items()
        if name not in _TESTS
    ]
    return all_of([*([any_of(admitted)] if admitted else []), *vetoed])


def _any(field: str, test: str, values: Sequence[str], selector: AdvancedSelector) -> Sql:
    """Return the condition that a value of the field passes one of the tests."""
    params = tuple(Param("String", value) for value in values)
    if field in _FIELDS:
        return Sql(f"({' OR '.join(_TESTS[test].format(_FIELDS[field]) for _ in values)})", params)
    expression = _TYPE if field == "resources.type" else _ARN
    passes = Sql(f"({' OR '.join(_TESTS[test].format(expression) for _ in values)})", params)
    if field == "resources.ARN":
        # Of the resources of the selected type only, and of those that have an ARN.
        of_type = next((other for other in selector.fields if other.field == "resources.type"), None)
        kind = _of_type(of_type) if of_type is not None else []
        passes = all_of([Sql(f"{_ARN} != ''"), *kind, passes])
    return Sql(f"arrayExists(r -> {passes.text}, {_RESOURCES})", passes.params)


def _of_type(field: FieldSelector) -> list[Sql]:
    """Return what resources.type says of one resource: it is compared by Equals only."""
    return [
        any_of([Sql(f"{_TYPE} = ?", (Param("String", value),)) for value in values])
        for name, values in field.operators.items()
        if name == "Equals"
    ]
