"""Random small traces, as awkward as clients make them: duplicates, streamed subsegments, orphans, Lambda, W3C ids."""

from typing import Any

from builders import START, an_id
from hypothesis import strategies as st
from xray.filter_expression.strategies import KEYS, NAMES, USERS

Document = dict[str, Any]

_milliseconds = st.sampled_from((0, 100, 250, 500, 1000, 2000, 2001))
_flags = st.fixed_dictionaries({}, optional={"fault": st.just(True), "error": st.just(True), "throttle": st.just(True)})
_http = st.fixed_dictionaries(
    {},
    optional={
        "request": st.fixed_dictionaries(
            {},
            optional={
                "url": st.sampled_from(("https://a/", "http://x y")),
                "method": st.sampled_from(("GET", "PUT")),
                "user_agent": st.sampled_from(("a", "an")),
                "client_ip": st.just("an"),
            },
        ),
        "response": st.fixed_dictionaries({}, optional={"status": st.sampled_from((200, 404, 500))}),
    },
)
_annotation_values = st.one_of(st.sampled_from(("a", "an", "", 3, 0.1, 2.0, True, False)), st.floats(-10, 10))
_told = {
    "http": _http,
    "user": st.sampled_from(USERS),
    "annotations": st.dictionaries(st.sampled_from(KEYS), _annotation_values, max_size=2),
}


@st.composite
def _timed(draw: st.DrawFn) -> Document:
    start = START + draw(_milliseconds) / 1000
    length = draw(st.one_of(st.none(), _milliseconds, _milliseconds, _milliseconds))
    ended = {"in_progress": True} if length is None else {"end_time": start + length / 1000}
    return {"start_time": start, **ended, **draw(_flags)}


_calls = st.sampled_from(
    (
        {},
        {"namespace": "aws", "name": "DynamoDB", "aws": {"table_name": "carts"}},
        {"namespace": "aws", "name": "lambda", "aws": {"function_name": "a", "account_id": "000000000001"}},
        {"namespace": "remote"},
        {"namespace": "remote", "traced": True},
        {"namespace": "remote", "sql": {"url": "x"}},
    )
)


class _Ids:
    def __init__(self) -> None:
        self.used: list[str] = []

    def new(self) -> str:
        self.used.append(an_id(len(self.used) + 1))
        return self.used[-1]


@st.composite
def _subsegment(draw: st.DrawFn, ids: _Ids, depth: int) -> Document:
    fields = {"name": draw(st.sampled_from(NAMES)), "id": ids.new(), **draw(_timed()), **draw(_calls)}
    fields |= draw(st.fixed_dictionaries({}, optional=_told))
    if depth:
        children = draw(st.lists(_subsegment(ids, depth - 1), max_size=2))
        fields |= {"subsegments": children} if children else {}
    return fields


@st.composite
def _segment(draw: st.DrawFn, ids: _Ids) -> Document:
    known = list(ids.used)
    fields = {"name": draw(st.sampled_from(NAMES)), "id": ids.new(), **draw(_timed())}
    fields |= draw(st.fixed_dictionaries({}, optional=_told))
    fields |= draw(
        st.fixed_dictionaries(
            {},
            optional={
                "origin": st.sampled_from(("T", "AWS::Lambda")),
                "aws": st.sampled_from(
                    (
                        {"account_id": "000000000001"},
                        {"ec2": {"instance_id": "an", "availability_zone": "z1"}},
                        {"ecs": {"container_arn": "ann"}},
                    )
                ),
                "subsegments": st.lists(_subsegment(ids, 1), max_size=3),
            },
        )
    )
    if known:
        parent = draw(st.one_of(st.none(), st.sampled_from([*known, an_id(999)])))
        fields |= {"parent_id": parent} if parent else {}
    return fields


@st.composite
def traces(draw: st.DrawFn, *, simple: bool) -> list[Document]:
    """The documents of one trace, without its id. Simple ones are whole segments, each sent once."""
    ids = _Ids()
    documents = [draw(_segment(ids)) for _ in range(draw(st.integers(1, 3)))]
    if simple:
        return documents
    for _ in range(draw(st.integers(0, 2))):
        parent = draw(st.sampled_from([*ids.used, an_id(999)]))
        streamed = draw(_subsegment(ids, 1))
        documents.append({**streamed, "type": "subsegment", "parent_id": parent})
    if draw(st.booleans()):
        again = draw(st.sampled_from(documents))
        documents.append({**again, **draw(_timed()), **draw(st.fixed_dictionaries({}, optional=_told))})
    if draw(st.integers(0, 3)) == 0:
        documents = [document for document in documents if document.get("type") == "subsegment"] or documents
    return documents
