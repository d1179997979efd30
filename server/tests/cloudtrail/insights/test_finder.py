"""Finding Insights: each closed minute is looked at once, whatever happens to the worker, and what is unusual is on record."""

from collections import Counter

import pytest
from cloudtrail.insights.insight_world import DEPLOYER
from sqlalchemy import delete

from skylens.cloudtrail.insights.analysis import Terms
from skylens.store import StoreUnavailable
from skylens.store.control.schema.insight_progress import INSIGHT_PROGRESS


def test_a_burst_of_writes_is_an_insight_with_a_start_and_an_end(world):
    world.usual_week(identity=DEPLOYER)
    world.want()
    world.calls([0, 1, 2], 30)
    world.pass_minutes(12)
    assert world.states() == [("Start", "12:00"), ("End", "12:03")]
    start, end = world.found()
    assert start["sharedEventID"] == end["sharedEventID"]
    assert start["eventID"] != end["eventID"]
    assert start == {
        "eventVersion": "1.09",
        "eventTime": "2026-07-01T12:00:00Z",
        "awsRegion": "us-east-1",
        "eventID": start["eventID"],
        "eventType": "AwsCloudTrailInsight",
        "recipientAccountId": "000000000000",
        "sharedEventID": start["sharedEventID"],
        "insightDetails": {
            "state": "Start",
            "eventSource": "xray.amazonaws.com",
            "eventName": "CreateGroup",
            "insightType": "ApiCallRateInsight",
            "sourceEventCategory": "Management",
            "insightContext": {
                "statistics": {
                    # AWS's baseline: the seven days before the day, and what has passed of it.
                    "baseline": {"average": round(358 / 10_800, 10)},
                    "insight": {"average": 30.0},
                    "insightDuration": 1,
                    "baselineDuration": 10_800,
                },
                "attributions": [
                    {
                        "attribute": "userIdentityArn",
                        "insight": [{"value": "arn:aws:iam::000000000000:user/erin", "average": 30.0}],
                        "baseline": [
                            {
                                "value": "arn:aws:sts::000000000000:assumed-role/Deployer",
                                "average": round(358 / 10_800, 10),
                            }
                        ],
                    },
                    {
                        "attribute": "userAgent",
                        "insight": [{"value": "aws-cli/2", "average": 30.0}],
                        "baseline": [{"value": "aws-cli/2", "average": round(358 / 10_800, 10)}],
                    },
                    {
                        "attribute": "errorCode",
                        "insight": [{"value": "null", "average": 30.0}],
                        "baseline": [{"value": "null", "average": round(358 / 10_800, 10)}],
                    },
                ],
            },
        },
        "eventCategory": "Insight",
    }
    statistics = end["insightDetails"]["insightContext"]["statistics"]
    assert (statistics["insight"]["average"], statistics["insightDuration"]) == (30.0, 3)
    assert statistics["baselineDuration"] == 10_800


def test_errors_are_insights_of_their_own_of_reads_too(world):
    world.usual_week(name="GetGroup", read_only=True)
    world.want()
    world.calls([0], 20, name="GetGroup", read_only=True)
    world.calls([0], 15, name="GetGroup", read_only=True, error_code="AccessDenied")
    world.pass_minutes(9)
    assert world.states() == [("Start", "12:00"), ("End", "12:01")]
    details = world.found()[0]["insightDetails"]
    assert (details["insightType"], details["errorCode"]) == ("ApiErrorRateInsight", "AccessDenied")
    statistics, attributions = (details["insightContext"][name] for name in ("statistics", "attributions"))
    assert (statistics["baseline"]["average"], statistics["insight"]["average"]) == (0.0, 15.0)
    assert [each["attribute"] for each in attributions] == ["userIdentityArn", "userAgent"]
    assert [each["baseline"] for each in attributions] == [[], []]


def test_reads_have_no_call_rate(world):
    world.usual_week()
    world.want()
    world.calls([0, 1], 100, name="GetGroup", read_only=True)
    world.pass_minutes(9)
    assert world.found() == []


def test_a_rate_that_falls_is_an_insight(world):
    world.calls(range(-2 * 1440, -3), 6)
    world.want()
    world.calls(range(-3, 0), 6)
    world.calls(range(10, 20), 6)
    world.pass_minutes(22)
    assert world.states() == [("Start", "12:00"), ("End", "12:10")]
    averages = [each["insightDetails"]["insightContext"]["statistics"]["insight"]["average"] for each in world.found()]
    assert averages == [0.0, 0.0]


def test_only_types_that_a_trail_wants_are_found(world):
    world.usual_week()
    world.want({"InsightType": "ApiErrorRateInsight"})
    world.calls([0], 30)
    world.pass_minutes(9)
    assert world.found() == []


def test_what_goes_on_when_insights_are_switched_on_is_found_at_once(world):
    world.usual_week()
    world.calls([-20], 30)
    world.want()
    world.pass_minutes(1)
    assert world.states() == [("Start", "11:40"), ("End", "11:41")]


