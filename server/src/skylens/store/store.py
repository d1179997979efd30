"""Store: where telemetry is kept. Rows go in by append (durable when it returns) and come out by read, within limits."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from skylens.sql import Param, Sql
from skylens.store import metrics
from skylens.store.chdb import embedded
from skylens.store.clickhouse import served
from skylens.store.engine import Engine, ReadApart, Row
from skylens.store.errors import ReadLimitExceeded, StoreUnavailable
from skylens.store.insert_buffer import BufferLimits, InsertBuffer, Parts
from skylens.store.limits import ReadLimits
from skylens.store.migrate import migrate
from skylens.store.rows import Columns, Rows, gather, pack
from skylens.store.tables import Table, definitions, table_from_columns

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from concurrent.futures import Future

    import pyarrow as pa

    from skylens.clock import Clock

DEFAULT_LIMITS = ReadLimits()
_READS_BESIDE = 4  # that run at a time for callers who go on with something else; more wait for their turn


def open_engine(url: str, cluster: str = "") -> Engine:
    """Return the engine at ``chdb:///folder`` or ``clickhouse://user:password@host:port/database``."""
    parts = urlsplit(url)
    match parts.scheme:
        case "chdb":
            return Engine(embedded(Path(url.removeprefix("chdb://"))))
        case "clickhouse" | "clickhouses":
            return Engine(served(url, cluster))
    raise ValueError(f"the store is chdb:///folder or clickhouse://host:port/database, not {url!r}")


def open_store(
    url: str,
    *,
    clock: Clock,
    retention_days: int = 30,
    own_days: Mapping[str, int] | None = None,
    cluster: str = "",
) -> Store:
    """Open the store and bring its schema up to date. ``own_days`` are of tables that accounts do not decide about."""
    engine = open_engine(url, cluster)
    try:
        migrate(engine, clock)
        return Store(engine, clock=clock, retention_days=retention_days, own_days=own_days)
    except BaseException:
        engine.close()
        raise


class Store:
    """Telemetry: segments and whatever else comes in large numbers. Thread-safe."""

    def __init__(
        self,
        engine: Engine,
        *,
        clock: Clock,
        retention_days: int = 30,
        own_days: Mapping[str, int] | None = None,
        limits: BufferLimits | None = None,
    ) -> None:
        self.engine = engine
        self.clock = clock
        self.retention_days = retention_days
        self.own_days = dict(own_days or {})
        self.tables = _describe(engine)
        self._order = {definition.name: at for at, definition in enumerate(definitions())}
        self._buffer = InsertBuffer(self._commit, limits or BufferLimits())
        self._beside = ThreadPoolExecutor(_READS_BESIDE, thread_name_prefix="skylens-read")

    @property
    def is_shared(self) -> bool:
        """Whether other processes may write to it too."""
        return not self.engine.dialect.is_embedded

    async def append(self, table: str, columns: Columns) -> None:
        """Store the rows; they are durable when this returns. Raises StoreBusy, StoreFull, StoreUnavailable, RowsRefused."""
        await self.append_many([(table, columns)])

    async def append_many(self, parts: Sequence[tuple[str, Columns]]) -> None:
        """Store rows of several tables in one commit, which writes tables in the order of schema/_order."""
        packed = [pack(self.tables[table], columns) for table, columns in parts]
        count = sum(rows.count for rows in packed)
        if count:
            await self._buffer.put(packed, count, sum(rows.size_bytes for rows in packed))

    def insert(self, table: str, columns: Columns) -> None:
        """Store the rows at once, for workers; durable when it returns."""
        rows = pack(self.tables[table], columns)
        if rows.count:
            self.engine.insert(table, gather(self.tables[table], [rows]))

    def read(self, query: Sql, *, limits: ReadLimits = DEFAULT_LIMITS) -> list[Row]:
        """Return the rows; FixedString as bytes, DateTime as seconds, DateTime64(3) as milliseconds since the epoch."""
        with _observed():
            return self.engine.read(query, limits)

    def begin(self, query: Sql, *, limits: ReadLimits = DEFAULT_LIMITS) -> Future[list[Row]]:
        """Start to read, while the caller goes on; the rows, or what read() would raise, come from the future."""
        try:
            return self._beside.submit(self.read, query, limits=limits)
        except RuntimeError as exc:
            raise StoreUnavailable("the store is closed") from exc

    def read_columns(self, query: Sql, *, limits: ReadLimits = DEFAULT_LIMITS) -> dict[str, list[Any]]:
        """Return the columns by name, values as read() gives them."""
        with _observed():
            return self.engine.read_columns(query, limits)

    def read_apart(self, query: Sql, *, limits: ReadLimits, mark: str = "") -> ReadApart:
        """Return the rows of a SELECT that a user wrote and we compiled, and how much was read for them."""
        with _observed():
            return self.engine.read_apart(query, limits, mark)

    def stop_read(self, mark: str) -> None:
        """Stop the reads with this mark; they raise QueryCancelled."""
        self.engine.stop_read(mark)

    def read_arrow(self, query: Sql, *, limits: ReadLimits = DEFAULT_LIMITS) -> pa.Table:
        """Return an Arrow table; FixedString as fixed_size_binary, DateTime as uint32."""
        with _observed():
            return self.engine.read_arrow(query, limits)

    def execute(self, statement: Sql) -> None:
        """Run a statement that answers nothing, for workers: INSERT … SELECT, OPTIMIZE. To delete use delete()."""
        self.engine.command(statement)

    def delete(self, table: str, where: Sql) -> None:
        """Delete the rows for which the condition holds; readers see them gone when this returns."""
        target = self.engine.dialect.target(table)
        statement = Sql(f"DELETE FROM {target} WHERE {where.text}", where.params)  # noqa: S608  # a table of ours
        self.engine.command(statement, {"lightweight_deletes_sync": 2, "mutations_sync": 2})

    def close(self) -> None:
        """Commit what waits and close the engine. Not from a signal handler: the engine may be in the middle of a call."""
        self.drain()
        self._beside.shutdown()
        self.engine.close()

    def drain(self) -> None:
        """Commit what waits and take no more rows; reads go on."""
        self._buffer.close()

    def _commit(self, requests: Sequence[Parts]) -> None:
        """Write one group, table by table."""
        pieces: dict[str, list[Rows]] = {}
        for rows in (rows for parts in requests for rows in parts):
            if rows.count:
                pieces.setdefault(rows.table, []).append(rows)
        for table in sorted(pieces, key=self._order.__getitem__):
            self.engine.insert(table, gather(self.tables[table], pieces[table]))


@contextmanager
def _observed() -> Iterator[None]:
    started = time.perf_counter()
    try:
        yield
    except ReadLimitExceeded:
        metrics.EXCEEDED_READS.inc()
        raise
    finally:
        metrics.READ_SECONDS.observe(time.perf_counter() - started)


def _describe(engine: Engine) -> dict[str, Table]:
    """Return every table of ours with the columns that an insert gives."""
    names = Param("Array(String)", [definition.name for definition in definitions()])
    rows = engine.read(
        Sql(
            "SELECT table, name, type FROM system.columns WHERE database = currentDatabase() AND has(?, table)"
            " AND default_kind NOT IN ('MATERIALIZED', 'ALIAS', 'EPHEMERAL') ORDER BY table, position",
            (names,),
        )
    )
    columns: dict[str, dict[str, str]] = {}
    for table, name, kind in rows:
        columns.setdefault(table, {})[name] = kind
    return {table: table_from_columns(table, kinds) for table, kinds in columns.items()}
