import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from builders import CALLER, NOW, START, a_segment, as_text, store_documents
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from xray.filter_expression.random_expressions import an_expression
from xray.filter_expression.random_traces import Document, a_trace

from skylens.caller import Caller, Region
from skylens.sql import Param, Sql, join
from skylens.store import Store
from skylens.xray import trace_id
from skylens.xray.filter_expression import ast
from skylens.xray.filter_expression.evaluate import evaluate
from skylens.xray.filter_expression.facts import TraceFacts
from skylens.xray.filter_expression.parser import parse
from skylens.xray.filter_expression.to_sql import to_sql
from skylens.xray.summary import facts
from skylens.xray.trace import TraceId, assemble
from skylens.xray.trace_search import SearchRequest, search

_regions = itertools.count()
differential = settings(deadline=None, max_examples=8, suppress_health_check=list(HealthCheck))


def a_region() -> Caller:
    """A caller whose traces no other example sees."""
    return replace(CALLER, region=Region(f"region-{next(_regions)}"))


def stored(store: Store, caller: Caller, several: list[list[Document]], *, floating: bool) -> dict[TraceId, TraceFacts]:
    first = 0xF0000000 if floating else int(START)
    named = {TraceId(f"1-{first:08x}-{number:024x}"): trace for number, trace in enumerate(several)}
    documents = [{**document, "trace_id": name} for name, trace in named.items() for document in trace]
    store_documents(store, *documents, caller=caller)
    texts = {name: [as_text({**document, "trace_id": name}) for document in trace] for name, trace in named.items()}
    return {name: facts(assemble(name, trace), caller.account) for name, trace in texts.items()}


def true_for(expression: ast.Expression, several: dict[TraceId, TraceFacts]) -> set[TraceId]:
    return {name for name, told in several.items() if evaluate(expression, told)}


def select(store: Store, caller: Caller, *, where: Sql | None = None, having: Sql | None = None) -> set[TraceId]:
    query = [
        Sql("SELECT trace_id FROM segments WHERE region = ? AND (", (Param("String", caller.region),)),
        where or Sql("true"),
        Sql(") GROUP BY trace_id HAVING "),
        having or Sql("true"),
    ]
    return {trace_id.to_text(key) for (key,) in store.read(join("", query))}


@differential
@given(st.randoms(use_true_random=True))
def test_sql_alone_decides_simple_traces_where_it_says_so(store: Store, random):
    caller = a_region()
    named = stored(store, caller, [a_trace(random, simple=True) for _ in range(40)], floating=False)
    for expression in [an_expression(random) for _ in range(15)]:
        condition = to_sql(expression)
        found = select(store, caller, having=condition.having)
        truth = true_for(expression, named)
        assert (found if condition.exact else found & truth) == truth, str(expression)


@differential
@given(st.randoms(use_true_random=True))
def test_sql_misses_no_trace_whatever_it_is_made_of(store: Store, random):
    caller = a_region()
    named = stored(store, caller, [a_trace(random, simple=False) for _ in range(40)], floating=False)
    for expression in [an_expression(random) for _ in range(15)]:
        condition = to_sql(expression)
        truth = true_for(expression, named)
        assert truth - select(store, caller, having=condition.having) == set(), str(expression)
        if condition.rows is not None:
            assert truth - select(store, caller, where=condition.rows) == set(), f"rows of {expression}"


@differential
@given(st.randoms(use_true_random=True), st.booleans())
def test_a_search_with_the_last_word_finds_exactly_what_is_true(store: Store, random, floating):
    caller = a_region()
    named = stored(store, caller, [a_trace(random, simple=False) for _ in range(12)], floating=floating)
    for expression in [an_expression(random) for _ in range(3)]:
        truth = true_for(expression, named)
        request = SearchRequest(NOW - timedelta(hours=1), NOW, expression=expression, page_size=5)
        found: list[TraceId] = []
        while True:
            page = search(store, caller, request, admit=lambda ids, truth=truth: [i for i in ids if i in truth])
            found += page.trace_ids
            if page.next is None:
                break
            request = replace(request, after=page.next)
        assert len(found) == len(truth), str(expression)
        assert set(found) == truth, str(expression)


HOSTILE = (
    "'", '"', "\\", "\\'", "`", "';--", "' OR 1=1 --", "?", "{p0:String}", "/*{rows}*/", "%s", "\x00", "\n", "\t", "\r",
    "\b", "€𝄞", "\u2028", "') OR (1=1", "\\x27 OR 1", "a" * 1000, "\x7f", "\ufeff", "$1", ";", "{{", "}}", "[", "]", "\\N",
)  # fmt: skip
POSITIONS = (
    "user = {}", "user CONTAINS {}", "http.url BEGINSWITH {}", "http.url ENDSWITH {}", "http.url != {}", "user != {}",
    "annotation.k = {}", "annotation.k != {}", "annotation.k CONTAINS {}", "annotation.k BEGINSWITH {}",
    "annotation.k ENDSWITH {}", "service({})", "service(id(name: {0}, type: {0}, account.id: {0}))",
    "edge({0}, id(name: {0}, type: {0}))", "service() {{ name = {} }}", "service() {{ type CONTAINS {} }}",
    "edge({0}, {0}) {{ http.url = {0} }}", "rootcause.fault.exception {{ message = {} }}", "instance.id = {}",
)  # fmt: skip


def quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_a_hostile_text_is_a_value_wherever_it_stands(store: Store, text: str):
    store_documents(store, a_segment("shop"))
    for position in POSITIONS:
        expression = parse(position.format(quoted(text)))
        plain, hostile = to_sql(parse(position.format('"x"'))), to_sql(expression)
        assert (hostile.having.text, hostile.rows and hostile.rows.text) == (
            plain.having.text,
            plain.rows and plain.rows.text,
        )
        seen: list[TraceId] = []
        request = SearchRequest(NOW - timedelta(hours=1), NOW, expression=expression)
        search(store, CALLER, request, admit=lambda ids, seen=seen: seen.extend(ids) or [])
        assert seen == [], position


@pytest.mark.parametrize("text", HOSTILE, ids=repr)
def test_a_hostile_text_finds_itself(store: Store, text: str):
    document = a_segment("shop", user=text, annotations={"k": text}, http={"request": {"url": text}})
    store_documents(store, document)
    for position in (
        "user = {}",
        "annotation.k = {}",
        "annotation.k CONTAINS {}",
        "http.url ENDSWITH {}",
        "http.url BEGINSWITH {}",
    ):
        condition = to_sql(parse(position.format(quoted(text))))
        assert select(store, CALLER, having=condition.having, where=condition.rows) == {document["trace_id"]}, position


def test_an_annotation_key_with_odd_characters_is_a_value_too(store: Store):
    store_documents(store, a_segment("shop"))
    for key in ("' OR 1=1 --", "?", "{p0:String}", "a b"):
        for expression in (
            ast.HasAnnotation(key),
            ast.CompareAnnotation(key, "=", "x"),
            ast.CompareAnnotation(key, ">", 1.0),
        ):
            assert select(store, CALLER, having=to_sql(expression).having) == set()


@given(number=st.floats(allow_nan=False, allow_infinity=False))
@differential
def test_numbers_are_compared_to_the_last_bit(store: Store, number: float):
    caller = a_region()
    store_documents(store, a_segment("shop", annotations={"k": number}), caller=caller)
    for operator, holds in (("=", True), ("<=", True), (">=", True), ("<", False), (">", False), ("!=", False)):
        condition = to_sql(ast.CompareAnnotation("k", operator, number))
        assert bool(select(store, caller, having=condition.having)) == holds, operator
