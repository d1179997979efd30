"""Encryption setting: whether, and with which key of KMS, an account's documents are encrypted in a region."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from skylens.store.control.schema.encryption_settings import ENCRYPTION_SETTINGS
from skylens.store.control.upsert import upsert
from skylens.xray.owner import owned, owner

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.caller import Caller
    from skylens.registry import Output

# How long a node may go on by a setting that was changed on another one.
STALE_SECONDS: Final = 5


@dataclass(frozen=True, slots=True)
class EncryptionSetting:
    """The setting; without a key nothing is encrypted."""

    key_arn: str = ""
    changed_at: datetime | None = None

    def document(self, now: datetime) -> Output:
        """Return it as the API tells it: updating for as long as some node may not know it yet."""
        is_new = self.changed_at is not None and now - self.changed_at < timedelta(seconds=STALE_SECONDS)
        status = "UPDATING" if is_new else "ACTIVE"
        return (
            {"Type": "KMS", "KeyId": self.key_arn, "Status": status}
            if self.key_arn
            else {"Type": "NONE", "Status": status}
        )


def stored(connection: Connection, caller: Caller) -> EncryptionSetting:
    """Return the caller's setting."""
    table = ENCRYPTION_SETTINGS
    found = connection.execute(select(table.c.key_arn, table.c.changed_at).where(*owned(table, caller))).one_or_none()
    return EncryptionSetting() if found is None else EncryptionSetting(*found)


def save(connection: Connection, caller: Caller, setting: EncryptionSetting) -> None:
    """Put the caller's setting in force."""
    row = {**owner(caller), "key_arn": setting.key_arn, "changed_at": setting.changed_at}
    upsert(connection, ENCRYPTION_SETTINGS, [row])
