"""Filter expressions through the API: the corpus is understood, what is wrong is refused with its place (black-box list 9)."""

import itertools
import re
import time
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from documents import a_segment, checkout, put, summaries

SCRIPTS = Path(__file__).parents[2] / "server" / "tests" / "scripts"


def script(name):
    """Yield each query of a script with what is expected of it."""
    lines = (SCRIPTS / name).read_text(encoding="utf-8").splitlines()
    for line, following in itertools.pairwise(lines):
        if line == "query" or line.startswith("query "):
            yield line.removeprefix("query").strip(), following


REFUSED = [
    (query, expected.removeprefix("expect error "))
    for query, expected in script("filter_expression_errors.test")
    if expected.startswith("expect error ")
]
UNDERSTOOD = [query for query, expected in script("filter_expression.test") if not expected.startswith("expect error")]


def ask(xray, expression):
    now = time.time()
    return xray.get_trace_summaries(StartTime=now - 60, EndTime=now, FilterExpression=expression)


def test_the_corpus_is_large_enough():
    assert len(REFUSED) >= 40
    assert len(UNDERSTOOD) >= 40


def test_every_expression_of_the_corpus_is_understood(xray):
    unknown_groups = re.compile(r"group\.")
    for expression in UNDERSTOOD:
        if not unknown_groups.search(expression):
            assert "TraceSummaries" in ask(xray, expression), expression


def test_every_wrong_expression_is_refused_with_its_place(xray):
    for expression, expected in REFUSED:
        with pytest.raises(ClientError) as refusal:
            ask(xray, expression)
        assert refusal.value.response["Error"]["Code"] == "InvalidRequestException", expression
        assert expected.lower() in refusal.value.response["Error"]["Message"].lower(), expression


@pytest.mark.parametrize(
    "expression",
    [
        'SERVICE("kept") and ANNOTATION.tenant = "acme"',
        'service("kept") AND annotation[order.id] BEGINSWITH "A-"',
        'service("kept") responsetime > 0.8 !partial',
        'service(id(name: "carts", type: "AWS::DynamoDB::Table")) AND service("kept")',
        'edge("kept", "pay.test") { fault }',
        'service("kept") AND rootcause.fault.service { name = "pay.test" }',
        'service("kept") AND http.status = 502 AND user = "u-17"',
    ],
)
def test_matches_are_found_and_nothing_else(xray, expression):
    matching = checkout("kept")
    matching["annotations"] |= {"order.id": "A-77"}
    other = a_segment("other")
    assert put(xray, matching, other) == []
    found = [summary["Id"] for summary in summaries(xray, expression)]
    assert matching["trace_id"] in found
    assert other["trace_id"] not in found


def test_pages_hold_every_trace_once(xray):
    sent = {segment["trace_id"]: segment for segment in (a_segment("paged") for _ in range(250))}
    assert put(xray, *sent.values()) == []
    found = [summary["Id"] for summary in summaries(xray, 'service("paged")')]
    assert len(found) == len(set(found))
    assert set(found) == set(sent)
