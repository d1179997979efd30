"""Builders: X-Ray documents as clients write them, with every value a test does not care about already chosen."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from skylens.caller import Caller, Region, root_of
from skylens.config import Limits
from skylens.store import Store
from skylens.xray import segment, trace_store
from skylens.xray.segment import Bounds, Segment

NOW = datetime(2026, 7, 1, 12, 0, 0, tzinfo=UTC)  # what the fixture ``clock`` shows
START = NOW.timestamp() - 600  # when built segments start unless told otherwise
CALLER = Caller(root_of("000000000000"), Region("us-east-1"), "AKIAEXAMPLE")

Document = dict[str, Any]


def a_trace_id(number: int = 1, *, start: float = START) -> str:
    """The number-th trace id of the second in which the trace starts."""
    return f"1-{int(start):08x}-{number:024x}"


def an_id(number: int) -> str:
    """The number-th segment or subsegment id."""
    return f"{number:016x}"


def a_segment(name: str = "checkout", **fields: Any) -> Document:
    """A complete segment of half a second. ``duration=``, ``trace=`` and ``number=`` (ids), or any field of a document.

    ``end_time=None`` leaves the field out; so does every other None.
    """
    start = fields.pop("start_time", START)
    document = {
        "name": name,
        "id": an_id(fields.pop("number", 1)),
        "trace_id": a_trace_id(fields.pop("trace", 1), start=start),
        "start_time": start,
        "end_time": round(start + fields.pop("duration", 0.5), 6),
    }
    return _given({**document, **fields})


def a_subsegment(name: str = "work", **fields: Any) -> Document:
    """A complete embedded subsegment of a tenth of a second, as ``a_segment``; it has no trace id."""
    return a_segment(name, **{"number": 2, "duration": 0.1, "trace_id": None, **fields})


def a_streamed_subsegment(parent: Mapping[str, Any], name: str = "work", **fields: Any) -> Document:
    """A subsegment sent on its own, below the given segment or subsegment (which tells the trace unless told here)."""
    linked = {"type": "subsegment", "parent_id": parent["id"], "trace_id": parent.get("trace_id", a_trace_id())}
    return a_subsegment(name, **{**linked, **fields})


def a_call(name: str = "DynamoDB", **fields: Any) -> Document:
    """An embedded subsegment that calls an AWS service; ``namespace="remote"`` for any other."""
    return a_subsegment(name, **{"namespace": "aws", **fields})


def checked(*documents: Document | str, now: datetime = NOW, limits: Limits | None = None) -> list[Segment]:
    """The documents as the intake accepts them; a refused one fails the test."""
    bounds = Bounds.at(now, limits or Limits())
    found = [item for document in documents for item in segment.check(as_text(document), bounds)]
    refused = [item for item in found if not isinstance(item, Segment)]
    assert refused == []
    return [item for item in found if isinstance(item, Segment)]


def store_documents(
    store: Store, *documents: Document | str, caller: Caller = CALLER, received_at: datetime = NOW
) -> None:
    """Put the documents into the store as PutTraceSegments does, and wait until they are there."""
    for table, columns in trace_store.rows(caller, checked(*documents, now=received_at), received_at):
        store.insert(table, columns)


def as_text(document: Document | str) -> str:
    """The document in JSON."""
    return document if isinstance(document, str) else json.dumps(document)


def _given(document: Document) -> Document:
    return {key: value for key, value in document.items() if value is not None}
