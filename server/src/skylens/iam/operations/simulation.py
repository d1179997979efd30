"""What policies would decide, answered by what decides on every call."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

from skylens.iam import simulation
from skylens.iam.errors import InvalidInput
from skylens.iam.pages import page
from skylens.iam.policy.context import context
from skylens.iam.policy.evaluate import Question
from skylens.iam.policy.simulate import policy_keys, simulate
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from skylens.caller import Principal
    from skylens.iam.policy.evaluate import Match
    from skylens.iam.policy.named_policy import NamedPolicy
    from skylens.iam.policy.policies import Policies

# Parameters that would change the answer in ways that are not simulated here.
_UNKNOWN = {
    "OrderedOrganizationPolicyInputList": "there are no organizations here",
    "ResourceHandlingOption": "it is for machines of EC2",
    "ResourceOwner": "the owner of a resource is the account in its ARN",
}


@operation("iam", "SimulateCustomPolicy")
def simulate_custom_policy(call: Call, request: Input) -> Output:
    """Say for each action and resource what the policies given would decide, and by which statements.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulateCustomPolicy.html
    """
    _refuse_unknown(request)
    policies = simulation.policies(simulation.given(request["PolicyInputList"], "PolicyInputList"), None, request)
    return _answer(call, request, policies, _caller(call, request), {})


@operation("iam", "SimulatePrincipalPolicy")
def simulate_principal_policy(call: Call, request: Input) -> Output:
    """Say for each action and resource what the policies of a user, group or role would decide, with others or without some.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_SimulatePrincipalPolicy.html
    """
    _refuse_unknown(request)
    with call.control.read() as connection:
        source = simulation.source(connection, call.caller.account, request["PolicySourceArn"])
    excluded = request.get("PolicyExclusionList", ())
    kept = simulation.without(source.members, excluded)
    added = simulation.given(request.get("PolicyInputList", ()), "PolicyInputList")
    boundary = None if simulation.is_without_boundary(excluded) else source.boundary
    policies = simulation.policies((*kept, *added), boundary, request)
    return _answer(call, request, policies, _caller(call, request) or source.principal, source.tags)


@operation("iam", "GetContextKeysForCustomPolicy")
def get_context_keys_for_custom_policy(call: Call, request: Input) -> Output:  # noqa: ARG001  # nothing of the caller's is read
    """Return the context keys that policies ask for.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForCustomPolicy.html
    """
    members = simulation.given(request["PolicyInputList"], "PolicyInputList")
    return {"ContextKeyNames": _keys(members)}


@operation("iam", "GetContextKeysForPrincipalPolicy")
def get_context_keys_for_principal_policy(call: Call, request: Input) -> Output:
    """Return the context keys that the policies of a user, group or role ask for, and those given besides.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetContextKeysForPrincipalPolicy.html
    """
    with call.control.read() as connection:
        source = simulation.source(connection, call.caller.account, request["PolicySourceArn"])
    added = simulation.given(request.get("PolicyInputList", ()), "PolicyInputList")
    return {"ContextKeyNames": _keys((*simulation.without(source.members, ()), *added))}


def _keys(members: Sequence[NamedPolicy]) -> list[str]:
    return sorted(simulation.as_written(policy_keys(simulation.readable(members)), members))


def _refuse_unknown(request: Input) -> None:
    for member, reason in _UNKNOWN.items():
        if member in request:
            raise InvalidInput(f"{member} is not simulated: {reason}")


def _caller(call: Call, request: Input) -> Principal | None:
    if "CallerArn" not in request:
        return None
    with call.control.read() as connection:
        principal = simulation.caller(connection, request["CallerArn"])
    if principal.account != call.caller.account:
        raise InvalidInput(f"CallerArn must be the ARN of a user: {request['CallerArn']}")
    return principal


def _answer(
    call: Call, request: Input, policies: Policies, principal: Principal | None, tags: Mapping[str, str]
) -> Output:
    if "ResourcePolicy" in request and principal is None:
        raise InvalidInput("With a ResourcePolicy, CallerArn must say who makes the requests")
    actions = request["ActionNames"]
    for action in actions:
        vendor, colon, name = action.partition(":")
        if not (vendor and colon and name) or "*" in action or "?" in action:
            raise InvalidInput(f"Invalid Entity Action: {action}")
    told = simulation.told(request.get("ContextEntries", ()))
    # Only the page that is asked for is decided.
    pairs = enumerate(product(actions, request.get("ResourceArns") or ["*"]))
    shown, more = page(pairs, request, lambda pair: f"{pair[0]:08}")
    results = []
    for _, (action, resource) in shown:
        asking = principal or simulation.somebody(resource)
        known = simulation.known_of(asking, tags, call.now) if principal else {}
        results.append(_result(Question(asking, action, resource, context(known | told)), policies))
    return {"EvaluationResults": results, **more}


def _result(question: Question, policies: Policies) -> dict[str, Any]:
    simulated = simulate(question, policies)
    result: dict[str, Any] = {
        "EvalActionName": question.action,
        "EvalResourceName": question.resource,
        "EvalDecision": simulated.verdict,
        "MatchedStatements": [_statement(match) for match in simulated.matched],
        "MissingContextValues": simulation.as_written(simulated.missing_keys, _texts(policies)),
    }
    if simulated.is_within_boundary is not None:
        within = {"AllowedByPermissionsBoundary": simulated.is_within_boundary}
        result["PermissionsBoundaryDecisionDetail"] = within
    return result


def _texts(policies: Policies) -> Iterator[NamedPolicy]:
    return (member.named for _, members in policies.parts() for member in members)


def _statement(match: Match) -> dict[str, Any]:
    start, end = match.statement.start, match.statement.end
    return {
        "SourcePolicyId": match.parsed.named.name,
        "SourcePolicyType": match.parsed.named.type,
        "StartPosition": {"Line": start.line, "Column": start.column},
        "EndPosition": {"Line": end.line, "Column": end.column},
    }
