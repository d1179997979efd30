"""Traces: segments in, whole traces and their summaries out."""

import asyncio
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import Any, Final

import msgspec

from skylens.registry import Call, Input, Output, operation
from skylens.store import ReadLimitExceeded, StoreBusy
from skylens.xray import groups, ingest_limits, metrics, trace_id, trace_store
from skylens.xray.errors import InvalidRequest, Throttled
from skylens.xray.filter_expression.ast import Everything, HasRootCause, RootCauseLike
from skylens.xray.filter_expression.evaluate import evaluate
from skylens.xray.filter_expression.groups import has_groups, substitute
from skylens.xray.filter_expression.parser import conditions, parse
from skylens.xray.filter_expression.to_sql import decided_by_rows
from skylens.xray.intake import Intake, take
from skylens.xray.segment import Bounds, Refusal
from skylens.xray.summary import ShownNodes, facts, summarize
from skylens.xray.trace import Trace, to_document
from skylens.xray.trace_id import TraceId
from skylens.xray.trace_search import Sampling, SearchRequest, search

# Checking a usual document takes 12 us: calls of more than this many are checked beside the event loop.
_CHECKED_AT_ONCE: Final = 500
# A page of BatchGetTraces ends with the trace that makes it larger than this; a trace is never cut.
_PAGE_BYTES: Final = 5 * 1024 * 1024
_FETCHED_TOGETHER: Final = 20


@operation("xray", "PutTraceSegments")
async def put_trace_segments(call: Call, request: Input) -> Output:
    """Store segment documents; each one that cannot be is named with the reason, the others are durable.

    https://docs.aws.amazon.com/xray/latest/api/API_PutTraceSegments.html
    """
    documents: Sequence[str] = request["TraceSegmentDocuments"]
    most = call.limits.documents_per_call
    if len(documents) > most:
        raise InvalidRequest(f"TraceSegmentDocuments has {len(documents)} items; at most {most} are taken in one call")
    if not ingest_limits.is_within_rate(
        call.store, call.caller, len(documents), call.now, per_second=call.limits.segments_per_second
    ):
        raise Throttled("Rate exceeded")
    bounds = Bounds.at(call.now, call.limits)
    if len(documents) > _CHECKED_AT_ONCE:
        intake = await asyncio.to_thread(take, documents, bounds)
    else:
        intake = take(documents, bounds)
    if call.limits.trace_bytes and intake.segments:
        trace_ids = [segment.trace_id for segment in intake.segments]
        sizes = await asyncio.to_thread(trace_store.sizes, call.store, call.caller, trace_ids)
        intake = ingest_limits.fit(intake, sizes, trace_bytes=call.limits.trace_bytes)
    try:
        await trace_store.put(call.store, call.caller, intake.segments, call.now)
        oversized = {refusal.oversized for refusal in intake.refusals if refusal.oversized}
        if oversized:
            await trace_store.put_limits(call.store, call.caller, oversized, call.now)
    except StoreBusy as exc:
        raise Throttled("Rate exceeded") from exc
    _count(intake)
    return {"UnprocessedTraceSegments": [_unprocessed(refusal) for refusal in intake.refusals]}


@operation("xray", "BatchGetTraces")
def batch_get_traces(call: Call, request: Input) -> Output:
    """Return whole traces by id; an id that nobody has sent is simply not there.

    https://docs.aws.amazon.com/xray/latest/api/API_BatchGetTraces.html
    """
    wanted = _trace_ids(request["TraceIds"], most=call.limits.trace_ids_per_call)
    start = _position(request.get("NextToken"), wanted)
    traces: list[dict[str, Any]] = []
    unprocessed: list[TraceId] = []
    size, end = 0, start
    for trace, following in _fetched(call, wanted, start, unprocessed):
        end = following
        if trace is None:
            continue
        shown, shown_bytes = _trace_document(trace)
        traces.append(shown)
        size += shown_bytes
        if size > _PAGE_BYTES:
            break
    answer: dict[str, Any] = {"Traces": traces, "UnprocessedTraceIds": unprocessed}
    return answer | ({"NextToken": _token(end, wanted)} if end < len(wanted) else {})


@operation("xray", "GetTraceSummaries")
def get_trace_summaries(call: Call, request: Input) -> Output:
    """Tell of the traces in a time range for which a filter expression holds, newest first.

    https://docs.aws.amazon.com/xray/latest/api/API_GetTraceSummaries.html
    """
    account = call.caller.account
    wanted = _search_request(call, request)
    expression = wanted.expression
    rows_decide = decided_by_rows(expression)
    asks_causes = any(isinstance(each, HasRootCause | RootCauseLike) for each in conditions(expression))
    shown = ShownNodes(account)
    found: dict[TraceId, dict[str, Any]] = {}

    def is_certain(trace: Trace) -> bool:
        # a trace like most: what the search asked of its rows was all there is to ask
        return isinstance(expression, Everything) or (rows_decide and trace.is_plain)

    def admit(trace_ids: list[TraceId]) -> Iterator[TraceId]:
        for stored in trace_store.stored_traces(call.store, call.caller, trace_ids):
            usual = stored.if_usual() if rows_decide else None
            if usual is not None:
                yield stored.id
                found[stored.id] = summarize(usual, shown)
                continue
            trace = stored.assembled()
            if is_certain(trace) or evaluate(expression, facts(trace, account, with_root_causes=asks_causes)):
                yield stored.id
                found[stored.id] = summarize(trace, shown)

    page = search(call.store, call.caller, wanted, admit=admit)
    summaries = [found[trace_id] for trace_id in page.trace_ids]
    for summary in summaries:
        if summary["Id"] in page.matched_at:
            summary["MatchedEventTime"] = page.matched_at[summary["Id"]]
    answer: dict[str, Any] = {
        "TraceSummaries": summaries,
        "ApproximateTime": page.start,
        "TracesProcessedCount": page.processed,
    }
    return answer | ({"NextToken": page.next} if page.next else {})


