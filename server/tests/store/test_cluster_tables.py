"""Cluster tables: what schema/*.sql becomes on a cluster; no cluster is needed to read it."""

import pytest

from skylens.sql import Sql
from skylens.store.clickhouse import served
from skylens.store.cluster_tables import replicated
from skylens.store.engine import Engine
from skylens.store.tables import definitions

EXAMPLE = """-- sharded by cityHash64(trace_id)
CREATE TABLE things (
    account LowCardinality(String)
)
ENGINE = ReplacingMergeTree(version)
PARTITION BY toDate(at)
ORDER BY account"""


def test_a_table_becomes_a_replicated_one_and_a_distributed_one_above_it():
    assert replicated(EXAMPLE, "main") == (
        """-- sharded by cityHash64(trace_id)
CREATE TABLE IF NOT EXISTS things_local ON CLUSTER main (
    account LowCardinality(String)
)
ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/things', '{replica}', version)
PARTITION BY toDate(at)
ORDER BY account""",
        """CREATE TABLE IF NOT EXISTS things ON CLUSTER main AS things_local
ENGINE = Distributed('main', currentDatabase(), 'things_local', cityHash64(trace_id))""",
    )


@pytest.mark.parametrize("definition", definitions(), ids=lambda d: d.name)
def test_the_engine_can_read_what_a_cluster_is_told(embedded_engine: Engine, definition):
    for statement in served("clickhouse://host/db", "main").create(definition.statement):
        assert embedded_engine.read(Sql(f"EXPLAIN AST {statement}"))


def test_a_cluster_is_changed_and_cleaned_where_the_rows_are():
    dialect = served("clickhouse://host/db", "main")
    assert dialect.target("segments") == "segments_local ON CLUSTER main"
    assert dialect.physical("segments") == "segments_local"
    assert dialect.parts == "clusterAllReplicas('main', system.parts)"
    drop, create = dialect.renew("things", EXAMPLE)
    assert drop == "DROP TABLE IF EXISTS things ON CLUSTER main SYNC"
    assert create == replicated(EXAMPLE, "main")[1]


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM {} WHERE account = 'x'",
        "ALTER TABLE {} DROP PARTITION '2026-07-01'",
        "ALTER TABLE {} ADD COLUMN IF NOT EXISTS c String",
    ],
)
def test_the_engine_can_read_where_a_cluster_is_cleaned(embedded_engine: Engine, statement: str):
    target = served("clickhouse://host/db", "main").target("segments")
    assert embedded_engine.read(Sql(f"EXPLAIN AST {statement.format(target)}"))


@pytest.mark.parametrize("name", ["main; DROP TABLE segments", "a b", "1"])
def test_a_name_that_is_no_name_is_refused(name: str):
    with pytest.raises(ValueError, match="not the name of a cluster"):
        served("clickhouse://host/db", name)


def test_a_statement_that_cannot_be_spread_is_refused():
    with pytest.raises(ValueError, match="sharded by"):
        replicated(EXAMPLE.replace("-- sharded", "-- spread"), "main")
