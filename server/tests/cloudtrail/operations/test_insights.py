"""ListInsightsData and ListInsightsMetricData: what a trail's data events gave rise to, and the rates behind Insights."""

from datetime import datetime

import pytest
from cloudtrail.insights.insight_world import InsightWorld

TRACES = [
    {
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::XRay::Trace"]},
        ]
    }
]
READS = {"category": "Data", "name": "GetTraceSummaries", "read_only": True}
A_TRACE = {"resources": [{"type": "AWS::XRay::Trace"}]}
RATE, ERRORS = "ApiCallRateInsight", "ApiErrorRateInsight"
CREATE_GROUP = {"EventSource": "xray.amazonaws.com", "EventName": "CreateGroup", "InsightType": RATE}


@pytest.fixture
def world(cloudtrail, store, control, clock) -> InsightWorld:
    return InsightWorld(cloudtrail, store, control, clock)


@pytest.fixture
def of_traces(world):
    """A trail whose data events had two bursts: its ARN."""
    arn = world.cloudtrail.trail()
    world.cloudtrail("PutEventSelectors", TrailName=arn, AdvancedEventSelectors=TRACES)
    world.cloudtrail("StartLogging", Name=arn)
    selectors = [{"InsightType": RATE, "EventCategories": ["Data"]}]
    world.cloudtrail("PutInsightSelectors", TrailName=arn, InsightSelectors=selectors)
    world.usual_week(1440, **READS, more=A_TRACE)
    world.calls([0], 20, **READS, more=A_TRACE)
    world.calls([1], 20, **READS | {"name": "BatchGetTraces"}, more=A_TRACE)
    world.pass_minutes(9, step=9)
    return arn


def test_insights_on_data_events_are_listed_page_by_page_newest_first(cloudtrail, of_traces):
    request = {"InsightSource": of_traces, "DataType": "InsightsEvents"}
    whole = cloudtrail("ListInsightsData", **request)
    assert "NextToken" not in whole
    times = [event["EventTime"] for event in whole["Events"]]
    assert len(times) == 4
    assert times == sorted(times, reverse=True)
    pages, token = [], {}
    while not pages or token:
        page = cloudtrail("ListInsightsData", **request, **token, MaxResults=3)
        pages += page["Events"]
        token = {"NextToken": page["NextToken"]} if "NextToken" in page else {}
    assert pages == whole["Events"]


@pytest.mark.parametrize(
    ("dimension", "value", "number"),
    [("EventName", "BatchGetTraces", 2), ("EventSource", "xray.amazonaws.com", 4), ("EventName", "None", 0)],
)
def test_insights_on_data_events_are_found_by_a_dimension(cloudtrail, of_traces, dimension, value, number):
    request = {"InsightSource": of_traces, "DataType": "InsightsEvents", "Dimensions": {dimension: value}}
    assert len(cloudtrail("ListInsightsData", **request)["Events"]) == number


def test_insights_on_data_events_are_found_by_their_time(cloudtrail, of_traces):
    at = {name: datetime.fromisoformat("2026-07-01T12:00:00Z").timestamp() for name in ("StartTime", "EndTime")}
    request = {"InsightSource": of_traces, "DataType": "InsightsEvents"}
    assert len(cloudtrail("ListInsightsData", **request, **at)["Events"]) == 1
    at["StartTime"] += 1
    assert cloudtrail.refusal("ListInsightsData", **request, **at)[0] == "InvalidParameterException"
    assert cloudtrail("ListInsightsData", **request, EndTime=0)["Events"] == []


def test_nobody_lists_what_is_anothers(cloudtrail, of_traces):
    request = {"InsightSource": of_traces, "DataType": "InsightsEvents"}
    other = cloudtrail.elsewhere(account="111111111111")
    assert other.refusal("ListInsightsData", **request)[0] == "InvalidParameterException"
    page = cloudtrail("ListInsightsData", **request, MaxResults=1)
    wrong = {**request, "Dimensions": {"EventName": "BatchGetTraces"}, "NextToken": page["NextToken"]}
    assert cloudtrail.refusal("ListInsightsData", **wrong)[0] == "InvalidParameterException"


