"""awsQuery, exact to the byte: STS, IAM, SNS and CloudWatch."""

from datetime import UTC, datetime

import pytest

from skylens.wire import models, query_xml
from skylens.wire.errors import ModelMisuse, ServiceError
from skylens.wire.http import WireRequest, WireResponse

CLOUDWATCH, IAM, STS, SNS = (models.load(name) for name in ("cloudwatch", "iam", "sts", "sns"))
REQUEST = WireRequest("POST", "/")


def form(body: str, query: str = "") -> WireRequest:
    headers = {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}
    return WireRequest("POST", "/", query, headers, body.encode())


def parse(service: models.Service, operation: str, body: str) -> dict:
    return query_xml.parse(form(body), service.operations[operation])


def serialize(service: models.Service, operation: str, output: dict) -> str:
    return query_xml.serialize(service.operations[operation], output, "id-1", REQUEST).body.decode()


def test_the_form_or_the_query_string_names_the_operation():
    assert query_xml.operation(form("Action=GetUser&Version=2010-05-08"), IAM) == "GetUser"
    assert (
        query_xml.operation(WireRequest("GET", "/", "Action=GetCallerIdentity&Version=2011-06-15"), STS)
        == "GetCallerIdentity"
    )
    assert (
        query_xml.operation(WireRequest("GET", "/", "Action=ConfirmSubscription&Token=x"), SNS) == "ConfirmSubscription"
    )
    assert query_xml.operation(form("Version=2010-05-08&Action=No%20such"), IAM) == "No such"


def test_a_request_with_another_version_or_a_target_is_not_ours():
    assert query_xml.operation(form("Action=GetUser&Version=2011-06-15"), IAM) is None
    assert query_xml.operation(form("UserName=x"), IAM) is None
    with_target = WireRequest("POST", "/", headers={"x-amz-target": "a.b"}, body=b"Action=GetUser")
    assert query_xml.operation(with_target, IAM) is None


def test_a_body_of_another_type_is_no_form():
    request = WireRequest("POST", "/", headers={"content-type": "application/json"}, body=b"Action=GetUser")
    assert query_xml.operation(request, IAM) is None


def test_lists_structures_and_scalars_are_folded():
    body = (
        "Action=PutMetricData&Version=2010-08-01&Namespace=a%26b+c&MetricData.member.2.MetricName=second"
        "&MetricData.member.1.MetricName=first&MetricData.member.1.Dimensions.member.1.Name=Host"
        "&MetricData.member.1.Dimensions.member.1.Value=%C3%A9&MetricData.member.1.Timestamp=2026-07-01T12%3A00%3A00.5%2B02%3A00"
        "&MetricData.member.1.Value=1.5e3&MetricData.member.1.StorageResolution=1&StrictEntityValidation=true&Unknown.member.1=x"
    )
    assert parse(CLOUDWATCH, "PutMetricData", body) == {
        "Namespace": "a&b c",
        "MetricData": [
            {
                "MetricName": "first",
                "Dimensions": [{"Name": "Host", "Value": "é"}],
                "Timestamp": datetime(2026, 7, 1, 10, 0, 0, 500_000, tzinfo=UTC),
                "Value": 1500.0,
                "StorageResolution": 1,
            },
            {"MetricName": "second"},
        ],
        "StrictEntityValidation": True,
    }


def test_a_list_of_more_than_nine_is_in_the_order_of_its_numbers():
    body = "&".join(f"AlarmNames.member.{n}=a{n}" for n in range(12, 0, -1))
    assert parse(CLOUDWATCH, "DeleteAlarms", body) == {"AlarmNames": [f"a{n}" for n in range(1, 13)]}


def test_an_empty_list_is_spelt_by_its_name_alone():
    assert parse(CLOUDWATCH, "DescribeAlarms", "AlarmNames=") == {"AlarmNames": []}


def test_an_empty_structure_is_spelt_by_its_name_alone():
    assert parse(
        CLOUDWATCH,
        "PutMetricAlarm",
        "AlarmName=a&EvaluationWindow.SlidingWindow=&ComparisonOperator=LessThanThreshold&EvaluationPeriods=1",
    )["EvaluationWindow"] == {"SlidingWindow": {}}


