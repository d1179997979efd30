"""Who calls."""

from skylens.registry import Call, Input, Output, operation


@operation("sts", "GetCallerIdentity", quick=True)
def get_caller_identity(call: Call, request: Input) -> Output:  # noqa: ARG001  # it has no parameters
    """Return whose credentials signed the call. Everybody may ask.

    https://docs.aws.amazon.com/STS/latest/APIReference/API_GetCallerIdentity.html
    """
    caller = call.caller
    return {"UserId": caller.principal.id, "Account": caller.account, "Arn": caller.arn}
