"""restJson, exact to the byte: X-Ray and CloudTrail's data service."""

from datetime import UTC, datetime

import pytest

from skylens.wire import models, rest_json
from skylens.wire.document import Written
from skylens.wire.errors import ModelMisuse, ServiceError
from skylens.wire.http import WireRequest, WireResponse

XRAY = models.load("xray")
AT = datetime(2026, 7, 1, 12, 0, 0, 250_000, tzinfo=UTC)
REQUEST = WireRequest("POST", "/")


def parse(operation: str, body: bytes) -> dict:
    return rest_json.parse(WireRequest("POST", "/", body=body), XRAY.operations[operation])


def refused(operation: str, body: bytes) -> ServiceError:
    with pytest.raises(ServiceError) as caught:
        parse(operation, body)
    assert caught.value.status == 400
    return caught.value


def error(failure: ServiceError, service: models.Service = XRAY) -> WireResponse:
    return rest_json.serialize_error(service, None, failure, "id-1", REQUEST)


def test_the_path_names_the_operation():
    assert rest_json.operation(WireRequest("POST", "/TraceSegments"), XRAY) == "PutTraceSegments"
    assert rest_json.operation(WireRequest("POST", "/GetSamplingRules"), XRAY) == "GetSamplingRules"
    assert rest_json.operation(WireRequest("GET", "/TraceSegments"), XRAY) is None
    assert rest_json.operation(WireRequest("POST", "/Nothing"), XRAY) is None


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"  ", b"null", b'{"NextToken":null}', b'{"Boost":[{"a":1}],"ClientID":7}']
)
def test_what_clients_send_for_nothing_is_an_empty_input(body):
    assert parse("GetSamplingRules", body) == {}


@pytest.mark.parametrize(
    "number",
    [
        b"1782907200.25",
        b"1782907200250",
        b"1782907200250.0",
        b'"2026-07-01T12:00:00.25Z"',
        b'"2026-07-01T14:00:00.250+02:00"',
        b'"2026-07-01T12:00:00.250"',
        b'"1782907200.25"',
    ],
)
def test_a_timestamp_is_read_in_every_spelling(number):
    assert parse("GetServiceGraph", b'{"StartTime":%b,"EndTime":1782907200}' % number) == {
        "StartTime": AT,
        "EndTime": AT.replace(microsecond=0),
    }


@pytest.mark.parametrize("value", [b"true", b"[]", b"{}", b'"soon"', b"1e300", b"-1e300", b"99999999999999999999"])
def test_what_is_no_timestamp_is_refused(value):
    failure = refused("GetServiceGraph", b'{"StartTime":%b,"EndTime":1}' % value)
    assert failure.code == "SerializationException"
    assert failure.message.endswith("at 'StartTime'")


def test_output_has_times_as_numbers_and_integers_as_integers():
    output = {
        "SamplingTargetDocuments": [
            {"RuleName": "a", "FixedRate": 1, "ReservoirQuota": 5.0, "ReservoirQuotaTTL": AT.replace(microsecond=0)}
        ],
        "LastRuleModification": AT,
        "UnprocessedStatistics": [],
    }
    response = rest_json.serialize(XRAY.operations["GetSamplingTargets"], output, "id-1", REQUEST)
    assert response == WireResponse(
        200,
        {"Content-Type": "application/json", "x-amzn-RequestId": "id-1"},
        b'{"SamplingTargetDocuments":[{"RuleName":"a","FixedRate":1.0,"ReservoirQuota":5,'
        b'"ReservoirQuotaTTL":1782907200.0}],"LastRuleModification":1782907200.25,"UnprocessedStatistics":[]}',
    )


def test_members_that_are_none_are_left_out():
    response = rest_json.serialize(XRAY.operations["GetGroups"], {"Groups": [], "NextToken": None}, "id-1", REQUEST)
    assert response.body == b'{"Groups":[]}'


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ({"Grupps": []}, "GetGroupsResult has no member 'Grupps'"),
        ({"Groups": "x"}, "GroupSummaryList is a list, not str"),
        ({"Groups": [{"GroupName": 5}]}, "a string, not int"),
        ({"Groups": [{"InsightsConfiguration": {"InsightsEnabled": 1}}]}, "a boolean, not int"),
        ({"Groups": [5]}, "GroupSummary is a structure, not int"),
    ],
)
def test_an_output_that_the_model_does_not_have_is_a_defect_and_not_an_answer(output, reason):
    with pytest.raises(ModelMisuse, match=reason):
        rest_json.serialize(XRAY.operations["GetGroups"], output, "id-1", REQUEST)


def test_a_list_that_stands_in_several_places_is_written_in_each_as_what_it_is_there():
    op, services = XRAY.operations["GetTraceSummaries"], [{"Name": "a", "Names": ["a"]}]
    told = {"ServiceIds": services, "Users": [{"UserName": "u", "ServiceIds": services}]}
    alone = {"ServiceIds": [*services], "Users": [{"UserName": "u", "ServiceIds": [*services]}]}
    shared, separate = (
        rest_json.serialize(op, {"TraceSummaries": [summary] * 2}, "id-1", REQUEST) for summary in (told, alone)
    )
    assert shared == separate
    assert shared.body.count(b'{"Name":"a","Names":["a"]}') == 4
    with pytest.raises(ModelMisuse, match="has no member 'Name'"):
        rest_json.serialize(op, {"TraceSummaries": [told | {"ResourceARNs": services}]}, "id-1", REQUEST)


