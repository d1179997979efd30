from hypothesis import given
from hypothesis import strategies as st

from skylens.xray.service_graph.forecast import HISTORY_SECONDS, Band, Point, band


def steady(rate, requests=1000, periods=60):
    return [Point(60 * n, requests, int(requests * rate)) for n in range(periods)]


def test_without_history_there_is_no_forecast():
    assert band([], 600, 100) is None
    assert band([Point(0, 0, 0)], 600, 100) is None
    assert band([Point(600, 100, 5), Point(660, 100, 5)], 600, 100) is None


def test_what_is_too_old_is_forgotten():
    assert band([Point(0, 100, 5)], HISTORY_SECONDS, 100) is not None
    assert band([Point(0, 100, 5)], HISTORY_SECONDS + 60, 100) is None


def test_a_steady_rate_is_expected_to_go_on():
    assert band(steady(0.1), 3600, 1000) == Band(71, 129)


def test_traffic_makes_the_band_wider_and_higher():
    few, many = band(steady(0.1), 3600, 100), band(steady(0.1), 3600, 10_000)

    assert few == Band(1, 20)
    assert many == Band(910, 1091)


def test_a_service_without_faults_is_expected_to_have_almost_none():
    assert band(steady(0), 3600, 100) == Band(0, 1)


def test_rates_that_vary_make_the_band_wider():
    varying = [Point(60 * n, 1000, 50 if n % 2 else 150) for n in range(60)]

    assert band(varying, 3600, 1000) == Band(0, 251)


@given(st.lists(st.tuples(st.integers(1, 1000), st.integers(0, 1000)), min_size=1, max_size=50), st.integers(1, 5000))
def test_the_band_is_within_what_can_happen(history, total):
    points = [Point(60 * n, requests, min(requests, faults)) for n, (requests, faults) in enumerate(history)]

    expected = band(points, 60 * len(points), total)

    assert expected is not None
    assert 0 <= expected.low <= expected.high <= total
