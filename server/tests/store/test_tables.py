"""Tables: schema/_order and schema/*.sql agree, and every type that they use has its way into the engine."""

from importlib.resources import files

import pyarrow as pa
import pytest

from skylens.sql import Sql
from skylens.store import Store
from skylens.store.tables import arrow_type, definitions, durable


def test_every_file_is_in_the_order_and_every_name_has_a_file():
    folder = files("skylens.store") / "schema"
    on_disk = {path.name.removesuffix(".sql") for path in folder.iterdir() if path.name.endswith(".sql")}
    names = [definition.name for definition in definitions()]
    assert sorted(on_disk) == sorted(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize("definition", definitions(), ids=lambda d: d.name)
def test_a_file_creates_the_table_it_is_named_for_and_says_what_stays_together(definition):
    assert definition.statement.count(f"CREATE TABLE {definition.name} (") == 1
    assert definition.statement.count("\n-- sharded by ") == 1
    assert ";" not in definition.essence


def test_locations_are_written_before_the_segments_they_point_to():
    names = [definition.name for definition in definitions()]
    assert names.index("trace_locations") < names.index("segments")


def test_every_table_is_in_the_database_with_its_types(store: Store):
    assert sorted(store.tables) == sorted(definition.name for definition in definitions())
    assert store.tables["segments"].schema.field("trace_id").type == pa.binary(16)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("String", pa.string()),
        ("LowCardinality(String)", pa.string()),
        ("FixedString(16)", pa.binary(16)),
        ("Bool", pa.bool_()),
        ("UInt64", pa.uint64()),
        ("DateTime('UTC')", pa.uint32()),
        ("DateTime64(3, 'UTC')", pa.timestamp("ms", "UTC")),
        ("Array(Array(UInt8))", pa.list_(pa.list_(pa.uint8()))),
        ("SimpleAggregateFunction(sum, UInt64)", pa.uint64()),
    ],
)
def test_a_type_travels_as(kind, expected):
    assert arrow_type(kind) == expected


def test_a_type_without_a_way_is_named():
    with pytest.raises(ValueError, match="AggregateFunction"):
        arrow_type("AggregateFunction(sum, UInt64)")


def test_settings_of_a_table_are_kept_beside_those_that_make_it_durable():
    statement = "CREATE TABLE t (a Bool)\nENGINE = MergeTree\nORDER BY a\nSETTINGS index_granularity = 512\n"
    assert durable(statement).splitlines()[-1].startswith("SETTINGS index_granularity = 512, fsync_after_insert = 1, ")


def test_every_table_of_ours_is_durable(store: Store):
    rows = store.read(Sql("SELECT name, create_table_query FROM system.tables WHERE database = currentDatabase()"))
    assert [
        name for name, statement in rows if "fsync_after_insert = 1, fsync_part_directory = 1" not in statement
    ] == []
