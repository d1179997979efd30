"""Trace store: documents in, durable when it returns; all documents of given traces out, wherever they lie."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeAlias

from skylens.caller import Caller
from skylens.sql import Sql
from skylens.store import ReadLimits, Store
from skylens.store.queries import Query, query
from skylens.xray.document_cipher import opened, sealed
from skylens.xray.sealed_document import is_sealed
from skylens.xray.segment import COLUMNS, Segment
from skylens.xray.trace import Trace, assemble
from skylens.xray.trace_id import TraceId, second, to_bytes
from skylens.xray.usual_trace import UsualTrace, assemble_usual

# A trace of more documents is shown by so many of them, as LimitExceeded: some loops never start a new trace.
MOST_DOCUMENTS: Final = 10_000
_FETCH_DOCUMENTS: Final = query("skylens.xray", "fetch_documents")
_FETCH_PLACES: Final = query("skylens.xray", "fetch_places")
_COUNT_PLACES: Final = query("skylens.xray", "count_places")
_FETCH_TRACE_SIZES: Final = query("skylens.xray", "fetch_trace_sizes")
# Look-ups by key read a few granules: a second thread costs them more than it gives.
_BY_KEY: Final = ReadLimits(threads=1)
# Of traces that lie scattered, nearly each one's documents are a granule to decompress: 0.4 ms a trace.
_SCATTERED: Final = ReadLimits(threads=2)
_FEW: Final = 10
_READ_TOGETHER: Final = 100
_INSERTABLE_SECONDS: Final = 50 * 86_400

Parts: TypeAlias = list[tuple[str, dict[str, Sequence[Any]]]]


async def put(store: Store, caller: Caller, segments: Sequence[Segment], received_at: datetime) -> None:
    """Store the documents; they are durable when this returns. Raises StoreBusy, StoreFull, StoreUnavailable."""
    for group in _insertable(segments):
        parts = rows(caller, group, received_at)
        _, columns = parts[-1]
        columns["document"] = await sealed(store, caller, columns["document"], columns["trace_id"])
        await store.append_many(parts)


async def put_limits(store: Store, caller: Caller, trace_ids: Collection[bytes], refused_at: datetime) -> None:
    """Remember that these traces had a document refused for its size."""
    count = len(trace_ids)
    columns: dict[str, Sequence[Any]] = {
        "account": [caller.account] * count,
        "region": [caller.region] * count,
        "trace_id": list(trace_ids),
        "refused_at": [int(refused_at.timestamp())] * count,
    }
    await store.append("trace_limits", columns)


def _insertable(segments: Sequence[Segment]) -> list[Sequence[Segment]]:
    """Return the documents in groups that one insert can take: the engine refuses more than a hundred days at once."""
    if not segments:
        return []
    seconds = [segment.trace_ts for segment in segments]
    if max(seconds) - min(seconds) < _INSERTABLE_SECONDS:
        return [segments]
    groups: dict[int, list[Segment]] = {}
    for segment in segments:
        groups.setdefault(segment.trace_ts // _INSERTABLE_SECONDS, []).append(segment)
    return list(groups.values())


def rows(caller: Caller, segments: Sequence[Segment], received_at: datetime) -> Parts:
    """Return what ``put`` stores, table by table: where floating rows lie, then the rows themselves."""
    count = len(segments)
    columns: dict[str, Sequence[Any]] = {
        "account": [caller.account] * count,
        "region": [caller.region] * count,
        "received_at": [int(received_at.timestamp() * 1000)] * count,
    }
    columns.update(zip(COLUMNS, zip(*(segment.row for segment in segments), strict=True), strict=True))
    places = sorted({(segment.trace_id, segment.trace_ts) for segment in segments if segment.floating})
    return [*([("trace_locations", _locations(caller, places))] if places else []), ("segments", columns)]


def _locations(caller: Caller, places: Sequence[tuple[bytes, int]]) -> dict[str, Sequence[Any]]:
    return {
        "account": [caller.account] * len(places),
        "region": [caller.region] * len(places),
        "trace_id": [trace_id for trace_id, _ in places],
        "trace_ts": [trace_ts for _, trace_ts in places],
    }


@dataclass(slots=True)
class StoredTrace:
    """What the store holds of one trace. ``floating``: some of it lies elsewhere than in the second of its id."""

    id: TraceId
    documents: list[str]
    limit_exceeded: bool
    floating: bool

    def assembled(self) -> Trace:
        """Return the trace, put together."""
        return assemble(self.id, self.documents, limit_exceeded=self.limit_exceeded, floating=self.floating)

    def if_usual(self) -> UsualTrace | None:
        """Return what a summary needs of the trace, if it can be had the quick way; such a trace is a plain one."""
        return None if self.limit_exceeded or self.floating else assemble_usual(self.id, self.documents)


def fetch(store: Store, caller: Caller, trace_ids: Iterable[TraceId]) -> dict[TraceId, list[str]]:
    """Return the documents of those of the traces that exist."""
    return {each.id: each.documents for each in stored_traces(store, caller, trace_ids)}


def fetch_traces(store: Store, caller: Caller, trace_ids: Iterable[TraceId]) -> list[Trace]:
    """Return those of the traces that exist, assembled, in the order asked for."""
    return [each.assembled() for each in stored_traces(store, caller, trace_ids)]


def sizes(store: Store, caller: Caller, trace_ids: Iterable[bytes]) -> dict[bytes, int]:
    """Return how many bytes of documents the store holds of each of the traces."""
    keys = set(trace_ids)
    places = _places(store, caller, keys)
    return dict(store.read(_filled(_FETCH_TRACE_SIZES, caller, keys, seconds=places.seconds(keys)), limits=_BY_KEY))


class _Places:
    """Where rows of traces float, and which traces had a document refused for its size."""

    def __init__(self, rows: Iterable[tuple[bytes, int]]) -> None:
        self.floating: dict[bytes, set[int]] = {}
        self.limited: set[bytes] = set()
        for key, trace_ts in rows:
            if trace_ts:
                self.floating.setdefault(key, set()).add(trace_ts)
            else:
                self.limited.add(key)

    def seconds(self, keys: Iterable[bytes]) -> list[int]:
        """Return the seconds in which the traces' rows lie."""
        return sorted({moment for key in keys for moment in (second(key), *self.floating.get(key, ()))})


