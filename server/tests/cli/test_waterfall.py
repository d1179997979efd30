import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console

from skylens.cli.waterfall import BAR_WIDTH, bar, render, rows


def as_answered(*documents):
    return [{"Id": document["id"], "Document": json.dumps(document)} for document in documents]


def an_entity(name, start, end, **fields):
    return {
        "id": f"{hash((name, start)) & 0xFFFFFFFFFFFFFFFF:016x}",
        "name": name,
        "start_time": start,
        "end_time": end,
    } | fields


CALL = an_entity(
    "catalog.test", 10.1, 10.6, namespace="remote", http={"request": {"method": "GET", "url": "http://catalog.test/"}}
)
FRONT = an_entity("front", 10.0, 11.0, trace_id="t", fault=True, subsegments=[CALL])
CATALOG = an_entity("catalog", 10.2, 10.5, trace_id="t", parent_id=CALL["id"], throttle=True, error=True)


def test_a_callee_stands_below_the_call_that_reached_it():
    assert [(row.name, row.depth) for row in rows(as_answered(CATALOG, FRONT))] == [
        ("front", 0),
        ("catalog.test", 1),
        ("catalog", 2),
    ]


def test_times_count_from_the_start_of_the_trace():
    front, call, catalog = rows(as_answered(FRONT, CATALOG))
    assert (front.start, front.duration) == (0, 1)
    assert (call.start, call.duration) == (pytest.approx(0.1), pytest.approx(0.5))
    assert catalog.start == pytest.approx(0.2)


def test_the_gravest_flag_is_the_outcome():
    front, call, catalog = rows(as_answered(FRONT, CATALOG))
    assert (front.outcome, call.outcome, catalog.outcome) == ("fault", "ok", "throttle")


def test_what_has_no_end_is_in_progress():
    (row,) = rows(as_answered({"id": "1", "name": "batch", "start_time": 1.0, "in_progress": True, "trace_id": "t"}))
    assert (row.outcome, row.duration) == ("in progress", None)


def test_an_orphan_is_a_row_of_its_own():
    orphan = an_entity("orphan", 10.3, 10.4, parent_id="ffffffffffffffff", trace_id="t", type="subsegment")
    assert ("orphan", 0) in [(row.name, row.depth) for row in rows(as_answered(FRONT, orphan))]


def test_an_inferred_segment_has_no_row_beside_its_call():
    inferred = an_entity("catalog.test", 10.1, 10.6, trace_id="t", parent_id=CALL["id"], inferred=True)
    assert [row.name for row in rows(as_answered(FRONT, inferred))] == ["front", "catalog.test"]


def test_a_request_is_noted_with_its_method_and_address():
    assert rows(as_answered(FRONT))[1].note == "GET http://catalog.test/"


@pytest.mark.parametrize("width", [60, 80, 120, 200])
def test_the_waterfall_fits_a_terminal(width):
    console = Console(width=width, record=True, file=io.StringIO())
    console.print(render(rows(as_answered(FRONT, CATALOG)), width=width))
    text = console.export_text()
    assert all(len(line.rstrip()) <= width for line in text.splitlines())
    assert "front" in text
    assert "1,000 ms" in text


@given(start=st.floats(0, 100), duration=st.one_of(st.none(), st.floats(0, 100)), total=st.floats(0, 200))
def test_a_bar_never_leaves_its_column_and_is_never_invisible(start, duration, total):
    blank, drawn = bar(start, duration, total)
    assert len(drawn) >= 1
    assert len(blank) + len(drawn) <= BAR_WIDTH
