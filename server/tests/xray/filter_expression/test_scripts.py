"""Runs the scripts of ../../scripts: what an expression finds by itself and through the store, and what is refused."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from builders import CALLER, NOW, a_segment, a_trace_id, as_text, store_documents

from skylens.store import Store
from skylens.xray.filter_expression.ast import Expression
from skylens.xray.filter_expression.evaluate import evaluate
from skylens.xray.filter_expression.parser import InvalidFilterExpression, parse
from skylens.xray.summary import facts
from skylens.xray.trace import Trace, assemble
from skylens.xray.trace_id import TraceId
from skylens.xray.trace_search import SearchRequest, search

SCRIPTS = Path(__file__).parents[2] / "scripts"


@dataclass
class Step:
    line: int
    query: str
    expected: str = ""


@dataclass
class Script:
    traces: dict[str, list[dict[str, Any]]] = field(default_factory=dict)
    steps: list[Step] = field(default_factory=list)


def read(name: str) -> Script:
    script, label = Script(), ""
    for number, line in enumerate((SCRIPTS / name).read_text(encoding="utf-8").splitlines(), 1):
        word, _, rest = line.strip().partition(" ")
        match word:
            case "" | "#":
                continue
            case "load":
                label = rest
                script.traces[label] = []
            case "query":
                script.steps.append(Step(number, rest))
            case "expect":
                script.steps[-1].expected = rest
            case _ if line.startswith("  {"):
                trace = len(script.traces)
                script.traces[label].append(a_segment(**{"trace": trace, **json.loads(line)}))
            case _:
                raise ValueError(f"{name}:{number}: {line}")
    return script


FOUND = read("filter_expression.test")
REFUSED = read("filter_expression_errors.test")


def assembled(script: Script) -> dict[str, Trace]:
    return {
        label: assemble(TraceId(documents[0]["trace_id"]), [as_text(d) for d in documents])
        for label, documents in script.traces.items()
    }


TRACES = assembled(FOUND)


def satisfied_by(expression: Expression) -> Iterator[str]:
    return (label for label, trace in TRACES.items() if evaluate(expression, facts(trace, CALLER.account)))


@pytest.mark.parametrize("step", FOUND.steps, ids=lambda step: f"line {step.line}")
def test_an_expression_holds_for_the_traces_that_the_script_names(step: Step):
    assert list(satisfied_by(parse(step.query))) == step.expected.split()


def test_a_search_finds_what_the_scripts_name(store: Store):
    store_documents(store, *(document for documents in FOUND.traces.values() for document in documents))
    labels = {a_trace_id(number): label for number, label in enumerate(FOUND.traces, 1)}
    found = {}
    for step in FOUND.steps:
        expression = parse(step.query)
        holds = set(satisfied_by(expression))
        request = SearchRequest(NOW - timedelta(hours=1), NOW, expression=expression)
        page = search(store, CALLER, request, admit=lambda ids, holds=holds: [i for i in ids if labels[i] in holds])
        found[step.line] = sorted(labels[trace_id] for trace_id in page.trace_ids)
    assert found == {step.line: sorted(step.expected.split()) for step in FOUND.steps}


@pytest.mark.parametrize("step", REFUSED.steps, ids=lambda step: f"line {step.line}")
def test_an_expression_is_refused_with_its_reason_and_position(step: Step):
    with pytest.raises(InvalidFilterExpression) as refused:
        parse(step.query)
    assert f"error {refused.value}" == step.expected


def test_there_are_at_least_forty_refusals():
    assert len(REFUSED.steps) >= 40
