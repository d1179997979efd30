"""Queries: what was asked, how far it is, and who may see it."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, or_, select
from sqlalchemy import update as update_in

from skylens.cloudtrail.ingestion import imports
from skylens.cloudtrail.lake import event_data_stores, stored_events
from skylens.cloudtrail.lake.invalid import InvalidQuery, UnknownStore
from skylens.cloudtrail.lake.lake_errors import QueryNotFound, StoreInactive, TooManyQueries
from skylens.cloudtrail.lake.store_names import STORE, named_stores, store_id
from skylens.store.control.schema.lake_queries import LAKE_QUERIES

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import ColumnElement, Connection

    from skylens.caller import Caller
    from skylens.cloudtrail.lake.event_data_stores import EventDataStore
    from skylens.cloudtrail.lake.scope import Relation
    from skylens.cloudtrail.lake.select import Compiled
    from skylens.store import Store

KEPT_DAYS: Final = 7
RUNNING: Final = ("QUEUED", "RUNNING")
PENDING: Final = "PENDING"  # of a delivery
STATUSES: Final = (*RUNNING, "FINISHED", "FAILED", "CANCELLED", "TIMED_OUT")


@dataclass(frozen=True, slots=True)
class LakeQuery:
    """One query."""

    id: str
    account: str
    region: str
    statement: str
    stores: str  # JSON: the ids of the stores it reads
    created_at: datetime
    status: str = "QUEUED"
    started_at: datetime | None = None
    error: str = ""
    columns: str = "[]"  # JSON: the names of the result's columns
    rows: int = 0
    events_scanned: int = 0
    bytes_scanned: int = 0
    milliseconds: int = 0
    delivery_uri: str = ""
    delivery_status: str = ""  # PENDING until its result is delivered, or cannot be

    @property
    def store_ids(self) -> list[str]:
        """The ids of the stores it reads."""
        return list(json.loads(self.stores))

    @property
    def delivered(self) -> str:
        """What DescribeQuery says of its delivery; of a query that has no result nothing is ever delivered."""
        if self.delivery_uri and self.status in {"FAILED", "TIMED_OUT", "CANCELLED"}:
            return "CANCELLED" if self.status == "CANCELLED" else "FAILED"
        return self.delivery_status

    def __repr__(self) -> str:
        return f"<LakeQuery {self.id} {self.status}>"


_NAMES: Final = tuple(f.name for f in fields(LakeQuery))


def named_arns(caller: Caller, statement: str, owner: str = "") -> dict[str, str]:
    """Return the ARNs of the stores that a statement names, by what it calls them; ids are of the owner's, or the caller's.

    Whether these may be read is decided before a statement is compiled, and nothing else is read by it.
    """
    account = owner or caller.account
    named = (given.lower() for given in named_stores(statement))
    return {
        given: given if given.startswith("arn:") else event_data_stores.arn_of(caller.region, account, given)
        for given in named
    }


def compiled(
    connection: Connection, telemetry: Store, statement: str, now: datetime, arns: Mapping[str, str]
) -> tuple[Compiled, list[str]]:
    """Return a statement compiled over the stores that it names, and the ids of those; raise what keeps it from running."""
    # Loading the parser of SQL takes a third of a second, for which no start should wait.
    from skylens.cloudtrail.lake.select import compile_query  # noqa: PLC0415
    from skylens.cloudtrail.lake.statement import parse  # noqa: PLC0415

    read: dict[str, EventDataStore] = {}

    def store(given: str) -> Relation:
        if not STORE.fullmatch(given):
            raise InvalidQuery(f"FROM is followed by the id or the ARN of an event data store, not {given!r}")
        if given.lower() not in arns:
            raise InvalidQuery(f"The event data store {given} must be named as it is, not put together")
        found = event_data_stores.by_id(connection, store_id(given))
        if found is None or found.arn != arns[given.lower()] or event_data_stores.is_gone(found, now):
            raise UnknownStore(f"Event data store not found: {given}")
        if found.deleted_at is not None:
            raise StoreInactive(found.arn)
        read[found.id] = found
        where = stored_events.Rows(
            may_repeat=stored_events.have_repeats(telemetry, found.account),
            has_imports=imports.has_any(connection, found.id),
            given_may_repeat=telemetry.is_shared,
        )
        return stored_events.relation(found, event_data_stores.sessions(connection, found), now, where)

    return compile_query(parse(statement), now, store), list(read)


def compiled_again(connection: Connection, telemetry: Store, query: LakeQuery) -> Compiled:
    """Return a query compiled over the stores that it was started with, whosever they are."""
    arns = {}
    for given in named_stores(query.statement):
        found = event_data_stores.by_id(connection, store_id(given))
        if found is not None and found.id in query.store_ids:
            arns[given.lower()] = found.arn
    return compiled(connection, telemetry, query.statement, query.created_at, arns)[0]


def add(connection: Connection, query: LakeQuery, *, most: int) -> None:
    """Queue a query, if its account may have one more under way."""
    own = (LAKE_QUERIES.c.account == query.account) & (LAKE_QUERIES.c.region == query.region)
    under_way = _select(connection, own & LAKE_QUERIES.c.status.in_(RUNNING))
    if len(under_way) >= most:
        raise TooManyQueries(
            f"{len(under_way)} queries are under way, which is the most that may be; wait for one to end"
        )
    connection.execute(insert(LAKE_QUERIES).values({name: getattr(query, name) for name in _NAMES}))


def find(connection: Connection, caller: Caller, given: str, now: datetime) -> LakeQuery:
    """Return a query of the caller's account in this region whose result is still kept."""
    own = (LAKE_QUERIES.c.account == caller.account) & (LAKE_QUERIES.c.region == caller.region)
    found = _select(connection, own & (LAKE_QUERIES.c.id == given))
    if not found or now - found[0].created_at >= timedelta(days=KEPT_DAYS):
        raise QueryNotFound(given)
    return found[0]


