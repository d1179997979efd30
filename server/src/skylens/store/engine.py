"""Engine: one ClickHouse, embedded or served, behind a small pool of clients. It knows SQL and rows, no tables of ours."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from clickhouse_connect.driver.exceptions import ClickHouseError

from skylens.sql import Param, Sql
from skylens.store.cluster_tables import replicated
from skylens.store.engine_errors import domain_error
from skylens.store.errors import ReadLimitExceeded, RowsRefused, StoreBusy, StoreError, StoreUnavailable
from skylens.store.limits import ReadLimits
from skylens.store.tables import durable
from skylens.store.values import bind

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    import pyarrow as pa
    from clickhouse_connect.driver.client import Client

Row: TypeAlias = tuple[Any, ...]

# Times come back as they went in: seconds or, for DateTime64(3), milliseconds since the epoch; Date as days.
_FORMATS = {"Date*": "int"}
_ARROW: dict[str, str | int] = {"output_format_arrow_string_as_string": 1}


# Whatever the text of such a query says, it changes no table and reaches no other place.
_APART: dict[str, str | int] = {"readonly": 2, "allow_ddl": 0, "join_use_nulls": 1}


@dataclass(frozen=True, slots=True)
class ReadApart:
    """Rows, and how much was read for them; 0 where the engine does not say."""

    rows: list[Row]
    rows_read: int
    bytes_read: int


@dataclass(frozen=True, slots=True)
class Dialect:
    """What differs between the embedded engine, a server and a cluster; see chdb.py and clickhouse.py."""

    connect: Callable[[], Client]
    insert: Callable[[Client, str, pa.Table], None]
    disk_full: Callable[[], bool] = field(default=lambda: False)
    cluster: str = ""
    is_embedded: bool = False  # no other process writes to it

    def create(self, statement: str) -> tuple[str, ...]:
        """Return the statements that create here what a CREATE TABLE of schema/*.sql says."""
        if self.cluster:
            return replicated(durable(statement), self.cluster)
        # Several nodes may start at once over one server.
        return (durable(statement).replace("CREATE TABLE ", "CREATE TABLE IF NOT EXISTS ", 1),)

    def renew(self, table: str, statement: str) -> tuple[str, ...]:
        """Return the statements that give a changed table's new columns to what stands above it; ``statement`` is today's."""
        if not self.cluster:
            return ()
        return f"DROP TABLE IF EXISTS {table} ON CLUSTER {self.cluster} SYNC", self.create(statement)[1]

    def physical(self, table: str) -> str:
        """Return the name of the table that holds the rows."""
        return f"{table}_local" if self.cluster else table

    def target(self, table: str) -> str:
        """Return what ALTER TABLE and DELETE FROM are sent to."""
        return f"{table}_local ON CLUSTER {self.cluster}" if self.cluster else table

    @property
    def parts(self) -> str:
        """The list of all parts, wherever they are."""
        return f"clusterAllReplicas('{self.cluster}', system.parts)" if self.cluster else "system.parts"


class Engine:
    """Runs SQL. Thread-safe: every call has a client of its own, because a client serialises its callers with a lock."""

    def __init__(self, dialect: Dialect) -> None:
        self.dialect = dialect
        self._idle: list[Client] = []
        self._lock = threading.Condition()
        self._busy = 0
        self._closed = False

    def read(self, query: Sql, limits: ReadLimits = ReadLimits()) -> list[Row]:  # noqa: B008  # frozen
        """Return the rows; FixedString as bytes, times as the integers they were inserted as."""
        text, parameters = bind(query)
        with self._client() as client:
            result = client.query(text, parameters, settings=limits.settings(), query_formats=_FORMATS)
            return list(map(tuple, result.result_rows))

    def read_apart(self, query: Sql, limits: ReadLimits, mark: str = "") -> ReadApart:
        """Return the rows of a SELECT that somebody else thought of: it can only read, and joins give NULLs as SQL says.

        It can be stopped by its mark. A comment would not do: the engine drops them from queries with parameters.
        """
        text, parameters = bind(query)
        with self._client() as client:
            result = client.query(
                text, parameters, settings=limits.settings() | _APART | {"log_comment": mark}, query_formats=_FORMATS
            )
            # What the driver tells of the embedded engine is the size of the result.
            counted = {} if self.dialect.is_embedded else result.summary
            rows = list(map(tuple, result.result_rows))
            return ReadApart(rows, int(counted.get("read_rows", 0)), int(counted.get("read_bytes", 0)))

    def stop_read(self, mark: str) -> None:
        """Stop the reads with this mark; they raise QueryCancelled."""
        everywhere = f" ON CLUSTER {self.dialect.cluster}" if self.dialect.cluster else ""
        self.command(Sql(f"KILL QUERY{everywhere} WHERE Settings['log_comment'] = ? ASYNC", (Param("String", mark),)))

    def read_columns(self, query: Sql, limits: ReadLimits = ReadLimits()) -> dict[str, list[Any]]:  # noqa: B008
        """Return the columns by name; quicker than rows where a caller works on whole columns."""
        text, parameters = bind(query)
        with self._client() as client:
            result = client.query(
                text, parameters, settings=limits.settings(), query_formats=_FORMATS, column_oriented=True
            )
            columns = [list(column) for column in result.result_columns] or [[] for _ in result.column_names]
            return dict(zip(result.column_names, columns, strict=True))

    def read_arrow(self, query: Sql, limits: ReadLimits = ReadLimits()) -> pa.Table:  # noqa: B008
        """Return an Arrow table: no value becomes an object of Python's. For callers who compute with whole columns."""
        text, parameters = bind(query)
        # In the text: given apart, the embedded engine's driver sets and restores them one by one, which takes 5 ms.
        settings = ", ".join(f"{name} = {value}" for name, value in (limits.settings() | _ARROW).items())
        with self._client() as client:
            return client.query_arrow(f"{text}\nSETTINGS {settings}", parameters)

    def command(self, query: Sql, settings: Mapping[str, Any] | None = None) -> None:
        """Run a statement that answers nothing: DDL, ALTER, DELETE, INSERT … SELECT."""
        text, parameters = bind(query)
        with self._client() as client:
            client.command(text, parameters, settings=dict(settings or {}))

    def insert(self, table: str, rows: pa.Table) -> None:
        """Store the rows; durable when it returns. One call is one block: all rows of a partition or none."""
        try:
            with self._client() as client:
                self.dialect.insert(client, table, rows)
        except ReadLimitExceeded as exc:
            raise StoreBusy(f"the engine has no memory or time for an insert: {exc}") from exc
        except StoreError as exc:
            # An error that no table of ours explains lies in the statement or in the rows, and the statement is always the same.
            if type(exc) is StoreError:
                raise RowsRefused(str(exc)) from exc
            raise

    def close(self) -> None:
        """Wait for the calls that run and close every client. Never call this from a signal handler."""
        with self._lock:
            self._closed = True
            self._lock.wait_for(lambda: self._busy == 0)
            idle, self._idle = self._idle, []
        for client in idle:
            client.close()

    @contextmanager
    def _client(self) -> Iterator[Client]:
        client = self._take()
        try:
            yield client
        except (ClickHouseError, OSError) as exc:
            raise domain_error(exc, disk_full=self.dialect.disk_full) from exc
        finally:
            self._give_back(client)

    def _take(self) -> Client:
        with self._lock:
            if self._closed:
                raise StoreUnavailable("the store is closed")
            self._busy += 1
            if self._idle:
                return self._idle.pop()
        try:
            return self.dialect.connect()
        except BaseException as exc:
            with self._lock:
                self._busy -= 1
                self._lock.notify_all()
            if isinstance(exc, (ClickHouseError, OSError)):
                raise StoreUnavailable(f"the engine does not open: {exc}") from exc
            raise

    def _give_back(self, client: Client) -> None:
        with self._lock:
            self._busy -= 1
            self._idle.append(client)
            self._lock.notify_all()
