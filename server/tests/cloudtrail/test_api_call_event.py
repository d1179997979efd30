"""API call events: the record of a call, field by field, without secrets, and the copies of it."""

import json
import uuid
from datetime import UTC, datetime

import pytest
from cloudtrail.calls_of_tests import ACCOUNT, NOW, OTHER, a_call, a_root, an_assumed_role, an_outcome

import skylens.app  # registers what the operations of every service need
from skylens.caller import AccountId, Principal
from skylens.cloudtrail.api_call_event import ApiCallEvents, access_of
from skylens.cloudtrail.event import Resource
from skylens.ids import CountingIds
from skylens.registry import ACCESS, HANDLERS, Access
from skylens.tls import Tls

assert skylens.app
TLS = Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256")
ROLE = f"arn:aws:iam::{OTHER}:role/Reader"
KEY = f"arn:aws:kms:eu-west-1:{OTHER}:key/1234"


def events_of(outcome, access=None, alias=""):
    return ApiCallEvents(CountingIds(), lambda _: alias).of(outcome, access or access_of(outcome.call))


def record_of(outcome, access=None, **more):
    return json.loads(events_of(outcome, access, **more)[0].record)


def test_a_record_has_aws_fields_in_aws_order():
    record = record_of(an_outcome(a_call(), {"Group": {"GroupName": "checkout", "GroupARN": "arn:x"}}))
    assert list(record) == [
        "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress",
        "userAgent", "requestParameters", "responseElements", "requestID", "eventID", "readOnly", "eventType",
        "managementEvent", "recipientAccountId", "eventCategory",
    ]  # fmt: skip
    assert (record["eventVersion"], record["eventTime"]) == ("1.11", "2026-07-01T12:00:00Z")
    assert (record["eventSource"], record["awsRegion"]) == ("xray.amazonaws.com", "eu-west-1")
    assert (record["requestParameters"], record["responseElements"]) == (
        {"groupName": "checkout"},
        {"group": {"groupName": "checkout", "groupARN": "arn:x"}},
    )
    assert (record["readOnly"], record["managementEvent"], record["eventCategory"]) == (False, True, "Management")
    assert record["recipientAccountId"] == ACCOUNT


def test_the_event_has_the_id_of_its_request():
    [event] = events_of(an_outcome())
    record = json.loads(event.record)
    assert record["eventID"] == record["requestID"] == event.id == a_call().request_id
    assert uuid.UUID(event.id)


def test_what_reads_shows_no_answer_and_nothing_is_null():
    record = record_of(an_outcome(a_call("GetGroups", request={}), {"Groups": [{"GroupName": "a"}]}))
    assert (record["requestParameters"], record["responseElements"], record["readOnly"]) == (None, None, True)
    assert record_of(an_outcome(a_call("DeleteGroup"), {}))["responseElements"] is None


def test_an_error_is_told_by_its_name_and_no_answer_is_shown():
    outcome = an_outcome(a_call(), None, "InvalidRequestException", "no\n" * 1000)
    record = record_of(outcome)
    assert (record["errorCode"], len(record["errorMessage"])) == ("InvalidRequestException", 1024)
    assert (record["requestParameters"], record["responseElements"]) == ({"groupName": "checkout"}, None)
    assert events_of(outcome)[0].error_code == "InvalidRequestException"


@pytest.mark.parametrize(
    ("service", "operation", "code", "told"),
    [
        ("xray", "CreateGroup", "AccessDeniedException", "AccessDeniedException"),
        ("iam", "DeleteRole", "AccessDenied", "AccessDenied"),
        ("kms", "Decrypt", "AccessDeniedException", "AccessDenied"),
        ("iam", "DeleteRole", "NoSuchEntity", "NoSuchEntityException"),
        ("iam", "CreateRole", "EntityAlreadyExists", "EntityAlreadyExistsException"),
        ("xray", "CreateGroup", "ThrottledException", "ThrottledException"),
        ("cloudtrail", "CreateTrail", "TrailAlreadyExistsException", "TrailAlreadyExistsException"),
    ],
)
def test_error_codes_are_those_of_records(service, operation, code, told):
    assert record_of(an_outcome(a_call(operation, service, {}), None, code, "x"))["errorCode"] == told


def test_what_a_denied_caller_asked_for_is_only_in_the_error():
    outcome = an_outcome(
        a_call("DeleteRole", "iam", {"RoleName": "Deployer"}), None, "AccessDenied", "User: … role Deployer"
    )
    [event] = events_of(outcome)
    assert json.loads(event.record)["requestParameters"] is None
    assert event.resources == ()


