"""What every engine must do: the embedded one, a server over HTTP, and a real server where SKYLENS_TEST_CLICKHOUSE_URL is set."""

import asyncio
import os
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from engines import EMBEDDED, emptied
from store.clickhouse_http import clickhouse_over_http
from store.rows_of_tests import NOON, some_locations, some_segments

from skylens.clock import ManualClock
from skylens.sql import Param, Sql
from skylens.store import ReadLimitExceeded, ReadLimits, RowsRefused, Store, StoreError, StoreUnavailable
from skylens.store.engine import Engine
from skylens.store.migrate import migrate
from skylens.store.store import open_engine

REAL_SERVER = os.environ.get("SKYLENS_TEST_CLICKHOUSE_URL", "")
NO_SERVER = pytest.mark.skipif(not REAL_SERVER, reason="SKYLENS_TEST_CLICKHOUSE_URL names no ClickHouse server")
HOSTILE = ["", "'", "\\", "a\tb\nc", "'; DROP TABLE segments; --", "{p0:String}", "ünïcode \U0001f600", "\\N", "%s"]


@pytest.fixture(scope="module")
def http_engine() -> Iterator[Engine]:
    with tempfile.TemporaryDirectory() as folder, clickhouse_over_http(Path(folder) / "server") as url:
        engine = open_engine(url)
        migrate(engine, ManualClock(datetime(2026, 7, 1, tzinfo=UTC)))
        yield engine
        engine.close()


@pytest.fixture(scope="module")
def real_engine() -> Iterator[Engine]:
    assert "test" in urlsplit(REAL_SERVER).path, "tests empty every table: name a database that is called a test's"
    engine = open_engine(REAL_SERVER)
    migrate(engine, ManualClock(datetime(2026, 7, 1, tzinfo=UTC)))
    yield engine
    engine.close()


@pytest.fixture(params=["embedded", "http", pytest.param("real", marks=NO_SERVER)])
def engine(request: pytest.FixtureRequest, clock: ManualClock) -> Engine:
    if request.param == "embedded":
        return EMBEDDED.fresh(clock)
    return emptied(request.getfixturevalue(f"{request.param}_engine"))


@pytest.fixture
def any_store(engine: Engine, clock: ManualClock) -> Iterator[Store]:
    store = Store(engine, clock=clock)
    yield store
    store.drain()


async def test_rows_are_there_when_append_returns(any_store: Store):
    await any_store.append("segments", some_segments(3))
    assert any_store.read(Sql("SELECT count() FROM segments")) == [(3,)]


async def test_every_column_comes_back_as_it_went_in(any_store: Store):
    rows = some_segments(
        1,
        **{
            "trace_id": b"\x00\xff'\\" * 4,
            "name": "naïve \U0001f600",
            "fault": True,
            "http_status": 503,
            "duration_us": 2**63,
            "start_us": -1,
            "annotations": ["a=s:x,y", "b=s:'"],
            "users": ["", "é"],
            "sub.id": [b"\x01" * 8, b"\x00" * 8],
            "sub.name": ["x", "x"],
            "sub.node_name": ["", "y"],
            "sub.node_type": ["", "remote"],
            "sub.node_account": ["", "000000000001"],
            "sub.duration_us": [0, 2**64 - 1],
            "sub.flags": [1, 16],
            "document": '{"a": "\\u0000\\n"}',
        },
    )
    await any_store.append("segments", rows)
    found = any_store.read_columns(Sql("SELECT * FROM segments"))
    assert {name: [list(v) if isinstance(v, tuple) else v for v in values] for name, values in found.items()} == rows


async def test_arrow_carries_the_same_values(any_store: Store):
    names = ["trace_id", "trace_ts", "floating", "start_us", "duration_us", "name", "sub.id", "sub.name", "sub.flags"]
    calls = {name: [["é"]] for name in ("sub.name", "sub.node_name", "sub.node_type", "sub.node_account")}
    calls |= {"sub.id": [[b"\x01" * 8]], "sub.duration_us": [[2**64 - 1]], "sub.flags": [[8]]}
    rows = some_segments(1, trace_id=[b"x" * 16]) | calls
    await any_store.append("segments", rows)

    found = any_store.read_arrow(Sql("SELECT * FROM segments")).to_pydict()
    assert {name: found[name] for name in names} == {name: rows[name] for name in names}


async def test_tables_of_one_append_are_written_together(any_store: Store):
    await any_store.append_many(
        [("trace_locations", some_locations(2, trace_id=[bytes(16), b"x" * 16])), ("segments", some_segments(2))]
    )
    counted = Sql("SELECT (SELECT count() FROM trace_locations), (SELECT count() FROM segments)")
    assert any_store.read(counted) == [(2, 2)]


@pytest.mark.parametrize("text", HOSTILE)
def test_a_value_is_never_read_as_sql(engine: Engine, text: str):
    query = Sql("SELECT ? AS a, ? AS b", (Param("String", text), Param("Array(String)", [text, text])))
    [(single, several)] = engine.read(query)
    assert (single, list(several)) == (text, [text, text])


