"""Federated users: those whom a user lets work with less than it may do itself."""

from __future__ import annotations

from skylens.caller import Principal, Session
from skylens.registry import Call, Input, Output, operation
from skylens.sts.credentials import issue
from skylens.sts.operations.session_tokens import issuer_of, seconds
from skylens.sts.session_request import given_tags, policy_arns, policy_texts


@operation("sts", "GetFederationToken", quick=True)
def get_federation_token(call: Call, request: Input) -> Output:
    """Return credentials of a name of the caller's choice, which may do what caller and session policies both allow.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetFederationToken.html
    """
    caller, name = call.caller.principal, request["Name"]
    with call.control.read() as connection:
        arns = policy_arns(connection, request, caller.account)
    session = Session(issuer_of(caller), call.now, policy_texts(request), given_tags(request))
    arn = f"arn:aws:sts::{caller.account}:federated-user/{name}"
    user = Principal(caller.account, arn, "FederatedUser", f"{caller.account}:{name}", name, session)
    answer = issue(call, user, seconds(caller, request), arns)
    return {**answer, "FederatedUser": {"FederatedUserId": user.id, "Arn": user.arn}}
