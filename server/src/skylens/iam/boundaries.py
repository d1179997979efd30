"""Permissions boundaries: a managed policy beyond which a user or role may do nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import func, select

from skylens.iam import managed
from skylens.iam.errors import NoSuchEntity
from skylens.store.control.schema.iam_roles import IAM_ROLES
from skylens.store.control.schema.iam_users import IAM_USERS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.caller import Caller


def checked(connection: Connection, caller: Caller, arn: str) -> str:
    """Return the ARN of a policy that may be a boundary; "" is none."""
    if arn and managed.find(connection, caller.account, arn) is None:
        raise NoSuchEntity(f"Scope ARN: {arn} does not exist or is not attachable.")
    return arn


def uses(connection: Connection, account: str, policy_arn: str) -> int:
    """Return how many users and roles of an account have a policy as their boundary."""
    return sum(
        connection.scalar(
            select(func.count())
            .select_from(table)
            .where(table.c.account == account, table.c.boundary_arn == policy_arn)
        )
        or 0
        for table in (IAM_USERS, IAM_ROLES)
    )
