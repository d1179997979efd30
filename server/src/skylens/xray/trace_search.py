"""Trace search: the newest traces of a time range for which a filter holds, page by page.

A search goes from the newest second to the oldest in slices. Each slice is one read of the store, narrow at first, wider
while little is found, and narrower again where the read would touch too many rows.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final, Literal, TypeAlias

from skylens.caller import Caller
from skylens.sql import TRUE, Param, Sql, all_of, any_of
from skylens.store import Store
from skylens.store.errors import ReadLimitExceeded
from skylens.store.limits import ReadLimits
from skylens.store.queries import query
from skylens.xray import search_token
from skylens.xray.errors import InvalidRequest
from skylens.xray.filter_expression.ast import Everything, Expression
from skylens.xray.filter_expression.to_sql import Condition, to_sql
from skylens.xray.search_token import Position
from skylens.xray.trace_id import TraceId, to_text

TimeRangeType: TypeAlias = Literal["TraceId", "Event", "Service"]
# Given candidates, newest first, give those that belong on the page, in the same order.
Admit: TypeAlias = Callable[[list[TraceId]], Iterable[TraceId]]

_TRACES: Final = query("skylens.xray", "search_traces")
_TRACES_BY_ROWS: Final = query("skylens.xray", "search_traces_by_rows")
_ROWS: Final = query("skylens.xray", "search_rows")
_NEWEST: Final = query("skylens.xray", "search_newest")
_FLOATING: Final = query("skylens.xray", "search_floating")
_ELSEWHERE: Final = query("skylens.xray", "search_elsewhere")
_FIRST_SECONDS: Final = query("skylens.xray", "search_first_seconds")
_COUNTED: Final = query("skylens.xray", "search_counted")
_PROCESSED: Final = query("skylens.xray", "search_processed")

_DAY: Final = 86_400
_SPREAD: Final = _DAY  # floating rows of one trace are seen together when they start within this many seconds
_ID_MAY_FOLLOW_START: Final = 300  # see xray/segment.py
_START_MAY_FOLLOW_ARRIVAL: Final = _DAY + _ID_MAY_FOLLOW_START
_MODIFICATION_DAYS: Final = 7
_LAST_SECOND: Final = 2**32 - 1
# Of a search's first slice: 32 seconds of 140 rows cost 5 ms, and every further slice about 10.
_SECONDS, _SECONDS_BY_INDEX = 32, 1_024
_COUNTED_SECONDS: Final = 64  # of the newest part of a page, whose traces are counted one by one
_FIRST_ROWS, _MOST_ROWS = 20_000, 2_000_000  # that a slice may touch at first, and at most
_FEWEST_CANDIDATES: Final = 20
_READ: Final = ReadLimits(seconds=20)
_READ_BESIDE: Final = replace(_READ, threads=1)  # one core is for who goes on meanwhile


@dataclass(frozen=True, slots=True)
class Sampling:
    """FixedRate: that fraction of the traces, always the same ones. PartialScan: that part of the range, from its end.

    A partial scan also ends for good when its effort is used up.
    """

    strategy: Literal["FixedRate", "PartialScan"] = "PartialScan"
    value: float = 1.0


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """One page's question. ``end`` is exclusive; ``after`` is the token of the page before."""

    start: datetime
    end: datetime
    time_range_type: TimeRangeType = "TraceId"
    expression: Expression = field(default_factory=Everything)
    page_size: int = 100
    after: str | None = None
    sampling: Sampling | None = None
    seconds: float = 2.0  # the effort a page may cost; it may then be empty and still have a successor


@dataclass(frozen=True, slots=True)
class SearchPage:
    """A page: its traces, newest first, and the token for the next one, None when the range is finished.

    ``start`` is how far back the page reaches. ``count`` waits for the number of traces looked at, which is read while the
    caller makes something of the page.
    ``matched_at`` tells, for time range type Event, when the latest part of a trace arrived within the range.
    """

    trace_ids: Sequence[TraceId]
    next: str | None
    count: Callable[[], int]
    start: datetime
    matched_at: dict[TraceId, datetime] = field(default_factory=dict)

    @property
    def processed(self) -> int:
        """How many traces were looked at, matching or not."""
        return max(len(self.trace_ids), self.count())

    def __repr__(self) -> str:
        return f"<SearchPage {len(self.trace_ids)} of {self.processed} traces since {self.start:%H:%M:%S}>"


