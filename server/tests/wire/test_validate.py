"""validate.py: AWS's sentences."""

import time

import pytest

from skylens.wire import models, validate
from skylens.wire.errors import ServiceError


def refused(service: str, operation: str, value: dict) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        validate.check(models.load(service).operations[operation], value)
    assert caught.value.status == 400
    return caught.value


@pytest.mark.parametrize(
    ("service", "operation", "value", "sentence"),
    [
        ("cloudtrail", "LookupEvents", {"MaxResults": 51}, "Value '51' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 50"),
        ("cloudtrail", "LookupEvents", {"MaxResults": 0}, "Value '0' at 'maxResults' failed to satisfy constraint: Member must have value greater than or equal to 1"),
        ("cloudtrail", "GetTrail", {}, "Value null at 'name' failed to satisfy constraint: Member must not be null"),
        ("xray", "DeleteGroup", {"GroupName": ""}, "Value '' at 'groupName' failed to satisfy constraint: Member must have length greater than or equal to 1"),
        ("xray", "DeleteGroup", {"GroupName": "x" * 33}, f"Value '{'x' * 33}' at 'groupName' failed to satisfy constraint: Member must have length less than or equal to 32"),
        ("cloudwatch", "SetAlarmState", {"AlarmName": "a", "StateValue": "INVALID", "StateReason": "r"}, "Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy enum value set: [OK, ALARM, INSUFFICIENT_DATA]"),
        ("sts", "AssumeRole", {"RoleArn": "arn:aws:iam::000000000000:role/a", "RoleSessionName": "a b"}, r"Value 'a b' at 'roleSessionName' failed to satisfy constraint: Member must satisfy regular expression pattern: [\w+=,.@-]*"),
        ("cloudwatch", "PutMetricData", {"Namespace": "n", "MetricData": [{"MetricName": "m"}, {"MetricName": "m", "Dimensions": [{"Name": "a", "Value": ""}]}]}, "Value '' at 'metricData.2.member.dimensions.1.member.value' failed to satisfy constraint: Member must have length greater than or equal to 1"),
        ("xray", "BatchGetTraces", {"TraceIds": ["ok", "x" * 36]}, f"Value '[ok, {'x' * 36}]' at 'traceIds' failed to satisfy constraint: Member must satisfy constraint: [Member must have length less than or equal to 35, Member must have length greater than or equal to 1]"),
        ("kms", "GenerateMac", {"Message": b"", "KeyId": "k", "MacAlgorithm": "HMAC_SHA_256"}, "Value at 'message' failed to satisfy constraint: Member must have length greater than or equal to 1"),
        ("logs", "PutMetricFilter", {"logGroupName": "g", "filterName": "f", "filterPattern": "", "metricTransformations": [{"metricName": "m", "metricNamespace": "n", "metricValue": "1"}] * 2}, "Value '[MetricTransformation(metricName=m, metricNamespace=n, metricValue=1, defaultValue=null, dimensions=null, unit=null), MetricTransformation(metricName=m, metricNamespace=n, metricValue=1, defaultValue=null, dimensions=null, unit=null)]' at 'metricTransformations' failed to satisfy constraint: Member must have length less than or equal to 1"),
        ("logs", "TagResource", {"resourceArn": "a", "tags": {"k": "v" * 257}}, f"Value '{{k={'v' * 257}}}' at 'tags' failed to satisfy constraint: Map value must satisfy constraint: [Member must have length less than or equal to 256, Member must satisfy regular expression pattern: ^([\\p{{L}}\\p{{Z}}\\p{{N}}_.:/=+\\-@]*)$]"),
        ("logs", "TagResource", {"resourceArn": "a", "tags": {"": "v"}}, "Value '{=v}' at 'tags' failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 128, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: ^([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]+)$]"),
    ],
)  # fmt: skip
def test_a_broken_constraint_is_told_in_awss_sentence(service, operation, value, sentence):
    assert refused(service, operation, value).message == f"1 validation error detected: {sentence}"


