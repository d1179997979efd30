"""Who is given Insights: event history, trails with their files, and event data stores, each what it wants."""

import pytest
from cloudtrail.delivery.trail_world import Auditor, TrailWorld, records
from cloudtrail.lake.lake_of_tests import Lake

from skylens.buckets.all_buckets import AllBuckets

RATE, ERRORS = {"InsightType": "ApiCallRateInsight"}, {"InsightType": "ApiErrorRateInsight"}
INSIGHTS = [{"FieldSelectors": [{"Field": "eventCategory", "Equals": ["Insight"]}]}]
TRACES = [
    {
        "FieldSelectors": [
            {"Field": "eventCategory", "Equals": ["Data"]},
            {"Field": "resources.type", "Equals": ["AWS::XRay::Trace"]},
        ]
    }
]
A_TRACE = {"resources": [{"type": "AWS::XRay::Trace"}]}


@pytest.fixture
def delivered(cloudtrail, store, control, clock, tmp_path):
    """Let trails deliver, and return the records in a folder of the bucket."""
    trails = TrailWorld(cloudtrail, store, control, clock, AllBuckets(tmp_path / "buckets"))

    def deliver(kind: str = "CloudTrail-Insight", bucket: str = "audit"):
        clock.advance(10)  # what was found last is settled
        trails.run()
        files = Auditor(cloudtrail.bucket(bucket), control).log_files(kind)
        return [(path.name, record) for path in files for record in records(path)]

    return deliver


def test_event_history_has_insights_apart_from_events(world):
    world.usual_week(1440)
    world.want()
    world.calls([0], 25)
    world.pass_minutes(9, step=3)
    answer = world.cloudtrail("LookupEvents", EventCategory="insight")
    assert [(event["EventName"], event["EventSource"]) for event in answer["Events"]] == [
        ("CreateGroup", "xray.amazonaws.com")
    ] * 2
    end, start = (event["EventId"] for event in answer["Events"])
    assert [record["eventID"] for record in world.found()] == [start, end]

    def looked_up(**request):
        return [event["EventId"] for event in world.cloudtrail("LookupEvents", **request)["Events"]]

    assert not {start, end} & set(looked_up())
    for name, value in (("EventName", "CreateGroup"), ("EventSource", "xray.amazonaws.com")):
        attribute = {"AttributeKey": name, "AttributeValue": value}
        assert looked_up(EventCategory="insight", LookupAttributes=[attribute]) == [end, start]


def test_a_trail_delivers_insights_in_a_folder_of_their_own(world, delivered):
    world.usual_week(1440)
    world.want()
    world.calls([0], 25)
    world.pass_minutes(9, step=3)
    files = delivered()
    assert [record["insightDetails"]["state"] for _, record in files] == ["Start", "End"]
    assert files[0][0].startswith("000000000000_CloudTrail-Insight_us-east-1_20260701T1209Z_")
    assert {record["eventCategory"] for _, record in files} == {"Insight"}
    assert all("insightDetails" not in record for _, record in delivered("CloudTrail"))


def test_a_trail_has_no_insights_on_events_that_it_does_not_log(world, delivered):
    world.usual_week(1440, source="kms.amazonaws.com", name="CreateKey")
    world.want()
    world.want(RATE, Name="without-kms", S3BucketName="other")
    selectors = [{"ExcludeManagementEventSources": ["kms.amazonaws.com"]}]
    world.cloudtrail("PutEventSelectors", TrailName="without-kms", EventSelectors=selectors)
    world.calls([0], 25, source="kms.amazonaws.com", name="CreateKey")
    world.pass_minutes(9, step=3)
    assert len(delivered()) == 2
    assert delivered(bucket="other") == []


def test_a_trail_has_insights_of_the_types_that_it_wants(world, delivered):
    world.usual_week(1440)
    world.want()
    world.want(ERRORS, Name="errors", S3BucketName="other")
    world.calls([0], 25)
    world.pass_minutes(9, step=3)
    assert len(delivered()) == 2
    assert delivered(bucket="other") == []


def test_insights_on_data_events_are_the_trails_alone(world, delivered):
    arn = world.cloudtrail.trail()
    world.cloudtrail("PutEventSelectors", TrailName=arn, AdvancedEventSelectors=TRACES)
    world.cloudtrail("StartLogging", Name=arn)
    selectors = [RATE | {"EventCategories": ["Data"]}]
    world.cloudtrail("PutInsightSelectors", TrailName=arn, InsightSelectors=selectors)
    world.want(RATE, Name="other", S3BucketName="other")
    traces = {"category": "Data", "name": "GetTraceSummaries", "read_only": True, "more": A_TRACE}
    world.usual_week(1440, **traces)
    world.calls([0], 25, **traces)
    world.calls([0], 25, **{**traces, "more": {"resources": [{"type": "AWS::S3::Object"}]}})
    world.pass_minutes(9, step=3)
    [start, end] = world.found("DataInsight")
    details = start["insightDetails"]
    assert (details["sourceEventCategory"], details["insightSource"]) == ("Data", arn)
    assert details["insightContext"]["statistics"]["insight"]["average"] == 25.0
    assert [each["attribute"] for each in details["insightContext"]["attributions"]][-1] == "resourceArn"
    assert [record for _, record in delivered()] == [start, end]
    assert delivered(bucket="other") == []
    assert world.cloudtrail("LookupEvents", EventCategory="insight")["Events"] == []
    listed = world.cloudtrail("ListInsightsData", InsightSource=arn, DataType="InsightsEvents")["Events"]
    assert [event["EventId"] for event in listed] == [end["eventID"], start["eventID"]]


