"""Sampling as clients' bytes see it: bodies as their SDKs write them, answers as they must be able to read them."""

import json

import pytest

from skylens.registry import HANDLERS
from skylens.wire import models, rest_json
from skylens.wire.http import WireRequest

XRAY = models.load("xray")


@pytest.fixture
def exchange(call):
    """Send a body to an operation's path and return the answer's JSON."""

    def run(operation, body):
        op = XRAY.operations[operation]
        request = WireRequest("POST", op.http_uri, body=body)
        output = HANDLERS["xray", operation].function(call("xray", operation), rest_json.parse(request, op))
        return json.loads(rest_json.serialize(op, output, "id", request).body)

    return run


@pytest.fixture
def report(exchange, clock):
    """Report the Default rule with a document of these members."""

    def run(**members):
        document = {
            "RuleName": "Default",
            "ClientID": "0123456789abcdef01234567",
            "Timestamp": clock.now().timestamp(),
            "RequestCount": 10,
            "BorrowCount": 1,
        }
        return exchange(
            "GetSamplingTargets", json.dumps({"SamplingStatisticsDocuments": [document | members]}).encode()
        )

    return run


@pytest.mark.parametrize("body", [b"", b"{}", b'{"NextToken":null}', b'{"Unknown":1}'])
def test_rules_are_read_with_whatever_body_an_sdk_sends(exchange, body):
    (record,) = exchange("GetSamplingRules", body)["SamplingRuleRecords"]
    rule = record["SamplingRule"]
    for name in ("Priority", "ReservoirSize", "Version"):
        assert type(rule[name]) is int
    assert rule["Attributes"] == {}
    assert type(record["CreatedAt"]) in (int, float)


def test_targets_are_numbers_that_every_sdk_reads(report, clock):
    answer = report(SampledCount=3)
    (target,) = answer["SamplingTargetDocuments"]
    assert type(target["ReservoirQuota"]) is int
    assert type(target["Interval"]) is int
    assert target["ReservoirQuotaTTL"] == clock.now().timestamp() + 300
    assert type(answer["LastRuleModification"]) in (int, float)
    assert answer["UnprocessedStatistics"] == answer["UnprocessedBoostStatistics"] == []


def test_a_time_in_milliseconds_is_read_as_java_means_it(report, exchange, clock):
    report(SampledCount=3, Timestamp=int(clock.now().timestamp() * 1_000))
    (summary,) = exchange("GetSamplingStatisticSummaries", b"{}")["SamplingStatisticSummaries"]
    assert summary["Timestamp"] == clock.now().timestamp() - 10


def test_the_count_of_sampled_requests_may_be_spelled_as_opentelemetry_does(report, exchange):
    report(SampleCount=4)
    (summary,) = exchange("GetSamplingStatisticSummaries", b"{}")["SamplingStatisticSummaries"]
    assert summary["SampledCount"] == 4


def test_a_client_id_of_another_length_refuses_its_document_and_not_the_call(report):
    answer = report(SampledCount=3, ClientID="short")
    (unprocessed,) = answer["UnprocessedStatistics"]
    assert (unprocessed["RuleName"], unprocessed["ErrorCode"]) == ("Default", "400")


def test_boost_documents_may_carry_a_client_id_or_be_none(exchange, clock):
    nothing = b'{"SamplingStatisticsDocuments":[],"SamplingBoostStatisticsDocuments":[]}'
    assert exchange("GetSamplingTargets", nothing)["UnprocessedBoostStatistics"] == []
    document = {
        "ClientID": "0123456789abcdef01234567",
        "RuleName": "none",
        "ServiceName": "pay",
        "Timestamp": clock.now().timestamp(),
        "TotalCount": 5,
        "AnomalyCount": 2,
        "SampledAnomalyCount": 0,
    }
    body = {"SamplingStatisticsDocuments": [], "SamplingBoostStatisticsDocuments": [document]}
    (unprocessed,) = exchange("GetSamplingTargets", json.dumps(body).encode())["UnprocessedBoostStatistics"]
    assert unprocessed["ErrorCode"] == "404"
