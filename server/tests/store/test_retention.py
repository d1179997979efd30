"""Retention: what is too old goes, by whole days, each account by its own number."""

from datetime import UTC, datetime, timedelta

import pytest
from cloudtrail.events_of_tests import an_event, store_events
from store.rows_of_tests import NOON, some_locations, some_segments

from skylens.clock import ManualClock
from skylens.sql import Sql
from skylens.store import Store
from skylens.store.control import Control
from skylens.store.engine import Engine
from skylens.store.retention import aging, expire, retentions, set_retention
from skylens.store.tables import definitions

DAY = 86_400
ACCOUNTS = ["000000000000", "111111111111"]
AGES = [0, 7, 8, 30, 31, 45, 46]


@pytest.fixture
async def months(store: Store) -> Store:
    """A store with a segment and a location of each age in days, in each of two accounts."""
    days = [NOON - DAY * age for age in AGES]
    for account in ACCOUNTS:
        await store.append("segments", some_segments(len(AGES), trace_ts=days, account=account))
        await store.append("trace_locations", some_locations(len(AGES), trace_ts=days, account=account))
    return store


def ages(store: Store, account: str, table: str = "segments") -> list[int]:
    found = store.read(Sql(f"SELECT trace_ts FROM {table} WHERE account = '{account}' ORDER BY 1 DESC"))  # noqa: S608
    return [(NOON - ts) // DAY for (ts,) in found]


def test_thirty_days_are_kept_by_default(months: Store, control: Control):
    assert expire(months, control) == {"segments": 6, "trace_locations": 6}
    assert ages(months, "000000000000") == [0, 7, 8, 30]
    assert ages(months, "111111111111", "trace_locations") == [0, 7, 8, 30]


def test_a_second_time_nothing_is_left_to_do(months: Store, control: Control):
    expire(months, control)
    assert expire(months, control) == {}


def test_time_moves_the_boundary(months: Store, control: Control, clock: ManualClock):
    expire(months, control)
    clock.advance(timedelta(days=23).total_seconds())
    expire(months, control)
    assert ages(months, "000000000000") == [0, 7]


def test_an_account_may_keep_less(months: Store, control: Control):
    set_retention(control, "111111111111", 7)
    expire(months, control)
    assert ages(months, "000000000000") == [0, 7, 8, 30]
    assert ages(months, "111111111111") == [0, 7]


def test_an_account_may_keep_more(months: Store, control: Control):
    set_retention(control, "111111111111", 45)
    expire(months, control)
    assert ages(months, "000000000000") == [0, 7, 8, 30]
    assert ages(months, "111111111111") == [0, 7, 8, 30, 31, 45]


def test_the_default_comes_back_when_an_account_has_no_number_of_its_own(control: Control):
    set_retention(control, "111111111111", 7)
    set_retention(control, "111111111111", 8)
    assert retentions(control) == {"111111111111": 8}
    set_retention(control, "111111111111", None)
    assert retentions(control) == {}


# Whose rows have an age that something else decides: event data stores, each by a retention of its own (lake/lake_work.py).
BY_STORES = {"lake_events"}


def test_every_table_grows_old_and_says_whose_rows_it_holds():
    tables = [definition.name for definition in definitions()]
    assert [aged.table for aged in aging()] == [table for table in tables if table not in BY_STORES]
    assert set(tables) >= BY_STORES
    assert all("account LowCardinality(String)" in definition.statement for definition in definitions())


async def test_a_table_may_be_kept_for_a_time_of_its_own_whatever_accounts_say(
    embedded_engine: Engine, control: Control, clock: ManualClock
):
    store = Store(embedded_engine, clock=clock, retention_days=30, own_days={"trace_locations": 8})
    for account in ACCOUNTS:
        days = [NOON - DAY * age for age in AGES]
        await store.append("trace_locations", some_locations(len(AGES), trace_ts=days, account=account))
        await store.append("segments", some_segments(len(AGES), trace_ts=days, account=account))
    set_retention(control, "111111111111", 45)
    expire(store, control)
    assert [ages(store, account, "trace_locations") for account in ACCOUNTS] == [[0, 7, 8], [0, 7, 8]]
    assert [len(ages(store, account)) for account in ACCOUNTS] == [4, 6]
    store.drain()


@pytest.mark.parametrize(("days", "left"), [(9, [0]), (10, list(range(8)))])
async def test_a_week_goes_when_its_last_day_is_too_old(
    embedded_engine: Engine, control: Control, clock: ManualClock, days: int, left: list[int]
):
    store = Store(embedded_engine, clock=clock, own_days={"api_events": days})
    monday = NOON - DAY * 9  # NOON is a Wednesday
    store_events(store, [an_event(day, time=datetime.fromtimestamp(monday - DAY * day, UTC)) for day in range(15)])
    expire(store, control)
    found = store.read(Sql("SELECT toUInt32(event_time) FROM api_events ORDER BY 1 DESC"))
    assert [(monday - second) // DAY for (second,) in found] == left
    store.drain()
