"""Whatever a document holds, it is answered; and whatever is accepted can be stored, put together and told of."""

import json
from typing import Any

import msgspec
from builders import CALLER, NOW, START, a_segment, a_subsegment, a_trace_id, an_id
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skylens.config import Limits
from skylens.sql import Sql
from skylens.store import Store
from skylens.xray import trace_store
from skylens.xray.segment import Bounds, Segment, check
from skylens.xray.segment_fields import Cleaner, clean, decode
from skylens.xray.summary import ShownNodes, facts, summarize
from skylens.xray.trace import assemble, to_document
from skylens.xray.trace_id import to_text
from skylens.xray.usual_trace import assemble_usual

EXAMPLES = 40  # a document takes longer to invent than to check
BOUNDS = Bounds.at(NOW, Limits())
scalars = st.none() | st.booleans() | st.integers(-(10**25), 10**25) | st.floats(allow_nan=False, allow_infinity=False)
texts = st.text(max_size=6) | st.sampled_from(["aws", "remote", "1.5", "subsegment", an_id(7), "S3", "200"])
anything = st.recursive(
    scalars | texts, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3), max_leaves=6
)


def perhaps(**usual: Any) -> Any:
    """Dictionaries whose members are as they should be most of the time, and anything else or absent at times."""
    optional = {key: strategy | strategy | anything for key, strategy in usual.items()}
    return st.fixed_dictionaries({}, optional=optional) | anything


http = perhaps(
    request=perhaps(url=texts, method=texts, user_agent=texts, client_ip=texts, traced=st.booleans()),
    response=perhaps(status=st.integers(-5, 70_000), content_length=texts),
)
exception = perhaps(id=texts, type=texts, message=texts, remote=st.booleans(), stack=anything)
aws = perhaps(
    account_id=texts,
    table_name=texts,
    table_names=st.lists(texts, max_size=2),
    bucket_name=texts,
    ec2=perhaps(instance_id=texts, availability_zone=texts),
    ecs=perhaps(container_arn=texts),
    function_arn=texts,
)
usual = {
    "in_progress": st.booleans(),
    "parent_id": st.sampled_from([an_id(1), an_id(2), ""]),
    "type": st.just("subsegment"),
    "namespace": st.sampled_from(["aws", "remote", "local"]),
    "fault": st.booleans(),
    "error": st.booleans(),
    "throttle": st.booleans(),
    "traced": st.booleans(),
    "user": texts,
    "origin": texts,
    "resource_arn": texts,
    "http": http,
    "aws": aws,
    "cause": perhaps(exceptions=st.lists(exception, max_size=2)),
    "annotations": st.dictionaries(texts, scalars | texts, max_size=3),
    "metadata": anything,
    "sql": perhaps(url=texts),
    "service": perhaps(version=texts),
    "links": st.lists(perhaps(trace_id=texts, id=texts), max_size=2),
    "precursor_ids": anything,
}


@st.composite
def entities(draw: st.DrawFn, depth: int = 2) -> dict[str, Any]:
    document = draw(st.fixed_dictionaries({}, optional={key: value | value | anything for key, value in usual.items()}))
    document |= {"id": draw(st.integers(1, 4).map(an_id)), "name": draw(st.sampled_from(["a", "S3", "dynamodb"]))}
    document["start_time"] = draw(st.sampled_from([START, str(START), int(START), START + 0.5]))
    document["end_time"] = draw(st.sampled_from([START + 1, str(START + 1), START - 1, 0, None, ""]))
    if document["end_time"] in (None, ""):
        document["in_progress"] = True
    if depth:
        document["subsegments"] = draw(st.lists(entities(depth - 1), max_size=2) | st.just([]) | anything)
    # now and then a member that must be right is not
    return {
        **document,
        **draw(st.just({}) | st.just({}) | st.dictionaries(st.sampled_from(sorted(document)), anything, max_size=1)),
    }


documents = entities().map(lambda document: {"trace_id": a_trace_id(), **document})


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(anything | documents)
def test_every_document_is_accepted_or_refused(document):
    for found in check(json.dumps(document), BOUNDS):
        assert isinstance(found, Segment) or found.message


