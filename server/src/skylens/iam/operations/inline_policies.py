"""Policies that are written into users, groups and roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.iam import inline_policies, policy_owners, policy_text
from skylens.iam.documents import encoded
from skylens.iam.errors import LimitExceeded, NoSuchEntity
from skylens.iam.pages import page
from skylens.iam.policy_owners import GROUP, ROLE, USER, changeable_owner
from skylens.iam.revision import writing
from skylens.registry import Call, Input, Output, operation

if TYPE_CHECKING:
    from skylens.iam.inline_policies import Owner
    from skylens.iam.policy_owners import Kind


@operation("iam", "PutUserPolicy", quick=True)
def put_user_policy(call: Call, request: Input) -> Output:
    """Write a policy into a user, in the place of one that has the name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutUserPolicy.html
    """
    return _put(call, request, USER)


@operation("iam", "GetUserPolicy", quick=True)
def get_user_policy(call: Call, request: Input) -> Output:
    """Return a policy of a user, letter for letter.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetUserPolicy.html
    """
    return _get(call, request, USER)


@operation("iam", "ListUserPolicies", quick=True)
def list_user_policies(call: Call, request: Input) -> Output:
    """Return the names of the policies that are written into a user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListUserPolicies.html
    """
    return _list(call, request, USER)


@operation("iam", "DeleteUserPolicy", quick=True)
def delete_user_policy(call: Call, request: Input) -> Output:
    """Remove a policy from a user.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteUserPolicy.html
    """
    return _delete(call, request, USER)


@operation("iam", "PutGroupPolicy", quick=True)
def put_group_policy(call: Call, request: Input) -> Output:
    """Write a policy into a group, in the place of one that has the name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutGroupPolicy.html
    """
    return _put(call, request, GROUP)


@operation("iam", "GetGroupPolicy", quick=True)
def get_group_policy(call: Call, request: Input) -> Output:
    """Return a policy of a group, letter for letter.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetGroupPolicy.html
    """
    return _get(call, request, GROUP)


@operation("iam", "ListGroupPolicies", quick=True)
def list_group_policies(call: Call, request: Input) -> Output:
    """Return the names of the policies that are written into a group.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListGroupPolicies.html
    """
    return _list(call, request, GROUP)


@operation("iam", "DeleteGroupPolicy", quick=True)
def delete_group_policy(call: Call, request: Input) -> Output:
    """Remove a policy from a group.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteGroupPolicy.html
    """
    return _delete(call, request, GROUP)


@operation("iam", "PutRolePolicy", quick=True)
def put_role_policy(call: Call, request: Input) -> Output:
    """Write a policy into a role, in the place of one that has the name.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_PutRolePolicy.html
    """
    return _put(call, request, ROLE)


@operation("iam", "GetRolePolicy", quick=True)
def get_role_policy(call: Call, request: Input) -> Output:
    """Return a policy of a role, letter for letter.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetRolePolicy.html
    """
    return _get(call, request, ROLE)


@operation("iam", "ListRolePolicies", quick=True)
def list_role_policies(call: Call, request: Input) -> Output:
    """Return the names of the policies that are written into a role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListRolePolicies.html
    """
    return _list(call, request, ROLE)


@operation("iam", "DeleteRolePolicy", quick=True)
def delete_role_policy(call: Call, request: Input) -> Output:
    """Remove a policy from a role.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_DeleteRolePolicy.html
    """
    return _delete(call, request, ROLE)


def _put(call: Call, request: Input, kind: Kind) -> Output:
    text, name = request["PolicyDocument"], request["PolicyName"]
    policy_text.check(text, "identity")
    with writing(call.control) as connection:
        owner = changeable_owner(connection, call, request, kind)
        others = [policy.text for policy in inline_policies.of(connection, owner) if policy.name != name]
        most = policy_text.INLINE_SIZES[owner.RESOURCE]
        if sum(map(policy_text.size, [*others, text])) > most:
            raise LimitExceeded(f"Maximum policy size of {most} bytes exceeded for {owner.RESOURCE} {owner.name}")
        inline_policies.put(connection, owner, name, text)
    return {}


def _get(call: Call, request: Input, kind: Kind) -> Output:
    with call.control.read() as connection:
        owner = policy_owners.owner(connection, call, request, kind)
        policy = inline_policies.find(connection, owner, request["PolicyName"])
    if policy is None:
        raise _missing(owner, request["PolicyName"])
    return {kind.member: owner.name, "PolicyName": policy.name, "PolicyDocument": encoded(policy.text)}


def _list(call: Call, request: Input, kind: Kind) -> Output:
    with call.control.read() as connection:
        owner = policy_owners.owner(connection, call, request, kind)
        found = inline_policies.of(connection, owner)
    policies, more = page(found, request, lambda policy: policy.name)
    return {"PolicyNames": [policy.name for policy in policies], **more}


def _delete(call: Call, request: Input, kind: Kind) -> Output:
    with writing(call.control) as connection:
        owner = changeable_owner(connection, call, request, kind)
        if not inline_policies.remove(connection, owner, request["PolicyName"]):
            raise _missing(owner, request["PolicyName"])
    return {}


def _missing(owner: Owner, name: str) -> NoSuchEntity:
    return NoSuchEntity(f"The {owner.RESOURCE} policy with name {name} cannot be found.")
