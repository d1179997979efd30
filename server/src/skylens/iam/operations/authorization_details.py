"""Everything that decides who may do what in an account, in one list."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from sqlalchemy import select

from skylens.iam import (
    attachments,
    boundaries,
    documents,
    groups,
    inline_policies,
    instance_profiles,
    managed,
    named,
    tags,
)
from skylens.iam.groups import Group
from skylens.iam.managed import ManagedPolicy
from skylens.iam.pages import page
from skylens.iam.roles import Role
from skylens.iam.users import User
from skylens.registry import Call, Input, Output, operation
from skylens.store.control.schema.iam_managed_policies import IAM_ATTACHMENTS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection

    from skylens.iam.inline_policies import Owner

_KINDS: Final = ("User", "Group", "Role", "LocalManagedPolicy", "AWSManagedPolicy")


class _Entry(NamedTuple):
    """One of the list: where it stands, in which list of the answer, and what makes its document."""

    key: str
    member: str
    document: Callable[[], documents.Document]


@operation("iam", "GetAccountAuthorizationDetails", quick=True)
def get_account_authorization_details(call: Call, request: Input) -> Output:
    """Return users, groups, roles and managed policies with all that is in them and how they hang together.

    Of AWS's policies those are told that somebody has.

    https://docs.aws.amazon.com/IAM/latest/APIReference/API_GetAccountAuthorizationDetails.html
    """
    wanted = set(request.get("Filter") or _KINDS)
    lists: dict[str, list[Any]] = {"UserDetailList": [], "GroupDetailList": [], "RoleDetailList": [], "Policies": []}
    with call.control.read() as connection:
        shown, more = page(_entries(connection, call.caller.account, wanted), request, lambda entry: entry.key)
        for entry in shown:
            lists[entry.member].append(entry.document())
    return {**lists, **more}


def _entries(connection: Connection, account: str, wanted: set[str]) -> Iterator[_Entry]:
    if "User" in wanted:
        for user in named.everything(connection, User, account):
            yield _Entry(f"1 {user.name}", "UserDetailList", partial(_user, connection, user))
    if "Group" in wanted:
        for group in named.everything(connection, Group, account):
            yield _Entry(f"2 {group.name}", "GroupDetailList", partial(_group, connection, group))
    if "Role" in wanted:
        for role in named.everything(connection, Role, account):
            yield _Entry(f"3 {role.name}", "RoleDetailList", partial(_role, connection, role))
    for policy in _policies(connection, account, wanted):
        key = f"{5 if policy.is_of_aws else 4} {policy.arn}"
        yield _Entry(key, "Policies", partial(_policy, connection, account, policy))


def _policies(connection: Connection, account: str, wanted: set[str]) -> Iterator[ManagedPolicy]:
    if "LocalManagedPolicy" in wanted:
        yield from named.everything(connection, ManagedPolicy, account)
    if "AWSManagedPolicy" in wanted:
        table = IAM_ATTACHMENTS.c
        attached = set(connection.scalars(select(table.policy_arn).where(table.account == account)))
        yield from (policy for policy in managed.of_aws() if policy.arn in attached)


def _user(connection: Connection, user: User) -> documents.Document:
    return {
        **documents.brief_user(user),
        "UserPolicyList": _inline(connection, user),
        "GroupList": [group.name for group in groups.of_user(connection, user)],
        "AttachedManagedPolicies": _attached(connection, user),
        **documents.boundary(user),
        "Tags": tags.documents(user.tags),
    }


def _group(connection: Connection, group: Group) -> documents.Document:
    return {
        **documents.group(group),
        "GroupPolicyList": _inline(connection, group),
        "AttachedManagedPolicies": _attached(connection, group),
    }


def _role(connection: Connection, role: Role) -> documents.Document:
    told = documents.brief_role(role)
    profiles = instance_profiles.of_role(connection, role)
    return {
        **{
            name: told[name] for name in ("Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument")
        },
        "InstanceProfileList": [documents.instance_profile(profile, [role]) for profile in profiles],
        "RolePolicyList": _inline(connection, role),
        "AttachedManagedPolicies": _attached(connection, role),
        **documents.boundary(role),
        "Tags": tags.documents(role.tags),
        "RoleLastUsed": documents.last_use(role),
    }


def _policy(connection: Connection, account: str, policy: ManagedPolicy) -> documents.Document:
    uses = len(attachments.owner_ids(connection, account, policy.arn)), boundaries.uses(connection, account, policy.arn)
    return {
        **documents.brief_policy(policy, *uses),
        "Description": policy.description or None,
        "PolicyVersionList": [documents.version(version, policy) for version in managed.versions(connection, policy)],
    }


def _inline(connection: Connection, owner: Owner) -> list[documents.Document]:
    return [
        {"PolicyName": policy.name, "PolicyDocument": documents.encoded(policy.text)}
        for policy in inline_policies.of(connection, owner)
    ]


def _attached(connection: Connection, owner: Owner) -> list[documents.Document]:
    return [documents.attached(policy) for policy in attachments.of(connection, owner)]
