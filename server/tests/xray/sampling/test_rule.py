"""Rule: order, matching, and what a rule may say."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.xray.errors import InvalidRequest
from skylens.xray.sampling.rule import (
    DEFAULT,
    PATTERNS,
    Rule,
    SampledRequest,
    changed,
    check,
    in_order,
    matches,
    rule_for,
)


def a_rule(name="r", priority=1, fixed_rate=0.5, reservoir_size=1, **patterns):
    return Rule(name=name, priority=priority, fixed_rate=fixed_rate, reservoir_size=reservoir_size, **patterns)


def test_rules_are_tried_by_priority_then_by_name():
    rules = [DEFAULT, a_rule("b", 5), a_rule("a", 5), a_rule("z", 1)]
    assert [rule.name for rule in in_order(rules)] == ["z", "a", "b", "Default"]


def test_the_first_match_decides():
    rules = [a_rule("slow", 2, http_method="GET"), a_rule("quick", 1, url_path="/a*"), DEFAULT]
    assert rule_for(rules, SampledRequest(http_method="GET", url_path="/abc")).name == "quick"
    assert rule_for(rules, SampledRequest(http_method="GET", url_path="/b")).name == "slow"
    assert rule_for(rules, SampledRequest(http_method="PUT", url_path="/b")).name == "Default"


@pytest.mark.parametrize(
    ("pattern", "value", "is_match"),
    [
        ("*", "anything", True),
        ("/cart/*", "/cart/7", True),
        ("/cart/*", "/cart/", True),
        ("/cart/*", "/cart", False),
        ("/CART/?", "/cart/7", True),
        ("/cart/?", "/cart/77", False),
        ("[a-c]", "b", False),
        ("[a-c]", "[A-C]", True),
        ("a\nb*", "a\nb\nc", True),
        ("checkout", "check", False),
        ("GET", "", True),
    ],
)
def test_patterns(pattern, value, is_match):
    assert matches(a_rule(url_path=pattern), SampledRequest(url_path=value)) is is_match


@given(st.sampled_from(PATTERNS), st.text(max_size=20))
def test_a_text_without_wildcards_matches_itself_in_any_member(member, text):
    pattern = text.replace("*", "x").replace("?", "x")
    assert matches(a_rule(**{member: pattern}), SampledRequest(**{member: pattern}))


def test_attributes_must_all_be_there():
    rule = a_rule(attributes={"tier": "g*", "kind": "?"})
    assert matches(rule, SampledRequest(attributes={"tier": "Gold", "kind": "b", "other": "x"}))
    assert not matches(rule, SampledRequest(attributes={"tier": "gold"}))


def test_a_pattern_of_many_stars_does_not_take_long():
    started = time.process_time()
    assert not matches(a_rule(url_path="*a" * 60 + "b"), SampledRequest(url_path="a" * 2_000))
    assert time.process_time() - started < 1


@pytest.mark.parametrize(
    "values",
    [
        {"priority": 0},
        {"priority": 10_000},
        {"fixed_rate": 1.01},
        {"fixed_rate": -0.01},
        {"fixed_rate": float("nan")},
        {"reservoir_size": -1},
        {"reservoir_size": 2**31},
        {"name": ""},
        {"name": "n" * 33},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(values):
    with pytest.raises(InvalidRequest):
        check(a_rule(**values))


def test_default_lets_its_rate_and_reservoir_be_changed():
    new = changed(DEFAULT, {"fixed_rate": 1.0, "reservoir_size": 0, "priority": 10_000, "host": "*"})
    assert (new.fixed_rate, new.reservoir_size, new.priority) == (1.0, 0, 10_000)


@pytest.mark.parametrize("change", [{"priority": 9_999}, {"host": "a"}, {"attributes": {"a": "b"}}], ids=str)
def test_default_lets_nothing_else_be_changed(change):
    with pytest.raises(InvalidRequest, match="Default"):
        changed(DEFAULT, change)