def test_all_broken_constraints_are_told_at_once():
    assert refused("xray", "TagResource", {"ResourceARN": "", "Tags": [{"Value": "x"}]}).message == (
        "2 validation errors detected: "
        "Value '' at 'resourceARN' failed to satisfy constraint: Member must have length greater than or equal to 1; "
        "Value null at 'tags.1.member.key' failed to satisfy constraint: Member must not be null"
    )


@pytest.mark.parametrize(
    ("service", "operation", "value", "code"),
    [
        ("xray", "GetTraceSummaries", {}, "InvalidRequestException"),
        ("xray", "PutResourcePolicy", {}, "ValidationException"),
        ("logs", "CreateLogGroup", {}, "InvalidParameterException"),
        ("logs", "PutDeliverySource", {}, "ValidationException"),
        ("cloudtrail", "GetTrail", {}, "ValidationException"),
        ("iam", "CreateRole", {}, "ValidationException"),
    ],
)
def test_each_service_refuses_with_its_own_error(service, operation, value, code):
    assert refused(service, operation, value).code == code


def test_a_secret_is_not_repeated():
    failure = refused("iam", "CreateLoginProfile", {"UserName": "u", "Password": "s" * 200})
    assert "Value at 'password' failed" in failure.message
    assert "sss" not in failure.message


def test_nan_is_out_of_every_range():
    value = {"SamplingStrategy": {"Name": "FixedRate", "Value": float("nan")}}
    op = models.load("xray").operations["GetTraceSummaries"]
    assert op.input.members["SamplingStrategy"].shape.members["Value"].shape.maximum is None
    rule = {"SamplingRule": {"FixedRate": float("nan")}} | value
    assert "Value 'NaN' at 'samplingRule.fixedRate'" in refused("xray", "CreateSamplingRule", rule).message


@pytest.mark.parametrize("operation", ["GetServiceGraph", "GetTimeSeriesServiceStatistics"])
def test_an_empty_group_is_none_for_the_graph(operation):
    times = {"StartTime": 1782900000, "EndTime": 1782900600}
    request = models.load("xray").operations[operation]

    validate.check(request, times | {"GroupName": "", "GroupARN": ""})


def test_a_long_value_is_not_repeated_whole():
    failure = refused("xray", "DeleteGroup", {"GroupName": "x" * 1_000_000})
    assert len(failure.message) < 3_000


@pytest.mark.parametrize(
    ("pattern", "good", "bad"),
    [
        (r"[\p{L}\p{Z}\p{N}_.:/=+\-@]+", "Größe 中文 ½_", "a!"),
        (r"[\p{L}\p{M}\p{N}\p{P}\p{S}\p{Zs}]+", "a\u0301 !$", "a\n"),
        (r"[\w-_]*", "a-_b", "é"),
        (r"[\u0020-\uD7FF\uE000-\uFFFD\uD800\uDC00-\uDBFF\uDFFF\t]*", "a\t😀", "a\x07"),
        (r"^[a-f0-9]+$", "abc", "abc\n"),
    ],
)
def test_javas_patterns_mean_the_same_here(pattern, good, bad):
    assert validate._matches(pattern, good)
    assert not validate._matches(pattern, bad)


def test_every_pattern_of_every_model_can_be_compiled_and_hostile_text_does_not_hang_it():
    shapes = {
        shape.pattern
        for name in models.SERVICE_NAMES
        for op in models.load(name).operations.values()
        for shape in _shapes_below(op.input, set())
        if shape.pattern
    }
    assert len(shapes) > 100
    hostile = ["a" * 2_000 + "\x00", "/a" * 1_000 + "\x00", "a." * 1_000 + "\x00", "arn:aws:" * 250 + "\x00"]
    started = time.process_time()
    for pattern in shapes:
        for text in hostile:
            validate._matches(pattern, text)
    assert time.process_time() - started < 10


def _shapes_below(shape: models.Shape | None, seen: set[models.Shape]) -> set[models.Shape]:
    if shape is not None and shape not in seen:
        seen.add(shape)
        for member in shape.members.values():
            _shapes_below(member.shape, seen)
    return seen
