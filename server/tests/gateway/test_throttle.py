"""Token buckets fill with time; a refused call is told so in its service's own words."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.clock import ManualClock
from skylens.gateway.throttle import Buckets, throttled
from skylens.wire.models import SERVICE_NAMES, load


def test_a_rate_of_nothing_never_refuses(clock):
    buckets = Buckets(0, clock)
    assert all(buckets.take("a") for _ in range(10_000))
    assert len(buckets) == 0


def test_a_second_of_calls_is_granted_at_once_and_more_with_time(clock):
    buckets = Buckets(3, clock)
    assert [buckets.take("a") for _ in range(4)] == [True, True, True, False]
    clock.advance(1 / 3)
    assert [buckets.take("a") for _ in range(2)] == [True, False]


def test_each_key_has_a_bucket_of_its_own(clock):
    buckets = Buckets(1, clock)
    assert [buckets.take(account, "GetGroups") for account in ("1", "1", "2")] == [True, False, True]


@given(rate=st.integers(1, 50), pauses=st.lists(st.floats(0, 0.5), max_size=300))
def test_no_more_is_granted_than_one_burst_and_the_rate(rate, pauses):
    clock = ManualClock(datetime(2026, 7, 1, tzinfo=UTC))
    buckets = Buckets(rate, clock)
    granted = 0
    for pause in pauses:
        clock.advance(pause)
        granted += buckets.take("a")
    assert granted <= rate + rate * sum(pauses) + 1e-6


def test_full_buckets_are_forgotten(clock):
    buckets = Buckets(1, clock)
    for number in range(10_000):
        buckets.take(str(number))
    clock.advance(10)
    buckets.take("one more")
    assert len(buckets) == 1


@pytest.mark.parametrize("name", SERVICE_NAMES)
def test_throttling_has_the_name_that_the_model_declares(name):
    service = load(name)
    code = throttled(service, "Rate exceeded").code
    declared = [error for error in ("ThrottledException", "ThrottlingException") if service.error(error)]
    assert code == (declared or ["ThrottlingException"])[0]


def test_x_ray_calls_it_throttled():
    assert throttled(load("xray"), "Rate exceeded").code == "ThrottledException"
