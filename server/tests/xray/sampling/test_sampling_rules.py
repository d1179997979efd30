"""Sampling rules through their operations."""

from datetime import UTC, datetime

import pytest

from skylens.config import AWS_LIMITS
from skylens.registry import HANDLERS
from skylens.xray.errors import InvalidRequest, RuleLimitExceeded
from skylens.xray.sampling import rules

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@pytest.fixture
def xray(call):
    """Call an operation: ``xray("GetSamplingRules", NextToken=…)``."""

    def run(operation, where=None, **request):
        return HANDLERS["xray", operation].function(call("xray", operation, **(where or {})), request)

    return run


def a_rule(name="carts", **members):
    return {
        "RuleName": name,
        "ResourceARN": "*",
        "Priority": 50,
        "FixedRate": 0.2,
        "ReservoirSize": 5,
        "ServiceName": "checkout",
        "ServiceType": "*",
        "Host": "*",
        "HTTPMethod": "POST",
        "URLPath": "/cart/*",
        "Version": 1,
    } | members


def listed(xray, **where):
    return [record["SamplingRule"]["RuleName"] for record in xray("GetSamplingRules", where)["SamplingRuleRecords"]]


def test_an_account_begins_with_the_default_rule(xray):
    (record,) = xray("GetSamplingRules")["SamplingRuleRecords"]
    assert record == {
        "SamplingRule": {
            "RuleName": "Default",
            "RuleARN": "arn:aws:xray:us-east-1:000000000000:sampling-rule/Default",
            "ResourceARN": "*",
            "Priority": 10_000,
            "FixedRate": 0.05,
            "ReservoirSize": 1,
            "ServiceName": "*",
            "ServiceType": "*",
            "Host": "*",
            "HTTPMethod": "*",
            "URLPath": "*",
            "Version": 1,
            "Attributes": {},
        },
        "CreatedAt": EPOCH,
        "ModifiedAt": EPOCH,
    }


def test_a_created_rule_is_answered_and_listed_as_it_was_given(xray, clock):
    members = {"Attributes": {"tier": "gold"}, "SamplingRateBoost": {"MaxRate": 0.5, "CooldownWindowMinutes": 10}}
    created = xray("CreateSamplingRule", SamplingRule=a_rule("DEBUG - x", **members))["SamplingRuleRecord"]
    arn = "arn:aws:xray:us-east-1:000000000000:sampling-rule/DEBUG - x"
    assert created["SamplingRule"] == a_rule("DEBUG - x", RuleARN=arn, **members)
    assert created["CreatedAt"] == created["ModifiedAt"] == clock.now()
    assert xray("GetSamplingRules")["SamplingRuleRecords"][0] == created


