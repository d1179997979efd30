"""Groups through their operations, and as the other rooms read them."""

import pytest

from skylens.config import AWS_LIMITS
from skylens.language import LanguageError
from skylens.registry import HANDLERS, error_code
from skylens.xray import groups, operations  # noqa: F401  # registers the handlers
from skylens.xray.errors import InvalidRequest

OFF = {"InsightsEnabled": False, "NotificationsEnabled": False}


@pytest.fixture
def xray(call):
    """Call an operation: ``xray("GetGroup", GroupName="slow")``."""

    def run(operation, where=None, **request):
        return HANDLERS["xray", operation].function(call("xray", operation, **(where or {})), request)

    return run


@pytest.fixture
def caller(call):
    return call("xray", "GetGroups").caller


def names(answer):
    return [group["GroupName"] for group in answer["Groups"]]


def test_an_account_begins_with_the_default_group(xray):
    (group,) = xray("GetGroups")["Groups"]
    arn = group.pop("GroupARN")
    assert group == {"GroupName": "Default", "FilterExpression": None, "InsightsConfiguration": OFF}
    prefix, unique_id = arn.rsplit("/", 1)
    assert prefix == "arn:aws:xray:us-east-1:000000000000:group/Default"
    assert len(unique_id) == 52
    assert unique_id.isalnum()
    assert unique_id.isupper()


def test_the_default_groups_arn_never_changes(xray):
    before = xray("GetGroup", GroupName="Default")["Group"]["GroupARN"]
    xray("UpdateGroup", GroupName="Default", InsightsConfiguration={"InsightsEnabled": True})
    assert xray("GetGroup", GroupARN=before)["Group"]["InsightsConfiguration"]["InsightsEnabled"] is True
    assert before != xray("GetGroup", {"region": "eu-west-1"}, GroupName="Default")["Group"]["GroupARN"]


def test_a_created_group_is_answered_and_found_by_name_and_arn(xray):
    insights = {"InsightsEnabled": True, "NotificationsEnabled": True}
    created = xray(
        "CreateGroup", GroupName="slow-ones", FilterExpression="responsetime > 5", InsightsConfiguration=insights
    )["Group"]
    arn = created["GroupARN"]
    assert arn.startswith("arn:aws:xray:us-east-1:000000000000:group/slow-ones/")
    assert created == {
        "GroupName": "slow-ones",
        "GroupARN": arn,
        "FilterExpression": "responsetime > 5",
        "InsightsConfiguration": insights,
    }
    assert xray("GetGroup", GroupName="slow-ones")["Group"] == created
    assert xray("GetGroup", GroupARN=arn)["Group"] == created
    assert xray("GetGroup", GroupName="slow-ones", GroupARN=arn)["Group"] == created
    assert xray("GetGroups")["Groups"][1] == created


def test_groups_are_listed_in_one_page_default_first(xray):
    for name in ("b", "a", "Default2", "Z"):
        xray("CreateGroup", GroupName=name)
    answer = xray("GetGroups")
    assert names(answer) == ["Default", "Default2", "Z", "a", "b"]
    assert answer.get("NextToken") is None
    with pytest.raises(InvalidRequest, match="NextToken"):
        xray("GetGroups", NextToken="x")


@pytest.mark.parametrize(
    "request_",
    [
        {"GroupName": "Default"},
        {"GroupName": "there"},
        {"GroupName": "a/b"},
        {"GroupName": "g", "InsightsConfiguration": {"NotificationsEnabled": True}},
        {"GroupName": "g", "InsightsConfiguration": {"InsightsEnabled": False, "NotificationsEnabled": True}},
    ],
    ids=str,
)
def test_a_group_that_cannot_be_is_refused(xray, request_):
    xray("CreateGroup", GroupName="there")
    with pytest.raises(InvalidRequest):
        xray("CreateGroup", **request_)
    assert names(xray("GetGroups")) == ["Default", "there"]


@pytest.mark.parametrize("operation", ["CreateGroup", "UpdateGroup"])
def test_a_filter_that_does_not_parse_is_an_invalid_request(xray, operation):
    if operation == "UpdateGroup":
        xray("CreateGroup", GroupName="g", FilterExpression="fault")
    with pytest.raises(LanguageError) as refused:
        xray(operation, GroupName="g", FilterExpression="responsetime > ")
    assert error_code(refused.value) == "InvalidRequestException"


def test_the_twenty_sixth_group_is_refused_under_awss_limits(xray):
    xray("UpdateGroup", GroupName="Default", InsightsConfiguration={"InsightsEnabled": True})
    for number in range(25):
        xray("CreateGroup", {"limits": AWS_LIMITS}, GroupName=f"g{number}")
    with pytest.raises(InvalidRequest, match="25"):
        xray("CreateGroup", {"limits": AWS_LIMITS}, GroupName="one-more")


