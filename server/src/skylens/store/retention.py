"""Retention: telemetry older than its account keeps it is deleted, by whole days; some tables have a time of their own.

A day that no account keeps any longer is dropped as a partition, which costs nothing; where accounts differ, the rows of
those that keep less are deleted one account at a time.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from skylens.sql import Param, Sql
from skylens.store import metrics
from skylens.store.control.schema.account_retention import ACCOUNT_RETENTION
from skylens.store.tables import definitions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.store.control import Control
    from skylens.store.store import Store

_PARTITION = re.compile(r"^PARTITION BY (?P<period>toDate|toMonday)\((?P<column>\w+)\)$", re.MULTILINE)
_PARTITION_DAYS = {"toDate": 1, "toMonday": 7}


@dataclass(frozen=True, slots=True)
class Aging:
    """A table whose rows grow old, and the column that says when they were born."""

    table: str
    column: str
    partition_days: int = 1


@dataclass(frozen=True, slots=True)
class Kept:
    """For how many days rows are kept, and the accounts that keep theirs for another time."""

    days: int
    special: Mapping[str, int]

    @property
    def longest(self) -> int:
        """After so many days no account keeps anything."""
        return max([self.days, *self.special.values()])


def aging() -> tuple[Aging, ...]:
    """Return every table that is partitioned by the day or the week of a column."""
    found = [(definition.name, _PARTITION.search(definition.statement)) for definition in definitions()]
    return tuple(Aging(name, match["column"], _PARTITION_DAYS[match["period"]]) for name, match in found if match)


def set_retention(control: Control, account: str, days: int | None) -> None:
    """Keep the account's telemetry for so many days; None goes back to the default."""
    with control.begin() as connection:
        connection.execute(delete(ACCOUNT_RETENTION).where(ACCOUNT_RETENTION.c.account == account))
        if days is not None:
            connection.execute(insert(ACCOUNT_RETENTION).values(account=account, days=days))


def retentions(control: Control) -> dict[str, int]:
    """Return the days of every account that does not keep the default."""
    with control.read() as connection:
        rows = connection.execute(select(ACCOUNT_RETENTION.c.account, ACCOUNT_RETENTION.c.days))
        return {row.account: row.days for row in rows}


def expire(
    store: Store, control: Control, kept_longer: Mapping[str, Mapping[str, int]] | None = None
) -> dict[str, int]:
    """Delete what is too old and return how many rows went from each table; the worker calls this every hour.

    ``kept_longer`` has, for a table with a time of its own, the accounts that keep theirs for more days.
    """
    kept_by_accounts = Kept(store.retention_days, retentions(control))
    gone = {}
    for table in aging():
        kept = kept_by_accounts
        if table.table in store.own_days:
            kept = Kept(store.own_days[table.table], (kept_longer or {}).get(table.table, {}))
        rows = _drop_days(store, table, kept) + _delete_rows(store, table, kept)
        if rows:
            gone[table.table] = rows
            metrics.EXPIRED_ROWS.labels(table.table).inc(rows)
    return gone


def first_kept(store: Store, days: int) -> datetime:
    """Return midnight of the first day that is kept: a row lives for at least so many days, and at most one more."""
    oldest = store.clock.now().astimezone(UTC) - timedelta(days=days)
    return datetime.combine(oldest.date(), time(), UTC)


def _drop_days(store: Store, aged: Aging, kept: Kept) -> int:
    """Drop the days that nobody keeps, and return how many rows were in them."""
    engine = store.engine
    first = first_kept(store, kept.longest).date() - timedelta(days=aged.partition_days - 1)
    days = engine.read(
        Sql(
            f"SELECT toString(partition) AS day, toInt64(sum(rows)) FROM {engine.dialect.parts} "  # noqa: S608
            "WHERE database = currentDatabase() AND table = ? AND active AND toDate(partition) < ? GROUP BY day ORDER BY day",
            (Param("String", engine.dialect.physical(aged.table)), Param("Date", first)),
        )
    )
    for day, _ in days:
        engine.command(Sql(f"ALTER TABLE {engine.dialect.target(aged.table)} DROP PARTITION ?", (Param("Date", day),)))
    return sum(rows for _, rows in days)


def _delete_rows(store: Store, aged: Aging, kept: Kept) -> int:
    """Delete the rows of accounts that keep less than others, and return how many."""
    conditions = [
        _older(aged, Sql("account = ?", (Param("String", account),)), first_kept(store, days))
        for account, days in kept.special.items()
        if days < kept.longest
    ]
    if kept.days < kept.longest:
        others = Sql("NOT has(?, account)", (Param("Array(String)", sorted(kept.special)),))
        conditions.append(_older(aged, others, first_kept(store, kept.days)))
    return sum(_delete(store, aged.table, condition) for condition in conditions)


def _older(aged: Aging, whose: Sql, first: datetime) -> Sql:
    return Sql(f"{whose.text} AND {aged.column} < ?", (*whose.params, Param("DateTime('UTC')", first)))


def _delete(store: Store, table: str, condition: Sql) -> int:
    """Delete if there is anything to delete: a mutation that changes nothing still looks at every part."""
    [(rows,)] = store.engine.read(Sql(f"SELECT count() FROM {table} WHERE {condition.text}", condition.params))  # noqa: S608
    if rows:
        store.delete(table, condition)
    return int(rows)
