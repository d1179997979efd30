"""The policies that a principal comes with: what a decision about one of its calls reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from skylens.iam import attachments, groups, inline_policies, managed, named
from skylens.iam.policy.named_policy import NamedPolicy
from skylens.iam.roles import Role
from skylens.iam.users import User

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sqlalchemy import Connection

    from skylens.caller import Principal
    from skylens.iam.inline_policies import Owner


@dataclass(frozen=True, slots=True)
class PrincipalPolicies:
    """What a user or a role may do at the most, and within which boundary (None: without one); and its own tags."""

    identity: tuple[NamedPolicy, ...] = ()
    boundary: NamedPolicy | None = None
    tags: Mapping[str, str] = field(default_factory=dict)


NONE: Final = PrincipalPolicies()
_NOTHING: Final = '{"Version": "2012-10-17", "Statement": {"Effect": "Deny", "Action": "*", "Resource": "*"}}'


def policies_of(connection: Connection, principal: Principal) -> PrincipalPolicies:
    """Return the policies of a user with its groups, or those of the user or role that a session was made from.

    A root user has none, and so has whoever was deleted: found by id, nobody inherits from a namesake.
    """
    match _issuer_id(principal):
        case "Role", str(role_id):
            role = named.by_id(connection, Role, role_id)
            return NONE if role is None else of_role(connection, role)
        case "IAMUser", str(user_id):
            user = named.by_id(connection, User, user_id)
            return NONE if user is None else of_user(connection, user)
    return NONE


def of_user(connection: Connection, user: User) -> PrincipalPolicies:
    """Return the policies of a user with those of its groups."""
    return _policies(connection, user, (user, *groups.of_user(connection, user)))


def of_role(connection: Connection, role: Role) -> PrincipalPolicies:
    """Return the policies of a role."""
    return _policies(connection, role, (role,))


def of_owner(connection: Connection, owner: Owner) -> Iterator[NamedPolicy]:
    """Yield the policies that a user, a group or a role itself has: those written into it, then those attached."""
    yield from inline_policies.of(connection, owner)
    for policy in attachments.of(connection, owner):
        yield managed.in_force(connection, policy)


def role_by_arn(connection: Connection, arn: str) -> Role | None:
    """Return the role that an ARN names, or None."""
    return named.by_arn(connection, Role, arn)


def _issuer_id(principal: Principal) -> tuple[str, str]:
    issuer = principal.session.issuer if principal.session else None
    return (issuer.type, issuer.principal_id) if issuer else (principal.type, principal.id)


def _policies(connection: Connection, one: User | Role, owners: tuple[Owner, ...]) -> PrincipalPolicies:
    identity = tuple(policy for owner in owners for policy in of_owner(connection, owner))
    return PrincipalPolicies(identity, _boundary(connection, one), one.tags)


def _boundary(connection: Connection, one: User | Role) -> NamedPolicy | None:
    if not one.boundary_arn:
        return None
    policy = managed.find(connection, one.account, one.boundary_arn)
    # One of AWS's that this release does not have: nothing lies within it.
    return managed.in_force(connection, policy) if policy else NamedPolicy(_NOTHING, "", one.boundary_arn)
