"""What requests for sessions have in common: how long, with which tags, narrowed by which policies."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from skylens.iam import managed
from skylens.iam.policy.document import PolicyError
from skylens.iam.policy.validate import validate
from skylens.sts.errors import InvalidParameterValue, MalformedPolicyDocument, ValidationError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from skylens.caller import Principal
    from skylens.registry import Input

DEFAULT_SECONDS: Final = 3_600
LONGEST_CHAINED_SECONDS: Final = 3_600
MOST_POLICY_ARNS: Final = 10
_CONFLICT: Final = (
    "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key "
    "from the calling session."
)


def policy_texts(request: Input) -> tuple[str, ...]:
    """Return the session policy of a request, which must be one, or nothing."""
    text = request.get("Policy")
    if text is None:
        return ()
    try:
        validate(text, "identity")
    except PolicyError as wrong:
        raise MalformedPolicyDocument(str(wrong)) from wrong
    return (text,)


def policy_arns(connection: Connection, request: Input, account: str) -> tuple[str, ...]:
    """Return the managed policies that narrow a session of an account; each must be there."""
    arns = tuple(each.get("arn", "") for each in request.get("PolicyArns", ()))
    if len(arns) > MOST_POLICY_ARNS:
        raise ValidationError(f"The number of PolicyArns exceeds the limit of {MOST_POLICY_ARNS}")
    for arn in arns:
        if managed.find(connection, account, arn) is None:
            raise ValidationError(f"{arn} is invalid")
    return arns


def given_tags(request: Input) -> dict[str, str]:
    """Return the tags that a request gives to its session."""
    tags = {tag["Key"]: tag["Value"] for tag in request.get("Tags", ())}
    if len({key.lower() for key in tags}) != len(request.get("Tags", ())):
        raise InvalidParameterValue("Duplicate tag keys found. Please note that Tag keys are case insensitive.")
    return tags


def inherited_tags(principal: Principal) -> dict[str, str]:
    """Return the tags that follow a session into the sessions made from it."""
    session = principal.session
    return {} if session is None else {key: session.tags[key] for key in session.transitive_tag_keys}


def session_tags(principal: Principal, request: Input) -> tuple[Mapping[str, str], tuple[str, ...]]:
    """Return the tags of a new session, and the keys of those that follow it further."""
    given, inherited = given_tags(request), inherited_tags(principal)
    wanted: Sequence[str] = request.get("TransitiveTagKeys", ())
    if not {key.lower() for key in wanted} <= {key.lower() for key in given}:
        raise InvalidParameterValue("The specified transitive tag key must be included in the requested tags.")
    if {key.lower() for key in inherited} & {key.lower() for key in given}:
        raise InvalidParameterValue(_CONFLICT)
    folded = {key.lower() for key in wanted}
    transitive = (*inherited, *(key for key in given if key.lower() in folded))
    return {**inherited, **given}, transitive


def session_conditions(request: Input) -> dict[str, str | Sequence[str]]:
    """Return the condition keys that policies may ask of a request for a session."""
    names = {
        "RoleSessionName": "sts:RoleSessionName",
        "ExternalId": "sts:ExternalId",
        "SourceIdentity": "sts:SourceIdentity",
    }
    conditions: dict[str, str | Sequence[str]] = {
        key: request[name] for name, key in names.items() if request.get(name)
    }
    if "DurationSeconds" in request:
        conditions["sts:DurationSeconds"] = str(request["DurationSeconds"])
    tags = request.get("Tags", ())
    conditions |= {f"aws:RequestTag/{tag.get('Key', '')}": tag.get("Value", "") for tag in tags}
    if tags:
        conditions["aws:TagKeys"] = [tag.get("Key", "") for tag in tags]
    if request.get("TransitiveTagKeys"):
        conditions["sts:TransitiveTagKeys"] = request["TransitiveTagKeys"]
    return conditions
