"""Data event trails: the recorder asks them, and they answer from memory."""

from cloudtrail.trail_calls import OTHER_ACCOUNT

from skylens.cloudtrail.data_event_trails import DataEventTrails
from skylens.cloudtrail.selector.facts import Facts, Subject

PUT = Facts(
    "Data", "xray.amazonaws.com", "PutTraceSegments", read_only=False, subjects=(Subject("AWS::XRay::Trace", ""),)
)
OTHER = Facts("Data", "s3.amazonaws.com", "GetObject", read_only=True, subjects=(Subject("AWS::S3::Object", "arn:x"),))
SELECTOR = {
    "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]},
        {"Field": "resources.type", "Equals": ["AWS::XRay::Trace"]},
    ]
}


def test_an_event_is_wanted_while_a_logging_trail_of_its_account_and_region_selects_it(cloudtrail, control, clock):
    asked = DataEventTrails(control)
    cloudtrail.trail("plain")
    cloudtrail("StartLogging", Name="plain")
    cloudtrail.trail()
    cloudtrail("PutEventSelectors", TrailName="main", AdvancedEventSelectors=[SELECTOR])
    asked.refresh(clock.now())
    assert asked("000000000000", "us-east-1") is None
    cloudtrail("StartLogging", Name="main")
    asked.refresh(clock.now())
    wants = asked("000000000000", "us-east-1")
    assert (wants(PUT), wants(OTHER)) == (True, False)
    assert asked("000000000000", "eu-west-1") is None
    assert asked(OTHER_ACCOUNT, "us-east-1") is None
    cloudtrail("UpdateTrail", Name="main", IsMultiRegionTrail=True)
    asked.refresh(clock.now())
    assert asked("000000000000", "eu-west-1")(PUT)
    cloudtrail("DeleteTrail", Name="main")
    asked.refresh(clock.now())
    assert asked("000000000000", "us-east-1") is None
