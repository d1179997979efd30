"""Whose user or key is meant where a request names nobody: the caller's own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skylens.caller import root_of
from skylens.iam import named
from skylens.iam.errors import ValidationError
from skylens.iam.users import User

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.caller import Caller, Principal


def principal_named(connection: Connection, caller: Caller, name: str | None) -> Principal:
    """Return the user of that name, or the user or root user who calls."""
    if name is None and caller.principal.type == "Root":
        return root_of(caller.account)
    return user_named(connection, caller, name).principal


def user_named(connection: Connection, caller: Caller, name: str | None) -> User:
    """Return the user of that name, or the user who calls."""
    if name is not None:
        return named.get(connection, User, caller.account, name)
    user = named.by_id(connection, User, caller.principal.id) if caller.principal.type == "IAMUser" else None
    if user is None:
        raise ValidationError("Must specify userName when calling with non-User credentials")
    return user
