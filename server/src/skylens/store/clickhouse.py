"""A ClickHouse server or cluster, over HTTP: the same SQL, with replicated and distributed tables where a cluster is named."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit, urlunsplit

import pyarrow as pa

from skylens.store.engine import Dialect

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

_NAME = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")


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

    return Dialect(connect=connect, insert=insert, cluster=cluster)


def insert(client: "Client", table: str, rows: pa.Table) -> None:
    """Insert the rows as one block."""
    client.insert_arrow(table, rows)