def test_all_rules_come_in_one_page_by_priority_and_name(xray):
    for number in range(60):
        xray("CreateSamplingRule", SamplingRule=a_rule(f"r{number:02}", Priority=100 - number // 2))
    answer = xray("GetSamplingRules")
    assert answer.get("NextToken") is None
    priorities = [(r["SamplingRule"]["Priority"], r["SamplingRule"]["RuleName"]) for r in answer["SamplingRuleRecords"]]
    assert priorities == sorted(priorities)
    assert priorities[-1] == (10_000, "Default")
    assert len(priorities) == 61


@pytest.mark.parametrize("body", [{}, {"NextToken": ""}], ids=str)
def test_the_first_page_may_be_asked_for_with_or_without_an_empty_token(xray, body):
    assert xray("GetSamplingRules", **body)["SamplingRuleRecords"]


def test_a_token_that_nobody_gave_is_refused(xray):
    with pytest.raises(InvalidRequest, match="NextToken"):
        xray("GetSamplingRules", NextToken="x")


def test_a_rule_may_be_named_by_its_arn(xray):
    arn = "arn:aws:xray:us-east-1:000000000000:sampling-rule/a/b c"
    document = {key: value for key, value in a_rule().items() if key != "RuleName"} | {"RuleARN": arn}
    assert (
        xray("CreateSamplingRule", SamplingRule=document)["SamplingRuleRecord"]["SamplingRule"]["RuleName"] == "a/b c"
    )
    xray("UpdateSamplingRule", SamplingRuleUpdate={"RuleARN": arn, "Host": "h"})
    assert xray("DeleteSamplingRule", RuleARN=arn)["SamplingRuleRecord"]["SamplingRule"]["Host"] == "h"


@pytest.mark.parametrize(
    "members",
    [
        {"RuleName": "Default"},
        {"RuleName": "carts"},
        {"RuleARN": "arn:aws:xray:us-east-1:000000000000:sampling-rule/carts"},
        {"RuleName": None},
        {"RuleName": None, "RuleARN": "arn:aws:xray:eu-west-1:000000000000:sampling-rule/other"},
        {"RuleName": None, "RuleARN": "arn:aws:xray:us-east-1:111111111111:sampling-rule/other"},
        {"RuleName": None, "RuleARN": "arn:aws:xray:us-east-1:000000000000:sampling-rule/"},
        {"RuleName": "other", "Version": 2},
    ],
    ids=str,
)
def test_a_rule_that_cannot_be_is_refused_and_nothing_is_stored(xray, members):
    xray("CreateSamplingRule", SamplingRule=a_rule("carts"))
    document = {key: value for key, value in (a_rule("new") | members).items() if value is not None}
    with pytest.raises(InvalidRequest):
        xray("CreateSamplingRule", SamplingRule=document)
    assert listed(xray) == ["carts", "Default"]


def test_names_are_case_sensitive(xray):
    for name in ("carts", "Carts", "default"):
        xray("CreateSamplingRule", SamplingRule=a_rule(name))
    assert listed(xray) == ["Carts", "carts", "default", "Default"]


def test_the_twenty_sixth_rule_is_refused_under_awss_limits(xray):
    for number in range(25):
        xray("CreateSamplingRule", {"limits": AWS_LIMITS}, SamplingRule=a_rule(f"r{number}"))
    xray("UpdateSamplingRule", SamplingRuleUpdate={"RuleName": "Default", "FixedRate": 0.1})
    with pytest.raises(RuleLimitExceeded, match="25"):
        xray("CreateSamplingRule", {"limits": AWS_LIMITS}, SamplingRule=a_rule("one more"))


def test_an_update_changes_what_is_given_and_nothing_else(xray, clock):
    before = xray("CreateSamplingRule", SamplingRule=a_rule())["SamplingRuleRecord"]
    clock.advance(60)
    change = {"RuleName": "carts", "Priority": 7, "Attributes": {"a": "b"}}
    after = xray("UpdateSamplingRule", SamplingRuleUpdate=change)["SamplingRuleRecord"]
    assert after["SamplingRule"] == before["SamplingRule"] | {"Priority": 7, "Attributes": {"a": "b"}}
    assert (after["CreatedAt"], after["ModifiedAt"]) == (before["CreatedAt"], clock.now())
    assert xray("GetSamplingRules")["SamplingRuleRecords"][0] == after


@pytest.mark.parametrize(
    "change", [{"Priority": 0}, {"Priority": 10_000}, {"FixedRate": 1.5}, {"ReservoirSize": -1}], ids=str
)
def test_an_update_that_cannot_be_is_refused_whole(xray, change):
    before = xray("CreateSamplingRule", SamplingRule=a_rule())["SamplingRuleRecord"]
    with pytest.raises(InvalidRequest):
        xray("UpdateSamplingRule", SamplingRuleUpdate={"RuleName": "carts", "Host": "h"} | change)
    assert xray("GetSamplingRules")["SamplingRuleRecords"][0] == before


def test_the_default_rules_rate_and_reservoir_can_be_changed(xray, clock):
    change = {"RuleName": "Default", "FixedRate": 1.0, "ReservoirSize": 100}
    record = xray("UpdateSamplingRule", SamplingRuleUpdate=change)["SamplingRuleRecord"]
    assert (record["SamplingRule"]["FixedRate"], record["SamplingRule"]["ReservoirSize"]) == (1.0, 100)
    assert (record["CreatedAt"], record["ModifiedAt"]) == (EPOCH, clock.now())
    assert xray("GetSamplingRules")["SamplingRuleRecords"] == [record]


@pytest.mark.parametrize("change", [{"Priority": 1}, {"URLPath": "/x"}, {"ServiceName": "x"}], ids=str)
def test_nothing_else_of_the_default_rule_can_be_changed(xray, change):
    with pytest.raises(InvalidRequest, match="Default"):
        xray("UpdateSamplingRule", SamplingRuleUpdate={"RuleName": "Default"} | change)


def test_the_default_rule_cannot_be_deleted(xray):
    with pytest.raises(InvalidRequest, match="Default"):
        xray("DeleteSamplingRule", RuleName="Default")


def test_a_deleted_rule_is_answered_and_gone(xray):
    created = xray("CreateSamplingRule", SamplingRule=a_rule())["SamplingRuleRecord"]
    assert xray("DeleteSamplingRule", RuleName="carts")["SamplingRuleRecord"] == created
    assert listed(xray) == ["Default"]


@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("DeleteSamplingRule", {"RuleName": "none"}),
        ("DeleteSamplingRule", {}),
        ("UpdateSamplingRule", {"SamplingRuleUpdate": {"RuleName": "none"}}),
        ("UpdateSamplingRule", {"SamplingRuleUpdate": {"FixedRate": 0.5}}),
    ],
    ids=str,
)
def test_a_rule_that_is_not_there_is_an_invalid_request(xray, operation, request_):
    with pytest.raises(InvalidRequest):
        xray(operation, **request_)


def test_accounts_and_regions_have_rules_of_their_own(xray):
    xray("CreateSamplingRule", SamplingRule=a_rule())
    assert listed(xray, account="111111111111") == ["Default"]
    assert listed(xray, region="eu-west-1") == ["Default"]


def test_every_change_moves_the_last_modification_even_within_one_instant(xray, control, call):
    caller, seen = call("xray", "GetSamplingTargets").caller, []

    def look():
        with control.read() as connection:
            seen.append(rules.last_modified(connection, caller))

    look()
    xray("CreateSamplingRule", SamplingRule=a_rule())
    look()
    updated = xray("UpdateSamplingRule", SamplingRuleUpdate={"RuleName": "carts", "FixedRate": 0.3})
    look()
    assert seen[-1] == updated["SamplingRuleRecord"]["ModifiedAt"]
    xray("DeleteSamplingRule", RuleName="carts")
    look()
    assert seen == sorted(set(seen))
