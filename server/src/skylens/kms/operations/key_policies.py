"""Key policies: read, replace and list them; a key has one, called default."""

from __future__ import annotations

from skylens.kms import key, key_policy
from skylens.kms.key_id import resolve_own
from skylens.kms.revision import changing
from skylens.registry import Call, Input, Output, operation


@operation("kms", "GetKeyPolicy")
def get_key_policy(call: Call, request: Input) -> Output:
    """Return a key's policy as it was given.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_GetKeyPolicy.html
    """
    key_policy.check_name(request.get("PolicyName", key_policy.NAME))
    with call.control.read() as connection:
        policy = resolve_own(connection, call.caller, request["KeyId"]).policy
    return {"Policy": policy, "PolicyName": key_policy.NAME}


@operation("kms", "PutKeyPolicy")
def put_key_policy(call: Call, request: Input) -> Output:
    """Replace a key's policy.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html
    """
    key_policy.check_name(request.get("PolicyName", key_policy.NAME))
    with call.control.read() as connection:
        found = resolve_own(connection, call.caller, request["KeyId"])
    policy = key_policy.checked(call, request, found.arn)
    with changing(call.control) as connection:
        found = resolve_own(connection, call.caller, request["KeyId"])
        key.save(connection, found, policy=policy)
    return {}


@operation("kms", "ListKeyPolicies")
def list_key_policies(call: Call, request: Input) -> Output:
    """Return the names of a key's policies: the only one there is.

    https://docs.aws.amazon.com/kms/latest/APIReference/API_ListKeyPolicies.html
    """
    with call.control.read() as connection:
        resolve_own(connection, call.caller, request["KeyId"])
    return {"PolicyNames": [key_policy.NAME], "Truncated": False}
