"""Attachments: which managed policies a user, a group or a role has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select

from skylens.iam import managed
from skylens.store.control.schema.iam_managed_policies import IAM_ATTACHMENTS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.iam.inline_policies import Owner
    from skylens.iam.managed import ManagedPolicy


def of(connection: Connection, owner: Owner) -> list[ManagedPolicy]:
    """Return the policies attached to an owner, by name."""
    table = IAM_ATTACHMENTS.c
    arns = connection.scalars(select(table.policy_arn).where(table.owner_id == owner.id)).all()
    found = [policy for arn in arns if (policy := managed.find(connection, owner.account, arn))]
    return sorted(found, key=lambda policy: policy.name)


def owner_ids(connection: Connection, account: str, policy_arn: str) -> set[str]:
    """Return the ids of those in an account to whom a policy is attached."""
    table = IAM_ATTACHMENTS.c
    return set(
        connection.scalars(select(table.owner_id).where(table.account == account, table.policy_arn == policy_arn))
    )


def attach(connection: Connection, owner: Owner, policy: ManagedPolicy) -> None:
    """Attach a policy that is not attached yet."""
    row = {"account": owner.account, "owner_id": owner.id, "policy_arn": policy.arn}
    connection.execute(insert(IAM_ATTACHMENTS).values(row))


def detach(connection: Connection, owner: Owner, policy_arn: str) -> bool:
    """Take a policy from an owner; say whether it was attached."""
    table = IAM_ATTACHMENTS
    gone = connection.execute(delete(table).where(table.c.owner_id == owner.id, table.c.policy_arn == policy_arn))
    return bool(gone.rowcount)
