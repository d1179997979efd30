"""Resource policies: put, list and delete them."""

from __future__ import annotations

from skylens.registry import Call, Input, Need, Output, operation
from skylens.xray import resource_policies
from skylens.xray.errors import InvalidRequest, PolicyLocksOut
from skylens.xray.resource_policies import ResourcePolicy


@operation("xray", "PutResourcePolicy")
def put_resource_policy(call: Call, request: Input) -> Output:
    """Store a policy, or its next revision; one that would keep its author from putting another is refused unless asked for.

    https://docs.aws.amazon.com/xray/latest/api/API_PutResourcePolicy.html
    """
    new = ResourcePolicy(request["PolicyName"], request["PolicyDocument"], 0, call.now)
    call.policies.check(new.document)
    if not request.get("BypassPolicyLockoutCheck"):
        _refuse_lockout(call, new)
    with call.control.begin() as connection:
        stored = resource_policies.put(connection, call.caller, new, request.get("PolicyRevisionId", ""))
    return {"ResourcePolicy": _document(stored)}


@operation("xray", "ListResourcePolicies")
def list_resource_policies(call: Call, request: Input) -> Output:
    """Return all policies in one page, by name.

    https://docs.aws.amazon.com/xray/latest/api/API_ListResourcePolicies.html
    """
    if request.get("NextToken"):
        raise InvalidRequest(f"Invalid NextToken: {request['NextToken']}")
    with call.control.read() as connection:
        return {"ResourcePolicies": [_document(each) for each in resource_policies.all_of(connection, call.caller)]}


@operation("xray", "DeleteResourcePolicy")
def delete_resource_policy(call: Call, request: Input) -> Output:
    """Remove a policy; one that is not there is removed already.

    https://docs.aws.amazon.com/xray/latest/api/API_DeleteResourcePolicy.html
    """
    with call.control.begin() as connection:
        revision = request.get("PolicyRevisionId", "")
        resource_policies.delete(connection, call.caller, request["PolicyName"], revision)
    return {}


def _refuse_lockout(call: Call, new: ResourcePolicy) -> None:
    with call.control.read() as connection:
        policies = {policy.name: policy for policy in resource_policies.all_of(connection, call.caller)}
    texts = [policy.document for policy in (policies | {new.name: new}).values()]
    if not call.policies.allows(call, Need("xray:PutResourcePolicy"), texts):
        raise PolicyLocksOut(f"With the policy {new.name} you could not put another resource policy")


def _document(policy: ResourcePolicy) -> Output:
    return {
        "PolicyName": policy.name,
        "PolicyDocument": policy.document,
        "PolicyRevisionId": str(policy.revision),
        "LastUpdatedTime": policy.updated_at,
    }
