"""The embedded engine: ClickHouse inside this process (chDB), one data folder per process."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import pyarrow as pa

from skylens.store.engine import Dialect

if TYPE_CHECKING:
    from clickhouse_connect.driver.client import Client

_MIB = 1024 * 1024

# Memory and caches are capped, because the engine would take 90 % of the machine and 5 GB for each cache.
CAPS: Final = {
    "max_server_memory_usage": 1536 * _MIB,
    "mark_cache_size": 64 * _MIB,
    "index_mark_cache_size": 32 * _MIB,
    "primary_index_cache_size": 64 * _MIB,
    "mmap_cache_size": 64,
    "background_pool_size": 2,
}
_ROOM_NEEDED = 32 * _MIB


def embedded(folder: Path) -> Dialect:
    """Return how to talk to the engine whose data is in the folder (made if it is not there)."""
    folder.mkdir(parents=True, exist_ok=True)
    data, config = folder / "data", folder / "engine.xml"
    lines = "".join(f"    <{name}>{escape(str(value))}</{name}>\n" for name, value in CAPS.items())
    config.write_text(f"<clickhouse>\n{lines}</clickhouse>\n", encoding="utf-8")
    return Dialect(
        connect=_connector(data, config),
        insert=insert,
        create=lambda statement: (statement,),
        disk_full=lambda: shutil.disk_usage(folder).free < _ROOM_NEEDED,
    )


def insert(client: "Client", table: str, rows: pa.Table) -> None:
    """Insert the rows as one block."""
    client.insert_arrow(table, rows)


def _connector(data: Path, config: Path) -> Callable[[], "Client"]:
    def connect() -> "Client":
        # Imported here: loading the engine takes a second, and a process that only talks to a server never needs it.
        import clickhouse_connect  # noqa: PLC0415

        return clickhouse_connect.get_client(
            interface="chdb", path=str(data), chdb_options={"config-file": str(config)}, autogenerate_session_id=False
        )

    return connect
