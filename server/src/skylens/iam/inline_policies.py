"""Policies that are written into a user, a group or a role, and end with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from skylens.iam.policy.named_policy import NamedPolicy
from skylens.store.control.schema.iam_inline_policies import IAM_INLINE_POLICIES
from skylens.store.control.upsert import upsert

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.iam.groups import Group
    from skylens.iam.roles import Role
    from skylens.iam.users import User

    Owner = User | Group | Role


def of(connection: Connection, owner: Owner) -> list[NamedPolicy]:
    """Return an owner's policies, by name."""
    table = IAM_INLINE_POLICIES.c
    rows = connection.execute(select(table.name, table.text).where(table.owner_id == owner.id))
    return [NamedPolicy(text, name, "", owner.RESOURCE) for name, text in sorted(rows)]


def find(connection: Connection, owner: Owner, name: str) -> NamedPolicy | None:
    """Return an owner's policy of that name, or None."""
    return next((policy for policy in of(connection, owner) if policy.name == name), None)


def put(connection: Connection, owner: Owner, name: str, text: str) -> None:
    """Write a policy into its owner, in the place of one that has the name."""
    upsert(connection, IAM_INLINE_POLICIES, [{"owner_id": owner.id, "name": name, "text": text}])


def remove(connection: Connection, owner: Owner, name: str) -> bool:
    """Remove a policy; say whether there was one."""
    table = IAM_INLINE_POLICIES
    gone = connection.execute(delete(table).where(table.c.owner_id == owner.id, table.c.name == name))
    return bool(gone.rowcount)
