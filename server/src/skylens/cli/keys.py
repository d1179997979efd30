"""`skylens keys`: the access keys of a user, or of an account's root user, and the sessions of a role."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from skylens.caller import root_of
from skylens.cli.settings import Chosen, with_settings
from skylens.cli.state import existing
from skylens.clock import SystemClock
from skylens.config import Settings
from skylens.iam import access_keys, accounts, named, revision, roles
from skylens.iam.access_keys import AccessKey, LastUse
from skylens.iam.errors import LimitExceeded, NoSuchEntity
from skylens.iam.roles import Role
from skylens.iam.users import User
from skylens.ids import RandomIds

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from skylens.caller import Principal
    from skylens.iam.access_keys import Status
    from skylens.store.control import Control

app = typer.Typer(add_completion=False, help="List, make, stop and delete access keys.", no_args_is_help=True)

JsonOption = Annotated[bool, typer.Option("--json", help="Print them as JSON.")]
UserOption = Annotated[str, typer.Option("--user", help="Name of a user; without it the account's root user is meant.")]
KeyArgument = Annotated[str, typer.Argument(help="Id of the key.")]

_SETTINGS: Final = ("account", "data", "state")


@app.command("list")
@with_settings(*_SETTINGS)
def list_keys(given: Chosen, *, user: UserOption = "", as_json: JsonOption = False) -> None:
    """List keys without their secrets, the oldest first."""
    settings = Settings(**given)
    with existing(settings) as control, control.read() as connection:
        keys = access_keys.of(connection, control.secrets, _principal(connection, settings, user))
        found = [(key, access_keys.last_use(connection, key.access_key_id)) for key in keys]
    if as_json:
        print(json.dumps([_document(*each) for each in found], indent=2))
        return
    table = Table(box=None, header_style="dim")
    for heading in ("key", "status", "created", "last used"):
        table.add_column(heading)
    for key, use in found:
        used = f"{use.at:%Y-%m-%d %H:%M} for {use.service} in {use.region}" if use.at else "never"
        table.add_row(key.access_key_id, key.status, f"{key.created_at:%Y-%m-%d %H:%M}", used)
    Console().print(table)


@app.command("create")
@with_settings(*_SETTINGS)
def create(given: Chosen, *, user: UserOption = "", as_json: JsonOption = False) -> None:
    """Make another key. Its secret is shown now and never again."""
    settings = Settings(**given)
    with existing(settings) as control, revision.writing(control) as connection:
        principal = _principal(connection, settings, user)
        if len(access_keys.of(connection, control.secrets, principal)) >= access_keys.MOST_KEYS:
            raise LimitExceeded(f"There are {access_keys.MOST_KEYS} keys already; delete one first.")
        key = access_keys.create(connection, control.secrets, principal, ids=RandomIds(), now=SystemClock().now())
    if as_json:
        print(json.dumps(_document(key, LastUse()) | {"secret_access_key": key.secret}, indent=2))
    else:
        print(f"export AWS_ACCESS_KEY_ID={key.access_key_id}\nexport AWS_SECRET_ACCESS_KEY={key.secret}")


@app.command("deactivate")
@with_settings(*_SETTINGS)
def deactivate(given: Chosen, key_id: KeyArgument, *, user: UserOption = "") -> None:
    """Let a key be used no more; a running server knows within five seconds."""
    _set_status(Settings(**given), user, key_id, "Inactive")


@app.command("activate")
@with_settings(*_SETTINGS)
def activate(given: Chosen, key_id: KeyArgument, *, user: UserOption = "") -> None:
    """Let a key be used again."""
    _set_status(Settings(**given), user, key_id, "Active")


@app.command("delete")
@with_settings(*_SETTINGS)
def delete(given: Chosen, key_id: KeyArgument, *, user: UserOption = "") -> None:
    """Delete a key; a running server knows within five seconds."""
    settings = Settings(**given)
    with existing(settings) as control, revision.writing(control) as connection:
        access_keys.delete(connection, _key(control, connection, _principal(connection, settings, user), key_id))


@app.command("revoke")
@with_settings(*_SETTINGS)
def revoke(
    given: Chosen, role: Annotated[str, typer.Argument(help="Name of a role whose sessions are to end.")]
) -> None:
    """Let no session of a role count that began before now; a running server knows within five seconds."""
    settings = Settings(**given)
    with existing(settings) as control, revision.writing(control) as connection:
        account = accounts.get(connection, settings.account).number
        roles.revoke_sessions(connection, named.get(connection, Role, account, role), SystemClock().now())


def _set_status(settings: Settings, user: str, key_id: str, status: Status) -> None:
    with existing(settings) as control, revision.writing(control) as connection:
        key = _key(control, connection, _principal(connection, settings, user), key_id)
        access_keys.set_status(connection, key, status)


def _principal(connection: Connection, settings: Settings, user: str) -> Principal:
    account = accounts.get(connection, settings.account).number
    return named.get(connection, User, account, user).principal if user else root_of(account)


def _key(control: Control, connection: Connection, principal: Principal, key_id: str) -> AccessKey:
    for key in access_keys.of(connection, control.secrets, principal):
        if key.access_key_id == key_id:
            return key
    raise NoSuchEntity(f"{principal.arn} has no key {key_id}.")


def _document(key: AccessKey, use: LastUse) -> dict[str, Any]:
    return {
        "access_key_id": key.access_key_id,
        "principal": key.principal.arn,
        "status": key.status,
        "created": key.created_at.isoformat(),
        "last_used": use.at.isoformat() if use.at else None,
    }
