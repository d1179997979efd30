"""Migrations: a fresh database, one of an earlier release, one of a later release, one whose upgrade was cut off."""

from collections.abc import Iterator

import pytest

from skylens.clock import ManualClock
from skylens.sql import Sql
from skylens.store import StoreUnavailable
from skylens.store.engine import Engine
from skylens.store.migrate import Change, Schema, changes, migrate
from skylens.store.tables import Definition

OLD = Definition("things", "-- sharded by 1\nCREATE TABLE things (\n    a UInt8\n)\nENGINE = MergeTree\nORDER BY a")
NEW = Definition("things", OLD.statement.replace("a UInt8\n", "a UInt8,\n    b String\n"))
OTHER = Definition("others", OLD.statement.replace("things", "others"))
ADD_B = Change("001-things-get-b.sql", "things", ("ALTER TABLE things ADD COLUMN IF NOT EXISTS b String",))
CHANGE_OTHERS = Change("002-others-get-c.sql", "others", ("ALTER TABLE others ADD COLUMN IF NOT EXISTS c String",))


@pytest.fixture
def engine(embedded_engine: Engine) -> Iterator[Engine]:
    yield embedded_engine
    for table in ("things", "others"):
        embedded_engine.command(Sql(f"DROP TABLE IF EXISTS {table} SYNC"))
    # Not the notes of real changes, which tests after this one look for.
    embedded_engine.command(Sql("DELETE FROM schema_record WHERE match(name, 'things|others')"))


def columns(engine: Engine, table: str) -> list[str]:
    return [row[0] for row in engine.read(Sql(f"DESCRIBE TABLE {table}"))]


def test_a_fresh_database_is_created_as_it_is_today(engine: Engine, clock: ManualClock):
    assert migrate(engine, clock, Schema((ADD_B,), (NEW,))) == ["created things"]
    assert columns(engine, "things") == ["a", "b"]
    assert migrate(engine, clock, Schema((ADD_B,), (NEW,))) == []


def test_an_earlier_database_is_changed_once_and_keeps_its_rows(engine: Engine, clock: ManualClock):
    migrate(engine, clock, Schema((), (OLD,)))
    engine.command(Sql("INSERT INTO things SELECT 7"))
    assert migrate(engine, clock, Schema((ADD_B,), (NEW,))) == ["changed things: 001-things-get-b.sql"]
    assert engine.read(Sql("SELECT a, b FROM things")) == [(7, "")]
    assert migrate(engine, clock, Schema((ADD_B,), (NEW,))) == []


def test_a_change_of_a_table_that_came_later_is_skipped_where_the_table_comes_new(engine: Engine, clock: ManualClock):
    migrate(engine, clock, Schema((), (OLD,)))
    done = migrate(engine, clock, Schema((ADD_B, CHANGE_OTHERS), (NEW, OTHER)))
    assert done == ["changed things: 001-things-get-b.sql", "created others"]


def test_an_upgrade_that_was_cut_off_is_finished_at_the_next_start(engine: Engine, clock: ManualClock):
    migrate(engine, clock, Schema((), (OLD,)))
    engine.command(Sql(ADD_B.statements[0]))  # and then the process died, before it could note the change
    assert migrate(engine, clock, Schema((ADD_B,), (NEW,))) == ["changed things: 001-things-get-b.sql"]
    assert columns(engine, "things") == ["a", "b"]


def test_a_database_of_a_later_release_is_refused(engine: Engine, clock: ManualClock):
    migrate(engine, clock, Schema((), (NEW,)))
    with pytest.raises(StoreUnavailable, match="table things was created from another definition"):
        migrate(engine, clock, Schema((), (OLD,)))


def test_comments_and_layout_make_no_other_definition(engine: Engine, clock: ManualClock):
    migrate(engine, clock, Schema((), (OLD,)))
    same = Definition("things", OLD.statement.replace("    a UInt8", "  a   UInt8  -- a small number"))
    assert migrate(engine, clock, Schema((), (same,))) == []


def test_the_numbers_of_changes_have_no_gap():
    assert [change.name[:3] for change in changes()] == [f"{n:03}" for n in range(1, len(changes()) + 1)]