def stores_of(connection: Connection, caller: Caller, given: str) -> list[str]:
    """Return the ARNs of the stores that a query of the caller's account reads; none where there is no such query."""
    own = (LAKE_QUERIES.c.account == caller.account) & (LAKE_QUERIES.c.region == caller.region)
    ids = [store for query in _select(connection, own & (LAKE_QUERIES.c.id == given)) for store in query.store_ids]
    found = {store: event_data_stores.by_id(connection, store) for store in ids}
    arn_of = event_data_stores.arn_of
    return [
        each.arn if each is not None else arn_of(caller.region, caller.account, store) for store, each in found.items()
    ]


def of_store(connection: Connection, store: EventDataStore, since: datetime) -> list[LakeQuery]:
    """Return the queries of a store that were started since then, newest first."""
    own = (LAKE_QUERIES.c.account == store.account) & (LAKE_QUERIES.c.region == store.region)
    found = _select(connection, own & (LAKE_QUERIES.c.created_at >= since))
    return sorted(
        (query for query in found if store.id in query.store_ids), key=lambda q: (q.created_at, q.id), reverse=True
    )


def in_status(connection: Connection, *statuses: str) -> list[LakeQuery]:
    """Return everybody's queries in one of these states, oldest first."""
    return _select(connection, or_(*(LAKE_QUERIES.c.status == status for status in statuses)))


def to_deliver(connection: Connection) -> list[LakeQuery]:
    """Return everybody's queries whose results wait to be delivered, oldest first."""
    waits = (LAKE_QUERIES.c.status == "FINISHED") & (LAKE_QUERIES.c.delivery_status == PENDING)
    return _select(connection, waits)


def change(connection: Connection, query: LakeQuery, before: tuple[str, ...], **values: Any) -> bool:
    """Change a query if it still is in one of these states, and say whether it was."""
    is_it = (LAKE_QUERIES.c.id == query.id) & LAKE_QUERIES.c.status.in_(before)
    return connection.execute(update_in(LAKE_QUERIES).where(is_it).values(values)).rowcount == 1


def forget_old(connection: Connection, now: datetime) -> None:
    """Remove the queries whose results are not kept any more."""
    connection.execute(delete_from(LAKE_QUERIES).where(LAKE_QUERIES.c.created_at <= now - timedelta(days=KEPT_DAYS)))


def _select(connection: Connection, condition: ColumnElement[bool]) -> list[LakeQuery]:
    rows = connection.execute(select(LAKE_QUERIES).where(condition).order_by(LAKE_QUERIES.c.created_at))
    return [LakeQuery(**{name: getattr(row, name) for name in _NAMES}) for row in rows]