def test_maps_have_entries_with_names_of_their_own():
    body = "Message=m&MessageAttributes.entry.1.Name=a&MessageAttributes.entry.1.Value.DataType=String&MessageAttributes.entry.1.Value.BinaryValue=AAH%2F"
    assert parse(SNS, "Publish", body)["MessageAttributes"] == {
        "a": {"DataType": "String", "BinaryValue": b"\x00\x01\xff"}
    }
    body = "Name=t&Attributes.entry.1.key=DisplayName&Attributes.entry.1.value="
    assert parse(SNS, "CreateTopic", body)["Attributes"] == {"DisplayName": ""}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("Namespace=%ff", "the form is not UTF-8: invalid start byte (byte 0)"),
        ("Namespace=a&Namespace=b", "the parameter 'Namespace' is given twice"),
        ("Namespace.x=3", "Start of structure or map found where not expected. at 'Namespace'"),
        ("MetricData.1.MetricName=a", "a list is spelt member.1, member.2, ... at 'MetricData'"),
        ("MetricData.member.x=a", "a list is spelt member.1, member.2, ... at 'MetricData'"),
        ("MetricData..=3", "a list is spelt member.1, member.2, ... at 'MetricData'"),
        ("MetricData.member=3", "a list is spelt member.1, member.2, ... at 'MetricData'"),
        ("MetricData.member.1=3", "'3' found where a structure, map or list was expected at 'MetricData.1'"),
        (f"MetricData.member.{'1' * 5000}.MetricName=3", "a list is spelt member.1, member.2, ... at 'MetricData'"),
        ("MetricData.member.1.Value=1_0", "STRING_VALUE can not be converted to a Double at 'MetricData.0.Value'"),
        (
            "MetricData.member.1.StorageResolution=1.5",
            "STRING_VALUE can not be converted to an Integer at 'MetricData.0.StorageResolution'",
        ),
        ("StrictEntityValidation=yes", "STRING_VALUE can not be converted to a Boolean at 'StrictEntityValidation'"),
        ("MetricData.member.1.Timestamp=soon", "'soon' can not be converted to a Date at 'MetricData.0.Timestamp'"),
        (
            "EntityMetricData.member.1.Entity.KeyAttributes.entry.1.value=3",
            "entry 1 of a map has no key at 'EntityMetricData.1.Entity.KeyAttributes'",
        ),
    ],
)
def test_a_malformed_form_is_refused(body, reason):
    with pytest.raises(ServiceError) as caught:
        parse(CLOUDWATCH, "PutMetricData", body)
    assert (caught.value.code, caught.value.status, caught.value.message) == ("SerializationException", 400, reason)


def test_a_million_dots_are_no_crash():
    assert parse(CLOUDWATCH, "DescribeAlarms", "X" + "." * 1_000_000 + "=1") == {}


def test_an_answer_has_a_result_and_metadata():
    assert query_xml.serialize(
        STS.operations["GetCallerIdentity"], {"Account": "000000000000", "UserId": "a<b"}, "id-1", REQUEST
    ) == WireResponse(
        200,
        {"Content-Type": "text/xml", "x-amzn-RequestId": "id-1"},
        b'<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>'
        b"<Account>000000000000</Account><UserId>a&lt;b</UserId></GetCallerIdentityResult>"
        b"<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></GetCallerIdentityResponse>",
    )


def test_an_operation_without_output_has_no_result_element():
    assert serialize(CLOUDWATCH, "PutMetricData", {}) == (
        '<PutMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">'
        "<ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></PutMetricDataResponse>"
    )


def test_doubles_times_and_empty_lists_are_written_as_aws_writes_them():
    points = [{"Timestamp": datetime(2026, 3, 1, 10, tzinfo=UTC), "Average": 41, "Sum": 4.69e108}]
    text = serialize(CLOUDWATCH, "GetMetricStatistics", {"Label": "L", "Datapoints": points})
    assert (
        "<Datapoints><member><Timestamp>2026-03-01T10:00:00Z</Timestamp><Average>41.0</Average><Sum>4.69E108</Sum></member></Datapoints>"
        in text
    )
    assert "<Datapoints/>" in serialize(CLOUDWATCH, "GetMetricStatistics", {"Datapoints": []})


def test_characters_that_xml_cannot_carry_are_replaced():
    assert "<UserId>a\ufffd&#xD;\n\t&amp;</UserId>" in serialize(STS, "GetCallerIdentity", {"UserId": "a\x00\r\n\t&"})


def test_an_output_that_the_model_does_not_have_is_a_defect():
    with pytest.raises(ModelMisuse, match="no member 'Acount'"):
        serialize(STS, "GetCallerIdentity", {"Acount": "0"})


def error(service: models.Service, failure: ServiceError) -> WireResponse:
    return query_xml.serialize_error(service, None, failure, "id-1", REQUEST)


def test_an_error_is_told_by_its_query_code_and_status():
    assert error(IAM, ServiceError("NoSuchEntityException", "No <user>")) == WireResponse(
        404,
        {"Content-Type": "text/xml", "x-amzn-RequestId": "id-1"},
        b'<ErrorResponse xmlns="https://iam.amazonaws.com/doc/2010-05-08/"><Error><Type>Sender</Type>'
        b"<Code>NoSuchEntity</Code><Message>No &lt;user&gt;</Message></Error><RequestId>id-1</RequestId></ErrorResponse>",
    )


def test_an_error_without_a_message_has_no_message_element():
    told = error(CLOUDWATCH, ServiceError("ResourceNotFound")).body
    assert b"<Error><Type>Sender</Type><Code>ResourceNotFound</Code></Error>" in told


@pytest.mark.parametrize(
    ("code", "told", "status"),
    [
        ("ValidationException", "ValidationError", 400),
        ("SerializationException", "MalformedInput", 400),
        ("AccessDeniedException", "AccessDenied", 403),
        ("AccessDenied", "AccessDenied", 403),
        ("UnrecognizedClientException", "InvalidClientTokenId", 403),
        ("InvalidSignatureException", "SignatureDoesNotMatch", 403),
        ("MissingAuthenticationTokenException", "MissingAuthenticationToken", 403),
        ("UnknownOperationException", "InvalidAction", 400),
        ("InternalFailure", "InternalFailure", 500),
    ],
)
def test_common_errors_have_the_query_protocols_names(code, told, status):
    response = error(STS, ServiceError(code, "x"))
    assert f"<Code>{told}</Code>".encode() in response.body
    assert response.status == status


def test_a_server_error_is_the_receivers_fault():
    assert b"<Type>Receiver</Type>" in error(IAM, ServiceError("ServiceFailureException", "x")).body
