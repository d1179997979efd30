"""Control state in SQLite: write-ahead log, synchronous, one writer at a time."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import create_engine, event
from sqlalchemy.pool import QueuePool

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from sqlite3 import Connection as SqliteConnection

    from sqlalchemy import URL, Connection

_BUSY_MS = 30_000  # another process (the CLI) may hold the write lock for a moment


class SqliteDatabase:
    """One file. Writers of this process queue on a lock, which is fair and quicker than SQLite's polling."""

    def __init__(self, url: URL) -> None:
        if url.database:
            Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        self._engine = create_engine(url, poolclass=QueuePool, pool_size=4, max_overflow=28)
        self._writer = threading.Lock()
        event.listen(self._engine, "connect", _prepare)

    @contextmanager
    def begin(self, *, durable: bool = True) -> Iterator[Connection]:
        """Open a write transaction; IMMEDIATE, so that it never fails half way for want of the lock."""
        # Connections are shared: each transaction says anew what it may do and whether its commit waits for the disk.
        settings = ("query_only=OFF", f"synchronous={'FULL' if durable else 'NORMAL'}")
        with self._writer, self._transaction("BEGIN IMMEDIATE", settings) as connection:
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a read transaction on a snapshot; a write in it fails, as it would on PostgreSQL."""
        with self._transaction("BEGIN", ("query_only=ON",)) as connection:
            yield connection

    @contextmanager
    def _transaction(self, opening: str, pragmas: Sequence[str]) -> Iterator[Connection]:
        with self._engine.connect() as connection:
            for pragma in pragmas:
                connection.exec_driver_sql(f"PRAGMA {pragma}")
            connection.exec_driver_sql(opening)
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()


def _prepare(connection: SqliteConnection, _record: Any) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves; the driver would say it too late
    for pragma in ("journal_mode=WAL", f"busy_timeout={_BUSY_MS}", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()