def search(store: Store, caller: Caller, request: SearchRequest, *, admit: Admit) -> SearchPage:
    """Return one page of the traces in the range for which the expression holds (its groups substituted), newest first.

    SQL finds candidates, ``admit`` has the last word on each: it is called with batches until the page is full. Raises
    InvalidRequest for a token of another request.
    """
    if request.start >= request.end:
        raise InvalidRequest("StartTime must be before EndTime")
    return _Search(store, caller, request, admit).page()


@dataclass(frozen=True, slots=True)
class _Candidate:
    key: bytes
    second: int
    floats: bool
    matched_ms: int | None


class _Search:
    """One page in the making."""

    def __init__(self, store: Store, caller: Caller, request: SearchRequest, admit: Admit) -> None:
        self._store, self._caller, self._request, self._admit = store, caller, request, admit
        self._condition: Condition = to_sql(request.expression)
        self._oldest, self._end = _range(store, request)
        self._seen = _seen(request)
        self._sampled = _sampled(request.sampling)
        self._question = _question(caller, request)
        if request.after is None:
            self._at = Position(self._end, bytes(16), int(store.clock.now().timestamp() * 1000))
        else:
            self._at = search_token.decode(request.after, self._question)
        self._scope: dict[str, Any] = {"account": caller.account, "region": caller.region}
        self._found: list[_Candidate] = []
        low, high = max(0, self._oldest - _SPREAD), min(_LAST_SECOND, self._end + _SPREAD)
        self._looked_up = store.begin(_FLOATING.fill(**self._scope, low=low, until=high), limits=_READ_BESIDE)
        self._floating: bool | None = None  # None: not known yet
        self._is_first_slice = True
        self._has_jumped = False
        self._top = self._end  # the second before which this page looks
        self._counts: dict[int, Callable[[], int]] = {}  # of the traces looked at, by how far back
        by_index = self._condition.by_index
        self._width = _SECONDS_BY_INDEX if by_index else _SECONDS  # of the next slice
        self._rows = _MOST_ROWS if by_index else _FIRST_ROWS  # that it may touch

    def page(self) -> SearchPage:
        """Go back slice by slice until the page is full, the range is finished or the effort is used up."""
        deadline = self._store.clock.monotonic() + self._request.seconds
        until = self._begin()
        self._top = until or self._oldest
        while until is not None and self._missing:
            until = self._look_at_slice(until)
            if self._store.clock.monotonic() >= deadline:
                break
        return self._finish(finished=until is None)

    def _look_at_slice(self, until: int) -> int | None:
        """Read the next slice that ends before ``until``; return where the one after it ends, None when there is none."""
        low = max(self._oldest, until - self._width)
        most = self._candidates_wanted()
        try:
            candidates = self._read(low, until, most)
        except ReadLimitExceeded:
            if self._width == 1:
                raise
            self._width = max(1, min(self._width, until - low) // 8)
            return until
        if self._take(candidates, most):
            return self._at.second + 1
        self._at = Position(low, bytes(16), self._at.arrived_ms)
        self._width *= 4 if candidates else 16
        self._rows = min(self._rows * 8, _MOST_ROWS)
        self._is_first_slice = False
        if low <= self._oldest:
            return None
        return low if candidates or self._has_jumped else self._jump(low)

    def _take(self, candidates: Sequence[_Candidate], most: int) -> bool:
        """Put those that are admitted on the page; say whether there may be more in the slice than were looked at."""
        due = self._at_their_time(candidates)
        while due and self._missing:
            batch = due[: self._missing]
            due = due[len(batch) :]
            admitted: set[TraceId] = set()
            for trace_id in self._admit([to_text(candidate.key) for candidate in batch]):
                if not admitted and self._condition.exact and len(batch) == self._missing:
                    # Here the page will end. What lies before is counted now: the first one's documents are there, so the
                    # engine has time again.
                    self._count(batch[-1].second)
                admitted.add(trace_id)
            self._found += [candidate for candidate in batch if to_text(candidate.key) in admitted]
            self._stand_at(batch[-1])
        if not due and len(candidates) >= most:
            self._stand_at(candidates[-1])
        return bool(due) or len(candidates) >= most

    @property
    def _missing(self) -> int:
        """How many traces the page has room for."""
        return self._request.page_size - len(self._found)

    def _stand_at(self, candidate: _Candidate) -> None:
        self._at = Position(candidate.second, candidate.key, self._at.arrived_ms)

    def _candidates_wanted(self) -> int:
        return self._missing if self._condition.exact else max(_FEWEST_CANDIDATES, 2 * self._missing)

    def _read(self, low: int, until: int, most: int) -> list[_Candidate]:
        """Read a slice; the first one as if nothing floated, since mostly nothing does, while that is being looked up."""
        was_known = self._floating is not None
        candidates = self._ask(low, until, most)
        return self._ask(low, until, most) if not was_known and self._learn_floating() else candidates

    def _learn_floating(self) -> bool:
        """Return whether anything floats in or near the range; once it is known, slices are read accordingly."""
        if self._floating is None:
            self._floating = bool(self._looked_up.result())
        return self._floating

    def _ask(self, low: int, until: int, most: int) -> list[_Candidate]:
        sql = self._slice_query(low, until, most)
        limits = replace(_READ, rows_to_read=self._rows if self._width > 1 else 0)
        return [_Candidate(*row) for row in self._store.read(sql, limits=limits)]

    def _slice_query(self, low: int, until: int, most: int) -> Sql:
        values = self._scope | {
            "low": low,
            "before_second": self._at.second,
            "before_id": self._at.trace_id.hex(),
            "most": most,
        }
        condition = self._condition
        if condition.rows is not None and condition.by_one_row and self._seen == TRUE and not self._floating:
            return _ROWS.fill({"sampled": self._sampled, "rows": condition.rows}, until=until, **values)
        slots = {"filter": condition.having, "seen": _some(self._seen), "matched": self._matched()}
        rows = self._first_test()
        if not self._floating and rows == TRUE:
            return _TRACES.fill(slots | {"sampled": self._sampled}, until=until, **values)
        window = _between(low, until)
        slots |= {
            "sampled": self._sampled,
            "rows": rows,
            "window": window,
            "row_window": window,
            "key": Sql("(trace_ts, trace_id)"),
        }
        if self._floating:
            wide = self._with_floating(low, until)
            slots |= {"window": wide, "row_window": window if rows == TRUE else wide, "key": Sql("trace_id")}
        return _TRACES_BY_ROWS.fill(slots, **values)

    def _first_test(self) -> Sql:
        """Return what a row of each matching trace satisfies, where looking for that first pays."""
        rows = self._condition.rows
        if rows is not None and self._condition.by_index:
            return rows
        if self._seen != TRUE:
            return self._seen
        # A test that most traces pass costs a second look at them: while matches are frequent, go without.
        return TRUE if rows is None or self._is_first_slice else rows

    def _with_floating(self, low: int, until: int) -> Sql:
        """Return the condition on the slice's rows and on those of their traces that float elsewhere."""
        slice_ = _between(low, until)
        elsewhere = _ELSEWHERE.fill(
            {"slice": slice_, "near": _between(max(0, low - _SPREAD), min(_LAST_SECOND, until + _SPREAD))},
            **self._scope,
        )
        floats = Sql(f"(floating AND (trace_ts, trace_id) IN ({elsewhere.text}))", elsewhere.params)
        arrived = Sql("received_at <= fromUnixTimestamp64Milli(?, 'UTC')", (Param("Int64", self._at.arrived_ms),))
        return all_of((any_of((slice_, floats)), arrived))

    def _at_their_time(self, candidates: Sequence[_Candidate]) -> list[_Candidate]:
        """Leave out floating traces that begin elsewhere: they are met there."""
        floating = [candidate.key.hex() for candidate in candidates if candidate.floats]
        if not floating:
            return list(candidates)
        sql = _FIRST_SECONDS.fill(
            account=self._caller.account, region=self._caller.region, trace_ids=floating, arrived=self._at.arrived_ms
        )
        begins: dict[bytes, int] = dict(self._store.read(sql, limits=_READ))
        return [each for each in candidates if begins.get(each.key, each.second) == each.second]

    def _begin(self) -> int | None:
        """Return the second before which there is something to look at, None when there is nothing."""
        until = min(self._end, self._at.second + 1)
        if until <= self._oldest:
            return None
        # Where the range ends where the data does, as it mostly does, the first slice finds something without a jump.
        return until if self._request.time_range_type == "TraceId" else self._jump(until)

    def _jump(self, until: int) -> int | None:
        """Return the second after the newest one before ``until`` that has anything to look at, None when none has."""
        self._has_jumped = True
        if self._learn_floating() and self._seen != TRUE:
            return until
        sql = _NEWEST.fill({"seen": self._seen}, low=self._oldest, until=until, **self._scope)
        newest = self._store.read(sql, limits=_READ)
        return int(newest[0][0]) + 1 if newest else None

    def _finish(self, *, finished: bool) -> SearchPage:
        is_partial = self._request.sampling is not None and self._request.sampling.strategy == "PartialScan"
        ends = finished or (is_partial and self._missing > 0)
        back_to = self._oldest if finished else self._at.second
        return SearchPage(
            trace_ids=[to_text(candidate.key) for candidate in self._found],
            next=None if ends else search_token.encode(self._at, self._question),
            count=self._count(back_to),
            start=datetime.fromtimestamp(back_to, UTC),
            matched_at={
                to_text(candidate.key): datetime.fromtimestamp(candidate.matched_ms / 1000, UTC)
                for candidate in self._found
                if candidate.matched_ms is not None
            },
        )

    def _count(self, low: int) -> Callable[[], int]:
        if low not in self._counts:
            self._counts[low] = self._counting(low)
        return self._counts[low]

    def _counting(self, low: int) -> Callable[[], int]:
        """Start to count the traces in the seconds looked at; beyond the newest minute by the share of traces in rows."""
        newest = max(low, self._top - _COUNTED_SECONDS)
        values = {"low": low, "until": self._top, **self._scope}
        exactly = _COUNTED.fill({"seen": self._seen}, **values)
        if newest == low:
            counted = self._store.begin(exactly, limits=_READ_BESIDE)
            return lambda: int(counted.result()[0][0])
        estimated = self._store.begin(
            _PROCESSED.fill({"seen": self._seen}, sample=newest, **values), limits=_READ_BESIDE
        )

        def count() -> int:
            sampled, traces, total = map(int, estimated.result()[0])
            if total and not sampled:
                return int(self._store.read(exactly, limits=_READ)[0][0])
            return round(total * traces / sampled) if sampled else 0

        return count

    def _matched(self) -> Sql:
        if self._request.time_range_type != "Event":
            return Sql("NULL")
        return Sql(f"maxIf(toUnixTimestamp64Milli(received_at), {self._seen.text})", self._seen.params)


def _range(store: Store, request: SearchRequest) -> tuple[int, int]:
    """Return the first second that a trace of the range can have, and the second after the last."""
    start, end = (_second(moment) for moment in (request.start, request.end))
    if request.sampling is not None and request.sampling.strategy == "PartialScan":
        start = max(start, end - math.ceil((end - start) * min(1.0, max(0.0, request.sampling.value))))
    if request.time_range_type == "TraceId":
        return start, end
    days = min(store.retention_days, _MODIFICATION_DAYS) + 1
    lead = _START_MAY_FOLLOW_ARRIVAL if request.time_range_type == "Event" else _ID_MAY_FOLLOW_START
    return max(0, start - days * _DAY), min(_LAST_SECOND, end + lead)


def _second(moment: datetime) -> int:
    return min(_LAST_SECOND, max(0, math.ceil(moment.timestamp())))


def _seen(request: SearchRequest) -> Sql:
    """Return what one row of a trace must satisfy so that the trace is in the range; true where its id decides."""
    if request.time_range_type == "Event":
        start, end = (Param("Int64", math.ceil(moment.timestamp() * 1000)) for moment in (request.start, request.end))
        arrived = "fromUnixTimestamp64Milli(?, 'UTC')"
        return Sql(f"(received_at >= {arrived} AND received_at < {arrived})", (start, end))
    if request.time_range_type == "Service":
        start, end = (
            Param("Int64", math.ceil(moment.timestamp() * 1_000_000)) for moment in (request.start, request.end)
        )
        ended = "start_us + toInt64(duration_us)"
        text = f"(start_us < ? AND {ended} >= ? AND {ended} < ? AND NOT in_progress AND NOT is_subsegment)"
        return Sql(text, (end, start, end))
    return TRUE


def _sampled(sampling: Sampling | None) -> Sql:
    if sampling is None or sampling.strategy != "FixedRate" or sampling.value >= 1:
        return TRUE
    return Sql("sipHash64(trace_id) < ?", (Param("UInt64", int(max(0.0, sampling.value) * 2**64)),))


def _question(caller: Caller, request: SearchRequest) -> str:
    """Return everything that a token must have been made for."""
    asked = (caller.account, caller.region, request.start, request.end, request.time_range_type)
    return repr((*asked, str(request.expression), request.sampling))


def _between(low: int, until: int) -> Sql:
    text = "(trace_ts >= toDateTime(?, 'UTC') AND trace_ts < toDateTime(?, 'UTC'))"
    return Sql(text, (Param("UInt32", low), Param("UInt32", until)))


def _some(row_condition: Sql) -> Sql:
    return row_condition if row_condition == TRUE else Sql(f"max({row_condition.text})", row_condition.params)
