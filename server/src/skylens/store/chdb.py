"""The embedded engine: ClickHouse inside this process (chDB), one data folder per process."""

from __future__ import annotations

import itertools
import shutil
from typing import TYPE_CHECKING, Final
from xml.sax.saxutils import escape

import pyarrow as pa

from skylens.store.engine import Dialect

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

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
# Parts are merged more at a time and so less often (the engine's own 5 costs a quarter more CPU a row, at 24,000 rows a second in
# commits of 7,000); 20 saves no more and leaves more parts to read.
MERGES: Final = {"merge_selector_base": 10}
# The engine takes a thread from a read for every GiB that is missing to what it may take: under our cap it would always read with
# one. What a read may take is limited by itself.
THREADS: Final = {"max_threads_min_free_memory_per_thread": 0}
_UNSPEAKABLE: Final = frozenset("?#\\")  # chDB's connection string cannot carry these
_ROOM_NEEDED = 32 * _MIB


class _Folder:
    """One data folder: the engine's own data, its configuration, and files with rows on their way in."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder, self._data, self._incoming = folder, folder / "data", folder / "incoming"
        self._config = folder / "engine.xml"
        self._numbers = itertools.count()
        self._opened = False
        merges = f"    <merge_tree>\n{_elements(MERGES)}    </merge_tree>\n"
        self._config.write_text(f"<clickhouse>\n{_elements(CAPS)}{merges}</clickhouse>\n", encoding="utf-8")

    def connect(self) -> Client:
        # Imported here: loading the engine takes a second, and a process that only talks to a server never needs it.
        import clickhouse_connect  # noqa: PLC0415

        options = {"config-file": str(self._config)}
        client = clickhouse_connect.get_client(
            interface="chdb", path=str(self._data), settings=THREADS, chdb_options=options
        )
        if not self._opened:
            # Only now is the folder known to be ours: what a killed process left behind can go.
            shutil.rmtree(self._incoming, ignore_errors=True)
            self._incoming.mkdir()
            self._opened = True
        return client

    def insert(self, client: Client, table: str, rows: pa.Table) -> None:
        """Insert the rows as one block, through a file beside the data.

        The driver's own insert_arrow goes through the temporary folder, which is another disk that may be full, and
        copies the rows twice under the interpreter's lock; this file lives too briefly to be written to the disk.
        """
        path = self._incoming / f"{next(self._numbers)}.arrow"
        try:
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_file(sink, rows.schema) as writer:
                writer.write_table(rows)
            columns = ", ".join(f"`{name}`" for name in rows.schema.names)
            literal = str(path).replace("\\", "\\\\").replace("'", "\\'")
            client.command(f"INSERT INTO {table} ({columns}) FROM INFILE '{literal}' FORMAT Arrow")
        finally:
            path.unlink(missing_ok=True)

    def is_full(self) -> bool:
        return shutil.disk_usage(self._folder).free < _ROOM_NEEDED


def _elements(settings: Mapping[str, int]) -> str:
    return "".join(f"    <{name}>{escape(str(value))}</{name}>\n" for name, value in settings.items())


def embedded(path: Path) -> Dialect:
    """Return how to talk to the engine whose data is in the folder (made if it is not there)."""
    if not path.is_absolute() or _UNSPEAKABLE.intersection(str(path)):
        raise ValueError(f"the engine needs an absolute path without any of {sorted(_UNSPEAKABLE)}, not {path}")
    folder = _Folder(path)
    return Dialect(connect=folder.connect, insert=folder.insert, disk_full=folder.is_full, is_embedded=True)
