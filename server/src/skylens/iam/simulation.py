"""A simulation as it was asked for: whose policies, which of them, and what the imagined requests say of themselves."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from skylens.caller import AccountId, Principal
from skylens.iam import groups, named, policies_of
from skylens.iam.errors import InvalidInput, NoSuchEntity
from skylens.iam.groups import Group
from skylens.iam.policy.document import PolicyError
from skylens.iam.policy.named_policy import NamedPolicy
from skylens.iam.policy.policies import Policies, parsed
from skylens.iam.roles import Role
from skylens.iam.users import User

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from skylens.iam.inline_policies import Owner
    from skylens.iam.policy.context import Values
    from skylens.iam.policy.policies import Parsed
    from skylens.registry import Input


@dataclass(frozen=True, slots=True)
class Source:
    """Those whose policies are simulated: each policy with the name of whom it belongs to, and the boundary and tags.

    A group makes no requests itself.
    """

    members: tuple[tuple[str, NamedPolicy], ...]
    boundary: NamedPolicy | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    principal: Principal | None = None


def source(connection: Connection, account: str, arn: str) -> Source:
    """Return the policies of a user, with those of its groups, of a group or of a role."""
    if (user := named.by_arn(connection, User, arn)) is not None and user.account == account:
        own = policies_of.of_user(connection, user)
        members = _members(connection, user, *groups.of_user(connection, user))
        return Source(members, own.boundary, own.tags, user.principal)
    if (role := named.by_arn(connection, Role, arn)) is not None and role.account == account:
        own = policies_of.of_role(connection, role)
        principal = Principal(AccountId(account), role.arn, "AssumedRole", role.id, role.name)
        return Source(_members(connection, role), own.boundary, own.tags, principal)
    if (group := named.by_arn(connection, Group, arn)) is not None and group.account == account:
        return Source(_members(connection, group))
    raise NoSuchEntity(f"The principal {arn} cannot be found.")


def without(members: Sequence[tuple[str, NamedPolicy]], excluded: Sequence[Mapping[str, Any]]) -> list[NamedPolicy]:
    """Return the policies but those that a request leaves out: of a type, by ARN, or written into somebody."""
    types = {each["PolicyType"] for each in excluded if "PolicyType" in each}
    arns = {each["PolicyArn"] for each in excluded if "PolicyArn" in each}
    inline = [each["InlinePolicyIdentifier"] for each in excluded if "InlinePolicyIdentifier" in each]
    names = {(each.get("AttachmentType"), each.get("AttachmentName"), each.get("PolicyName")) for each in inline}
    return [
        policy
        for owner, policy in members
        if (policy.type if policy.arn else "inline") not in types
        and policy.arn not in arns
        and (policy.arn or (policy.type, owner, policy.name) not in names)
    ]


def is_without_boundary(excluded: Sequence[Mapping[str, Any]]) -> bool:
    """Whether a request leaves the boundary out."""
    return any(each.get("PolicyType") == "permission-boundary" for each in excluded)


def as_written(keys: Iterable[str], members: Iterable[NamedPolicy]) -> list[str]:
    """Return context keys as the policies spell them; they are compared without regard to case, and so in lower case."""
    texts = [member.text for member in members]
    found = []
    for key in keys:
        spelt = re.compile(re.escape(key), re.IGNORECASE)
        found.append(next((hit[0] for text in texts if (hit := spelt.search(text))), key))
    return found


def given(texts: Sequence[str], list_name: str) -> tuple[NamedPolicy, ...]:
    """Return the policies that a request brings, named by their places in its list."""
    return tuple(NamedPolicy(text, f"{list_name}.{number}") for number, text in enumerate(texts, 1))


def policies(identity: Iterable[NamedPolicy], boundary: NamedPolicy | None, request: Input) -> Policies:
    """Return everything that the decisions read, or raise InvalidInput for a text that is no policy."""
    boundaries = given(request.get("PermissionsBoundaryPolicyInputList", ()), "PermissionsBoundaryPolicyInputList")
    if len(boundaries) > 1:
        raise InvalidInput("There is one permissions boundary at the most")
    limit = boundaries[0] if boundaries else boundary
    text = request.get("ResourcePolicy")
    on_resource = (NamedPolicy(text, "ResourcePolicy", "", "resource"),) if text else ()
    return Policies(
        identity=readable(identity),
        boundary=readable((limit,))[0] if limit else None,
        resource=readable(on_resource),
    )


def readable(members: Iterable[NamedPolicy]) -> tuple[Parsed, ...]:
    """Return the policies parsed, or raise InvalidInput."""
    try:
        return parsed(members)
    except PolicyError as wrong:
        raise InvalidInput(str(wrong)) from wrong


def caller(connection: Connection, arn: str) -> Principal:
    """Return the user who makes the imagined requests."""
    user = named.by_arn(connection, User, arn)
    if user is None:
        raise InvalidInput(f"CallerArn must be the ARN of a user: {arn}")
    return user.principal


def somebody(resource: str) -> Principal:
    """Return somebody of a resource's own account, for policies that belong to nobody."""
    parts = resource.split(":")
    account = parts[4] if len(parts) > 5 and parts[4] else "000000000000"  # noqa: PLR2004  # the parts of an ARN
    return Principal(AccountId(account), f"arn:aws:iam::{account}:user/simulated", "IAMUser", "AIDASIMULATED")


def known_of(principal: Principal, tags: Mapping[str, str], now: datetime) -> dict[str, Values]:
    """Return the context keys that need not be given: those of the caller and of the time."""
    keys: dict[str, Values] = {
        "aws:PrincipalAccount": principal.account,
        "aws:PrincipalArn": principal.arn,
        "aws:PrincipalType": "AssumedRole" if principal.type == "AssumedRole" else "User",
        "aws:userid": principal.id,
        "aws:CurrentTime": f"{now:%Y-%m-%dT%H:%M:%SZ}",
        "aws:EpochTime": str(int(now.timestamp())),
    }
    if principal.type == "IAMUser":
        keys["aws:username"] = principal.name
    return keys | {f"aws:PrincipalTag/{key}": value for key, value in tags.items()}


def told(entries: Sequence[Mapping[str, Any]]) -> dict[str, Values]:
    """Return the context keys that a request gives; those of a list type may have several values."""
    keys: dict[str, Values] = {}
    for entry in entries:
        values = tuple(entry.get("ContextKeyValues", ()))
        if "ContextKeyName" not in entry:
            raise InvalidInput("A context entry has no ContextKeyName")
        if str(entry.get("ContextKeyType", "string")).endswith("List"):
            keys[entry["ContextKeyName"]] = values
        elif len(values) == 1:
            keys[entry["ContextKeyName"]] = values[0]
        else:
            raise InvalidInput(f"{entry['ContextKeyName']} has one value unless its type is a list")
    return keys


def _members(connection: Connection, *owners: Owner) -> tuple[tuple[str, NamedPolicy], ...]:
    return tuple((owner.name, policy) for owner in owners for policy in policies_of.of_owner(connection, owner))
