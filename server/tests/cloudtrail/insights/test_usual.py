"""What is usual: a count is unusual when it is rarer than one in a million by the distribution of those before."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.cloudtrail.insights.usual import RARE, Spread, Usual, _spread

WEEK = 10_080


def of(counts) -> Usual:
    """What is usual after these counts, one of each minute."""
    spans = [sum(counts[at : at + 5]) for at in range(0, len(counts), 5)]
    return Usual(len(counts), sum(counts), sum(c * c for c in counts), sum(s * s for s in spans))


@pytest.mark.parametrize("rate", [1, 7, 100, 10_000])
def test_a_constant_rate_is_usual_and_far_more_or_nothing_of_it_is_not(rate):
    usual = of([rate] * WEEK)
    assert not usual.is_too_many(rate)
    assert not usual.is_too_few(5 * rate)
    assert usual.is_too_many(rate + 10 * math.ceil(math.sqrt(rate)))
    assert usual.is_too_few(0) == (rate > 4)  # that little may be missing by chance


def test_what_was_never_called_is_unusual_soon():
    assert [Usual(WEEK).is_too_many(calls) for calls in (0, 1, 2, 3)] == [False, False, True, True]


def test_less_history_is_less_certain():
    assert not Usual(10, 10, 10, 50).is_too_many(8)
    assert Usual(WEEK, WEEK, WEEK, 5 * WEEK).is_too_many(12)


def test_a_burst_that_comes_each_hour_is_usual_and_one_of_ten_times_the_size_is_not():
    usual = of(([60] + [0] * 59) * 168)
    assert not usual.is_too_many(60)
    assert usual.is_too_many(1000)
    assert not usual.is_too_few(0)


def test_a_rate_that_sleeps_at_night_may_sleep():
    usual = of(([20] * 720 + [0] * 720) * 7)
    assert not usual.is_too_few(0)
    assert not usual.is_too_many(25)


@given(st.lists(st.integers(0, 50), min_size=60, max_size=400), st.integers(0, 5000))
def test_the_bounds_decide_as_the_whole_sum_does(counts, count):
    spread = _spread(len(counts), sum(counts), sum(c * c for c in counts))
    tail = 1 - math.fsum(spread._chance(at) for at in range(count))
    if abs(tail - RARE) > RARE / 100:  # a sum of rounded terms is no nearer
        assert spread.is_too_many(count) == (count > spread.mean and tail < RARE)


@given(st.floats(0.01, 1e4), st.floats(0.001, 0.999))
def test_more_is_never_less_unusual(size, q):
    spread = Spread(size, q)
    counts = [int(spread.mean * factor) for factor in (1, 2, 4, 8, 16, 64)]
    too_many = [spread.is_too_many(count) for count in counts]
    assert too_many == sorted(too_many)
