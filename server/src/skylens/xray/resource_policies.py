"""Resource policies: who beside an account's own principals may send to X-Ray and read from it, and what nobody may."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete as delete_from
from sqlalchemy import select

from skylens.store.control.schema.resource_policies import RESOURCE_POLICIES
from skylens.store.control.upsert import upsert
from skylens.xray.errors import PolicyTooLarge, TooManyPolicies, WrongPolicyRevision
from skylens.xray.owner import owned, owner

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from skylens.caller import Caller
    from skylens.store.control import Control

_MOST: Final = 5
_MOST_BYTES: Final = 5 * 1024
_NEW: Final = "0"  # as a revision: there must be no policy of that name yet
_ARN: Final = re.compile(r"arn:aws[a-z-]*:xray:([a-z0-9-]+):(\d{12}):.*")


@dataclass(frozen=True, slots=True)
class ResourcePolicy:
    """A policy under its name; every put makes it a revision of the next number, from 1."""

    name: str
    document: str
    revision: int
    updated_at: datetime


def all_of(connection: Connection, caller: Caller) -> list[ResourcePolicy]:
    """Return the caller's policies by name."""
    return _all(connection, *owned(RESOURCE_POLICIES, caller))


def put(connection: Connection, caller: Caller, new: ResourcePolicy, expected_revision: str = "") -> ResourcePolicy:
    """Store a policy as its next revision; where a revision is expected, only if it is the one that is there."""
    if len(new.document.encode()) > _MOST_BYTES:
        raise PolicyTooLarge(f"A resource policy has at most {_MOST_BYTES} bytes")
    stored = {policy.name: policy for policy in all_of(connection, caller)}
    now = stored.get(new.name)
    _check_revision(now, expected_revision)
    if now is None and len(stored) >= _MOST:
        raise TooManyPolicies(f"An account has at most {_MOST} resource policies")
    revised = ResourcePolicy(new.name, new.document, now.revision + 1 if now else 1, new.updated_at)
    row = {field: getattr(revised, field) for field in ResourcePolicy.__dataclass_fields__}
    upsert(connection, RESOURCE_POLICIES, [{**owner(caller), **row}])
    return revised


def delete(connection: Connection, caller: Caller, name: str, expected_revision: str = "") -> None:
    """Remove a policy; one that is not there is removed already."""
    now = next((policy for policy in all_of(connection, caller) if policy.name == name), None)
    if now is None:
        return
    _check_revision(now, expected_revision)
    table = RESOURCE_POLICIES
    connection.execute(delete_from(table).where(*owned(table, caller), table.c.name == name))


def policies(control: Control, arn: str) -> list[ResourcePolicy]:
    """Return all that is written on X-Ray in the account and region of an ARN."""
    found = _ARN.fullmatch(arn)
    if found is None:
        return []
    table = RESOURCE_POLICIES.c
    with control.read() as connection:
        return _all(connection, table.region == found[1], table.account == found[2])


def _all(connection: Connection, *conditions: ColumnElement[bool]) -> list[ResourcePolicy]:
    table = RESOURCE_POLICIES.c
    columns: tuple[Any, ...] = (table.name, table.document, table.revision, table.updated_at)
    return [
        ResourcePolicy(*row) for row in connection.execute(select(*columns).where(*conditions).order_by(table.name))
    ]


def _check_revision(now: ResourcePolicy | None, expected: str) -> None:
    latest = str(now.revision) if now else _NEW
    if expected and expected != latest:
        raise WrongPolicyRevision(f"The revision {expected} is not the latest one, which is {latest}")
