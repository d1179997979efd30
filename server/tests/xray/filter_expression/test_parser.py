import importlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from xray.filter_expression.strategies import combined, conditions, groups

from skylens.language import LanguageError
from skylens.registry import error_code
from skylens.xray.filter_expression import ast
from skylens.xray.filter_expression.keywords import KEYWORDS
from skylens.xray.filter_expression.parser import (
    MAX_CONDITIONS,
    MAX_DEPTH,
    MAX_LENGTH,
    InvalidFilterExpression,
    parse,
    parse_selector,
)

any_text = st.text(st.characters(exclude_categories=("Cs",)), max_size=30)


@given(combined(st.one_of(conditions, groups)))
def test_printing_an_expression_and_parsing_it_gives_the_same_tree(expression):
    assert parse(str(expression)) == expression


@given(combined(st.one_of(conditions, groups)))
def test_printing_is_stable(expression):
    assert str(parse(str(expression))) == str(expression)


@given(any_text)
def test_every_text_survives_as_a_value(text):
    expression = ast.Compare("http.url", "CONTAINS", text)
    assert parse(str(expression)) == expression


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_every_number_survives_as_a_value(number):
    expression = ast.Compare("duration", ">", number)
    assert parse(str(expression)) == expression


@given(any_text)
def test_any_text_is_parsed_or_refused_with_a_position_inside_it(text):
    refused_at = 0
    try:
        parse(text)
    except InvalidFilterExpression as refused:
        refused_at = refused.at
    assert 0 <= refused_at <= len(text)


@given(st.sampled_from(sorted(KEYWORDS)), st.data())
def test_keywords_are_read_in_any_case(name, data):
    flips = data.draw(st.lists(st.booleans(), min_size=len(name), max_size=len(name)))
    written = "".join(c.upper() if flip else c for c, flip in zip(name, flips, strict=True))
    scope = KEYWORDS[name].scopes[0]
    before = {"trace": "", "service": "service() { "}.get(scope, f"rootcause.responsetime.{scope.split()[-1]} {{ ")
    assert parse(before + written + (" }" if before else "")) == parse(before + name + (" }" if before else ""))


@pytest.mark.parametrize("text", ['user CoNtAiNs "x" AnD ok', 'USER contains "x" and OK', 'user CONTAINS "x" ok'])
def test_operators_are_read_in_any_case(text):
    assert str(parse(text)) == 'user CONTAINS "x" AND ok'


@pytest.mark.parametrize("text", ["", "   ", "\n\t"])
def test_a_blank_expression_is_everything(text):
    assert parse(text) == ast.Everything()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (r'user = "say \"hi\""', 'say "hi"'),
        (r"user = 'it\'s'", "it's"),
        (r'user = "C:\\x"', r"C:\x"),
        (r'user = "C:\x"', r"C:\x"),
        ("user = O'x'", None),
        ("user = 12", "12"),
        ("user = and", "and"),
        ('user = "two\nlines"', "two\nlines"),
    ],
)
def test_values_are_quoted_escaped_or_bare(text, value):
    if value is None:
        with pytest.raises(InvalidFilterExpression):
            parse(text)
    else:
        assert parse(text) == ast.Compare("user", "=", value)


def test_two_thousand_characters_are_fine():
    text = f'http.url = "{"x" * 2_048}"'
    assert str(parse(text)) == text


def test_an_expression_has_an_end():
    with pytest.raises(InvalidFilterExpression, match=f"longer than {MAX_LENGTH} characters"):
        parse(f'user = "{"x" * MAX_LENGTH}"')


@pytest.mark.parametrize("opening", ["(", "!"])
def test_nesting_has_an_end(opening):
    closing = ")" if opening == "(" else ""
    fine = MAX_DEPTH - 2
    parse(opening * fine + "ok" + closing * fine)
    with pytest.raises(InvalidFilterExpression, match="nested more than"):
        parse(opening * 2_000 + "ok" + closing * 2_000)


def test_the_number_of_conditions_has_an_end():
    parse("ok " * MAX_CONDITIONS)
    with pytest.raises(InvalidFilterExpression, match=f"more than {MAX_CONDITIONS} conditions"):
        parse("ok " * (MAX_CONDITIONS + 1))


def test_json_may_be_nested_without_end_and_is_refused():
    with pytest.raises(InvalidFilterExpression):
        parse("rootcause.json = #" + "[" * 3_000 + "]" * 3_000)


def test_half_a_character_is_refused():
    with pytest.raises(InvalidFilterExpression, match="at position 8"):
        parse('user = "\ud800"')


def test_a_refusal_is_an_invalid_request():
    importlib.import_module("skylens.xray.errors")
    assert error_code(InvalidFilterExpression("x", at=0)) == "InvalidRequestException"


@pytest.mark.parametrize(
    ("text", "selector"),
    [
        ('id(name: "a", type: "T")', ast.NodeId("a", "T")),
        ('ID(account.id: "1")', ast.NodeId(account_id="1")),
        ('service("a")', ast.Service(ast.NodeId("a", short=True))),
        ('service(id(type: "T"))', ast.Service(ast.NodeId(type="T"))),
        ('edge("a", id(name: "b"))', ast.Edge(ast.NodeId("a", short=True), ast.NodeId("b"))),
    ],
)
def test_an_entity_selector_is_id_service_or_edge(text, selector):
    assert parse_selector(text) == selector
    assert parse_selector(str(selector)) == selector


@pytest.mark.parametrize("text", ["", " ", "fault", "annotation.x = 1", 'service("a") { fault }', 'service("a") ok'])
def test_nothing_else_is_an_entity_selector(text):
    with pytest.raises(InvalidFilterExpression):
        parse_selector(text)


def test_errors_are_language_errors():
    assert issubclass(InvalidFilterExpression, LanguageError)
