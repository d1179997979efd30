"""What sessions cannot do, whatever policies say."""

from dataclasses import replace

import pytest
from policies import BOB, GUEST, NOW, READER

from skylens.caller import Caller, Issuer, Region, Session, root_of
from skylens.iam.session_limits import refuse_beyond_session
from skylens.registry import AccessDenied, ApiCall

OWN = replace(BOB, session=Session(Issuer("IAMUser", BOB.id, BOB.arn, BOB.account, BOB.name), NOW))
ROOT = replace(root_of(BOB.account), session=Session(Issuer("Root", BOB.account, "", BOB.account, ""), NOW))
WITH_MFA = replace(OWN, session=replace(OWN.session, has_mfa=True))
AT_THE_CONSOLE = replace(OWN, session=replace(OWN.session, is_from_console=True))


def may(principal, service, operation):
    try:
        refuse_beyond_session(ApiCall(Caller(principal, Region("eu-west-1")), service, operation, {}, NOW, "id"))
    except AccessDenied:
        return False
    return True


@pytest.mark.parametrize("principal", [OWN, ROOT, GUEST], ids=["user", "root", "guest"])
def test_a_session_of_a_user_cannot_call_iam(principal):
    assert not may(principal, "iam", "ListUsers")
    assert may(principal, "xray", "GetGroups")


@pytest.mark.parametrize("principal", [BOB, READER, WITH_MFA, AT_THE_CONSOLE])
def test_users_themselves_roles_and_whoever_showed_a_second_factor_can(principal):
    assert may(principal, "iam", "ListUsers")


@pytest.mark.parametrize("principal", [OWN, GUEST, READER, WITH_MFA])
@pytest.mark.parametrize("operation", ["GetSessionToken", "GetFederationToken"])
def test_no_session_makes_another_that_outlives_it(principal, operation):
    assert not may(principal, "sts", operation)
    assert may(BOB, "sts", operation)


def test_a_user_s_session_may_assume_roles_and_a_guest_may_not():
    assert (may(OWN, "sts", "AssumeRole"), may(GUEST, "sts", "AssumeRole")) == (True, False)
    assert may(GUEST, "sts", "GetCallerIdentity")
    assert not may(OWN, "sts", "GetAccessKeyInfo")
