"""Sampling targets and statistics through their operations."""

from datetime import timedelta

import pytest

from skylens.registry import HANDLERS
from skylens.xray.errors import InvalidRequest

CLIENTS = [f"{number:024x}" for number in range(1, 6)]


@pytest.fixture
def xray(call):
    """Call an operation: ``xray("GetSamplingRules", NextToken=…)``."""

    def run(operation, **request):
        return HANDLERS["xray", operation].function(call("xray", operation), request)

    return run


@pytest.fixture
def report(xray, clock):
    """Report one rule for one client and return the whole answer."""

    def send(client=CLIENTS[0], rule="r", requests=100, **members):
        document = {
            "RuleName": rule,
            "ClientID": client,
            "Timestamp": clock.now(),
            "RequestCount": requests,
            "SampledCount": 3,
            "BorrowCount": 1,
        }
        return xray("GetSamplingTargets", SamplingStatisticsDocuments=[document | members])

    return send


@pytest.fixture
def make_rule(xray):
    """Create a rule that any request matches."""

    def make(name="r", reservoir=10, rate=0.0, **members):
        patterns = dict.fromkeys(("ResourceARN", "ServiceName", "ServiceType", "Host", "HTTPMethod", "URLPath"), "*")
        numbers = {"RuleName": name, "Priority": 1, "FixedRate": rate, "ReservoirSize": reservoir, "Version": 1}
        return xray("CreateSamplingRule", SamplingRule=patterns | numbers | members)["SamplingRuleRecord"]

    return make


def only(answer):
    (target,) = answer["SamplingTargetDocuments"]
    return target


def quotas(report, clock, demand, *, rounds=1, **members):
    """Let each client report once a round, ten seconds apart, and return what each of them has then."""
    held = {}
    for _ in range(rounds):
        clock.advance(10)
        for client, requests in demand.items():
            held[client] = only(report(client, requests=requests, **members)).get("ReservoirQuota")
    return held


def test_a_lone_client_gets_the_whole_reservoir_for_five_minutes(report, make_rule, clock):
    created = make_rule(reservoir=10, rate=0.25)
    answer = report()
    assert only(answer) == {
        "RuleName": "r",
        "FixedRate": 0.25,
        "Interval": 10,
        "ReservoirQuota": 10,
        "ReservoirQuotaTTL": clock.now() + timedelta(minutes=5),
    }
    assert answer["LastRuleModification"] == created["ModifiedAt"]
    assert answer["UnprocessedStatistics"] == answer["UnprocessedBoostStatistics"] == []


def test_the_default_rule_has_targets_without_ever_having_been_changed(report):
    target = only(report(rule="Default"))
    assert (target["FixedRate"], target["ReservoirQuota"]) == (0.05, 1)


def test_clients_share_in_proportion_to_their_demand(report, make_rule, clock):
    make_rule(reservoir=20)
    assert quotas(report, clock, dict(zip(CLIENTS, (600, 300, 100), strict=False)), rounds=2) == dict(
        zip(CLIENTS, (12, 6, 2), strict=False)
    )


def test_a_newcomer_borrows_until_its_share_is_free(report, make_rule):
    make_rule(reservoir=10)
    first, second = CLIENTS[:2]
    report(first)
    waiting = only(report(second))
    assert "ReservoirQuota" not in waiting
    assert "ReservoirQuotaTTL" not in waiting
    assert only(report(first))["ReservoirQuota"] == 5
    assert only(report(second))["ReservoirQuota"] == 5


def test_with_more_clients_than_units_some_get_none_and_the_unit_goes_round(report, make_rule, clock):
    make_rule(reservoir=1)
    demand = dict.fromkeys(CLIENTS, 50)
    had = set()
    for _ in range(40):
        held = quotas(report, clock, demand)
        assert sum(held.values()) <= 1
        had |= {client for client, quota in held.items() if quota}
    assert had == set(CLIENTS)


def test_a_silent_clients_units_go_to_the_others_after_half_a_minute(report, make_rule, clock):
    make_rule(reservoir=10)
    stays, goes = CLIENTS[:2]
    quotas(report, clock, {stays: 50, goes: 50}, rounds=2)
    seen = [quotas(report, clock, {stays: 50})[stays] for _ in range(4)]
    assert seen == [5, 5, 5, 10]


def test_changed_rates_and_reservoirs_are_in_the_next_target(report, make_rule, xray):
    make_rule(reservoir=10)
    report()
    xray("UpdateSamplingRule", SamplingRuleUpdate={"RuleName": "r", "FixedRate": 1.0, "ReservoirSize": 3})
    target = only(report())
    assert (target["FixedRate"], target["ReservoirQuota"]) == (1.0, 3)


def test_a_deleted_rule_is_unprocessed_and_moves_the_last_modification(report, make_rule, xray):
    make_rule()
    before = report()["LastRuleModification"]
    xray("DeleteSamplingRule", RuleName="r")
    answer = report()
    assert answer["SamplingTargetDocuments"] == []
    assert answer["UnprocessedStatistics"] == [
        {"RuleName": "r", "ErrorCode": "404", "Message": "Sampling rule not found: r"}
    ]
    assert answer["LastRuleModification"] > before


