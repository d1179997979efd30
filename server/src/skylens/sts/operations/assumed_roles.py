"""Sessions of roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.iam.policies_of import role_by_arn
from skylens.registry import AccessDenied, Call, Input, Output, operation
from skylens.sts import role_session
from skylens.sts.credentials import issue
from skylens.sts.errors import ValidationError
from skylens.sts.operations.session_tokens import NO_MFA
from skylens.sts.session_request import (
    DEFAULT_SECONDS,
    LONGEST_CHAINED_SECONDS,
    policy_arns,
    policy_texts,
    session_tags,
)

if TYPE_CHECKING:
    from skylens.caller import Principal
    from skylens.iam.roles import Role


@operation("sts", "AssumeRole", quick=True)
def assume_role(call: Call, request: Input) -> Output:
    """Return credentials of a role whose trust policy, with the caller's own policies, allows it.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
    """
    caller = call.caller.principal
    if caller.type == "Root":
        raise AccessDenied("Roles may not be assumed by root accounts.")
    if "SerialNumber" in request or "TokenCode" in request:
        raise AccessDenied(NO_MFA)  # nobody has a second factor here
    with call.control.read() as connection:
        role = role_by_arn(connection, request["RoleArn"])
        if role is None:
            raise ValidationError(f"{request['RoleArn']} is invalid")
        arns = policy_arns(connection, request, role.account)
    seconds = _seconds(caller, role, request)
    tags, transitive = session_tags(caller, request)
    wanted = role_session.Wanted(
        name=request["RoleSessionName"],
        issued_at=call.now,
        policies=policy_texts(request),
        tags=tags,
        transitive_tag_keys=transitive,
        source_identity=_source_identity(caller, request),
    )
    principal = role_session.of(role, wanted)
    answer = issue(call, principal, seconds, arns)
    identity = {"SourceIdentity": wanted.source_identity} if wanted.source_identity else {}
    return {**answer, "AssumedRoleUser": role_session.described(principal), **identity}


def _seconds(caller: Principal, role: Role, request: Input) -> int:
    seconds: int = request.get("DurationSeconds", DEFAULT_SECONDS)
    role_session.check_seconds(role, seconds)
    if caller.type == "AssumedRole" and seconds > LONGEST_CHAINED_SECONDS:
        raise ValidationError(
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
        )
    return seconds


def _source_identity(caller: Principal, request: Input) -> str:
    """Return the source identity of a new session: once set, it stays through all that follow."""
    wanted: str = request.get("SourceIdentity", "")
    kept = caller.session.source_identity if caller.session else ""
    if kept and wanted and wanted != kept:
        raise AccessDenied("The source identity of a session cannot be changed.")
    return kept or wanted
