"""A trace as rows of a waterfall: who called whom, when, for how long, with which outcome."""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from rich.cells import cell_len
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

Outcome = Literal["ok", "error", "throttle", "fault", "in progress"]
COLOURS: Mapping[Outcome, str] = {
    "ok": "green",
    "error": "yellow",
    "throttle": "magenta",
    "fault": "red",
    "in progress": "cyan",
}
BAR_WIDTH = 40
WIDE_TERMINAL = 110
_EIGHTHS = " ▏▎▍▌▋▊▉█"


@dataclass(frozen=True, slots=True)
class Row:
    """One segment or subsegment; times in seconds from the start of the trace, ``duration`` None while in progress."""

    id: str
    name: str
    depth: int
    start: float
    duration: float | None
    outcome: Outcome
    note: str
    is_segment: bool


def rows(segments: Sequence[Mapping[str, Any]]) -> list[Row]:
    """Return the rows of a trace's Segments as BatchGetTraces answers them, callers before those they called.

    An inferred segment says nothing that the call it was inferred from does not, and has no row.
    """
    everything = [json.loads(segment["Document"]) for segment in segments]
    documents = [document for document in everything if not document.get("inferred")]
    callees: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    known = {entity["id"] for document in documents for entity in _entities(document)}
    roots: list[Mapping[str, Any]] = []
    for document in documents:
        parent = document.get("parent_id")
        (callees[parent] if parent in known else roots).append(document)
    zero = min((document["start_time"] for document in documents), default=0.0)
    return [row for root in _by_start(roots) for row in _walk(root, callees, zero, 0)]


def _entities(document: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    yield document
    for child in document.get("subsegments", ()):
        yield from _entities(child)


def _by_start(documents: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return sorted(documents, key=lambda document: (document["start_time"], document["id"]))


def _walk(
    entity: Mapping[str, Any], callees: Mapping[str, list[Mapping[str, Any]]], zero: float, depth: int
) -> Iterator[Row]:
    end = entity.get("end_time")
    yield Row(
        id=entity["id"],
        name=entity["name"],
        depth=depth,
        start=entity["start_time"] - zero,
        duration=None if end is None else max(0.0, end - entity["start_time"]),
        outcome=_outcome(entity),
        note=_note(entity),
        is_segment="trace_id" in entity and entity.get("type") != "subsegment",
    )
    below = [*entity.get("subsegments", ()), *callees.get(entity["id"], ())]
    for child in _by_start(below):
        yield from _walk(child, callees, zero, depth + 1)


def _outcome(entity: Mapping[str, Any]) -> Outcome:
    if entity.get("in_progress") and "end_time" not in entity:
        return "in progress"
    for flag in ("fault", "throttle", "error"):
        if entity.get(flag):
            return flag
    return "ok"


def _note(entity: Mapping[str, Any]) -> str:
    http = entity.get("http", {})
    aws = entity.get("aws", {})
    request = http.get("request", {})
    pieces = [
        aws.get("operation"),
        aws.get("table_name") or aws.get("bucket_name") or aws.get("queue_url") or aws.get("topic_arn"),
        str(request.get("method", "")).upper(),
        request.get("url"),
        http.get("response", {}).get("status"),
        entity.get("sql", {}).get("sanitized_query"),
    ]
    return " ".join(str(piece) for piece in pieces if piece not in (None, ""))


def bar(start: float, duration: float | None, total: float, width: int = BAR_WIDTH) -> tuple[str, str]:
    """Return the blank before a bar and the bar, to an eighth of a cell; what is in progress stays open to the right.

    >>> bar(0.5, 0.25, 1.0, width=8)
    ('    ', '██')
    """
    offset = min(int(_share(start, total) * width), width - 1)
    if duration is None:
        return " " * offset, "░" * (width - offset)
    eighths = max(1, round(_share(duration, total) * width * 8))
    full, rest = divmod(eighths, 8)
    drawn = ("█" * full + (_EIGHTHS[rest] if rest else ""))[: width - offset]
    return " " * offset, drawn


def _share(part: float, total: float) -> float:
    return min(part / total, 1.0) if part < total else float(part > 0)


def render(trace_rows: Sequence[Row], *, width: int) -> RenderableType:
    """Return the waterfall as a table of at most ``width`` cells: names and durations whole, notes as far as they fit."""
    total = max((row.start + (row.duration or 0.0) for row in trace_rows), default=0.0)
    bars = BAR_WIDTH if width >= WIDE_TERMINAL else BAR_WIDTH // 2
    names = min(max((2 * row.depth + cell_len(row.name) for row in trace_rows), default=0), width // 3)
    table = Table.grid(padding=(0, 1), expand=True)
    table.add_column(width=names, no_wrap=True, overflow="ellipsis")
    table.add_column(width=bars, no_wrap=True)
    table.add_column(min_width=len("00,000 ms"), no_wrap=True, justify="right")
    table.add_column(ratio=1, no_wrap=True, overflow="ellipsis")
    for row in trace_rows:
        blank, drawn = bar(row.start, row.duration, total, bars)
        colour = COLOURS[row.outcome]
        label = Text("  " * row.depth + row.name, style="bold" if row.is_segment else "")
        length = "…" if row.duration is None else f"{row.duration * 1000:,.0f} ms"
        table.add_row(label, Text(blank + drawn, style=colour), Text(length, style=colour), Text(row.note, style="dim"))
    return table
