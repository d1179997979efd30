"""Random traces as hypothesis strategies, for tests that hold two ways of counting against each other."""

from typing import Any

from builders import START, Document, a_segment, a_subsegment, a_trace_id, an_id
from hypothesis import strategies as st

NAMES = ("shop", "cart", "pay", "pay.test")
ORIGINS = (None, "AWS::ECS::Container", "AWS::Lambda", "client::Synthetics")
ACCOUNTS = (None, "000000000000", "000000000009")
TARGETS: tuple[dict[str, Any], ...] = (
    {},
    {"namespace": "remote"},
    {"namespace": "remote", "http": {"request": {"traced": True}}},
    {"namespace": "remote", "traced": True},
    {"namespace": "remote", "sql": {"url": "db"}},
    {"name": "DynamoDB", "namespace": "aws", "aws": {"table_name": "carts"}},
    {"name": "S3", "namespace": "aws", "aws": {"bucket_name": "b", "account_id": "000000000009"}},
)
seconds = st.floats(0, 30, allow_nan=False)
flags = st.fixed_dictionaries({}, optional={name: st.booleans() for name in ("fault", "error", "throttle")})


@st.composite
def simple_traces(draw: st.DrawFn, number: int = 1, spread: int = 30) -> list[Document]:
    """One trace of complete segments with embedded subsegments only, linked to each other in every way there is.

    They begin within ``spread`` seconds of START, and so does the second in the id, if it tells one.
    """
    floating = draw(st.booleans())
    second = START + draw(st.integers(0, spread))
    trace_id = f"1-ffffffff-{number:024x}" if floating else a_trace_id(number, start=second)
    ids = iter(range(1, 1000))
    callers: list[str] = [an_id(999_999)]  # a parent that nobody sent
    documents = []
    for _ in range(draw(st.integers(1, 5))):
        start = START + draw(st.floats(0, spread, allow_nan=False))
        document = draw(_segments(trace_id, ids, start))
        parent = draw(st.sampled_from([None, *callers]))
        callers += [document["id"], *(sub["id"] for sub in inside(document))]
        documents.append(document if parent is None else document | {"parent_id": parent})
    return draw(st.permutations(documents))


@st.composite
def _segments(draw: st.DrawFn, trace_id: str, ids: Any, start: float) -> Document:
    aws = draw(st.sampled_from(ACCOUNTS))
    return a_segment(
        draw(st.sampled_from(NAMES)),
        trace_id=trace_id,
        number=next(ids),
        start_time=start,
        duration=draw(seconds),
        origin=draw(st.sampled_from(ORIGINS)),
        aws=None if aws is None else {"account_id": aws},
        subsegments=[draw(_subsegments(ids, start, 2)) for _ in range(draw(st.integers(0, 3)))] or None,
        **draw(flags),
    )


@st.composite
def _subsegments(draw: st.DrawFn, ids: Any, start: float, depth: int) -> Document:
    target = {"name": draw(st.sampled_from(NAMES)), **draw(st.sampled_from(TARGETS))}
    children = [draw(_subsegments(ids, start, depth - 1)) for _ in range(draw(st.integers(0, depth)))]
    times = {"start_time": start + draw(seconds), "duration": draw(seconds)}
    return a_subsegment(number=next(ids), subsegments=children or None, **times, **target, **draw(flags))


def inside(document: Document) -> list[Document]:
    """Every subsegment embedded in the document, at any depth."""
    children = document.get("subsegments", [])
    return [entity for child in children for entity in (child, *inside(child))]
