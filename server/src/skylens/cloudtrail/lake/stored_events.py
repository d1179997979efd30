"""Stored events: what an event data store holds, as a relation over the event table.

Events are kept once, in the table of the history. A store is those of its account that came in one of its sessions and
that the session's selectors want, as far back as its retention goes; and what it was given from outside, in a table apart.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.cloudtrail.lake.columns import AUDIT_COLUMNS, EVENT_COLUMNS, IMPORTED_COLUMNS
from skylens.cloudtrail.lake.scope import Named, Relation
from skylens.sql import Param, Sql, all_of, any_of, negate

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from skylens.cloudtrail.lake.columns import Column
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


def relation(
    store: EventDataStore, sessions: Sequence[Session], now: datetime, *, has_imports: bool = False
) -> Relation:
    """Return a store's events with the columns that queries may ask for. An event that was stored twice is there once."""
    columns: Sequence[Column] = EVENT_COLUMNS
    if store.takes_audit_events:
        columns = AUDIT_COLUMNS
        rows = _given(store, columns, now)
    elif has_imports:
        rows = _union(_recorded(store, columns, sessions, now), _given(store, IMPORTED_COLUMNS, now))
    else:
        rows = _recorded(store, columns, sessions, now)
    return Relation(
        Sql(f"({rows.text} LIMIT 1 BY event_id)", rows.params),
        tuple(Named(column.name, column.type, f"e_{column.name}") for column in columns),
    )


def _recorded(store: EventDataStore, columns: Sequence[Column], sessions: Sequence[Session], now: datetime) -> Sql:
    """Return the SELECT of what came in the store's sessions."""
    held = held_by(store, sessions, now)
    return Sql(f"SELECT {_listed(columns)} FROM api_events WHERE {held.text}", held.params)  # noqa: S608


def _given(store: EventDataStore, columns: Sequence[Column], now: datetime) -> Sql:
    """Return the SELECT of what the store was given from outside."""
    params = (Param("String", store.id), _first(store, now))
    return Sql(f"SELECT {_listed(columns)} FROM lake_events WHERE store = ? AND event_time >= ?", params)  # noqa: S608


def _union(one: Sql, other: Sql) -> Sql:
    text = f"SELECT * FROM ({one.text} UNION ALL {other.text})"  # noqa: S608
    return Sql(text, (*one.params, *other.params))


def _listed(columns: Sequence[Column]) -> str:
    return ", ".join(["event_id", *(f"{column.expression} AS e_{column.name}" for column in columns)])


def held_by(store: EventDataStore, sessions: Sequence[Session], now: datetime) -> Sql:
    """Return the condition of the events that a store holds."""
    whose = Sql("account = ? AND event_time >= ?", (Param("String", store.account), _first(store, now)))
    return all_of([whose, any_of([_in_session(store, session) for session in sessions])])


def wanted_by(selectors: Selectors) -> Sql:
    """Return the condition of the events that advanced selectors want."""
    return any_of(
        [all_of([_of_field(field, selector) for field in selector.fields]) for selector in selectors.advanced]
    )


def _first(store: EventDataStore, now: datetime) -> Param:
    return Param("DateTime('UTC')", max(0, int(store.first_kept(now).timestamp())))


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
