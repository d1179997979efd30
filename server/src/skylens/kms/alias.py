"""Aliases: what one may be called, and which key it stands for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import delete as delete_from
from sqlalchemy import insert, select
from sqlalchemy import update as update_table

from skylens.kms.errors import AlreadyExists, InvalidRequest, NotFound
from skylens.store.control.schema.kms_aliases import KMS_ALIASES

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from skylens.caller import Caller
    from skylens.kms.key import Key

_NAME: Final = re.compile(r"alias/[a-zA-Z0-9/_-]+")
_RESERVED: Final = "alias/aws/"


@dataclass(frozen=True, slots=True)
class Alias:
    """Another name of a key."""

    account: str
    region: str
    name: str
    key_id: str
    created_at: datetime
    updated_at: datetime

    @property
    def arn(self) -> str:
        """The alias's own ARN."""
        return alias_arn(self.account, self.region, self.name)


def alias_arn(account: str, region: str, name: str) -> str:
    """Return the ARN of an alias.

    >>> alias_arn("000000000000", "us-east-1", "alias/logs")
    'arn:aws:kms:us-east-1:000000000000:alias/logs'
    """
    return f"arn:aws:kms:{region}:{account}:{name}"


def check_name(name: str) -> None:
    """Raise where a user cannot give that name."""
    if not name.startswith("alias/"):
        advice = "Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
        raise InvalidRequest(f'Alias must start with the prefix "alias/". {advice}')
    if not _NAME.fullmatch(name):
        raise InvalidRequest(f"{name} must satisfy regular expression pattern: ^{_NAME.pattern}$")
    if name.startswith(_RESERVED):
        raise InvalidRequest(f"Aliases that begin with {_RESERVED} are those of AWS's services: {name}")


def target(connection: Connection, account: str, region: str, name: str) -> str | None:
    """Return the id of the key that an alias stands for, or None."""
    found = connection.scalar(select(KMS_ALIASES.c.key_id).where(*_is(account, region, name)))
    return None if found is None else str(found)


def all_of(connection: Connection, account: str, region: str) -> list[Alias]:
    """Return every alias of an account in a region, by name."""
    table = KMS_ALIASES
    rows = connection.execute(
        select(table).where(table.c.account == account, table.c.region == region).order_by(table.c.name)
    )
    return [Alias(**row) for row in rows.mappings()]


def create(connection: Connection, caller: Caller, name: str, key: Key, now: datetime) -> None:
    """Make an alias of a key."""
    if target(connection, caller.account, caller.region, name) is not None:
        raise AlreadyExists(f"An alias with the name {_arn(caller, name)} already exists")
    row = {"key_id": key.key_id, "created_at": now, "updated_at": now}
    connection.execute(insert(KMS_ALIASES).values(account=caller.account, region=caller.region, name=name, **row))


def update(connection: Connection, caller: Caller, name: str, key: Key, now: datetime) -> None:
    """Let an alias stand for another key."""
    changes: dict[str, Any] = {"key_id": key.key_id, "updated_at": now}
    here = _is(caller.account, caller.region, name)
    connection.execute(update_table(KMS_ALIASES).where(*here).values(changes))


def delete(connection: Connection, caller: Caller, name: str) -> None:
    """Remove an alias; its key stays."""
    done = connection.execute(delete_from(KMS_ALIASES).where(*_is(caller.account, caller.region, name)))
    if not done.rowcount:
        raise NotFound(f"Alias {_arn(caller, name)} is not found.")


def forget(connection: Connection, key: Key) -> None:
    """Remove all aliases of a key."""
    table = KMS_ALIASES.c
    connection.execute(
        delete_from(KMS_ALIASES).where(
            table.account == key.account, table.region == key.region, table.key_id == key.key_id
        )
    )


def _arn(caller: Caller, name: str) -> str:
    return alias_arn(caller.account, caller.region, name)


def _is(account: str, region: str, name: str) -> tuple[ColumnElement[bool], ...]:
    table = KMS_ALIASES.c
    return table.account == account, table.region == region, table.name == name
