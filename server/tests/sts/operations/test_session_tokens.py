"""GetSessionToken and GetFederationToken: a user's own sessions, and those of guests."""

from datetime import timedelta

import pytest
from policies import ACCOUNT, BOB

from skylens.caller import root_of
from skylens.registry import AccessDenied
from skylens.sts.errors import InvalidAuthorizationMessage, ValidationError


def lifetime(answer, clock):
    return answer["Credentials"]["Expiration"] - clock.now()


@pytest.mark.usefixtures("role")
def test_a_user_s_session_is_the_user(sts, session_of, clock):
    answer = sts("GetSessionToken")
    principal = session_of(answer)
    assert (principal.arn, principal.type, principal.session.issuer.type) == (BOB.arn, "IAMUser", "IAMUser")
    assert lifetime(answer, clock) == timedelta(hours=12)


def test_a_root_user_s_session_lasts_an_hour_at_the_most(sts, session_of, clock):
    answer = sts("GetSessionToken", root_of(ACCOUNT), DurationSeconds=43200)
    assert (session_of(answer).type, lifetime(answer, clock)) == ("Root", timedelta(hours=1))


def test_nobody_has_a_second_factor(sts):
    with pytest.raises(AccessDenied, match="MultiFactorAuthentication failed"):
        sts("GetSessionToken", TokenCode="123456")


@pytest.mark.usefixtures("role")
def test_a_guest_goes_by_his_own_name_with_policies_of_his_user(sts, session_of):
    answer = sts("GetFederationToken", Name="guest", Tags=[{"Key": "a", "Value": "b"}])
    arn = f"arn:aws:sts::{ACCOUNT}:federated-user/guest"
    assert answer["FederatedUser"] == {"FederatedUserId": f"{ACCOUNT}:guest", "Arn": arn}
    principal = session_of(answer)
    assert (principal.arn, principal.type, principal.session.tags) == (arn, "FederatedUser", {"a": "b"})


def test_who_calls(sts):
    assert sts("GetCallerIdentity") == {"UserId": BOB.id, "Account": ACCOUNT, "Arn": BOB.arn}


def test_the_account_of_any_key_is_in_its_id(sts, role):
    for answer in (sts("GetSessionToken"), sts("AssumeRole", RoleArn=role.arn, RoleSessionName="monday")):
        key_id = answer["Credentials"]["AccessKeyId"]
        assert sts("GetAccessKeyInfo", AccessKeyId=key_id) == {"Account": ACCOUNT}
    with pytest.raises(ValidationError, match="is invalid"):
        sts("GetAccessKeyInfo", AccessKeyId="not-a-key-of-aws")


def test_a_message_that_was_not_encoded_here_is_refused(sts):
    with pytest.raises(InvalidAuthorizationMessage, match="Message is not valid"):
        sts("DecodeAuthorizationMessage", EncodedMessage="x")