@settings(deadline=None)
@given(st.text() | st.binary())
def test_every_text_is_refused_or_json(text):
    assert len(check(text, BOUNDS)) >= 1


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(documents, min_size=1, max_size=4))
def test_whatever_is_accepted_can_be_put_together_and_told_of(sent):
    accepted = [each for document in sent for each in check(json.dumps(document), BOUNDS) if isinstance(each, Segment)]
    if not accepted:
        return
    stored = [segment.row[-1] for segment in accepted]
    trace = assemble(to_text(accepted[0].trace_id), stored)
    usual = assemble_usual(trace.id, stored)
    for segment in trace.segments:
        assert msgspec.json.decode(msgspec.json.encode(to_document(segment)))["id"] == segment.id
    summary = summarize(trace, ShownNodes(CALLER.account))
    assert usual is None or summarize(usual, ShownNodes(CALLER.account)) == summary
    told = facts(trace, CALLER.account)
    assert summary["IsPartial"] == told.partial
    assert summary["Annotations"].keys() == told.annotations.keys()
    assert sum(visit.root for visit in told.visits) == 1


# Documents as SDKs write them, and the values that only look as if nothing were left to clean.
tidy = {
    "start_time": st.sampled_from([START, int(START)]),
    "end_time": st.just(START + 1),
    "in_progress": st.booleans(),
    "parent_id": st.sampled_from([an_id(1), "", "ABCDEF0123456789"]),
    "type": st.just("subsegment"),
    "namespace": st.sampled_from(["aws", "remote", "local", ""]),
    "fault": st.booleans(),
    "traced": st.booleans() | st.none(),
    "user": st.just("u"),
    "http": st.fixed_dictionaries(
        {},
        optional={
            "request": st.fixed_dictionaries({}, optional={"url": st.just("u"), "traced": st.booleans(), "x": scalars}),
            "response": st.fixed_dictionaries({}, optional={"status": st.sampled_from([200, 200.0, 2**70, -1])}),
        },
    ),
    "aws": st.fixed_dictionaries({}, optional={"table_name": st.just("t"), "resource_names": st.just(["r"])}),
    "cause": st.just("ABCDEF0123456789")
    | st.just({"id": "ABCDEF0123456789"})
    | st.just({"exceptions": [{"type": "E", "x": 1}, {"id": "AA", "message": ""}]}),
    "annotations": st.dictionaries(texts, scalars | texts),
    "metadata": st.dictionaries(texts, anything, max_size=2),
    "links": st.lists(st.fixed_dictionaries({"trace_id": st.just("t"), "id": st.just("AA")})),
    "precursor_ids": st.lists(texts),
    "unknown": anything,
}


def tidy_entities(depth: int = 2) -> st.SearchStrategy[dict[str, Any]]:
    inside = {"subsegments": st.lists(tidy_entities(depth - 1), max_size=2)} if depth else {}
    names = {"id": st.sampled_from([an_id(1), "ABCDEF0123456789"]), "name": st.sampled_from(["a", "dynamodb"])}
    return st.fixed_dictionaries(names, optional=tidy | inside)


def all_cleaned(fields: dict[str, Any], cleaner: Cleaner) -> list[list[tuple[str, Any]]]:
    """Return a document and what is inside it, cleaned, with the fields in their order."""
    inside = fields.get("subsegments")
    own = list(cleaner(fields).items())
    below = [child for child in inside if isinstance(child, dict)] if isinstance(inside, list) else []
    return [own, *(each for child in below for each in all_cleaned(child, cleaner))]


def outcome(fields: dict[str, Any], cleaner: Cleaner) -> str:
    """Return what becomes of a document; those without an id or a name are never stored, and neither way can clean them."""
    try:
        return repr(all_cleaned(fields, cleaner))
    except KeyError as missing:
        return repr(missing)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(tidy_entities() | documents)
def test_the_quick_way_to_clean_a_document_gives_what_the_thorough_one_gives(document):
    text = json.dumps(document)
    quickly, thoroughly = (outcome(*way) for way in (decode(text), (msgspec.json.decode(text), clean)))
    assert quickly == thoroughly


def test_documents_of_sdks_are_cleaned_the_quick_way():
    document = a_segment(trace=1, http={"request": {"url": "u"}}, subsegments=[a_subsegment(namespace="local")])
    assert decode(json.dumps(document))[1] is not clean


@settings(
    max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(documents, min_size=1, max_size=4))
def test_whatever_is_accepted_can_be_stored(store: Store, sent):
    accepted = [each for document in sent for each in check(json.dumps(document), BOUNDS) if isinstance(each, Segment)]
    before = store.read(Sql("SELECT count() FROM segments"))[0][0]
    for table, columns in trace_store.rows(CALLER, accepted, NOW) if accepted else []:
        store.insert(table, columns)
    assert store.read(Sql("SELECT count() FROM segments")) == [(before + len(accepted),)]