def test_rates_are_calls_a_minute_in_each_period(world, cloudtrail):
    world.calls([-120, -61], 3)
    world.calls([-60], 6)
    answer = cloudtrail("ListInsightsMetricData", **CREATE_GROUP)
    ten, eleven = (datetime.fromisoformat(f"2026-07-01T{hour}:00:00Z").timestamp() for hour in (10, 11))
    assert answer == {**CREATE_GROUP, "Timestamps": [ten, eleven], "Values": [0.1, 0.1]}
    minutes = cloudtrail("ListInsightsMetricData", **CREATE_GROUP, Period=60)
    assert minutes["Values"] == [3.0, 3.0, 6.0]
    five = cloudtrail("ListInsightsMetricData", **CREATE_GROUP, Period=300, StartTime=ten + 1, EndTime=eleven + 1)
    assert (five["Timestamps"], five["Values"]) == ([eleven - 300, eleven], [0.6, 1.2])


def test_zeros_fill_what_has_no_calls(world, cloudtrail):
    world.calls([-30], 60)
    start = world.clock.now().timestamp() - 3 * 3600
    answer = cloudtrail("ListInsightsMetricData", **CREATE_GROUP, StartTime=start, DataType="FillWithZeros")
    assert answer["Values"] == [0.0, 0.0, 1.0]
    whole = cloudtrail("ListInsightsMetricData", **CREATE_GROUP, DataType="FillWithZeros", Period=60)
    assert len(whole["Values"]) == 15 * 1440


def test_rates_come_page_by_page(world, cloudtrail):
    world.calls(range(-5, 0))
    whole = cloudtrail("ListInsightsMetricData", **CREATE_GROUP, Period=60)
    first = cloudtrail("ListInsightsMetricData", **CREATE_GROUP, Period=60, MaxResults=3)
    rest = cloudtrail("ListInsightsMetricData", **CREATE_GROUP, Period=60, MaxResults=3, NextToken=first["NextToken"])
    assert first["Timestamps"] + rest["Timestamps"] == whole["Timestamps"]
    assert "NextToken" not in rest
    wrong = {**CREATE_GROUP, "EventName": "Other", "NextToken": first["NextToken"]}
    assert cloudtrail.refusal("ListInsightsMetricData", **wrong)[0] == "InvalidParameterException"


def test_error_rates_are_of_one_error_and_call_rates_of_writes(world, cloudtrail):
    world.calls([-1], 6, read_only=True, name="GetGroup")
    world.calls([-1], 3, read_only=True, name="GetGroup", error_code="AccessDenied")
    asked = CREATE_GROUP | {"EventName": "GetGroup", "Period": 60}
    assert cloudtrail("ListInsightsMetricData", **asked)["Values"] == []
    errors = asked | {"InsightType": ERRORS, "ErrorCode": "AccessDenied"}
    answer = cloudtrail("ListInsightsMetricData", **errors)
    assert (answer["Values"], answer["ErrorCode"]) == ([3.0], "AccessDenied")


def test_rates_of_data_events_are_a_trails(cloudtrail, of_traces):
    asked = CREATE_GROUP | {"EventName": "GetTraceSummaries", "Period": 60}
    answer = cloudtrail("ListInsightsMetricData", **asked, TrailName="main")
    assert (answer["TrailARN"], max(answer["Values"])) == (of_traces, 20.0)
    assert cloudtrail("ListInsightsMetricData", **asked)["Values"] == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"Period": 61},
        {"InsightType": ERRORS},
        {"ErrorCode": "AccessDenied"},
        {"TrailName": "nobodys"},
        {"NextToken": "x"},
        {"StartTime": 2_000_000_000, "EndTime": 1},
    ],
)
def test_questions_that_cannot_be_answered_are_refused(cloudtrail, wrong):
    refusal = cloudtrail.refusal("ListInsightsMetricData", **CREATE_GROUP | wrong)
    assert refusal[0] == "InvalidParameterException"


def test_rates_of_times_that_are_none_are_empty(cloudtrail):
    for start, end in ((-5_000_000_000, -4_000_000_000), (4_000_000_000, 5_000_000_000), (0, 0)):
        answer = cloudtrail("ListInsightsMetricData", **CREATE_GROUP, StartTime=start, EndTime=end)
        assert answer["Values"] == []
