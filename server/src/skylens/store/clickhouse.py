"""A ClickHouse server or cluster, over HTTP: the same SQL, with replicated and distributed tables where a cluster is named."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import pyarrow as pa

from skylens.store.engine import Dialect
from skylens.store.tables import durable

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_HEAD = re.compile(r"CREATE TABLE (?P<name>\w+) \(")
_ENGINE = re.compile(r"^ENGINE = (?P<family>\w*MergeTree)(?:\((?P<arguments>[^\n]*)\))?$", re.MULTILINE)
_SHARD = re.compile(r"^-- sharded by (?P<expression>.+)$", re.MULTILINE)


def served(url: str, cluster: str = "") -> Dialect:
    """Return how to talk to the server at ``clickhouse://user:password@host:port/database`` (``clickhouses://`` is TLS)."""
    if cluster and not _NAME.match(cluster):
        raise ValueError(f"not the name of a cluster: {cluster!r}")
    parts = urlsplit(url)
    interface = "https" if parts.scheme == "clickhouses" else "http"
    dsn = urlunsplit(parts._replace(scheme=interface))

    def connect() -> "Client":
        import clickhouse_connect  # noqa: PLC0415  # the same reason as in chdb.py

        return clickhouse_connect.get_client(
            dsn=dsn,
            interface=interface,
            autogenerate_session_id=False,  # a session would serialise its requests
            form_encode_query_params=True,  # lists of ids are longer than a URL may be
            settings={"distributed_foreground_insert": 1, "distributed_product_mode": "local"} if cluster else {},
        )

    if not cluster:
        return Dialect(connect=connect, insert=insert, create=lambda statement: (durable(statement),))
    return Dialect(
        connect=connect,
        insert=insert,
        create=lambda statement: replicated(durable(statement), cluster),
        local=lambda table: f"{table}_local ON CLUSTER {cluster}",
    )


def insert(client: "Client", table: str, rows: pa.Table) -> None:
    """Insert the rows as one block."""
    client.insert_arrow(table, rows)


def replicated(statement: str, cluster: str) -> tuple[str, str]:
    """Return the two tables that one of schema/*.sql becomes in a cluster: the replicated one and the distributed one above."""
    head, engine = _HEAD.search(statement), _ENGINE.search(statement)
    if head is None or engine is None:
        raise ValueError(f"not a CREATE TABLE of a MergeTree: {statement[:200]}")
    name = head["name"]
    arguments = f", {engine['arguments']}" if engine["arguments"] else ""
    replica = (
        f"ENGINE = Replicated{engine['family']}("
        f"'/clickhouse/tables/{{shard}}/{{database}}/{name}', '{{replica}}'{arguments})"
    )
    local = statement[: engine.start()] + replica + statement[engine.end() :]
    local = local.replace(head[0], f"CREATE TABLE {name}_local ON CLUSTER {cluster} (", 1)
    shard = _SHARD.search(statement)
    key = shard["expression"].strip() if shard else "cityHash64(account)"
    above = (
        f"CREATE TABLE {name} ON CLUSTER {cluster} AS {name}_local\n"
        f"ENGINE = Distributed('{cluster}', currentDatabase(), '{name}_local', {key})"
    )
    return local, above
