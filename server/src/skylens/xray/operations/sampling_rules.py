"""Sampling rules: create, change, delete and list them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from skylens.registry import Call, Input, Output, operation
from skylens.xray import tags
from skylens.xray.arn import rule_arn, rule_name
from skylens.xray.errors import InvalidRequest
from skylens.xray.sampling import rules, statistics
from skylens.xray.sampling.rule import VERSION, Boost, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skylens.caller import Caller

# AWS's name of each member that a user may choose, and ours.
_MEMBERS: Final = {
    "Priority": "priority",
    "FixedRate": "fixed_rate",
    "ReservoirSize": "reservoir_size",
    "ResourceARN": "resource_arn",
    "ServiceName": "service_name",
    "ServiceType": "service_type",
    "Host": "host",
    "HTTPMethod": "http_method",
    "URLPath": "url_path",
    "Attributes": "attributes",
}


@operation("xray", "CreateSamplingRule")
def create_sampling_rule(call: Call, request: Input) -> Output:
    """Create a rule that clients read within minutes.

    https://docs.aws.amazon.com/xray/latest/api/API_CreateSamplingRule.html
    """
    document = request["SamplingRule"]
    if document["Version"] != VERSION:
        raise InvalidRequest(f"Version must be {VERSION}, not {document['Version']}")
    new = Rule(name=_name(call.caller, document), **_values(document))
    given = tags.from_documents(request.get("Tags", ()))
    with call.control.begin() as connection:
        rule = rules.create(connection, call.caller, new, most=call.limits.sampling_rules, now=call.now)
        tags.give(connection, rule_arn(call.caller, rule.name), given, most=call.limits.tags_per_resource)
    return {"SamplingRuleRecord": _record(call.caller, rule)}


@operation("xray", "UpdateSamplingRule")
def update_sampling_rule(call: Call, request: Input) -> Output:
    """Change the members that are given.

    https://docs.aws.amazon.com/xray/latest/api/API_UpdateSamplingRule.html
    """
    document = request["SamplingRuleUpdate"]
    name = _name(call.caller, document)
    with call.control.begin() as connection:
        rule = rules.update(connection, call.caller, name, _values(document), now=call.now)
    return {"SamplingRuleRecord": _record(call.caller, rule)}


@operation("xray", "DeleteSamplingRule")
def delete_sampling_rule(call: Call, request: Input) -> Output:
    """Delete a rule with its tags and statistics, and answer what it was.

    https://docs.aws.amazon.com/xray/latest/api/API_DeleteSamplingRule.html
    """
    name = _name(call.caller, request)
    with call.control.begin() as connection:
        rule = rules.delete(connection, call.caller, name, now=call.now)
        statistics.forget(connection, call.caller, name)
        tags.forget(connection, rule_arn(call.caller, name))
    return {"SamplingRuleRecord": _record(call.caller, rule)}


@operation("xray", "GetSamplingRules", quick=True)
def get_sampling_rules(call: Call, request: Input) -> Output:
    """Return all rules in one page: X-Ray's SDKs for Python and Node.js never ask for a second one.

    https://docs.aws.amazon.com/xray/latest/api/API_GetSamplingRules.html
    """
    if request.get("NextToken"):
        raise InvalidRequest(f"Invalid NextToken: {request['NextToken']}")
    with call.control.read() as connection:
        found = rules.everything(connection, call.caller)
    return {"SamplingRuleRecords": [_record(call.caller, rule) for rule in found]}


def _name(caller: Caller, document: Mapping[str, Any]) -> str:
    match document.get("RuleName"), document.get("RuleARN"):
        case str(name), None:
            return name
        case None, str(arn):
            return rule_name(caller, arn)
    raise InvalidRequest("Specify a sampling rule by either RuleName or RuleARN, but not both")


def _values(document: Mapping[str, Any]) -> dict[str, Any]:
    values = {ours: document[theirs] for theirs, ours in _MEMBERS.items() if theirs in document}
    if "SamplingRateBoost" in document:
        boost = document["SamplingRateBoost"]
        values["boost"] = Boost(boost["MaxRate"], boost["CooldownWindowMinutes"])
    return values


def _record(caller: Caller, rule: Rule) -> Output:
    document: dict[str, Any] = {
        "RuleName": rule.name,
        "RuleARN": rule_arn(caller, rule.name),
        **{theirs: getattr(rule, ours) for theirs, ours in _MEMBERS.items()},
        "Version": VERSION,
    }
    if rule.boost is not None:
        document["SamplingRateBoost"] = {
            "MaxRate": rule.boost.max_rate,
            "CooldownWindowMinutes": rule.boost.cooldown_minutes,
        }
    return {"SamplingRule": document, "CreatedAt": rule.created_at, "ModifiedAt": rule.modified_at}