def test_global_services_are_in_one_region_wherever_they_are_called():
    assert events_of(an_outcome(a_call("ListRoles", "iam", {})))[0].region == "us-east-1"
    in_region = a_call("GetCallerIdentity", "sts", {}, host="sts.eu-west-1.amazonaws.com")
    assert events_of(an_outcome(in_region))[0].region == "eu-west-1"
    everywhere = a_call("GetCallerIdentity", "sts", {}, host="sts.amazonaws.com")
    assert events_of(an_outcome(everywhere))[0].region == "us-east-1"


def test_a_call_of_a_service_comes_from_that_service_and_has_no_tls():
    name = "xray.amazonaws.com"
    call = a_call("ListRoles", "iam", {}, via=(name,), source_ip=name, user_agent=name, tls=TLS)
    record = record_of(an_outcome(call))
    assert record["userIdentity"]["invokedBy"] == name
    assert (record["sourceIPAddress"], record["userAgent"], "tlsDetails" in record) == (name, name, False)


def test_tls_and_console_sessions_are_told_where_there_were_any():
    call = a_call(principal=an_assumed_role(is_from_console=True), tls=TLS, host="xray.example.com")
    record = record_of(an_outcome(call))
    assert record["tlsDetails"] == {
        "tlsVersion": "TLSv1.3",
        "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": "xray.example.com",
    }
    assert "tlsDetails" not in record_of(an_outcome(a_call(host="xray.example.com")))
    assert record["sessionCredentialFromConsole"] == "true"


def test_a_call_of_a_traced_program_names_its_trace():
    trace = "1-6b0550f1-b30d26916ae49922a5c8f1d2"
    record = record_of(an_outcome(a_call(trace_header=f"Root={trace};Parent=1234567890abcdef;Sampled=1")))
    assert record["additionalEventData"] == {"xRayTraceId": trace}
    assert "additionalEventData" not in record_of(an_outcome(a_call(trace_header="Root=nonsense")))


def test_a_request_that_is_too_large_is_left_out_whole():
    record = record_of(an_outcome(a_call(request={"GroupName": "x" * 100_000, "FilterExpression": "y" * 5000})))
    assert record["requestParameters"] == {"omitted": True}
    assert record_of(an_outcome(a_call(user_agent="z" * 5000)))["userAgent"] == "z" * 1024


