"""What IAM answers of each entity. Documents of policies are encoded as in a URL, letter for letter what was put."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from skylens.iam import tags

if TYPE_CHECKING:
    from collections.abc import Iterable

    from skylens.iam.groups import Group
    from skylens.iam.instance_profiles import InstanceProfile
    from skylens.iam.managed import ManagedPolicy, Version
    from skylens.iam.named import Named
    from skylens.iam.roles import Role
    from skylens.iam.users import User

Document = dict[str, Any]


def encoded(text: str) -> str:
    """Return a policy's text as it stands in answers.

    >>> encoded('{"Effect": "Allow"}')
    '%7B%22Effect%22%3A%20%22Allow%22%7D'
    """
    return quote(text, safe="")


def brief_user(user: User) -> Document:
    """Return a user as it stands in lists."""
    return _head("User", user)


def user(one: User) -> Document:
    """Return a user with its boundary and tags."""
    return {**brief_user(one), **boundary(one), **_tags(one.tags)}


def group(one: Group) -> Document:
    """Return a group."""
    return _head("Group", one)


def brief_role(one: Role) -> Document:
    """Return a role as it stands in lists."""
    return {
        **_head("Role", one),
        "AssumeRolePolicyDocument": encoded(one.trust_policy),
        "Description": one.description or None,
        "MaxSessionDuration": one.max_session_seconds,
    }


def role(one: Role) -> Document:
    """Return a role with its boundary, its tags and when it was used last."""
    return {**brief_role(one), **boundary(one), **_tags(one.tags), "RoleLastUsed": last_use(one)}


def last_use(one: Role) -> Document:
    """Return when and where a role was used last; nothing where it never was."""
    return {"LastUsedDate": one.last_used_at, "Region": one.last_used_region} if one.last_used_at else {}


def instance_profile(one: InstanceProfile, roles: Iterable[Role]) -> Document:
    """Return an instance profile with its role."""
    return {**_head("InstanceProfile", one), "Roles": [brief_role(each) for each in roles], **_tags(one.tags)}


def brief_policy(one: ManagedPolicy, attachments: int, boundaries: int) -> Document:
    """Return a managed policy as it stands in lists."""
    return {
        **_head("Policy", one),
        "DefaultVersionId": f"v{one.default_version}",
        "AttachmentCount": attachments,
        "PermissionsBoundaryUsageCount": boundaries,
        "IsAttachable": True,
        "UpdateDate": one.updated_at,
    }


def policy(one: ManagedPolicy, attachments: int, boundaries: int) -> Document:
    """Return a managed policy with its description and tags."""
    return {
        **brief_policy(one, attachments, boundaries),
        "Description": one.description or None,
        "Tags": tags.documents(one.tags),
    }


def brief_version(one: Version, policy: ManagedPolicy) -> Document:
    """Return a version of a policy without its text."""
    return {
        "VersionId": one.id,
        "IsDefaultVersion": one.number == policy.default_version,
        "CreateDate": one.created_at,
    }


def version(one: Version, policy: ManagedPolicy) -> Document:
    """Return a version of a policy."""
    return {"Document": encoded(one.text), **brief_version(one, policy)}


def attached(policy: ManagedPolicy) -> Document:
    """Return a policy as it stands in the lists of whom it is attached to."""
    return {"PolicyName": policy.name, "PolicyArn": policy.arn}


def boundary(one: User | Role) -> Document:
    """Return the boundary of a user or role; nothing where there is none."""
    if not one.boundary_arn:
        return {}
    told = {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": one.boundary_arn}
    return {"PermissionsBoundary": told}


def _head(noun: str, one: Named) -> Document:
    return {
        "Path": one.path,
        f"{noun}Name": one.name,
        f"{noun}Id": one.id,
        "Arn": one.arn,
        "CreateDate": one.created_at,
    }


def _tags(of: Any) -> Document:
    return {"Tags": tags.documents(of)} if of else {}
