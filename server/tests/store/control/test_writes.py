"""Writes of the control store: times, upserts, and commits that need not wait for the disk."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, Integer, MetaData, String, Table, insert, select, text

from skylens.store.control.moment import Moment, whole_milliseconds
from skylens.store.control.upsert import upsert

COUNTS = Table(
    "counts_of_tests",
    MetaData(),
    Column("key", String, primary_key=True),
    Column("count", Integer, nullable=False),
    Column("at", Moment),
)
NOON = datetime(2026, 7, 1, 12, 0, 0, 123_456, tzinfo=UTC)


@pytest.fixture
def counts(control):
    """An empty table of keys, counts and times."""
    with control.begin() as connection:
        COUNTS.create(connection)
    return control


def rows(control):
    with control.read() as connection:
        return [tuple(row) for row in connection.execute(select(COUNTS).order_by(COUNTS.c.key))]


def test_times_come_back_in_utc_to_the_millisecond(counts):
    east = NOON.astimezone(timezone(timedelta(hours=5)))
    before_1970 = datetime(1969, 12, 31, 23, 59, 59, 999_000, tzinfo=UTC)
    with counts.begin() as connection:
        for key, at in (("a", east), ("b", None), ("c", before_1970)):
            connection.execute(insert(COUNTS).values(key=key, count=0, at=at))
    assert [at for _, _, at in rows(counts)] == [NOON.replace(microsecond=123_000), None, before_1970]


@given(st.datetimes(timezones=st.just(UTC)))
def test_whole_milliseconds_are_never_later_and_less_than_one_earlier(time):
    assert timedelta(0) <= time - whole_milliseconds(time) < timedelta(milliseconds=1)


def test_an_upsert_inserts_adds_up_and_replaces(counts):
    later = NOON.replace(microsecond=0)
    with counts.begin() as connection:
        upsert(connection, COUNTS, [{"key": "a", "count": 1, "at": NOON}], add=("count",))
        upsert(connection, COUNTS, [], add=("count",))
        upsert(
            connection,
            COUNTS,
            [{"key": key, "count": 5, "at": later} for key in ("a", "b", "b")],
            add=("count",),
        )
    assert rows(counts) == [("a", 6, later), ("b", 10, later)]


def test_only_a_commit_that_is_not_durable_does_not_wait_for_the_disk(control):
    seen = []
    for durable in (True, False, True):
        with control.begin(durable=durable) as connection:
            setting = {"sqlite": "PRAGMA synchronous", "postgresql": "SHOW synchronous_commit"}
            seen.append(connection.scalar(text(setting[connection.dialect.name])))
    assert seen in ([2, 1, 2], ["on", "off", "on"])
