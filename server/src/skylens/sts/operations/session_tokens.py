"""Temporary credentials of a user or a root user for themselves."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from skylens.caller import Issuer, Principal, Session
from skylens.registry import AccessDenied, Call, Input, Output, operation
from skylens.sts.credentials import issue

DEFAULT_SECONDS: Final = 43_200
MOST_ROOT_SECONDS: Final = 3_600
NO_MFA: Final = "MultiFactorAuthentication failed with invalid MFA one time pass code."


@operation("sts", "GetSessionToken", quick=True)
def get_session_token(call: Call, request: Input) -> Output:
    """Return credentials that end, of whoever calls with such as do not.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetSessionToken.html
    """
    if "SerialNumber" in request or "TokenCode" in request:
        raise AccessDenied(NO_MFA)  # nobody has a second factor here
    principal = call.caller.principal
    session = Session(issuer_of(principal), call.now)
    answer = issue(call, replace(principal, session=session), seconds(principal, request))
    return {"Credentials": answer["Credentials"]}


def issuer_of(principal: Principal) -> Issuer:
    """Return the user or root user that a session is made from."""
    kind = "Root" if principal.type == "Root" else "IAMUser"
    return Issuer(kind, principal.id, principal.arn, principal.account, principal.name)  # type: ignore[arg-type]


def seconds(principal: Principal, request: Input) -> int:
    """Return how long a session of a user lasts; one of a root user never longer than an hour."""
    wanted: int = request.get("DurationSeconds", DEFAULT_SECONDS)
    return min(wanted, MOST_ROOT_SECONDS) if principal.type == "Root" else wanted
