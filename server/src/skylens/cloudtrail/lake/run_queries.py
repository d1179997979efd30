"""Run queries: the job that takes queued queries, reads within limits, and keeps what they found for a week."""

from __future__ import annotations

import json
import logging
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from skylens.cloudtrail.lake import queries
from skylens.cloudtrail.lake.cells import cell
from skylens.cloudtrail.lake.invalid import InvalidQuery, UnknownStore
from skylens.cloudtrail.lake.lake_errors import StoreInactive
from skylens.sql import Sql
from skylens.store import ReadLimitExceeded, ReadLimits, StoreError
from skylens.store.errors import QueryCancelled

if TYPE_CHECKING:
    from datetime import datetime

    from skylens.clock import Clock
    from skylens.cloudtrail.lake.queries import LakeQuery
    from skylens.cloudtrail.lake.select import Compiled
    from skylens.config import Limits
    from skylens.store import Store
    from skylens.store.control import Control

LOG = logging.getLogger(__name__)
TABLE: Final = "query_results"
_AT_A_TIME: Final = 2
_BATCH: Final = 20_000
_MEMORY: Final = 512 * 1024 * 1024
_TIMEOUT: Final = re.compile(r"TIMEOUT_EXCEEDED|Timeout exceeded", re.IGNORECASE)
_STOPPED: Final = "The server that ran the query has stopped"
_NOT_GROUPED: Final = "NOT_AN_AGGREGATE"


class QueryRunner:
    """Runs queries in threads of its own, a few at a time."""

    def __init__(self, store: Store, control: Control, clock: Clock, limits: Limits) -> None:
        self._store, self._control, self._clock, self._limits = store, control, clock, limits
        self._threads = ThreadPoolExecutor(_AT_A_TIME, thread_name_prefix="skylens-lake")
        self._under_way: set[str] = set()
        self._lock = threading.Lock()
        self._is_first = True
        self._is_closing = False

    def run(self, now: datetime) -> None:
        """Begin the queries that wait, and stop those that were cancelled."""
        with self._control.read() as connection:
            waiting = queries.in_status(connection, *queries.RUNNING)
        if self._is_first:
            self._is_first = False
            self._give_up(waiting)
        self._stop_cancelled({query.id for query in waiting})
        for query in waiting:
            self._look_after(query, now)

    def finish(self) -> None:
        """Stop the queries that run; those that have not begun are run after the next start."""
        self._is_closing = True
        with self._lock:
            under_way = tuple(self._under_way)
        for query in under_way:
            self._store.stop_read(_mark(query))
        self._threads.shutdown(cancel_futures=True)

    def _look_after(self, query: LakeQuery, now: datetime) -> None:
        with self._lock:
            if query.id in self._under_way:
                return
            if query.status == "QUEUED":
                self._under_way.add(query.id)
        if query.status == "QUEUED":
            self._threads.submit(self._keep_safe, query)
        elif query.started_at is None or (now - query.started_at).total_seconds() > 2 * self._limits.query_seconds:
            self._end(query, "FAILED", error=_STOPPED)

    def _give_up(self, waiting: list[LakeQuery]) -> None:
        """End what ran when the only process over this store was killed."""
        if self._store.is_shared:
            return
        for query in waiting:
            if query.status == "RUNNING":
                self._end(query, "FAILED", error=_STOPPED)

    def _stop_cancelled(self, known: set[str]) -> None:
        with self._lock:
            gone = self._under_way - known
        for query in gone:
            self._store.stop_read(_mark(query))

    def _keep_safe(self, query: LakeQuery) -> None:
        try:
            self._answer(query)
        except Exception:
            LOG.exception("event=query_failed query=%s", query.id)
            self._end(query, "FAILED", error="The query failed for a reason that the server's log has")
        finally:
            with self._lock:
                self._under_way.discard(query.id)

    def _answer(self, query: LakeQuery) -> None:
        if self._is_closing:
            return None
        began = self._clock.now()
        with self._control.begin() as connection:
            if not queries.change(connection, query, ("QUEUED",), status="RUNNING", started_at=began):
                return None  # cancelled
        try:
            with self._control.read() as connection:
                compiled = queries.compiled_again(connection, self._store, query)
            columns, rows = self._read(query, compiled)
        except (InvalidQuery, UnknownStore, StoreInactive) as error:
            return self._end(query, "FAILED", error=str(error))
        except ReadLimitExceeded as error:
            if _TIMEOUT.search(str(error)):
                return self._end(query, "TIMED_OUT", error=f"The query took more than {self._limits.query_seconds} s")
            return self._end(
                query, "FAILED", error="The query needs more memory than it may, or has too many rows; add a LIMIT"
            )
        except QueryCancelled:
            return self._end(query, "FAILED", error=_STOPPED)
        except StoreError as error:
            LOG.warning("event=query_refused query=%s why=%s", query.id, error)
            return self._end(query, "FAILED", error=reason(str(error)))
        milliseconds = int((self._clock.now() - began).total_seconds() * 1000)
        self._end(query, "FINISHED", columns=json.dumps(columns), milliseconds=milliseconds, **rows)
        return None

    def _read(self, query: LakeQuery, compiled: Compiled) -> tuple[list[str], dict[str, int]]:
        """Run a query and keep its rows; return the names of its columns and how much it was."""
        result = self._store.read_apart(compiled.sql, limits=_limits(self._limits), mark=_mark(query.id))
        kinds = [kind for _, kind in compiled.columns]
        for first in range(0, len(result.rows), _BATCH):
            part = result.rows[first : first + _BATCH]
            cells = [[cell(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in part]
            self._store.insert(
                TABLE,
                {
                    "account": [query.account] * len(part),
                    "query_id": [query.id] * len(part),
                    "created_at": [int(query.created_at.timestamp())] * len(part),
                    "number": list(range(first, first + len(part))),
                    "cells": cells,
                },
            )
        figures = {"rows": len(result.rows), "events_scanned": result.rows_read, "bytes_scanned": result.bytes_read}
        return [name for name, _ in compiled.columns], figures

    def _end(self, query: LakeQuery, status: str, **values: object) -> None:
        with self._control.begin() as connection:
            queries.change(connection, query, queries.RUNNING, status=status, **values)


def reason(engine_error: str) -> str:
    """Return why the engine refused a query, without the SQL that it was made into."""
    if _NOT_GROUPED in engine_error:
        return "A column stands neither in GROUP BY nor in an aggregate"
    return "The query's parts do not fit together: look at the types, the joins and the grouping"


def check(store: Store, compiled: Compiled) -> None:
    """Raise InvalidQuery where the engine would not run a query; nothing is read for that."""
    try:
        store.read_apart(Sql(f"EXPLAIN {compiled.sql.text}", compiled.sql.params), limits=ReadLimits(seconds=10))
    except ReadLimitExceeded:
        return  # a part of it was run to be planned; the query itself has more time
    except StoreError as error:
        raise InvalidQuery(reason(str(error))) from error


def _limits(limits: Limits) -> ReadLimits:
    return ReadLimits(limits.query_seconds, _MEMORY, limits.query_result_rows, threads=2)


def _mark(query: str) -> str:
    return f"lake query {query}"
