"""Event selectors of trails: basic or advanced, one of the two; read back complete."""

import pytest

MANAGEMENT = {"Field": "eventCategory", "Equals": ["Management"]}
READS = {"Field": "readOnly", "Equals": ["true"]}
NO_KEYS = {"Field": "eventSource", "NotEquals": ["kms.amazonaws.com"]}
ALL = {
    "ReadWriteType": "All",
    "IncludeManagementEvents": True,
    "DataResources": [],
    "ExcludeManagementEventSources": [],
}


def has_custom(cloudtrail):
    return cloudtrail("GetTrail", Name="main")["Trail"]["HasCustomEventSelectors"]


def test_a_new_trail_has_the_default(cloudtrail):
    arn = cloudtrail.trail()
    assert cloudtrail("GetEventSelectors", TrailName="main") == {"TrailARN": arn, "EventSelectors": [ALL]}


def test_basic_selectors_are_given_back_complete(cloudtrail):
    arn = cloudtrail.trail()
    wanted = {"TrailARN": arn, "EventSelectors": [{**ALL, "ReadWriteType": "WriteOnly"}]}
    assert cloudtrail("PutEventSelectors", TrailName="main", EventSelectors=[{"ReadWriteType": "WriteOnly"}]) == wanted
    assert cloudtrail("GetEventSelectors", TrailName=arn) == wanted
    assert has_custom(cloudtrail) is True
    cloudtrail("PutEventSelectors", TrailName="main", EventSelectors=[{}])
    assert has_custom(cloudtrail) is False


def test_advanced_selectors_replace_basic_ones_and_are_read_back_with_their_fields_by_name(cloudtrail):
    arn = cloudtrail.trail()
    given = [{"Name": "reads", "FieldSelectors": [READS, MANAGEMENT, NO_KEYS]}]
    put = cloudtrail("PutEventSelectors", TrailName="main", AdvancedEventSelectors=given)
    assert put == {"TrailARN": arn, "AdvancedEventSelectors": given}
    read = cloudtrail("GetEventSelectors", TrailName="main")
    by_name = [{"Name": "reads", "FieldSelectors": [MANAGEMENT, NO_KEYS, READS]}]
    assert read == {"TrailARN": arn, "AdvancedEventSelectors": by_name}
    cloudtrail("PutEventSelectors", TrailName="main", EventSelectors=[{}])
    assert "AdvancedEventSelectors" not in cloudtrail("GetEventSelectors", TrailName="main")


@pytest.mark.parametrize(
    "request_",
    [
        {},
        {"EventSelectors": []},
        {"EventSelectors": [{}], "AdvancedEventSelectors": [{"FieldSelectors": [MANAGEMENT]}]},
        {"AdvancedEventSelectors": [{"FieldSelectors": [READS]}]},
        {"EventSelectors": [{"DataResources": [{"Type": "AWS::XRay::Trace", "Values": ["x"]}]}]},
    ],
)
def test_what_cannot_be_is_refused_and_the_selectors_stay(cloudtrail, request_):
    cloudtrail.trail()
    assert cloudtrail.refusal("PutEventSelectors", TrailName="main", **request_)[0] == "InvalidEventSelectorsException"
    assert has_custom(cloudtrail) is False