def _search_request(call: Call, request: Input) -> SearchRequest:
    """Return the question; a range that is too long or an expression that says nothing is refused."""
    start, end = request["StartTime"], request["EndTime"]
    hours = call.limits.trace_summaries_range_hours
    if end - start > timedelta(hours=hours):
        raise InvalidRequest(f"Time range cannot be longer than {hours} hours")
    groups_by_key: Mapping[str, str] = {}
    expression = parse(request.get("FilterExpression") or "")
    if has_groups(expression):
        groups_by_key = groups.expressions(call.control, call.caller)
    return SearchRequest(
        start,
        end,
        request.get("TimeRangeType") or "TraceId",
        substitute(expression, lambda _, key: groups_by_key.get(key)),
        after=request.get("NextToken") or None,
        sampling=_sampling(request),
    )


def _sampling(request: Input) -> Sampling | None:
    """Return how the traces are to be sampled; without a strategy the service chooses, and chooses a partial scan."""
    if not request.get("Sampling"):
        return None
    strategy = request.get("SamplingStrategy") or {}
    value = strategy.get("Value", 1.0)
    if not 0 <= value <= 1:
        raise InvalidRequest(f"SamplingStrategy.Value is a fraction from 0 to 1, not {value}")
    return Sampling(strategy.get("Name") or "PartialScan", value)


def _unprocessed(refusal: Refusal) -> dict[str, Any]:
    shown = {"ErrorCode": refusal.code, "Message": refusal.message}
    # a document without a readable id has no Id: older daemons crash on an empty one
    return {"Id": refusal.id, **shown} if refusal.id else shown


def _count(intake: Intake) -> None:
    metrics.ACCEPTED_SEGMENTS.inc(len(intake.segments))
    for refusal in intake.refusals:
        metrics.REFUSED_SEGMENTS.labels(refusal.code).inc()
    for reason, count in intake.dropped.items():
        metrics.DROPPED_DOCUMENTS.labels(reason).inc(count)


def _trace_ids(texts: Sequence[str], *, most: int) -> list[TraceId]:
    """Return the ids in canonical form, each once."""
    if len(texts) > most:
        raise InvalidRequest(f"TraceIds has {len(texts)} items; at most {most} are answered in one call")
    found: dict[TraceId, None] = {}
    for text in texts:
        try:
            found[trace_id.to_text(trace_id.to_bytes(text))] = None
        except ValueError:
            raise InvalidRequest(f"Invalid trace id: {text}") from None
    return list(found)


def _fetched(
    call: Call, wanted: Sequence[TraceId], start: int, unprocessed: list[TraceId]
) -> Iterator[tuple[Trace | None, int]]:
    """Give each trace (None for one that is not there) with the position that follows it; read only as far as asked.

    What takes more than one read may is read alone; what is too much even then joins ``unprocessed``.
    """
    together = _FETCHED_TOGETHER
    at = start
    while at < len(wanted):
        group = wanted[at : at + together]
        try:
            found = {trace.id: trace for trace in trace_store.fetch_traces(call.store, call.caller, group)}
        except ReadLimitExceeded:
            if len(group) > 1:
                together = 1
                continue
            found = {}
            unprocessed += group
        yield from ((found.get(each), at + ahead) for ahead, each in enumerate(group, start=1))
        at += len(group)


def _trace_document(trace: Trace) -> tuple[dict[str, Any], int]:
    """Return a trace as BatchGetTraces shows it, and the size of its documents."""
    segments = [
        {"Id": segment.id, "Document": msgspec.json.encode(to_document(segment)).decode()} for segment in trace.segments
    ]
    shown = {
        "Id": trace.id,
        "Duration": round(trace.duration, 3),
        "LimitExceeded": trace.limit_exceeded,
        "Segments": segments,
    }
    return shown, sum(len(segment["Document"]) for segment in segments)


def _token(position: int, wanted: Sequence[TraceId]) -> str:
    return urlsafe_b64encode(f"{position} {_digest(wanted)}".encode()).decode()


def _position(token: str | None, wanted: Sequence[TraceId]) -> int:
    """Return where a page begins; a token of another request is refused."""
    if not token:
        return 0
    try:
        position, digest = urlsafe_b64decode(token.encode()).decode().split(" ")
        if digest == _digest(wanted) and 0 < int(position) < len(wanted):
            return int(position)
    except ValueError:
        pass
    raise InvalidRequest("The NextToken is not valid for this request")


def _digest(wanted: Sequence[TraceId]) -> str:
    return blake2b(",".join(wanted).encode(), digest_size=8).hexdigest()