def test_an_update_changes_what_is_given_and_nothing_else(xray):
    created = xray("CreateGroup", GroupName="g", FilterExpression="fault")["Group"]
    updated = xray("UpdateGroup", GroupARN=created["GroupARN"], InsightsConfiguration={"InsightsEnabled": True})
    assert updated["Group"] == created | {"InsightsConfiguration": OFF | {"InsightsEnabled": True}}
    assert xray("UpdateGroup", GroupName="g", FilterExpression="error")["Group"]["FilterExpression"] == "error"
    assert xray("UpdateGroup", GroupName="g", FilterExpression="")["Group"]["FilterExpression"] is None


def test_notifications_need_insights(xray):
    on = {"InsightsEnabled": True, "NotificationsEnabled": True}
    xray("CreateGroup", GroupName="g")
    with pytest.raises(InvalidRequest, match="InsightsEnabled"):
        xray("UpdateGroup", GroupName="g", InsightsConfiguration={"NotificationsEnabled": True})
    xray("UpdateGroup", GroupName="g", InsightsConfiguration=on)
    off = xray("UpdateGroup", GroupName="g", InsightsConfiguration={"InsightsEnabled": False})
    assert off["Group"]["InsightsConfiguration"] == OFF
    with pytest.raises(InvalidRequest, match="InsightsEnabled"):
        xray("UpdateGroup", GroupName="g", InsightsConfiguration=on | {"InsightsEnabled": False})


def test_the_default_group_keeps_its_filter_and_cannot_be_deleted(xray):
    with pytest.raises(InvalidRequest, match="Default"):
        xray("UpdateGroup", GroupName="Default", FilterExpression="fault")
    with pytest.raises(InvalidRequest, match="Default"):
        xray("DeleteGroup", GroupName="Default")


def test_a_deleted_group_is_gone_and_its_name_free_for_a_group_of_another_arn(xray):
    first = xray("CreateGroup", GroupName="g")["Group"]["GroupARN"]
    assert xray("DeleteGroup", GroupARN=first) == {}
    assert names(xray("GetGroups")) == ["Default"]
    second = xray("CreateGroup", GroupName="g")["Group"]["GroupARN"]
    assert first != second
    with pytest.raises(InvalidRequest, match="not found"):
        xray("GetGroup", GroupARN=first)


@pytest.mark.parametrize("operation", ["GetGroup", "UpdateGroup", "DeleteGroup"])
@pytest.mark.parametrize(
    "selector",
    [
        {},
        {"GroupName": "none"},
        {"GroupName": "DEFAULT"},
        {"GroupARN": "arn:aws:xray:us-east-1:000000000000:group/none/ABC"},
        {"GroupARN": "arn:aws:xray:us-east-1:000000000000:group/Default/ABC"},
        {"GroupARN": "arn:aws:xray:eu-west-1:000000000000:group/Default/ABC"},
        {"GroupARN": "Default"},
    ],
    ids=str,
)
def test_a_group_that_is_not_there_is_an_invalid_request(xray, operation, selector):
    with pytest.raises(InvalidRequest):
        xray(operation, **selector)


def test_a_name_and_an_arn_must_be_of_the_same_group(xray):
    arn = xray("CreateGroup", GroupName="g")["Group"]["GroupARN"]
    with pytest.raises(InvalidRequest, match="not the same"):
        xray("GetGroup", GroupName="Default", GroupARN=arn)


def test_accounts_and_regions_have_groups_of_their_own(xray):
    xray("CreateGroup", GroupName="g")
    assert names(xray("GetGroups", {"account": "111111111111"})) == ["Default"]
    assert names(xray("GetGroups", {"region": "eu-west-1"})) == ["Default"]


def test_other_rooms_find_groups_and_their_filters(xray, control, caller):
    arn = xray("CreateGroup", GroupName="g", FilterExpression="fault")["Group"]["GroupARN"]
    group = groups.find(control, caller, arn=arn)
    assert repr(group) == "<Group g: fault>"
    default, second = groups.all(control, caller)
    assert (default.name, second) == ("Default", group)
    assert groups.expressions(control, caller) == {"Default": "", default.arn: "", "g": "fault", arn: "fault"}
    with pytest.raises(InvalidRequest, match="none"):
        groups.find(control, caller, name="none")


def test_every_filter_a_group_had_is_remembered_until_it_is_deleted(xray, control, caller, clock):
    xray("CreateGroup", GroupName="g", FilterExpression="fault")
    group, created = groups.find(control, caller, name="g"), clock.now()
    clock.advance(600)
    changed = clock.now()
    xray("UpdateGroup", GroupName="g", FilterExpression="error")
    clock.advance(600)
    xray("UpdateGroup", GroupName="g", InsightsConfiguration={"InsightsEnabled": True})
    xray("UpdateGroup", GroupName="g", FilterExpression="error")
    assert groups.history(control, caller, group) == [(created, "fault"), (changed, "error")]
    xray("DeleteGroup", GroupName="g")
    xray("CreateGroup", GroupName="g")
    assert groups.history(control, caller, group) == [(clock.now(), "")]
