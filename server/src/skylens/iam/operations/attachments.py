"""Which managed policies users, groups and roles have."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from skylens.iam import attachments, documents, managed, named, policy_owners
from skylens.iam.errors import LimitExceeded, NoSuchEntity, PolicyNotAttachable
from skylens.iam.groups import Group
from skylens.iam.pages import page
from skylens.iam.policy_owners import GROUP, ROLE, USER, changeable_owner
from skylens.iam.revision import writing
from skylens.iam.roles import SERVICE_PATH, Role
from skylens.iam.users import User
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.iam.inline_policies import Owner
    from skylens.iam.managed import ManagedPolicy
    from skylens.iam.policy_owners import Kind

MOST_ATTACHED: Final = 10


@operation("iam", "AttachUserPolicy", quick=True)
def attach_user_policy(call: Call, request: Input) -> Output:
    """Attach a managed policy to a user; one that is attached stays.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachUserPolicy.html
    """
    return _attach(call, request, USER)


@operation("iam", "DetachUserPolicy", quick=True)
def detach_user_policy(call: Call, request: Input) -> Output:
    """Take a managed policy from a user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachUserPolicy.html
    """
    return _detach(call, request, USER)


@operation("iam", "ListAttachedUserPolicies", quick=True)
def list_attached_user_policies(call: Call, request: Input) -> Output:
    """Return the managed policies of a user, by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedUserPolicies.html
    """
    return _list(call, request, USER)


@operation("iam", "AttachGroupPolicy", quick=True)
def attach_group_policy(call: Call, request: Input) -> Output:
    """Attach a managed policy to a group; one that is attached stays.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachGroupPolicy.html
    """
    return _attach(call, request, GROUP)


@operation("iam", "DetachGroupPolicy", quick=True)
def detach_group_policy(call: Call, request: Input) -> Output:
    """Take a managed policy from a group.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachGroupPolicy.html
    """
    return _detach(call, request, GROUP)


@operation("iam", "ListAttachedGroupPolicies", quick=True)
def list_attached_group_policies(call: Call, request: Input) -> Output:
    """Return the managed policies of a group, by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedGroupPolicies.html
    """
    return _list(call, request, GROUP)


@operation("iam", "AttachRolePolicy", quick=True)
def attach_role_policy(call: Call, request: Input) -> Output:
    """Attach a managed policy to a role; one that is attached stays.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_AttachRolePolicy.html
    """
    return _attach(call, request, ROLE)


@operation("iam", "DetachRolePolicy", quick=True)
def detach_role_policy(call: Call, request: Input) -> Output:
    """Take a managed policy from a role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DetachRolePolicy.html
    """
    return _detach(call, request, ROLE)


@operation("iam", "ListAttachedRolePolicies", quick=True)
def list_attached_role_policies(call: Call, request: Input) -> Output:
    """Return the managed policies of a role, by name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListAttachedRolePolicies.html
    """
    return _list(call, request, ROLE)


@operation("iam", "ListEntitiesForPolicy", quick=True)
def list_entities_for_policy(call: Call, request: Input) -> Output:
    """Return the users, groups and roles that have a managed policy, or have it as their boundary.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListEntitiesForPolicy.html
    """
    with call.control.read() as connection:
        policy = managed.get(connection, call.caller.account, request["PolicyArn"])
        found = [owner for kind in _wanted(request) for owner in _having(connection, call, request, (kind, policy))]
    shown, more = page(found, request, lambda owner: f"{owner.RESOURCE} {owner.name}")
    lists: dict[str, list[dict[str, Any]]] = {"PolicyGroups": [], "PolicyUsers": [], "PolicyRoles": []}
    for owner in shown:
        noun = type(owner).__name__
        lists[f"Policy{noun}s"].append({f"{noun}Name": owner.name, f"{noun}Id": owner.id})
    return {**lists, **more}


def _wanted(request: Input) -> tuple[type[Owner], ...]:
    match request.get("EntityFilter"):
        case "User":
            return (User,)
        case "Group":
            return (Group,)
        case "Role":
            return (Role,)
        case "LocalManagedPolicy" | "AWSManagedPolicy":
            return ()  # policies are attached to no policies
    return (Group, User, Role)


def _having(connection: Connection, call: Call, request: Input, of: tuple[type[Owner], ManagedPolicy]) -> list[Owner]:
    kind, policy = of
    usage, path = request.get("PolicyUsageFilter", ""), request.get("PathPrefix", "/")
    attached = attachments.owner_ids(connection, call.caller.account, policy.arn)
    return [
        owner
        for owner in named.everything(connection, kind, call.caller.account, path)
        if (usage != "PermissionsBoundary" and owner.id in attached)
        or (usage != "PermissionsPolicy" and not isinstance(owner, Group) and owner.boundary_arn == policy.arn)
    ]


def _attach(call: Call, request: Input, kind: Kind) -> Output:
    with writing(call.control) as connection:
        owner = changeable_owner(connection, call, request, kind)
        policy = managed.find(connection, call.caller.account, request["PolicyArn"])
        if policy is None:
            raise NoSuchEntity(f"Policy {request['PolicyArn']} does not exist or is not attachable.")
        if policy.path.startswith(SERVICE_PATH):
            raise PolicyNotAttachable("Cannot attach a Service Role Policy to a Customer Role.")
        present = attachments.of(connection, owner)
        if policy in present:
            return {}
        if len(present) >= MOST_ATTACHED:
            raise LimitExceeded(f"Cannot exceed quota for PoliciesPer{type(owner).__name__}: {MOST_ATTACHED}")
        attachments.attach(connection, owner, policy)
    return {}


def _detach(call: Call, request: Input, kind: Kind) -> Output:
    with writing(call.control) as connection:
        owner = changeable_owner(connection, call, request, kind)
        if not attachments.detach(connection, owner, request["PolicyArn"]):
            raise NoSuchEntity(f"Policy {request['PolicyArn']} was not found.")
    return {}


def _list(call: Call, request: Input, kind: Kind) -> Output:
    path = request.get("PathPrefix", "/")
    with call.control.read() as connection:
        owner = policy_owners.owner(connection, call, request, kind)
        found = [policy for policy in attachments.of(connection, owner) if policy.path.startswith(path)]
    policies, more = page(found, request, lambda policy: f"{policy.name} {policy.arn}")
    return {"AttachedPolicies": [documents.attached(policy) for policy in policies], **more}
