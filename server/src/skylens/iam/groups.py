"""Groups: users who get the same policies."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

from sqlalchemy import delete, insert, select

from skylens.iam.named import Named, everything
from skylens.iam.users import User
from skylens.store.control.schema.iam_groups import IAM_GROUP_MEMBERS, IAM_GROUPS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table


@dataclass(frozen=True, slots=True, kw_only=True, repr=False)
class Group(Named):
    """A group of users."""

    TABLE: ClassVar[Table] = IAM_GROUPS
    RESOURCE: ClassVar[Literal["group"]] = "group"
    ID_PREFIX: ClassVar[str] = "AGPA"
    MISSING: ClassVar[str] = "The group with name {} cannot be found."
    EXISTING: ClassVar[str] = "Group with name {} already exists."
    QUOTA: ClassVar[tuple[str, int]] = ("GroupsPerAccount", 500)


def of_user(connection: Connection, user: User) -> list[Group]:
    """Return the groups that a user is in, by name."""
    members = IAM_GROUP_MEMBERS.c
    ids = set(connection.scalars(select(members.group_id).where(members.user_id == user.id)))
    return [group for group in everything(connection, Group, user.account) if group.id in ids] if ids else []


def members(connection: Connection, group: Group) -> list[User]:
    """Return the users in a group, by name."""
    table = IAM_GROUP_MEMBERS.c
    ids = set(connection.scalars(select(table.user_id).where(table.group_id == group.id)))
    return [user for user in everything(connection, User, group.account) if user.id in ids] if ids else []


def add(connection: Connection, group: Group, user: User) -> None:
    """Put a user into a group that it is not in."""
    connection.execute(insert(IAM_GROUP_MEMBERS).values(group_id=group.id, user_id=user.id))


def remove(connection: Connection, group: Group, user: User) -> bool:
    """Take a user out of a group; say whether it was in it."""
    table = IAM_GROUP_MEMBERS
    gone = connection.execute(delete(table).where(table.c.group_id == group.id, table.c.user_id == user.id))
    return bool(gone.rowcount)