def test_an_event_data_store_has_the_insights_of_another(world, cloudtrail, store, control, clock):
    lake = Lake(cloudtrail, store, control, clock)
    destination = lake.new_store("insights", AdvancedEventSelectors=INSIGHTS)
    groups = [
        {
            "FieldSelectors": [
                {"Field": "eventCategory", "Equals": ["Management"]},
                {"Field": "eventName", "Equals": ["CreateGroup"]},
            ]
        }
    ]
    source = lake.new_store("groups", AdvancedEventSelectors=groups)
    cloudtrail("PutInsightSelectors", EventDataStore=source, InsightsDestination=destination, InsightSelectors=[RATE])
    world.usual_week(1440)
    world.calls([0], 25)
    world.calls([0], 25, name="DeleteGroup")
    world.pass_minutes(9, step=3)
    rows = lake.cells(
        "SELECT eventTime, insightState, insightEventName, insightSource, insightContext.insightAverage, "
        "insightContext.attributions[1].insight[1].value FROM $STORE ORDER BY eventTime".replace("$STORE", destination)
    )
    arn = f"arn:aws:cloudtrail:us-east-1:000000000000:eventdatastore/{source}"
    erin = "arn:aws:iam::000000000000:user/erin"
    assert rows == [
        ["2026-07-01 12:00:00.000", "Start", "CreateGroup", arn, "25.0", erin],
        ["2026-07-01 12:01:00.000", "End", "CreateGroup", arn, "25.0", erin],
    ]
    assert world.found() == []
    with control.read() as connection:
        assert len(connection.exec_driver_sql("SELECT * FROM insight_progress").all()) == 1


def test_an_insight_that_is_found_again_is_in_the_store_once(world, cloudtrail, store, control, clock):
    lake = Lake(cloudtrail, store, control, clock)
    destination = lake.new_store("insights", AdvancedEventSelectors=INSIGHTS)
    source = lake.new_store("lake")
    cloudtrail("PutInsightSelectors", EventDataStore=source, InsightsDestination=destination, InsightSelectors=[RATE])
    world.usual_week(1440)
    world.calls([0], 25)
    world.pass_minutes(9, step=3)
    with control.begin() as connection:
        connection.exec_driver_sql("DELETE FROM insight_progress")
    world.finder = world.new_finder()
    world.pass_minutes(1)
    assert lake.cells("SELECT count(*) FROM $STORE".replace("$STORE", destination)) == [["2"]]


def test_every_column_of_insights_can_be_asked_for(world, cloudtrail, store, control, clock):
    lake = Lake(cloudtrail, store, control, clock)
    destination = lake.new_store("insights", AdvancedEventSelectors=INSIGHTS)
    source = lake.new_store("lake")
    cloudtrail("PutInsightSelectors", EventDataStore=source, InsightsDestination=destination, InsightSelectors=[ERRORS])
    world.usual_week(1440)
    world.calls([0], 25, error_code="AccessDenied")
    world.pass_minutes(2)
    [row] = lake.ask("SELECT * FROM $STORE".replace("$STORE", destination))
    cells = {name: value for cell in row for name, value in cell.items()}
    assert cells["insighterrorcode"] == "AccessDenied"
    assert cells["eventcategory"] == "Insight"
    assert cells["eventtype"] == "AwsCloudTrailInsight"
    assert len(cells["sharedeventid"]) == 36
    assert cells["insightcontext"] == (
        "{baselineaverage=0, insightaverage=25, baselineduration=10800, insightduration=1, attributions=["
        "{attribute=userIdentityArn, insight=[{value=arn:aws:iam::000000000000:user/erin, average=25}], baseline=[]}, "
        "{attribute=userAgent, insight=[{value=aws-cli/2, average=25}], baseline=[]}]}"
    )
    unnested = (
        "SELECT a.attribute, i.value, cardinality(a.baseline), insightContext.insightDuration + 1 "
        "FROM $STORE CROSS JOIN UNNEST(insightContext.attributions) AS t(a) CROSS JOIN UNNEST(a.insight) AS u(i)"
    )
    assert lake.cells(unnested.replace("$STORE", destination)) == [
        ["userIdentityArn", "arn:aws:iam::000000000000:user/erin", "0", "2"],
        ["userAgent", "aws-cli/2", "0", "2"],
    ]
