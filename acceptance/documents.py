"""Segment documents as applications send them, for the flows."""

import json
import os
import time
from typing import Any

CHECKOUT_FIELDS = (
    "id",
    "name",
    "start_time",
    "end_time",
    "http",
    "aws",
    "user",
    "annotations",
    "metadata",
    "subsegments",
)


def new_id() -> str:
    return os.urandom(8).hex()


def new_trace_id(at: float | None = None) -> str:
    return f"1-{int(time.time() if at is None else at):08x}-{os.urandom(12).hex()}"


def a_segment(
    name: str = "checkout", *, start: float | None = None, seconds: float = 0.5, **fields: Any
) -> dict[str, Any]:
    start = time.time() - 1 if start is None else start
    document = {
        "name": name,
        "id": new_id(),
        "trace_id": new_trace_id(start),
        "start_time": start,
        "end_time": start + seconds,
    }
    return {k: v for k, v in (document | fields).items() if v is not ...}


def a_subsegment(name: str = "pay.test", *, of: dict[str, Any], seconds: float = 0.1, **fields: Any) -> dict[str, Any]:
    start = of["start_time"] + 0.01
    document = {"name": name, "id": new_id(), "start_time": start, "end_time": start + seconds}
    return {k: v for k, v in (document | fields).items() if v is not ...}


def a_streamed_subsegment(name: str = "work", *, of: dict[str, Any], **fields: Any) -> dict[str, Any]:
    extra = {"type": "subsegment", "parent_id": of["id"], "trace_id": of["trace_id"]}
    return a_subsegment(name, of=of, **extra | fields)


def checkout(name: str = "checkout") -> dict[str, Any]:
    """A request with an AWS call, an SQL call and a failing HTTP call, as the specification's worked example has it."""
    segment = a_segment(
        name,
        seconds=0.855,
        origin="AWS::ECS::Container",
        user="u-17",
        service={"version": "2.4.1"},
        http={
            "request": {
                "method": "POST",
                "url": "https://shop.test/cart/17",
                "client_ip": "10.1.2.3",
                "user_agent": "curl/8",
            },
            "response": {"status": 502, "content_length": 91},
        },
        fault=True,
        annotations={"tenant": "acme", "items": 3, "vip": True},
        metadata={"default": {"cart": [1, 2, 3]}},
    )
    segment["subsegments"] = [
        a_subsegment(
            "DynamoDB",
            of=segment,
            seconds=0.021,
            namespace="aws",
            aws={"operation": "GetItem", "table_name": "carts", "region": "eu-west-1", "request_id": "R1"},
            http={"response": {"status": 200}},
        ),
        a_subsegment(
            "shop@db.internal",
            of=segment,
            seconds=0.04,
            namespace="remote",
            sql={
                "url": "postgresql://db.internal:5432/shop",
                "database_type": "PostgreSQL",
                "sanitized_query": "select 1",
            },
        ),
        a_subsegment(
            "pay.test",
            of=segment,
            seconds=0.6,
            namespace="remote",
            fault=True,
            http={"request": {"method": "POST", "url": "https://pay.test/charge"}, "response": {"status": 500}},
        ),
    ]
    return segment


def put(xray: Any, *documents: dict[str, Any] | str) -> list[dict[str, Any]]:
    """Send documents in one call and return those that were refused."""
    texts = [document if isinstance(document, str) else json.dumps(document) for document in documents]
    return list(xray.put_trace_segments(TraceSegmentDocuments=texts)["UnprocessedTraceSegments"])


def read(xray: Any, trace_id: str) -> dict[str, dict[str, Any]]:
    """Return the documents of a trace by id."""
    (trace,) = xray.batch_get_traces(TraceIds=[trace_id])["Traces"]
    return {segment["Id"]: json.loads(segment["Document"]) for segment in trace["Segments"]}


def summaries(xray: Any, expression: str, *, hours: float = 1) -> list[dict[str, Any]]:
    """Return all summaries of the last time that match an expression."""
    now = time.time()
    pages = xray.get_paginator("get_trace_summaries").paginate(
        StartTime=now - 3600 * hours, EndTime=now + 60, FilterExpression=expression
    )
    return [summary for page in pages for summary in page["TraceSummaries"]]
