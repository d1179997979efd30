"""Tags of groups and sampling rules."""

import pytest

from skylens.config import Limits
from skylens.registry import HANDLERS, error_code
from skylens.xray import operations  # noqa: F401  # registers the handlers
from skylens.xray.errors import InvalidRequest, ResourceNotFound, TooManyTags

DEFAULT_RULE = "arn:aws:xray:us-east-1:000000000000:sampling-rule/Default"
RULE = {
    "RuleName": "a:group/b",
    "Priority": 1,
    "FixedRate": 0.5,
    "ReservoirSize": 1,
    "Version": 1,
    **dict.fromkeys(("ResourceARN", "ServiceName", "ServiceType", "Host", "HTTPMethod", "URLPath"), "*"),
}


@pytest.fixture
def xray(call):
    """Call an operation: ``xray("TagResource", ResourceARN=…, Tags=…)``."""

    def run(operation, where=None, **request):
        return HANDLERS["xray", operation].function(call("xray", operation, **(where or {})), request)

    return run


@pytest.fixture(params=["group", "rule", "default group", "default rule"])
def resource(request, xray):
    """The ARN of something that can be tagged."""
    match request.param:
        case "group":
            return xray("CreateGroup", GroupName="g")["Group"]["GroupARN"]
        case "rule":
            return xray("CreateSamplingRule", SamplingRule=RULE)["SamplingRuleRecord"]["SamplingRule"]["RuleARN"]
        case "default group":
            return xray("GetGroup", GroupName="Default")["Group"]["GroupARN"]
    return DEFAULT_RULE


def documents(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def listed(xray, resource):
    return {tag["Key"]: tag["Value"] for tag in xray("ListTagsForResource", ResourceARN=resource)["Tags"]}


def test_tags_are_added_replaced_and_removed(xray, resource):
    assert listed(xray, resource) == {}
    xray("TagResource", ResourceARN=resource, Tags=documents({"Stage": "prod", "stage": "x", "e": ""}))
    xray("TagResource", ResourceARN=resource, Tags=documents({"Stage": "test", "Owner": "Zoë +-=._:/@1"}))
    assert listed(xray, resource) == {"Owner": "Zoë +-=._:/@1", "Stage": "test", "e": "", "stage": "x"}
    xray("UntagResource", ResourceARN=resource, TagKeys=["Stage", "e", "never there"])
    assert listed(xray, resource) == {"Owner": "Zoë +-=._:/@1", "stage": "x"}


def test_tags_given_at_creation_go_with_the_resource(xray):
    def made():
        group = xray("CreateGroup", GroupName="g", Tags=documents({"a": "1"}))["Group"]["GroupARN"]
        record = xray("CreateSamplingRule", SamplingRule=RULE, Tags=documents({"b": "2"}))["SamplingRuleRecord"]
        return group, record["SamplingRule"]["RuleARN"]

    group, rule = made()
    assert (listed(xray, group), listed(xray, rule)) == ({"a": "1"}, {"b": "2"})
    xray("DeleteGroup", GroupName="g")
    xray("DeleteSamplingRule", RuleName=RULE["RuleName"])
    xray("CreateSamplingRule", SamplingRule=RULE)
    assert listed(xray, rule) == {}


@pytest.mark.parametrize(
    "resource",
    [
        "arn:aws:xray:us-east-1:000000000000:sampling-rule/none",
        "arn:aws:xray:us-east-1:000000000000:group/none/ABC",
        "arn:aws:xray:us-east-1:000000000000:group/Default",
        "arn:aws:xray:us-east-1:111111111111:sampling-rule/Default",
        "arn:aws:s3:::bucket",
        "Default",
    ],
)
@pytest.mark.parametrize(
    ("operation", "request_"),
    [
        ("TagResource", {"Tags": documents({"a": "b"})}),
        ("UntagResource", {"TagKeys": ["a"]}),
        ("ListTagsForResource", {}),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_not_there_cannot_be_tagged(xray, resource, operation, request_):
    with pytest.raises(ResourceNotFound) as refused:
        xray(operation, ResourceARN=resource, **request_)
    assert refused.value.resource == resource
    assert error_code(refused.value) == "ResourceNotFoundException"


@pytest.mark.parametrize("key", ["aws:x", "AWS:x", "a#b", "tab\t", "a;b"])
def test_keys_that_may_not_be_are_refused(xray, key):
    with pytest.raises(InvalidRequest):
        xray("TagResource", ResourceARN=DEFAULT_RULE, Tags=documents({"good": "v", key: "v"}))
    with pytest.raises(InvalidRequest):
        xray("UntagResource", ResourceARN=DEFAULT_RULE, TagKeys=[key])
    with pytest.raises(InvalidRequest):
        xray("CreateGroup", GroupName="g", Tags=documents({key: "v"}))
    assert listed(xray, DEFAULT_RULE) == {}
    assert len(xray("GetGroups")["Groups"]) == 1


def test_a_key_given_twice_is_refused(xray):
    with pytest.raises(InvalidRequest, match="twice"):
        xray("TagResource", ResourceARN=DEFAULT_RULE, Tags=[*documents({"a": "1"}), *documents({"a": "2"})])


def test_a_resource_has_fifty_tags_at_most(xray):
    fifty = {f"k{number}": "v" for number in range(50)}
    xray("TagResource", ResourceARN=DEFAULT_RULE, Tags=documents(fifty))
    xray("TagResource", ResourceARN=DEFAULT_RULE, Tags=documents({"k0": "again"}))
    with pytest.raises(TooManyTags) as refused:
        xray("TagResource", ResourceARN=DEFAULT_RULE, Tags=documents({"k1": "again", "one more": ""}))
    assert refused.value.resource == DEFAULT_RULE
    assert listed(xray, DEFAULT_RULE) == fifty | {"k0": "again"}


def test_too_many_tags_at_creation_create_nothing(xray):
    limits = {"limits": Limits(tags_per_resource=1)}
    two = documents({"a": "1", "b": "2"})
    with pytest.raises(InvalidRequest, match="at most 1"):
        xray("CreateGroup", limits, GroupName="g", Tags=two)
    with pytest.raises(InvalidRequest, match="at most 1"):
        xray("CreateSamplingRule", limits, SamplingRule=RULE, Tags=two)
    assert len(xray("GetGroups")["Groups"]) == 1
    assert len(xray("GetSamplingRules")["SamplingRuleRecords"]) == 1
