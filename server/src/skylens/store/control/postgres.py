"""Control state in PostgreSQL, shared by several nodes."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from sqlalchemy import create_engine, text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection

_WRITE_LOCK = 0x736B796C656E73  # "skylens": one advisory lock for all writers, whose transactions take milliseconds


class PostgresDatabase:
    """A database on a server; psycopg is the driver."""

    def __init__(self, url: URL) -> None:
        target = url.set(drivername="postgresql+psycopg")
        self._engine = create_engine(target, pool_size=4, max_overflow=28, pool_pre_ping=True)
        self._reader = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    @contextmanager
    def begin(self, *, durable: bool = True) -> Iterator[Connection]:
        """Open a write transaction that waits for those of all other nodes."""
        with self._engine.begin() as connection:
            if not durable:
                connection.execute(text("SET LOCAL synchronous_commit TO OFF"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _WRITE_LOCK})
            yield connection

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """Open a read transaction on a snapshot."""
        with self._reader.begin() as connection:
            yield connection

    def close(self) -> None:
        """Close every connection."""
        self._engine.dispose()
