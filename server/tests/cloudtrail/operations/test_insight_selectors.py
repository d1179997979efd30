"""Insight selectors: what trails and event data stores may want, and what they must log for it."""

import pytest

RATE, ERRORS = "ApiCallRateInsight", "ApiErrorRateInsight"
INSIGHTS = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Insight"]}]}]


def a_store(cloudtrail, name, **settings) -> str:
    arn: str = cloudtrail("CreateEventDataStore", Name=name, TerminationProtectionEnabled=False, **settings)[
        "EventDataStoreArn"
    ]
    return arn


def a_destination(cloudtrail) -> str:
    return a_store(cloudtrail, "insights", AdvancedEventSelectors=INSIGHTS)


def of_categories(*categories, **fields):
    """Advanced selectors of these categories; ``readOnly`` may be given."""
    rest = [{"Field": name, "Equals": [value]} for name, value in fields.items()]
    return [
        {"FieldSelectors": [{"Field": "eventCategory", "Equals": [category]}, *rest]}
        if category != "Data"
        else {
            "FieldSelectors": [
                {"Field": "eventCategory", "Equals": ["Data"]},
                {"Field": "resources.type", "Equals": ["AWS::XRay::Trace"]},
                *rest,
            ]
        }
        for category in categories
    ]


def test_what_a_trail_wants_is_read_back(cloudtrail):
    arn = cloudtrail.trail()
    given = [{"InsightType": RATE}, {"InsightType": ERRORS, "EventCategories": ["Management"]}]
    wanted = [{"InsightType": kind, "EventCategories": ["Management"]} for kind in (RATE, ERRORS)]
    answer = {"TrailARN": arn, "InsightSelectors": wanted}
    assert cloudtrail("PutInsightSelectors", TrailName="main", InsightSelectors=given) == answer
    assert cloudtrail("GetInsightSelectors", TrailName="main") == answer
    assert cloudtrail("GetTrail", Name="main")["Trail"]["HasInsightSelectors"] is True


def test_an_empty_list_ends_a_trails_insights(cloudtrail):
    arn = cloudtrail.trail()
    cloudtrail("PutInsightSelectors", TrailName="main", InsightSelectors=[{"InsightType": RATE}])
    assert cloudtrail("PutInsightSelectors", TrailName="main", InsightSelectors=[])["InsightSelectors"] == []
    assert cloudtrail("GetTrail", Name="main")["Trail"]["HasInsightSelectors"] is False
    assert cloudtrail.refusal("GetInsightSelectors", TrailName="main") == (
        "InsightNotEnabledException",
        (
            f"Trail {arn} does not have Insights enabled. "
            "Edit the trail settings to enable Insights, and then try the operation again."
        ),
    )


@pytest.mark.parametrize(
    ("selectors", "sentence"),
    [
        ([{}], "InsightType must be ApiCallRateInsight or ApiErrorRateInsight at InsightSelectors[0]"),
        ([{"InsightType": RATE}] * 2, "ApiCallRateInsight can be selected once at InsightSelectors[1]"),
        (
            [{"InsightType": RATE, "EventCategories": []}],
            "EventCategories must name at least one category, and each once at InsightSelectors[0]",
        ),
        (
            [{"InsightType": RATE, "EventCategories": ["Data"]}],
            "The trail must log data events to have Insights of type ApiCallRateInsight",
        ),
    ],
)
def test_selectors_that_cannot_be_are_refused(cloudtrail, selectors, sentence):
    cloudtrail.trail()
    refusal = cloudtrail.refusal("PutInsightSelectors", TrailName="main", InsightSelectors=selectors)
    assert refusal == ("InvalidInsightSelectorsException", sentence)


