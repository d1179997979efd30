"""Insights of event data stores: which types each wants, and in which store they are kept."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from skylens.cloudtrail.selector import insight
from skylens.store.control.schema.store_insights import STORE_INSIGHTS
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.cloudtrail.selector.insight import InsightSelector


@dataclass(frozen=True, slots=True)
class StoreInsights:
    """What one event data store wants. Stores are named by their ids."""

    store: str
    destination: str
    selectors: tuple[InsightSelector, ...]


def put(connection: Connection, wanted: StoreInsights) -> None:
    """Replace what a store wants."""
    row = {
        "store": wanted.store,
        "destination": wanted.destination,
        "selectors": insight.to_text(wanted.selectors),
    }
    upsert(connection, STORE_INSIGHTS, [row])


def forget(connection: Connection, store: str) -> None:
    """Let a store want none."""
    connection.execute(delete(STORE_INSIGHTS).where(STORE_INSIGHTS.c.store == store))


def of_store(connection: Connection, store: str) -> StoreInsights | None:
    """Return what a store wants, None where it wants none."""
    return next((each for each in every(connection) if each.store == store), None)


def every(connection: Connection) -> list[StoreInsights]:
    """Return what all stores of all accounts want."""
    rows = connection.execute(select(STORE_INSIGHTS).order_by(STORE_INSIGHTS.c.store))
    return [StoreInsights(row.store, row.destination, insight.from_text(row.selectors)) for row in rows]