def _places(store: Store, caller: Caller, keys: Collection[bytes]) -> _Places:
    """Look up where the traces' rows are; a store in which nothing floats and nothing was refused is not searched for it."""
    if not any(count for (count,) in store.read(_COUNT_PLACES.fill(), limits=_BY_KEY)):
        return _Places(())
    return _Places(store.read(_filled(_FETCH_PLACES, caller, keys), limits=_BY_KEY))


def stored_traces(store: Store, caller: Caller, trace_ids: Iterable[TraceId]) -> Iterator[StoredTrace]:
    """Give what there is of each trace; all reads run at a time, and beside what is done with the first traces.

    Most traces lie whole in the second of their id: they are read there while it is looked up which do not.
    """
    keys = {trace_id: to_bytes(trace_id) for trace_id in trace_ids}
    if not keys:
        return
    groups = [dict(group) for group in _in_groups(list(keys.items()))]
    limits = _BY_KEY if len(keys) <= _FEW else _SCATTERED
    reads = [store.begin(_documents(caller, group.values(), _Places(())), limits=limits) for group in groups]
    places = _places(store, caller, keys.values())
    for group, read in zip(groups, reads, strict=True):
        rows = read.result()
        scattered = places.floating.keys() & set(group.values())
        if scattered:
            rows = [row for row in rows if row[0] not in scattered]
            rows += store.read(_documents(caller, scattered, places), limits=_BY_KEY)
        found: dict[bytes, list[str]] = {}
        for key, text in rows:
            found.setdefault(key, []).append(opened(store, caller, text, key) if is_sealed(text) else text)
        for trace_id, key in group.items():
            if key in found:
                limit_exceeded = key in places.limited or len(found[key]) >= MOST_DOCUMENTS
                yield StoredTrace(trace_id, found[key], limit_exceeded, key in scattered)


def _in_groups(keys: Sequence[tuple[TraceId, bytes]]) -> Iterator[Sequence[tuple[TraceId, bytes]]]:
    return (keys[at : at + _READ_TOGETHER] for at in range(0, len(keys), _READ_TOGETHER))


def _documents(caller: Caller, keys: Collection[bytes], places: _Places) -> Sql:
    return _filled(_FETCH_DOCUMENTS, caller, keys, seconds=places.seconds(keys), most=MOST_DOCUMENTS)


def _filled(query_of: Query, caller: Caller, keys: Iterable[bytes], **values: object) -> Sql:
    """Return a query about the caller's traces with these ids."""
    owner: dict[str, object] = {"account": caller.account, "region": caller.region}
    return query_of.fill({}, **owner, trace_ids=[key.hex() for key in keys], **values)