def test_nothing_is_unusual_before_there_is_a_day_of_history(world):
    world.calls(range(-1380, -60, 30))
    world.want()
    world.calls([0], 30)
    world.calls([180], 30, name="DeleteGroup")
    world.pass_minutes(190, step=10)
    assert world.states() == [("Start", "15:00"), ("End", "15:01")]
    assert world.found()[0]["insightDetails"]["insightContext"]["statistics"]["baselineDuration"] == 1560


@pytest.mark.parametrize("restarts", [range(0), range(20), range(2, 20, 3)], ids=["none", "each minute", "some"])
def test_the_same_is_found_however_often_the_worker_starts_anew(world, restarts):
    world.usual_week()
    world.want()
    world.calls([1, 2, 3, 5], 25)
    world.calls([11], 12, error_code="AccessDenied")
    for minute in range(20):
        if minute in restarts:
            world.finder = world.new_finder()
        world.pass_minutes(1)
    assert world.states() == [
        ("Start", "12:01"),
        ("End", "12:06"),
        ("Start", "12:11"),  # the errors: as many calls were usual by then
        ("End", "12:12"),
    ]


def test_minutes_that_were_missed_are_looked_at_afterwards_across_midnight(world):
    world.usual_week()
    world.want()
    world.pass_minutes(1)
    world.calls([700], 25)  # before midnight and after it
    world.calls([730], 25, name="DeleteGroup")
    world.pass_minutes(800, step=800)
    assert world.states() == [("Start", "23:41"), ("End", "23:42"), ("Start", "00:11"), ("End", "00:12")]
    durations = [each["insightDetails"]["insightContext"]["statistics"]["baselineDuration"] for each in world.found()]
    assert durations == [10_080 + 1421, 10_080 + 1421, 10_080 + 11, 10_080 + 11]


def test_minutes_that_are_looked_at_again_give_the_same_events_which_are_stored_once(world):
    world.usual_week()
    world.want()
    world.calls([0, 1], 25)
    world.pass_minutes(12)
    found = world.found()
    with world.control.begin() as connection:
        connection.execute(delete(INSIGHT_PROGRESS))
    world.finder = world.new_finder()
    world.pass_minutes(1)
    assert len(found) == 2
    assert world.found() == found


def test_two_workers_at_the_same_minute_find_each_thing_once(world):
    world.usual_week()
    world.want()
    world.calls([0, 1], 25)
    other = world.new_finder()
    for _ in range(12):
        world.pass_minutes(1)
        other.run(world.clock.now())
    assert world.states() == [("Start", "12:00"), ("End", "12:02")]


def test_what_cannot_be_stored_is_found_again(world):
    world.usual_week()
    world.want()
    world.calls([0, 1], 25)
    world.finder.put = lambda events: None  # as a recorder that keeps them for a commit to come
    world.pass_minutes(4)
    assert world.found() == []
    world.finder.put = world.put
    world.pass_minutes(8)
    assert world.states() == [("Start", "12:00"), ("End", "12:02")]


def test_a_source_that_fails_keeps_none_of_the_others(world):
    world.usual_week()
    world.want()
    world.calls([0], 25)

    def fail(_events):
        raise StoreUnavailable("away")

    world.finder.put = fail
    world.pass_minutes(3)
    world.finder.put = world.put
    world.pass_minutes(6)
    assert world.states() == [("Start", "12:00"), ("End", "12:01")]


def test_nothing_is_looked_at_for_trails_that_do_not_log(world):
    world.usual_week()
    arn = world.want()
    world.cloudtrail("StopLogging", Name=arn)
    world.calls([0], 25)
    world.pass_minutes(9)
    assert world.found() == []


def test_a_trail_of_one_region_wants_the_insights_of_that(world):
    world.usual_week()
    world.usual_week(region="eu-west-1")
    world.want(IncludeGlobalServiceEvents=False)
    world.calls([0], 25)
    world.calls([0], 25, region="eu-west-1")
    world.pass_minutes(9)
    assert Counter(each["awsRegion"] for each in world.found()) == {"us-east-1": 2}


def test_each_account_has_its_own(world):
    world.usual_week()
    world.usual_week(account="111111111111")
    world.want(IsMultiRegionTrail=True)
    world.calls([0], 25, account="111111111111")
    world.pass_minutes(9)
    assert world.found() == []


def test_fewer_calls_than_the_least_are_never_too_many(world):
    world.usual_week()
    world.want()
    world.finder = world.new_finder(Terms(least_calls=26))
    world.calls([0], 25)
    world.pass_minutes(9)
    assert world.found() == []


def test_a_shorter_baseline_looks_less_far_back(world):
    world.calls([-3 * 1440], 100)
    world.usual_week()
    world.want()
    world.finder = world.new_finder(Terms(baseline_days=1))
    world.calls([0], 25)
    world.pass_minutes(9)
    assert world.found()[0]["insightDetails"]["insightContext"]["statistics"]["baselineDuration"] == 1440 + 720
