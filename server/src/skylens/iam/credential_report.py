"""The report on an account's credentials: a line for each user, as tools for CIS's rules read it."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Final

from skylens.caller import root_of
from skylens.iam import access_keys, accounts, named
from skylens.iam.users import User

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Connection

    from skylens.caller import Principal
    from skylens.store.control.secrets import Secrets

_KEY_COLUMNS: Final = ("active", "last_rotated", "last_used_date", "last_used_region", "last_used_service")
COLUMNS: Final = (
    "user",
    "arn",
    "user_creation_time",
    "password_enabled",
    "password_last_used",
    "password_last_changed",
    "password_next_rotation",
    "mfa_active",
    *(f"access_key_{number}_{name}" for number in (1, 2) for name in _KEY_COLUMNS),
    "cert_1_active",
    "cert_1_last_rotated",
    "cert_2_active",
    "cert_2_last_rotated",
)
_NO_KEY: Final = ("false", *["N/A"] * 4)
# Nobody has a password, a second factor or a certificate here.
_NO_PASSWORD: Final = ("false", "N/A", "N/A", "N/A", "false")
_NO_ROOT_PASSWORD: Final = ("not_supported", "N/A", "not_supported", "not_supported", "false")
_NO_CERTIFICATES: Final = ("false", "N/A", "false", "N/A")


def written(connection: Connection, secrets: Secrets, account: str) -> str:
    """Return the report on an account as it is now."""
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(COLUMNS)
    found = accounts.find(connection, account)
    root = root_of(account)
    created = _time(found.created_at if found else None)
    keys = _keys(connection, secrets, root)
    lines.writerow(["<root_account>", root.arn, created, *_NO_ROOT_PASSWORD, *keys, *_NO_CERTIFICATES])
    for user in named.everything(connection, User, account):
        keys = _keys(connection, secrets, user.principal)
        lines.writerow([user.name, user.arn, _time(user.created_at), *_NO_PASSWORD, *keys, *_NO_CERTIFICATES])
    return out.getvalue()


def _keys(connection: Connection, secrets: Secrets, principal: Principal) -> list[str]:
    cells = [_key(connection, key) for key in access_keys.of(connection, secrets, principal)]
    first, second = [*cells, _NO_KEY, _NO_KEY][: access_keys.MOST_KEYS]
    return [*first, *second]


def _key(connection: Connection, key: access_keys.AccessKey) -> tuple[str, ...]:
    use = access_keys.last_use(connection, key.access_key_id)
    return (str(key.is_active).lower(), _time(key.created_at), _time(use.at), use.region, use.service)


def _time(time: datetime | None) -> str:
    return "N/A" if time is None else f"{time:%Y-%m-%dT%H:%M:%S+00:00}"
