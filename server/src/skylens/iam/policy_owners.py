"""Policy owners: the user, group or role that a request about its policies names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from skylens.iam import named, roles
from skylens.iam.groups import Group
from skylens.iam.roles import Role
from skylens.iam.users import User

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.iam.inline_policies import Owner
    from skylens.registry import Call, Input


class Kind(NamedTuple):
    """An owner's class, and the member of requests and answers that names one."""

    owner: type[Owner]
    member: str


USER: Final = Kind(User, "UserName")
GROUP: Final = Kind(Group, "GroupName")
ROLE: Final = Kind(Role, "RoleName")


def owner(connection: Connection, call: Call, request: Input, kind: Kind) -> Owner:
    """Return the owner that a request names."""
    return named.get(connection, kind.owner, call.caller.account, request[kind.member])


def changeable_owner(connection: Connection, call: Call, request: Input, kind: Kind) -> Owner:
    """Return the owner that a request names, or raise UnmodifiableEntity for a service's own role."""
    found = owner(connection, call, request, kind)
    return roles.refuse_of_service(found) if isinstance(found, Role) else found