def test_numbers_truths_and_bytes_are_bound_without_loss(engine: Engine):
    values = [
        Param("UInt64", 2**64 - 1), Param("Int64", -(2**63)), Param("Float64", 0.1), Param("Float64", 1e300),
        Param("Bool", True), Param("Bool", False), Param("FixedString(4)", b"\x00\xff'\\"),
        Param("Array(FixedString(2))", [b"\x00\xff", b"\\'"]), Param("Array(UInt8)", (1, 2)),
        Param("Array(String)", []), Param("Array(Bool)", [True, False]),
    ]  # fmt: skip
    query = Sql("SELECT " + ", ".join(f"? AS v{i}" for i in range(len(values))), tuple(values))
    [row] = engine.read(query)
    assert [list(v) if isinstance(v, tuple) else v for v in row] == [
        list(p.value) if isinstance(p.value, tuple) else p.value for p in values
    ]


@pytest.mark.parametrize("value", [5, NOON, datetime(2026, 7, 1, 14, tzinfo=timezone(timedelta(hours=2)))])
def test_a_time_is_the_same_second_wherever_the_server_is(engine: Engine, value: object):
    query = Sql("SELECT toUnixTimestamp(?) AS t", (Param("DateTime('UTC')", value),))
    assert engine.read(query) == [(5 if value == 5 else NOON,)]


def test_a_fraction_of_a_second_is_kept(engine: Engine):
    moment = datetime(2026, 7, 1, 12, 0, 0, 123_000, tzinfo=UTC)
    query = Sql("SELECT ? AS t", (Param("DateTime64(3, 'UTC')", moment),))
    assert engine.read(query) == [(NOON * 1000 + 123,)]


def test_many_values_are_bound_at_once(engine: Engine):
    ids = [i.to_bytes(16, "big") for i in range(5000)]
    query = Sql("SELECT length(?) AS n", (Param("Array(FixedString(16))", ids),))
    assert engine.read(query) == [(5000,)]


@pytest.mark.parametrize(
    ("text", "limits"),
    [
        ("SELECT sum(sipHash64(number)) FROM numbers(100000000000)", ReadLimits(seconds=0.3)),
        ("SELECT groupArray(toString(number)) FROM numbers(20000000)", ReadLimits(memory_bytes=64 * 1024 * 1024)),
        ("SELECT number FROM numbers(1001)", ReadLimits(result_rows=1000)),
        ("SELECT count() FROM numbers(1000001)", ReadLimits(rows_to_read=1_000_000)),
    ],
)
def test_a_read_over_its_limits_is_stopped_and_the_engine_goes_on(engine: Engine, text: str, limits: ReadLimits):
    with pytest.raises(ReadLimitExceeded):
        engine.read(Sql(text), limits)
    assert engine.read(Sql("SELECT 1")) == [(1,)]


def test_wrong_sql_is_an_error_that_says_what_is_wrong(engine: Engine):
    with pytest.raises(StoreError, match="no_such_table"):
        engine.read(Sql("SELECT 1 FROM no_such_table"))


async def test_rows_that_contradict_themselves_are_refused(any_store: Store):
    with pytest.raises(RowsRefused, match="array sizes"):
        await any_store.append("segments", some_segments(1, **{"sub.flags": [1]}))


async def test_rows_on_too_many_days_are_refused_whole(any_store: Store):
    days = [NOON + 86_400 * i for i in range(150)]
    with pytest.raises(RowsRefused, match="too many days"):
        await any_store.append("segments", some_segments(150, trace_ts=days))
    assert any_store.read(Sql("SELECT count() FROM segments")) == [(0,)]


async def test_a_request_that_is_refused_takes_no_other_down(any_store: Store):
    days = [NOON + 86_400 * i for i in range(150)]
    outcomes = await asyncio.gather(
        any_store.append("segments", some_segments(2)),
        any_store.append("segments", some_segments(150, trace_ts=days)),
        any_store.append("segments", some_segments(3)),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes] == [type(None), RowsRefused, type(None)]
    assert any_store.read(Sql("SELECT count() FROM segments")) == [(5,)]


async def test_deleted_rows_are_gone_at_once(any_store: Store):
    await any_store.append("segments", some_segments(4, name=["a", "b", "a", "b"]))
    any_store.delete("segments", Sql("name = ?", (Param("String", "a"),)))
    assert any_store.read(Sql("SELECT DISTINCT name FROM segments")) == [("b",)]


async def test_many_threads_read_while_rows_come_in(any_store: Store):
    def reads() -> list[int]:
        return [any_store.read(Sql("SELECT count() FROM segments"))[0][0] for _ in range(10)]

    with ThreadPoolExecutor(4) as pool:
        readers = [pool.submit(reads) for _ in range(4)]
        for _ in range(10):
            await any_store.append("segments", some_segments(10))
        for reader in readers:
            seen = reader.result()
            assert seen == sorted(seen)
            assert all(count % 10 == 0 for count in seen)
    assert any_store.read(Sql("SELECT count() FROM segments")) == [(100,)]


def test_migrating_again_changes_nothing(engine: Engine, clock: ManualClock):
    assert migrate(engine, clock) == []


def test_a_server_that_is_not_there_is_said_so():
    with pytest.raises(StoreUnavailable):
        open_engine("clickhouse://127.0.0.1:1/default").read(Sql("SELECT 1"))


def test_a_wrong_password_is_said_so(http_engine: Engine):
    assert http_engine.read(Sql("SELECT 1")) == [(1,)]
    with tempfile.TemporaryDirectory() as folder, clickhouse_over_http(Path(folder) / "server") as url:
        wrong = open_engine(url.replace("skylens:", "skylens:not"))
        with pytest.raises(StoreUnavailable, match="516"):
            wrong.read(Sql("SELECT 1"))