def test_a_rule_of_a_deleted_rules_name_starts_with_nothing(report, make_rule, xray):
    make_rule()
    report(CLIENTS[0])
    xray("DeleteSamplingRule", RuleName="r")
    make_rule()
    assert only(report(CLIENTS[1]))["ReservoirQuota"] == 10
    assert len(xray("GetSamplingStatisticSummaries")["SamplingStatisticSummaries"]) == 1


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"ClientID": "a" * 23}, "24 characters"),
        ({"ClientID": ""}, "24 characters"),
        ({"offset": -301}, "too old"),
        ({"offset": 301}, "ahead"),
    ],
    ids=str,
)
def test_a_bad_document_is_unprocessed_and_the_others_are_answered(make_rule, xray, clock, members, message):
    make_rule("r")
    good = {"RuleName": "Default", "ClientID": CLIENTS[0], "RequestCount": 1, "SampledCount": 1}
    bad = {"RuleName": "r", "ClientID": CLIENTS[0], "RequestCount": 1, "SampledCount": 1} | members
    offset = timedelta(seconds=bad.pop("offset", 0))
    answer = xray(
        "GetSamplingTargets",
        SamplingStatisticsDocuments=[bad | {"Timestamp": clock.now() + offset}, good | {"Timestamp": clock.now()}],
    )
    assert only(answer)["RuleName"] == "Default"
    (unprocessed,) = answer["UnprocessedStatistics"]
    assert (unprocessed["RuleName"], unprocessed["ErrorCode"]) == ("r", "400")
    assert message in unprocessed["Message"]
    assert [s["RuleName"] for s in xray("GetSamplingStatisticSummaries")["SamplingStatisticSummaries"]] == ["Default"]


def test_a_rule_is_never_both_answered_and_unprocessed(make_rule, xray, clock):
    make_rule()
    good = {"RuleName": "r", "ClientID": CLIENTS[0], "Timestamp": clock.now(), "RequestCount": 1, "SampledCount": 1}
    answer = xray("GetSamplingTargets", SamplingStatisticsDocuments=[good, good | {"ClientID": "short"}])
    assert answer["SamplingTargetDocuments"] == []
    assert [u["RuleName"] for u in answer["UnprocessedStatistics"]] == ["r", "r"]


def test_a_call_without_documents_still_tells_the_last_modification(xray, make_rule):
    created = make_rule()
    answer = xray("GetSamplingTargets", SamplingStatisticsDocuments=[])
    assert answer == {
        "SamplingTargetDocuments": [],
        "LastRuleModification": created["ModifiedAt"],
        "UnprocessedStatistics": [],
        "UnprocessedBoostStatistics": [],
    }


def test_summaries_add_up_all_clients_in_windows_of_ten_seconds_newest_first(report, make_rule, xray, clock):
    make_rule()
    start = clock.now()
    clock.advance(10)
    for client in CLIENTS[:2]:
        report(client, requests=100)
    report(CLIENTS[0], rule="Default", requests=7)
    clock.advance(10)
    report(CLIENTS[0], requests=50, BorrowCount=0)
    answer = xray("GetSamplingStatisticSummaries")
    later = start + timedelta(seconds=10)
    assert answer["SamplingStatisticSummaries"] == [
        {"RuleName": "r", "Timestamp": later, "RequestCount": 50, "BorrowCount": 0, "SampledCount": 3},
        {"RuleName": "Default", "Timestamp": start, "RequestCount": 7, "BorrowCount": 1, "SampledCount": 3},
        {"RuleName": "r", "Timestamp": start, "RequestCount": 200, "BorrowCount": 2, "SampledCount": 6},
    ]
    assert answer["NextToken"] is None


def test_a_report_without_a_borrow_count_borrowed_nothing(xray, clock):
    document = {"RuleName": "Default", "ClientID": CLIENTS[0], "RequestCount": 5, "SampledCount": 2}
    xray("GetSamplingTargets", SamplingStatisticsDocuments=[document | {"Timestamp": clock.now()}])
    (summary,) = xray("GetSamplingStatisticSummaries")["SamplingStatisticSummaries"]
    assert summary["BorrowCount"] == 0


def test_summaries_are_of_the_last_hour(report, xray, clock):
    report(rule="Default")
    clock.advance(3_600 - 10)
    assert len(xray("GetSamplingStatisticSummaries")["SamplingStatisticSummaries"]) == 1
    clock.advance(20)
    assert xray("GetSamplingStatisticSummaries")["SamplingStatisticSummaries"] == []


def test_many_summaries_come_in_pages_without_gap_or_repetition(report, make_rule, xray, clock):
    names = [f"r{number}" for number in range(5)]
    for name in names:
        make_rule(name)
    for _ in range(250):
        clock.advance(10)
        for name in names:
            report(rule=name)
    pages, token = [], None
    while token is not None or not pages:
        answer = xray("GetSamplingStatisticSummaries", **({"NextToken": token} if token else {}))
        pages.append([(s["Timestamp"], s["RuleName"]) for s in answer["SamplingStatisticSummaries"]])
        token = answer["NextToken"]
    everything = [entry for page in pages for entry in page]
    assert [len(page) for page in pages] == [1_000, 250]
    assert everything == sorted(set(everything), key=lambda entry: (-entry[0].timestamp(), entry[1]))


@pytest.mark.parametrize("token", ["x", "%%%", "bm90IGEgbnVtYmVyIHI=", "OTk5OTk5OTk5OTk5OTk5OTk5OTk5OSBy"])
def test_a_token_that_nobody_gave_is_refused(xray, token):
    with pytest.raises(InvalidRequest, match="NextToken"):
        xray("GetSamplingStatisticSummaries", NextToken=token)
