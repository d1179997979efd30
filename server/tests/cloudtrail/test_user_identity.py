"""User identity: every kind of caller as AWS's records show it."""

import pytest
from cloudtrail.calls_of_tests import ACCOUNT, ERIN, REGION, a_root, a_session, an_assumed_role

from skylens.caller import AccountId, Caller, Issuer, Principal
from skylens.cloudtrail.user_identity import foreign_identity, user_identity, username, web_identity


def of(principal: Principal, key: str = "AKIAEXAMPLE", invoked_by: str = "", **more) -> dict:
    return user_identity(Caller(principal, REGION, key, invoked_by), **more)


def test_a_root_user_has_no_name_but_the_alias_of_its_account():
    expected = {
        "type": "Root",
        "principalId": "111122223333",
        "arn": "arn:aws:iam::111122223333:root",
        "accountId": "111122223333",
        "accessKeyId": "AKIAEXAMPLE",
    }
    assert of(a_root()) == expected
    assert of(a_root(), alias="shop") == expected | {"userName": "shop"}


def test_a_user_has_its_name_and_no_session():
    assert of(ERIN) == {
        "type": "IAMUser",
        "principalId": "AIDAEXAMPLE",
        "arn": "arn:aws:iam::111122223333:user/ops/erin",
        "accountId": "111122223333",
        "accessKeyId": "AKIAEXAMPLE",
        "userName": "erin",
    }


def test_the_temporary_credentials_of_a_user_have_a_session_without_issuer():
    issuer = Issuer("IAMUser", ERIN.id, ERIN.arn, ACCOUNT, "erin")
    session = a_session(issuer, has_mfa=True)
    user = Principal(ACCOUNT, ERIN.arn, "IAMUser", ERIN.id, "erin", session)
    assert of(user, "ASIAEXAMPLE")["sessionContext"] == {
        "attributes": {"creationDate": "2026-07-01T12:00:00Z", "mfaAuthenticated": "true"}
    }


def test_an_assumed_role_has_its_issuer_and_no_user_name():
    identity = of(an_assumed_role(source_identity="erin@example.com"), "ASIAEXAMPLE")
    assert "userName" not in identity
    assert (identity["type"], identity["principalId"]) == ("AssumedRole", "AROAEXAMPLE:ci-42")
    assert identity["sessionContext"] == {
        "sessionIssuer": {
            "type": "Role",
            "principalId": "AROAEXAMPLE",
            "arn": "arn:aws:iam::111122223333:role/ops/Deployer",
            "accountId": "111122223333",
            "userName": "Deployer",
        },
        "attributes": {"creationDate": "2026-07-01T12:00:00Z", "mfaAuthenticated": "false"},
        "sourceIdentity": "erin@example.com",
    }


def test_a_role_assumed_with_a_token_says_whose_token_it_was():
    identity = of(an_assumed_role(federated_provider="accounts.example.com", attributes={"sub": "1"}))
    assert identity["sessionContext"]["webIdFederationData"] == {
        "federatedProvider": "accounts.example.com",
        "attributes": {"sub": "1"},
    }


def test_a_federated_user_was_issued_by_a_user_or_the_root():
    issuer = Issuer("Root", ACCOUNT, "arn:aws:iam::111122223333:root", ACCOUNT, "")
    arn = "arn:aws:sts::111122223333:federated-user/zoe"
    identity = of(Principal(ACCOUNT, arn, "FederatedUser", "111122223333:zoe", "zoe", a_session(issuer)))
    assert (identity["type"], identity["principalId"], "userName" in identity) == (
        "FederatedUser",
        "111122223333:zoe",
        False,
    )
    assert identity["sessionContext"]["sessionIssuer"]["type"] == "Root"
    assert "userName" not in identity["sessionContext"]["sessionIssuer"]


def test_a_service_is_known_by_its_name_alone():
    service = Principal(AccountId(""), "", "AWSService", "cloudtrail.amazonaws.com")
    assert of(service, "") == {"type": "AWSService", "invokedBy": "cloudtrail.amazonaws.com"}


def test_a_service_that_calls_for_somebody_is_named_beside_them():
    identity = of(ERIN, invoked_by="xray.amazonaws.com")
    assert (identity["userName"], identity["invokedBy"]) == ("erin", "xray.amazonaws.com")


def test_nobody_is_unknown_and_a_verified_token_is_a_web_identity():
    nobody = Principal(AccountId(""), "", "Anonymous", "")
    assert of(nobody, "") == {"type": "Unknown"}
    assert web_identity(None, "") == {"type": "Unknown"}
    output = {"SubjectFromWebIdentityToken": "42", "Audience": "skylens", "Provider": "accounts.example.com"}
    assert web_identity(output, "") == {
        "type": "WebIdentityUser",
        "principalId": "accounts.example.com:skylens:42",
        "userName": "42",
        "identityProvider": "accounts.example.com",
    }


def test_another_account_learns_only_whose_caller_it_was():
    assert foreign_identity(Caller(an_assumed_role(), REGION, "ASIAEXAMPLE")) == {
        "type": "AWSAccount",
        "principalId": "AROAEXAMPLE:ci-42",
        "accountId": "111122223333",
    }


@pytest.mark.parametrize(
    ("principal", "name"),
    [
        (a_root(), "root"),
        (ERIN, "erin"),
        (an_assumed_role(), "ci-42"),
        (Principal(AccountId(""), "", "AWSService", "x.amazonaws.com", "x"), ""),
    ],
    ids=["root", "user", "role", "service"],
)
def test_event_history_lists_callers_by_name(principal, name):
    assert username(Caller(principal, REGION)) == name
