"""Boost: as little and as seldom as captures the anomalies."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skylens.registry import HANDLERS
from skylens.xray.sampling.boost import needed_rate

CLIENT = "0" * 24


@pytest.fixture
def xray(call):
    """Call an operation: ``xray("GetSamplingRules", NextToken=…)``."""

    def run(operation, **request):
        return HANDLERS["xray", operation].function(call("xray", operation), request)

    return run


@pytest.fixture
def make_rule(xray):
    """Create a rule with a boost."""

    def make(rate=0.01, most=0.5, cooldown=10):
        patterns = dict.fromkeys(("ResourceARN", "ServiceName", "ServiceType", "Host", "HTTPMethod", "URLPath"), "*")
        numbers = {"RuleName": "r", "Priority": 1, "FixedRate": rate, "ReservoirSize": 1, "Version": 1}
        boost = {"SamplingRateBoost": {"MaxRate": most, "CooldownWindowMinutes": cooldown}}
        xray("CreateSamplingRule", SamplingRule=patterns | numbers | boost)

    return make


@pytest.fixture
def report(xray, clock):
    """Report the rule and, where there are any, anomalies of a service; return the target's boost."""

    def send(anomalies=None, sampled=0, service="pay"):
        document = {"RuleName": "r", "ClientID": CLIENT, "RequestCount": 1_000, "SampledCount": 10}
        boosts = [] if anomalies is None else [an_anomaly_report(clock, anomalies, sampled, service)]
        answer = xray(
            "GetSamplingTargets",
            SamplingStatisticsDocuments=[document | {"Timestamp": clock.now()}],
            SamplingBoostStatisticsDocuments=boosts,
        )
        assert answer["UnprocessedBoostStatistics"] == []
        (target,) = answer["SamplingTargetDocuments"]
        return target.get("SamplingBoost")

    return send


def an_anomaly_report(clock, anomalies=10, sampled=0, service="pay", rule="r"):
    return {
        "RuleName": rule,
        "ServiceName": service,
        "Timestamp": clock.now(),
        "AnomalyCount": anomalies,
        "TotalCount": 1_000,
        "SampledAnomalyCount": sampled,
    }


@given(st.integers(1, 10_000_000))
def test_the_needed_rate_misses_every_anomaly_one_time_in_twenty(anomalies):
    assert (1 - needed_rate(anomalies, 0)) ** anomalies == pytest.approx(0.05, rel=1e-3)


def test_unsampled_anomalies_raise_the_rate_for_a_minute(report, make_rule, clock):
    make_rule()
    boost = report(10)
    assert boost == {"BoostRate": pytest.approx(0.2589, abs=1e-4), "BoostRateTTL": clock.now() + timedelta(minutes=1)}


def test_the_rate_is_never_above_the_rules_most(report, make_rule):
    make_rule(most=0.1)
    assert report(2)["BoostRate"] == 0.1


@pytest.mark.parametrize(
    ("rates", "anomalies", "sampled"),
    [((0.01, 0.5), 0, 0), ((0.01, 0.5), 10, 1), ((0.3, 0.5), 10, 0), ((0.3, 0.2), 1, 0)],
    ids=["no anomalies", "some captured", "the rate suffices", "the most is below the rate"],
)
def test_there_is_no_boost_where_none_is_needed(report, make_rule, rates, anomalies, sampled):
    make_rule(*rates)
    assert report(anomalies, sampled) is None


def test_the_service_that_needs_most_decides(report, make_rule):
    make_rule()
    report(0)
    report(1_000, sampled=50, service="front")
    assert report(10, service="bank")["BoostRate"] == pytest.approx(0.2589, abs=1e-4)


def test_one_boost_in_a_cooldown_window(report, make_rule, clock):
    make_rule(cooldown=3)
    seen = []
    for _ in range(25):
        seen.append(report(10) is not None)
        clock.advance(10)
    assert seen == [True] * 6 + [False] * 12 + [True] * 6 + [False]


def test_a_boost_is_the_same_for_every_client_until_it_ends(report, make_rule, clock):
    make_rule()
    first = report(10)
    clock.advance(30)
    assert report() == first
    clock.advance(31)
    assert report() is None


def test_anomalies_that_other_services_report_boost_the_root(report, make_rule, xray, clock):
    make_rule()
    answer = xray(
        "GetSamplingTargets",
        SamplingStatisticsDocuments=[],
        SamplingBoostStatisticsDocuments=[an_anomaly_report(clock, service="deep down")],
    )
    assert answer["SamplingTargetDocuments"] == []
    assert report()["BoostRate"] == pytest.approx(0.2589, abs=1e-4)


def test_boost_statistics_that_cannot_be_taken_are_unprocessed(make_rule, xray, clock):
    make_rule()
    old = an_anomaly_report(clock) | {"Timestamp": clock.now() - timedelta(minutes=6)}
    for document, code, message in (
        (an_anomaly_report(clock, rule="none"), "404", "Sampling rule not found: none"),
        (an_anomaly_report(clock, rule="Default"), "400", "Sampling rule Default has no SamplingRateBoost"),
        (old, "400", "Statistics of 2026-07-01T11:54:00+00:00 are too old"),
    ):
        answer = xray("GetSamplingTargets", SamplingStatisticsDocuments=[], SamplingBoostStatisticsDocuments=[document])
        assert answer["UnprocessedBoostStatistics"] == [
            {"RuleName": document["RuleName"], "ErrorCode": code, "Message": message}
        ]
