"""Other events: what services do by themselves, and signing in."""

import json

import pytest
from cloudtrail.calls_of_tests import ACCOUNT, ERIN, NOW, REGION

from skylens.caller import Caller
from skylens.cloudtrail.event import Resource
from skylens.cloudtrail.other_event import Origin, Visit, service_event, sign_in
from skylens.tls import Tls

ORIGIN = Origin(ACCOUNT, REGION, NOW, "00000000-0000-0000-0000-000000000001")
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/1234"
VISIT = Visit("192.0.2.7", "Mozilla/5.0", "https://skylens.example/console", used_mfa=True)


def test_a_service_does_something_by_itself():
    event = service_event(ORIGIN, "kms.amazonaws.com", "RotateKey", {"keyId": KEY, "rotationType": "AUTOMATIC"}, [KEY])
    record = json.loads(event.record)
    assert record["userIdentity"] == {"accountId": ACCOUNT, "invokedBy": "AWS Internal"}
    assert (record["eventType"], record["sourceIPAddress"]) == ("AwsServiceEvent", "AWS Internal")
    assert (record["requestParameters"], record["responseElements"]) == (None, None)
    assert record["serviceEventDetails"] == {"keyId": KEY, "rotationType": "AUTOMATIC"}
    assert record["resources"] == [{"accountId": ACCOUNT, "type": "AWS::KMS::Key", "ARN": KEY}]
    assert (event.username, event.resources) == ("", (Resource("AWS::KMS::Key", KEY),))


def test_details_that_are_too_large_are_left_out_whole():
    event = service_event(ORIGIN, "kms.amazonaws.com", "RotateKey", {"note": "x" * 200_000})
    assert json.loads(event.record)["serviceEventDetails"] == {"omitted": True}


def test_somebody_signs_in():
    event = sign_in(ORIGIN, VISIT, Caller(ERIN, REGION))
    record = json.loads(event.record)
    assert (record["eventName"], record["eventSource"], record["eventType"]) == (
        "ConsoleLogin",
        "signin.amazonaws.com",
        "AwsConsoleSignIn",
    )
    assert record["responseElements"] == {"ConsoleLogin": "Success"}
    assert record["additionalEventData"] == {
        "LoginTo": "https://skylens.example/console",
        "MobileVersion": "No",
        "MFAUsed": "Yes",
    }
    assert (record["userIdentity"]["userName"], event.username, "errorMessage" in record) == ("erin", "erin", False)
    assert "tlsDetails" not in record


def test_a_sign_in_over_tls_says_so():
    visit = Visit("", "", "", host="skylens.example", tls=Tls("TLSv1.3", "TLS_AES_128_GCM_SHA256"))
    record = json.loads(sign_in(ORIGIN, visit, Caller(ERIN, REGION)).record)
    assert record["tlsDetails"] == {
        "tlsVersion": "TLSv1.3",
        "cipherSuite": "TLS_AES_128_GCM_SHA256",
        "clientProvidedHostHeader": "skylens.example",
    }


@pytest.mark.parametrize(
    ("caller", "failure", "message", "name"),
    [
        (Caller(ERIN, REGION), "password", "Failed authentication", "erin"),
        (None, "user", "No username found in supplied account", "HIDDEN_DUE_TO_SECURITY_REASONS"),
    ],
)
def test_somebody_fails_to_sign_in(caller, failure, message, name):
    record = json.loads(sign_in(ORIGIN, VISIT, caller, failure).record)
    assert record["responseElements"] == {"ConsoleLogin": "Failure"}
    assert (record["errorMessage"], "errorCode" in record) == (message, False)
    assert record["userIdentity"]["userName"] == name