def test_what_is_said_to_be_written_is_taken_as_it_is():
    op, summary = XRAY.operations["GetTraceSummaries"], {"Annotations": Written({"a": [{"ServiceIds": []}]})}
    answer = rest_json.serialize(op, {"TraceSummaries": [summary, Written(Id="1")]}, "id-1", REQUEST)
    assert answer.body == b'{"TraceSummaries":[{"Annotations":{"a":[{"ServiceIds":[]}]}},{"Id":"1"}]}'


def test_a_fraction_is_no_integer_and_a_naive_time_no_timestamp():
    op = XRAY.operations["GetSamplingTargets"]
    with pytest.raises(ModelMisuse, match=r"an integer, not 5\.5"):
        rest_json.serialize(op, {"SamplingTargetDocuments": [{"ReservoirQuota": 5.5}]}, "id-1", REQUEST)
    with pytest.raises(ModelMisuse, match="an aware datetime"):
        rest_json.serialize(op, {"LastRuleModification": AT.replace(tzinfo=None)}, "id-1", REQUEST)


def test_a_declared_error_is_told_in_a_header_and_with_its_own_spelling_of_message():
    assert error(
        ServiceError("ResourceNotFoundException", "No such thing", members={"ResourceName": "arn"})
    ) == WireResponse(
        404,
        {
            "Content-Type": "application/json",
            "x-amzn-RequestId": "id-1",
            "x-amzn-ErrorType": "ResourceNotFoundException",
        },
        b'{"ResourceName":"arn","Message":"No such thing"}',
    )


def test_a_common_error_is_told_with_message_in_lower_case():
    response = error(
        ServiceError("UnrecognizedClientException", "The security token included in the request is invalid.")
    )
    assert (response.status, response.headers["x-amzn-ErrorType"]) == (403, "UnrecognizedClientException")
    assert response.body == b'{"message":"The security token included in the request is invalid."}'


def test_the_policy_engines_word_for_denied_gets_the_name_of_this_protocol():
    response = error(ServiceError("AccessDenied", "no"))
    assert (response.status, response.headers["x-amzn-ErrorType"]) == (403, "AccessDeniedException")


def test_an_error_that_nobody_knows_keeps_the_status_it_was_given():
    response = error(ServiceError("NotImplementedException", "PutAnomaly is not built", status=501))
    assert (response.status, response.headers["x-amzn-ErrorType"]) == (501, "NotImplementedException")


def test_the_name_of_an_error_without_members_is_all_that_needs_no_suffix():
    service = models.load("cloudtrail-data")
    assert error(ServiceError("ChannelNotFound", "gone"), service).headers["x-amzn-ErrorType"] == "ChannelNotFound"


def test_members_in_the_query_string_are_read_beside_the_body():
    op = models.load("cloudtrail-data").operations["PutAuditEvents"]
    arn = "arn:aws:cloudtrail:us-east-1:000000000000:channel/abc"
    request = WireRequest(
        "POST",
        "/PutAuditEvents",
        f"channelArn={arn.replace(':', '%3A').replace('/', '%2F')}&x=1",
        {},
        b'{"auditEvents":[{"id":"a","eventData":"{}"}],"channelArn":"not from here"}',
    )
    assert rest_json.parse(request, op) == {"channelArn": arn, "auditEvents": [{"id": "a", "eventData": "{}"}]}


def test_a_query_parameter_given_twice_is_refused():
    op = models.load("cloudtrail-data").operations["PutAuditEvents"]
    with pytest.raises(ServiceError, match="channelArn is given twice"):
        rest_json.parse(WireRequest("POST", "/PutAuditEvents", "channelArn=a&channelArn=b"), op)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"TraceIds":["a"]} x', "JSON is malformed: trailing characters (byte 20)"),
        (b'{"TraceIds":["a"', "Input data was truncated (byte 16)"),
        (b'{"TraceIds":["a",]}', "JSON is malformed: trailing comma in array (byte 17)"),
        (b"\xef\xbb\xbf{}", "JSON is malformed: invalid character (byte 0)"),
        (b'{"TraceIds":["\xff"]}', "the body is not UTF-8: invalid start byte (byte 14)"),
        (b'{"TraceIds":"a"}', "STRING_VALUE can not be converted to a List at 'TraceIds'"),
        (b'{"TraceIds":["a",5]}', "NUMBER_VALUE can not be converted to a String at 'TraceIds.1'"),
        (b'{"TraceIds":["a",null]}', "null found where not expected at 'TraceIds.1'"),
        (b'{"TraceIds":[["a"]]}', "Start of list found where not expected. at 'TraceIds.0'"),
        (b'{"TraceIds":[{}]}', "Start of structure or map found where not expected. at 'TraceIds.0'"),
        (b'["a"]', "Start of list found where not expected."),
        (b'"a"', "STRING_VALUE can not be converted to a Structure"),
        (b"[" * 100_000, "the JSON is nested too deeply (byte 200)"),
        (b'{"x":' * 100_000, "the JSON is nested too deeply (byte 1000)"),
    ],
)
def test_a_malformed_body_is_refused_with_its_position(body, reason):
    failure = refused("BatchGetTraces", body)
    assert (failure.code, failure.message) == ("SerializationException", reason)


@pytest.mark.parametrize("number", [b"1e400", b"1" * 5_000, b"9999999999", b"1.5", b"true", b'"1"', b"NaN"])
def test_what_is_no_integer_is_refused(number):
    body = b'{"SamplingRule":{"ResourceARN":"*","Priority":%b,"FixedRate":0,"ReservoirSize":1,"ServiceName":"*","ServiceType":"*","Host":"*","HTTPMethod":"*","URLPath":"*","Version":1}}'
    assert refused("CreateSamplingRule", body % number).code == "SerializationException"
    assert parse("CreateSamplingRule", body % b"5.0")["SamplingRule"]["Priority"] == 5
