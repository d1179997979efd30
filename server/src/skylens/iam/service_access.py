"""Service access: which services a user, a group, a role or a policy opens, to whom, and by which policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from skylens.iam import attachments, groups, managed, named
from skylens.iam.errors import NoSuchEntity
from skylens.iam.groups import Group
from skylens.iam.policies_of import of_owner
from skylens.iam.policy.document import parse
from skylens.iam.roles import Role
from skylens.iam.users import User
from skylens.wire.models import load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from skylens.iam.inline_policies import Owner
    from skylens.iam.managed import ManagedPolicy
    from skylens.iam.policy.named_policy import NamedPolicy

# As AWS's reports name them, by the prefix of their actions.
SERVICES: Final = {
    "cloudtrail": "AWS CloudTrail",
    "cloudtrail-data": "AWS CloudTrail Data",
    "iam": "AWS Identity and Access Management",
    "kms": "AWS Key Management Service",
    "s3": "Amazon S3",
    "sts": "AWS Security Token Service",
    "xray": "AWS X-Ray",
}


@dataclass(frozen=True, slots=True)
class Granting:
    """A policy, and whose it is; None for one that was asked about itself."""

    policy: NamedPolicy
    holder: Owner | None = None

    def opens(self, service: str) -> bool:
        """Whether the policy allows anything of a service, under whatever conditions."""
        allowing = [statement for statement in parse(self.policy.text).statements if statement.is_allow]
        actions = [f"{service}:{name}".lower() for name in load(service).operations]
        return any(statement.covers_action(action) for statement in allowing for action in actions)


def subject(connection: Connection, account: str, arn: str) -> Owner | ManagedPolicy:
    """Return the user, group, role or policy of an ARN, or raise NoSuchEntity."""
    kinds: tuple[type[Owner], ...] = (User, Group, Role)
    for kind in kinds:
        owner = named.by_arn(connection, kind, arn)
        if owner is not None and owner.account == account:
            return owner
    policy = managed.find(connection, account, arn)
    if policy is None:
        raise NoSuchEntity(f"ARN {arn} does not exist or is not of this account.")
    return policy


def policies(connection: Connection, of: Owner | ManagedPolicy) -> list[Granting]:
    """Return the policies of somebody, those of a user's groups too, or a policy itself."""
    if isinstance(of, managed.ManagedPolicy):
        return [Granting(managed.in_force(connection, of))]
    holders: tuple[Owner, ...] = (of, *groups.of_user(connection, of)) if isinstance(of, User) else (of,)
    return [Granting(policy, holder) for holder in holders for policy in of_owner(connection, holder)]


def principals(connection: Connection, account: str, of: Owner | ManagedPolicy) -> list[User | Role]:
    """Return the users and roles who may use what somebody or a policy opens, each once, by ARN."""
    found = {one.arn: one for one in _principals(connection, account, of)}
    return [found[arn] for arn in sorted(found)]


def _principals(connection: Connection, account: str, of: Owner | ManagedPolicy) -> Iterator[User | Role]:
    if isinstance(of, Group):
        yield from groups.members(connection, of)
    elif isinstance(of, managed.ManagedPolicy):
        ids = attachments.owner_ids(connection, account, of.arn)
        yield from (user for user in named.everything(connection, User, account) if user.id in ids)
        yield from (role for role in named.everything(connection, Role, account) if role.id in ids)
        for group in named.everything(connection, Group, account):
            if group.id in ids:
                yield from groups.members(connection, group)
    else:
        yield of
