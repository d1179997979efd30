"""Access keys named their principal by ARN, which a user's new name would change; only root users had keys."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import insert, text

from skylens.store.control.moment import EPOCH, MILLISECOND
from skylens.store.control.schema.accounts import ACCOUNTS

if TYPE_CHECKING:
    from sqlalchemy import Connection

_STATEMENTS = (
    "DROP INDEX access_keys_by_principal",
    "ALTER TABLE access_keys DROP COLUMN arn",
    "ALTER TABLE access_keys ADD COLUMN principal_id VARCHAR NOT NULL DEFAULT ''",
    "UPDATE access_keys SET principal_id = account",
    "ALTER TABLE access_keys ADD COLUMN last_used_at BIGINT",
    "ALTER TABLE access_keys ADD COLUMN last_used_region VARCHAR",
    "ALTER TABLE access_keys ADD COLUMN last_used_service VARCHAR",
    "CREATE INDEX access_keys_by_principal_id ON access_keys (account, principal_id)",
)


def change(connection: Connection) -> None:
    """Name principals by id, and write down the accounts that there are."""
    for statement in _STATEMENTS:
        connection.execute(text(statement))
    ACCOUNTS.create(connection)
    found = connection.execute(text("SELECT account, MIN(created_at) FROM access_keys GROUP BY account")).all()
    for account, created_ms in found:
        row = {"account": account, "name": account, "created_at": EPOCH + created_ms * MILLISECOND}
        connection.execute(insert(ACCOUNTS).values(row))