@pytest.mark.parametrize(
    ("events", "kind", "category", "is_told"),
    [
        ({"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}, RATE, "Management", False),
        ({"EventSelectors": [{"ReadWriteType": "ReadOnly"}]}, ERRORS, "Management", True),
        ({"EventSelectors": [{"ReadWriteType": "WriteOnly"}]}, RATE, "Management", True),
        ({"AdvancedEventSelectors": of_categories("Management", readOnly="true")}, RATE, "Management", False),
        ({"AdvancedEventSelectors": of_categories("Management", readOnly="false")}, RATE, "Management", True),
        ({"AdvancedEventSelectors": of_categories("Data", readOnly="true")}, RATE, "Data", True),
        ({"AdvancedEventSelectors": of_categories("Data")}, ERRORS, "Management", False),
    ],
)
def test_a_trail_must_log_what_insights_are_told_from(cloudtrail, events, kind, category, is_told):
    cloudtrail.trail()
    cloudtrail("PutEventSelectors", TrailName="main", **events)
    request = {"TrailName": "main", "InsightSelectors": [{"InsightType": kind, "EventCategories": [category]}]}
    if is_told:
        cloudtrail("PutInsightSelectors", **request)
    else:
        assert cloudtrail.refusal("PutInsightSelectors", **request)[0] == "InvalidInsightSelectorsException"


def test_a_trail_is_changed_at_home_only(cloudtrail):
    cloudtrail.trail(IsMultiRegionTrail=True)
    elsewhere = cloudtrail.elsewhere(region="eu-west-1")
    refusal = elsewhere.refusal("PutInsightSelectors", TrailName="main", InsightSelectors=[{"InsightType": RATE}])
    assert refusal[0] == "InvalidHomeRegionException"


@pytest.mark.parametrize("operation", ["PutInsightSelectors", "GetInsightSelectors"])
@pytest.mark.parametrize("named", [[], ["TrailName", "EventDataStore"]])
def test_a_request_is_about_a_trail_or_a_store(cloudtrail, operation, named):
    request = dict.fromkeys(named, "main") | ({"InsightSelectors": []} if operation[0] == "P" else {})
    assert cloudtrail.refusal(operation, **request)[0] == "InvalidParameterCombinationException"


def test_a_trail_has_no_destination(cloudtrail):
    request = {"TrailName": "main", "InsightsDestination": "x" * 36, "InsightSelectors": []}
    assert cloudtrail.refusal("PutInsightSelectors", **request)[0] == "InvalidParameterCombinationException"


def test_what_a_store_wants_is_read_back(cloudtrail):
    source, destination = a_store(cloudtrail, "lake"), a_destination(cloudtrail)
    selectors = [{"InsightType": RATE}, {"InsightType": ERRORS}]
    answer = {"EventDataStoreArn": source, "InsightsDestination": destination, "InsightSelectors": selectors}
    request = {"EventDataStore": source, "InsightsDestination": destination.rpartition("/")[2]}
    assert cloudtrail("PutInsightSelectors", **request, InsightSelectors=selectors) == answer
    assert cloudtrail("GetInsightSelectors", EventDataStore=source) == answer
    cloudtrail("PutInsightSelectors", EventDataStore=source, InsightSelectors=[])
    assert cloudtrail.refusal("GetInsightSelectors", EventDataStore=source)[0] == "InsightNotEnabledException"


def test_a_store_needs_a_destination_of_insights(cloudtrail):
    source, other = a_store(cloudtrail, "lake"), a_store(cloudtrail, "other")
    request = {"EventDataStore": source, "InsightSelectors": [{"InsightType": RATE}]}
    assert cloudtrail.refusal("PutInsightSelectors", **request)[0] == "InvalidParameterCombinationException"
    refusal = cloudtrail.refusal("PutInsightSelectors", **request, InsightsDestination=other)
    assert refusal == (
        "InvalidInsightSelectorsException",
        f"The destination event data store must log Insights events: {other}",
    )
    missing = f"{other[:-4]}0000"
    refusal = cloudtrail.refusal("PutInsightSelectors", **request, InsightsDestination=missing)
    assert refusal[0] == "EventDataStoreNotFoundException"


def test_insights_on_data_events_are_for_trails(cloudtrail):
    source, destination = a_store(cloudtrail, "lake"), a_destination(cloudtrail)
    selectors = [{"InsightType": RATE, "EventCategories": ["Data"]}]
    request = {"EventDataStore": source, "InsightsDestination": destination, "InsightSelectors": selectors}
    assert cloudtrail.refusal("PutInsightSelectors", **request) == (
        "InvalidInsightSelectorsException",
        "Insights of event data stores cannot be on Data events at InsightSelectors[0]",
    )


def test_a_store_goes_on_logging_what_its_insights_are_told_from(cloudtrail):
    source, destination = a_store(cloudtrail, "lake"), a_destination(cloudtrail)
    selectors = [{"InsightType": RATE}]
    cloudtrail(
        "PutInsightSelectors", EventDataStore=source, InsightsDestination=destination, InsightSelectors=selectors
    )
    request = {
        "EventDataStore": source,
        "AdvancedEventSelectors": of_categories("Management", readOnly="true"),
    }
    assert cloudtrail.refusal("UpdateEventDataStore", **request)[0] == "InvalidInsightSelectorsException"
    cloudtrail("PutInsightSelectors", EventDataStore=source, InsightSelectors=[])
    cloudtrail("UpdateEventDataStore", **request)


def test_a_store_of_insights_always_takes_them_in(cloudtrail):
    destination = a_destination(cloudtrail)
    refusal = cloudtrail.refusal("StopEventDataStoreIngestion", EventDataStore=destination)
    assert refusal[0] == "InvalidEventDataStoreCategoryException"
