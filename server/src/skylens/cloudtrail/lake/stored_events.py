"""Stored events: what an event data store holds, as a relation over the event table.

Events are kept once, in the table of the history. A store is those of its account that came in one of its sessions and
that the session's selectors want, as far back as its retention goes; and what it was given from outside, in a table apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skylens.cloudtrail.lake.columns import AUDIT_COLUMNS, EVENT_COLUMNS, IMPORTED_COLUMNS, INSIGHT_COLUMNS
from skylens.cloudtrail.lake.event_data_stores import AUDIT_CATEGORY, INSIGHT_CATEGORY
from skylens.cloudtrail.lake.scope import Named, NamedPart, Relation
from skylens.cloudtrail.lake.value import fill
from skylens.sql import Param, Sql, all_of, any_of, negate
from skylens.store import ReadLimits
from skylens.store.queries import query

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from skylens.cloudtrail.lake.columns import Column, Part
    from skylens.cloudtrail.lake.event_data_stores import EventDataStore, Session
    from skylens.cloudtrail.selector.advanced import AdvancedSelector, FieldSelector
    from skylens.cloudtrail.selector.selectors import Selectors
    from skylens.store import Store

# The values that selectors look at, as selector/facts.py has them of an event before it is stored.
_FIELDS: Final = {
    "eventCategory": "toString(category)",
    "eventSource": "toString(event_source)",
    "eventName": "toString(event_name)",
    "eventType": "ifNull(facts.eventType, '')",
    "readOnly": "if(read_only, 'true', 'false')",
    "errorCode": "toString(error_code)",
    "userIdentity.arn": "ifNull(facts.userIdentity.arn, '')",
    "vpcEndpointId": "ifNull(facts.vpcEndpointId, '')",
    "sessionCredentialFromConsole": "if(from_console = 'true', 'true', 'false')",
}
_GIVEN_COLUMNS: Final = {AUDIT_CATEGORY: AUDIT_COLUMNS, INSIGHT_CATEGORY: INSIGHT_COLUMNS}
_TESTS: Final = {"Equals": "{} = ?", "StartsWith": "startsWith({}, ?)", "EndsWith": "endsWith({}, ?)"}
_RESOURCES: Final = "JSONExtractArrayRaw(resources)"
_TYPE, _ARN = "JSONExtractString(r, 'type')", "JSONExtractString(r, 'ARN')"
_REPEATS: Final = query("skylens.cloudtrail", "find_repeat")
_LIMITS: Final = ReadLimits(threads=1)


@dataclass(frozen=True, slots=True)
class Rows:
    """Where rows of a store can be: imported ones, and two of one event.

    ``may_repeat`` is of the history; ``given_may_repeat`` of what came from outside, which two nodes may store at once.
    """

    may_repeat: bool = False
    has_imports: bool = False
    given_may_repeat: bool = False


def relation(store: EventDataStore, sessions: Sequence[Session], now: datetime, where: Rows) -> Relation:
    """Return a store's events with the columns that queries may ask for; an event that was stored twice is there once.

    Ids are compared only where two rows can be of one event: for a million rows that takes 100 ms and more, and it keeps a
    query's conditions from reaching the table. An import leaves out what the store has of its account's history.
    """
    if store.given_category:
        columns = _GIVEN_COLUMNS[store.given_category]
        rows = _given(store, columns, now)
    elif not where.has_imports:
        rows = _recorded(store, sessions, now, may_repeat=where.may_repeat)
        return Relation(rows, tuple(_named(column) for column in EVENT_COLUMNS))
    else:
        recorded = _recorded(store, sessions, now, may_repeat=where.may_repeat)
        given = _given(store, IMPORTED_COLUMNS, now)
        columns, rows = EVENT_COLUMNS, fill("SELECT * FROM (SELECT * FROM {0} UNION ALL {1})", recorded, given)
    # Insights that are found again are given again.
    may_repeat = where.given_may_repeat or store.given_category == INSIGHT_CATEGORY
    once = "({0} LIMIT 1 BY event_id)" if may_repeat else "({0})"
    return Relation(fill(once, rows), tuple(_named(column) for column in columns))


def have_repeats(store: Store, account: str) -> bool:
    """Say whether any row of an account's events may be of an event that another row is of."""
    return bool(store.read(_REPEATS.fill(account=account), limits=_LIMITS))


def _recorded(store: EventDataStore, sessions: Sequence[Session], now: datetime, *, may_repeat: bool) -> Sql:
    """Return what came in the store's sessions: the rows that repeat none, and of the marked ones what is not among those."""
    held, rows = held_by(store, sessions, now), f"SELECT {_listed(EVENT_COLUMNS)} FROM api_events WHERE {{0}}"  # noqa: S608
    unmarked = fill(f"{rows} AND NOT may_repeat", held)
    if not may_repeat:
        return fill("({0})", unmarked)
    ids = "SELECT event_id FROM api_events WHERE {0}"
    marked = fill(f"{ids} AND may_repeat", held)
    known = fill(f"{ids} AND NOT may_repeat AND event_id IN ({{1}})", held, marked)
    others = fill(f"{rows} AND may_repeat AND event_id NOT IN ({{1}}) LIMIT 1 BY event_id", held, known)
    return fill("({0} UNION ALL {1})", unmarked, others)


def _given(store: EventDataStore, columns: Sequence[Column], now: datetime) -> Sql:
    """Return the SELECT of what the store was given from outside."""
    params = (Param("String", store.id), _first(store, now))
    return Sql(f"SELECT {_listed(columns)} FROM lake_events WHERE store = ? AND event_time >= ?", params)  # noqa: S608


def _listed(columns: Sequence[Column]) -> str:
    shown = [f"{column.expression} AS e_{column.name}" for column in columns]
    parts = [f"{part.expression} AS {_part_name(column, part)}" for column in columns for part in column.parts]
    return ", ".join(["event_id", *shown, *parts])


def _named(column: Column) -> Named:
    parts = tuple(NamedPart(part.path, _part_name(column, part), part.type) for part in column.parts)
    return Named(column.name, column.type, f"e_{column.name}", parts)


def _part_name(column: Column, part: Part) -> str:
    return "_".join(["e", column.name, *part.path])


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
