"""Control: the same promises on SQLite and on PostgreSQL."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, MetaData, String, Table, func, insert, inspect, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from skylens.store.control import Control, open_control
from skylens.store.control.metadata import METADATA
from skylens.store.control.migrate import migrate
from skylens.store.control.schema.account_retention import ACCOUNT_RETENTION

RETENTION = insert(ACCOUNT_RETENTION)


def count(control: Control) -> int:
    with control.read() as connection:
        return connection.scalar(select(func.count()).select_from(ACCOUNT_RETENTION)) or 0


def test_what_a_block_wrote_is_there_after_it(control: Control):
    with control.begin() as connection:
        connection.execute(RETENTION, {"account": "000000000000", "days": 7})
    assert count(control) == 1


def test_a_block_that_raises_wrote_nothing(control: Control):
    with pytest.raises(LookupError):
        _write_and_raise(control)
    assert count(control) == 0


def test_only_what_was_written_for_good_counts_as_a_change(control: Control):
    before = control.revision.current()
    with control.begin(durable=False) as connection:
        connection.execute(RETENTION, {"account": "222222222222", "days": 7})
    count(control)
    with pytest.raises(LookupError):
        _write_and_raise(control)
    assert control.revision.current() == before
    with control.begin() as connection:
        connection.execute(RETENTION, {"account": "111111111111", "days": 7})
    assert control.revision.current() != before


def _write_and_raise(control: Control) -> None:
    with control.begin() as connection:
        connection.execute(RETENTION, {"account": "000000000000", "days": 7})
        raise LookupError


def test_constraints_are_kept(control: Control):
    with pytest.raises(IntegrityError), control.begin() as connection:
        connection.execute(RETENTION, {"account": "000000000000", "days": 0})


def test_writers_do_not_overtake_each_other(control: Control):
    with control.begin() as connection:
        connection.execute(RETENTION, {"account": "000000000000", "days": 1})
    days = select(ACCOUNT_RETENTION.c.days)

    def add_one(_: int) -> None:
        with control.begin() as connection:
            seen = connection.scalar(days)
            connection.execute(update(ACCOUNT_RETENTION).values(days=seen + 1))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add_one, range(40)))
    with control.read() as connection:
        assert connection.scalar(days) == 41


def test_two_nodes_on_one_database_do_not_overtake_each_other(control_url: str, tmp_path: Path):
    nodes = [open_control(control_url, tmp_path) for _ in range(2)]
    with nodes[0].begin() as connection:
        connection.execute(RETENTION, {"account": "000000000000", "days": 1})

    def add_one(at: int) -> None:
        with nodes[at % 2].begin() as connection:
            seen = connection.scalar(select(ACCOUNT_RETENTION.c.days))
            connection.execute(update(ACCOUNT_RETENTION).values(days=seen + 1))

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(add_one, range(20)))
    with nodes[1].read() as connection:
        assert connection.scalar(select(ACCOUNT_RETENTION.c.days)) == 21
    for node in nodes:
        node.close()


def test_a_reader_sees_one_state_and_keeps_no_writer_waiting(control: Control):
    with control.read() as reading:
        before = reading.scalar(select(func.count()).select_from(ACCOUNT_RETENTION))
        writer = threading.Thread(target=_write_one, args=(control,))
        writer.start()
        writer.join(timeout=10)
        assert not writer.is_alive()
        assert reading.scalar(select(func.count()).select_from(ACCOUNT_RETENTION)) == before
    assert count(control) == 1


def _write_one(control: Control) -> None:
    with control.begin() as connection:
        connection.execute(RETENTION, {"account": "000000000000", "days": 7})


def test_a_read_transaction_cannot_write(control: Control):
    with pytest.raises(DBAPIError), control.read() as connection:
        connection.execute(RETENTION, {"account": "000000000000", "days": 7})


def test_every_table_is_there_and_opening_again_changes_nothing(control: Control, control_url: str, tmp_path: Path):
    with control.read() as connection:
        assert set(METADATA.tables) == set(inspect(connection).get_table_names())
    _write_one(control)
    again = open_control(control_url, tmp_path)
    assert count(again) == 1
    again.close()


def test_a_change_is_applied_once_to_a_database_that_needs_it(control: Control):
    def add_colour(connection):
        connection.execute(text("ALTER TABLE account_retention ADD COLUMN colour VARCHAR DEFAULT 'red'"))

    changes = ((1_001, "accounts get a colour", add_colour),)
    with control.begin() as connection:
        assert migrate(connection, changes) == ["changed: 1001 accounts get a colour"]
    with control.begin() as connection:
        assert migrate(connection, changes) == []
        assert "colour" in {column["name"] for column in inspect(connection).get_columns("account_retention")}


def test_a_change_that_fails_leaves_the_database_as_it_was(control: Control):
    def fail(connection):
        Table("half", MetaData(), Column("a", Integer), Column("b", String)).create(connection)
        raise LookupError

    with pytest.raises(LookupError), control.begin() as connection:
        migrate(connection, ((1_001, "half", fail),))
    with control.read() as connection:
        assert "half" not in inspect(connection).get_table_names()


def test_sqlite_commits_reach_the_disk(tmp_path: Path):
    control = open_control(f"sqlite:///{tmp_path / 'deep' / 'state.sqlite'}", tmp_path)
    with control.begin() as connection:
        pragmas = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in ("journal_mode", "synchronous")
        }
    control.close()
    assert pragmas == {"journal_mode": "wal", "synchronous": 2}


def test_another_kind_of_database_is_refused(tmp_path: Path):
    with pytest.raises(ValueError, match="sqlite:///file or postgresql"):
        open_control("mysql://host/db", tmp_path)