def test_secrets_are_hidden_in_requests_and_absent_from_answers():
    record = record_of(
        an_outcome(
            a_call("CreateAccessKey", "iam", {"UserName": "erin"}),
            {
                "AccessKey": {
                    "UserName": "erin",
                    "AccessKeyId": "AKIANEW",
                    "Status": "Active",
                    "SecretAccessKey": "SECRET",
                    "CreateDate": datetime(2026, 1, 22, 0, 46, 28, tzinfo=UTC),
                }
            },
        )
    )
    assert record["responseElements"] == {
        "accessKey": {
            "userName": "erin",
            "accessKeyId": "AKIANEW",
            "status": "Active",
            "createDate": "Jan 22, 2026 12:46:28 AM",
        }
    }
    web = a_call("AssumeRoleWithWebIdentity", "sts", {"RoleArn": ROLE, "WebIdentityToken": "SECRET"})
    assert record_of(an_outcome(web))["requestParameters"]["webIdentityToken"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
    login = a_call(
        "CreateLoginProfile", "iam", {"UserName": "erin", "Password": "SECRET", "PasswordResetRequired": True}
    )
    assert record_of(an_outcome(login))["requestParameters"] == {"userName": "erin", "passwordResetRequired": True}


def test_an_assumed_role_shows_the_key_that_later_events_carry():
    answer = {
        "Credentials": {
            "AccessKeyId": "ASIANEW",
            "SecretAccessKey": "SECRET",
            "SessionToken": "token",
            "Expiration": datetime(2026, 1, 22, 13, 0, 5, tzinfo=UTC),
        },
        "AssumedRoleUser": {"AssumedRoleId": "AROAX:ci", "Arn": f"arn:aws:sts::{OTHER}:assumed-role/Reader/ci"},
    }
    call = a_call("AssumeRole", "sts", {"RoleArn": ROLE, "RoleSessionName": "ci", "TokenCode": "123456"})
    own, copy = events_of(an_outcome(call, answer), Access(read_only=True))
    record, theirs = json.loads(own.record), json.loads(copy.record)
    assert record["responseElements"]["credentials"] == {
        "accessKeyId": "ASIANEW",
        "sessionToken": "token",
        "expiration": "Jan 22, 2026 1:00:05 PM",
    }
    assert record["requestParameters"]["tokenCode"] == "HIDDEN_DUE_TO_SECURITY_REASONS"
    assert record["resources"] == [{"accountId": OTHER, "type": "AWS::IAM::Role", "ARN": ROLE}]
    assert (own.account, copy.account) == (ACCOUNT, OTHER)
    assert record["sharedEventID"] == theirs["sharedEventID"]
    assert record["eventID"] != theirs["eventID"]
    assert theirs["recipientAccountId"] == OTHER
    assert theirs["userIdentity"] == {"type": "AWSAccount", "principalId": "AIDAEXAMPLE", "accountId": ACCOUNT}
    assert (copy.username, copy.access_key_id) == ("", "")


def test_a_denied_call_does_not_reach_the_other_account():
    call = a_call("AssumeRole", "sts", {"RoleArn": ROLE, "RoleSessionName": "ci"})
    [event] = events_of(an_outcome(call, None, "AccessDenied", "no"), Access(read_only=True))
    assert "sharedEventID" not in json.loads(event.record)


def test_a_web_identity_is_on_record_where_the_role_is():
    nobody = Principal(AccountId(""), "", "Anonymous", "")
    call = a_call(
        "AssumeRoleWithWebIdentity", "sts", {"RoleArn": ROLE, "WebIdentityToken": "t"}, principal=nobody, key=""
    )
    answer = {"SubjectFromWebIdentityToken": "42", "Audience": "skylens", "Provider": "accounts.example.com"}
    [event] = events_of(an_outcome(call, answer), Access(read_only=True, is_unsigned=True))
    assert (event.account, event.username) == (OTHER, "42")
    assert json.loads(event.record)["userIdentity"]["type"] == "WebIdentityUser"


@pytest.mark.parametrize("alias", ["", None], ids=["an account", "no account"])
def test_a_token_that_is_refused_is_on_record_where_there_is_such_an_account(alias):
    nobody = Principal(AccountId(""), "", "Anonymous", "")
    call = a_call("AssumeRoleWithWebIdentity", "sts", {"RoleArn": ROLE}, principal=nobody, key="")
    events = events_of(an_outcome(call, None, "InvalidIdentityToken", "x"), Access(is_unsigned=True), alias=alias)
    assert [event.account for event in events] == ([OTHER] if alias is not None else [])


def test_nobody_writes_into_a_history_with_a_request_that_should_be_signed():
    nobody = Principal(AccountId(""), "", "Anonymous", "")
    call = a_call("AssumeRole", "sts", {"RoleArn": ROLE}, principal=nobody, key="")
    assert events_of(an_outcome(call, None, "MissingAuthenticationToken", "x"), Access(read_only=True)) == []


def test_kms_shows_neither_plaintext_nor_ciphertext_and_names_the_key_behind_an_alias():
    call = a_call(
        "Encrypt", "kms", {"KeyId": "alias/shop", "Plaintext": b"SECRET", "EncryptionContext": {"Table": "t"}}
    )
    answer = {"KeyId": KEY, "CiphertextBlob": b"SECRET", "EncryptionAlgorithm": "SYMMETRIC_DEFAULT"}
    own, copy = events_of(an_outcome(call, answer), Access(read_only=True))
    record = json.loads(own.record)
    assert record["requestParameters"] == {"keyId": "alias/shop", "encryptionContext": {"Table": "t"}}
    assert record["responseElements"] is None
    assert record["resources"] == [{"accountId": OTHER, "type": "AWS::KMS::Key", "ARN": KEY}]
    assert copy.account == OTHER
    assert "SECRET" not in own.record + copy.record


@pytest.mark.parametrize("named", ["1234", "mrk-1234", "arn:aws:kms:eu-west-1:111122223333:key/1234"])
def test_a_key_is_on_record_and_looked_up_by_its_arn_however_it_was_named(named):
    arn = named if ":" in named else f"arn:aws:kms:eu-west-1:111122223333:key/{named}"
    [event] = events_of(an_outcome(a_call("DisableKey", "kms", {"KeyId": named})), Access())
    record = json.loads(event.record)
    assert record["requestParameters"] == {"keyId": named}
    assert record["resources"] == [{"accountId": "111122223333", "type": "AWS::KMS::Key", "ARN": arn}]
    assert set(event.resources) == {("AWS::KMS::Key", named), ("AWS::KMS::Key", arn)}


def test_a_rotation_on_demand_is_followed_by_the_event_of_the_rotation():
    call = a_call("RotateKeyOnDemand", "kms", {"KeyId": "1234"})
    asked, done = events_of(an_outcome(call, {"KeyId": "1234"}), Access())
    record, arn = json.loads(done.record), "arn:aws:kms:eu-west-1:111122223333:key/1234"
    assert (json.loads(asked.record)["eventType"], record["eventType"]) == ("AwsApiCall", "AwsServiceEvent")
    assert (record["eventName"], record["eventTime"]) == ("RotateKey", "2026-07-01T12:00:00Z")
    assert record["serviceEventDetails"] == {"keyId": arn, "rotationType": "ON_DEMAND"}
    assert asked.id != done.id
    assert len(events_of(an_outcome(call, None, "DisabledException", "x"), Access())) == 1


def test_segments_are_not_in_the_record_of_their_call():
    documents = ['{"trace_id": "1-5-a", "name": "SECRET"}', '{"trace_id": "1-5-a"}', "broken"]
    call = a_call("PutTraceSegments", request={"TraceSegmentDocuments": documents})
    [event] = events_of(an_outcome(call, {"UnprocessedTraceSegments": []}))
    record = json.loads(event.record)
    assert record["requestParameters"] == {"traceSegmentDocuments": ["trace_id:1-5-a", "trace_id:1-5-a", "trace_id:"]}
    assert record["responseElements"] == {"unprocessedTraceSegments": []}
    assert record["resources"] == [{"type": "AWS::XRay::Trace"}]
    assert (record["eventCategory"], record["managementEvent"], event.category) == ("Data", False, "Data")
    assert "SECRET" not in event.record


@pytest.mark.parametrize(
    ("service", "operation", "request_", "answer", "resources"),
    [
        (
            "xray",
            "CreateGroup",
            {"GroupName": "checkout"},
            {"Group": {"GroupName": "checkout", "GroupARN": "arn:aws:xray:eu-west-1:1:group/checkout/X"}},
            [("AWS::XRay::Group", "checkout"), ("AWS::XRay::Group", "arn:aws:xray:eu-west-1:1:group/checkout/X")],
        ),
        (
            "xray",
            "UpdateSamplingRule",
            {"SamplingRuleUpdate": {"RuleName": "slow"}},
            {},
            [("AWS::XRay::SamplingRule", "slow")],
        ),
        (
            "xray",
            "TagResource",
            {"ResourceARN": "arn:aws:xray:eu-west-1:1:sampling-rule/slow", "Tags": []},
            {},
            [("AWS::XRay::SamplingRule", "arn:aws:xray:eu-west-1:1:sampling-rule/slow")],
        ),
        (
            "iam",
            "AttachRolePolicy",
            {"RoleName": "Deployer", "PolicyArn": "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess"},
            {},
            [("AWS::IAM::Role", "Deployer"), ("AWS::IAM::Policy", "arn:aws:iam::aws:policy/AWSXRayDaemonWriteAccess")],
        ),
        ("iam", "ListRoles", {}, {"Roles": [{"RoleName": "Deployer"}]}, []),
        (
            "cloudtrail",
            "CreateTrail",
            {"Name": "main", "S3BucketName": "audit"},
            {"TrailARN": "arn:aws:cloudtrail:eu-west-1:1:trail/main"},
            [
                ("AWS::CloudTrail::Trail", "main"),
                ("AWS::S3::Bucket", "audit"),
                ("AWS::CloudTrail::Trail", "arn:aws:cloudtrail:eu-west-1:1:trail/main"),
            ],
        ),
        ("cloudtrail", "CreateChannel", {"Name": "app"}, {}, [("AWS::CloudTrail::Channel", "app")]),
        (
            "kms",
            "CreateAlias",
            {"AliasName": "alias/shop", "TargetKeyId": "1234"},
            {},
            [("AWS::KMS::Alias", "alias/shop"), ("AWS::KMS::Key", "1234")],
        ),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_event_history_lists_what_a_call_was_about(service, operation, request_, answer, resources):
    [event] = events_of(an_outcome(a_call(operation, service, request_), answer))
    assert list(event.resources) == [Resource(*each) for each in resources]


def test_the_root_user_goes_by_the_alias_of_its_account():
    outcome = an_outcome(a_call(principal=a_root()))
    assert record_of(outcome, alias="shop")["userIdentity"]["userName"] == "shop"
    assert events_of(outcome)[0].username == "root"


def test_the_time_is_that_of_the_answer():
    assert events_of(an_outcome())[0].time == NOW


def test_every_operation_that_is_answered_says_how_it_is_filed():
    assert sorted(set(HANDLERS) - set(ACCESS)) == []
